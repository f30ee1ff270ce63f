"""The words that logs use over their columns, and what each of them means."""

import re
from functools import lru_cache

from hazards.choices import Stage
from hazards.importing.cells import folded
from hazards.importing.fields import Field

#: Headings that mean one thing wherever they stand; without case, punctuation and spacing.
_PLAIN: dict[Field, tuple[str, ...]] = {
    Field.REFERENCE: (
        *("hazard number", "hazard no", "hazard id", "hazard ref", "hazard reference"),
        *("hazard #", "#", "id", "ref", "reference", "number", "no", "haz id", "hazard log id"),
        *("risk id", "risk ref", "hazard identifier"),
    ),
    Field.NAME: (
        *(
            "hazard name",
            "name",
            "hazard",
            "hazard title",
            "title",
            "hazardous situation",
            "clinical hazard",
        ),
        *("hazard summary", "hazard statement", "hazard cause control", "hazard cause mitigation"),
    ),
    Field.DESCRIPTION: ("hazard description", "description", "description of hazard"),
    Field.EFFECT: ("effect in care", "effect on care", "immediate effect"),
    Field.HARM: (
        *("potential clinical impact", "clinical impact", "potential impact", "impact"),
        *("effect", "effects", "hazard effect", "harm", "harms", "potential harm"),
        *("patient harm", "consequences", "potential clinical impacts"),
        *("consequence for patient", "consequences for patient", "consequence for the patient"),
    ),
    Field.CAUSE_NUMBER: ("cause #", "cause number", "cause no", "cause id", "cause ref"),
    Field.CAUSE: (
        *("possible cause", "possible causes", "cause", "causes", "potential cause"),
        *("potential causes", "hazard cause", "hazard causes"),
    ),
    Field.CONTROL_NUMBER: (
        *("control #", "control number", "control no", "control id", "control ref"),
        *("mitigation #", "mitigation id", "mitigation ref", "mitigation number"),
    ),
    Field.EXISTING: (
        *("existing controls", "existing control", "current controls", "controls in place"),
        *("existing mitigations", "existing mitigation"),
    ),
    Field.ADDITIONAL: (
        *("additional controls", "additional control", "further controls"),
        *("additional mitigations", "further mitigations"),
    ),
    Field.DESIGN: ("design", "design control", "design controls", "software design"),
    Field.TEST: ("test", "tests", "testing"),
    Field.TRAINING: (
        *("training", "training communication", "training and communication"),
        *("training communications", "user training"),
    ),
    Field.BUSINESS_PROCESS: (
        *("business process change", "business process changes", "business process"),
        *("business processes", "business change", "process change"),
    ),
    Field.ACTION_SUMMARY: (
        *("action summary", "actions", "action", "summary of actions", "actions required"),
        "action required",
    ),
    Field.OWNER: (
        "owner",
        "hazard owner",
        "action owner",
        "responsible",
        "responsible owner",
        *("lead", "hazard lead", "risk owner"),
    ),
    Field.STATUS: ("hazard status", "status", "open closed"),
    Field.JUSTIFICATION: (
        *("justification", "rationale", "risk justification", "residual risk justification"),
        "justification for residual risk",
    ),
    Field.FAMILY: ("tag", "tags", "category", "hazard category", "family", "hazard type"),
    Field.ACTS_ON: ("controls act on",),
    Field.REVIEW_DATE: (
        *("review due", "review date", "next review", "next review date", "date of next review"),
        "review by",
    ),
    Field.INITIAL_PATIENTS: ("initial patients",),
    Field.RESIDUAL_PATIENTS: ("residual patients",),
    Field.WHY_SEVERITY: (
        "why severity",
        "why this severity",
        "reason for severity",
        "initial why severity",
    ),
    Field.WHY_INITIAL: (
        *("why initial", "why initial likelihood", "why the initial likelihood", "initial why"),
        *("initial why likelihood", "reason for initial likelihood"),
    ),
    Field.WHY_RESIDUAL: (
        *("why residual", "why residual likelihood", "why the residual likelihood"),
        *("residual why", "residual why likelihood", "reason for residual likelihood"),
    ),
    Field.EXISTING_EVIDENCE: ("existing control evidence", "existing controls evidence"),
    Field.ADDITIONAL_EVIDENCE: ("additional control evidence", "further control evidence"),
    Field.DESIGN_EVIDENCE: ("design evidence", "evidence of design", "design control evidence"),
    Field.TEST_EVIDENCE: ("test evidence", "evidence of test", "evidence of testing"),
    Field.TRAINING_EVIDENCE: ("training evidence", "evidence of training"),
    Field.BUSINESS_PROCESS_EVIDENCE: (
        *("business process evidence", "business process change evidence"),
        *("evidence of business process change", "process evidence"),
    ),
}
FIELD_OF = {words: meaning for meaning, all_words in _PLAIN.items() for words in all_words}

