"""The pages of versions: frozen, read, signed, refused, issued, compared and downloaded."""

import datetime
import hashlib
import io
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from audit.canonical import sha256_of
from audit.models import AccessEvent
from hazards.actions.hazards import edit_hazard
from products.actions.jobs import fail_job, finish_job, start_job
from products.models import Job
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning
from reviews.models import Rejection, SignOff
from safetycase.actions.issued_pdfs import keep_issued_pdf
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from safetycase.copies import render_copy
from safetycase.models import Baseline, Issue, RenderedPdf
from tests.audit.tampering import after_tampering, tamper
from tests.factories import make_release
from tests.hazards.factories import a_live_hazard
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import a_residual_estimate, proof
from tests.safetycase.version_factories import PHASE, SUMMARY, Ready, ready

__all__ = ["after_tampering", "ready"]

PASSWORD = "correct horse battery"
PDF = b"%PDF-1.7 as it was issued"


class Site:
    """The pages of one product, as people of its team see them."""

    def __init__(self, ready: Ready, client_of: ClientOf) -> None:
        self.ready = ready
        self.client_of = client_of

    def as_(self, person: User) -> Client:
        """A browser in which the person is signed in; they have a password."""
        person.set_password(PASSWORD)
        person.save()
        return self.client_of(person)

    def url(self, name: str, *more: Any) -> str:
        """An address on the product."""
        return reverse(name, args=[self.ready.product.slug, *more])

    def page(self, person: User, name: str, *more: Any, status: int = 200) -> str:
        """What a person sees."""
        answer = self.as_(person).get(self.url(name, *more))
        assert answer.status_code == status
        return answer.content.decode()

    def sign(
        self, baseline: Baseline, person: User, meaning: Meaning, **more: Any
    ) -> tuple[int, str]:
        """Send the sign page, filled in as it is shown."""
        url = self.url("version_sign", baseline.public_id, meaning.value)
        filled = {
            "report": baseline.report_fingerprint,
            "has_read": "on",
            "password": PASSWORD,
            "comment": "",
        }
        answer = self.as_(person).post(url, filled | more)
        return answer.status_code, answer.content.decode()


@pytest.fixture
def site(ready: Ready, client_of: ClientOf) -> Site:
    return Site(ready, client_of)


def issued(ready: Ready) -> Issue:
    """An issued version with its PDF."""
    issue = ready.issue()
    name = default_storage.save("safety-cases/page.pdf", ContentFile(PDF))
    keep_issued_pdf(issue=issue, by=ready.cso, file=name, content=PDF, pages=3)
    return issue


# --- Freezing -------------------------------------------------------------------------------------


def filled(ready: Ready, **more: str) -> dict[str, str]:
    return {
        "release": ready.release.label,
        "phase": PHASE.value,
        "summary": SUMMARY,
        "password": PASSWORD,
        **more,
    }


def test_freezing_from_the_page(ready: Ready, site: Site) -> None:
    page = site.page(ready.author, "version_freeze")
    assert "Freeze version 1" in page
    assert "2 hazards in scope" in page
    answer = site.as_(ready.author).post(site.url("version_freeze"), filled(ready))
    assert answer["Location"] == site.url("version_detail", 1)
    baseline = Baseline.objects.get()
    assert (baseline.frozen_by, baseline.summary) == (ready.author, SUMMARY)
    page = site.page(ready.author, "version_detail", 1)
    assert "You froze this version, so somebody else has to review it." in page
    assert f"asked: {ready.cso.name}, {ready.reviewer.name}" in page


