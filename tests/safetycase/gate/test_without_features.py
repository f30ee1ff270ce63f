"""“Drop FEAT-4 and it passes”: the fewest features without which nothing blocks."""

import pytest

from safetycase.gate.findings import GateFinding
from safetycase.gate.without_features import Carried, Scope, Without, without_features

FOUR, FIVE, SIX = Carried(4, "FEAT-4", "Yearly"), Carried(5, "FEAT-5", "Tiers"), Carried(6, "F", "")
CARRIED = [FOUR, FIVE, SIX]
VERSION = GateFinding("DO01", "Freeze a version", subject="report")


def on(hazard: int) -> GateFinding:
    return GateFinding("SC02", "Estimate it", hazard=f"HAZ-{hazard:03}", key=hazard)


def through(*features: int) -> Scope:
    return Scope(features=frozenset(features))


def dropped(reasons: list[GateFinding], scopes: dict[int, Scope]) -> list[str] | None:
    found = without_features(reasons, scopes, CARRIED)
    return None if found is None else [each.reference for each in found.features]


def test_one_feature_that_all_of_it_belongs_to() -> None:
    found = without_features([on(1), on(2)], {1: through(4), 2: through(4)}, CARRIED)
    assert found is not None
    assert found.sentence == "Drop FEAT-4 and it passes (HAZ-001, HAZ-002 leave with it)."


def test_two_features() -> None:
    assert dropped([on(1), on(2)], {1: through(4), 2: through(5)}) == ["FEAT-4", "FEAT-5"]


def test_a_hazard_leaves_only_with_all_its_features() -> None:
    assert dropped([on(1)], {1: through(4, 5)}) == ["FEAT-4", "FEAT-5"]


def test_three_features_are_another_release() -> None:
    scopes = {1: through(4), 2: through(5), 3: through(6)}
    found = without_features([on(1), on(2), on(3)], scopes, CARRIED)
    assert found is not None
    assert not found.features
    assert found.why_not == "What blocks belongs to 3 features."


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        (Scope(stays="it has been in scope since release 1.0.0"), "since release 1.0.0"),
        (Scope(), "no feature of it is in this release"),
    ],
)
def test_what_stays_is_said(scope: Scope, why: str) -> None:
    found = without_features([on(1), on(2)], {1: through(4), 2: scope}, CARRIED)
    assert found is not None
    assert not found.features
    assert "HAZ-002 stays" in found.why_not
    assert why in found.why_not


def test_what_waits_for_the_version_keeps_no_feature_in() -> None:
    assert dropped([on(1), VERSION], {1: through(4)}) == ["FEAT-4"]


def test_that_signatures_remain_is_said() -> None:
    found = Without(features=[FOUR], signatures_remain=True)
    assert "nothing of the log blocks, and only the version's signatures are left" in found.sentence


def test_nothing_of_the_log_blocks() -> None:
    assert dropped([VERSION], {}) is None
    assert dropped([], {}) is None


def test_what_is_about_the_product_stays() -> None:
    found = without_features([GateFinding("PE01", "Appoint one")], {}, CARRIED)
    assert found is not None
    assert found.why_not == "this is of the whole product. Appoint one"


def test_what_is_about_a_feature_goes_with_it() -> None:
    untriaged = GateFinding("LC02", "Triage it", subject="feature:abc")
    found = without_features([untriaged], {}, CARRIED, features_of_subject={"feature:abc": 5})
    assert found is not None
    assert [each.reference for each in found.features] == ["FEAT-5"]
    assert found.sentence == "Drop FEAT-5 and it passes."
