"""Narrative: Markdown in, safe HTML out, and placeholders that are looked up and never run."""

import re

import pytest

from safetycase.narrative import render_narrative, sanitised, unknown_placeholders

VALUES = {"hazard_count": "12", "counts.residual.3": "4", "product": "A *B* <i>C</i> {{ x }}"}


def html(markdown: str) -> str:
    return str(render_narrative(markdown, VALUES).html)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<p onmouseover="alert(1)">x</p>',
        '<p style="background:url(https://evil.example)">x</p>',
        "<!-- a comment --><b>bold</b>",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](//evil.example/x)",
        "[x](/accounts/logout/)",
        "[x](#section)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/beacon.png)",
        "[![x](https://evil.example/beacon.png)](https://evil.example)",
        "[r]\n\n[r]: javascript:alert(1)",
        '[x](https://ok.example "onclick=alert(1)")',
        "`<script>alert(1)</script>`",
        "```\n<script>alert(1)</script>\n```",
        "<svg onload=alert(1)>",
        "<iframe src=https://evil.example></iframe>",
        "<form action=https://evil.example><input></form>",
        "{{ <script>alert(1)</script> }}",
    ],
)
def test_nothing_gets_through(attack: str) -> None:
    out = html(f"before\n\n{attack}\n\nafter")
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z][\w-]*)", out))
    assert tags <= {"p", "a", "code", "pre", "mark"}
    inside_tags = " ".join(re.findall(r"<[^>]*>", out)).lower()
    assert not re.search(r"\son\w+\s*=|style\s*=|<!--|javascript:|vbscript:|data:", inside_tags)
    for address in re.findall(r'href="([^"]*)"', inside_tags):
        assert address.startswith(("https://", "http://", "mailto:"))
    assert "before" in out
    assert "after" in out


def test_the_cleaning_alone_holds_too() -> None:
    """Were Markdown to let HTML through one day, the list of allowed tags still stands."""
    out = sanitised(
        '<h3 onclick="x()">T</h3><script>alert(1)</script><style>p{}</style><!-- c -->'
        '<a href="javascript:x()">a</a><a href="relative">b</a><img src="x" alt="y">'
        '<mark class="other">m</mark><p style="color:red">p</p>'
    )
    assert out == (
        '<h3>T</h3><a rel="noopener noreferrer">a</a><a rel="noopener noreferrer">b</a>'
        "<mark>m</mark><p>p</p>"
    )


def test_links_that_lead_somewhere_stay() -> None:
    out = html("[a](https://ok.example/x?a=1&b=2) [m](mailto:cso@ok.example)")
    assert 'href="https://ok.example/x?a=1&amp;b=2"' in out
    assert 'href="mailto:cso@ok.example"' in out
    assert out.count('rel="noopener noreferrer"') == 2


def test_headings_begin_below_the_section() -> None:
    assert html("# One\n\n## Two\n\n###### Six").count("<h") == 3
    assert html("# One\n\n## Two").startswith("<h3>One</h3>\n<h4>Two</h4>")
    # Whatever level a writer begins with: no level is skipped below the section's heading.
    assert html("### Deep").startswith("<h3>")
    assert "<h1" not in html("# One")
    assert "<h7" not in html("# One\n\n###### Six")


def test_placeholders_are_filled_in_and_escaped() -> None:
    out = html("{{ hazard_count }} of {{counts.residual.3}}, {{ product }}")
    assert "12 of 4, A *B* &lt;i&gt;C&lt;/i&gt; {{ x }}" in out


def test_placeholders_stand_in_headings_lists_and_tables() -> None:
    out = html("# {{ hazard_count }}\n\n- {{ hazard_count }}\n\n|a|\n|-|\n|{{ hazard_count }}|")
    assert out.count("12") == 3
    assert '<th scope="col">a</th>' in out


def test_a_placeholder_may_go_over_a_line_and_into_emphasis_and_links() -> None:
    out = html(
        "{{\nhazard_count\n}} **{{ hazard_count }}** [{{ hazard_count }}](https://ok.example)"
    )
    assert out.count("12") == 3


def test_code_is_left_as_it_is() -> None:
    assert "{{ hazard_count }}" in html("`{{ hazard_count }}`")


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "hazard_count|safe",
        "hazard_count.__class__",
        "settings.SECRET_KEY",
        "7*7",
        "hazard count",
        "",
        "HAZARD_COUNT",
    ],
)
def test_an_unknown_placeholder_is_marked_and_listed(name: str) -> None:
    narrative = render_narrative(f"There are {{{{ {name} }}}} here.", VALUES)
    assert narrative.unknown == [name]
    assert '<mark class="missing-placeholder">There is no placeholder “' in narrative.html
    assert "49" not in narrative.html


def test_an_unknown_placeholder_is_listed_once() -> None:
    assert unknown_placeholders("{{ a }} {{ b }} {{ a }}", VALUES) == ["a", "b"]
    assert unknown_placeholders("no braces", VALUES) == []


@pytest.mark.parametrize(
    "text", ["{{", "}}", "{{ {{ a }} }}", "{{\nhazard_count\n}}", "{" * 5_000, "{{ " * 2_000]
)
def test_broken_braces_never_crash(text: str) -> None:
    assert render_narrative(text, VALUES).html


def test_pictures_are_left_out_and_said() -> None:
    out = html("![The flow](https://evil.example/x.png)")
    assert "A picture is left out here: The flow." in out
    assert "evil.example" not in out


def test_empty() -> None:
    assert render_narrative("  \n", VALUES).is_empty
    assert not render_narrative("x", VALUES).is_empty