def test_a_wrong_password_freezes_nothing_and_loses_nothing(ready: Ready, site: Site) -> None:
    answer = site.as_(ready.author).post(
        site.url("version_freeze"), filled(ready, password="wrong", summary="My long words")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "That is not your password." in page
    assert "My long words" in page
    assert "wrong" not in page.replace("wrong passwords", "").replace("not your", "")
    assert not Baseline.objects.exists()


def test_a_version_without_a_summary_is_not_frozen(ready: Ready, site: Site) -> None:
    answer = site.as_(ready.author).post(site.url("version_freeze"), filled(ready, summary=" "))
    assert answer.status_code == 422
    assert "This cannot be empty." in answer.content.decode()


def test_a_release_that_is_gone_is_told(ready: Ready, site: Site) -> None:
    answer = site.as_(ready.author).post(site.url("version_freeze"), filled(ready, release="7.7"))
    assert answer.status_code == 422
    assert "has no release 7.7. Nothing was frozen." in answer.content.decode()


def test_the_page_shows_what_is_not_ready_of_the_release_that_is_chosen(
    ready: Ready, site: Site
) -> None:
    later = make_release(ready.product, "2.0.0")
    silent = a_live_hazard(ready.product, ready.cso, name="Of the later one")
    edit_hazard(hazard=silent, by=ready.cso, changes={"first_release_id": later.pk}, reason="x")
    browser = site.as_(ready.author)
    url = site.url("version_freeze")
    now = browser.get(f"{url}?release=1.0.0&phase={PHASE.value}").content.decode()
    assert "not estimated" not in now
    then = browser.get(f"{url}?release=2.0.0").content.decode()
    assert "1 hazard has a risk that is not estimated" in then
    assert f"{silent.reference}: the initial risk is not estimated." in then
    assert 'name="release" value="2.0.0"' in then
    for odd in ("?release=nothing", "?phase=nothing", "?release=%00"):
        assert browser.get(url + odd).status_code == 200


def test_without_a_release_the_page_teaches(product: Any, cso: User, client_of: ClientOf) -> None:
    page = client_of(cso).get(reverse("version_freeze", args=[product.slug])).content.decode()
    assert "No release is planned" in page


def test_the_page_shows_what_changed_since_the_last_version(ready: Ready, site: Site) -> None:
    ready.issue()
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "It waits"}, reason="Clearer")
    page = site.page(ready.author, "version_freeze")
    assert "1 hazard differs (HAZ-002)." in page
    assert "<ins>" in page
    assert "Once issued it replaces" in page


# --- The page of a version ------------------------------------------------------------------------


def test_the_version_as_it_was_frozen(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"name": "Renamed"}, reason="Clearer")
    page = site.page(ready.reviewer, "version_detail", 1)
    assert "A letter is a day late" in page
    assert "accepted by Dora Director" in page
    assert "What is said of Introduction." in page
    for value in (baseline.sha256, baseline.log_fingerprint, baseline.report_fingerprint):
        assert value in page
    assert "1 hazard differs (HAZ-002)." in page
    assert "Renamed" in page  # among what changed since


def test_an_older_attempt_has_a_page_of_its_own(ready: Ready, site: Site) -> None:
    first = ready.freeze()
    newest = site.as_(ready.cso).get(site.url("version_candidate", first.public_id))
    assert newest["Location"] == site.url("version_detail", 1)
    ready.freeze()
    page = site.page(ready.cso, "version_candidate", first.public_id)
    assert "Nothing is signed here any more" in page
    assert site.url("version_detail", 1) in page
    newer = site.page(ready.cso, "version_detail", 1)
    assert site.url("version_candidate", first.public_id) in newer


def test_versions_that_there_are_not(ready: Ready, site: Site) -> None:
    site.page(ready.cso, "version_detail", 7, status=404)
    site.page(ready.cso, "version_candidate", ready.product.public_id, status=404)
    for name in ("version_pdf", "version_json", "version_xlsx", "version_csv"):
        site.page(ready.cso, name, 1, status=404)
    ready.freeze()
    for name in ("version_pdf", "version_json", "version_xlsx", "version_csv"):
        site.page(ready.cso, name, 1, status=404)  # not issued


def test_buttons_are_those_of_the_person_and_the_moment(
    ready: Ready, site: Site, auditor: User, engineer: User
) -> None:
    baseline = ready.freeze()

    def offers(person: User) -> set[str]:
        page = site.page(person, "version_detail", 1)
        key = baseline.public_id
        addresses = {
            "review": site.url("version_sign", key, "reviewed"),
            "approve": site.url("version_sign", key, "approved"),
            "authorise": site.url("version_sign", key, "authorised"),
            "reject": site.url("version_reject", key),
            "issue": site.url("version_issue", key),
            "copy": site.url("version_copy_request", key),
        }
        return {name for name, url in addresses.items() if f'"{url}"' in page}

    assert offers(ready.reviewer) == {"review", "reject", "copy"}
    assert offers(ready.author) == {"reject", "copy"}
    assert offers(ready.executive) == {"reject", "copy"}
    assert offers(engineer) == {"copy"}
    assert offers(auditor) == set()
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    assert offers(ready.cso) == {"review", "approve", "reject", "copy"}
    ready.sign(baseline, ready.cso, Meaning.APPROVED)
    assert offers(ready.executive) == {"authorise", "reject", "copy"}
    ready.sign(baseline, ready.executive, Meaning.AUTHORISED)
    assert offers(ready.author) == {"issue", "reject", "copy"}
    ready.issue(baseline)
    for person in (ready.author, ready.cso, ready.executive, ready.reviewer, auditor):
        assert offers(person) == set()


