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


class Meaning(TextChoices):
    """What a signature means."""

    AUTHORED = "authored", "Authored"
    REVIEWED = "reviewed", "Reviewed"
    APPROVED = "approved", "Approved"
    AUTHORISED = "authorised", "Authorised"
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