#: The axes and the class of an estimate, initial or residual.
SEVERITY = frozenset(
    {"severity", "hazard severity", "severity rating", "severity score", "severity level", "sev"}
    | {"severity of harm", "severity class", "consequence rating", "consequence score"}
    | {"harm severity"}
)
LIKELIHOOD = frozenset(
    {"likelihood", "hazard likelihood", "likelihood rating", "likelihood score", "probability"}
    | {"likelihood level", "likelihood of harm", "probability of harm", "frequency"}
    | {"harm likelihood", "likelihood of occurrence", "probability of occurrence"}
)
CLASS = frozenset(
    {"risk rating", "risk score", "risk class", "risk level", "clinical risk", "class"}
    | {"rating", "score", "risk", "hazard risk rating", "acceptability", "risk acceptability"}
    | {"hazard risk", "overall risk", "risk category", "risk index", "clinical risk rating"}
    | {"clinical risk class", "hazard rating", "risk evaluation", "overall rating", "rag rating"}
)
#: What is short enough to mean something only beside “initial” or “residual”.
SHORT_AXES = {
    **dict.fromkeys(("s", "c", "consequence", "impact", "consequences"), "severity"),
    **dict.fromkeys(("l", "p", "lik", "prob"), "likelihood"),
    **dict.fromkeys(("r", "rr", "rag", "evaluation", "value"), "class"),
}
#: Harm in most logs; beside a likelihood, and with short words below it, the severity.
EITHER_HARM_OR_SEVERITY = frozenset({"consequence", "impact", "consequences"})

#: The harm where nothing else is; beside a column of harms, what happens in care before it.
EITHER_HARM_OR_EFFECT = frozenset({"effect", "effects", "hazard effect"})

#: Between what a list of things is called and what is told of each ({"controls": [{"party": …}]}):
#: what stands there is no field of the hazard unless a person says so.
NESTED = " › "

STAGE_WORDS = {
    "initial": Stage.INITIAL,
    "init": Stage.INITIAL,
    "inherent": Stage.INITIAL,
    "unmitigated": Stage.INITIAL,
    "uncontrolled": Stage.INITIAL,
    "residual": Stage.RESIDUAL,
    "res": Stage.RESIDUAL,
    "mitigated": Stage.RESIDUAL,
    "controlled": Stage.RESIDUAL,
}
#: These say a stage only as the first word: ``I. Severity``.
STAGE_LETTERS = {"i": Stage.INITIAL, "r": Stage.RESIDUAL}
_AROUND_CONTROLS = r" ?(?:the |additional |further )?(?:mitigations?|controls?|treatment)\b"
STAGE_PHRASES = (
    (re.compile(rf"\b(?:pre|before|prior to){_AROUND_CONTROLS}"), Stage.INITIAL),
    (re.compile(rf"\b(?:post|after|following){_AROUND_CONTROLS}"), Stage.RESIDUAL),
)