def test_an_approval_out_of_date_is_told_and_the_report_stands(
    ready: Ready, site: Site, auditor: User
) -> None:
    issued(ready)
    cache.clear()
    page = site.page(auditor, "version_detail", 1)
    assert "Nothing that matters for safety has changed." in page
    assert "out of date" not in page.lower()
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "x"}, reason="Clearer")
    page = site.page(auditor, "version_detail", 1)
    assert "Approval out of date" in page
    assert "The issued report stands as it was signed." in page
    assert page.count("signature-out_of_date") == 7  # three pages of two parts, and one of one


def test_a_change_of_the_report_alone_leaves_the_signatures_on_the_log(
    ready: Ready, site: Site
) -> None:
    issued(ready)
    write_section(
        product=ready.product,
        key=SectionKey.INTRODUCTION,
        by=ready.cso,
        narrative="Other words.",
        reason="Clearer",
    )
    page = site.page(ready.cso, "version_detail", 1)
    assert page.count("signature-out_of_date") == 4


def test_who_disagreed_and_who_withdrew(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    [log, _] = ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    withdraw_sign_off(
        sign_off=log, by=ready.reviewer, confirmed=proof(ready.reviewer), reason="I misread it"
    )
    ready.reject(baseline, ready.cso, "HAZ-002 lacks a cause")
    page = site.page(ready.author, "version_detail", 1)
    assert "“HAZ-002 lacks a cause”" in page
    assert "I misread it" in page
    assert "withdrew their signature (reviewed) of version 1, attempt 1" in page
    assert f"{site.url('version_freeze')}?release=1.0.0" in page  # its author freezes again


# --- Signing --------------------------------------------------------------------------------------


def test_the_whole_way_on_the_pages(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    for person, meaning in (
        (ready.reviewer, Meaning.REVIEWED),
        (ready.cso, Meaning.APPROVED),
        (ready.executive, Meaning.AUTHORISED),
    ):
        page = site.page(person, "version_sign", baseline.public_id, meaning.value)
        parts = ("report",) if meaning is Meaning.AUTHORISED else ("hazard log", "report")
        for part in parts:
            assert f"version 1 of the {'safety case ' if part == 'report' else ''}{part}" in page
        assert site.sign(baseline, person, meaning)[0] == 302
    answer = site.as_(ready.cso).post(site.url("version_issue", baseline.public_id))
    assert answer["Location"] == site.url("version_detail", 1)
    issue = Issue.objects.get()
    assert issue.issued_by == ready.cso
    job = Job.objects.get(kind="issued_report")
    assert job.request == {"issue": str(issue.public_id), "version": 1}
    assert "PDF of version 1" in site.page(ready.cso, "version_detail", 1)


def test_the_sign_page_says_what_is_new_what_lacks_and_who_disagrees(
    ready: Ready, site: Site
) -> None:
    first = ready.freeze()
    page = site.page(ready.reviewer, "version_sign", first.public_id, "reviewed")
    assert "all 2 hazards are new to you" in page
    ready.sign(first, ready.reviewer, Meaning.REVIEWED)
    ready.reject(first, ready.cso, "HAZ-001 is estimated too low")
    a_residual_estimate(ready.accepted, ready.cso, why_likelihood="A pharmacy reported it")
    second = ready.freeze()
    page = site.page(ready.reviewer, "version_sign", second.public_id, "reviewed")
    assert "Since you last signed (version 1), 1 of 2 hazards changed; here it is." in page
    assert "A pharmacy reported it" in page
    assert "It cannot be issued so: HAZ-001: the residual risk waits for acceptance." in page
    assert "HAZ-001 is estimated too low" in page


def test_the_exact_statement_is_shown_and_kept(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    page = site.page(ready.reviewer, "version_sign", baseline.public_id, "reviewed")
    site.sign(baseline, ready.reviewer, Meaning.REVIEWED, comment="Read against the SOP")
    signed = SignOff.objects.filter(meaning=Meaning.REVIEWED)
    assert len(signed) == 2
    for each in signed:
        assert each.statement in page
        assert each.comment == "Read against the SOP"


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ({"password": "wrong"}, "That is not your password."),
        ({"password": ""}, "Type your password"),
        ({"has_read": ""}, "Tick this once you have read it."),
        ({"report": "0" * 64}, "That was another version than the one on this page."),
        ({"report": ""}, "That was another version than the one on this page."),
    ],
)
def test_what_keeps_a_signature_from_being_given(
    ready: Ready, site: Site, lacks: dict[str, str], sentence: str
) -> None:
    baseline = ready.freeze()
    status, page = site.sign(
        baseline, ready.reviewer, Meaning.REVIEWED, comment="My long words", **lacks
    )
    assert status == 422
    assert sentence in page
    assert "My long words" in page
    assert PASSWORD not in page
    assert not SignOff.objects.filter(meaning=Meaning.REVIEWED).exists()


def test_who_is_not_asked_reads_why_and_sees_no_form(
    ready: Ready, site: Site, auditor: User
) -> None:
    baseline = ready.freeze()
    author = site.page(ready.author, "version_sign", baseline.public_id, "reviewed")
    assert "You froze this version" in author
    assert 'type="password"' not in author
    reader = site.page(auditor, "version_sign", baseline.public_id, "approved")
    assert "signed by the clinical safety officer" in reader
    assert 'type="password"' not in reader
    status, page = site.sign(baseline, auditor, Meaning.APPROVED)
    assert status == 403
    assert "does not let you sign this as approved" in page


@pytest.mark.parametrize("meaning", ["authored", "withdrawn", "nonsense"])
def test_what_is_not_signed_on_a_page(ready: Ready, site: Site, meaning: str) -> None:
    baseline = ready.freeze()
    site.page(ready.cso, "version_sign", baseline.public_id, meaning, status=404)


# --- Rejecting ------------------------------------------------------------------------------------


def test_rejecting_from_the_page(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    url = site.url("version_reject", baseline.public_id)
    assert "goes back to its author" in site.page(
        ready.reviewer, "version_reject", baseline.public_id
    )
    browser = site.as_(ready.reviewer)
    nothing = browser.post(url, {"seen": baseline.report_fingerprint, "reason": ""})
    assert nothing.status_code == 422
    other = browser.post(url, {"seen": "0" * 64, "reason": "x"})
    assert "another version than the one on this page" in other.content.decode()
    done = browser.post(url, {"seen": baseline.report_fingerprint, "reason": "A cause is missing"})
    assert done["Location"] == site.url("version_detail", 1)
    assert Rejection.objects.get().why == "A cause is missing"
    assert "rejected already" in site.page(ready.cso, "version_reject", baseline.public_id)


# --- Issuing --------------------------------------------------------------------------------------


def test_the_issue_page_says_what_is_in_the_way(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    page = site.page(ready.cso, "version_issue", baseline.public_id)
    assert "has not reviewed it" in page
    assert "<button" not in page.partition("Since it was frozen")[2]
    answer = site.as_(ready.cso).post(site.url("version_issue", baseline.public_id))
    assert answer.status_code == 422
    assert not Issue.objects.exists()


def test_what_changed_since_is_ticked(ready: Ready, site: Site) -> None:
    baseline = ready.sign_all(ready.freeze())
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "x"}, reason="Clearer")
    url = site.url("version_issue", baseline.public_id)
    browser = site.as_(ready.cso)
    page = browser.get(url).content.decode()
    assert "1 hazard differs (HAZ-002). None of it is in this version." in page
    assert "Tick this once you have read what changed" in browser.post(url).content.decode()
    assert not Issue.objects.exists()
    assert browser.post(url, {"despite_changes": "on"}).status_code == 302
    assert Issue.objects.get().changed_since.startswith("1 hazard differs")
    assert "Issued without" in site.page(ready.cso, "version_detail", 1)


def test_a_risk_that_waits_again_cannot_be_ticked_away(ready: Ready, site: Site) -> None:
    baseline = ready.sign_all(ready.freeze())
    a_residual_estimate(ready.accepted, ready.cso, why_likelihood="Newer")
    url = site.url("version_issue", baseline.public_id)
    answer = site.as_(ready.cso).post(url, {"despite_changes": "on"})
    assert answer.status_code == 422
    assert "waits for acceptance" in answer.content.decode()
    assert not Issue.objects.exists()


def test_the_pdf_is_asked_for_again_when_it_failed(ready: Ready, site: Site, auditor: User) -> None:
    issue = ready.issue()
    url = site.url("version_pdf_request", issue.baseline.public_id)
    assert f'"{url}"' in site.page(ready.cso, "version_detail", 1)
    assert f'"{url}"' not in site.page(auditor, "version_detail", 1)
    browser = site.as_(ready.cso)
    assert browser.post(url)["Location"] == site.url("version_detail", 1) + "#files"
    job = Job.objects.get(kind="issued_report")
    assert f'"{url}"' not in site.page(ready.cso, "version_detail", 1)  # it is being made
    browser.post(url)
    assert Job.objects.filter(kind="issued_report").count() == 1
    start_job(job=job)
    fail_job(job=job, message="The worker was stopped while it made the PDF.")
    page = site.page(ready.cso, "version_detail", 1)
    assert "The worker was stopped while it made the PDF." in page
    assert f'"{url}"' in page


# --- Downloads ------------------------------------------------------------------------------------


def downloads(name: str) -> int:
    return AccessEvent.objects.filter(what__icontains=name).count()


def test_everybody_who_reads_the_product_downloads_what_is_issued(
    ready: Ready, site: Site, auditor: User, stranger: User
) -> None:
    issue = issued(ready)
    browser = site.as_(auditor)
    pdf = browser.get(site.url("version_pdf", 1))
    assert pdf.getvalue() == PDF
    assert pdf["Content-Type"] == "application/pdf"
    assert 'filename="digital-pharmacy-v1.pdf"' in pdf["Content-Disposition"]
    assert int(pdf["Content-Length"]) == len(PDF)
    content = browser.get(site.url("version_json", 1)).getvalue()
    assert content == issue.baseline.content.encode()
    assert hashlib.sha256(content).hexdigest() == issue.baseline.sha256
    book = load_workbook(io.BytesIO(browser.get(site.url("version_xlsx", 1)).getvalue()))
    assert any(ready.accepted.name in str(cell.value or "") for cell in _cells(book)), (
        book.sheetnames
    )
    rows = browser.get(site.url("version_csv", 1)).getvalue().decode("utf-8-sig")
    assert ready.accepted.name in rows
    assert downloads("the PDF of version 1") == 1
    assert [downloads(f"version 1 as {kind}") for kind in ("JSON", "XLSX", "CSV")] == [1, 1, 1]
    strangers = site.as_(stranger)
    for name in ("version_pdf", "version_json", "version_xlsx", "version_csv"):
        assert strangers.get(site.url(name, 1)).status_code == 404


def _cells(book: Any) -> list[Any]:
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


def test_a_pdf_that_is_not_made_yet_is_told(ready: Ready, site: Site) -> None:
    ready.issue()
    page = site.page(ready.cso, "version_pdf", 1, status=404)
    assert "is not made yet" in page
    assert downloads("PDF") == 0


@pytest.mark.parametrize("how", ["gone", "another"])
def test_an_altered_pdf_is_never_handed_out(ready: Ready, site: Site, how: str) -> None:
    issued(ready)
    name = RenderedPdf.objects.get().file.name
    default_storage.delete(name)
    if how == "another":
        default_storage.save(name, ContentFile(b"%PDF-1.7 forged"))
    answer = site.as_(ready.cso).get(site.url("version_pdf", 1))
    assert answer.status_code == 409
    assert b"forged" not in answer.content
    assert "not handed out" in answer.content.decode()
    assert downloads("PDF") == 0


@pytest.mark.usefixtures("after_tampering")
def test_altered_content_is_never_handed_out(ready: Ready, site: Site) -> None:
    issue = issued(ready)
    browser = site.as_(ready.cso)
    tamper(
        "UPDATE safetycase_baseline SET content = replace(content, 'Major', 'Minor') WHERE id = %s",
        issue.baseline_id,
    )
    for name in ("version_json", "version_xlsx", "version_csv"):
        answer = browser.get(site.url(name, 1))
        assert answer.status_code == 409, name
        assert "is not what was frozen" in answer.content.decode()
    assert downloads("version 1 as") == 0


def test_a_copy_to_read_is_for_the_team(
    ready: Ready, site: Site, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    baseline = ready.freeze()
    url = site.url("version_copy_request", baseline.public_id)
    assert site.as_(auditor).post(url).status_code == 403
    site.as_(ready.reviewer).post(url)
    job = Job.objects.get(kind="version_copy")
    assert "Copy to read, not issued" in site.page(ready.reviewer, "version_detail", 1)
    start_job(job=job)
    file = default_storage.save("copies/x.pdf", ContentFile(b"%PDF not issued"))
    finish_job(job=job, result={"file": file, "file_name": "v1-not-issued.pdf", "pages": 3})
    copy = site.url("version_copy_download", job.public_id)
    assert copy in site.page(ready.reviewer, "version_detail", 1)
    assert copy not in site.page(auditor, "version_detail", 1)
    assert site.as_(ready.reviewer).get(copy).getvalue() == b"%PDF not issued"
    assert site.as_(auditor).get(copy).status_code == 403
    assert downloads("a copy of version 1, not issued") == 1


def test_the_copy_is_laid_out_and_marked(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    site.as_(ready.reviewer).post(site.url("version_copy_request", baseline.public_id))
    job = Job.objects.get(kind="version_copy")
    render_copy.call(str(job.public_id))
    job.refresh_from_db()
    assert job.state == "done", job.message
    assert job.result["file_name"] == "digital-pharmacy-v1-not-issued.pdf"
    with default_storage.open(job.result["file"]) as file:
        assert file.read(5) == b"%PDF-"


def test_an_issued_version_has_no_copy(ready: Ready, site: Site) -> None:
    issue = ready.issue()
    url = site.url("version_copy_request", issue.baseline.public_id)
    site.as_(ready.cso).post(url)
    assert not Job.objects.filter(kind="version_copy").exists()


# --- Comparing, and the page of the safety case ---------------------------------------------------


def test_versions_beside_each_other(ready: Ready, site: Site) -> None:
    nothing = site.page(ready.cso, "version_compare")
    assert "Nothing is frozen yet" in nothing
    first = ready.issue()
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "It waits"}, reason="Clearer")
    candidate = ready.freeze()
    edit_hazard(
        hazard=ready.accepted, by=ready.cso, changes={"effect": "It bleeds"}, reason="Clearer"
    )
    browser = site.as_(ready.cso)
    url = site.url("version_compare")
    now = browser.get(f"{url}?from=1&to=now").content.decode()
    assert "2 hazards differ (HAZ-001, HAZ-002)." in now
    usual = browser.get(url).content.decode()
    assert "2 hazards differ" in usual
    between = browser.get(f"{url}?from=1&to={candidate.public_id}").content.decode()
    assert "1 hazard differs (HAZ-002)." in between
    same = browser.get(f"{url}?from=1&to=1").content.decode()
    assert "Nothing that matters for safety differs." in same
    for odd in ("?from=9", "?from=now", "?to=x", f"?from={first.baseline.public_id}", "?from=%00"):
        answer = browser.get(url + odd)
        assert answer.status_code == 200
        assert "has no such version" in answer.content.decode(), odd


def test_the_versions_on_the_page_of_the_safety_case(
    ready: Ready, site: Site, auditor: User
) -> None:
    page = site.page(auditor, "safety_case")
    assert "Nothing is frozen yet." in page
    assert site.url("version_freeze") not in page
    assert site.url("version_freeze") in site.page(ready.cso, "safety_case")
    baseline = ready.freeze()
    page = site.page(auditor, "safety_case")
    assert f"waits to be reviewed: {ready.cso.name} or {ready.reviewer.name}" in page
    ready.issue(ready.sign_all(baseline))
    cache.clear()
    page = site.page(auditor, "safety_case")
    assert "version 1 issued" in page
    assert "Nothing that matters for safety has changed since." in page
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "x"}, reason="Clearer")
    page = site.page(auditor, "safety_case")
    assert "Approval out of date" in page
    assert site.url("version_detail", 1) + "#changes" in page


