"""Planning the parts of one hazard: harms, causes, controls, planned tests, estimates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hazards.importing.cells import folded
from hazards.importing.compare import Verdict, aligned, verdict_on
from hazards.importing.control_details import DETAIL_LABELS
from hazards.importing.fields import CONTROLS, Field
from hazards.importing.findings import Findings, Level, quoted
from hazards.importing.levels import MatrixWords
from hazards.importing.memory import (
    RememberedControl,
    RememberedHazard,
    RememberedPart,
    estimate_key,
)
from hazards.importing.new_hazards import note_other_hazards
from hazards.importing.parsed import ParsedControl, ParsedEstimate, Text
from hazards.importing.planned import (
    Deed,
    PlannedControl,
    PlannedEstimate,
    PlannedHazard,
    PlannedPart,
)
from hazards.importing.standing import StandingControl, StandingHazard, words_of
from hazards.models import Cause, Control, Harm

Row = TypeVar("Row", Harm, Cause)


@dataclass
class Comparison:
    """One hazard of the file beside the one that stands, and beside what the file said before."""

    planned: PlannedHazard
    standing: StandingHazard
    before: RememberedHazard
    findings: Findings

    def kept(self, verdict: Verdict, cell: str, in_file: str, here: str, what: str) -> None:
        """Report that a person's version was kept."""
        reference = self.planned.parsed.called
        if verdict is Verdict.KEEP:
            self.findings.add(
                Level.NOTE,
                cell,
                found=in_file,
                done=f"{what} was edited here since the last import; “{quoted(here)}” was kept.",
                reference=reference,
            )
        elif verdict is Verdict.CLASH:
            self.findings.add(
                Level.PROBLEM,
                cell,
                found=in_file,
                done=f"{what} differs from the one here, which a person wrote; "
                f"“{quoted(here)}” was kept.",
                todo="Decide which is right, and set it on the hazard.",
                reference=reference,
            )

    def left_out(self, cell: str, text: str, what: str) -> None:
        """Report that something a person took out of the log stays out."""
        self.findings.add(
            Level.NOTE,
            cell,
            found=text,
            done=f"This {what} was taken out of the log here since the last import; it stays out.",
            reference=self.planned.parsed.called,
        )

    def missing(self, text: str, what: str) -> None:
        """Report that the file no longer has something that stands here."""
        self.findings.add(
            Level.PROBLEM,
            f"rows {self.planned.parsed.rows}",
            found=text,
            done=f"The last file had this {what}, this one has not; it was left in the log.",
            todo="Withdraw it on the hazard, with a reason, if it no longer holds.",
            reference=self.planned.parsed.called,
        )


def plan_parts(
    compared: Comparison,
    texts: Sequence[Text],
    rows: Mapping[str, Row],
    before: Sequence[RememberedPart],
    what: str,
) -> list[PlannedPart[Row]]:
    """What becomes of the harms, or the causes, of a hazard that stands already."""
    places = aligned([t.text for t in texts], [p.text for p in before], by_place=True)
    remembered = {part.id for part in before}
    free = {key: row for key, row in rows.items() if key not in remembered and row.is_active}
    planned = []
    for text, place in zip(texts, places, strict=True):
        part = before[place] if place is not None else None
        row = rows.get(part.id) if part is not None else None
        if row is None:
            row = _take_alike(free, text.text)
            part = None
        planned.append(_plan_part(compared, text, row, part, what))
    for number, part in enumerate(before):
        row = rows.get(part.id)
        if number not in places and row is not None and row.is_active:
            compared.missing(part.text, what)
    return planned


def _take_alike(free: dict[str, Row], text: str) -> Row | None:
    for key, row in free.items():
        if folded(row.text) == folded(text):
            return free.pop(key)
    return None


def _plan_part(
    compared: Comparison, text: Text, row: Row | None, before: RememberedPart | None, what: str
) -> PlannedPart[Row]:
    if row is None:
        compared.planned.changes.append(f"New {what}: “{quoted(text.text)}”")
        return PlannedPart(text.text, Deed.ADD)
    if not row.is_active:
        compared.left_out(text.cell, text.text, what)
        return PlannedPart(text.text, Deed.LEAVE_OUT, row)
    if before is None:
        return PlannedPart(text.text, Deed.KEEP, row)
    verdict = verdict_on(here=row.text, in_file=text.text, before=before.text)
    if verdict is Verdict.TAKE:
        compared.planned.changes.append(f"{what.capitalize()} reworded: “{quoted(text.text)}”")
        return PlannedPart(text.text, Deed.EDIT, row)
    compared.kept(verdict, text.cell, text.text, row.text, f"This {what}")
    return PlannedPart(text.text, Deed.KEEP, row)


