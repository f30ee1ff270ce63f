"""Rules that look at a whole log: HZ08, SC08, SC09, CE09, PE04, PE07 and DO02."""

from collections.abc import Iterator

from audit.canonical import sha256_of
from hazards.importing.cells import folded
from hazards.quality.facts import Circumstances, LogInQuestion
from hazards.quality.rule import INFORMS, WARNS, Found, log_rule
from hazards.quality.words import counted, listed, quoted, said


@log_rule(
    "HZ08",
    INFORMS,
    "The same control copied across hazards",
    why="Copies drift apart: one is verified, the others are not. A shared control is verified "
    "once, and its page shows everything that leans on it.",
    good="CTRL-004 protects six hazards",
    bad="“Staff training” typed into six hazards",
    question="Are these controls one measure or several, and which of them was verified?",
)
def copied_controls(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ08: the same control text stands in several controls on many hazards."""
    for each in log.copied:
        # “n/a” in many columns of controls is an empty cell each time; HZ06 says “TBC”.
        is_many = each.controls > 1 and each.hazards >= at.limits.copies
        if is_many and said(each.text):
            yield Found(
                f"{quoted(each.text)} is written as {counted(each.controls, 'control')} "
                f"({listed(each.references, total=each.controls)}) on "
                f"{counted(each.hazards, 'hazard')}: make it one shared control.",
                "controls",
                f"text:{sha256_of(folded(each.text))[:32]}",
            )


@log_rule(
    "SC08",
    INFORMS,
    "Nearly all residual risks in one class",
    why="When nearly everything comes out alike, the estimates say more about the meeting than "
    "about the hazards.",
    good="Twelve hazards in classes 1, 2 and 3",
    bad="Forty hazards, thirty-eight of class 2",
    question="How did nearly all hazards come out in the same class?",
)
def all_alike(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC08: ten or more hazards of which 80 % share one residual class."""
    total = sum(log.residual_classes.values())
    if total < at.limits.hazards_of_one_class:
        return
    number, most = max(log.residual_classes.items(), key=lambda each: (each[1], -each[0]))
    if 100 * most >= at.limits.share_of_one_class * total:
        yield Found(
            f"{most:,} of {total:,} residual risks are of class {number}: look at the extremes "
            "again, with somebody who was not there.",
            "residual",
        )


@log_rule(
    "SC09",
    WARNS,
    "Estimated before the matrix was approved",
    why="The plan's criteria come first (clause 3.2.1). What was estimated before may have been "
    "measured with another ruler.",
    good="Matrix approved on 1 March, estimates from 8 March on",
    bad="Forty estimates, matrix still a draft",
    question="Which criteria were these risks estimated with, and who had approved them?",
)
def estimated_too_early(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC09: estimates made before the matrix was approved; one finding for the product."""
    count = log.estimates_before_approval
    if not count:
        return
    what = f"{counted(count, 'estimate')} {'was' if count == 1 else 'were'} made"
    if log.matrix_is_approved:
        yield Found(
            f"{what} before the risk matrix was approved: go through them with the approved "
            "matrix and estimate anew where a class would move.",
            "matrix",
        )
    else:
        yield Found(
            f"{what} with a risk matrix that is not approved: have it approved first.", "matrix"
        )


@log_rule(
    "CE09",
    INFORMS,
    "Several serious hazards lean on one control",
    why="When that control fails, all of them are uncovered at once.",
    good="The scan at the packing station has a manual fallback that is rehearsed",
    bad="Five hazards of class 3 and one check",
    question="What happens to all of these patients on the day when this one control fails?",
)
def lean_on_one(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE09: three or more hazards that matter lean on one control."""
    for each in log.shared:
        if len(each.hazards) >= at.limits.hazards_on_one_control:
            yield Found(
                f"{counted(len(each.hazards), 'hazard')} whose risk is not simply acceptable lean "
                f"on {each.reference} ({listed(each.hazards)}): plan for the day on which it "
                "fails.",
                "controls",
                f"control:{each.id}",
            )


@log_rule(
    "PE04",
    INFORMS,
    "Families of hazards that nobody looked at",
    why="The log shows what was found. The families of the library show where nobody looked.",
    good="Remote monitoring: not applicable, because the product takes no readings",
    bad="No word about identity, in a product with patient records",
    question="How do you know that there is no hazard in these families?",
)
def families_not_looked_at(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """PE04: families of the library neither used nor marked not applicable; one finding."""
    if log.families_open:
        done = log.families - len(log.families_open)
        yield Found(
            f"{done} of {log.families} families of the hazard library are used or set aside: look "
            f"at {listed(log.families_open, most=log.families)}.",
            "families",
        )


@log_rule(
    "PE07",
    INFORMS,
    "No patient group considered",
    why="Children, people with low vision or without a telephone meet the same hazard with "
    "another risk.",
    good="Adults with repeat prescriptions; people with high-risk medicines; people without "
    "digital access",
    bad="(empty)",
    question="Which groups of patients are at higher risk, and how would you know?",
)
def no_patient_group(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """PE07: the intended use names no patient group."""
    if log.hazards and not said((log.intended_use or {}).get("patient_groups", "")):
        yield Found(
            "Name the patient groups in the intended use, and ask of each hazard who is at higher "
            "risk.",
            "intended_use",
        )


#: What DO02 asks for: the field of the intended use, and its words.
STATED = {
    "purpose": "the intended use",
    "exclusions": "what it is not to be used for",
    "device_statement": "whether it is a medical device, and why",
}


@log_rule(
    "DO02",
    WARNS,
    "Scope that is not stated",
    why="A report argues that a product is safe for a use, in an environment, at a point of its "
    "life. Without these it argues nothing (clauses 4.2.1 and 3.5.1).",
    good="Not for controlled drugs; not a medical device: it transports and shows what others "
    "decided",
    bad="Exclusions: (empty)",
    question="What is the product for, what is it not for, and is it a medical device?",
)
def scope_not_stated(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """DO02: intended use, exclusions, device statement or lifecycle phase is empty."""
    stated = log.intended_use or {}
    for field, what in STATED.items():
        if not said(stated.get(field, "")):
            yield Found(f"State {what}.", "intended_use", field)
    if not (log.phases or "").split():
        yield Found("Name in the plan the lifecycle phases that need a report.", "plan", "phases")