# --- Nobody else ----------------------------------------------------------------------------------


def test_auditors_and_strangers_can_do_nothing(
    ready: Ready, site: Site, auditor: User, stranger: User
) -> None:
    baseline = ready.sign_all(ready.freeze())
    key = baseline.public_id
    before = (SignOff.objects.count(), Rejection.objects.count(), Baseline.objects.count())
    posts = [
        (site.url("version_freeze"), filled(ready)),
        (site.url("version_reject", key), {"seen": baseline.report_fingerprint, "reason": "x"}),
        (site.url("version_issue", key), {}),
        (site.url("version_pdf_request", key), {}),
        (site.url("version_copy_request", key), {}),
        *(
            (
                site.url("version_sign", key, meaning),
                {
                    "report": baseline.report_fingerprint,
                    "has_read": "on",
                    "password": PASSWORD,
                },
            )
            for meaning in ("reviewed", "approved", "authorised")
        ),
    ]
    for person, status in ((auditor, 403), (stranger, 404)):
        browser = site.as_(person)
        for url, data in posts:
            assert browser.post(url, data).status_code == status, url
    after = (SignOff.objects.count(), Rejection.objects.count(), Baseline.objects.count())
    assert after == before
    assert not Issue.objects.exists()
    assert not Job.objects.exists()


