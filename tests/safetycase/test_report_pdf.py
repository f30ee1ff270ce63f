"""The PDF of the report: what stands in it, how it is built, how it reads."""

import re

import pikepdf

from safetycase.pdf import draft_pdf
from tests.safetycase.conftest import WholeReport
from tests.safetycase.pdf_reading import (
    fonts,
    in_one_line,
    opened,
    page_texts,
    raw_text,
    structure,
    tags,
)


def test_every_text_of_the_log_reads_as_it_was_written(whole_report: WholeReport) -> None:
    """No row is broken across pages, no word at its hyphen."""
    text = raw_text(whole_report.pdf.content)
    snapshot = whole_report.snapshot
    for hazard in (*snapshot["hazards"], *snapshot["unplaced"]):
        written = [hazard["reference"], hazard["name"], hazard["description"]]
        written += [each["text"] for each in hazard["harms"]]
        written += [each["text"] for each in hazard["causes"]]
        for control in hazard["controls"]:
            written += [control["reference"], control["text"], control["instruction"]]
            written += [each["title"] for each in control["evidence"]]
        for piece in written:
            assert in_one_line(piece) in text


def test_nothing_is_hidden(whole_report: WholeReport) -> None:
    text = raw_text(whole_report.pdf.content)
    for hazard in whole_report.snapshot["not_reported"]:
        assert hazard["reference"] in text
        assert hazard["why"] in text
    assert "Not yet placed in a release" in text
    assert "Draft hazard: not live yet" in text
    assert "Does not count for this release" in text
    assert "is delivered by release 1.2.0, not by this one" in text
    assert "This section has no narrative yet." in text


def test_draft_stands_on_every_page(whole_report: WholeReport) -> None:
    pages = page_texts(whole_report.pdf.content, whole_report.pdf.pages)
    assert len(pages) == whole_report.pdf.pages > 8
    for number, page in enumerate(pages, start=1):
        assert "DRAFT" in page
        assert f"Page {number} of {len(pages)}" in page
    for page in pages[1:]:
        assert "Digital Pharmacy, release 1.1.0" in page
        assert "Draft 3, 3 May 2026, 10:42 BST (09:42 UTC): not approved, not signed" in page


def test_it_never_claims_what_nobody_judged(whole_report: WholeReport) -> None:
    text = raw_text(whole_report.pdf.content)
    assert not re.search(r"PDF/UA|(is|fully) compliant|certified", text, re.IGNORECASE)
    assert "it makes no statement of compliance" in text
    assert "Not signed: draft" in text


def test_contents_lead_to_their_pages(whole_report: WholeReport) -> None:
    pages = page_texts(whole_report.pdf.content, whole_report.pdf.pages)
    contents = pages[1]
    for section in whole_report.snapshot["sections"]:
        title = section["title"]
        found = re.search(rf"{re.escape(title)} [. ]+(\d+)", contents)
        assert found, title
        assert f"{section['number']} {title}" in pages[int(found.group(1)) - 1]


def test_bookmarks(whole_report: WholeReport) -> None:
    with opened(whole_report.pdf.content) as pdf, pdf.open_outline() as outline:
        [report] = outline.root
        assert report.title == "Clinical safety case report"
        titles = [str(item.title) for item in report.children]
        assert titles == [
            f"{each['number']} {each['title']}" for each in whole_report.snapshot["sections"]
        ]
        log = next(part for part in report.children[6].children if "full" in str(part.title))
        assert [str(item.title).split()[0] for item in log.children] == [
            each["reference"] for each in whole_report.snapshot["hazards"]
        ]


def test_language_title_and_tags(whole_report: WholeReport) -> None:
    with opened(whole_report.pdf.content) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        title = "Clinical safety case report: Digital Pharmacy 1.1.0 (draft)"
        assert str(pdf.docinfo["/Title"]) == title
        assert pdf.Root.StructTreeRoot.ParentTree.Nums
        counted = tags(pdf)
        assert counted["/H1"] == 1
        assert counted["/H2"] == 12  # the contents and eleven sections
        assert counted["/H4"] == 6
        assert counted["/Figure"] == 2
        assert counted["/Table"] > 20


def test_every_cell_has_headers_and_every_figure_words(whole_report: WholeReport) -> None:
    with opened(whole_report.pdf.content) as pdf:
        cells = [each for each in structure(pdf) if each.S == "/TD"]
        assert len(cells) > 100
        assert all(len(cell.A.get("/Headers", pikepdf.Array())) > 0 for cell in cells)
        figures = [each for each in structure(pdf) if each.S == "/Figure"]
        for figure in figures:
            assert re.fullmatch(
                r"(Initial|Residual) risk of 5 hazards as a heat map: .+", str(figure.Alt)
            )


def test_one_family_of_type_all_of_it_embedded(whole_report: WholeReport) -> None:
    rows = fonts(whole_report.pdf.content)
    assert rows
    for row in rows:
        assert re.fullmatch(r"[A-Z]{6}\+Inter(-\w+)*", row[0])
        embedded, subset, unicode_map = row[-5:-2]
        assert (embedded, subset, unicode_map) == ("yes", "yes", "yes")


def test_nothing_is_noted_about_our_own_document(whole_report: WholeReport) -> None:
    assert whole_report.pdf.notes == []


def test_a_hazard_that_fits_on_a_page_is_on_one_page(whole_report: WholeReport) -> None:
    pages = page_texts(whole_report.pdf.content, whole_report.pdf.pages)
    for hazard in whole_report.snapshot["hazards"]:
        # The description is told once in the report, and so is the cause.
        on = {
            number
            for number, page in enumerate(pages)
            for text in (hazard["description"], hazard["causes"][0]["text"])
            if in_one_line(text) in page
        }
        assert len(on) == 1


def test_the_same_snapshot_gives_the_same_bytes(whole_report: WholeReport) -> None:
    assert draft_pdf(whole_report.snapshot).content == whole_report.pdf.content
