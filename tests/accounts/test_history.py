"""Pages of history: an act is never cut in two, and none is lost between two pages."""

import pytest

from accounts import history
from accounts.actions import edit_profile
from accounts.models import Profile, User
from audit.acts import act
from audit.timeline import Objects
from tests.factories import make_person


@pytest.fixture
def people(administrator: User) -> list[User]:
    """Five people whose job titles were changed three times, all five in one act each time."""
    made = [make_person(f"Person {number}") for number in range(5)]
    for title in ("First", "Second", "Third"):
        with act(by=administrator, reason=title):
            for person in made:
                edit_profile(profile=person.profile, by=administrator, changes={"job_title": title})
    return made


def walk(people: list[User]) -> list[list[tuple[str, int]]]:
    objects: Objects = {Profile: [person.profile.pk for person in people]}
    pages, before = [], None
    while True:
        acts, before = history.history_page(objects, before)
        pages.append([(each.reason, len(each.changes)) for each in acts])
        if before is None:
            return pages


@pytest.mark.parametrize("most", [5, 6, 7, 10, 14, 15, 16, 100])
def test_every_act_comes_once_and_whole(
    people: list[User], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST", most)
    everything = [act for page in walk(people) for act in page]
    assert everything == [
        ("Third", 5),
        ("Second", 5),
        ("First", 5),
        *((f"Added Person {number}", 1) for number in reversed(range(5))),
    ]


def test_an_act_larger_than_a_page_goes_on_on_the_next(
    people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST", 3)
    pages = walk(people)
    assert pages[0] == [("Third", 3)]
    assert sum(count for page in pages for _, count in page) == 20


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (None, None),
        ("", None),
        ("17", 17),
        ("-1", None),
        ("x", None),
        ("²", None),
        ("1" * 19, None),
    ],
)
def test_where_a_page_begins(text: str | None, start: int | None) -> None:
    assert history.page_start(text) == start
