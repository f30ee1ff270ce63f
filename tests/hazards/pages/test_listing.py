"""Filtering, counting and sorting the log, on plain values."""

import datetime

import pytest

from hazards.choices import Acceptability
from hazards.log import LevelWord, Listing, LogLine, Square, listing_of, wanted_from

TODAY = datetime.date(2026, 11, 22)
ACCEPTABLE, JUSTIFIED, UNACCEPTABLE = (
    Acceptability.ACCEPTABLE,
    Acceptability.IF_JUSTIFIED,
    Acceptability.UNACCEPTABLE,
)


def a_square(
    number: int, severity: int, likelihood: int, acceptability: Acceptability = JUSTIFIED
) -> Square:
    return Square(
        number,
        acceptability,
        LevelWord(severity, f"severity {severity}", severity),
        LevelWord(likelihood, f"likelihood {likelihood}", likelihood),
    )


def a_line(number: int, **more: object) -> LogLine:
    values = {
        "pk": number,
        "number": number,
        "reference": f"HAZ-{number:03d}",
        "display_reference": f"HAZ-{number:03d}",
        "name": f"Hazard {number}",
        "state": "live",
        "status": "open",
        "owner": "7",
        "owner_words": "Clara",
        "family": "Medicines",
        "review_date": None,
        "initial": None,
        "residual": None,
        "features": (),
        "has_additional_controls": False,
        "has_unverified_controls": False,
        "is_shaky": False,
    }
    return LogLine(**(values | more))  # type: ignore[arg-type]


def listed(
    lines: list[LogLine], me: str = "7", only: frozenset[int] | None = None, **query: str
) -> Listing:
    return listing_of(lines, wanted_from(query), me=me, today=TODAY, only=only)


def listed_by_mark(mark: str, line: dict[str, object]) -> Listing:
    return listing_of([a_line(1, **line)], wanted_from({mark: "1"}), me="7", today=TODAY)


def numbers(listing: Listing) -> list[int]:
    return [line.number for line in listing.lines]


def test_only_what_is_in_the_log_is_listed_unless_its_state_is_asked_for() -> None:
    lines = [
        a_line(1, state="draft"),
        a_line(2),
        a_line(3, state="withdrawn"),
        a_line(4, state="merged"),
    ]

    assert numbers(listed(lines)) == [1, 2]
    assert numbers(listed(lines, state="withdrawn")) == [3]
    assert listed(lines).counts["state"] == {"draft": 1, "live": 1, "withdrawn": 1, "merged": 1}
    assert listed(lines, state="merged").in_the_log == 2


def test_a_count_says_what_its_value_would_show_beside_all_else() -> None:
    lines = [
        a_line(1, status="open", family="Medicines"),
        a_line(2, status="closed", family="Medicines"),
        a_line(3, status="open", family="Triage"),
    ]

    listing = listed(lines, status="open")

    assert numbers(listing) == [1, 3]
    assert listing.counts["status"] == {"open": 2, "closed": 1}
    assert listing.counts["family"] == {"Medicines": 1, "Triage": 1}
    for value, count in listing.counts["status"].items():
        assert len(listed(lines, status=value).lines) == count


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        ("mine", {"owner": "7"}),
        ("needs_estimate", {"initial": None}),
        ("needs_estimate", {"initial": a_square(3, 4, 3), "residual": None}),
        (
            "needs_estimate",
            {"initial": a_square(1, 1, 1, ACCEPTABLE), "has_additional_controls": True},
        ),
        ("not_acceptable", {"residual": a_square(3, 4, 3, JUSTIFIED)}),
        ("not_acceptable", {"residual": a_square(5, 5, 5, UNACCEPTABLE)}),
        ("unverified", {"has_unverified_controls": True}),
        ("provisional", {"residual": a_square(2, 2, 2), "is_shaky": True}),
        ("overdue", {"review_date": TODAY - datetime.timedelta(days=1)}),
    ],
)
def test_a_mark_finds_what_it_says(mark: str, line: dict[str, object]) -> None:
    assert numbers(listed_by_mark(mark, line)) == [1]
    assert listed([a_line(1, **line)]).marks[mark] == 1


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        ("mine", {"owner": "role:Clara"}),
        ("needs_estimate", {"initial": a_square(1, 1, 1, ACCEPTABLE)}),
        ("not_acceptable", {"residual": a_square(2, 2, 2, ACCEPTABLE)}),
        ("not_acceptable", {"residual": None}),
        ("provisional", {"residual": None, "is_shaky": True}),
        ("overdue", {"review_date": TODAY}),
    ],
)
def test_a_mark_leaves_out_what_it_does_not_say(mark: str, line: dict[str, object]) -> None:
    assert numbers(listed_by_mark(mark, line)) == []
    assert listed([a_line(1, **line)]).marks[mark] == 0


def test_a_risk_sorts_by_class_then_severity_then_likelihood_and_never_by_a_product() -> None:
    lines = [
        a_line(1, initial=a_square(3, 2, 5)),  # 2 × 5 = 10
        a_line(2, initial=a_square(3, 4, 2)),  # 4 × 2 = 8, yet more severe
        a_line(3, initial=a_square(4, 2, 2)),
        a_line(4),
        a_line(5, initial=a_square(3, 4, 1)),
    ]

    assert numbers(listed(lines, sort="initial")) == [3, 2, 5, 1, 4]
    assert numbers(listed(lines, sort="-initial")) == [4, 1, 5, 2, 3]


def test_sorts_by_owner_status_and_review_with_the_missing_last() -> None:
    lines = [
        a_line(1, owner="", owner_words="", status="closed"),
        a_line(2, owner_words="zoe", status="open", review_date=TODAY),
        a_line(3, owner_words="Adam", status="transferred"),
    ]

    assert numbers(listed(lines, sort="owner")) == [3, 2, 1]
    assert numbers(listed(lines, sort="status")) == [2, 3, 1]
    assert numbers(listed(lines, sort="review")) == [2, 1, 3]
    assert numbers(listed(lines, sort="-reference")) == [3, 2, 1]


def test_what_makes_no_sense_in_an_address_is_left_out() -> None:
    wanted = wanted_from(
        {"sort": "severity*likelihood", "mine": "yes", "q": " a\x00b  c ", "unknown": "1"}
    )

    assert wanted.sort == "reference"
    assert not wanted.marks
    assert wanted.search == "a b c"
    assert wanted_from({"q": "x" * 100_000}).search == "x" * 200


def test_a_square_is_found_by_its_two_levels() -> None:
    lines = [a_line(1, residual=a_square(3, 14, 25)), a_line(2, residual=a_square(3, 14, 24))]

    assert numbers(listed(lines, residual_cell="14:25")) == [1]
    assert numbers(listed(lines, residual_cell="9" * 40 + ":1")) == []


def test_a_search_and_the_filters_narrow_together() -> None:
    lines = [a_line(1), a_line(2, family="Triage"), a_line(3)]

    assert numbers(listed(lines, only=frozenset({2, 3}), family="Medicines")) == [3]
