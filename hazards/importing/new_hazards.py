"""The hazards that the controls of a file bring with them (clause 6.1.2)."""

from collections.abc import Callable, Iterator, Sequence

from accounts.models import User
from hazards.actions.controls import set_new_hazards
from hazards.importing.cells import folded
from hazards.importing.findings import Findings, Level
from hazards.importing.planned import Deed, PlannedControl, PlannedHazard
from hazards.importing.standing import StandingHazard
from hazards.models import Control, Hazard, NewHazardLink

_NONE = "none_because"


def plan_new_hazards(
    hazards: Sequence[PlannedHazard],
    standing: Callable[[str], StandingHazard | None],
    findings: Findings,
) -> None:
    """Find the hazards that new controls bring, in the file or in the log; name the rest.

    ``standing`` finds a hazard of the log by its reference.
    """
    in_file = {folded(each.parsed.reference): each for each in hazards if each.parsed.reference}
    for hazard in hazards:
        for control in hazard.controls:
            if not control.parsed.brings or control.deed is not Deed.ADD:
                continue
            for reference in control.parsed.brings:
                found = in_file.get(folded(reference)) or _in_the_log(standing(reference))
                if found is None:
                    _report_unknown(findings, hazard, control, reference)
                elif not any(found is each for each in control.brings):
                    control.brings.append(found)
            _settle_none(findings, hazard, control)


def _in_the_log(standing: StandingHazard | None) -> Hazard | None:
    return standing.hazard if standing is not None and standing.is_in_the_log else None


def _report_unknown(
    findings: Findings, hazard: PlannedHazard, control: PlannedControl, reference: str
) -> None:
    findings.add(
        Level.PROBLEM,
        control.parsed.cell,
        found=reference,
        done="A control is said to bring this hazard, and neither the file nor the log has it.",
        todo="Say on the control which hazards it brings.",
        reference=hazard.parsed.called,
    )


def _settle_none(findings: Findings, hazard: PlannedHazard, control: PlannedControl) -> None:
    """A control that brings hazards has no reason why it brings none."""
    because = dict(control.parsed.details).get(_NONE, "")
    if not because or not control.brings:
        return
    control.brings = []
    findings.add(
        Level.PROBLEM,
        control.parsed.cell,
        found=", ".join(control.parsed.brings),
        done="A control is said to bring these hazards, and a reason is given why it brings none. "
        "The reason was taken.",
        todo="Decide which is right, and say so on the control.",
        reference=hazard.parsed.called,
    )


def note_other_hazards(
    findings: Findings, hazard: PlannedHazard, control: PlannedControl, before: Sequence[str]
) -> None:
    """Name what the file says otherwise than at the last import; what stands is kept."""
    brings = control.parsed.brings
    if {folded(each) for each in brings} == {folded(each) for each in before}:
        return
    findings.add(
        Level.PROBLEM,
        control.parsed.cell,
        found=", ".join(brings),
        done="The file names other hazards that this control brings than before. Those that stand "
        "here were kept.",
        todo="Say on the control which hazards it brings.",
        reference=hazard.parsed.called,
    )


def new_hazard_links(hazards: Sequence[PlannedHazard]) -> Iterator[NewHazardLink]:
    """The links of controls on new hazards, once all hazards stand."""
    for hazard in hazards:
        for planned in hazard.controls:
            if planned.control is not None:
                for each in _rows(planned):
                    yield NewHazardLink(control=planned.control, hazard=each)


def bring_new_hazards(control: Control, planned: PlannedControl, by: User) -> None:
    """Say of one control which hazards it brings, as people do."""
    if hazards := list(_rows(planned)):
        set_new_hazards(control=control, by=by, hazards=hazards)


def _rows(planned: PlannedControl) -> Iterator[Hazard]:
    for each in planned.brings:
        row = each if isinstance(each, Hazard) else each.hazard
        if row is not None:
            yield row