# --- Growth ---------------------------------------------------------------------------------------


def test_more_versions_run_no_more_queries(ready: Ready, site: Site, queries_of: QueriesOf) -> None:
    browser = site.as_(ready.cso)
    pages = [site.url("safety_case"), site.url("version_detail", 1), site.url("version_compare")]

    def settled() -> list[int]:
        for url in pages:
            browser.get(url)  # what is remembered is remembered
        return [queries_of(browser, url) for url in pages]

    ready.freeze()
    ready.issue()
    few = settled()
    for _ in range(3):
        ready.freeze()
    ready.issue()
    ready.freeze()
    pages[1] = site.url("version_detail", 2)
    many = settled()
    for before, after in zip(few, many, strict=True):
        assert after <= before + 3, (few, many)  # the newest one is open: its text is read


def test_more_hazards_run_no_more_queries(ready: Ready, site: Site, queries_of: QueriesOf) -> None:
    browser = site.as_(ready.reviewer)

    def grow(count: int) -> Baseline:
        for number in range(count):
            hazard = a_live_hazard(ready.product, ready.cso, name=f"Another {number}")
            edit_hazard(
                hazard=hazard,
                by=ready.cso,
                changes={"first_release_id": ready.release.pk},
                reason="In scope",
            )
        return ready.freeze()

    def counted(baseline: Baseline) -> list[int]:
        urls = [
            site.url("version_detail", 1),
            site.url("version_sign", baseline.public_id, "reviewed"),
        ]
        for url in urls:
            browser.get(url)
        return [queries_of(browser, url) for url in urls]

    first = grow(1)
    few = counted(first)
    second = grow(6)
    many = counted(second)
    assert all(after <= before + 4 for before, after in zip(few, many, strict=True)), (few, many)


