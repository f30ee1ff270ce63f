"""The safety charter: drafted, written line by line, signed by both sides, followed by the next."""

from collections.abc import Sequence

import pytest

from accounts.models import User
from audit.errors import BadText, Conflict, NotAllowed, NotPossible
from products.choices import Role, Side
from products.models import Product
from reviews.actions.charters import (
    add_line,
    draft_charter,
    edit_line,
    move_line,
    put_back_line,
    reject_charter,
    take_out_line,
    write_promise,
)
from reviews.actions.signing import withdraw_sign_off
from reviews.charter.lines import LineKind
from reviews.charter.page import WAITS_FOR, charter_versions
from reviews.charter.reading import Line, charter_in_force
from reviews.charter.words import changes_between
from reviews.choices import Meaning
from reviews.models import Charter
from reviews.sides import SIGNS_FOR
from reviews.signing.agreements_waiting import charter_waiting
from reviews.signing.versions import word_of
from tests.audit.record import contents
from tests.factories import join, make_person
from tests.reviews.charter.factories import (
    NEVER,
    OF_PRODUCT,
    a_charter,
    a_line,
    an_outcome,
    fresh,
    in_force,
    reading_of,
    signed,
)
from tests.reviews.factories import proof

CLINICAL, OF_THE_PRODUCT = Meaning.FOR_CLINICAL, Meaning.FOR_PRODUCT


@pytest.fixture
def draft(product: Product, clinical_product_manager: User) -> Charter:
    """A charter that may be signed."""
    return a_charter(product, clinical_product_manager)


def outcomes(charter: Charter) -> list[str]:
    return [each.outcome for each in reading_of(charter).lines.outcomes]


def refused(charter: Charter, by: User, meaning: Meaning) -> str:
    """Why a signature is refused; asserts that nothing at all was written."""
    before = contents()
    with pytest.raises(NotPossible) as refusal:
        signed(charter, by, meaning)
    assert contents() == before
    assert "Nothing was signed." in refusal.value.sentence
    return refusal.value.sentence


# --- Written --------------------------------------------------------------------------------------


def test_there_is_one_draft_at_a_time(draft: Charter, product: Product, cso: User) -> None:
    before = contents()
    with pytest.raises(NotPossible, match=r"Version 1 is not in force yet\. Nothing was made"):
        draft_charter(product=product, by=cso)
    assert contents() == before


def test_lines_stand_in_the_order_in_which_they_were_written(draft: Charter, cso: User) -> None:
    an_outcome(draft, cso, outcome="A reaction is noticed")
    lines = reading_of(draft).lines
    assert [each.outcome for each in lines.clinical] == [
        "Nobody misses a dose",
        "A reaction is noticed",
    ]
    assert [each.outcome for each in lines.of_product] == ["Repeats take no effort"]
    assert [each.text for each in lines.never] == [NEVER["text"]]


def test_a_line_moves_among_its_own(draft: Charter, cso: User) -> None:
    last = an_outcome(draft, cso, outcome="A reaction is noticed")
    move_line(line=last, by=cso, up=True)
    assert outcomes(draft) == [
        "A reaction is noticed",
        "Repeats take no effort",
        "Nobody misses a dose",
    ], "past the product's outcome, which stands elsewhere"
    move_line(line=last, by=cso, up=False)
    assert outcomes(draft)[2] == "A reaction is noticed"
    before = contents()
    with pytest.raises(NotPossible, match="It stands last already"):
        move_line(line=last, by=cso, up=False)
    assert contents() == before


def test_a_line_that_was_taken_out_can_be_put_back(draft: Charter, cso: User) -> None:
    line = an_outcome(draft, cso, outcome="A reaction is noticed")
    take_out_line(line=line, by=cso)
    reading = reading_of(draft)
    assert "A reaction is noticed" not in outcomes(draft)
    assert reading.lines.taken_out == [line]
    assert "A reaction" not in reading.subject.content
    with pytest.raises(NotPossible, match="out of the charter already"):
        take_out_line(line=line, by=cso)
    an_outcome(draft, cso, outcome="Later")
    put_back_line(line=line, by=cso)
    assert outcomes(draft)[-1] == "A reaction is noticed"
    with pytest.raises(NotPossible, match="in the charter already"):
        put_back_line(line=line, by=cso)


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        (LineKind.OUTCOME, {"side": "clinical", "outcome": ""}, "Outcome: it cannot be empty"),
        (LineKind.OUTCOME, {"side": "both", "outcome": "No harm"}, "Whose"),
        (LineKind.OUTCOME, {"side": "clinical", "outcome": "x" * 301}, "300"),
        (LineKind.TRADE_OFF, {"kind": "never", "text": ""}, "Trade-off: it cannot be empty"),
        (LineKind.RIGHT, {"what": "Tiers", "decides": ""}, "Who decides: it cannot be empty"),
    ],
)
def test_a_line_that_says_nothing_is_refused(
    draft: Charter, cso: User, kind: LineKind, values: dict[str, str], words: str
) -> None:
    before = contents()
    with pytest.raises((NotPossible, BadText), match=words):
        add_line(charter=draft, by=cso, kind=kind, values=values)
    assert contents() == before


