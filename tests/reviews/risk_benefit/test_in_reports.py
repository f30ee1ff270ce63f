"""What a report says of the charter and of analyses, and whether a version may be issued."""

import pytest
from django.utils import timezone

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from products.models import Product, Release
from reviews.choices import Balance
from safetycase.choices import LifecyclePhase
from safetycase.issuing_rules import hazards_not_ready
from safetycase.pdf.document import report_html
from safetycase.projections import CURRENT, fingerprints_of
from safetycase.snapshot.build import draft_document, take_snapshot
from safetycase.snapshot.shape import Snapshot
from tests.hazards.factories import an_estimate
from tests.reviews.charter.factories import NEVER, a_charter, in_force
from tests.reviews.factories import a_current_officer
from tests.reviews.risk_benefit.factories import (
    WRITTEN,
    a_hazard_to_weigh,
    an_analysis,
    concluded,
)

UNACCEPTABLE = "HAZ-001: the residual risk is unacceptable (clause 6.1.5)."


@pytest.fixture
def weighed(product: Product, cso: User, executive: User, release: Release) -> Hazard:
    """A hazard of the release whose residual risk is to be weighed."""
    a_current_officer(product, cso, executive)
    hazard = a_hazard_to_weigh(product, cso)
    an_estimate(hazard, cso, "Major", "High")
    return edit_hazard(hazard=hazard, by=cso, changes={"first_release_id": release.pk})


def snapshot_of(release: Release) -> Snapshot:
    document = draft_document(made_at=timezone.now(), made_by="Clara")
    return take_snapshot(
        product=release.product,
        release=release,
        phase=LifecyclePhase.FIRST_DEPLOYMENT,
        document=document,
    )


def test_a_version_may_be_issued_with_a_concluded_analysis(
    weighed: Hazard, cso: User, executive: User, release: Release
) -> None:
    before = snapshot_of(release)
    assert UNACCEPTABLE in hazards_not_ready(before)
    analysis = an_analysis(weighed, cso)
    assert snapshot_of(release)["hazards"] == before["hazards"], "a draft is not printed"
    concluded(analysis, cso, executive)
    after = snapshot_of(release)
    assert hazards_not_ready(after) == []
    assert fingerprints_of(after, CURRENT).log != fingerprints_of(before, CURRENT).log
    html = report_html(after)
    assert "Clinical risk–benefit analyses" in html
    for text in (WRITTEN["benefit"], WRITTEN["who_bears"], WRITTEN["conclusion"]):
        assert str(text) in html


def test_re_appraisal_keeps_it_from_being_issued(
    weighed: Hazard, cso: User, executive: User, release: Release
) -> None:
    concluded(an_analysis(weighed, cso, balance=Balance.RE_APPRAISE), cso, executive)
    snapshot = snapshot_of(release)
    assert hazards_not_ready(snapshot) == [
        "HAZ-001: the risk–benefit analysis concluded that the project is re-appraised "
        "(clause 6.2)."
    ]
    assert "the project is re-appraised" in report_html(snapshot)


def test_the_charter_in_force_is_printed_and_no_fingerprint_is_of_it(
    weighed: Hazard, product: Product, cso: User, product_manager: User, release: Release
) -> None:
    before = snapshot_of(release)
    assert before["charter"] is None
    assert "Safety charter" not in report_html(before)
    in_force(a_charter(product, cso), cso, product_manager)
    after = snapshot_of(release)
    assert str(NEVER["text"]) in report_html(after)
    assert fingerprints_of(after, CURRENT) == fingerprints_of(before, CURRENT)


def test_what_was_frozen_before_has_neither_and_is_printed_as_it_was(
    weighed: Hazard, release: Release
) -> None:
    older = snapshot_of(release)
    del older["charter"]
    html = report_html(older)
    assert "Safety charter" not in html
    assert "Clinical risk–benefit analyses" not in html