# --- Controls ------------------------------------------------------------------------------------


def plan_controls(compared: Comparison) -> None:
    """What becomes of the controls: the same words are the same control; missing ones stay."""
    planned, before = compared.planned, compared.before.controls
    places = _control_places(planned.parsed.controls, before)
    remembered = {control.id for control in before}
    free = {
        key: standing
        for key, standing in compared.standing.controls.items()
        if key not in remembered and standing.is_active
    }
    for parsed, place in zip(planned.parsed.controls, places, strict=True):
        known = before[place] if place is not None else None
        standing = compared.standing.controls.get(known.id) if known is not None else None
        if standing is None:
            standing, known = _take_control_alike(free, parsed), None
        planned.controls.append(_plan_control(compared, parsed, standing, known))
    for number, known in enumerate(before):
        standing = compared.standing.controls.get(known.id)
        if number not in places and standing is not None and standing.is_active:
            compared.missing(known.text, "control")


def _control_places(
    controls: Sequence[ParsedControl], before: Sequence[RememberedControl]
) -> list[int | None]:
    """First those in the same column as before, then those that moved to another column."""
    places = aligned(
        [f"{each.column}\n{each.text}" for each in controls],
        [f"{each.column}\n{each.text}" for each in before],
        by_place=False,
    )
    for number, control in enumerate(controls):
        if places[number] is None:
            places[number] = next(
                (
                    place
                    for place, known in enumerate(before)
                    if place not in places and folded(known.text) == folded(control.text)
                ),
                None,
            )
    return places


def _take_control_alike(
    free: dict[str, StandingControl], parsed: ParsedControl
) -> StandingControl | None:
    for key, standing in free.items():
        if folded(standing.control.text) == folded(parsed.text):
            return free.pop(key)
    return None


def _plan_control(
    compared: Comparison,
    parsed: ParsedControl,
    standing: StandingControl | None,
    before: RememberedControl | None,
) -> PlannedControl:
    changes = compared.planned.changes
    if standing is None:
        changes.append(f"New control: “{quoted(parsed.text)}”")
        return PlannedControl(parsed, Deed.ADD)
    control = standing.control
    if not standing.is_active:
        compared.left_out(parsed.cell, parsed.text, "control")
        return PlannedControl(parsed, Deed.LEAVE_OUT, control)
    planned = PlannedControl(parsed, Deed.KEEP, control)
    if before is None:
        return planned
    if before.column != parsed.column:
        _plan_column(compared, planned, control, before)
    _plan_scope(compared, planned, standing, before)
    _plan_details(compared, planned, control, before)
    note_other_hazards(compared.findings, compared.planned, planned, before.brings)
    if planned.changes or planned.relink:
        planned.deed = Deed.EDIT
    elif control.text != parsed.text:
        verdict = verdict_on(here=control.text, in_file=parsed.text, before=before.text)
        if verdict is not Verdict.TAKE:  # only its case or spacing changed in the file
            compared.kept(verdict, parsed.cell, parsed.text, control.text, "This control")
    return planned


def _plan_column(
    compared: Comparison, planned: PlannedControl, control: Control, before: RememberedControl
) -> None:
    parsed = planned.parsed
    here = (control.kind, control.type)
    kind, type_ = CONTROLS[parsed.column]
    if here == (kind, type_):
        return
    if here == CONTROLS[Field(before.column)]:
        planned.changes = {"kind": kind, "type": type_}
        compared.planned.changes.append(f"Control moved to another column: “{quoted(parsed.text)}”")
    else:
        what = f"{control.get_kind_display()} {control.get_type_display()}".strip()
        compared.kept(Verdict.CLASH, parsed.cell, parsed.text, what, "The kind of this control")


def _plan_details(
    compared: Comparison, planned: PlannedControl, control: Control, before: RememberedControl
) -> None:
    """What a log of objects tells of the control itself."""
    parsed = planned.parsed
    for name, in_file in parsed.details:
        here = getattr(control, name)
        verdict = verdict_on(here=here, in_file=in_file, before=before.details.get(name))
        what = f"The {DETAIL_LABELS[name]} of this control"
        if verdict is Verdict.TAKE:
            planned.changes[name] = in_file
            compared.planned.changes.append(
                f"{DETAIL_LABELS[name].capitalize()} of a control changed: “{quoted(parsed.text)}”"
            )
        compared.kept(verdict, parsed.cell, in_file, here, what)


