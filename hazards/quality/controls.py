"""Rules of controls, evidence and transfer: CE01 to CE10 and TR01, except those of whole logs."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from hazards.choices import ControlState, EvidenceResult, Party
from hazards.importing.cells import folded
from hazards.quality.facts import NEVER, Circumstances, ControlInQuestion, HazardInQuestion
from hazards.quality.rule import BLOCKS, INFORMS, WARNS, Found, hazard_rule
from hazards.quality.words import any_of, quoted, said


def _is_in_hand(control: ControlInQuestion, at: Circumstances) -> bool:
    """Whether the release in hand delivers a control, or an earlier one did, or nobody has said."""
    if control.delivered is None:
        return True
    return control.delivered != NEVER and (at.release is None or control.delivered <= at.release)


@hazard_rule(
    "CE01",
    WARNS,
    "A cause that nothing acts on",
    why="Each cause of a risk that is not acceptable has a control, or a reason why it needs none.",
    good="Cause accepted: the postal address is confirmed at each order by another supplier",
    bad="Three causes, one control, on the first",
    question="What stands between this cause of {hazard} and the patient?",
)
def cause_without_control(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE01: a cause has neither a control nor a reason; one on the whole hazard counts."""
    if not hazard.initial_is_not_acceptable:
        return
    for cause in hazard.causes:
        if not hazard.controls_on(cause.id) and not said(cause.accepted_because):
            yield Found(
                f"No control acts on the cause {quoted(cause.text)}: add one, or say why the cause "
                "is accepted.",
                "causes",
                f"cause:{cause.id}",
            )


