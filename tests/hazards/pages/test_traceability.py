"""The map from feature to evidence: every way, every gap, and how it is narrowed."""

import pytest
from django.test import Client

from accounts.models import User
from hazards.actions.evidence import edit_evidence
from hazards.actions.features import link_feature
from hazards.actions.hazards import withdraw_hazard
from hazards.choices import EvidenceOf, EvidenceResult, EvidenceState
from hazards.models import Hazard
from hazards.traceability import Asked, Gap, Trace, count_gaps, read_rows, rows_of
from hazards.traceability_drawing import drawn_traces
from products.actions import carry_feature
from products.models import Feature, Product
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_control, a_hazard, passed_evidence, some_evidence
from tests.people import ClientOf, QueriesOf


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


@pytest.fixture
def feature(product: Product, hazard: Hazard, cso: User) -> Feature:
    touching = make_feature(product)
    link_feature(hazard=hazard, feature=touching, by=cso)
    return touching


def traces(product: Product, **asked: object) -> list[Trace]:
    return read_rows(product, rows_of(product, Asked(**asked)))  # type: ignore[arg-type]


def told(found: list[Trace]) -> list[tuple[str, str, list[str]]]:
    return [
        (
            each.feature.reference if each.feature else "",
            each.hazard.reference if each.hazard else "",
            each.gaps,
        )
        for each in found
    ]


def test_the_way_from_a_feature_to_passed_evidence_has_no_gap(
    product: Product, cso: User, hazard: Hazard, feature: Feature
) -> None:
    control = a_control(hazard, cso)
    passed_evidence(control, cso, make_release(product), EvidenceOf.EFFECTIVENESS)

    assert told(traces(product)) == [("FEAT-1", "HAZ-001", [])]
    assert sum(count_gaps(product, Asked()).values()) == 0


def test_each_gap_is_found_and_counted(product: Product, cso: User, feature: Feature) -> None:
    make_feature(product, "Nobody asked about this")
    a_control(a_hazard(product, cso, "It hangs on no feature"), cso)

    assert told(traces(product)) == [
        ("FEAT-1", "HAZ-001", ["no control"]),
        ("FEAT-2", "", ["no hazard"]),
        ("", "HAZ-002", ["no feature", "CTL-001: no evidence"]),
    ]
    assert count_gaps(product, Asked()) == dict.fromkeys(Gap, 1)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (Gap.FEATURE, [("FEAT-2", "")]),
        (Gap.HAZARD, [("", "HAZ-002")]),
        (Gap.CONTROL, [("FEAT-1", "HAZ-001")]),
        (Gap.EVIDENCE, [("", "HAZ-002")]),
    ],
)
def test_one_kind_of_gap_is_shown_alone(
    product: Product, cso: User, feature: Feature, gap: Gap, expected: list[tuple[str, str]]
) -> None:
    make_feature(product, "Nobody asked about this")
    a_control(a_hazard(product, cso, "It hangs on no feature"), cso)

    assert [row[:2] for row in told(traces(product, gap=gap))] == expected


def test_evidence_is_asked_of_the_manufacturer_alone(
    product: Product, cso: User, hazard: Hazard, feature: Feature
) -> None:
    a_control(hazard, cso, party="deployer", instruction="Audit twenty cases")
    a_control(hazard, cso, party="user")

    assert told(traces(product)) == [("FEAT-1", "HAZ-001", [])]
    assert count_gaps(product, Asked())[Gap.EVIDENCE] == 0


@pytest.mark.parametrize(
    ("result", "gap"),
    [
        (EvidenceResult.FAIL, ["CTL-001: a test failed"]),
        (EvidenceResult.INCONCLUSIVE, ["CTL-001: nothing has passed yet"]),
    ],
)
def test_evidence_that_shows_nothing_is_said(
    product: Product, cso: User, hazard: Hazard, feature: Feature, result: str, gap: list[str]
) -> None:
    evidence = some_evidence(a_control(hazard, cso), cso)
    assert told(traces(product))[0][2] == ["CTL-001: nothing has passed yet"]

    edit_evidence(
        evidence=evidence, by=cso, changes={"state": EvidenceState.OBTAINED, "result": result}
    )

    assert told(traces(product))[0][2] == gap


def test_a_hazard_out_of_the_log_leaves_its_feature_without_one(
    product: Product, cso: User, hazard: Hazard, feature: Feature
) -> None:
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")

    assert told(traces(product)) == [("FEAT-1", "", ["no hazard"])]


def test_it_is_narrowed_to_a_release_and_to_a_feature(
    product: Product, cso: User, feature: Feature
) -> None:
    later = make_feature(product, "Later")
    other = a_hazard(product, cso, "A later hazard")
    link_feature(hazard=other, feature=later, by=cso)
    first, second = make_release(product), make_release(product, "2.0.0")
    carry_feature(release=first, feature=feature, by=cso)
    carry_feature(release=second, feature=later, by=cso)

    assert [row[:2] for row in told(traces(product, release=first))] == [("FEAT-1", "HAZ-001")]
    assert [row[:2] for row in told(traces(product, release=second))] == [
        ("FEAT-1", "HAZ-001"),
        ("FEAT-2", "HAZ-002"),
    ]
    assert [row[:2] for row in told(traces(product, feature=later))] == [("FEAT-2", "HAZ-002")]


def test_a_hazard_of_two_features_is_drawn_whole_once(
    product: Product, cso: User, hazard: Hazard, feature: Feature
) -> None:
    a_control(hazard, cso)
    link_feature(hazard=hazard, feature=make_feature(product, "Another"), by=cso)

    drawing = drawn_traces(traces(product), lambda *_: "", lambda _: "")

    words = [line.text for box in drawing.boxes for line in box.lines]
    assert words.count("CTL-001") == 1
    assert words.count("its controls as above") == 1
    assert all(box.y + box.height <= drawing.height for box in drawing.boxes)


def test_the_page_says_its_gaps_in_words(
    product: Product, browser: Client, feature: Feature
) -> None:
    text = browser.get(f"/products/{product.slug}/traceability/").content.decode()

    assert "1 gap" in text
    assert "✗ no control" in text
    assert "Hazards without a control" in text


@pytest.mark.parametrize("query", ["release=9.9", "feature=FEAT-99", "gap=everything"])
def test_what_is_not_there_is_not_found(product: Product, browser: Client, query: str) -> None:
    assert browser.get(f"/products/{product.slug}/traceability/?{query}").status_code == 404


def test_an_empty_product_says_what_comes(product: Product, browser: Client) -> None:
    text = browser.get(f"/products/{product.slug}/traceability/").content.decode()

    assert "Nothing to trace yet" in text


def test_two_rows_and_ten_run_the_same_queries(
    product: Product, cso: User, browser: Client, queries_of: QueriesOf
) -> None:
    address = f"/products/{product.slug}/traceability/"

    def grow(count: int) -> int:
        for number in range(count):
            hazard, feature = a_hazard(product, cso), make_feature(product, f"Feature {number}")
            link_feature(hazard=hazard, feature=feature, by=cso)
            some_evidence(a_control(hazard, cso), cso)
        return queries_of(browser, address)

    assert grow(2) == grow(8)
