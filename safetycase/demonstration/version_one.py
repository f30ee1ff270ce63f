"""Version 1 of the demonstration: accepted, frozen, reviewed, approved, authorised, issued.

Then the log moves on, so that its approval shows as out of date while the issued report stands.
"""

from accounts.models import User
from hazards.actions.causes import edit_cause
from hazards.actions.estimates import record_estimate
from hazards.choices import Patients, Stage
from hazards.matrix_reading import read_matrix
from hazards.models import Hazard
from hazards.queries import current_matrix, hazards_of
from products.models import Product
from reviews.acceptance.reading import read_acceptances
from reviews.actions.acceptances import Accepting, accept_risks
from reviews.choices import Meaning
from safetycase.actions.sections import write_section
from safetycase.actions.versions import freeze_version, issue_version, sign_version
from safetycase.choices import LifecyclePhase, SectionKey
from safetycase.demonstration.plan import confirmed
from safetycase.models import Issue

People = dict[str, User]

RELEASE = "1.0.0"
ACCEPTED = ("HAZ-004", "HAZ-006", "HAZ-011")
SUMMARY = (
    "First version. Online consultation, packing and home delivery, with every repeat prescription "
    "reissued each month."
)
REVIEW_COMMENT = (
    "I read the five hazards against the dispensing procedures of both pharmacies and the results "
    "of the simulated cases."
)
NEW_CAUSE = (
    "A safety hold (a missing result, an unanswered check-in, an expired review) is not resolved "
    "before the supply ends"
)
NEW_CODES = "A laboratory has announced new codes for January, so a result may arrive unrecognised."
TEST_ISSUES_NOW = """Open test issues with a possible clinical effect:

| issue | effect if it occurs | hazard | what is done meanwhile |
|---|---|---|---|
| A laboratory announces new result codes for January 2027 | a result under an unknown code is \
shown as *no result* and the reissue is held | HAZ-004 | the codes are being added; the hold goes \
to a named pharmacist the same working day |
| The telephone script for check-ins is not yet translated | patients who do not speak English are \
called with an interpreter, which takes longer | HAZ-010 | calls are booked with an interpreter |

No open issue lets a dispatch go out that a control in this report should have held."""


def accept_residual_risks(product: Product, people: People) -> None:
    """The accountable executive accepts what the plan reserves, on one page."""
    hazards = hazards_of(product).filter(reference__in=ACCEPTED)
    accept_risks(
        product=product,
        by=people["executive"],
        risks=[
            Accepting(
                hazard=risk.hazard,
                why=risk.hazard.justification,
                seen=risk.hazard.content_version,
            )
            for risk in read_acceptances(hazards)
        ],
        confirmed=confirmed(people, "executive"),
    )


def issue_version_one(product: Product, people: People) -> Issue:
    """Freeze, review, approve, authorise and issue, each by the person whose part it is."""
    baseline = freeze_version(
        product=product,
        by=people["clinical_product_manager"],
        release_label=RELEASE,
        phase=LifecyclePhase.FIRST_DEPLOYMENT,
        summary=SUMMARY,
        confirmed=confirmed(people, "clinical_product_manager"),
    )
    for meaning, key, comment in (
        (Meaning.REVIEWED, "pharmacist", REVIEW_COMMENT),
        (Meaning.APPROVED, "cso", ""),
        (Meaning.AUTHORISED, "executive", ""),
    ):
        sign_version(
            baseline=baseline,
            by=people[key],
            meaning=meaning,
            seen=baseline.report_fingerprint,
            confirmed=confirmed(people, key),
            comment=comment,
        )
    return issue_version(baseline=baseline, by=people["cso"])


def move_on(product: Product, people: People) -> None:
    """What happened after version 1: a hazard got wider, and another became likelier."""
    hazards = {each.reference: each for each in hazards_of(product)}
    cause = hazards["HAZ-006"].causes.filter(is_active=True).order_by("position", "pk")[2]
    edit_cause(
        cause=cause,
        by=people["cso"],
        changes={"text": NEW_CAUSE},
        reason="The yearly prescription brings two more holds",
    )
    _estimate_anew(hazards["HAZ-004"], people["cso"])
    write_section(
        product=product,
        key=SectionKey.TEST_ISSUES,
        by=people["cso"],
        narrative=TEST_ISSUES_NOW,
        reason="The test issues that are open now",
    )


def _estimate_anew(hazard: Hazard, by: User) -> None:
    version = current_matrix(hazard.product)
    if version is None:
        raise LookupError("a product has a risk matrix from its first day")
    matrix = read_matrix(version)
    before = hazard.estimates.filter(stage=Stage.RESIDUAL, cause__isnull=False).latest("pk")
    record_estimate(
        hazard=hazard,
        by=by,
        stage=Stage.RESIDUAL,
        cause=before.cause,
        harm=before.harm,
        patients=Patients(before.patients),
        severity=before.severity,
        likelihood=next(each for each in matrix.likelihoods if each.word == "Low"),
        why_severity=before.why_severity,
        why_likelihood=NEW_CODES,
        reason="A laboratory has announced new codes for January",
    )
