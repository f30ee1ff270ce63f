"""Dates as people write them, addresses of lists, and where a heat map's squares stand."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from accounts.templatetags.interface import (
    CELL_HEIGHT,
    DIGIT,
    GAP,
    NUMBER_SIZE,
    RISK_FILL,
    RISK_INK,
    HeatMapDrawing,
    Level,
    MatrixCell,
    MatrixRow,
    day,
    has_required,
    heat_map_drawing,
    moment,
    query_with,
)

UTC = datetime.UTC
HALF_PAST_ELEVEN_IN_MAY = datetime.datetime(2026, 5, 2, 23, 30, tzinfo=UTC)  # 3 May in London


@pytest.fixture
def in_london() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/London")):
        yield


# --- dates --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_london")
def test_a_day_has_no_leading_zero_and_its_month_in_full() -> None:
    assert day(datetime.date(2026, 5, 3)) == "3 May 2026"
    assert day(datetime.date(2026, 12, 31)) == "31 December 2026"


@pytest.mark.usefixtures("in_london")
def test_a_moment_is_read_where_the_reader_is() -> None:
    assert moment(HALF_PAST_ELEVEN_IN_MAY) == "3 May 2026, 00:30"
    assert day(HALF_PAST_ELEVEN_IN_MAY) == "3 May 2026"
    assert moment(datetime.datetime(2026, 1, 9, 9, 5, tzinfo=UTC)) == "9 January 2026, 09:05"


def test_a_moment_follows_the_time_zone_of_the_moment_of_reading() -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        assert moment(HALF_PAST_ELEVEN_IN_MAY) == "2 May 2026, 19:30"
        assert day(HALF_PAST_ELEVEN_IN_MAY) == "2 May 2026"


@pytest.mark.usefixtures("in_london")
def test_a_moment_without_a_time_zone_stays_as_it_is() -> None:
    assert moment(HALF_PAST_ELEVEN_IN_MAY.replace(tzinfo=None)) == "2 May 2026, 23:30"


def test_no_date_is_no_text() -> None:
    assert day(None) == ""
    assert moment(None) == ""


# --- forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widget", "required", "star"),
    [
        (forms.TextInput, True, True),
        (forms.TextInput, False, False),
        (forms.HiddenInput, True, False),
    ],
)
def test_the_star_is_explained_where_one_is_seen(
    widget: type[forms.Widget], required: bool, star: bool
) -> None:
    class OneField(forms.Form):
        name = forms.CharField(required=required, widget=widget)

    assert has_required(OneField()) is star


# --- addresses of lists -------------------------------------------------------------------------


def query(address: str, **changes: object) -> str:
    return query_with(Context({"request": RequestFactory().get(address)}), **changes)


@pytest.mark.parametrize(
    ("address", "changes", "expected"),
    [
        ("/log/", {"page": 2}, "?page=2"),
        ("/log/?q=dose&page=2", {"page": 3}, "?q=dose&page=3"),
        ("/log/?q=dose&page=2", {"page": None}, "?q=dose"),
        ("/log/?q=dose&page=2", {"sort": "owner"}, "?q=dose&sort=owner"),
        ("/log/?q=dose&sort=owner", {"sort": None}, "?q=dose"),
        ("/log/?q=dose", {"q": ""}, "?"),
        ("/log/?class=4&class=5", {"class": 3}, "?class=3"),
        ("/log/?class=4&class=5", {"page": 2}, "?class=4&class=5&page=2"),
        ("/log/?page=2", {"page": 3, "q": "a"}, "?page=3&q=a"),
        ("/log/", {"count": 0}, "?count=0"),
        ("/log/", {"q": None}, "?"),
    ],
    ids=str,
)
def test_a_list_keeps_what_was_asked_for(
    address: str, changes: dict[str, object], expected: str
) -> None:
    assert query(address, **changes) == expected


def test_a_list_outside_of_a_request_starts_from_nothing() -> None:
    assert query_with(Context(), page=2) == "?page=2"


def test_what_was_typed_cannot_leave_the_query() -> None:
    assert query("/log/", q='"&x=1#><é') == "?q=%22%26x%3D1%23%3E%3C%C3%A9"


def test_a_search_keeps_what_the_list_is_narrowed_to_and_nothing_else() -> None:
    page = Template("{% include 'components/search_box.html' with noun='features' keeps='state' %}")
    request = RequestFactory().get("/", {"state": '"withdrawn', "release": "1.0", "page": "2"})
    shown = page.render(Context({"request": request}))
    assert '<input type="hidden" name="state" value="&quot;withdrawn">' in shown
    assert "1.0" not in shown
    assert shown.count("hidden") == 2, "the label is the other one"


def test_a_query_is_escaped_for_the_page() -> None:
    template = Template('{% load interface %}<a href="{% query_with page=2 %}">')
    request = RequestFactory().get("/log/", {"q": '"><script>', "sort": "owner"})
    page = template.render(Context({"request": request}))
    assert page == '<a href="?q=%22%3E%3Cscript%3E&amp;sort=owner&amp;page=2">'


# --- heat maps ----------------------------------------------------------------------------------

SEVERITIES = ["Minor", "Significant", "Considerable", "Major", "Catastrophic"]
LIKELIHOODS = ["Very high", "High", "Medium", "Low", "Very low"]


@dataclass
class Step:
    word: str

    def __str__(self) -> str:
        return self.word


@dataclass
class Square:
    severity: object
    likelihood: object
    number: int
    acceptability: str = "Acceptable"
    count: int | None = None
    url: str | None = None
    is_initial: bool = False
    is_residual: bool = False


@dataclass
class Line:
    likelihood: object
    cells: Sequence[MatrixCell]


@dataclass
class SmallMatrix:
    severities: Sequence[Level]
    rows: Sequence[MatrixRow]


def matrix(severities: list[str] = SEVERITIES, likelihoods: list[str] = LIKELIHOODS) -> SmallMatrix:
    """A matrix in which the class rises from column to column."""
    across = [Step(word) for word in severities]
    return SmallMatrix(
        severities=across,
        rows=[
            Line(down, [Square(each, down, number) for number, each in enumerate(across, start=1)])
            for down in map(Step, likelihoods)
        ],
    )


def edges(drawing: HeatMapDrawing) -> set[tuple[int, int]]:
    return {(drawn.x, drawn.y) for drawn in drawing.cells}


@pytest.mark.parametrize("cell_width", [34, 43, 44, 50, 60, 84])
def test_every_square_and_word_is_inside_the_picture(cell_width: int) -> None:
    drawing = heat_map_drawing(matrix(), cell_width)
    assert len(drawing.cells) == 25
    assert len(edges(drawing)) == 25
    for drawn in drawing.cells:
        assert drawn.x > 0
        assert drawn.y > 0
        assert drawn.x + drawing.cell_width <= drawing.width
        assert drawn.y + drawing.cell_height <= drawing.height
        for across in (drawn.middle, drawn.number_x):
            assert drawn.x < across < drawn.x + drawing.cell_width
        for down in (drawn.number_y, drawn.count_y, drawn.alone_y):
            assert drawn.y < down < drawn.y + drawing.cell_height
    for label in [*drawing.across, *drawing.down]:
        assert 0 <= label.x <= drawing.width
        assert 0 <= label.y <= drawing.height


@pytest.mark.parametrize("cell_width", [34, 60])
def test_squares_stand_in_a_grid_with_even_gaps(cell_width: int) -> None:
    drawing = heat_map_drawing(matrix(), cell_width)
    columns = sorted({x for x, _ in edges(drawing)})
    lines = sorted({y for _, y in edges(drawing)})
    assert {b - a for a, b in pairwise(columns)} == {cell_width + GAP}
    assert {b - a for a, b in pairwise(lines)} == {CELL_HEIGHT + GAP}


def test_severity_rises_to_the_right_and_lines_keep_their_order() -> None:
    drawing = heat_map_drawing(matrix())
    assert [label.word for label in drawing.across] == SEVERITIES
    assert [label.x for label in drawing.across] == sorted(label.x for label in drawing.across)
    assert [label.text for label in drawing.down] == LIKELIHOODS
    assert [drawn.cell.number for drawn in drawing.cells[:5]] == [1, 2, 3, 4, 5]
    assert [drawn.x for drawn in drawing.cells[:5]] == sorted(d.x for d in drawing.cells[:5])


def test_words_are_whole_where_there_is_room_and_turned_where_there_is_none() -> None:
    roomy, tight, turned = (heat_map_drawing(matrix(), width) for width in (84, 50, 40))
    assert [label.text for label in roomy.across] == SEVERITIES
    assert [label.text for label in turned.across] == SEVERITIES
    assert turned.turned
    assert not tight.turned
    assert [label.text for label in tight.across] == [
        *("Minor", "Signif.", "Consid.", "Major", "Catast."),
    ]
    assert [label.word for label in tight.across] == SEVERITIES


def test_a_word_is_never_shortened_to_nothing() -> None:
    drawing = heat_map_drawing(matrix(severities=["Extraordinarily grave", "x"]), 44)
    assert drawing.across[0].text.endswith(".")
    assert len(drawing.across[0].text) > 1
    assert drawing.across[1].text == "x"


def test_each_class_has_its_colours_and_one_beyond_them_the_nearest() -> None:
    drawing = heat_map_drawing(matrix())
    assert [drawn.fill for drawn in drawing.cells[:5]] == list(RISK_FILL.values())
    assert [drawn.ink for drawn in drawing.cells[:5]] == list(RISK_INK.values())
    odd = matrix(severities=["None", "Worst"], likelihoods=["Any"])
    odd.rows[0].cells[0].number = 0
    odd.rows[0].cells[1].number = 9
    assert [drawn.fill for drawn in heat_map_drawing(odd).cells] == [RISK_FILL[1], RISK_FILL[5]]


def test_what_the_squares_hold_is_known_to_the_picture() -> None:
    bare = matrix()
    assert not heat_map_drawing(bare).counts
    assert not heat_map_drawing(bare).links
    bare.rows[2].cells[3].count = 0
    assert heat_map_drawing(bare).counts
    bare.rows[2].cells[3].url = "/log/"
    assert heat_map_drawing(bare).links


@pytest.mark.parametrize(
    ("cell_width", "count"), [(36, 7), (36, 55), (36, 412), (60, 412), (84, 55)]
)
def test_a_count_and_the_class_of_its_square_never_overlap(cell_width: int, count: int) -> None:
    crowded = matrix()
    crowded.rows[2].cells[3].count = count
    for drawn in heat_map_drawing(crowded, cell_width).cells:
        half = len(str(count)) * drawn.count_size * DIGIT / 2
        assert half <= cell_width / 2
        is_right_of_it = drawn.middle - half >= drawn.number_x + NUMBER_SIZE * DIGIT
        is_beneath_it = drawn.count_y - drawn.count_size * 0.75 >= drawn.number_y
        assert is_right_of_it or is_beneath_it


def test_a_matrix_without_squares_is_drawn_empty() -> None:
    drawing = heat_map_drawing(SmallMatrix(severities=[], rows=[]))
    assert drawing.cells == []
    assert not drawing.counts
    assert not drawing.links


def test_the_drawing_is_had_in_a_template_with_its_width_as_text_or_number() -> None:
    template = Template(
        "{% load interface %}{% heat_map_drawing matrix wide as drawing %}"
        "{{ drawing.cell_width }} {{ drawing.cells|length }}"
    )
    assert template.render(Context({"matrix": matrix(), "wide": "50"})) == "50 25"
    assert template.render(Context({"matrix": matrix(), "wide": 84})) == "84 25"


def test_pages_of_a_list_count_in_words_that_fit() -> None:
    rows = Template("{% include 'components/pagination.html' with noun='hazard' %}")

    def told(count: int, per_page: int = 50) -> str:
        page = Paginator(range(count), per_page).page(1)
        request = RequestFactory().get("/")
        return rows.render(Context({"page": page, "request": request}))

    assert "1 hazard shown" in told(1)
    assert "12 hazards shown" in told(12)
    assert "1–50 of 10,000 hazards" in told(10_000)