_HARM_WORD = r"(?:effects?|impacts?|consequences?|harms?)"
_CONTROLS = r"\b(?:controls?|mitigations?|safeguards?|barriers?|risk (?:controls?|reduction))\b"
#: Headings that hold a telling word among others; the first that fits counts.
LIKELY: tuple[tuple[re.Pattern[str], Field], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"\bcauses? (?:#|no|number|id|ref)\b|\bcauses? #", Field.CAUSE_NUMBER),
        (r"\b(?:control|mitigation)s? (?:no|number|id|ref)\b|\bcontrols? #", Field.CONTROL_NUMBER),
        (r"\bevidence\b.*\bexisting\b|\bexisting\b.*\bevidence\b", Field.EXISTING_EVIDENCE),
        (r"\bevidence\b.*\bdesign\b|\bdesign\b.*\bevidence\b", Field.DESIGN_EVIDENCE),
        (r"\bevidence\b.*\btraining\b|\btraining\b.*\bevidence\b", Field.TRAINING_EVIDENCE),
        (r"\bevidence\b.*\btest|\btest\w*\b.*\bevidence\b", Field.TEST_EVIDENCE),
        (
            r"\bevidence\b.*\bprocess\b|\bprocess\b.*\bevidence\b",
            Field.BUSINESS_PROCESS_EVIDENCE,
        ),
        (
            r"\bevidence\b.*\b(?:controls?|mitigations?)\b|\b(?:controls?|mitigations?)\b.*"
            r"\bevidence\b",
            Field.ADDITIONAL_EVIDENCE,
        ),
        (
            rf"\b(?:existing|current|in place|present|initial)\b.*{_CONTROLS}|{_CONTROLS}"
            r".*\b(?:in place|existing|present)\b",
            Field.EXISTING,
        ),
        (r"\b(?:software|technical|design|engineering|system) controls?\b", Field.DESIGN),
        (r"\b(?:software|system|technical) (?:design|mitigations?)\b", Field.DESIGN),
        (
            r"\b(?:procedural|process|operational|organisational|workflow) "
            r"(?:controls?|mitigations?|changes?)\b",
            Field.BUSINESS_PROCESS,
        ),
        (r"\btraining\b", Field.TRAINING),
        (r"\btests?\b|\btesting\b", Field.TEST),
        (
            rf"\b(?:additional|further|new|proposed|planned|recommended|required|future)\b.*"
            rf"{_CONTROLS}",
            Field.ADDITIONAL,
        ),
        (
            r"\bcauses?\b|\bcontribut(?:ing|ory) factors?\b|\bfailure modes?\b|\btriggers?\b",
            Field.CAUSE,
        ),
        (rf"^{_HARM_WORD}(?: (?:and|or|of))? {_HARM_WORD}$", Field.HARM),
        (
            r"\bharms?\b|\b(?:clinical|patient|safety) (?:impacts?|consequences?|effects?)\b|"
            r"\b(?:impact|effect)s? (?:on|to) (?:the )?patients?\b",
            Field.HARM,
        ),
        (r"\bnext review\b|\breview (?:date|due)\b", Field.REVIEW_DATE),
        (r"\b(?:risk|hazard|issue) owners?\b|\bowners?\b|\bresponsible\b", Field.OWNER),
        (r"\bassigned to\b|\baccountable\b", Field.OWNER),
        (r"\bstatus\b", Field.STATUS),
        (r"\bjustif\w*\b|\brationale\b", Field.JUSTIFICATION),
        (
            r"^(?:hazard|haz|risk|item|log)\b.*\b(?:id|no|number|ref|reference|identifier)\b",
            Field.REFERENCE,
        ),
        (r"^(?:hazard|risk)\b.*\b(?:title|name|summary|event)\b", Field.NAME),
        (r"\bhazardous (?:situation|event)\b", Field.NAME),
        (r"\bdescription\b|\bscenario\b", Field.DESCRIPTION),
        (r"\bactions?\b", Field.ACTION_SUMMARY),
        (r"\b(?:hazard|risk) (?:category|type|area|theme|group)\b|\btheme\b", Field.FAMILY),
    )
)
_PART = r"\b(?:controls?|mitigations?|tests?|testing|training|causes?|evidence|actions?)\b"
_SAID_OF_IT = (
    r"(?:due )?(?:types?|kind|category|strength|hierarchy|function|party|owner|lead|status|state|"
    r"progress|date|due|deadline|effectiveness|results?|outcome|count)"
)
#: What is said of a control, a test or a cause ("Control status"): neither one of them, nor a field
#: of the hazard beside which it stands.
SAID_OF_A_PART = re.compile(
    rf"{_PART}(?: .*)? {_SAID_OF_IT}|(?:number|{_SAID_OF_IT}) (?:of|for) (?:.* )?{_PART}.*"
)

#: A column of controls, of which its place has to say whether they were there before.
SOME_CONTROLS = re.compile(_CONTROLS)

#: Alone beside a column of controls, what shows them.
EVIDENCE_ALONE = re.compile(
    r"(?:evidence|verification|evidence (?:ref|reference|link|location)|"
    r"(?:link|reference) to evidence)(?: of (?:implementation|effectiveness))?"
)

#: The marks of a log that this application wrote (its workbook; its CSV and its Markdown).
OURS = (
    frozenset({"state of the record", "provisional or confirmed"}),
    frozenset({"hazard number", "effect in care", "review due", "business process change"}),
)
#: Its columns that nothing is taken from: they repeat what stands elsewhere in the record.
OURS_LEFT = OURS[0] | frozenset(
    {"existing control evidence", "design evidence", "test evidence", "training evidence"}
    | {"business process evidence", "further control evidence", "acceptability and basis"}
    | {"initial acceptability and basis", "residual acceptability and basis"}
    | {"worst initial rating", "worst residual rating", "product", "release", "log version"}
    | {"version state", "version dated"}
)


#: What stands there of a control that acts on every cause, and not on the hazard as a whole.
EACH_CAUSE = "Each cause"


@lru_cache(maxsize=1024)  # a log of objects asks it of the same few keys for each hazard
def plain_heading(text: str) -> str:
    """A heading without case, punctuation and spacing: ``Possible Cause(s):`` → possible causes."""
    words = folded(text).replace("(s)", "s")
    return " ".join(re.sub(r"[^\w#]+|_", " ", words).split())
