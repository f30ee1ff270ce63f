"""Who may open which page of a product, and that each one answers."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from products.actions import carry_feature, state_intended_use
from products.choices import Role
from products.models import Membership, Product
from products.queries import current_team_of
from tests.factories import join, make_feature, make_person, make_product, make_release
from tests.people import ClientOf, QueriesOf

Pages = dict[str, list[object]]

#: Pages that everybody on the team reads.
READING: Pages = {
    "intended_use": [],
    "intended_use_version": [1],
    "team_history": [],
    "product_history": [],
    "feature_list": [],
    "feature_detail": ["FEAT-1"],
    "feature_history": ["FEAT-1"],
    "release_list": [],
    "release_detail": ["1.0.0"],
    "release_history": ["1.0.0"],
}
#: Pages of those who manage features and releases.
MANAGING: Pages = {
    "product_settings": [],
    "intended_use_edit": [],
    "feature_new": [],
    "feature_edit": ["FEAT-1"],
    "feature_withdraw": ["FEAT-1"],
    "feature_restore": ["FEAT-1"],
    "release_new": [],
    "release_edit": ["1.0.0"],
    "release_features": ["1.0.0"],
    "release_place": ["1.0.0"],
}


@pytest.fixture
def furnished(product: Product, cso: User) -> Product:
    """The product with one of everything."""
    feature, release = make_feature(product), make_release(product)
    carry_feature(release=release, feature=feature, by=cso)
    state_intended_use(product=product, by=cso, purpose="Repeat prescriptions", reason="Stated")
    return product


def answers(browser: Client, product: Product, pages: Pages) -> dict[str, int]:
    return {
        name: browser.get(reverse(name, args=[product.slug, *rest])).status_code
        for name, rest in pages.items()
    }


def every(pages: Pages, code: int) -> dict[str, int]:
    return dict.fromkeys(pages, code)


def test_the_whole_team_reads(
    furnished: Product,
    cso: User,
    clinical_product_manager: User,
    product_manager: User,
    clinician: User,
    engineer: User,
    executive: User,
    auditor: User,
    client_of: ClientOf,
) -> None:
    team = (cso, clinical_product_manager, product_manager, clinician, engineer)
    for person in (*team, executive, auditor):
        assert answers(client_of(person), furnished, READING) == every(READING, 200)


def test_those_who_bridge_change(
    furnished: Product,
    cso: User,
    clinical_product_manager: User,
    product_manager: User,
    client_of: ClientOf,
) -> None:
    for person in (cso, clinical_product_manager, product_manager):
        assert answers(client_of(person), furnished, MANAGING) == every(MANAGING, 200)


def test_the_rest_of_the_team_is_told_why_not(
    furnished: Product,
    clinician: User,
    engineer: User,
    executive: User,
    auditor: User,
    client_of: ClientOf,
) -> None:
    for person in (clinician, engineer, executive, auditor):
        assert answers(client_of(person), furnished, MANAGING) == every(MANAGING, 403)
    refused = client_of(engineer).get(reverse("feature_new", args=[furnished.slug]))
    assert "These roles may: clinical safety officer" in refused.content.decode()


def test_strangers_find_nothing(furnished: Product, stranger: User, client_of: ClientOf) -> None:
    pages = READING | MANAGING | {"team": [], "team_add": []}
    assert answers(client_of(stranger), furnished, pages) == every(pages, 404)


def test_signed_out_people_are_sent_to_sign_in(furnished: Product, client: Client) -> None:
    pages = READING | MANAGING | {"team": [], "team_add": []}
    assert answers(client, furnished, pages) == every(pages, 302)


def test_administrators_see_the_team_and_nothing_else(
    furnished: Product, administrator: User, client_of: ClientOf
) -> None:
    browser = client_of(administrator)
    pages = READING | MANAGING
    assert answers(browser, furnished, pages) == every(pages, 403)
    team: Pages = {"team": [], "team_add": []}
    assert answers(browser, furnished, team) == every(team, 200)
    refused = browser.get(reverse("feature_list", args=[furnished.slug]))
    assert "hold no clinical authority" in refused.content.decode()


def test_the_team_page_is_read_by_all_and_changed_by_some(
    furnished: Product,
    cso: User,
    executive: User,
    clinical_product_manager: User,
    product_manager: User,
    engineer: User,
    auditor: User,
    client_of: ClientOf,
) -> None:
    team: Pages = {"team": [], "team_add": []}
    for person in (cso, executive, clinical_product_manager):
        assert answers(client_of(person), furnished, team) == every(team, 200)
    for person in (product_manager, engineer, auditor):
        assert answers(client_of(person), furnished, team) == {"team": 200, "team_add": 403}


def test_pages_of_a_role_follow_who_may_give_it(
    furnished: Product,
    cso: User,
    executive: User,
    engineer: User,
    administrator: User,
    client_of: ClientOf,
) -> None:
    def opens(person: User, whose: User) -> set[int]:
        membership = Membership.objects.get(person=whose, product=furnished)
        return {
            client_of(person)
            .get(reverse(name, args=[furnished.slug, membership.public_id]))
            .status_code
            for name in ("membership_edit", "membership_end")
        }

    assert opens(cso, engineer) == {200}
    assert opens(cso, executive) == {403}
    assert opens(executive, cso) == {200}
    assert opens(executive, executive) == {403}
    assert opens(administrator, executive) == {200}
    assert opens(engineer, engineer) == {403}


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("feature_detail", ["FEAT-99"]),
        ("feature_edit", ["FEAT-99"]),
        ("release_detail", ["9.9"]),
        ("intended_use_version", [99]),
        ("membership_edit", ["00000000-0000-0000-0000-000000000000"]),
    ],
)
def test_what_is_not_there_is_not_found(
    name: str, rest: list[object], furnished: Product, cso: User, client_of: ClientOf
) -> None:
    address = reverse(name, args=[furnished.slug, *rest])
    assert client_of(cso).get(address).status_code == 404


def test_parts_of_another_product_are_not_found(
    furnished: Product, other_product: Product, cso: User, client_of: ClientOf
) -> None:
    make_feature(other_product, reference="WARD-1")
    assert (
        client_of(cso).get(reverse("feature_detail", args=[furnished.slug, "WARD-1"])).status_code
        == 404
    )


def test_my_products_are_mine(
    furnished: Product, engineer: User, stranger: User, administrator: User, client_of: ClientOf
) -> None:
    mine = client_of(engineer).get(reverse("my_work")).content.decode()
    assert "Digital Pharmacy" in mine
    assert "Night Ward" not in mine
    assert "Contributor" in mine
    others = client_of(administrator).get(reverse("my_work")).content.decode()
    assert "You are on no product’s team" in others
    assert reverse("team", args=["night-ward"]) in others


def test_a_newcomer_is_taught(client_of: ClientOf, db: None) -> None:
    text = client_of(make_person()).get(reverse("my_work")).content.decode()
    assert "You are on no product’s team yet" in text
    assert "What a product looks like here" in text


def test_only_administrators_add_products(
    cso: User, administrator: User, client_of: ClientOf
) -> None:
    assert client_of(administrator).get(reverse("product_new")).status_code == 200
    assert client_of(cso).get(reverse("product_new")).status_code == 403


def test_the_tabs_show_where_one_is(
    furnished: Product, engineer: User, administrator: User, client_of: ClientOf
) -> None:
    page = client_of(engineer).get(reverse("feature_detail", args=[furnished.slug, "FEAT-1"]))
    tabs = page.context["product_navigation"]
    assert [label for label, _, is_current in tabs if is_current] == ["Features"]
    for name, tab in (
        *(("risk_trend", "Overview"), ("product_history", "Overview")),
        *(("saved_view_list", "Hazard log"), ("acceptances", "Reviews")),
    ):
        tabs = client_of(engineer).get(reverse(name, args=[furnished.slug])).context
        found = [label for label, _, is_current in tabs["product_navigation"] if is_current]
        assert found == [tab], name
    team = client_of(administrator).get(reverse("team", args=[furnished.slug]))
    assert [label for label, _, _ in team.context["product_navigation"]] == ["Team"]


def test_empty_pages_teach(product: Product, cso: User, client_of: ClientOf) -> None:
    browser = client_of(cso)
    for name, words in (
        ("feature_list", "said in two voices"),
        ("release_list", "A release is a version that people use"),
        ("intended_use", "Every hazard is judged against it"),
    ):
        text = browser.get(reverse(name, args=[product.slug])).content.decode()
        assert words in text
        assert "worked example" in text


# --- growth ---------------------------------------------------------------------------------------

Grow = Callable[[Product, int], None]


def grow_features(product: Product, number: int) -> None:
    owner = current_team_of(product)[0].person
    feature = make_feature(product, f"Feature {number}", owner=owner)
    carry_feature(release=product.releases.all()[0], feature=feature, by=owner)


def grow_releases(product: Product, number: int) -> None:
    make_release(product, f"9.{number}")


def grow_team(product: Product, number: int) -> None:
    join(product, make_person(f"Person {number}"), Role.CONTRIBUTOR)


def grow_statements(product: Product, number: int) -> None:
    by = current_team_of(product)[0].person
    state_intended_use(product=product, by=by, purpose=f"Purpose {number}", reason="Again")


#: Pages that show what packages above say, in a constant number of queries: all rules are asked.
MOST_QUERIES = {"release_detail": 120, "feature_detail": 60}


@pytest.mark.parametrize(
    ("name", "rest", "grow"),
    [
        ("feature_list", [], grow_features),
        ("feature_detail", ["FEAT-1"], grow_releases),
        ("release_list", [], grow_releases),
        ("release_detail", ["1.0.0"], grow_features),
        ("release_features", ["1.0.0"], grow_features),
        ("team", [], grow_team),
        ("team_history", [], grow_team),
        ("intended_use", [], grow_statements),
    ],
)
def test_forty_rows_run_the_queries_of_ten(
    name: str,
    rest: list[object],
    grow: Grow,
    furnished: Product,
    cso: User,
    client_of: ClientOf,
    queries_of: QueriesOf,
) -> None:
    browser, address = client_of(cso), reverse(name, args=[furnished.slug, *rest])
    for number in range(10):
        grow(furnished, number)
    ten = queries_of(browser, address)
    for number in range(10, 40):
        grow(furnished, number)
    assert queries_of(browser, address) == ten
    assert ten <= MOST_QUERIES.get(name, 20)


def test_forty_products_run_the_queries_of_ten(
    client_of: ClientOf, db: None, queries_of: QueriesOf
) -> None:
    person = make_person()
    browser = client_of(person)

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            product = make_product(f"Product {number}", f"product-{number}")
            join(product, person, Role.CLINICIAN)
            make_release(product)

    grow(0, 10)
    ten = queries_of(browser, reverse("my_work"))
    grow(10, 40)
    assert queries_of(browser, reverse("my_work")) == ten
    assert ten <= 20  # what waits on them is asked of all products at once