def test_dates_are_read_as_days(ready: Ready, site: Site) -> None:
    baseline = ready.freeze()
    day: datetime.datetime = baseline.frozen_at
    assert f"{day:%B %Y}" in site.page(ready.cso, "version_detail", 1)
    assert json.loads(baseline.content)["document"]["made_at"].endswith("Z")
    assert sha256_of(baseline.content) == baseline.sha256


# --- One hazard in the issued versions ------------------------------------------------------------


def test_a_hazard_says_whether_it_changed_since_it_was_issued(ready: Ready, site: Site) -> None:
    reference = ready.small.reference
    assert "No version is issued yet." in site.page(ready.cso, "hazard_versions", reference)
    ready.issue()
    browser = site.as_(ready.cso)
    url = site.url("hazard_versions", reference)

    def part() -> str:
        answer = browser.get(url, headers={"HX-Request": "true"})
        assert b"<html" not in answer.content
        return answer.content.decode()

    assert "Nothing of it that matters for safety has changed since." in part()
    assert site.url("version_detail", 1) in part()
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"family": "Access"}, reason="Tidied up")
    assert "Nothing of it that matters for safety has changed since." in part()
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "It waits"}, reason="Clearer")
    assert "Changed since: effect." in part()
    assert "<ins>" in site.page(ready.cso, "hazard_versions", reference)
    later = a_live_hazard(ready.product, ready.cso, name="Later")
    page = site.page(ready.cso, "hazard_versions", later.reference)
    assert "It is not in version 1, the newest that is issued." in page
    assert url in site.page(ready.cso, "hazard_detail", reference)
