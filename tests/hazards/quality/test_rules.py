"""Each rule that looks at one hazard: a case that triggers it, and a near miss that does not."""

import datetime
from typing import Any

import pytest

from hazards.choices import (
    Acceptability,
    ControlFunction,
    ControlState,
    ControlType,
    EvidenceResult,
    FindingLevel,
    HazardStatus,
    Party,
    Strength,
)
from hazards.quality.catalogue import every_rule
from hazards.quality.facts import (
    NEVER,
    AssumptionInQuestion,
    CauseInQuestion,
    ControlInQuestion,
    EvidenceInQuestion,
    HarmInQuestion,
)
from tests.hazards.quality.facts import (
    AT,
    MAJOR_HIGH,
    MAJOR_LOW,
    MAJOR_MEDIUM,
    MAJOR_VERY_LOW,
    MINOR_LOW,
    TODAY,
    found,
    hazard,
    log,
    verified,
)

YESTERDAY = TODAY - datetime.timedelta(days=1)
B, W, I = FindingLevel.BLOCKS, FindingLevel.WARNS, FindingLevel.INFORMS  # noqa: E741
Case = dict[str, Any]


def cause(text: str, **more: Any) -> Case:
    return {"causes": (CauseInQuestion(text=text, **more),)}


def harm(text: str) -> Case:
    return {"harms": (HarmInQuestion(text=text),)}


def control(text: str = "A pharmacist checks each dispensing", **more: Any) -> Case:
    return {"controls": (ControlInQuestion(text=text, **more),)}


def stands(**more: Any) -> Case:
    return {"controls": (verified(**more),)}


def risks(initial: Any, residual: Any = None, **more: Any) -> Case:
    return {"initial": (initial,), "residual": (residual,) if residual else (), **more}


def proof(**more: Any) -> tuple[EvidenceInQuestion, ...]:
    return (EvidenceInQuestion(**more),)


