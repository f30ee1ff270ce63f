"""Choices with stable stored values."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is on a product. Stored values are part of the record; never rename one."""

    ACCOUNTABLE_EXECUTIVE = "accountable_executive", "Accountable executive"
    CLINICAL_SAFETY_OFFICER = "clinical_safety_officer", "Clinical safety officer"
    CLINICAL_PRODUCT_MANAGER = "clinical_product_manager", "Clinical product manager"
    PRODUCT_MANAGER = "product_manager", "Product manager"
    CLINICIAN = "clinician", "Clinician"
    CONTRIBUTOR = "contributor", "Contributor"
    AUDITOR = "auditor", "Auditor"


class ReleaseState(TextChoices):
    """Where a release stands."""

    PLANNED = "planned", "Planned"
    IN_WORK = "in_work", "In work"
    RELEASED = "released", "Released"
    WITHDRAWN = "withdrawn", "Withdrawn"


class JobState(TextChoices):
    """Where a background job stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class OrganisationKind(TextChoices):
    """Which side of the two standards an organisation is on."""

    MANUFACTURER = "manufacturer", "Manufacturer"
    DEPLOYING = "deploying", "Deploying organisation"


class Side(TextChoices):
    """The two sides that the product is a bridge between."""

    CLINICAL = "clinical", "Clinical"
    PRODUCT = "product", "Product"


class BuildState(TextChoices):
    """How far a feature or a change has come in the team's own tracker."""

    PLANNED = "planned", "Planned"
    IN_BUILD = "in_build", "In build"
    BUILT = "built", "Built"


class TokenScope(TextChoices):
    """What a token may be used for."""

    READ = "read", "Read"
    WRITE = "write", "Read and write"
    GATE = "gate", "Ask the release gate"
    MONITOR = "monitor", "Send readings"


class TrackerKind(TextChoices):
    """How a tracker speaks."""

    GITHUB = "github", "GitHub"
    GENERIC = "generic", "Signed webhook"


class TrackerMessageKind(TextChoices):
    """What is said in a tracker."""

    COMMENT = "comment", "Comment"
    TICKET = "ticket", "New ticket"


class TrackerMessageState(TextChoices):
    """Whether it was said."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    GIVEN_UP = "given_up", "Given up"
