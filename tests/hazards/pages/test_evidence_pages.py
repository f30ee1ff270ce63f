"""Evidence: planned, obtained, linked, withdrawn, and its files."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from hazards.actions.evidence import edit_evidence, keep_evidence_file
from hazards.choices import ControlState, EvidenceResult, EvidenceState
from hazards.models import Control, Evidence, EvidenceFile
from products.models import Product
from tests.hazards.factories import a_control, some_evidence, verify
from tests.hazards.pages.whole import Whole, a_whole_hazard
from tests.people import ClientOf

PDF = b"%PDF-1.7 a report of a test"


@pytest.fixture
def whole(product: Product, cso: User) -> Whole:
    return a_whole_hazard(product, cso)


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


def a_file(content: bytes = PDF, name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_test_is_planned_and_then_run(whole: Whole, cso: User, browser: Client) -> None:
    planned = browser.post(
        whole.pages["evidence_add"], {"title": "All codes are tried", "state": "planned"}
    )
    assert planned.status_code == 302
    evidence = Evidence.objects.get(title="All codes are tried")
    assert evidence.control_links.get().control == whole.control

    response = browser.post(
        whole.url(f"evidence/{evidence.pk}/"),
        {
            "title": "All codes were tried",
            "state": "obtained",
            "of": "effectiveness",
            "result": "pass",
            "dated_on": "2026-01-10",
            "release": whole.release.pk,
            "verifier": cso.pk,
            "link": "ci.example.org/run/12",
            "upload": a_file(),
            "base_version": evidence.version,
        },
    )

    assert response.status_code == 302
    evidence.refresh_from_db()
    assert (evidence.state, evidence.result) == (EvidenceState.OBTAINED, EvidenceResult.PASS)
    assert evidence.link == "https://ci.example.org/run/12"
    assert evidence.file is not None
    assert evidence.file.name == "report.pdf"
    page = browser.get(whole.url()).content.decode()
    assert "All codes were tried" in page
    assert reverse("evidence_file", args=["digital-pharmacy", evidence.file.public_id]) in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": "T", "state": "obtained"}, "has a result: pass, fail or inconclusive"),
        ({"title": "T", "state": "planned", "result": "pass"}, "has no result yet"),
        ({"title": "T", "state": "planned", "dated_on": "2999-01-01"}, "in the future"),
        ({"title": "T", "state": "planned", "link": "javascript:alert(1)"}, "not a web address"),
        ({"title": "T", "state": "planned", "link": "ftp://example.org/x"}, "not a web address"),
        ({"title": "", "state": "planned"}, "This cannot be empty"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(
    whole: Whole, browser: Client, values: dict[str, str], sentence: str
) -> None:
    response = browser.post(whole.pages["evidence_add"], values)

    assert response.status_code == 422
    assert sentence in response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "empty.pdf", "is empty"),
        (b"MZ\x90\x00 a program", "report.pdf", "not of a kind that is kept here"),
        (b"<svg onload=alert(1)>", "picture.svg", "not of a kind that is kept here"),
    ],
)
def test_a_file_is_judged_by_its_content(
    whole: Whole, browser: Client, content: bytes, name: str, sentence: str
) -> None:
    values = {"title": "Kept title", "state": "planned", "upload": a_file(content, name)}

    response = browser.post(whole.pages["evidence_add"], values)

    assert response.status_code == 422
    text = response.content.decode()
    assert sentence in text
    assert "Kept title" in text
    assert not EvidenceFile.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    whole: Whole, browser: Client, settings: Settings
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10

    response = browser.post(
        whole.pages["evidence_add"], {"title": "T", "state": "planned", "upload": a_file()}
    )

    assert response.status_code == 422
    assert "larger than" in response.content.decode()


def test_a_file_need_not_be_chosen_again_after_a_refusal(whole: Whole, browser: Client) -> None:
    values = {"title": "T", "state": "obtained", "upload": a_file()}
    refused = browser.post(whole.pages["evidence_add"], values)
    assert refused.status_code == 422
    stored = EvidenceFile.objects.get()
    assert f'value="{stored.public_id}"' in refused.content.decode()
    assert "it need not be chosen again" in refused.content.decode()

    again = {"title": "T", "state": "obtained", "result": "fail", "kept_file": stored.public_id}
    assert browser.post(whole.pages["evidence_add"], again).status_code == 302

    assert Evidence.objects.get(title="T").file == stored


def test_a_kept_file_of_another_product_is_not_taken(
    whole: Whole, other_product: Product, stranger: User, browser: Client
) -> None:
    theirs = keep_evidence_file(
        product=other_product, by=stranger, name="secret.txt", content=b"Theirs"
    )

    browser.post(
        whole.pages["evidence_add"],
        {"title": "T", "state": "planned", "kept_file": theirs.public_id},
    )

    assert Evidence.objects.get(title="T").file is None


def test_a_conflict_keeps_the_uploaded_file(whole: Whole, engineer: User, browser: Client) -> None:
    edit_evidence(evidence=whole.evidence, by=engineer, changes={"title": "Their title"})

    response = browser.post(
        whole.pages["evidence_edit"],
        {
            "title": "My title",
            "state": "obtained",
            "result": "pass",
            "upload": a_file(),
            "base_version": whole.evidence.version,
        },
    )

    assert response.status_code == 409
    stored = EvidenceFile.objects.get()
    assert response.content.decode().count(f'name="kept_file" value="{stored.public_id}"') == 2


def test_a_failure_takes_the_control_back(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    control = verify(a_control(whole.hazard, cso, "Another"), cso, whole.release)
    evidence = Evidence.objects.filter(control_links__control=control)[0]

    browser.post(
        whole.url(f"evidence/{evidence.pk}/"),
        {"title": evidence.title, "state": "obtained", "of": evidence.of, "result": "fail"},
    )

    assert Control.objects.get(pk=control.pk).state == ControlState.IMPLEMENTED


def test_evidence_is_linked_to_another_control_and_withdrawn(
    whole: Whole, cso: User, browser: Client
) -> None:
    other = a_control(whole.hazard, cso, "Another")

    refused = browser.post(whole.pages["evidence_link"], {"control": "CTL-999"})
    assert refused.status_code == 422
    assert "has the reference CTL-999" in refused.content.decode()
    assert browser.post(whole.pages["evidence_link"], {"control": "ctl-002"}).status_code == 302
    assert whole.evidence.control_links.count() == 2
    assert other.evidence_links.count() == 1
    unlink = whole.pages["evidence_unlink"]
    assert "stays evidence of its other controls" in browser.get(unlink).content.decode()
    assert browser.post(unlink).status_code == 302
    assert other.evidence_links.filter(is_active=True).exists()
    assert not whole.control.evidence_links.filter(is_active=True).exists()
    again = browser.post(unlink)
    assert again.status_code == 422
    assert "not evidence of this control any more" in again.content.decode()
    browser.post(whole.pages["evidence_withdraw"], {"reason": "Of another product"})
    whole.evidence.refresh_from_db()
    assert not whole.evidence.is_active
    assert browser.get(whole.pages["evidence_edit"]).status_code == 404


def test_a_file_is_downloaded_and_never_shown(
    whole: Whole,
    product: Product,
    cso: User,
    auditor: User,
    stranger: User,
    client_of: ClientOf,
) -> None:
    content = b"<html><script>alert(1)</script></html>"
    stored = keep_evidence_file(
        product=product, by=cso, name='../run "1"\r\nX: y.txt', content=content
    )
    some_evidence(whole.control, cso, file_id=stored.pk)
    address = reverse("evidence_file", args=[product.slug, stored.public_id])

    response = client_of(auditor).get(address)

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == content  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "script-src" in response["Content-Security-Policy"]
    assert client_of(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    theirs = reverse("evidence_file", args=["night-ward", stored.public_id])
    assert client_of(stranger).get(theirs).status_code == 404
    missing = reverse("evidence_file", args=[product.slug, uuid.uuid4()])
    assert client_of(cso).get(missing).status_code == 404
