"""Deciding what an import does: the file beside the log as it stands. Reads only."""

import datetime

from accounts.models import User
from audit.errors import NotPossible
from hazards.choices import (
    Acceptability,
    ControlKind,
    ControlState,
    HazardState,
    HazardStatus,
    Stage,
)
from hazards.facts import facts_of
from hazards.importing.blocks import rows_not_taken
from hazards.importing.compare import Verdict, verdict_on
from hazards.importing.cover import NEXT_REVIEW, PRODUCT, differs
from hazards.importing.fields import CONTROLS, OWN_WORDS, Field
from hazards.importing.findings import Findings, Level, quoted
from hazards.importing.levels import MatrixWords
from hazards.importing.memory import Memory, RememberedHazard, key_of, recall
from hazards.importing.new_hazards import plan_new_hazards
from hazards.importing.owners import Owners, owner_key, owner_values
from hazards.importing.parsed import ParsedHazard, ParsedLog, RefusedRows
from hazards.importing.plan_parts import (
    Comparison,
    plan_controls,
    plan_estimates,
    plan_parts,
)
from hazards.importing.plan_tests import plan_tests
from hazards.importing.planned import (
    Deed,
    Plan,
    PlannedControl,
    PlannedHazard,
    PlannedPart,
    PlannedTest,
)
from hazards.importing.standing import StandingHazard, StandingLog, read_standing
from hazards.importing.statuses import Statuses
from hazards.importing.worst import worst_of
from hazards.matrix_reading import read_matrix
from hazards.queries import current_matrix
from hazards.rules import ControlFacts, HazardFacts, why_not_status
from hazards.transitions import conditions_from_above, conditions_on_new
from products.models import Product
from products.permissions import Ability, check_can

_REVIEW_DATE = "review_date"
_NAME_WORDS = {
    "name": "The name",
    Field.DESCRIPTION: "The description",
    Field.EFFECT: "The effect in care",
    Field.FAMILY: "The tag",
    Field.ACTION_SUMMARY: "The action summary",
    Field.JUSTIFICATION: "The justification",
}


def plan_import(*, product: Product, log: ParsedLog, by: User) -> Plan:
    """What importing a file into a product would create, change and leave. Writes nothing.

    Raises ``NotAllowed``, and ``NotPossible`` when the product has no risk matrix.
    """
    check_can(by, Ability.IMPORT_LOG, product)
    return _Planner(product, log, by).plan()


