"""Choices with stable stored values."""

from django.db.models import TextChoices


class SubjectKind(TextChoices):
    """What a signature is under. Things above this package are named by text, never by key."""

    PLAN = "plan", "Clinical risk management plan"
    APPOINTMENT = "appointment", "Appointment"
    ACCEPTANCE = "acceptance", "Acceptance of residual risk"
    HAZARD_LOG = "hazard_log", "Hazard log version"
    REPORT = "report", "Safety case report version"
    LEGACY_LIST = "legacy_list", "List of legacy findings"
    CHARTER = "charter", "Safety charter"
    DECISION = "decision", "Trade-off decision"
    RISK_BENEFIT = "risk_benefit", "Clinical risk–benefit analysis"
    BREAK_GLASS = "break_glass", "Break-glass release"
    STATEMENT = "release_statement", "Release statement"


class Meaning(TextChoices):
    """What a signature means."""

    AUTHORED = "authored", "Authored"
    REVIEWED = "reviewed", "Reviewed"
    APPROVED = "approved", "Approved"
    AUTHORISED = "authorised", "Authorised"
    FOR_CLINICAL = "for_clinical", "Agreed for the clinical side"
    FOR_PRODUCT = "for_product", "Agreed for the product side"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SignatureState(TextChoices):
    """Whether a signature still speaks for its subject."""

    CURRENT = "current", "Current"
    OUT_OF_DATE = "out_of_date", "Out of date"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AcceptanceState(TextChoices):
    """Whether a residual risk is still accepted."""

    STANDS = "stands", "Accepted"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class TradeOff(TextChoices):
    """Whether a trade-off may be made at all."""

    MAY = "may", "May be made"
    NEVER = "never", "Never made"


class TriageOutcome(TextChoices):
    """The four outcomes of triage. Any yes means at least that the officer looks."""

    NO_EFFECT = "no_effect", "No effect"
    COVERED = "covered", "Covered"
    NEEDS_CSO = "needs_cso", "Needs the clinical safety officer"
    STOP = "stop", "Stop"


class ConcernOutcome(TextChoices):
    """What became of a concern."""

    HAZARD = "hazard", "A hazard was raised"
    KNOWN = "known", "A hazard covers it"
    ACTION = "action", "Somebody is doing something about it"
    EXPLAINED = "explained", "Explained: no risk to patients"


class WorkshopKind(TextChoices):
    """The two occasions of a session."""

    WORKSHOP = "workshop", "Workshop"
    KICK_OFF = "kick_off", "Kick-off assessment"


class Prompt(TextChoices):
    """What a session asks at each step of a pathway."""

    NO = "no", "No"
    WRONG = "wrong", "Wrong"
    LATE = "late", "Late"
    EARLY = "early", "Early"
    PARTIAL = "partial", "Partial"
    DUPLICATE = "duplicate", "Duplicate"
    WRONG_PERSON = "wrong_person", "Wrong person"
    MISREAD = "misread", "Misread"
    UNAVAILABLE = "unavailable", "Unavailable"
    MISUSED = "misused", "Misused"


class EntryOutcome(TextChoices):
    """What comes of something that was said in a session. It follows from the entry's fields."""

    RAISE = "raise", "A new hazard"
    LINK = "link", "A hazard that is in the log"
    NONE = "none", "Considered, no hazard, because"
    NOTHING = "nothing", "Not settled yet"


class ActionState(TextChoices):
    """Where an action stands."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class DecisionState(TextChoices):
    """Where a decision stands."""

    OPEN = "open", "Open"
    AGREED = "agreed", "Agreed"
    SUPERSEDED = "superseded", "Superseded"
    DROPPED = "dropped", "Dropped"


class FourQuestions(TextChoices):
    """The questions that a third option is made of."""

    BASELINE = "baseline", "Baseline"
    STRATIFY = "stratify", "Stratify"
    MONITOR = "monitor", "Monitor"
    FALLBACK = "fallback", "Fallback"


class SafeguardKind(TextChoices):
    """What a safeguard becomes."""

    CONTROL = "control", "Control"
    CADENCE = "cadence", "Cadence"
    INDICATOR = "indicator", "Indicator to come"
    NEW_HAZARD = "new_hazard", "New hazard that it brings"


class Balance(TextChoices):
    """What a risk–benefit analysis concludes."""

    OUTWEIGHS = "outweighs", "The clinical benefit outweighs the residual risk"
    RE_APPRAISE = "re_appraise", "It does not: the project is re-appraised"