def test_what_nobody_writes_is_refused(draft: Charter, cso: User) -> None:
    line = an_outcome(draft, cso)
    with pytest.raises(TypeError):
        edit_line(line=line, by=cso, changes={"position": 1})


def test_two_people_who_write_the_same_field_see_both(
    draft: Charter, cso: User, product_manager: User
) -> None:
    line = an_outcome(draft, cso)
    edit_line(line=line, by=cso, changes={"target": "None"}, base_version=1)
    with pytest.raises(Conflict) as conflict:
        edit_line(line=line, by=product_manager, changes={"target": "Few"}, base_version=1)
    assert [each.theirs for each in conflict.value.fields] == ["None"]
    edit_line(line=line, by=product_manager, changes={"measure": "Calls"}, base_version=1)
    version = fresh(draft).version
    write_promise(charter=draft, by=cso, promise="Hers", base_version=version)
    with pytest.raises(Conflict):
        write_promise(charter=draft, by=product_manager, promise="His", base_version=version)


@pytest.mark.parametrize("who", ["clinician", "engineer", "executive", "auditor", "stranger"])
def test_others_write_nothing(draft: Charter, who: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        an_outcome(draft, person)


# --- Signed ---------------------------------------------------------------------------------------


def test_it_holds_once_somebody_of_each_side_signed(
    draft: Charter, product: Product, clinician: User, product_manager: User
) -> None:
    signed(draft, product_manager, OF_THE_PRODUCT)
    assert charter_in_force(product) is None
    assert word_of(reading_of(draft), WAITS_FOR) == ("Waits for the clinical side", "accent")
    signed(draft, clinician, CLINICAL)
    holds = charter_in_force(product)
    assert holds is not None
    assert holds.charter == draft


def test_nobody_signs_for_both_sides(
    draft: Charter, product: Product, clinical_product_manager: User
) -> None:
    signed(draft, clinical_product_manager, CLINICAL)
    assert "You signed version 1 for the clinical side: somebody else" in refused(
        draft, clinical_product_manager, OF_THE_PRODUCT
    )
    assert charter_in_force(product) is None


def test_the_clinical_product_manager_may_stand_on_the_product_side(
    draft: Charter, product: Product, cso: User, clinical_product_manager: User
) -> None:
    in_force(draft, cso, clinical_product_manager)
    assert charter_in_force(product) is not None


@pytest.mark.parametrize(
    ("who", "meaning"),
    [
        ("product_manager", CLINICAL),
        ("executive", CLINICAL),
        ("cso", OF_THE_PRODUCT),
        ("clinician", OF_THE_PRODUCT),
        ("engineer", OF_THE_PRODUCT),
        ("auditor", CLINICAL),
    ],
)
def test_each_side_is_spoken_for_by_its_own(
    draft: Charter, who: str, meaning: Meaning, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    before = contents()
    with pytest.raises(NotAllowed, match="sign the charter for the"):
        signed(draft, person, meaning)
    assert contents() == before


def test_another_meaning_is_refused(draft: Charter, cso: User) -> None:
    assert "for one side or the other" in refused(draft, cso, Meaning.APPROVED)


def test_a_side_signs_once(draft: Charter, cso: User, clinician: User) -> None:
    signed(draft, cso, CLINICAL)
    assert "signed for the clinical side already" in refused(draft, clinician, CLINICAL)


def test_what_was_changed_while_it_was_read_is_not_signed(draft: Charter, cso: User) -> None:
    seen = reading_of(draft).subject.fingerprint
    an_outcome(draft, cso, outcome="Another")
    with pytest.raises(NotPossible, match="changed while you read it"):
        signed(draft, cso, CLINICAL, seen=seen)


@pytest.mark.parametrize("kind", ["clinical", "product", "never"])
def test_one_that_leaves_out_what_it_is_for_is_not_signed(
    draft: Charter, cso: User, kind: str
) -> None:
    lines = reading_of(draft).lines
    of_kind: dict[str, Sequence[Line]] = {
        "clinical": lines.clinical,
        "product": lines.of_product,
        "never": lines.never,
    }
    take_out_line(line=of_kind[kind][0], by=cso)
    assert refused(draft, cso, CLINICAL).startswith("It names no")


def test_a_change_takes_a_signature_out_of_date(
    draft: Charter, product: Product, cso: User, product_manager: User
) -> None:
    signed(draft, cso, CLINICAL)
    an_outcome(draft, cso, outcome="Another")
    assert word_of(reading_of(draft), WAITS_FOR) == ("Changed since it was signed", "warn")
    signed(draft, product_manager, OF_THE_PRODUCT)
    assert charter_in_force(product) is None, "the two signed different texts"


def test_a_rejection_sends_it_back(draft: Charter, cso: User, product_manager: User) -> None:
    seen = reading_of(draft).subject.fingerprint
    with pytest.raises(NotPossible, match="Say why you reject it"):
        reject_charter(charter=draft, by=product_manager, seen=seen, reason=" ")
    reject_charter(charter=draft, by=product_manager, seen=seen, reason="No target at all")
    assert word_of(reading_of(draft), WAITS_FOR)[0] == "Rejected"
    assert "rejected as it stands" in refused(draft, cso, CLINICAL)
    an_outcome(draft, cso, outcome="Another", target="Nine in ten")
    signed(draft, cso, CLINICAL)


# --- In force -------------------------------------------------------------------------------------


def test_one_that_holds_is_changed_by_the_next_version(
    draft: Charter, product: Product, cso: User, product_manager: User
) -> None:
    line = reading_of(draft).lines.outcomes[0]
    gone = an_outcome(draft, cso, outcome="Given up")
    take_out_line(line=gone, by=cso)
    in_force(draft, cso, product_manager)
    before = contents()
    for change in (
        lambda: edit_line(line=line, by=cso, changes={"outcome": "Other"}),
        lambda: an_outcome(draft, cso),
        lambda: write_promise(charter=draft, by=cso, promise="Other"),
        lambda: take_out_line(line=line, by=cso),
        lambda: reject_charter(
            charter=draft, by=cso, seen=reading_of(draft).subject.fingerprint, reason="No"
        ),
    ):
        with pytest.raises(NotPossible, match="so it stays as it was signed"):
            change()
    assert contents() == before
    second = draft_charter(product=product, by=cso)
    assert (second.number, second.promise) == (2, draft.promise)
    assert outcomes(second) == outcomes(draft), "what was taken out is not carried along"
    an_outcome(second, cso, **{**OF_PRODUCT, "outcome": "Parcels arrive"})
    holds = charter_in_force(product)
    assert holds is not None
    assert holds.charter.number == 1, "until both signed the second"
    in_force(second, cso, product_manager)
    assert [row.word for row in charter_versions(product).rows] == ["In force", "Replaced"]
    changes = changes_between(reading_of(draft).subject.content, reading_of(second).subject.content)
    assert [each.label for each in changes] == ["What matters most for the product"]
    assert "Version 2 is in force" not in refused(second, cso, CLINICAL)


def test_a_withdrawn_signature_ends_it_and_the_older_one_stays_replaced(
    draft: Charter, product: Product, cso: User, product_manager: User
) -> None:
    in_force(draft, cso, product_manager)
    second = draft_charter(product=product, by=cso)
    an_outcome(second, cso, outcome="Another")
    signed(second, cso, CLINICAL)
    theirs = signed(second, product_manager, OF_THE_PRODUCT)
    withdraw_sign_off(
        sign_off=theirs, by=product_manager, confirmed=proof(product_manager), reason="Too wide"
    )
    assert charter_in_force(product) is None
    assert [row.word for row in charter_versions(product).rows] == [
        "No longer in force",
        "Replaced",
    ]
    mine = reading_of(draft).signatures.readings[0].sign_off
    withdraw_sign_off(sign_off=mine, by=cso, confirmed=proof(cso), reason="Again")
    # Withdrawn or not, the second has taken the place of the first.
    assert "Version 2 is in force" in refused(draft, cso, CLINICAL)


def test_two_signatures_that_never_stood_together_put_nothing_in_force(
    draft: Charter, product: Product, cso: User, product_manager: User
) -> None:
    in_force(draft, cso, product_manager)
    second = draft_charter(product=product, by=cso)
    an_outcome(second, cso, outcome="Another")
    mine = signed(second, cso, CLINICAL)
    withdraw_sign_off(sign_off=mine, by=cso, confirmed=proof(cso), reason="Too early")
    signed(second, product_manager, OF_THE_PRODUCT)
    holds = charter_in_force(product)
    assert holds is not None
    assert holds.charter.number == 1, "the second was never agreed"
    [waiting] = charter_waiting(product)
    assert waiting.roles == SIGNS_FOR[CLINICAL]
    an_outcome(second, cso, outcome="It may still be written")
    in_force(second, cso, product_manager)
    assert reading_of(second).is_in_force


def test_a_line_of_each_kind_is_kept_apart(product: Product, cso: User) -> None:
    charter = draft_charter(product=product, by=cso)
    for kind, values in (
        (LineKind.TRADE_OFF, {"kind": "may", "text": "Fewer questions"}),
        (LineKind.RIGHT, {"what": "Tiers", "decides": "The officer"}),
    ):
        assert a_line(charter, cso, kind, values).position == 1
    lines = reading_of(charter).lines
    assert (len(lines.may), len(lines.never), len(lines.rights)) == (1, 0, 1)
    assert lines.outcomes_of(Side.CLINICAL) == []


def test_a_second_person_of_the_same_side_does_not_make_two(
    draft: Charter, product: Product, cso: User
) -> None:
    other = make_person("Otto Other")
    join(product, other, Role.CLINICAL_PRODUCT_MANAGER)
    signed(draft, cso, CLINICAL)
    assert charter_in_force(product) is None
    signed(draft, other, OF_THE_PRODUCT)
    assert charter_in_force(product) is not None