NOTHING: tuple[Any, ...] = ()
OF_FIRST = MAJOR_VERY_LOW._replace(cause="cause-1")
TWO_CAUSES: Case = {
    "causes": (CauseInQuestion(), CauseInQuestion(id="cause-2", text="The letter is lost"))
}
#: Rule → cases that trigger it, each with the level that comes out.
TRIGGERS: dict[str, list[tuple[Case, FindingLevel]]] = {
    "HZ01": [({"name": "Wrong dose given"}, W), ({"name": "Wrong dose", "description": "n/a"}, W)],
    "HZ02": [
        ({"name": "System unavailable"}, W),
        ({"name": "The system is down"}, W),
        ({"name": "User error"}, W),
        ({"name": "Data breach", "description": "TBC"}, W),
        ({"name": "Loss of the service due to outage"}, W),
    ],
    "HZ03": [({"harms": NOTHING}, B), (harm("n/a"), B), (harm("TBC"), B)],
    "HZ04": [
        (cause("The wrong dose is given") | harm("A wrong dose is given"), W),
        (cause("Doses are missed") | {"effect": "Doses missed"}, W),
        (harm("Doses are missed") | {"effect": "Missed doses"}, W),
    ],
    "HZ05": [
        (cause("The patient dies"), I),
        (cause("Overdose"), I),
        (harm("The server crashes"), I),
        (harm("The application is unavailable"), I),
    ],
    "HZ06": [
        (cause("TBC"), B),
        (harm("To be confirmed by the lead"), B),
        ({"justification": "Owner TBD"}, B),
        (control("???"), B),
        (cause("n/a"), B),
        ({"effect": "<describe the effect>"}, B),
        ({"description": "Lorem ipsum dolor sit amet"}, B),
        (control(none_because="TBC"), B),
        (risks(MAJOR_LOW, MAJOR_VERY_LOW._replace(why_likelihood="TBC")), B),
        (risks(MAJOR_LOW._replace(why_severity="to be agreed")), B),
        ({"assumptions": (AssumptionInQuestion(text="TBD"),)}, B),
    ],
    "HZ07": [
        (control("Training"), W),
        (control("User guide"), W),
        (control("Testing"), W),
        (control("Staff will be given appropriate training"), W),
        (control("Weekly check"), W),
    ],
    "SC01": [
        (risks(MAJOR_LOW._replace(class_number=2)), B),
        (risks(MAJOR_LOW, MAJOR_VERY_LOW._replace(class_in_matrix=None)), B),
    ],
    "SC02": [
        ({"initial": NOTHING, "residual": NOTHING}, B),
        ({"residual": NOTHING}, B),
        ({"initial": (MINOR_LOW,), "residual": NOTHING, "residual_is_needed": True}, B),
        (TWO_CAUSES | risks(OF_FIRST, MAJOR_VERY_LOW), B),
        (TWO_CAUSES | risks(MAJOR_LOW, OF_FIRST), B),
    ],
    "SC03": [
        (control(state=ControlState.IMPLEMENTED), W),
        (control(state=ControlState.AGREED, delivered=2), B),
        (control(state=ControlState.AGREED, delivered=1), B),
        (control(state=ControlState.AGREED, delivered=3), W),
        (control(state=ControlState.AGREED, delivered=NEVER), W),
        (control(state=ControlState.AGREED, party=""), W),
    ],
    "SC04": [(risks(MAJOR_LOW, MINOR_LOW), W)],
    "SC05": [
        (risks(MAJOR_HIGH, MAJOR_LOW) | stands(strength=Strength.PROCEDURE), W),
        (risks(MAJOR_HIGH, MAJOR_LOW) | stands(type=ControlType.TRAINING), W),
        (risks(MAJOR_HIGH, MAJOR_LOW) | {"controls": NOTHING}, W),
        (risks(MAJOR_HIGH, MAJOR_LOW) | stands(is_additional=False), W),
        (
            risks(MAJOR_HIGH, MAJOR_LOW._replace(cause="cause-1"))
            | stands(causes=frozenset({"cause-2"})),
            W,
        ),
    ],
    "SC06": [
        (stands(strength=Strength.PROCEDURE) | {"justification": ""}, W),
        ({"controls": NOTHING, "justification": "n/a"}, W),
    ],
    "SC07": [
        (risks(MAJOR_HIGH, MAJOR_HIGH), B),
        (risks(MAJOR_LOW, MAJOR_VERY_LOW) | {"justification": ""}, W),
        (risks(MAJOR_LOW, MAJOR_VERY_LOW) | {"justification": "TBC"}, W),
    ],
    "SC10": [
        (risks(MAJOR_LOW, MAJOR_HIGH._replace(why_severity="", why_likelihood="")), B),
        (risks(MAJOR_LOW, MAJOR_MEDIUM._replace(why_severity="", why_likelihood="n/a")), B),
    ],
    "SC11": [
        (harm("Anaphylaxis, possibly fatal") | risks(MINOR_LOW), W),
        (harm("Organ damage") | risks(MINOR_LOW), W),
        (harm("Death of a child") | {"initial": NOTHING, "residual": (MINOR_LOW,)}, W),
    ],
    "SC12": [
        (risks(MAJOR_LOW._replace(why_likelihood=""), MAJOR_VERY_LOW), W),
        (risks(MAJOR_LOW, MAJOR_VERY_LOW._replace(why_likelihood="TBC")), W),
    ],
    "CE01": [
        ({"controls": NOTHING}, W),
        (stands(causes=frozenset({"another"})), W),
        (stands(harms=frozenset({"harm-1"})), W),
        ({"controls": NOTHING} | cause("It is late", accepted_because="n/a"), W),
    ],
    "CE02": [
        (stands(implementation_reference=""), B),
        (stands(implementation_reference="", delivered=None), B),
        (stands(implementation_reference="tbc", state=ControlState.IMPLEMENTED), B),
    ],
    "CE03": [
        (stands(evidence=NOTHING), B),
        (stands(evidence=proof(result="")), B),
        (stands(evidence=proof(result=EvidenceResult.INCONCLUSIVE)), B),
        (stands(evidence=proof(is_dated=False)), B),
        (stands(evidence=proof(has_release=False)), B),
        (stands(evidence=proof(verifier="")), B),
        (stands(evidence=proof(is_obtained=False)), B),
        (stands(evidence=proof(result=EvidenceResult.FAIL)), B),
        (stands(state=ControlState.IMPLEMENTED, evidence=proof(result=EvidenceResult.FAIL)), B),
        (stands(implementer="FARAH"), W),
    ],
    "CE05": [
        (stands(evidence=proof(link="https://tests.example.org")), I),
        (stands(evidence=proof(link="https://tests.example.org/")), I),
    ],
    "CE07": [
        (control(is_assessed=False), W),
        (control("Reissue is blocked without a result", is_assessed=False), B),
        (control("An AI model sorts the answers", is_assessed=False), B),
        (control("Doses are capped at the maximum", is_assessed=False), B),
        (control("An automatic reminder is sent", is_assessed=False), B),
    ],
    "CE08": [
        (stands(delivered=3), B),
        (stands(delivered=3, is_additional=False), B),
        (stands(delivered=NEVER), B),
    ],
    "CE10": [
        (stands(strength=Strength.PROCEDURE), W),
        (stands(strength=Strength.INFORMATION, causes=frozenset({"cause-1"})), W),
        (stands(type=ControlType.BUSINESS_PROCESS), W),
    ],
    "TR01": [
        (stands(party=Party.DEPLOYER), B),
        (stands(party=Party.DEPLOYER, instruction="TBC"), B),
    ],
    "TR04": [
        ({"assumptions": (AssumptionInQuestion(is_broken=True),)}, W),
        ({"assumptions": (AssumptionInQuestion(valid_until=YESTERDAY),)}, W),
    ],
    "ST01": [
        (
            {
                "status": HazardStatus.CLOSED,
                "why_status_does_not_fit": ("A control is not verified yet.", "Nor another."),
            },
            B,
        )
    ],
    "LC01": [({"review_date": YESTERDAY}, W)],
    "PE05": [
        ({"justification": "The product is fully compliant with the standard"}, W),
        ({"description": "This is 100% safe"}, W),
        ({"effect": "None, the service cannot fail"}, W),
        (cause("It is late", accepted_because="The courier never fails"), W),
        (risks(MAJOR_LOW, MAJOR_VERY_LOW._replace(why_likelihood="The block is foolproof")), W),
        ({"justification": "The risk is eliminated by the block"}, W),
    ],
}

