"""Summaries follow what is written, whoever writes it."""

from accounts.models import User
from audit.acts import act
from audit.bulk import record_many
from hazards.actions.features import link_feature
from hazards.choices import Party, Stage
from hazards.models import Hazard, HazardSummary
from hazards.summaries import WRITTEN, refresh_summaries, summaries_of
from products.actions import carry_feature, drop_feature, place_release
from products.models import Product
from tests.factories import make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_hazard,
    a_live_hazard,
    an_estimate,
    verify,
)


def stored(hazard: Hazard) -> HazardSummary:
    return HazardSummary.objects.get(hazard=hazard)


def test_a_new_hazard_is_listed_at_once(product: Product, cso: User) -> None:
    summary = stored(a_hazard(product, cso))
    assert (summary.product_id, summary.state) == (product.pk, "draft")
    assert summary.needs_estimate
    assert not summary.residual_is_needed
    assert summary.controls == 0


def test_estimates_and_controls_are_counted(product: Product, cso: User) -> None:
    hazard, release = a_live_hazard(product, cso), make_release(product)
    cause = a_cause(hazard, cso)
    estimate = an_estimate(hazard, cso, "Major", "Low")
    one = a_control(hazard, cso, causes=[cause])
    verify(one, cso, release)
    a_control(hazard, cso, party=Party.DEPLOYER)
    summary = stored(hazard)
    assert (summary.initial_class, summary.initial_severity) == (3, estimate.severity_id)
    assert (summary.controls, summary.controls_verified, summary.controls_not_standing) == (2, 1, 1)
    assert summary.needs_estimate
    assert not summary.has_unverified, "it waits for the deploying organisation only"
    an_estimate(hazard, cso, "Minor", "Low", Stage.RESIDUAL)
    summary = stored(hazard)
    assert summary.is_provisional
    assert not summary.needs_estimate
    assert (summary.causes, summary.harm) == (1, "The patient bleeds")


def test_moving_a_release_moves_what_is_in_its_scope(product: Product, cso: User) -> None:
    first, second = make_release(product), make_release(product, "2.0.0")
    hazard, feature = a_hazard(product, cso), make_feature(product)
    link_feature(hazard=hazard, feature=feature, by=cso)
    assert stored(hazard).scope_position is None
    carry_feature(release=second, feature=feature, by=cso)
    second.refresh_from_db()
    assert stored(hazard).scope_position == second.position
    place_release(release=second, by=cso, after=None, reason="It comes first")
    second.refresh_from_db()
    assert stored(hazard).scope_position == second.position != 2
    assert first.pk


def test_a_hazard_that_is_in_scope_of_no_release_any_more(product: Product, cso: User) -> None:
    release, hazard, feature = make_release(product), a_hazard(product, cso), make_feature(product)
    link_feature(hazard=hazard, feature=feature, by=cso)
    carry_feature(release=release, feature=feature, by=cso)
    assert stored(hazard).scope_position == release.position
    drop_feature(release=release, feature=feature, by=cso)
    assert stored(hazard).scope_position is None


def test_rows_in_bulk_are_followed_too(product: Product, cso: User) -> None:
    rows = [
        Hazard(product=product, number=n, reference=f"HAZ-{n:03d}", name="x") for n in range(1, 4)
    ]
    with act(by=cso, reason="Imported from a file", scope=product.scope):
        record_many(rows)
    assert HazardSummary.objects.filter(product=product).count() == 3


def test_what_others_write_on_a_summary_stays(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    HazardSummary.objects.filter(hazard=hazard).update(approved_version=1, findings_blocking=2)
    a_cause(hazard, cso, reason="Another way to it")
    refresh_summaries(product)
    summary = stored(hazard)
    assert (summary.approved_version, summary.findings_blocking, summary.causes) == (1, 2, 1)
    [fresh] = summaries_of(Hazard.objects.filter(pk=hazard.pk))
    assert {n: getattr(fresh, n) for n in WRITTEN} == {n: getattr(summary, n) for n in WRITTEN}
