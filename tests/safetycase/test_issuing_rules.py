"""The rules of four eyes and of a version's states, over everything that can be signed.

The rules are told a second time here, in other words, and compared over every set of signatures
that four people can have given: the author (a clinical product manager), a clinical safety officer,
another clinician, and the accountable executive.
"""

import itertools
from collections.abc import Iterable

import pytest

from reviews.choices import Meaning, SubjectKind
from safetycase.issuing_rules import (
    VERSION_MOVES,
    Signed,
    VersionFacts,
    VersionState,
    missing_signatures,
    version_state,
    why_not_sign,
)

AUTHOR, OFFICER, CLINICIAN, EXECUTIVE = 1, 2, 3, 4
LOG, REPORT = SubjectKind.HAZARD_LOG, SubjectKind.REPORT

#: Everything that the four may sign on a version, each a page: who, as what.
PAGES = [
    (AUTHOR, Meaning.REVIEWED),
    (OFFICER, Meaning.REVIEWED),
    (CLINICIAN, Meaning.REVIEWED),
    (OFFICER, Meaning.APPROVED),
    (EXECUTIVE, Meaning.AUTHORISED),
]
ALL_SETS = [
    frozenset(those)
    for count in range(len(PAGES) + 1)
    for those in itertools.combinations(PAGES, count)
]
Pages = Iterable[tuple[int, Meaning]]


def facts(
    pages: Pages, *, author: int = AUTHOR, current: bool = True, **more: bool
) -> VersionFacts:
    """A version on which these pages are signed, both parts of it where there are two."""
    signed = []
    for person, meaning in sorted(pages):
        kinds = [REPORT] if meaning is Meaning.AUTHORISED else [LOG, REPORT]
        for kind in kinds:
            is_officer = current and person == OFFICER
            signed.append(Signed(person, kind, meaning, by_current_officer=is_officer))
    return VersionFacts(author=author, signed=signed, **more)


def is_ready(pages: frozenset[tuple[int, Meaning]], author: int, *, needs: bool) -> bool:
    """Four eyes in other words: somebody reviewed who neither froze nor approved it."""
    reviewers = {who for who, what in pages if what is Meaning.REVIEWED and who != author}
    approved = (OFFICER, Meaning.APPROVED) in pages
    authorised = (EXECUTIVE, Meaning.AUTHORISED) in pages or not needs
    return approved and bool(reviewers - {OFFICER}) and authorised


# --- States ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("author", [AUTHOR, OFFICER, CLINICIAN])
@pytest.mark.parametrize("needs", [True, False], ids=["authorised", "not asked for"])
def test_every_set_of_signatures(author: int, needs: bool) -> None:
    for pages in ALL_SETS:
        those = facts(pages, author=author, needs_authorisation=needs)
        ready = is_ready(pages, author, needs=needs)
        assert (version_state(those) is VersionState.READY) is ready, (pages, author)
        assert (missing_signatures(those) == []) is ready, (pages, author)


def test_one_officer_alone_is_never_enough() -> None:
    """Whoever froze it: without a second person who reviewed it, nothing is issued."""
    for author in (AUTHOR, OFFICER):
        pages = [(OFFICER, Meaning.REVIEWED), (OFFICER, Meaning.APPROVED)]
        pages.append((EXECUTIVE, Meaning.AUTHORISED))
        assert version_state(facts(pages, author=author)) is VersionState.IN_REVIEW


def test_a_company_with_one_officer_can_issue() -> None:
    pages = [(CLINICIAN, Meaning.REVIEWED), (OFFICER, Meaning.APPROVED)]
    pages.append((EXECUTIVE, Meaning.AUTHORISED))
    assert version_state(facts(pages, author=OFFICER)) is VersionState.READY


def test_an_officer_who_is_not_current_approves_nothing() -> None:
    for pages in ALL_SETS:
        assert version_state(facts(pages, current=False)) is VersionState.IN_REVIEW


def test_what_it_says_keeps_it_from_being_ready_whoever_signed() -> None:
    for pages in ALL_SETS:
        assert version_state(facts(pages, is_complete=False)) is VersionState.IN_REVIEW


@pytest.mark.parametrize("part", [LOG, REPORT])
def test_both_parts_are_reviewed_and_approved(part: SubjectKind) -> None:
    whole = facts(
        [
            (CLINICIAN, Meaning.REVIEWED),
            (OFFICER, Meaning.APPROVED),
            (EXECUTIVE, Meaning.AUTHORISED),
        ]
    )
    for meaning in (Meaning.REVIEWED, Meaning.APPROVED):
        kept = [each for each in whole.signed if (each.meaning, each.kind) != (meaning, part)]
        less = VersionFacts(author=AUTHOR, signed=kept)
        assert version_state(less) is VersionState.IN_REVIEW
        assert missing_signatures(less)


def test_two_people_who_reviewed_one_part_each_reviewed_nothing() -> None:
    halves = [
        Signed(CLINICIAN, LOG, Meaning.REVIEWED),
        Signed(EXECUTIVE, REPORT, Meaning.REVIEWED),
    ]
    assert VersionFacts(author=AUTHOR, signed=halves).reviewers == set()


