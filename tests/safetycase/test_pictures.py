"""Pictures of risks: how they moved with the controls, and how they went over time."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.actions.hazards import restore_hazard, withdraw_hazard
from hazards.choices import Stage
from hazards.matrix_reading import read_matrix
from hazards.models import Hazard
from hazards.queries import current_matrix
from hazards.risk_movement import Movement, movement_of
from hazards.risk_movement_drawing import MOST_LANES, drawn_movement
from products.actions import carry_feature
from products.models import Product
from safetycase.residual_trend import (
    MOST,
    NONE,
    Moves,
    Version,
    add_moves,
    trend_from,
    trend_of,
)
from safetycase.residual_trend_drawing import HEIGHT, drawn_trend
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_hazard, an_estimate
from tests.people import ClientOf, QueriesOf

TODAY = date(2026, 6, 15)


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


def estimated(
    product: Product, by: User, before: tuple[str, str], after: tuple[str, str] | None
) -> Hazard:
    hazard = a_hazard(product, by)
    an_estimate(hazard, by, *before)
    if after is not None:
        an_estimate(hazard, by, *after, stage=Stage.RESIDUAL)
    return hazard


def movement(product: Product, scope: int | None = None) -> Movement:
    version = current_matrix(product)
    assert version is not None
    return movement_of(product, read_matrix(version), scope, lambda *squares: f"#{squares}")


# --- Movement -------------------------------------------------------------------------------------


def test_every_hazard_is_counted_once(product: Product, cso: User) -> None:
    high, low = ("Major", "High"), ("Major", "Low")
    for _ in range(2):
        estimated(product, cso, high, low)
    estimated(product, cso, low, low)
    estimated(product, cso, high, None)
    a_hazard(product, cso)

    found = movement(product)

    assert [(move.count, move.effect) for move in found.moves] == [(2, "likelihood down 2")]
    assert (found.stayed, found.without_residual, found.elsewhere) == (1, 1, 1)
    assert found.summary == "2 moved, 2 to a lower class, 1 stayed"


def test_only_hazards_in_the_log_and_in_scope_move(product: Product, cso: User) -> None:
    high, low = ("Major", "High"), ("Major", "Low")
    withdraw_hazard(hazard=estimated(product, cso, high, low), by=cso, reason="Raised twice")
    later = make_release(product, "2.0.0")
    estimated(product, cso, high, low)

    assert movement(product).moved == 1
    assert movement(product, later.position).moved == 0


def test_a_move_says_what_it_changed(product: Product, cso: User) -> None:
    estimated(product, cso, ("Minor", "Low"), ("Major", "Very low"))

    [move] = movement(product).moves

    assert move.effect == "likelihood down 1, severity up 3"
    assert move.spoken.startswith("1 hazard from Minor · Low (class ")


def test_moves_lie_on_lanes_of_their_own(product: Product, cso: User) -> None:
    places = ("Very low", "Low", "Medium", "High", "Very high")
    for place in places:
        for severity in ("Minor", "Major"):
            estimated(product, cso, (severity, place), ("Significant", "Low"))

    drawing = drawn_movement(movement(product))

    starts = [(each.pill_x, each.pill_y) for each in drawing.moves]
    assert len(set(starts)) == len(starts) == 6
    for drawn in drawing.moves:
        assert 0 < drawn.pill_x < drawn.pill_x + drawn.pill_width < drawing.width
    assert drawing.not_drawn == 4


def test_of_many_moves_the_most_frequent_are_drawn(product: Product, cso: User) -> None:
    estimated(product, cso, ("Major", "High"), ("Major", "Low"))
    found = movement(product)
    found.moves *= MOST_LANES + 3

    drawing = drawn_movement(found)

    assert (len(drawing.moves), drawing.not_drawn) == (MOST_LANES, 3)


def test_a_line_leads_to_its_hazards(product: Product, cso: User, browser: Client) -> None:
    hazard = estimated(product, cso, ("Major", "High"), ("Major", "Low"))
    release, feature = make_release(product), make_feature(product)
    carry_feature(release=release, feature=feature, by=cso)
    estimated(product, cso, ("Major", "Low"), ("Major", "Low"))

    text = browser.get(f"/products/{product.slug}/movement/").content.decode()
    assert "No hazard has both risks yet" in text  # none of them is in scope of the release

    release.refresh_from_db()
    link_feature(hazard=hazard, feature=feature, by=cso)
    text = browser.get(f"/products/{product.slug}/movement/").content.decode()
    assert "1 hazard from Major · High (class 4) to Major · Low (class 3)" in text
    [address] = {
        part.split('"')[0].replace("&amp;", "&")
        for part in text.split('href="')[1:]
        if "residual_cell" in part.split('"')[0]
    }
    assert hazard.reference in browser.get(address).content.decode()


@pytest.mark.parametrize("name", ["movement", "trend"])
def test_another_page_gets_the_picture_alone(product: Product, browser: Client, name: str) -> None:
    whole = browser.get(f"/products/{product.slug}/{name}/")
    part = browser.get(f"/products/{product.slug}/{name}/", headers={"HX-Request": "true"})

    assert (whole.status_code, part.status_code) == (200, 200)
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()


def test_an_unknown_release_is_not_found(product: Product, browser: Client) -> None:
    assert browser.get(f"/products/{product.slug}/movement/?release=9.9").status_code == 404


@pytest.mark.parametrize("name", ["movement", "trend"])
def test_two_hazards_and_twelve_run_the_same_queries(
    product: Product, cso: User, browser: Client, queries_of: QueriesOf, name: str
) -> None:
    def grow(count: int) -> int:
        for _ in range(count):
            estimated(product, cso, ("Major", "High"), ("Major", "Low"))
        return queries_of(browser, address)

    address = f"/products/{product.slug}/{name}/"
    assert browser.get(address).status_code == 200  # what was until yesterday is kept from now on

    assert grow(2) == grow(10)


# --- Over time ------------------------------------------------------------------------------------


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def net(*versions: Version) -> Moves:
    moves: Moves = {}
    add_moves(versions, {}, moves)
    return moves


def test_moves_are_told_from_history(product: Product, cso: User) -> None:
    hazard = estimated(product, cso, ("Major", "High"), ("Major", "Low"))
    an_estimate(hazard, cso, "Major", "Very low", stage=Stage.RESIDUAL)
    [today] = trend_of(product).columns
    assert dict(today.classes) == {2: 1}

    hazard.refresh_from_db()
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    assert trend_of(product).columns[0].hazards == 0

    hazard.refresh_from_db()
    restore_hazard(hazard=hazard, by=cso)
    assert dict(trend_of(product).columns[0].classes) == {2: 1}


def test_the_past_is_told_from_its_versions(product: Product, cso: User) -> None:
    first = estimated(product, cso, ("Major", "High"), ("Major", "Low"))
    an_estimate(first, cso, "Major", "Very low", stage=Stage.RESIDUAL)
    second = estimated(product, cso, ("Major", "High"), ("Major", "Low"))
    withdraw_hazard(hazard=second, by=cso, reason="Raised twice")
    today = timezone.localdate()

    trend = trend_of(product, today + timedelta(days=2))

    assert [dict(each.classes) for each in trend.columns] == [{2: 1}] * 3
    assert trend.columns[0].day == today


def test_the_past_is_worked_out_once_a_day(product: Product, cso: User) -> None:
    estimated(product, cso, ("Major", "High"), ("Major", "Low"))
    tomorrow = timezone.localdate() + timedelta(days=1)
    before = trend_of(product, tomorrow)

    with CaptureQueriesContext(connection) as queries:
        assert trend_of(product, tomorrow) == before

    told = [each["sql"] for each in queries.captured_queries if "LAG" in each["sql"]]
    assert len(told) == 1  # today's versions


def test_what_comes_late_into_the_past_is_told(product: Product, cso: User) -> None:
    """An act that begins before midnight may end after somebody has looked at the new day."""
    hazard = estimated(product, cso, ("Major", "High"), ("Major", "Low"))
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert dict(trend_of(product, tomorrow).columns[-1].classes) == {3: 1}

    an_estimate(hazard, cso, "Major", "Very low", stage=Stage.RESIDUAL)

    assert dict(trend_of(product, tomorrow).columns[-1].classes) == {2: 1}


def test_other_products_have_their_own_trend(
    product: Product, other_product: Product, cso: User
) -> None:
    estimated(product, cso, ("Major", "High"), ("Major", "Low"))

    assert trend_of(other_product).columns == []


def test_columns_hold_what_stood_at_their_end() -> None:
    moves = net(
        Version(day(3), 1, NONE),
        Version(day(3), 2, 4),
        Version(day(2), 1, 3),
        Version(day(2), 1, 3),
        Version(day(1), 2, None),
        Version(day(0), 3, 5),
    )

    trend = trend_from(moves, [(day(2), "1.0.0")], TODAY)

    assert trend.every == "day"
    assert [dict(each.classes) for each in trend.columns] == [
        {NONE: 1, 4: 1},
        {3: 1, 4: 1},
        {3: 1},
        {3: 1, 5: 1},
    ]
    assert [each.releases for each in trend.columns] == [(), ("1.0.0",), (), ()]
    assert trend.classes == [5, 4, 3]
    assert trend.summary == (
        "12 June 2026: 1 in class 4, 1 without a residual estimate. "
        "15 June 2026: 1 in class 5, 1 in class 3."
    )


@pytest.mark.parametrize(
    ("back", "every", "second", "is_cut"),
    [
        (10, "day", day(9), False),
        (60, "week", date(2026, 4, 26), False),
        (400, "month", date(2025, 6, 30), False),
        (1_500, "month", date(2024, 8, 31), True),
    ],
)
def test_a_longer_past_has_longer_columns(
    back: int, every: str, second: date, is_cut: bool
) -> None:
    trend = trend_from(net(Version(day(back), 1, 3)), [], TODAY)

    assert (trend.every, trend.is_cut) == (every, is_cut)
    assert trend.columns[1].day == second
    assert trend.columns[-1].day == TODAY
    assert len(trend.columns) <= MOST
    assert all(each.classes == Counter({3: 1}) for each in trend.columns)


def test_blocks_stand_on_each_other_and_fit() -> None:
    versions = [Version(day(5), number, number % 5 + 1) for number in range(200)]
    drawing = drawn_trend(trend_from(net(*versions), [], TODAY))

    last = [block for block in drawing.blocks if block.x == drawing.blocks[-1].x]
    assert [block.number for block in last] == [5, 4, 3, 2, 1]
    assert sum(block.height for block in last) == pytest.approx(HEIGHT, abs=1)
    names = [name.y for name in drawing.names]
    assert all(above - below >= 15 for above, below in pairwise(names))


def test_an_empty_log_has_no_trend(product: Product, browser: Client) -> None:
    assert trend_of(product).columns == []
    assert "No hazard was ever in this log." in (
        browser.get(f"/products/{product.slug}/trend/").content.decode()
    )


def test_the_table_says_the_same(product: Product, cso: User, browser: Client) -> None:
    estimated(product, cso, ("Major", "High"), ("Major", "Low"))

    text = browser.get(f"/products/{product.slug}/trend/").content.decode()

    assert '<th scope="col" class="figure">Class 3</th>' in text
    assert "class 3 · 1" in text