@hazard_rule(
    "CE02",
    BLOCKS,
    "Implemented without a reference",
    why="Somebody who looks for the control must find it: a ticket, a change, a document.",
    good="Implemented in PHARM-214, merged on 3 May 2026",
    bad="State implemented, reference empty",
    question="Where can I see the control of {hazard} that you say is implemented?",
)
def implemented_where(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE02: a control relied on in this release is implemented without a reference."""
    for control in hazard.controls:
        if (
            control.is_the_makers
            and control.is_implemented
            and _is_in_hand(control, at)
            and not said(control.implementation_reference)
        ):
            yield Found(
                f"{control.reference} is implemented without a reference: name the ticket, change "
                "or document that shows it.",
                "controls",
                f"control:{control.id}",
            )


@hazard_rule(
    "CE03",
    BLOCKS,
    "Verified on evidence that does not show it",
    why="Verification is evidence with a result, a date, a release and a name. A failed test "
    "shows that the control does not work, and whoever built it does not verify it alone.",
    good="Passed on 3 May 2026 for 1.1.0, seen by Farah Pharmacist",
    bad="Verified; evidence: “tested”",
    question="Who saw the control of {hazard} work, when, in which release, with what result?",
    never_waived=frozenset({"failed"}),
)
def verified_how(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE03: failed evidence (B, never waived); verified without complete evidence (B); the
    implementer is the verifier (W)."""
    for control in hazard.controls:
        if control.is_implemented and any(
            each.is_obtained and each.result == EvidenceResult.FAIL for each in control.evidence
        ):
            yield Found(
                f"A test of {control.reference} failed: put the control right and test it again, "
                "or estimate without it.",
                "evidence",
                f"failed:{control.id}",
            )
        elif control.state == ControlState.VERIFIED:
            yield from _verified_how(control)


def _verified_how(control: ControlInQuestion) -> Iterator[Found]:
    complete = [each for each in control.evidence if each.is_complete]
    if not complete:
        yield Found(
            f"{control.reference} is verified without evidence that has passed, with a date, a "
            "release and a verifier: complete the evidence, or take “verified” back.",
            "evidence",
            f"control:{control.id}",
        )
    elif control.implementer and all(
        folded(each.verifier) == folded(control.implementer) for each in complete
    ):
        yield Found(
            f"{control.implementer} implemented {control.reference} and verified it: have "
            "somebody else look at it.",
            "evidence",
            f"same:{control.id}",
            WARNS,
        )


@hazard_rule(
    "CE05",
    INFORMS,
    "Evidence that leads nowhere",
    why="The front page of a test tool shows nothing about one control.",
    good="https://tests.example.org/runs/1214",
    bad="https://tests.example.org/",
    question="Which page of this tool shows that the control of {hazard} works?",
)
def link_is_bare(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE05: evidence is a bare top-level link."""
    for control in hazard.controls:
        for link in {each.link for each in control.evidence if not each.has_file and each.link}:
            parts = urlsplit(link)
            if parts.path in ("", "/") and not parts.query and not parts.fragment:
                yield Found(
                    f"The evidence of {control.reference} leads to the front page {quoted(link)}: "
                    "link to the very result, or keep the file here.",
                    "evidence",
                    f"control:{control.id}",
                )
                break


_ACTS_BY_ITSELF = any_of(
    r"holds?|blocks?|blocked|stops?|caps?|capped|alerts?|alerted"
    r"|alarms?|automat\w+|artificial intelligence|ai|machine learning|language models?",
)


@hazard_rule(
    "CE07",
    WARNS,
    "Not asked which new hazards a control brings",
    why="A hold delays a supply, an alert hides another one. Each added control is asked which "
    "hazards it brings, or why none (clause 6.1.2).",
    good="A hold on reissue: brings HAZ-006, no supply when the next dose is due",
    bad="Reissue is blocked: nothing about the patient who runs out",
    question="What can go wrong because of the controls that were added for {hazard}?",
)
def new_hazards_not_asked(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE07: an additional control has no "new hazards: these, or none because"."""
    for control in hazard.additional_controls:
        if control.is_assessed:
            continue
        acts = _ACTS_BY_ITSELF.search(control.text)
        found = f" It says {quoted(acts[0])}, so it can stop or delay care." if acts else ""
        yield Found(
            f"Say which new hazards {control.reference} brings, or why none.{found}",
            "controls",
            f"control:{control.id}",
            BLOCKS if acts else None,
        )


@hazard_rule(
    "CE08",
    BLOCKS,
    "A control that comes later than the release",
    why="A residual risk of this release cannot count on what a later release delivers.",
    good="Delivered in 1.1.0, and 1.1.0 is the release in hand",
    bad="Delivered in 1.2.0 while 1.1.0 goes out",
    question="What protects patients from {hazard} until the later release is out?",
)
def comes_later(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE08: a control relied on for this release is delivered by a later one, or by none."""
    for control in hazard.controls:
        relied_on = hazard.residual if control.is_additional else hazard.initial
        if relied_on and not _is_in_hand(control, at):
            yield Found(
                f"{control.reference} was to come with a release that was withdrawn: place it in "
                "another one, or estimate the risk without it."
                if control.delivered == NEVER
                else f"{control.reference} is delivered after release {at.release_label}: bring it "
                "forward, or estimate the risk of this release without it.",
                "controls",
                f"control:{control.id}",
            )


@hazard_rule(
    "CE10",
    WARNS,
    "A cause that only people stand against",
    why="Where the only control on a cause of a serious risk is procedure, training or "
    "information, one bad day is enough.",
    good="Scan at the packing station, and the procedure for what it finds",
    bad="“Staff double-check”, and nothing else",
    question="What stops this cause of {hazard} on the day when the procedure is not followed?",
)
def only_people(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """CE10: the only control on a cause of a risk that matters is procedure or weaker."""
    if not hazard.matters:
        return
    for cause in hazard.causes:
        controls = hazard.controls_on(cause.id)
        if len(controls) == 1 and controls[0].rests_on_people:
            yield Found(
                f"Only {controls[0].reference}, which rests on people, acts on the cause "
                f"{quoted(cause.text)}: add one that acts by itself.",
                "causes",
                f"cause:{cause.id}",
            )


@hazard_rule(
    "TR01",
    BLOCKS,
    "A transferred control without an instruction",
    why="A deploying organisation can only do what it was told: what, by when, and how to show it.",
    good="Empty the worklist each working day; name a deputy; show the monthly report",
    bad="Deploying organisation: worklist",
    question="What exactly do we have to do about {hazard}, by when, and how do we show it?",
)
def transferred_without_instruction(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """TR01: a deploying organisation's control has no instruction."""
    for control in hazard.controls:
        if control.party == Party.DEPLOYER and not said(control.instruction):
            yield Found(
                f"{control.reference} is the deploying organisation's and has no instruction: say "
                "what to do, by when, and how to show it.",
                "controls",
                f"control:{control.id}",
            )