def test_what_ended_a_version_is_told_in_order() -> None:
    """Issued goes before all, rejected before overtaken: an issued version is never undone."""
    for pages in ALL_SETS:
        for rejected, overtaken in itertools.product([False, True], repeat=2):
            ended = {"is_rejected": rejected, "is_overtaken": overtaken}
            issued = facts(pages, is_issued=True, **ended)
            assert version_state(issued) is VersionState.ISSUED
            replaced = facts(pages, is_issued=True, is_replaced=True, **ended)
            assert version_state(replaced) is VersionState.REPLACED
            if rejected:
                assert version_state(facts(pages, **ended)) is VersionState.REJECTED
            elif overtaken:
                assert version_state(facts(pages, **ended)) is VersionState.OVERTAKEN


def test_every_state_is_in_the_table_of_moves() -> None:
    assert set(VERSION_MOVES) == set(VersionState)
    for moves in VERSION_MOVES.values():
        assert moves <= set(VersionState)


EVENTS = ("sign", "withdraw", "reject", "overtake", "issue", "replace")


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_in_every_state_is_a_move_of_the_table(event: str) -> None:
    """What happens to a version by one event is what the manual's diagram draws, or nothing."""
    ended = [
        {},
        {"is_rejected": True},
        {"is_overtaken": True},
        {"is_issued": True},
        {"is_issued": True, "is_replaced": True},
    ]
    for pages, flags in itertools.product(ALL_SETS, ended):
        before = version_state(facts(pages, **flags))
        for after_pages, after_flags in after(event, pages, dict(flags), before):
            then = version_state(facts(after_pages, **after_flags))
            assert then is before or then in VERSION_MOVES[before], (before, event, then)


def after(
    event: str, pages: frozenset[tuple[int, Meaning]], flags: dict[str, bool], state: VersionState
) -> list[tuple[frozenset[tuple[int, Meaning]], dict[str, bool]]]:
    """What one event makes of a version, where the actions let it happen."""
    is_open = state in (VersionState.IN_REVIEW, VersionState.READY)
    if event == "sign":
        return [(pages | {page}, flags) for page in PAGES if is_open]
    if event == "withdraw":  # also of an issued version: the signature stays in its document
        return [(pages - {page}, flags) for page in pages]
    if event == "reject":
        return [(pages, flags | {"is_rejected": True})] if is_open else []
    if event == "overtake":
        return [(pages, flags | {"is_overtaken": True})] if is_open else []
    if event == "issue":
        return [(pages, flags | {"is_issued": True})] if state is VersionState.READY else []
    return [(pages, flags | {"is_replaced": True})] if state is VersionState.ISSUED else []


# --- Who may sign now -----------------------------------------------------------------------------


@pytest.mark.parametrize("author", [AUTHOR, OFFICER, CLINICIAN])
def test_who_may_sign_with_every_set_of_signatures(author: int) -> None:
    for pages in ALL_SETS:
        those = facts(pages, author=author)
        reviewers = {who for who, what in pages if what is Meaning.REVIEWED and who != author}
        for person in (AUTHOR, OFFICER, CLINICIAN, EXECUTIVE):
            approved = (person, Meaning.APPROVED) in pages
            may_review = (
                person != author and (person, Meaning.REVIEWED) not in pages and not approved
            )
            assert (why_not_sign(those, person, Meaning.REVIEWED) is None) is may_review
            authorised = (person, Meaning.AUTHORISED) in pages
            may_approve = not (approved or authorised) and bool(reviewers - {person})
            assert (why_not_sign(those, person, Meaning.APPROVED) is None) is may_approve
            whole = (OFFICER, Meaning.APPROVED) in pages and bool(reviewers - {OFFICER})
            may_authorise = whole and not approved and (person, Meaning.AUTHORISED) not in pages
            assert (why_not_sign(those, person, Meaning.AUTHORISED) is None) is may_authorise


def test_whoever_may_sign_brings_it_on_or_leaves_it_where_it_is() -> None:
    """No signature that may be given takes a version back."""
    for pages in ALL_SETS:
        before = facts(pages)
        for person, meaning in PAGES:
            if why_not_sign(before, person, meaning) is None:
                then = facts(pages | {(person, meaning)})
                assert not (
                    version_state(before) is VersionState.READY
                    and version_state(then) is not VersionState.READY
                )


def test_nothing_is_signed_on_what_ended() -> None:
    for flags in ({"is_rejected": True}, {"is_overtaken": True}, {"is_issued": True}):
        for pages in ALL_SETS:
            for person, meaning in itertools.product((AUTHOR, OFFICER, CLINICIAN), Meaning):
                sentence = why_not_sign(facts(pages, **flags), person, meaning)
                assert sentence is not None
                assert "nothing is signed on it any more" in sentence


def test_nobody_signs_as_author_again() -> None:
    assert why_not_sign(facts([]), AUTHOR, Meaning.AUTHORED) == (
        "A version is authored by freezing it."
    )


def test_half_a_signature_can_be_made_whole() -> None:
    """Who withdrew their signature of one part signs that part again, and no other."""
    half = VersionFacts(author=AUTHOR, signed=[Signed(CLINICIAN, LOG, Meaning.REVIEWED)])
    assert why_not_sign(half, CLINICIAN, Meaning.REVIEWED) is None
    assert half.parts_to_sign(CLINICIAN, Meaning.REVIEWED) == [REPORT]
    assert half.parts_to_sign(OFFICER, Meaning.APPROVED) == [LOG, REPORT]
    assert half.parts_to_sign(EXECUTIVE, Meaning.AUTHORISED) == [REPORT]
