"""What is quoted of the plan and the charter where somebody is about to decide."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone

from accounts.models import User
from hazards.choices import Acceptability
from hazards.rules import may_be_weighed
from products.choices import Side
from products.models import Product
from reviews.charter.quotes import MOMENTS, Moment, charter_lines, plan_line
from reviews.charter.reading import CharterLines, CharterReading, charter_subject
from reviews.choices import TradeOff
from reviews.models import Charter, CharterOutcome, CharterTradeOff, DecisionRight
from reviews.plan.quotes import ClassQuoted, PlanQuoted, classes_in_words, quoted_plan
from reviews.signing.reading import Signatures
from tests.reviews.factories import a_plan_in_force

WHO = "accountable executive or clinical safety officer"


def quoted(number: int, acceptability: Acceptability, who: str = "") -> ClassQuoted:
    return ClassQuoted(number, acceptability, "", who, "every month", may_be_weighed=number == 4)


PLAN = PlanQuoted(
    1,
    [
        quoted(5, Acceptability.UNACCEPTABLE),
        quoted(4, Acceptability.UNACCEPTABLE),
        quoted(3, Acceptability.IF_JUSTIFIED, WHO),
        quoted(2, Acceptability.ACCEPTABLE),
        quoted(1, Acceptability.ACCEPTABLE),
    ],
    needs_authorisation=True,
)


@pytest.mark.parametrize(
    ("acceptability", "number", "may"),
    [
        (Acceptability.UNACCEPTABLE, 4, True),
        (Acceptability.UNACCEPTABLE, 5, False),
        (Acceptability.IF_JUSTIFIED, 3, False),
        (Acceptability.ACCEPTABLE, 1, False),
    ],
)
def test_only_what_is_unacceptable_below_the_highest_class_is_weighed(
    acceptability: Acceptability, number: int, may: bool
) -> None:
    assert may_be_weighed(acceptability, number, 5) is may


def test_a_matrix_whose_only_unacceptable_class_is_the_highest_leaves_nothing_to_weigh() -> None:
    assert not may_be_weighed(Acceptability.UNACCEPTABLE, 3, 3)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (
            "decision",
            f"An option with a risk of class 4 or 5 cannot be chosen, whoever signs. Class 3 may "
            f"be chosen, and goes out only once the {WHO} has accepted it.",
        ),
        (
            "estimate",
            f"Class 4 or 5: unacceptable; class 3: only once the {WHO} has accepted it; class 1 "
            "or 2: acceptable.",
        ),
        (
            "acceptance",
            f"Class 3 is accepted by the {WHO}, never by who estimated it. Class 5 is "
            "unacceptable: no signature helps. Class 4 is unacceptable: only a concluded clinical "
            "risk–benefit analysis may bear it.",
        ),
        (
            "gate",
            "Nothing goes out with a residual risk of class 5. Class 4 only where a concluded "
            f"clinical risk–benefit analysis bears it. Class 3 only once the {WHO} "
            "has accepted it. The accountable executive authorises each release.",
        ),
    ],
)
def test_each_moment_has_the_part_of_the_plan_that_applies(moment: Moment, words: str) -> None:
    assert plan_line(PLAN, moment) == words


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_class_that_the_plan_gives_nobody_is_said_to_be_nobodys(moment: Moment) -> None:
    plan = PlanQuoted(1, [quoted(3, Acceptability.IF_JUSTIFIED)], needs_authorisation=False)
    assert "nobody" in plan_line(plan, moment)


def test_classes_are_named_as_a_sentence_names_them() -> None:
    classes = [quoted(number, Acceptability.UNACCEPTABLE) for number in (5, 3, 4)]
    assert classes_in_words(classes) == "class 3, 4 or 5"
    assert classes_in_words(classes[:1]) == "class 5"
    assert classes_in_words([]) == ""


def test_what_the_plan_says_of_each_class_is_put_in_plain_words() -> None:
    five, four, three, two, _ = (each.in_words for each in PLAN.classes)
    assert "no signature helps" in five
    assert "6.2" not in five
    assert "risk–benefit analysis may bear it (6.2)" in four
    assert f"once the {WHO} has accepted it" in three
    assert two.startswith("Acceptable: it is accepted with the approval")


def a_reading(product: Product, by: User, *, never: int = 4) -> CharterReading:
    charter = Charter(product=product, number=1, drafted_at=timezone.now(), drafted_by=by)
    lines = CharterLines(
        outcomes=[
            CharterOutcome(side=Side.CLINICAL, outcome="No dose is missed", target="under 1 %"),
            CharterOutcome(side=Side.PRODUCT, outcome="Parcels arrive"),
        ],
        trade_offs=[
            CharterTradeOff(kind=TradeOff.NEVER, text=f"Never {n}.") for n in range(1, never + 1)
        ],
        rights=[DecisionRight(what="Tiers", decides="The officer")],
        taken_out=[],
    )
    return CharterReading(charter, lines, charter_subject(charter, lines), Signatures([], []))


def test_two_lines_of_a_kind_are_quoted_and_the_rest_counted(product: Product, cso: User) -> None:
    never, right = charter_lines(a_reading(product, cso), "decision")
    assert (never.label, never.texts, never.more) == (
        "We never",
        ["Never 1", "Never 2"],
        2,
    )
    assert right.texts == ["Tiers: The officer"]


def test_what_the_charter_does_not_say_is_left_out(product: Product, cso: User) -> None:
    labels = [line.label for line in charter_lines(a_reading(product, cso, never=0), "estimate")]
    assert labels == ["What matters most clinically"]


def test_the_plan_in_force_is_quoted_from_the_plan(
    product: Product, cso: User, executive: User
) -> None:
    assert quoted_plan(product) is None
    a_plan_in_force(product, cso, executive)
    plan = quoted_plan(product)
    assert plan is not None
    assert [(each.number, each.may_be_weighed) for each in plan.classes] == [
        (5, False),
        (4, True),
        (3, False),
        (2, False),
        (1, False),
    ]
    assert (plan.unacceptable, plan.justified) == ("class 4 or 5", [("class 3", WHO)])


def render(product: Product, moment: str) -> str:
    text = "{% load charter %}{% quoted_charter product moment %}"
    return Template(text).render(Context({"product": product, "moment": moment}))


@pytest.mark.parametrize("moment", MOMENTS)
def test_without_a_plan_and_a_charter_it_says_so(product: Product, moment: str) -> None:
    assert "No plan is in force" in render(product, moment)


def test_a_moment_that_there_is_not_is_refused(product: Product) -> None:
    with pytest.raises(TemplateSyntaxError, match="no moment teatime"):
        render(product, "teatime")
