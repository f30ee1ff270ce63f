"""What the plan in force says of acceptability and authority, in plain words.

It is quoted wherever somebody decides and nothing of it is kept elsewhere: whoever wants other
words changes the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hazards.choices import Acceptability
from hazards.models import Plan, PlanClass
from hazards.rules import may_be_weighed
from products.models import Product
from products.permissions import roles_in_words
from reviews.calendar.rules import months_in_words
from reviews.plan.reading import classes_of, plan_in_force

NO_PLAN_QUOTED = (
    "No plan is in force, so nobody has the authority to accept a residual risk. The criteria are "
    "quoted here once a clinical safety officer approved the plan and the accountable executive "
    "authorised it."
)


@dataclass(frozen=True)
class ClassQuoted:
    """What the plan says of one risk class, in words. ``accepted_by`` is '' for nobody."""

    number: int
    acceptability: Acceptability
    meaning: str
    accepted_by: str
    reviewed: str
    may_be_weighed: bool  # unacceptable, and open to a clinical risk–benefit analysis

    @property
    def in_words(self) -> str:
        """What it asks for, in a sentence or two."""
        if self.acceptability is Acceptability.ACCEPTABLE:
            return "Acceptable: it is accepted with the approval of the hazard log version."
        if self.acceptability is Acceptability.IF_JUSTIFIED:
            if not self.accepted_by:
                return "The plan lets nobody accept it, so no such risk can be accepted."
            return (
                f"Acceptable only where further reduction is impractical, once the "
                f"{self.accepted_by} has accepted it. Nobody accepts what they estimated."
            )
        helps = "Unacceptable: it needs more control or a changed scope, and no signature helps."
        if self.may_be_weighed:
            return (
                f"{helps} Where control is impracticable, a concluded clinical risk–benefit "
                "analysis may bear it (6.2)."
            )
        return helps


@dataclass(frozen=True)
class PlanQuoted:
    """The criteria and authorities of a plan, the highest class first."""

    number: int
    classes: list[ClassQuoted]
    needs_authorisation: bool

    def of(self, acceptability: Acceptability) -> list[ClassQuoted]:
        """The classes of one acceptability."""
        return [each for each in self.classes if each.acceptability is acceptability]

    @property
    def unacceptable(self) -> str:
        """The classes that are unacceptable, as in “class 4 or 5”; '' for none."""
        return classes_in_words(self.of(Acceptability.UNACCEPTABLE))

    @property
    def beyond_help(self) -> str:
        """The unacceptable classes that nothing lifts; '' for none."""
        return self._unacceptable(may_be_weighed=False)

    @property
    def weighed(self) -> str:
        """The unacceptable classes that a clinical risk–benefit analysis may bear; '' for none."""
        return self._unacceptable(may_be_weighed=True)

    def _unacceptable(self, *, may_be_weighed: bool) -> str:
        found = self.of(Acceptability.UNACCEPTABLE)
        return classes_in_words([each for each in found if each.may_be_weighed is may_be_weighed])

    @property
    def justified(self) -> list[tuple[str, str]]:
        """The classes that somebody accepts, with who may, where the same people do together."""
        found: dict[str, list[ClassQuoted]] = {}
        for each in self.of(Acceptability.IF_JUSTIFIED):
            found.setdefault(each.accepted_by, []).append(each)
        return [(classes_in_words(classes), who) for who, classes in found.items()]

    @property
    def acceptable(self) -> str:
        """The classes that are acceptable as they are; '' for none."""
        return classes_in_words(self.of(Acceptability.ACCEPTABLE))


def classes_in_words(classes: Sequence[ClassQuoted]) -> str:
    """The numbers of classes as a sentence names them: “class 4 or 5”."""
    numbers = [str(number) for number in sorted(each.number for each in classes)]
    if not numbers:
        return ""
    *first, last = numbers
    return f"class {', '.join(first)} or {last}" if first else f"class {last}"


def quoted_plan(product: Product) -> PlanQuoted | None:
    """What the plan in force says; None without one. A dozen queries."""
    plan = plan_in_force(product)
    return plan_in_words(plan, list(classes_of(plan))) if plan else None


def plan_in_words(plan: Plan, said: Sequence[PlanClass]) -> PlanQuoted:
    """A plan and what it says of each class, the lowest first, in plain words. No query."""
    highest = max((each.risk_class.number for each in said), default=0)
    return PlanQuoted(
        plan.number,
        [
            ClassQuoted(
                number=each.risk_class.number,
                acceptability=Acceptability(each.risk_class.acceptability),
                meaning=each.risk_class.meaning,
                accepted_by=roles_in_words(each.accepting_roles),
                reviewed=months_in_words(each.review_months),
                may_be_weighed=may_be_weighed(
                    each.risk_class.acceptability, each.risk_class.number, highest
                ),
            )
            for each in reversed(said)
        ],
        plan.needs_authorisation,
    )
