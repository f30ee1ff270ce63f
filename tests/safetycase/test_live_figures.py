"""The home counts the same as the report, however it counts."""

from typing import Any

import pytest

from accounts.models import User
from hazards.actions.controls import edit_control
from hazards.choices import HazardState
from hazards.models import Control, HazardSummary
from products.actions import create_release
from products.models import Product, Release
from safetycase import live_figures
from safetycase.figures import figures_of
from safetycase.live_figures import live_figures_for
from safetycase.missing import report as missing
from safetycase.views import home
from tests.people import ClientOf, QueriesOf
from tests.safetycase.story import Story

HOME = "/products/digital-pharmacy/"


def check_same(product: Product, monkeypatch: pytest.MonkeyPatch, release: Release | None) -> None:
    monkeypatch.setattr(live_figures, "release_of_report", lambda _: release)
    live = live_figures_for(product)
    read = figures_of(product, release, live.phase)
    assert live.initial == read.initial
    assert live.residual == read.residual
    for place in ("in_scope", "unplaced", "later"):
        assert len(getattr(live.placed, place)) == len(getattr(read.placed, place))
    assert live.without_estimate == read.without_estimate
    assert {each: live.in_state(each) for each in HazardState} == {
        each: read.in_state(each) for each in HazardState
    }
    assert sorted(live.hazard_ids.values_list("pk", flat=True)) == sorted(read.hazard_ids)
    assert missing.missing_from(live) == missing.missing_from(read)


def test_the_home_counts_what_the_report_counts(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    for release in (None, *Release.objects.filter(product=story.product)):
        check_same(story.product, monkeypatch, release)


def test_a_control_that_comes_later_makes_a_risk_provisional(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = create_release(product=story.product, by=story.cso, label="9.0.0")
    for control in Control.objects.filter(product=story.product):
        changes = {"delivered_in_id": later.pk}
        edit_control(control=control, by=story.cso, changes=changes, reason="It comes later")
    for release in Release.objects.filter(product=story.product):
        check_same(story.product, monkeypatch, release)


def test_a_log_estimated_with_another_matrix_is_counted_beside(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    HazardSummary.objects.filter(initial_class__isnull=False).update(initial_severity=10**9)
    counted = live_figures_for(story.product).initial
    assert counted.other_matrix
    assert not counted.estimated


def test_of_a_long_log_what_is_missing_is_read_after_the_page(
    story: Story, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_of(story.cso)
    whole = browser.get(HOME).content.decode()
    monkeypatch.setattr(home, "AT_ONCE", 0)
    page = browser.get(HOME).content.decode()
    part = browser.get(f"{HOME}missing/", headers={"HX-Request": "true"}).content.decode()
    alone = browser.get(f"{HOME}missing/").content.decode()
    assert "<html" not in part
    assert "<html" in alone
    for sentence in ("is not estimated", "is not verified"):
        assert sentence in whole
        assert f">{sentence}" not in page
        assert sentence in part
        assert sentence in alone
    assert f'hx-get="{HOME}missing/"' in page


def test_the_home_runs_few_queries(
    story: Story, cso: User, client_of: ClientOf, queries_of: QueriesOf, monkeypatch: Any
) -> None:
    monkeypatch.setattr(home, "AT_ONCE", 0)
    assert queries_of(client_of(story.cso), HOME) <= 25
