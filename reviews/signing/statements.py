"""The exact sentence that a person signs, for each meaning and subject."""

from reviews.choices import Meaning, SubjectKind
from reviews.signing.subjects import Subject

# The two parts of a version are frozen and read alike; what is approved in each differs.
_FROZE = "I froze {label} of {product} and put it forward for review."
_READ = (
    "I have read {label} of {product}. I am competent to review it, I am not its author, "
    "and I know of no reason against its approval."
)

_STATEMENTS: dict[tuple[SubjectKind, Meaning], str] = {
    (SubjectKind.PLAN, Meaning.APPROVED): (
        "As clinical safety officer I approve {label} of {product}: its acceptability "
        "criteria, its levels of authorisation and its activities are those that this product's "
        "clinical risk is to be managed by."
    ),
    (SubjectKind.PLAN, Meaning.AUTHORISED): (
        "As accountable executive I authorise {label} of {product}, the authority that it "
        "gives to each role, and the people and time that it asks for."
    ),
    (SubjectKind.APPOINTMENT, Meaning.AUTHORISED): (
        "As accountable executive I appoint for {product}: {label}. They have the authority and "
        "the time that the role needs."
    ),
    (SubjectKind.HAZARD_LOG, Meaning.AUTHORED): _FROZE,
    (SubjectKind.REPORT, Meaning.AUTHORED): _FROZE,
    (SubjectKind.HAZARD_LOG, Meaning.REVIEWED): _READ,
    (SubjectKind.REPORT, Meaning.REVIEWED): _READ,
    (SubjectKind.HAZARD_LOG, Meaning.APPROVED): (
        "As clinical safety officer I approve {label} of {product}: the hazards known to me "
        "are in it, and their risks are estimated, evaluated and controlled by the plan's criteria."
    ),
    (SubjectKind.REPORT, Meaning.APPROVED): (
        "As clinical safety officer I approve {label} of {product}: it is a true account of "
        "the clinical risk of this release for the use that it names."
    ),
    (SubjectKind.REPORT, Meaning.AUTHORISED): (
        "As accountable executive I authorise the release that {label} of {product} is about, "
        "with the residual risk that it states."
    ),
    (SubjectKind.LEGACY_LIST, Meaning.APPROVED): (
        "As clinical safety officer I have read {label} of {product}. They are known, none of them "
        "is waived for good, and they are put right one after the other; whatever is new or edited "
        "is held to the rules in full."
    ),
    (SubjectKind.BREAK_GLASS, Meaning.APPROVED): (
        "As clinical safety officer I agree for {product} to {label}: I know what blocks it, it "
        "cannot wait for the reason that is given, and until then the interim measures protect "
        "patients."
    ),
    (SubjectKind.BREAK_GLASS, Meaning.AUTHORISED): (
        "As accountable executive I authorise for {product} {label}. I see to it that the interim "
        "measures are held, and that what blocks it is put right by then."
    ),
    (SubjectKind.STATEMENT, Meaning.APPROVED): (
        "As clinical safety officer I make {label} of {product}: I have looked at everything that "
        "is new in it, and none of it brings a hazard or changes an estimate."
    ),
    (SubjectKind.ACCEPTANCE, Meaning.AUTHORISED): (
        "I accept for {product}: {label}. Its further reduction is impractical for the reason that "
        "I give."
    ),
    (SubjectKind.DECISION, Meaning.FOR_CLINICAL): (
        "For the clinical side I agree to {label} of {product}: its choice, the safeguards that it "
        "needs and when it is reviewed. I have read both views, what each option does to each "
        "hazard, and any dissent. No risk that it leaves is above what the plan in force accepts."
    ),
    (SubjectKind.DECISION, Meaning.FOR_PRODUCT): (
        "For the product side I agree to {label} of {product}: its choice, the safeguards that it "
        "needs and when it is reviewed. I have read both views, what each option does to each "
        "hazard, and any dissent. Its safeguards are built before the release that it is for."
    ),
    (SubjectKind.CHARTER, Meaning.FOR_CLINICAL): (
        "For the clinical side I agree to {label} of {product}: we decide by it, and what it says "
        "is never traded is not traded. The plan's criteria stand above it."
    ),
    (SubjectKind.CHARTER, Meaning.FOR_PRODUCT): (
        "For the product side I agree to {label} of {product}: we decide by it, and what it says "
        "is never traded is not traded. The plan's criteria stand above it."
    ),
    (SubjectKind.RISK_BENEFIT, Meaning.APPROVED): (
        "As clinical safety officer I approve {label} of {product}: further control is "
        "impracticable, and what it concludes is my clinical judgement, from clinical benefit and "
        "clinical risk alone."
    ),
    (SubjectKind.RISK_BENEFIT, Meaning.AUTHORISED): (
        "As accountable executive I accept {label} of {product} and what it concludes. Neither "
        "cost nor commercial benefit has any part in it."
    ),
}


def can_be_signed(kind: SubjectKind, meaning: Meaning) -> bool:
    """Whether a signature of this meaning exists for this kind of subject."""
    return (kind, meaning) in _STATEMENTS


def statement_of(subject: Subject, meaning: Meaning) -> str:
    """The sentence that is shown before signing and kept with the signature.

    Raises ``KeyError`` for a meaning that the kind of subject does not have.
    """
    return _STATEMENTS[(subject.kind, meaning)].format(
        label=subject.label, product=subject.product.name
    )


def withdrawal_of(subject_label: str, meaning: Meaning, signed_on: str) -> str:
    """The sentence of a withdrawal."""
    return (
        f"I withdraw my signature of {signed_on} ({meaning.label.lower()}) under {subject_label}."
    )
