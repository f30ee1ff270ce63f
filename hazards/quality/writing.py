"""Rules of writing: HZ01 to HZ07. A log can be complete and say nothing."""

from collections.abc import Iterator
from itertools import combinations

from hazards.choices import Stage
from hazards.importing.cells import folded
from hazards.quality.facts import Circumstances, HazardInQuestion
from hazards.quality.rule import BLOCKS, INFORMS, WARNS, Found, hazard_rule
from hazards.quality.words import (
    any_of,
    is_open,
    likeness,
    quoted,
    said,
    says,
    telling_words,
    words,
)


@hazard_rule(
    "HZ01",
    WARNS,
    "Name and description say too little",
    why="A reader who was not in the room must be able to see the situation that a patient is in.",
    good="The medication chart cannot be read on the ward round",
    bad="Wrong dose",
    question="What exactly happens in {hazard}, at which step, and who is exposed to it?",
)
def says_too_little(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ01: name and description together say fewer than six words."""
    count = len(words(said(hazard.name))) + len(words(said(hazard.description)))
    fewest = at.limits.fewest_words_of_hazard
    if count < fewest:
        yield Found(
            f"Name and description say {count or 'no'} word{'' if count == 1 else 's'}: say in "
            f"{fewest} or more what a patient is exposed to, and at which step.",
            "name",
        )


_GENERIC = any_of(
    r"(?:system|service|server|software|application|app|platform|network|website|portal)"
    r"(?:\s+(?:is|was|becomes?|being|goes?))?\s+"
    r"(?:unavailable|unavailability|down|downtime|failure|fails?|failed|outage|errors?|crash(?:es)?"
    r"|not available|slow|issues?|problems?|bugs?)",
    r"(?:unavailability|failure|outage|downtime|loss) of (?:the )?"
    r"(?:system|service|server|software|application|app|platform|network|website|portal)",
    r"(?:user|human|operator|staff|clinician|usability|training|communication)\s+errors?",
    r"(?:data|information|privacy|security|confidentiality)\s+"
    r"(?:breach(?:es)?|loss|error|errors|corruption|leak)",
    r"cyber[\s\-]?attacks?|cyber security|hack(?:ing|ers?)|malware|ransomware|software bugs?",
    r"incorrect (?:data|information)|wrong (?:data|information)|poor (?:usability|performance)",
    r"technical (?:failure|error|issue|problem)s?|connectivity (?:issue|problem|loss)e?s?",
)


@hazard_rule(
    "HZ02",
    WARNS,
    "A generic phrase that names no step or feature",
    why="“System unavailable” is in every log and protects nobody: what matters is what a patient "
    "is exposed to while it is, and at which step of care.",
    good="The allergy list cannot be opened while a medicine is prescribed out of hours",
    bad="System unavailable",
    question="In {hazard}, which step of care is it that fails, and what does the patient miss?",
)
def is_generic(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ02: a generic phrase with next to nothing beside it, and no feature named."""
    phrase = _GENERIC.search(hazard.name)
    if phrase is None:
        return
    whole = f"{hazard.name} {said(hazard.description)}"
    if any(folded(feature) in folded(whole) for feature in hazard.features):
        return
    beside = set(telling_words(_GENERIC.sub(" ", whole)))
    if len(beside) < at.limits.fewest_words_beside_generic:
        yield Found(
            f"{quoted(phrase[0])} could stand in any log: name the step or the feature at which "
            "it reaches a patient.",
            "name",
        )


@hazard_rule(
    "HZ03",
    BLOCKS,
    "No harm stated",
    why="Severity is the severity of a harm. Without one there is nothing to estimate.",
    good="The patient bleeds and needs admission",
    bad="(empty)",
    question="What happens to the body or mind of the patient in {hazard}?",
)
def states_no_harm(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ03: a hazard states no harm."""
    if not any(said(harm.text) for harm in hazard.harms):
        yield Found("It states no harm: say what happens to the patient's body or mind.", "harms")


@hazard_rule(
    "HZ04",
    WARNS,
    "Cause, effect and harm say the same",
    why="A cause brings the hazard about, an effect is what it does to care, a harm is what it "
    "does to the patient. Where two read alike, one of them was not thought through.",
    good="Cause: the interval between reviews is too long. Harm: the patient bleeds",
    bad="Cause: the wrong dose is given. Harm: a wrong dose is given",
    question="How does {hazard} get from its cause to its harm, step by step?",
)
def repeats_itself(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ04: two of cause, effect and harm are nearly the same sentence."""
    parts = [("cause", "causes", f"cause:{each.id}", said(each.text)) for each in hazard.causes]
    parts.append(("effect", "effect", "effect", said(hazard.effect)))
    parts += [("harm", "harms", f"harm:{each.id}", said(each.text)) for each in hazard.harms]
    blamed = set()
    for one, other in combinations([part for part in parts if part[3]], 2):
        if one[0] == other[0] or other[2] in blamed:
            continue
        if likeness(one[3], other[3]) >= at.limits.alike:
            blamed.add(other[2])
            yield Found(
                f"The {one[0]} {quoted(one[3])} and the {other[0]} say nearly the same: say in the "
                f"{other[0]} what comes after the {one[0]}.",
                other[1],
                other[2],
            )


_OUTCOME = any_of(
    r"death|dies|died|dead|fatal(?:ity|ities)?|injur(?:y|ies|ed)|overdoses?|haemorrhages?|bleeds?"
    r"|bleeding|anaphylaxis|sepsis|seizures?|cardiac arrest|stroke|adverse (?:drug )?reactions?"
    r"|(?:patients?|is|are|be) harmed|harm to (?:the )?patients?|patient harm|loss of life",
)
_TECHNICAL = any_of(
    r"servers?|databases?|outages?|crash(?:es|ed)?|bugs?|software|interfaces?|apis?|networks?"
    r"|time-?outs?|latency|data cent(?:re|er)s?|uploads?|downloads?|web ?pages?|screens? (?:is|are)"
    r"|(?:system|service|application|app|website) (?:is |goes )?(?:down|unavailable|fails?|slow)"
    r"|(?:system|software|technical) (?:error|failure)s?|data (?:loss|corruption)"
    r"|messages? (?:is|are) (?:lost|delayed)",
)
_BODY = any_of(
    r"patients?|persons?|people|child(?:ren)?|bab(?:y|ies)|wom[ae]n|m[ae]n|pain|disease|illness"
    r"|treatments?|admissions?|distress|anxiety|trauma|relapse|deteriorat\w+|infections?",
)


@hazard_rule(
    "HZ05",
    INFORMS,
    "Levels mixed up",
    why="A failure of the system is a cause, an injury is a harm. In the wrong place each of them "
    "hides that the other was left out.",
    good="Cause: the message queue is full. Harm: treatment of sepsis is delayed",
    bad="Cause: the patient dies. Harm: the server crashes",
    question="Which part of {hazard} is the failure, and which is what the patient suffers?",
)
def mixes_levels(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ05: a cause tells an outcome, or a harm a technical failure."""
    for cause in hazard.causes:
        if says(_OUTCOME, cause.text) and not says(_TECHNICAL, cause.text):
            yield Found(
                f"The cause {quoted(cause.text)} tells an outcome: move that to the harm and say "
                "here what goes wrong first.",
                "causes",
                f"cause:{cause.id}",
            )
    for harm in hazard.harms:
        if (
            says(_TECHNICAL, harm.text)
            and not says(_OUTCOME, harm.text)
            and not says(_BODY, harm.text)
        ):
            yield Found(
                f"The harm {quoted(harm.text)} tells a technical failure: move that to the causes "
                "and say here what it does to the patient.",
                "harms",
                f"harm:{harm.id}",
            )


@hazard_rule(
    "HZ06",
    BLOCKS,
    "Placeholder text",
    why="“TBC” in a live hazard says that somebody meant to think about it and has not.",
    good="A pharmacist calls the patient within one working day",
    bad="TBC",
    question="When will what is still to come in {hazard} be there, and what holds until then?",
)
def holds_placeholders(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ06: a text says that it is still to come."""
    for label, field, subject, text in _texts_of(hazard):
        if is_open(text):
            yield Found(
                f"The {label} says {quoted(text)}: write what is meant, or take it out.",
                field,
                subject,
            )
    for kind, field, parts in (
        ("cause", "causes", hazard.causes),
        ("harm", "harms", hazard.harms),
    ):
        for part in parts:
            if not said(part.text) and not is_open(part.text):
                yield Found(
                    f"The {kind} says {quoted(part.text)}: write what is meant, or take it out.",
                    field,
                    f"{kind}:{part.id}",
                )


def _texts_of(hazard: HazardInQuestion) -> Iterator[tuple[str, str, str, str]]:
    yield "name", "name", "name", hazard.name
    yield "description", "description", "description", hazard.description
    yield "effect", "effect", "effect", hazard.effect
    yield "justification", "justification", "justification", hazard.justification
    yield "text of the actions", "actions", "actions", hazard.actions
    for cause in hazard.causes:
        yield "cause", "causes", f"cause:{cause.id}", cause.text
        yield "reason to accept a cause", "causes", f"because:{cause.id}", cause.accepted_because
    for harm in hazard.harms:
        yield "harm", "harms", f"harm:{harm.id}", harm.text
    for control in hazard.controls:
        yield f"control {control.reference}", "controls", f"control:{control.id}", control.text
        for what, kind, text in (
            ("instruction of", "instruction", control.instruction),
            ("reason why no hazard comes with", "none", control.none_because),
        ):
            yield f"{what} {control.reference}", "controls", f"{kind}:{control.id}", text
    for stage, estimates in ((Stage.INITIAL, hazard.initial), (Stage.RESIDUAL, hazard.residual)):
        for each in estimates:
            for axis, text in (
                ("severity", each.why_severity),
                ("likelihood", each.why_likelihood),
            ):
                why = f"reason for the {stage.label.lower()} {axis}"
                yield why, stage.value, f"{axis}:{each.id}", text
    for assumption in hazard.assumptions:
        yield "assumption", "assumptions", f"assumption:{assumption.id}", assumption.text


_EMPTY_WORDS = (
    "training train trained trains user users staff guide guides guidance manual manuals document "
    "documents documentation documented testing test tests tested testers full fully appropriate "
    "adequate regular ongoing robust thorough comprehensive good proper suitable sufficient "
    "provide provides provided providing give given gives available exist exists place required "
    "necessary needed material materials instruction instructions communication communications "
    "uat sop sops policy policies procedure procedures process processes monitoring monitor"
)
#: Words that make no control, however many of them stand together.
_EMPTY = frozenset(_EMPTY_WORDS.split())


@hazard_rule(
    "HZ07",
    WARNS,
    "A control that says too little",
    why="A control is something that somebody can check. “Training” says neither who learns what "
    "nor how anybody would see that it works.",
    good="Packing staff practise the same-address procedure every six months, and sign for it",
    bad="Training",
    question="What does this control of {hazard} do, who does it, and how would I see it done?",
)
def control_says_too_little(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """HZ07: a control has too few words, or only words that make no control."""
    for control in hazard.controls:
        if is_open(control.text):
            continue  # HZ06 says so
        count = len(words(control.text))
        is_bare = all(word in _EMPTY for word in telling_words(control.text))
        if count < at.limits.fewest_words_of_control or is_bare:
            yield Found(
                f"Control {control.reference} says only {quoted(control.text)}: say what is done, "
                "by whom and when, so that somebody can check it.",
                "controls",
                f"control:{control.id}",
            )