#: Rule → cases that look like it and are in order.
NEAR_MISSES: dict[str, list[Case]] = {
    "HZ01": [
        {"name": "Wrong dose given", "description": "to a child after discharge"},
        {"name": "The medication chart cannot be read"},
    ],
    "HZ02": [
        {"name": "The system is unavailable while a medicine is prescribed out of hours"},
        {"name": "Check-ins: system unavailable", "features": ("Check-ins",)},
        {"name": "A data breach discloses a termination of pregnancy to a violent partner"},
        {"name": "A repeat prescription continues after its reason ended"},
    ],
    "HZ03": [harm("The patient bleeds")],
    "HZ04": [
        cause("The wrong dose is calculated for a child") | harm("The child stops breathing"),
        {"effect": "n/a"} | cause("N/A is shown"),
        {
            "causes": (
                CauseInQuestion("1", "The courier is late"),
                CauseInQuestion("2", "The courier is very late"),
            )
        },
    ],
    "HZ05": [
        cause("The message about the death of a patient is lost by the server"),
        cause("A result without an injury code is filed"),
        harm("The patient bleeds because the server was down"),
        harm("Delayed treatment of a patient while the system is down"),
    ],
    "HZ06": [
        {"effect": "n/a", "justification": "n/a"},
        cause("The tablet is crushed"),
        {"description": "What is still open is confirmed each month by two pharmacists"},
    ],
    "HZ07": [
        control("Packing staff practise the same-address procedure twice a year"),
        control("Clinicians are trained to read free text first"),
        control("Testing of every tier boundary at night"),
        control("TBC"),  # HZ06 says so
    ],
    "SC01": [risks(MAJOR_LOW, MAJOR_VERY_LOW)],
    "SC02": [
        risks(MINOR_LOW, residual_is_needed=False),
        risks(MAJOR_LOW, MAJOR_VERY_LOW),
        TWO_CAUSES | risks(MAJOR_LOW, MAJOR_VERY_LOW),
        TWO_CAUSES | {"initial": (MAJOR_LOW, OF_FIRST), "residual": (MAJOR_VERY_LOW, OF_FIRST)},
        TWO_CAUSES
        | {
            "initial": (OF_FIRST, MAJOR_LOW._replace(cause="cause-2")),
            "residual": (MAJOR_VERY_LOW._replace(cause="cause-2"),),
        },  # that of the first is acceptable
    ],
    "SC03": [
        {},
        control(state=ControlState.AGREED) | risks(MAJOR_LOW, MAJOR_LOW),
        control(state=ControlState.AGREED, party=Party.USER),
        control(party=Party.DEPLOYER, instruction="Do it"),
        control(state=ControlState.AGREED) | risks(MAJOR_LOW, MAJOR_VERY_LOW._replace(matrix=2)),
    ],
    "SC04": [
        risks(MAJOR_LOW, MINOR_LOW) | stands(function=ControlFunction.RECOVER),
        risks(MAJOR_LOW, MINOR_LOW) | stands(harms=frozenset({"harm-1"})),
        risks(MAJOR_LOW, MINOR_LOW) | stands(strength=Strength.SUBSTITUTE),
        risks(MAJOR_LOW, MAJOR_VERY_LOW),
    ],
    "SC05": [
        risks(MAJOR_HIGH, MAJOR_LOW) | stands(strength=Strength.ENGINEERED_WARN),
        risks(MAJOR_HIGH, MAJOR_MEDIUM) | stands(strength=Strength.PROCEDURE),
        risks(MAJOR_HIGH, MAJOR_LOW._replace(cause="cause-1"))
        | stands(causes=frozenset({"cause-1"})),
    ],
    "SC06": [
        stands(strength=Strength.PROCEDURE),
        stands(strength=Strength.ENGINEERED_WARN) | {"justification": ""},
        risks(MINOR_LOW) | {"controls": NOTHING, "justification": ""},
    ],
    "SC07": [
        risks(MAJOR_LOW, MINOR_LOW) | {"justification": ""},
        risks(MAJOR_LOW, MAJOR_VERY_LOW),
        risks(MAJOR_LOW, MAJOR_LOW) | {"justification": ""},  # whoever knows acceptances says so
        risks(MINOR_LOW),
    ],
    "SC10": [
        risks(MAJOR_LOW, MAJOR_HIGH),
        risks(MAJOR_LOW, MAJOR_LOW._replace(why_likelihood="", why_severity="")),
        risks(MAJOR_LOW, MAJOR_HIGH._replace(why_likelihood="", why_severity="", matrix=2)),
    ],
    "SC11": [
        harm("Anaphylaxis, possibly fatal") | risks(MAJOR_LOW),
        harm("No permanent harm is expected") | risks(MINOR_LOW),
        harm("Anaphylaxis, possibly fatal") | risks(MINOR_LOW._replace(grave=None)),
        harm("The organisation is late") | risks(MINOR_LOW),
        {
            "harms": (
                HarmInQuestion(id="harm-1", text="Upset"),
                HarmInQuestion(id="harm-2", text="Death"),
            )
        }
        | risks(MINOR_LOW._replace(harm="harm-1")),
    ],
    "SC12": [{}, {"initial": NOTHING, "residual": NOTHING}],
    "CE01": [
        {"controls": NOTHING} | cause("It is late", accepted_because="Another supplier's"),
        {"controls": NOTHING} | risks(MINOR_LOW),
        stands(causes=frozenset({"cause-1"})),
        {},
    ],
    "CE02": [
        stands(implementation_reference="", delivered=3),
        stands(implementation_reference="", party=Party.DEPLOYER),
        stands(implementation_reference="", state=ControlState.AGREED),
    ],
    "CE03": [
        {},
        stands(state=ControlState.IMPLEMENTED, evidence=NOTHING),
        stands(implementer="farah", evidence=proof() + proof(verifier="Clara")),
        stands(evidence=proof() + proof(is_obtained=False, result=EvidenceResult.FAIL)),
    ],
    "CE05": [
        stands(evidence=proof(link="https://tests.example.org/runs/1214")),
        stands(evidence=proof(link="https://tests.example.org/?run=1214")),
        stands(evidence=proof(link="https://tests.example.org/", has_file=True)),
    ],
    "CE07": [
        control("Reissue is blocked without a result"),
        control(is_assessed=False, is_additional=False),
    ],
    "CE08": [
        stands(delivered=2),
        stands(delivered=None),
        stands(delivered=3) | risks(MAJOR_LOW),
    ],
    "CE10": [
        stands(strength=Strength.ENGINEERED_WARN),
        stands(strength=Strength.PROCEDURE) | risks(MINOR_LOW, MINOR_LOW),
        {"controls": (verified(strength=Strength.PROCEDURE), verified(id="control-2"))},
    ],
    "TR01": [
        stands(party=Party.DEPLOYER, instruction="Empty the worklist each day"),
        stands(party=Party.USER),
    ],
    "TR04": [
        {"assumptions": (AssumptionInQuestion(valid_until=TODAY),)},
        {"assumptions": (AssumptionInQuestion(),)},
    ],
    "ST01": [
        {"status": HazardStatus.CLOSED},
        {"status": HazardStatus.OPEN, "why_status_does_not_fit": ("A control is not verified.",)},
    ],
    "LC01": [{"review_date": TODAY}, {"review_date": None}],
    "PE05": [
        risks(MAJOR_LOW, MINOR_LOW) | {"justification": "The risk is eliminated by the block"},
        {"justification": "The risk is not eliminated by this"},
        {"justification": "The product is not fully compliant with the standard yet"},
        {"description": "Nobody would call a repeat prescription safe without a review"},
    ],
}

