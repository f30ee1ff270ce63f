"""What a PDF may load: our own files beside its templates, and nothing from anywhere else."""

from email.message import Message
from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "asset:"
FOLDER: Path = settings.BASE_DIR / "templates" / "pdf"
#: The files that a document may name, each with its content type.
ASSETS = {"report.css": "text/css"}


class OwnAssets(URLFetcher):  # type: ignore[misc]  # weasyprint ships no types
    """Serves ``asset:report.css``; refuses every other address, so that the export fails."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """The asset of this address. Raises ``ValueError`` for an address that is not ours."""
        name = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or name not in ASSETS:
            raise ValueError("a report loads nothing but its own assets")
        kind = Message()
        kind["Content-Type"] = f"{ASSETS[name]}; charset=utf-8"
        return URLFetcherResponse(url, (FOLDER / name).read_bytes(), kind)
