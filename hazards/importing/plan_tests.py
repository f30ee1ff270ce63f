"""Planning the tests and the evidence of one hazard that stands already."""

from collections.abc import Sequence

from hazards.importing.cells import folded
from hazards.importing.compare import Verdict, aligned, verdict_on
from hazards.importing.findings import quoted
from hazards.importing.memory import RememberedPart
from hazards.importing.parsed import ParsedTest
from hazards.importing.plan_parts import Comparison
from hazards.importing.planned import Deed, PlannedHazard, PlannedTest
from hazards.importing.told_evidence import evidence_values
from hazards.models import Evidence


def plan_tests(compared: Comparison) -> None:
    """What becomes of the tests; a known one is linked to the controls that are new."""
    planned, before = compared.planned, compared.before.tests
    places = aligned(
        [each.text for each in planned.parsed.tests],
        [each.text for each in before],
        by_place=False,
    )
    evidence = compared.standing.evidence
    free = {folded(each.title): each for each in evidence.values() if each.is_active}
    for parsed, place in zip(planned.parsed.tests, places, strict=True):
        part = before[place] if place is not None else None
        known = evidence.get(part.id) if part is not None else None
        known = known or free.pop(folded(parsed.text), None)
        planned.tests.append(_plan_test(compared, parsed, known, part))
    for number, part in enumerate(before):
        standing = evidence.get(part.id)
        if number not in places and standing is not None and standing.is_active:
            compared.missing(part.text, "test or piece of evidence")


def _plan_test(
    compared: Comparison, parsed: ParsedTest, known: Evidence | None, before: RememberedPart | None
) -> PlannedTest:
    planned, details = compared.planned, dict(parsed.details)
    controls = usable_controls(planned, parsed.controls)
    if known is None and not controls:
        what = "piece of evidence, with the controls beside it,"
        compared.left_out(parsed.cell, parsed.text, what)
        return PlannedTest(parsed.text, Deed.LEAVE_OUT, (), details=details)
    if known is None:
        what = "piece of evidence" if details.get("result") else "planned test"
        planned.changes.append(f"New {what}: “{quoted(parsed.text)}”")
        return PlannedTest(parsed.text, Deed.ADD, controls, details=details)
    if not known.is_active:
        compared.left_out(parsed.cell, parsed.text, "piece of evidence")
        return PlannedTest(parsed.text, Deed.LEAVE_OUT, (), known, details)
    new = tuple(n for n in controls if planned.controls[n].deed is Deed.ADD)
    test = PlannedTest(parsed.text, Deed.KEEP, new, known, details)
    _plan_details(compared, test, parsed, known, before)
    test.deed = Deed.EDIT if new or test.changes else Deed.KEEP
    return test


def _plan_details(
    compared: Comparison,
    test: PlannedTest,
    parsed: ParsedTest,
    known: Evidence,
    before: RememberedPart | None,
) -> None:
    """What came out of it, and what it shows, where a log of objects tells it."""
    for name, what in (("result", "result"), ("of", "kind")):
        in_file = test.details.get(name, "")
        then = before.details.get(name, "") if before is not None else None
        if not in_file and not then:
            continue
        here = getattr(known, name)
        verdict = verdict_on(here=here, in_file=in_file, before=then)
        if verdict is Verdict.TAKE:
            values = evidence_values({name: in_file})
            test.changes |= {name: in_file} | (
                {"state": values["state"]} if name == "result" else {}
            )
            compared.planned.changes.append(
                f"{what.capitalize()} of evidence changed: “{quoted(parsed.text)}”"
            )
        compared.kept(verdict, parsed.cell, in_file, here, f"The {what} of this evidence")


def usable_controls(planned: PlannedHazard, places: Sequence[int]) -> tuple[int, ...]:
    """The places of those controls that are, or will be, in the log."""
    return tuple(n for n in places if planned.controls[n].deed is not Deed.LEAVE_OUT)