OF_HAZARDS = [rule.id for rule in every_rule() if rule.look is not None]


@pytest.mark.parametrize("rule_id", OF_HAZARDS)
def test_a_rule_finds_what_it_is_for(rule_id: str) -> None:
    for case, level in TRIGGERS[rule_id]:
        findings = found(rule_id, hazard(**case))
        assert findings, case
        rule = next(rule for rule in every_rule() if rule.id == rule_id)
        assert {each.level or rule.level for each in findings} == {level}, case


@pytest.mark.parametrize("rule_id", OF_HAZARDS)
def test_a_near_miss_is_in_order(rule_id: str) -> None:
    for case in NEAR_MISSES[rule_id]:
        assert found(rule_id, hazard(**case)) == [], case


@pytest.mark.parametrize("rule_id", OF_HAZARDS)
def test_a_hazard_in_order_passes(rule_id: str) -> None:
    assert found(rule_id, hazard()) == []


@pytest.mark.parametrize("rule_id", OF_HAZARDS)
def test_each_finding_is_one_sentence_that_leads_to_a_field(rule_id: str) -> None:
    for case, _ in TRIGGERS[rule_id]:
        for each in found(rule_id, hazard(**case)):
            assert each.message[0].isupper() or each.message[0] in "“0123456789", each.message
            assert each.message.endswith("."), each.message
            assert each.field, each
            assert len(each.subject) <= 60, each


