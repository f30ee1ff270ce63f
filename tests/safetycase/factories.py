"""Versions of the report for tests, made by the same actions as people use."""

from accounts.models import User
from audit.acts import act
from hazards.models import Hazard
from products.actions import state_intended_use
from products.models import Product, Release
from products.queries import intended_use_of
from reviews.choices import Meaning
from reviews.models import SignOff
from safetycase.actions.sections import write_section
from safetycase.actions.versions import freeze_version, issue_version, sign_version
from safetycase.choices import LifecyclePhase, SectionKey
from safetycase.models import Baseline, Issue, RenderedPdf
from tests.factories import make_release
from tests.hazards.factories import a_live_hazard, an_estimate
from tests.reviews.factories import a_plan_in_force, proof


def a_report_to_freeze(product: Product, cso: User, executive: User) -> Release:
    """A product of which a version can be issued: plan, intended use, sections, one live hazard."""
    release = make_release(product)
    a_plan_in_force(product, cso, executive)
    if intended_use_of(product) is None:
        state_intended_use(product=product, by=cso, purpose="Repeats", reason="First statement")
    for key in SectionKey:
        write_section(product=product, key=key, by=cso, narrative=f"What we say of {key.label}.")
    a_hazard_in_scope(product, cso, release)
    return release


def a_hazard_in_scope(
    product: Product, cso: User, release: Release, name: str = "A dose is missed"
) -> Hazard:
    """A live hazard of a release whose initial risk is acceptable, so that nothing is missing."""
    hazard = a_live_hazard(product, cso, name=name, first_release_id=release.pk)
    an_estimate(hazard, cso, "Minor", "Very low")
    return hazard


def a_frozen_version(
    product: Product, by: User, release: str = "1.0.0", summary: str = "First version"
) -> Baseline:
    """What somebody froze."""
    return freeze_version(
        product=product,
        by=by,
        release_label=release,
        phase=LifecyclePhase.FIRST_DEPLOYMENT,
        summary=summary,
        confirmed=proof(by),
    )


def signed_version(baseline: Baseline, by: User, meaning: Meaning) -> list[SignOff]:
    """Somebody's signature on a version, of what was on the page."""
    return sign_version(
        baseline=baseline,
        by=by,
        meaning=meaning,
        seen=baseline.report_fingerprint,
        confirmed=proof(by),
    )


def a_ready_version(
    product: Product, author: User, reviewer: User, cso: User, executive: User
) -> Baseline:
    """A frozen version with every signature that it needs."""
    baseline = a_frozen_version(product, author)
    signed_version(baseline, reviewer, Meaning.REVIEWED)
    signed_version(baseline, cso, Meaning.APPROVED)
    signed_version(baseline, executive, Meaning.AUTHORISED)
    return baseline


def an_issued_version(
    product: Product, author: User, reviewer: User, cso: User, executive: User
) -> Issue:
    """An issued version, without its PDF."""
    return issue_version(
        baseline=a_ready_version(product, author, reviewer, cso, executive), by=cso
    )


def a_recorded_pdf(issue: Issue, by: User) -> RenderedPdf:
    """The record of an issued version's PDF, without rendering one."""
    with act(by=by, reason="Made the PDF", scope=issue.product.scope):
        pdf = RenderedPdf(
            issue=issue,
            name="report-v1.pdf",
            file="safety-cases/report.pdf",
            size=1,
            pages=1,
            sha256="0" * 64,
        )
        pdf.save()
    return pdf
