"""Versions for tests: a product whose record is ready, and each step by the person whose it is."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.choices import Stage
from hazards.models import Hazard, Plan
from products.actions import carry_feature, state_intended_use
from products.models import Feature, Product, Release
from reviews.actions.triage import record_triage
from reviews.choices import Meaning, TriageOutcome
from reviews.models import Rejection, SignOff
from safetycase.actions.sections import write_section
from safetycase.actions.versions import (
    freeze_version,
    issue_version,
    reject_version,
    sign_version,
)
from safetycase.choices import LifecyclePhase, SectionKey
from safetycase.models import Baseline, Issue
from safetycase.versions.reading import VersionReading, read_version
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_cause, a_control, a_live_hazard, an_estimate
from tests.reviews.factories import a_plan_in_force, a_residual_estimate, accept, proof

PHASE = LifecyclePhase.FIRST_DEPLOYMENT
SUMMARY = "The first version of all"


@dataclass
class Ready:
    """A product of which a version can be frozen and issued, with the people who do it."""

    product: Product
    author: User
    reviewer: User
    cso: User
    executive: User
    release: Release
    feature: Feature
    plan: Plan
    accepted: Hazard  # its residual risk is accepted
    small: Hazard  # its initial risk is acceptable

    def freeze(self, **more: Any) -> Baseline:
        """Freeze a version, by its author unless told otherwise."""
        by: User = more.pop("by", self.author)
        arguments: dict[str, Any] = {
            "release_label": self.release.label,
            "phase": PHASE,
            "summary": SUMMARY,
            **more,
        }
        return freeze_version(product=self.product, by=by, confirmed=proof(by), **arguments)

    def sign(self, baseline: Baseline, by: User, meaning: Meaning, **more: Any) -> list[SignOff]:
        """Sign what is on screen."""
        arguments = {"seen": baseline.report_fingerprint, "confirmed": proof(by), **more}
        return sign_version(baseline=baseline, by=by, meaning=meaning, **arguments)

    def sign_all(self, baseline: Baseline) -> Baseline:
        """Every signature that issuing asks for."""
        self.sign(baseline, self.reviewer, Meaning.REVIEWED)
        self.sign(baseline, self.cso, Meaning.APPROVED)
        self.sign(baseline, self.executive, Meaning.AUTHORISED)
        return baseline

    def issue(self, baseline: Baseline | None = None, **more: Any) -> Issue:
        """Issue a version, signed by all unless one is given."""
        baseline = baseline or self.sign_all(self.freeze())
        return issue_version(baseline=baseline, by=self.cso, **more)

    def reject(self, baseline: Baseline, by: User, why: str = "A hazard is missing") -> Rejection:
        """Refuse a version."""
        return reject_version(
            baseline=baseline, by=by, seen=baseline.report_fingerprint, reason=why
        )

    def read(self, baseline: Baseline) -> VersionReading:
        """A version as it stands now, read anew."""
        cache.clear()
        product = Product.objects.select_related("organisation").get(pk=self.product.pk)
        fresh = Baseline.objects.select_related("release").get(pk=baseline.pk)
        return read_version(fresh, product)


@pytest.fixture
def ready(
    product: Product, clinical_product_manager: User, clinician: User, cso: User, executive: User
) -> Ready:
    """A product whose record is ready to be frozen."""
    cache.clear()
    return make_ready(product, clinical_product_manager, clinician, cso, executive)


def make_ready(product: Product, author: User, reviewer: User, cso: User, executive: User) -> Ready:
    """Everything that a version needs: release, plan, two hazards, a use, every section written."""
    release, feature = make_release(product), make_feature(product)
    carry_feature(release=release, feature=feature, by=cso)
    record_triage(
        product=product,
        by=cso,
        feature=feature,
        touches=(),
        outcome=TriageOutcome.NO_EFFECT,
        note="Looked at when the hazards were found",
    )
    plan = a_plan_in_force(product, cso, executive)
    state_intended_use(
        product=product,
        by=cso,
        purpose="Repeat medicines at home",
        exclusions="Not for acute care",
        device_statement="Not a medical device",
        reason="First statement",
    )
    for key in SectionKey:
        write_section(product=product, key=key, by=cso, narrative=f"What is said of {key.label}.")
    accepted = a_live_hazard(product, cso, name="A repeat goes on and nobody looks")
    link_feature(hazard=accepted, feature=feature, by=cso)
    a_cause(accepted, cso)
    a_control(accepted, cso)
    an_estimate(accepted, cso, "Major", "Medium")
    a_residual_estimate(accepted, cso)
    accept(accepted, executive)
    small = a_live_hazard(product, cso, name="A letter is a day late")
    link_feature(hazard=small, feature=feature, by=cso)
    an_estimate(small, cso, "Minor", "Low", stage=Stage.INITIAL)
    return Ready(product, author, reviewer, cso, executive, release, feature, plan, accepted, small)
