"""A document that not everybody could read is no document: the export fails."""

import logging

import pytest

from safetycase.pdf.render import RenderedPdf, ReportNotRendered, render_pdf

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="1" height="1">{}</svg>'


def page(body: str, *, head: str = "<title>T</title>", language: str = ' lang="en-GB"') -> str:
    return f"<!doctype html><html{language}><head>{head}</head><body>{body}</body></html>"


def rendered(html: str) -> RenderedPdf:
    return render_pdf(html, identifier=b"test")


def test_a_sound_document() -> None:
    made = rendered(page("<h1>A</h1><p>B</p>" + SVG.format("<title>A drawing</title>")))
    assert made.content.startswith(b"%PDF-1.7")
    assert made.pages == 1


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (page("<p>B</p>", language=""), "does not say its language"),
        (page("<p>B</p>", head=""), "has no title"),
        (page("<p>B</p>", head="<title> </title>"), "has no title"),
        (page(SVG.format("")), "has no title"),
        (page(SVG.format("<title> </title>")), "has no title"),
        (page('<img src="data:,x">'), "has no alternative text"),
        (page('<img src="data:,x" alt="">'), "has no alternative text"),
    ],
)
def test_what_is_missing_fails_the_export(html: str, says: str) -> None:
    with pytest.raises(ReportNotRendered, match=says) as refusal:
        rendered(html)
    assert "Nothing in the log was changed." in refusal.value.sentence


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://evil.example/x.png" alt="x">',
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<img src="asset:../../../.env" alt="x">',
        '<link rel="stylesheet" href="asset:report.html">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<a href="#nowhere">x</a>',
    ],
)
def test_nothing_is_loaded_from_anywhere(body: str) -> None:
    with pytest.raises(ReportNotRendered, match="the report has faults"):
        rendered(page(f"<p>B</p>{body}"))


def test_our_own_style_sheet_is_loaded() -> None:
    head = '<title>T</title><link rel="stylesheet" href="asset:report.css">'
    assert rendered(page("<p>B</p>", head=head)).notes == []


def test_a_sign_that_no_font_has_is_noted_and_not_fatal() -> None:
    made = rendered(page("<p>A sign: \U00012000</p>"))
    assert [note for note in made.notes if "U+12000" in note] == [
        "No font on this server has the sign “\U00012000” (U+12000): an empty box stands in its "
        "place."
    ]


def test_a_fault_of_our_style_is_noted() -> None:
    made = rendered(page("<p>B</p>", head="<title>T</title><style>p { no-such: 1 }</style>"))
    assert any("no-such" in note for note in made.notes)


def test_pages_are_told_as_they_are_laid_out() -> None:
    seen: list[int] = []
    body = '<p>1</p><p class="next">2</p><p class="next">3</p>'
    head = "<title>T</title><style>.next { break-before: page }</style>"
    made = render_pdf(page(body, head=head), identifier=b"test", on_page=seen.append)
    assert made.pages == 3
    assert set(seen) == {1, 2, 3}


def test_listening_ends_with_the_rendering() -> None:
    logger = logging.getLogger("weasyprint")
    before = list(logger.handlers)
    rendered(page("<p>B</p>"))
    with pytest.raises(ReportNotRendered):
        rendered(page("<p>B</p><a href='#nowhere'>x</a>"))
    assert logger.handlers == before
