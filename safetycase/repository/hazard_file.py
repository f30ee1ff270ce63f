"""One hazard, whole, as a page of Markdown."""

from collections.abc import Iterator

from audit.plain_markdown import plain
from safetycase.repository.markdown import facts, labelled, section, text_of
from safetycase.snapshot.shape import ControlShape, EstimateShape, HazardShape, RiskShape


def hazard_page(hazard: HazardShape) -> str:
    """The page of a hazard."""
    return text_of(_lines(hazard))


def risks_in_words(hazard: HazardShape) -> tuple[str, str]:
    """The initial and the residual risk of a hazard: class, words and whether it is confirmed."""
    initial, residual = hazard["initial"], hazard["residual"]
    # Without an initial estimate nobody can say that the residual one is not needed.
    is_needed = residual["is_needed"] or initial["shown"] is None
    return _in_words(initial, is_needed=True), _in_words(residual, is_needed=is_needed)


def _in_words(risk: RiskShape, *, is_needed: bool) -> str:
    shown = risk["shown"]
    if shown is None:
        return "not estimated" if is_needed else "not needed"
    words = f"{shown['class_number']}, {shown['severity']} · {shown['likelihood']}"
    if risk["is_provisional"] is None:
        return words
    return f"{words} ({'provisional' if risk['is_provisional'] else 'confirmed'})"


def _lines(hazard: HazardShape) -> Iterator[str]:
    initial, residual = risks_in_words(hazard)
    yield f"# {plain(hazard['reference'])} {plain(hazard['name'])}"
    yield ""
    yield from facts(
        [
            ("State", hazard["state_words"]),
            ("Status", hazard["status_words"]),
            ("Initial risk", initial),
            ("Residual risk", residual),
            ("In scope from release", hazard["scope_from"]),
            ("Family", hazard["family"]),
            ("Owner", hazard["owner"] or hazard["owner_role"]),
            ("Next review", hazard["review_date"] or ""),
        ]
    )
    yield ""
    yield from labelled("Description", hazard["description"])
    yield from labelled("Effect", hazard["effect"])
    yield from _voices(hazard)
    yield from section(
        "Harms", [f"{each['number']}. {plain(each['text'])}" for each in hazard["harms"]]
    )
    yield from section("Causes", _causes(hazard))
    yield from section("Controls", [line for each in hazard["controls"] for line in _control(each)])
    yield from section("Initial risk", _risk(hazard["initial"]))
    yield from section("Residual risk", _risk(hazard["residual"]))
    yield from labelled("Why it is not reduced further", hazard["justification"])
    yield from labelled("Actions", hazard["actions"])
    yield from section("Assumptions", _assumptions(hazard))
    yield from section(
        "Features",
        [f"- {plain(each['reference'])} {plain(each['title'])}" for each in hazard["features"]],
    )


def _assumptions(hazard: HazardShape) -> list[str]:
    return [
        f"- {plain(each['text'])} ({plain(each['state_words'].lower())}"
        f"{', until ' + each['valid_until'] if each['valid_until'] else ''})"
        for each in hazard["assumptions"]
    ]


def _voices(hazard: HazardShape) -> Iterator[str]:
    yield from labelled("For patients", str(hazard.get("for_patients", "")))
    yield from labelled("For the product", str(hazard.get("for_product", "")))


def _causes(hazard: HazardShape) -> Iterator[str]:
    for each in hazard["causes"]:
        kind = f" ({plain(each['kind_words'].lower())})" if each["kind_words"] else ""
        yield f"{each['number']}. {plain(each['text'])}{kind}"
        if each["accepted_because"]:
            yield f"   - accepted because: {plain(each['accepted_because'])}"


def _control(control: ControlShape) -> Iterator[str]:
    yield f"### {plain(control['reference'])} {plain(control['text'])}"
    yield ""
    yield from facts(
        [
            ("State", control["state_words"]),
            ("Kind", control["kind_words"]),
            ("Type", control["type_words"]),
            ("Strength", control["strength_words"]),
            ("Function", control["function_words"]),
            ("Party", control["party_words"]),
            ("Instruction", control["instruction"]),
            ("Acts on", _acts_on(control)),
            ("Delivered in", control["delivered_in"]),
            ("Implementation", control["implementation_reference"]),
            ("Implementer", control["implementer"]),
            ("Due", control["due_on"] or ""),
            ("Also protects against", ", ".join(control["also_protects"])),
            ("New hazards", ", ".join(control["new_hazards"])),
            ("No new hazards because", control["none_because"]),
        ]
    )
    for each in control["evidence"]:
        said = [each["of_words"], each["state_words"], each["result_words"], each["dated_on"] or ""]
        told = ", ".join(plain(word) for word in said if word)
        link = f": {plain(each['link'])}" if each["link"] else ""
        yield f"- Evidence: {plain(each['title'])} ({told}){link}"
    yield ""


def _acts_on(control: ControlShape) -> str:
    on = [f"cause {number}" for number in control["causes"]]
    on += [f"harm {number}" for number in control["harms"]]
    return ", ".join(on) or "the whole hazard"


def _risk(risk: RiskShape) -> Iterator[str]:
    for estimate in risk["current"]:
        yield from _estimate(estimate)
    for why in risk["why_provisional"]:
        yield f"- Provisional: {plain(why)}"


def _estimate(estimate: EstimateShape) -> Iterator[str]:
    of = f" (cause {estimate['cause']})" if estimate["cause"] else ""
    words = f"{estimate['severity']} · {estimate['likelihood']}: {estimate['acceptability_words']}"
    yield f"- Class {estimate['class_number']}{of}, {plain(words.lower())}"
    for label, why in (
        ("severity", estimate["why_severity"]),
        ("likelihood", estimate["why_likelihood"]),
        ("on the assumption", estimate["assumption"]),
    ):
        if why:
            yield f"  - {label}: {plain(why)}"
    accepted = estimate["acceptance"]
    if accepted and accepted["stands"]:
        by = f"{accepted['by']} as {accepted['authority_words'].lower()}"
        yield f"  - accepted by {plain(by)}: {plain(accepted['why'])}"
    elif estimate["needs_acceptance"]:
        yield "  - not accepted yet"