def test_two_findings_of_a_rule_on_one_hazard_stay_apart() -> None:
    for rule_id, cases in TRIGGERS.items():
        for case, _ in cases:
            subjects = [each.subject for each in found(rule_id, hazard(**case))]
            assert len(subjects) == len(set(subjects)), rule_id


def test_unacceptable_risk_and_failed_tests_are_never_waived() -> None:
    by_id = {rule.id: rule for rule in every_rule()}
    [unacceptable] = found("SC07", hazard(**risks(MAJOR_HIGH, MAJOR_HIGH)))
    assert not by_id["SC07"].may_be_waived(unacceptable.subject)
    [sentence] = found("SC07", hazard(justification=""))
    assert by_id["SC07"].may_be_waived(sentence.subject)
    [failed] = found("CE03", hazard(**stands(evidence=proof(result=EvidenceResult.FAIL))))
    assert not by_id["CE03"].may_be_waived(failed.subject)
    [bare] = found("CE03", hazard(**stands(evidence=NOTHING)))
    assert by_id["CE03"].may_be_waived(bare.subject)


def test_an_estimate_of_a_cause_is_compared_with_that_of_the_same_cause() -> None:
    other = MAJOR_LOW._replace(id="e", cause="cause-2")
    mine = MAJOR_HIGH._replace(id="f", cause="cause-1")
    residual = MAJOR_VERY_LOW._replace(id="g", cause="cause-1")
    about = hazard(initial=(other, mine), residual=(residual,))
    assert about.pairs() == [(mine, residual)]
    assert about.worst_initial == mine