class _Planner:
    """One import being planned."""

    def __init__(self, product: Product, log: ParsedLog, by: User) -> None:
        matrix = current_matrix(product)
        if matrix is None:
            raise NotPossible(
                f"{product.name} has no risk matrix, so no risk can be looked up. "
                "Nothing was changed. Give the product its matrix first."
            )
        self.product = product
        self.log = log
        self.words = MatrixWords(read_matrix(matrix))
        self.standing: StandingLog = read_standing(product)
        self.memory: Memory = recall(product)
        self.findings = Findings(log.sheet)
        self.owners = Owners.of(product, self.findings)
        self.statuses = Statuses(product, by, self.findings)
        self.refused: list[RefusedRows] = []
        self.rows_refused = 0
        self.taken: dict[str, str] = {}  # hazards that a row of the file stands for already

    def plan(self) -> Plan:
        """The whole plan, in the order of the file."""
        self._check_product()
        hazards = []
        for parsed in self.log.hazards:
            standing = self._standing(parsed)
            if standing is None:
                hazards.append(self._new(parsed))
            elif self._may_change(parsed, standing):
                hazards.append(self._changed(parsed, standing))
        plan_new_hazards(hazards, self.standing.by_reference, self.findings)
        self._note_missing()
        self.owners.report_roles()
        self.words.report_refused(self.log, self.findings)
        return Plan(
            product=self.product,
            log=self.log,
            hazards=hazards,
            findings=[*self.log.findings, *self.findings],
            versions=self.standing.versions,
            memory=self.memory,
            refused=self.refused,
            rows_refused=self.rows_refused,
        )

    def _check_product(self) -> None:
        said = self.log.cover.get(PRODUCT, "")
        if said and differs(said, self.product.name):
            self.findings.add(
                Level.PROBLEM,
                "",
                found=said,
                done=f"The cover names another product; the file goes into {self.product.name}.",
                todo="Check that this is the file, and the product, that you mean.",
            )

    # --- Which hazard of the log is it ---------------------------------------------------------

    def _standing(self, parsed: ParsedHazard) -> StandingHazard | None:
        remembered = self.memory.get(key_of(parsed))
        if remembered is not None and remembered.id in self.standing.hazards:
            return self.standing.hazards[remembered.id]
        if parsed.reference:
            return self.standing.by_reference(parsed.reference)
        return self.standing.by_name(parsed.name)

    def _may_change(self, parsed: ParsedHazard, standing: StandingHazard) -> bool:
        """Whether the hazard is in the log, and no other row of the file stands for it."""
        hazard = standing.hazard
        other = self.taken.setdefault(str(hazard.public_id), parsed.rows)
        if other != parsed.rows:
            why = f"The rows {other} stand for {hazard.display_reference} already."
        elif not standing.is_in_the_log:
            why = f"{hazard.display_reference} is {hazard.get_state_display().lower()} here."
        else:
            return True
        self.refused.append(
            RefusedRows(quoted(parsed.reference, 60), quoted(parsed.name), parsed.rows, why)
        )
        self.rows_refused += parsed.row_count
        self.findings.add(
            Level.REFUSED,
            parsed.cells[Field.NAME],
            found=parsed.called,
            done=f"{why} {rows_not_taken(parsed.rows)}",
            todo="Restore the hazard first, or take it out of the file.",
            reference=parsed.called,
        )
        return False

    def _note_missing(self) -> None:
        """Hazards that an earlier file had and this one has not stay as they are."""
        missing = [
            standing.hazard.display_reference
            for remembered in self.memory.values()
            if (standing := self.standing.hazards.get(remembered.id)) is not None
            and standing.is_in_the_log
            and remembered.id not in self.taken
        ]
        if not missing:
            return
        one = len(missing) == 1
        self.findings.add(
            Level.PROBLEM,
            "",
            found=", ".join(missing),
            done="An earlier file had this hazard, this one has not; it was left in the log."
            if one
            else f"An earlier file had these {len(missing)} hazards, this one has not; they were "
            "left in the log.",
            todo="Withdraw what no longer belongs in the log, with a reason.",
        )

    # --- A hazard that is new ------------------------------------------------------------------

    def _new(self, parsed: ParsedHazard) -> PlannedHazard:
        planned = PlannedHazard(parsed, None, reference=parsed.reference)
        for field in OWN_WORDS:
            planned.values[field.value] = parsed.words.get(field, "")
        planned.values |= owner_values(self.owners.key(parsed))
        self.owners.note_role(parsed)
        self._note_same_name(parsed)
        if (day := parsed.review_date or self.log.review_date) is not None:
            planned.values[_REVIEW_DATE] = day
        planned.harms = [PlannedPart(text.text, Deed.ADD) for text in parsed.harms]
        planned.causes = [PlannedPart(text.text, Deed.ADD) for text in parsed.causes]
        planned.controls = [PlannedControl(each, Deed.ADD) for each in parsed.controls]
        planned.tests = [
            PlannedTest(t.text, Deed.ADD, t.controls, details=dict(t.details)) for t in parsed.tests
        ]
        plan_estimates(planned, self.words, self.findings, None)
        status, facts = self.statuses.read(parsed) or HazardStatus.OPEN, _facts_of_new(planned)
        if self.statuses.count:
            planned.status = status
            planned.misfits = [*why_not_status(facts, status), *conditions_on_new(facts, status)]
        else:
            self.statuses.note_draft(parsed)
        planned.words = self._words(parsed) | self.statuses.to_remember(parsed, is_new=True)
        return planned

    def _note_same_name(self, parsed: ParsedHazard) -> None:
        """A log in another numbering may bring what is in the log already."""
        others = [each.hazard.display_reference for each in self.standing.called(parsed.name)]
        if others:
            self.findings.add(
                Level.PROBLEM,
                parsed.cells[Field.NAME],
                found=parsed.name,
                done=f"{' and '.join(others)} in the log {'have' if others[1:] else 'has'} this "
                "name already. It comes in as another hazard, under its own number.",
                todo="Merge the two afterwards if they are one, or take this one out of the file.",
                reference=parsed.called,
            )

    def _words(self, parsed: ParsedHazard) -> dict[str, str]:
        """What the file says in the hazard's own fields, to be remembered."""
        words = {"name": parsed.name}
        words |= {f.value: parsed.words[f] for f in OWN_WORDS if f in parsed.words}
        if Field.OWNER in parsed.words:
            words[Field.OWNER.value] = self.owners.key(parsed)
        words |= {each.why_key: each.why for each in parsed.estimates if each.why}
        if (day := parsed.review_date or self.log.review_date) is not None:
            words[_REVIEW_DATE] = day.isoformat()
        return words

    # --- A hazard that stands ------------------------------------------------------------------

    def _changed(self, parsed: ParsedHazard, standing: StandingHazard) -> PlannedHazard:
        planned = PlannedHazard(parsed, standing, reference=standing.hazard.display_reference)
        before = self.memory.get(key_of(parsed), RememberedHazard())
        compared = Comparison(planned, standing, before, self.findings)
        self._compare_words(compared)
        planned.harms = plan_parts(compared, parsed.harms, standing.harms, before.harms, "harm")
        planned.causes = plan_parts(
            compared, parsed.causes, standing.causes, before.causes, "cause"
        )
        plan_controls(compared)
        plan_tests(compared)
        plan_estimates(planned, self.words, self.findings, compared)
        self._compare_status(compared)
        remembered = self.statuses.to_remember(parsed, is_new=False)
        planned.words = before.words | self._words(parsed) | remembered
        return planned

    def _compare_words(self, compared: Comparison) -> None:
        planned, parsed = compared.planned, compared.planned.parsed
        hazard = compared.standing.hazard
        in_file = {"name": parsed.name}
        in_file |= {f.value: parsed.words[f] for f in OWN_WORDS if f in parsed.words}
        for name, text in in_file.items():
            here = getattr(hazard, name)
            before = compared.before.words.get(name)
            verdict = verdict_on(here=here, in_file=text, before=before)
            what = _NAME_WORDS[name]
            if verdict is Verdict.TAKE:
                planned.values[name] = text
                planned.changes.append(f"{what} changed")
            compared.kept(verdict, parsed.cells.get(Field(name), ""), text, here, what)
        self._compare_owner(compared)
        self._compare_review_date(compared)

    def _compare_owner(self, compared: Comparison) -> None:
        planned, parsed = compared.planned, compared.planned.parsed
        if Field.OWNER not in parsed.words:
            return
        hazard = compared.standing.hazard
        verdict = verdict_on(
            here=owner_key(hazard),
            in_file=self.owners.key(parsed),
            before=compared.before.words.get(Field.OWNER.value),
        )
        if verdict is Verdict.TAKE:
            planned.values |= owner_values(self.owners.key(parsed))
            planned.changes.append("The owner changed")
        if verdict in (Verdict.TAKE, Verdict.SAME):
            self.owners.note_role(parsed)
        text = parsed.words[Field.OWNER]
        cell = parsed.cells[Field.OWNER]
        compared.kept(verdict, cell, text, hazard.owner_in_words, "The owner")

    def _compare_review_date(self, compared: Comparison) -> None:
        """A hazard's own date is taken as its words are; the cover's once, where there is none."""
        planned, parsed = compared.planned, compared.planned.parsed
        day = parsed.review_date or self.log.review_date
        if day is None:
            return
        here = compared.standing.hazard.review_date
        before = compared.before.words.get(_REVIEW_DATE)
        verdict = verdict_on(
            here=here.isoformat() if here else "", in_file=day.isoformat(), before=before
        )
        if parsed.review_date is None:
            is_taken = here is None and before != day.isoformat()
        else:
            is_taken = verdict is Verdict.TAKE
            cell = parsed.cells.get(Field.REVIEW_DATE, f"rows {parsed.rows}")
            stands = _in_words(here) if here else "no date"
            compared.kept(verdict, cell, _in_words(day), stands, "The date of the next review")
        if is_taken:
            planned.values[_REVIEW_DATE] = day
            planned.changes.append(f"{NEXT_REVIEW}: {_in_words(day)}")

    def _compare_status(self, compared: Comparison) -> None:
        planned, parsed = compared.planned, compared.planned.parsed
        hazard = compared.standing.hazard
        status = self.statuses.read(parsed)
        here = HazardStatus(hazard.status)
        if self.statuses.count and hazard.state == HazardState.DRAFT:
            if any(harm.deed is Deed.ADD for harm in planned.harms):
                planned.status = here
            if self.statuses.makes_live(compared.before):
                planned.status = here
                planned.changes.append("Made live")
        if status is None:
            return
        before = compared.before.words.get(Field.STATUS.value)
        verdict = verdict_on(here=here.value, in_file=status.value, before=before)
        if verdict is Verdict.TAKE and not self.statuses.count:
            self.statuses.note_left(parsed, here)
        elif verdict is Verdict.TAKE:
            planned.status = status
            planned.changes.append(f"Status: {status.label.lower()}")
            planned.misfits = [
                *why_not_status(facts_of(hazard), status),
                *conditions_from_above(hazard, status),
            ]
        cell = parsed.cells[Field.STATUS]
        compared.kept(verdict, cell, status.label, here.label, "The status")


def _facts_of_new(planned: PlannedHazard) -> HazardFacts:
    """What the rules need to know of a hazard that is not there yet."""
    kinds = [CONTROLS[control.parsed.column][0] for control in planned.controls]
    worst = {stage: _acceptability(planned, stage) for stage in Stage}
    return HazardFacts(
        harms=len(planned.harms),
        initial=worst[Stage.INITIAL],
        residual=worst[Stage.RESIDUAL],
        controls=[_control_facts(dict(each.parsed.details)) for each in planned.controls],
        has_additional_controls=ControlKind.ADDITIONAL in kinds,
    )


def _control_facts(details: dict[str, str]) -> ControlFacts:
    state = ControlState(details.get("state", ControlState.PROPOSED))
    return ControlFacts(state, details.get("party", ""), details.get("instruction", ""))


def _acceptability(planned: PlannedHazard, stage: Stage) -> Acceptability | None:
    place = worst_of(planned, stage)
    if place is None:
        return None
    return Acceptability(planned.estimates[place].square.risk_class.acceptability)


def _in_words(day: datetime.date) -> str:
    return f"{day:%-d %B %Y}"
