"""Sending a file through the pages of the import, as a person does."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

UPLOAD = "/products/digital-pharmacy/hazards/import/"
LIST = "/products/digital-pharmacy/hazards/imports/"


def send(client: Client, content: bytes, **more: Any) -> Any:
    """Send a file with the form."""
    file = SimpleUploadedFile(more.pop("name", "log.xlsx"), content)
    return client.post(UPLOAD, {"file": file, **more})


def answers_on(page: Any) -> dict[str, str]:
    """What the page of columns would send as it stands."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def answer_columns(client: Client, address: str, **changes: str) -> Any:
    """Send the page of columns as it stands, but for the changes."""
    return client.post(address, answers_on(client.get(address)) | changes)


def preview(client: Client, content: bytes, **more: Any) -> tuple[str, Any]:
    """Send a file and leave its columns as proposed; the address of its preview, and the page."""
    sent = send(client, content, **more)
    assert sent.status_code == 302
    answered = answer_columns(client, sent.url)
    assert answered.status_code == 302
    return answered.url, client.get(answered.url)


def confirm(client: Client, address: str) -> Any:
    """Confirm what the preview at an address shows."""
    return client.post(address, {"fingerprint": client.get(address).context["fingerprint"]})


def text_of(response: Any) -> str:
    """The page's text, with the entities of apostrophes resolved."""
    return str(response.content.decode()).replace("&#x27;", "'")