def test_what_a_withdrawn_release_was_to_deliver_never_comes() -> None:
    [finding] = found("CE08", hazard(**stands(delivered=NEVER)), release=None)
    assert "withdrawn" in finding.message


@pytest.mark.parametrize(
    ("rule_id", "case"),
    [
        ("SC04", risks(MAJOR_LOW, MINOR_LOW)),
        ("SC05", risks(MAJOR_HIGH, MAJOR_LOW) | {"controls": NOTHING}),
        ("SC10", risks(MAJOR_LOW, MAJOR_HIGH._replace(why_severity="", why_likelihood=""))),
    ],
)
def test_what_is_found_on_an_estimate_is_found_anew_on_the_next(rule_id: str, case: Case) -> None:
    """So a waiver is of one estimate, and nobody estimates anew under its cover."""
    again = case | {"residual": (case["residual"][0]._replace(id="another"),)}
    subjects = {each.subject for one in (case, again) for each in found(rule_id, hazard(**one))}
    assert len(subjects) == 2


def test_a_residual_risk_without_a_release_in_hand_is_shown_as_provisional_only() -> None:
    [finding] = found(
        "SC03", hazard(**control(state=ControlState.AGREED, delivered=1)), release=None
    )
    assert finding.level is None
    assert found("CE08", hazard(**stands(delivered=3)), release=None) == []


def test_acceptability_is_read_and_not_the_number_of_the_class() -> None:
    mild = MAJOR_LOW._replace(acceptability=Acceptability.ACCEPTABLE)
    assert found("SC06", hazard(controls=NOTHING, justification="", initial=(mild,))) == []


def test_the_least_acceptable_risk_is_the_worst_whatever_its_number() -> None:
    """Two causes, estimated with two matrices: class 2 of a small one may be unacceptable."""
    of_five = MAJOR_LOW._replace(cause="cause-1")
    of_two = MAJOR_HIGH._replace(cause="cause-2", matrix=2, class_number=2, class_in_matrix=2)
    about = hazard(**TWO_CAUSES, residual=(of_five, of_two))
    assert about.worst_residual == of_two
    [finding] = found("SC07", about)
    assert finding.subject == "unacceptable"


def test_thresholds_can_be_set() -> None:
    short = hazard(name="Wrong dose given to him")
    assert found("HZ01", short)
    fewer = AT.limits._replace(fewest_words_of_hazard=5)
    assert found("HZ01", short, limits=fewer) == []


def test_a_product_in_order_passes() -> None:
    for rule in every_rule():
        if rule.look_at_log is not None:
            assert list(rule.look_at_log(log(), AT)) == []
