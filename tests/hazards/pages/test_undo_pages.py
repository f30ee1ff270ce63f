"""The pages on which somebody takes their own change back."""

import pytest
from django.urls import reverse

from accounts.models import User
from hazards.actions.bulk import change_many
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from products.models import Product
from tests.hazards.factories import a_hazard
from tests.people import ClientOf, QueriesOf


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso, "A repeat continues")


def undo_url(hazard: Hazard) -> str:
    return reverse("hazard_undo", args=[hazard.product.slug, hazard.reference])


def test_the_page_says_what_would_be_undone_and_undoes_it(
    hazard: Hazard, engineer: User, client_of: ClientOf
) -> None:
    edit_hazard(hazard=hazard, by=engineer, changes={"effect": "Late"}, reason="Heard on the ward")
    client = client_of(engineer)
    page = client.get(undo_url(hazard))
    text = page.content.decode()
    assert "Heard on the ward" in text
    assert "Hazard HAZ-001" in text
    assert "[new: </span>Late<span" in text
    act = page.context["form"].initial["act"]
    answer = client.post(undo_url(hazard), {"act": act, "reason": "Another hazard"})
    assert answer.status_code == 302
    hazard.refresh_from_db()
    assert hazard.effect == ""
    history = client.get(reverse("hazard_history", args=["digital-pharmacy", "HAZ-001"]))
    assert "Another hazard" in history.content.decode()


def test_another_change_since_the_page_was_opened_is_not_undone_instead(
    hazard: Hazard, engineer: User, client_of: ClientOf
) -> None:
    edit_hazard(hazard=hazard, by=engineer, changes={"effect": "Late"})
    client = client_of(engineer)
    act = client.get(undo_url(hazard)).context["form"].initial["act"]
    edit_hazard(hazard=hazard, by=engineer, changes={"effect": "Later"})
    answer = client.post(undo_url(hazard), {"act": act})
    assert answer.status_code == 422
    assert "was changed since" in answer.content.decode()
    hazard.refresh_from_db()
    assert hazard.effect == "Later"


def test_in_its_slot_it_is_a_fragment(hazard: Hazard, engineer: User, client_of: ClientOf) -> None:
    headers = {"HX-Request": "true", "HX-Target": "slot-state"}
    client = client_of(engineer)
    nothing = client.get(undo_url(hazard), headers=headers).content.decode()
    assert "nothing to undo" in nothing
    assert "<html" not in nothing
    edit_hazard(hazard=hazard, by=engineer, changes={"effect": "Late"})
    assert "<html" not in client.get(undo_url(hazard), headers=headers).content.decode()


def test_a_change_of_many_is_undone_whole(product: Product, cso: User, client_of: ClientOf) -> None:
    many = [a_hazard(product, cso, f"Hazard {number}") for number in range(25)]
    act = change_many(product=product, hazards=many, changes={"family": "Triage"}, by=cso)
    client, url = client_of(cso), reverse("act_undo", args=[product.slug, act])
    text = client.get(url).content.decode()
    assert "of 25 hazards" in text
    assert "and 5 more" in text
    assert client.post(url).status_code == 302
    assert not Hazard.objects.exclude(family="").exists()
    text = client.get(url).content.decode()
    assert "cannot be undone" in text
    assert "Back to the hazard log" in text


def test_the_page_asks_as_much_for_many_hazards_as_for_few(
    product: Product, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    counts = []
    for number in (2, 12):
        many = [a_hazard(product, cso, f"Hazard {each}") for each in range(number)]
        act = change_many(product=product, hazards=many, changes={"family": "Triage"}, by=cso)
        url = reverse("act_undo", args=[product.slug, act])
        client = client_of(cso)
        client.get(url)
        counts.append(queries_of(client, url))
    assert counts[0] == counts[1]
