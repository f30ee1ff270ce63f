"""The PDF of an issued version: what it says, what is attached, and that it is always the same."""

import copy
import csv
import hashlib
import io
import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from audit.canonical import canonical_json
from hazards.importing.read import read_log
from safetycase.approval import Approval
from safetycase.pdf import RenderedPdf, ReportNotRendered, draft_pdf, issued_pdf, version_pdf
from safetycase.pdf.lengths import PAGE, is_about_a_page, is_longer_than_a_page, length_of
from safetycase.report_control import signed_pages
from safetycase.snapshot import Snapshot
from safetycase.snapshot.shape import HazardShape
from tests.safetycase.issued import (
    ISSUED_AT,
    LOG_PRINT,
    REPORT_PRINT,
    SEAL,
    approval_of,
    version_of,
)
from tests.safetycase.log_files.logs import sheet_of, texts_of
from tests.safetycase.pdf_reading import opened, page_texts, raw_text, structure
from tests.safetycase.story import Story


@dataclass(frozen=True)
class IssuedVersion:
    """A version with its approval and its PDF."""

    snapshot: Snapshot
    approval: Approval
    pdf: RenderedPdf

    @property
    def content(self) -> str:
        """The frozen text."""
        return canonical_json(self.snapshot)


_made: list[IssuedVersion] = []


@pytest.fixture
def issued(request: pytest.FixtureRequest) -> IssuedVersion:
    """Version 2 of the story, rendered once for all tests."""
    if not _made:
        snapshot = version_of(request.getfixturevalue("story"))
        approval = approval_of(snapshot, changed_since="1 hazard of 5 changed.")
        pdf = issued_pdf(snapshot, approval, canonical_json(snapshot))
        _made.append(IssuedVersion(snapshot, approval, pdf))
    return _made[0]


def test_every_page_says_which_version_it_is(issued: IssuedVersion) -> None:
    pages = page_texts(issued.pdf.content, issued.pdf.pages)
    for number, page in enumerate(pages, start=1):
        assert "Digital Pharmacy, safety case report, version 2" in page
        assert f"Fingerprint {REPORT_PRINT[:16]}… · seal 17 {SEAL[:16]}…" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "DRAFT" not in page
        assert "NOT ISSUED" not in page
    assert issued.pdf.notes == []


def test_the_title_page(issued: IssuedVersion) -> None:
    title = raw_text(issued.pdf.content, 1, 1)
    assert "Version 2, which replaces version 1" in title
    assert "4 May 2026, 09:30 BST (08:30 UTC), by Clara Officer" in title
    assert "Hazard log version 2 accompanies this report" in title
    assert "Modification that changes clinical risk" in title
    assert REPORT_PRINT in title
    assert "Authorised by Edith Executive" in title


def test_signatures_stand_as_they_were_given(issued: IssuedVersion) -> None:
    text = raw_text(issued.pdf.content)
    for signature in issued.approval.signatures:
        assert f"“{signature.statement}”" in text
        assert signature.fingerprint in text
        assert signature.name in text
    assert "3 May 2026, 13:00 BST (12:00 UTC)" in text
    assert "Clara Officer gave their password once more on the page that was signed" in text
    assert "Clara Officer, Clinical safety officer of the company, GMC 7654321" in text
    assert "Not signed" not in text


def test_what_was_signed_together_stands_together(issued: IssuedVersion) -> None:
    pages = signed_pages(issued.approval.signatures)
    assert [(each.meaning, each.name, len(each.signatures)) for each in pages] == [
        ("Authored", "Bridget Between", 2),
        ("Reviewed", "Colin Clinician", 2),
        ("Approved", "Clara Officer", 2),
        ("Authorised", "Edith Executive", 1),
    ]


def test_what_was_signed_at_another_time_stands_apart(issued: IssuedVersion) -> None:
    log, report = issued.approval.signatures[:2]
    later = replace(report, at="2026-05-03T10:00:01.000000Z")
    assert len(signed_pages([log, later])) == 2


def test_revision_history_and_document_control(issued: IssuedVersion) -> None:
    text = raw_text(issued.pdf.content)
    assert "1 release 1.0.0 1 March 2026 Bridget Between First version." in text
    assert "2 release 1.1.0 4 May 2026 Bridget Between The yearly prescription" in text
    assert "Version 1 of this report, which stays in the record as it was issued" in text
    assert "1 hazard of 5 changed. This version was issued without these changes." in text
    assert "attempt 3 towards this version" in text
    assert f"Seal 17, SHA-256 {SEAL}" in text
    assert LOG_PRINT in text
    assert issued.approval.content_sha256 in text
    assert "“verify_record digital-pharmacy” computes everything again" in text


def test_the_plan_and_who_accepted_what(issued: IssuedVersion) -> None:
    text = raw_text(issued.pdf.content)
    assert "Version 4, with risk matrix version 1" in text
    assert "Before first deployment; Decommissioning" in text
    assert "The team meets at each kick-off" in text
    assert "every 3 months" in text
    assert "1 of 2 residual risks that must be accepted is accepted." in text
    accepted = "as Accountable executive under plan 4, 2 May 2026, while provisional: A longer"
    assert f"Accepted by Edith Executive, {accepted}" in text
    assert "Waits for acceptance" in text
    assert "Acceptance lapsed: that of class 3 (Major · Low) by Edith Executive" in text
    assert "The risk was estimated anew." in text
    assert "2 of class 3, 1 of class 2" in text


