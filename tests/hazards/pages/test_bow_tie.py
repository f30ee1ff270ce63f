"""The bow-tie: what stands where, what it looks like, and how it is read without seeing it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from hazards.actions.controls import link_control
from hazards.bow_tie import Barrier, BowTie, Lane, Leads, bow_tie_of
from hazards.bow_tie_drawing import BowTieDrawing, drawn_narrow, drawn_wide
from hazards.bow_tie_links import leads_on_page
from hazards.boxes import Box
from hazards.models import Hazard
from hazards.reading import read_hazards
from hazards.wrapping import width_of
from products.models import Product
from tests.factories import make_release
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard, verify
from tests.people import ClientOf


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso, "A medicine is reissued without a result")


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


def bow_tie(hazard: Hazard) -> BowTie:
    return bow_tie_of(read_hazards([hazard])[0], leads_on_page(hazard))


def stands(lanes: list[Lane]) -> dict[str, list[str]]:
    return {lane.label: [barrier.reference for barrier in lane.barriers] for lane in lanes}


def page(browser: Client, hazard: Hazard) -> str:
    response = browser.get(f"/products/{hazard.product.slug}/hazards/{hazard.reference}/")
    assert response.status_code == 200
    return response.content.decode()


# --- What stands where ----------------------------------------------------------------------------


def test_controls_stand_with_what_they_act_on(hazard: Hazard, cso: User) -> None:
    cause, harm = a_cause(hazard, cso), a_harm(hazard, cso)
    other = a_cause(hazard, cso, "The result is filed under another patient")
    a_control(hazard, cso, causes=[cause])
    a_control(hazard, cso, causes=[cause, other])
    a_control(hazard, cso, harms=[harm])
    a_control(hazard, cso)

    drawn = bow_tie(hazard)

    assert stands(drawn.left) == {
        "Cause 1": ["CTL-001", "CTL-002"],
        "Cause 2": ["CTL-002"],
        "Every cause": ["CTL-004"],
    }
    assert stands(drawn.right) == {"Harm": ["CTL-003"]}
    assert [barrier.is_again for barrier in drawn.left[1].barriers] == [True]


def test_a_control_that_recovers_stands_after_the_hazard_even_beside_a_cause(
    hazard: Hazard, cso: User
) -> None:
    cause = a_cause(hazard, cso)
    a_harm(hazard, cso)
    a_control(hazard, cso, causes=[cause], function="recover")

    drawn = bow_tie(hazard)

    assert stands(drawn.left) == {"Cause 1": []}
    assert (drawn.left[0].note, drawn.left[0].is_gap) == ("controlled after the hazard", False)
    assert stands(drawn.right) == {"Harm": ["CTL-001"]}
    assert drawn.right[0].barriers[0].acts_on == "cause 1"


def test_with_several_harms_a_control_that_recovers_acts_on_every_one(
    hazard: Hazard, cso: User
) -> None:
    a_harm(hazard, cso)
    a_harm(hazard, cso, "The patient falls")
    a_control(hazard, cso, function="recover")

    assert stands(bow_tie(hazard).right) == {"Harm 1": [], "Harm 2": [], "Every harm": ["CTL-001"]}


def test_a_cause_without_a_control_is_a_gap_unless_it_is_accepted(
    hazard: Hazard, cso: User
) -> None:
    a_cause(hazard, cso)
    a_cause(hazard, cso, "The clock is wrong", accepted_because="No order depends on it")

    lanes = bow_tie(hazard).left

    assert [(lane.note, lane.is_gap) for lane in lanes] == [
        ("no control", True),
        ("accepted without a control", False),
    ]
    assert bow_tie(hazard).summary == "2 causes, no controls, no harms; 1 cause without a control."


def test_a_control_on_the_whole_hazard_leaves_no_cause_alone(hazard: Hazard, cso: User) -> None:
    a_cause(hazard, cso)
    a_control(hazard, cso)

    assert [lane.is_gap for lane in bow_tie(hazard).left] == [False, False]


def test_a_control_says_how_far_it_has_come_and_whose_it_is(
    product: Product, hazard: Hazard, cso: User
) -> None:
    a_control(hazard, cso, type="design")
    shown = verify(a_control(hazard, cso, type="training"), cso, make_release(product))
    a_control(hazard, cso, party="deployer", instruction="Audit twenty cases a quarter")

    barriers = bow_tie(hazard).left[0].barriers

    assert [(each.standing, each.party_in_words, each.stands) for each in barriers] == [
        ("proposed · no evidence · design", "manufacturer", False),
        ("✓ verified · training", "manufacturer", True),
        ("proposed", "deploying organisation", True),
    ]
    assert shown.reference == barriers[1].reference


def test_a_shared_control_names_the_hazards_that_it_also_protects(
    product: Product, hazard: Hazard, cso: User
) -> None:
    other = a_hazard(product, cso, "A dose is doubled")
    control = a_control(hazard, cso)
    link_control(control=control, hazard=other, by=cso)

    [shared] = bow_tie(hazard).shared

    assert (shared.reference, shared.also) == ("CTL-001", ("HAZ-002",))


# --- The drawing ----------------------------------------------------------------------------------


def many(causes: int, controls: int) -> BowTie:
    words = "The acknowledgement of an interoperability message arrives after the renewal " * 4
    barriers = [
        Barrier(f"CTL-{n:03}", words, "verified", "business process", "deploying organisation",
                is_verified=True, stands=n % 2 == 0, lacks_evidence=n % 3 == 0, also=("HAZ-9",))
        for n in range(controls)
    ]  # fmt: skip
    left = [Lane(f"Cause {n + 1}", words, barriers=barriers) for n in range(causes)]
    right = [Lane("Harm", words, barriers=barriers)]
    return BowTie("HAZ-004", "W" * 60 + words, left, right)


def overlapping(boxes: list[Box]) -> list[tuple[str, str]]:
    return [
        (one.name, other.name)
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    ]


@pytest.mark.parametrize("causes", [0, 1, 3, 12])
@pytest.mark.parametrize("controls", [0, 1, 4])
@pytest.mark.parametrize("draw", [drawn_wide, drawn_narrow])
def test_nothing_overflows_or_overlaps(
    causes: int, controls: int, draw: Callable[[BowTie], BowTieDrawing]
) -> None:
    drawing = draw(many(causes, controls))

    assert overlapping(drawing.boxes) == []
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y >= 0
        assert box.y + box.height <= drawing.height
        for line in box.lines:
            assert width_of(line.text, line.size) <= box.width
            assert box.y < line.y <= box.y + box.height


@pytest.mark.parametrize("controls", [0, 2])
def test_no_way_from_a_cause_to_the_hazard_turns_back(controls: int) -> None:
    drawing = drawn_wide(many(3, controls))
    hazard = next(box for box in drawing.boxes if box.name.startswith("Hazard"))
    curved = [re.match(r"M(\S+) \S+H([^C]+)C.* (\S+) \S+$", way) for way in drawing.ways]
    ways = [tuple(float(x) for x in each.groups()) for each in curved if each]
    from_causes = [way for way in ways if way[0] < hazard.x]
    assert len(from_causes) == 3
    for start, turn, end in from_causes:
        assert start <= turn < end == hazard.x


def test_boxes_are_in_the_order_of_what_happens(hazard: Hazard, cso: User) -> None:
    cause, harm = a_cause(hazard, cso), a_harm(hazard, cso)
    a_control(hazard, cso, causes=[cause])
    a_control(hazard, cso, harms=[harm])

    for drawing in (drawn_wide(bow_tie(hazard)), drawn_narrow(bow_tie(hazard))):
        kinds = [box.name.split(":")[0] for box in drawing.boxes]
        assert kinds == ["Cause 1", "Control CTL-001", "Hazard HAZ-001", "Control CTL-002", "Harm"]


# --- On the page ----------------------------------------------------------------------------------


def test_every_box_leads_to_its_part_of_the_page(
    hazard: Hazard, cso: User, browser: Client
) -> None:
    cause, harm = a_cause(hazard, cso), a_harm(hazard, cso)
    a_control(hazard, cso, causes=[cause])

    text = page(browser, hazard)

    links = re.findall(r'<a class="drawn-link" href="#([^"]+)"', text)
    assert links == [f"cause-{cause.pk}", "control-CTL-001", f"harm-{harm.pk}"]
    for anchor in links:
        assert f'id="{anchor}"' in text


def test_the_table_says_the_same(hazard: Hazard, cso: User, browser: Client) -> None:
    cause = a_cause(hazard, cso)
    a_control(hazard, cso, causes=[cause])

    [table] = re.findall(r'<table class="picture-table">.*?</table>', page(browser, hazard), re.S)
    words = " ".join(re.sub(r"<[^>]+>", " ", table).split())

    assert "Cause 1 Nobody reviews the prescription CTL-001 A clinician reviews every" in words
    assert "(proposed · no evidence, manufacturer)" in words
    assert "Hazard A medicine is reissued without a result" in words


def test_what_people_wrote_is_text_in_the_picture(
    product: Product, cso: User, browser: Client
) -> None:
    hazard = a_hazard(product, cso, "<script>alert(1)</script>")
    a_cause(hazard, cso, '"><img src=x onerror=alert(1)>')

    text = page(browser, hazard)

    assert "<script>alert(1)" not in text
    assert "<img" not in text


def test_a_bare_hazard_says_how_the_picture_begins(hazard: Hazard, browser: Client) -> None:
    text = page(browser, hazard)

    assert "Write the first cause, and it begins here." in text
    assert "bow-tie-picture" not in text


def test_the_picture_is_drawn_anew_after_a_save_in_place(
    hazard: Hazard, cso: User, browser: Client
) -> None:
    response = browser.post(
        f"/products/{hazard.product.slug}/hazards/{hazard.reference}/causes/add/",
        {"text": "The list is old"},
        headers={"HX-Request": "true", "HX-Target": "slot-causes"},
    )

    assert response.status_code == 200
    assert 'hx-swap-oob="outerHTML:#hazard-bow-tie' in response.content.decode()
    assert "The list is old" in response.content.decode()


def test_a_narrow_screen_asks_for_its_own_drawing(
    hazard: Hazard, cso: User, browser: Client
) -> None:
    cause = a_cause(hazard, cso)
    address = f"/products/{hazard.product.slug}/hazards/{hazard.reference}/bow-tie/"

    alone = browser.get(address).content.decode()
    narrow = browser.get(address, headers={"HX-Request": "true"}).content.decode()

    assert f'hx-get="{address}"' in page(browser, hazard)
    assert f'hazards/{hazard.reference}/#cause-{cause.pk}"' in alone
    assert '<table class="picture-table">' in alone
    assert f'href="#cause-{cause.pk}"' in narrow
    assert "<html" not in narrow


def test_a_shared_control_leads_to_its_own_page(
    product: Product, hazard: Hazard, cso: User, browser: Client
) -> None:
    control = a_control(hazard, cso)
    link_control(control=control, hazard=a_hazard(product, cso, "A dose is doubled"), by=cso)

    assert f'href="/products/{product.slug}/controls/CTL-001/"' in page(browser, hazard)


def test_on_paper_the_picture_leads_nowhere(hazard: Hazard, cso: User) -> None:
    a_cause(hazard, cso)

    drawing = drawn_wide(bow_tie_of(read_hazards([hazard])[0], Leads()))

    assert not drawing.has_links
