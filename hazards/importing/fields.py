"""What a column of a log can hold, and what becomes of it. A layout maps columns to these."""

from enum import StrEnum

from hazards.choices import ControlKind, ControlType, Stage
from hazards.models import Cause, Control, Estimate, Evidence, Harm, Hazard


class Field(StrEnum):
    """Something that a column says of a hazard. The values are stored in import reports."""

    REFERENCE = "reference"
    NAME = "name"
    DESCRIPTION = "description"
    EFFECT = "effect"
    HARM = "harm"
    CAUSE_NUMBER = "cause_number"
    CAUSE = "cause"
    CONTROL_NUMBER = "control_number"
    FAMILY = "family"
    ACTS_ON = "acts_on"
    EXISTING = "existing"
    EXISTING_DESIGN = "existing_design"
    EXISTING_TRAINING = "existing_training"
    EXISTING_BUSINESS_PROCESS = "existing_business_process"
    ADDITIONAL = "additional"
    DESIGN = "design"
    TRAINING = "training"
    BUSINESS_PROCESS = "business_process"
    TEST = "test"
    INITIAL_SEVERITY = "initial_severity"
    INITIAL_LIKELIHOOD = "initial_likelihood"
    INITIAL_CLASS = "initial_class"
    RESIDUAL_SEVERITY = "residual_severity"
    RESIDUAL_LIKELIHOOD = "residual_likelihood"
    RESIDUAL_CLASS = "residual_class"
    INITIAL_PATIENTS = "initial_patients"
    RESIDUAL_PATIENTS = "residual_patients"
    WHY_SEVERITY = "why_severity"
    WHY_INITIAL = "why_initial"
    WHY_RESIDUAL = "why_residual"
    ACTION_SUMMARY = "action_summary"
    JUSTIFICATION = "justification"
    OWNER = "owner"
    STATUS = "status"
    REVIEW_DATE = "review_date"
    EXISTING_EVIDENCE = "existing_evidence"
    ADDITIONAL_EVIDENCE = "additional_evidence"
    DESIGN_EVIDENCE = "design_evidence"
    TEST_EVIDENCE = "test_evidence"
    TRAINING_EVIDENCE = "training_evidence"
    BUSINESS_PROCESS_EVIDENCE = "business_process_evidence"


#: Columns of controls: whether the control was there before, and of which type it is ('' unknown).
CONTROLS: dict[Field, tuple[ControlKind, str]] = {
    Field.EXISTING: (ControlKind.EXISTING, ""),
    Field.EXISTING_DESIGN: (ControlKind.EXISTING, ControlType.DESIGN),
    Field.EXISTING_TRAINING: (ControlKind.EXISTING, ControlType.TRAINING),
    Field.EXISTING_BUSINESS_PROCESS: (ControlKind.EXISTING, ControlType.BUSINESS_PROCESS),
    Field.ADDITIONAL: (ControlKind.ADDITIONAL, ""),
    Field.DESIGN: (ControlKind.ADDITIONAL, ControlType.DESIGN),
    Field.TRAINING: (ControlKind.ADDITIONAL, ControlType.TRAINING),
    Field.BUSINESS_PROCESS: (ControlKind.ADDITIONAL, ControlType.BUSINESS_PROCESS),
}

#: Columns of evidence, and the columns of the controls that it is about.
EVIDENCE: dict[Field, tuple[Field, ...]] = {
    Field.EXISTING_EVIDENCE: (
        Field.EXISTING,
        Field.EXISTING_DESIGN,
        Field.EXISTING_TRAINING,
        Field.EXISTING_BUSINESS_PROCESS,
    ),
    Field.ADDITIONAL_EVIDENCE: (
        Field.ADDITIONAL,
        Field.DESIGN,
        Field.TRAINING,
        Field.BUSINESS_PROCESS,
    ),
    Field.DESIGN_EVIDENCE: (Field.DESIGN,),
    Field.TEST_EVIDENCE: (
        Field.ADDITIONAL,
        Field.DESIGN,
        Field.TRAINING,
        Field.BUSINESS_PROCESS,
    ),
    Field.TRAINING_EVIDENCE: (Field.TRAINING,),
    Field.BUSINESS_PROCESS_EVIDENCE: (Field.BUSINESS_PROCESS,),
}

#: Columns of an estimate: severity, likelihood and class, for each stage.
ESTIMATES: dict[Stage, tuple[Field, Field, Field]] = {
    Stage.INITIAL: (Field.INITIAL_SEVERITY, Field.INITIAL_LIKELIHOOD, Field.INITIAL_CLASS),
    Stage.RESIDUAL: (Field.RESIDUAL_SEVERITY, Field.RESIDUAL_LIKELIHOOD, Field.RESIDUAL_CLASS),
}

