"""Choices with stable stored values. The words are the field's; the values never change."""

from django.db.models import TextChoices


class HazardState(TextChoices):
    """State of the record, which is not the status of the hazard."""

    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    WITHDRAWN = "withdrawn", "Withdrawn"
    MERGED = "merged", "Merged"


class HazardStatus(TextChoices):
    """Status of the hazard, as the NHS template defines it."""

    OPEN = "open", "Open"
    TRANSFERRED = "transferred", "Transferred"
    CLOSED = "closed", "Closed"


class CauseKind(TextChoices):
    """In what circumstances a cause arises (clause 4.3.1)."""

    NORMAL_USE = "normal_use", "Normal use"
    MISUSE = "misuse", "Foreseeable misuse"
    FAULT = "fault", "Fault"


class ControlKind(TextChoices):
    """Whether a control was there before the analysis or was added because of it."""

    EXISTING = "existing", "Existing"
    ADDITIONAL = "additional", "Additional"


class ControlType(TextChoices):
    """The columns of the NHS template. A test is evidence, never a control."""

    DESIGN = "design", "Design"
    TRAINING = "training", "Training"
    BUSINESS_PROCESS = "business_process", "Business process"


class Strength(TextChoices):
    """How strongly a control acts, strongest first."""

    ELIMINATE = "eliminate", "Eliminate"
    SUBSTITUTE = "substitute", "Substitute"
    ENGINEERED_BLOCK = "engineered_block", "Engineered: blocks or forces"
    ENGINEERED_WARN = "engineered_warn", "Engineered: warns or detects"
    PROCEDURE = "procedure", "Procedure"
    TRAINING = "training", "Training"
    INFORMATION = "information", "Information"


class ControlFunction(TextChoices):
    """What a control does to the way from cause to harm."""

    PREVENT = "prevent", "Prevent"
    DETECT = "detect", "Detect"
    RECOVER = "recover", "Recover"


class Party(TextChoices):
    """Whose control it is."""

    MANUFACTURER = "manufacturer", "Manufacturer"
    DEPLOYER = "deployer", "Deploying organisation"
    USER = "user", "User"


class ControlState(TextChoices):
    """How far a control has come."""

    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    IMPLEMENTED = "implemented", "Implemented"
    VERIFIED = "verified", "Verified"
    WITHDRAWN = "withdrawn", "Withdrawn"


class EvidenceState(TextChoices):
    """Whether the evidence is there yet."""

    PLANNED = "planned", "Planned"
    OBTAINED = "obtained", "Obtained"


class EvidenceOf(TextChoices):
    """What a piece of evidence shows (clauses 6.3.2 and 6.3.3)."""

    IMPLEMENTATION = "implementation", "Implementation"
    EFFECTIVENESS = "effectiveness", "Effectiveness"


class EvidenceResult(TextChoices):
    """What came out."""

    PASS = "pass", "Pass"
    FAIL = "fail", "Fail"
    INCONCLUSIVE = "inconclusive", "Inconclusive"


class Stage(TextChoices):
    """Which risk an estimate is of."""

    INITIAL = "initial", "Initial"
    RESIDUAL = "residual", "Residual"


class Patients(TextChoices):
    """How many patients a harm reaches at once; it changes the severity band."""

    ONE = "one", "One patient"
    SEVERAL = "several", "Several patients"


class Acceptability(TextChoices):
    """What a risk class means. Rules read this, never the class number."""

    ACCEPTABLE = "acceptable", "Acceptable"
    IF_JUSTIFIED = "if_justified", "Acceptable if justified"
    UNACCEPTABLE = "unacceptable", "Unacceptable"


class MatrixState(TextChoices):
    """Whether a matrix version may be used to estimate."""

    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    DISCARDED = "discarded", "Discarded"


class AssumptionState(TextChoices):
    """Whether an assumption still stands."""

    HOLDS = "holds", "Holds"
    BROKEN = "broken", "Broken"
    WITHDRAWN = "withdrawn", "Withdrawn"


class LifecyclePhase(TextChoices):
    """The points of a product's life at which a report is written (clause 3.5.1)."""

    CONCEPT = "concept_and_design", "Concept and design"
    BUILD = "build_and_test", "Build and test"
    FIRST_DEPLOYMENT = "before_first_deployment", "Before first deployment"
    MODIFICATION = "modification", "Modification that changes clinical risk"
    DECOMMISSIONING = "decommissioning", "Decommissioning"


class FindingLevel(TextChoices):
    """What a finding of a quality rule does."""

    BLOCKS = "blocks", "Blocks the release"
    WARNS = "warns", "Warning"
    INFORMS = "informs", "Information"