def test_attached_files(issued: IssuedVersion, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(issued.pdf.content)
    (tmp_path / "files").mkdir()
    subprocess.run(
        ["/usr/bin/pdfdetach", "-saveall", "-o", str(tmp_path / "files"), str(pdf)], check=True
    )
    files = {each.name: each.read_bytes() for each in (tmp_path / "files").iterdir()}
    assert set(files) == {"baseline.json", "hazard-log-v2.csv", "hazard-log-v2.xlsx"}
    assert hashlib.sha256(files["baseline.json"]).hexdigest() == issued.approval.content_sha256
    assert json.loads(files["baseline.json"]) == issued.snapshot
    log = read_log(name="hazard-log-v2.xlsx", content=files["hazard-log-v2.xlsx"])
    everything = [*issued.snapshot["hazards"], *issued.snapshot["unplaced"]]
    assert [each.reference for each in log.hazards] == [each["reference"] for each in everything]
    assert (log.cover["Version"], log.cover["Status"]) == ("2", "Issued")
    bases = texts_of(
        sheet_of(files["hazard-log-v2.xlsx"]), "Acceptability and Basis", group="Residual"
    )
    assert any("Accepted by Edith Executive, as Accountable executive" in each for each in bases)
    assert any(each.endswith("Not accepted yet") for each in bases)
    rows = list(csv.DictReader(io.StringIO(files["hazard-log-v2.csv"].decode("utf-8-sig"))))
    assert {row["Log Version"] for row in rows} == {"2"}


def test_attached_files_say_what_they_are(issued: IssuedVersion) -> None:
    with opened(issued.pdf.content) as pdf:
        told = {
            str(each.UF): (
                str(each.AFRelationship),
                str(each.EF.F.Subtype),
                str(each.EF.F.Params.ModDate),
                bool(str(each.Desc)),
            )
            for each in pdf.Root.AF
        }
    moment = "D:20260504083000Z"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert told == {
        "baseline.json": ("/Source", "/application/json", moment, True),
        "hazard-log-v2.csv": ("/Supplement", "/text/csv", moment, True),
        "hazard-log-v2.xlsx": ("/Supplement", f"/{sheet}", moment, True),
    }


def test_the_same_version_gives_the_same_bytes(issued: IssuedVersion) -> None:
    again = issued_pdf(json.loads(issued.content), issued.approval, issued.content)
    assert again.content == issued.pdf.content


def test_its_metadata(issued: IssuedVersion) -> None:
    with opened(issued.pdf.content) as pdf:
        about = {key: str(value) for key, value in dict(pdf.docinfo).items()}
        assert str(pdf.Root.Lang) == "en-GB"
        cells = [each for each in structure(pdf) if each.S == "/TD"]
        assert all(len(cell.A.get("/Headers", [])) > 0 for cell in cells)
    assert about["/Title"] == "Clinical safety case report: Digital Pharmacy 1.1.0, version 2"
    assert about["/Author"] == issued.snapshot["organisation"]["name"]
    assert about["/CreationDate"] == about["/ModDate"] == "20260504083000Z" or (
        "20260504083000" in about["/CreationDate"] and "20260504083000" in about["/ModDate"]
    )
    assert ISSUED_AT.startswith("2026-05-04")


def test_content_that_was_not_approved_is_not_printed(issued: IssuedVersion) -> None:
    altered = issued.content.replace("Digital Pharmacy", "Digital Farmacy", 1)
    with pytest.raises(ReportNotRendered, match="is not what was approved"):
        issued_pdf(issued.snapshot, issued.approval, altered)


def test_a_frozen_version_is_marked_on_every_page(story: Story) -> None:
    made = version_pdf(version_of(story))
    pages = page_texts(made.content, made.pages)
    for page in pages:
        assert "NOT ISSUED" in page
        assert "DRAFT" not in page
    for page in pages[1:]:
        assert (
            "Version 2, attempt 3, frozen 3 May 2026, 10:42 BST (09:42 UTC) by Bridget Between: "
            "not issued"
        ) in page
    text = raw_text(made.content)
    assert "The yearly prescription, and what it asks of pharmacies." in text
    assert "When it was frozen, this was not ready" in text
    assert "Signatures in full" not in text
    with opened(made.content) as pdf:
        assert "/AF" not in pdf.Root
        assert str(pdf.docinfo["/Title"]).endswith("version 2, attempt 3 (not issued)")


def give_controls(hazard: HazardShape, count: int) -> None:
    """So many controls, all alike."""
    hazard["controls"] = [
        {**hazard["controls"][0], "reference": f"CTL-9{number:02d}"} for number in range(count)
    ]


def test_a_hazard_longer_than_a_page_begins_where_the_one_before_it_ends(story: Story) -> None:
    snapshot = copy.deepcopy(version_of(story))
    first, second, *_ = snapshot["hazards"]
    assert not is_longer_than_a_page(first)
    give_controls(second, 20)
    assert is_longer_than_a_page(second)
    made = draft_pdf(snapshot)
    pages = page_texts(made.content, made.pages)
    log = next(number for number, page in enumerate(pages) if first["description"] in page)
    assert second["description"] in pages[log]
    assert "CTL-919" in " ".join(pages[log + 1 :])
    assert f"7 Hazard log · {second['reference']}" in pages[log + 1]


def test_a_hazard_of_about_a_page_is_set_tighter_onto_one(story: Story) -> None:
    snapshot = copy.deepcopy(version_of(story))
    hazard = snapshot["hazards"][1]
    count = 1
    while not is_about_a_page(hazard):
        count += 1
        give_controls(hazard, count)
    made = draft_pdf(snapshot)
    pages = page_texts(made.content, made.pages)
    [page] = [page for page in pages if hazard["description"] in page]
    assert f"CTL-9{count - 1:02d}" in page
    assert hazard["residual"]["why_provisional"][0] in page


def test_what_certainly_fits_is_never_called_long(story: Story) -> None:
    for hazard in version_of(story)["hazards"]:
        assert 40 < length_of(hazard) < PAGE