#: Beside them: how many patients it reaches, and why its likelihood is what it is. Why the severity
#: is what it is stands in one column for both.
BESIDE_ESTIMATES: dict[Stage, tuple[Field, Field]] = {
    Stage.INITIAL: (Field.INITIAL_PATIENTS, Field.WHY_INITIAL),
    Stage.RESIDUAL: (Field.RESIDUAL_PATIENTS, Field.WHY_RESIDUAL),
}

#: Columns whose text goes into the hazard's field of the same name.
OWN_WORDS = (
    Field.DESCRIPTION,
    Field.EFFECT,
    Field.FAMILY,
    Field.ACTION_SUMMARY,
    Field.JUSTIFICATION,
)

#: What a log may have several columns of: Cause 1, Cause 2 …
SEVERAL = frozenset(
    {Field.HARM, Field.CAUSE, Field.TEST, *OWN_WORDS, *CONTROLS, *EVIDENCE} - {Field.FAMILY}
)

#: What a person calls these columns, in the order in which pages and messages name them.
LABELS: dict[Field, str] = {
    Field.REFERENCE: "Hazard Number",
    Field.NAME: "Hazard Name",
    Field.DESCRIPTION: "Hazard Description",
    Field.EFFECT: "Effect in Care",
    Field.HARM: "Potential Clinical Impact",
    Field.CAUSE_NUMBER: "Cause Number",
    Field.CAUSE: "Possible Causes",
    Field.CONTROL_NUMBER: "Control Number",
    Field.EXISTING: "Existing Controls",
    Field.EXISTING_DESIGN: "existing Design",
    Field.EXISTING_TRAINING: "existing Training",
    Field.EXISTING_BUSINESS_PROCESS: "existing Business Process",
    Field.INITIAL_SEVERITY: "initial Severity",
    Field.INITIAL_LIKELIHOOD: "initial Likelihood",
    Field.INITIAL_CLASS: "initial Risk Rating",
    Field.ADDITIONAL: "Additional Controls",
    Field.DESIGN: "Design",
    Field.TEST: "Test",
    Field.TRAINING: "Training",
    Field.BUSINESS_PROCESS: "Business Process Change",
    Field.RESIDUAL_SEVERITY: "residual Severity",
    Field.RESIDUAL_LIKELIHOOD: "residual Likelihood",
    Field.RESIDUAL_CLASS: "residual Risk Rating",
    Field.INITIAL_PATIENTS: "initial Patients",
    Field.RESIDUAL_PATIENTS: "residual Patients",
    Field.WHY_SEVERITY: "Why this Severity",
    Field.WHY_INITIAL: "Why the initial Likelihood",
    Field.WHY_RESIDUAL: "Why the residual Likelihood",
    Field.ACTION_SUMMARY: "Action Summary",
    Field.OWNER: "Owner",
    Field.STATUS: "Hazard Status",
    Field.JUSTIFICATION: "Justification",
    Field.FAMILY: "Tag",
    Field.ACTS_ON: "Controls Act On",
    Field.REVIEW_DATE: "Next Review Date",
    Field.EXISTING_EVIDENCE: "Evidence of Existing Controls",
    Field.ADDITIONAL_EVIDENCE: "Evidence of Additional Controls",
    Field.DESIGN_EVIDENCE: "Evidence of Design",
    Field.TEST_EVIDENCE: "Evidence of Tests",
    Field.TRAINING_EVIDENCE: "Evidence of Training",
    Field.BUSINESS_PROCESS_EVIDENCE: "Evidence of Business Process Change",
}


def _limit(model: type, name: str) -> int:
    longest = model._meta.get_field(name).max_length  # type: ignore[attr-defined]
    return int(longest)


def limit_of(field: Field) -> int | None:
    """How many characters fit where the text of a column goes; None where no text is kept."""
    if field in CONTROLS:
        return _limit(Control, "text")
    if field in EVIDENCE:
        return _limit(Evidence, "title")
    return _LIMITS.get(field)


_LIMITS: dict[Field, int] = {
    Field.REFERENCE: _limit(Hazard, "imported_reference"),
    Field.NAME: _limit(Hazard, "name"),
    Field.DESCRIPTION: _limit(Hazard, "description"),
    Field.EFFECT: _limit(Hazard, "effect"),
    Field.FAMILY: _limit(Hazard, "family"),
    Field.ACTION_SUMMARY: _limit(Hazard, "action_summary"),
    Field.JUSTIFICATION: _limit(Hazard, "justification"),
    Field.OWNER: _limit(Hazard, "owner_role"),
    Field.HARM: _limit(Harm, "text"),
    Field.CAUSE: _limit(Cause, "text"),
    Field.TEST: _limit(Evidence, "title"),
    Field.WHY_SEVERITY: _limit(Estimate, "why_severity"),
    Field.WHY_INITIAL: _limit(Estimate, "why_likelihood"),
    Field.WHY_RESIDUAL: _limit(Estimate, "why_likelihood"),
}
