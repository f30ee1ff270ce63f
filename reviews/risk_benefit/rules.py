"""Rules of the clinical risk–benefit analysis (clauses 6.1.6 and 6.2), on plain values.

Which classes may be weighed at all is ``hazards.rules.may_be_weighed``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from reviews.choices import Balance


class AnalysisState(Enum):
    """Where an analysis stands. It is derived from its signatures, never stored."""

    DRAFT = "Draft"
    REJECTED = "Rejected"
    APPROVED = "Waits for the accountable executive"
    BEARS = "Concluded: the benefit outweighs the risk"
    RE_APPRAISE = "Concluded: the project is re-appraised"
    LAPSED = "Lapsed"
    DROPPED = "Dropped"


TONES = {
    AnalysisState.DRAFT: "warn",
    AnalysisState.REJECTED: "bad",
    AnalysisState.APPROVED: "accent",
    AnalysisState.BEARS: "good",
    AnalysisState.RE_APPRAISE: "bad",
    AnalysisState.LAPSED: "warn",
    AnalysisState.DROPPED: "",
}


@dataclass(frozen=True)
class AnalysisFacts:
    """What the rules need to know of one analysis."""

    is_kept: bool
    balance: str
    was_concluded: bool  # both signed one and the same text, at whatever time
    is_approved: bool  # a signature as it stands
    is_accepted: bool
    is_rejected: bool
    reasons: Sequence[str]  # why what it is about holds no longer


def analysis_state(facts: AnalysisFacts) -> AnalysisState:
    """Where an analysis stands."""
    if not facts.is_kept:
        return AnalysisState.DROPPED
    if facts.is_approved and facts.is_accepted and not facts.reasons:
        outweighs = facts.balance == Balance.OUTWEIGHS
        return AnalysisState.BEARS if outweighs else AnalysisState.RE_APPRAISE
    if facts.was_concluded:
        return AnalysisState.LAPSED
    if facts.is_rejected:
        return AnalysisState.REJECTED
    return AnalysisState.APPROVED if facts.is_approved else AnalysisState.DRAFT


#: What has to be said before anybody can sign, and the sentence where it is not.
_NEEDED = {
    "why_impracticable": "It does not say why further control is impracticable.",
    "benefit": "It does not say what the clinical benefit of the intended use is.",
    "who_benefits": "It does not say which patients benefit.",
    "who_bears": "It does not say which patients bear the risk.",
    "without": "It does not say what patients have without the product.",
    "evidence": "It names no clinical evidence.",
    "balance": "It comes to no conclusion.",
    "conclusion": "It does not say why it concludes so.",
}


def what_is_missing(texts: Mapping[str, str]) -> list[str]:
    """What an analysis has to say before anybody can sign it, a sentence each."""
    return [words for name, words in _NEEDED.items() if not texts[name].strip()]


#: Clause 6.2 weighs clinical benefit against clinical risk and nothing else. Words that are usual
#: in a business case; some have a clinical meaning too, so they warn and never refuse.
_COST = re.compile(
    r"[£€$]|(?<![\w-])(?:"
    r"afford\w*|budget\w*|business case|cheap\w*|commercial\w*|competit\w+|contract(?:s|ual)?|"
    r"cost(?:s|ly|ing|ed)?|customers?|econom\w+|expens\w+|financ\w+|fund(?:s|ing|ed)?|growth|"
    r"income|invest(?:or|ment)\w*|lifetime value|market(?:s|ing)?|money|pric(?:e|es|ing)|"
    r"profit\w*|reputation\w*|retention|revenues?|roi|sales|savings?|shareholders?|subscri\w+|"
    r"turnover"
    r")(?![\w-])",
    re.IGNORECASE,
)


def cost_words(text: str) -> list[str]:
    """The words of a text that speak of cost or commerce, each once, in their order."""
    return list(dict.fromkeys(found.casefold() for found in _COST.findall(text)))