def _plan_scope(
    compared: Comparison,
    planned: PlannedControl,
    standing: StandingControl,
    before: RememberedControl,
) -> None:
    """Which causes it stands beside: taken from the file only where nobody changed it here."""
    causes = [compared.planned.causes[number] for number in planned.parsed.on]
    ids = {
        str(cause.row.public_id) if cause.row else "new"
        for cause in causes
        if cause.deed is not Deed.LEAVE_OUT
    }
    then = {key for key in before.on if compared.standing.causes[key].is_active}
    every = {key for key, cause in compared.standing.causes.items() if cause.is_active}
    if ids in (then, standing.on) or (not ids and standing.on == every):
        return
    if standing.on == then:
        planned.relink = True
        text = quoted(planned.parsed.text)
        compared.planned.changes.append(f"Control acts on other causes: “{text}”")
    else:
        here = f"{len(standing.on)} causes" if standing.on else "the whole hazard"
        compared.kept(
            Verdict.CLASH,
            planned.parsed.cell,
            planned.parsed.text,
            here,
            "What this control acts on",
        )


# --- Estimates -----------------------------------------------------------------------------------


def plan_estimates(
    planned: PlannedHazard,
    words: MatrixWords,
    findings: Findings,
    compared: Comparison | None,
) -> None:
    """The estimates that the file's words name; those that are new here are recorded."""
    for parsed in planned.parsed.estimates:
        square = words.square(parsed, findings, planned.parsed.called)
        if square is None:
            continue
        for on in _places_of(parsed):
            if on is not None and planned.causes[on].deed is Deed.LEAVE_OUT:
                continue
            estimate = PlannedEstimate(parsed, square, on, Deed.ADD)
            if compared is not None:
                _compare_estimate(compared, estimate)
            planned.estimates.append(estimate)


def _note_other_why(compared: Comparison, parsed: ParsedEstimate) -> None:
    before = compared.before
    if not before.id or not parsed.why or before.words.get(parsed.why_key, "") == parsed.why:
        return
    compared.findings.add(
        Level.PROBLEM,
        ", ".join(parsed.cells),
        found=parsed.why,
        done=f"The file gives another reason for the {parsed.stage} risk than before. An estimate "
        "is never rewritten, so the one here stands as it is.",
        todo="Estimate again on the hazard, if the new reason holds.",
        reference=compared.planned.parsed.called,
    )


def _places_of(parsed: ParsedEstimate) -> Sequence[int | None]:
    return parsed.on or (None,)


def cause_id_of(planned: PlannedHazard, on: int | None) -> str:
    """The public id of the cause at a place; '' for the whole hazard and for a new cause."""
    row = planned.causes[on].row if on is not None else None
    return str(row.public_id) if row is not None else ""


def _is_said_already(standing: StandingHazard, estimate: PlannedEstimate, words: str) -> bool:
    """Whether an estimate of the whole hazard says this of a cause, or those of all causes do."""
    stage = estimate.parsed.stage
    if estimate.on is not None:
        return standing.estimates.get(estimate_key(stage, "")) == words
    causes = [key for key, cause in standing.causes.items() if cause.is_active]
    said = (standing.estimates.get(estimate_key(stage, key)) for key in causes)
    return bool(causes) and all(each == words for each in said)


def _compare_estimate(compared: Comparison, estimate: PlannedEstimate) -> None:
    planned, parsed, square = compared.planned, estimate.parsed, estimate.square
    in_file = words_of(square.severity.word, square.likelihood.word)
    is_new_cause = estimate.on is not None and planned.causes[estimate.on].row is None
    if not is_new_cause:
        key = estimate_key(parsed.stage, cause_id_of(planned, estimate.on))
        here = compared.standing.estimates.get(key, "")
        if not here and _is_said_already(compared.standing, estimate, in_file):
            here = in_file
        verdict = verdict_on(here=here, in_file=in_file, before=compared.before.estimates.get(key))
        if verdict is not Verdict.TAKE:
            estimate.deed = Deed.KEEP
            what = f"The estimate of the {parsed.stage} risk"
            compared.kept(verdict, ", ".join(parsed.cells), in_file, here, what)
            _note_other_why(compared, parsed)
            return
    planned.changes.append(f"{parsed.stage.label} risk estimated: class {square.number}, {in_file}")
