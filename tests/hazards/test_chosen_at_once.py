"""Two people choose from one list: what both chose stands, or the later one is told."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit.errors import ChangedMeanwhile
from hazards.actions.controls import link_control, set_new_hazards
from hazards.models import Cause, Control, ControlLink, Hazard
from hazards.queries import new_hazards_of
from hazards.rules import merged_choice, merged_parts
from products.models import Product
from tests.hazards.factories import a_cause, a_control, a_hazard
from tests.people import ClientOf

KEYS = st.frozensets(st.integers(1, 5))


@given(shown=KEYS, chosen=KEYS, standing=KEYS)
def test_what_either_added_stands_and_what_either_took_is_gone(
    shown: frozenset[int], chosen: frozenset[int], standing: frozenset[int]
) -> None:
    merged = merged_choice(shown=shown, chosen=chosen, standing=standing)
    assert (chosen - shown) <= merged
    assert not merged & (shown - chosen)
    assert merged & (standing - shown) == standing - shown, "what the other added"
    assert merged_choice(shown=standing, chosen=chosen, standing=standing) == chosen


@given(shown=KEYS, chosen=KEYS, standing=KEYS)
def test_parts_never_become_the_whole_by_merging(
    shown: frozenset[int], chosen: frozenset[int], standing: frozenset[int]
) -> None:
    merged = merged_parts(shown=shown, chosen=chosen, standing=standing)
    if merged == frozenset():
        assert frozenset() in (chosen, standing), "somebody meant the whole hazard"
    if chosen == shown:
        assert merged == standing, "nothing was changed here"
    if standing == shown:
        assert merged == chosen, "nothing was changed there"


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


@pytest.fixture
def causes(hazard: Hazard, cso: User) -> list[Cause]:
    return [a_cause(hazard, cso, f"Cause {number}") for number in range(3)]


@pytest.fixture
def control(hazard: Hazard, cso: User, causes: list[Cause]) -> Control:
    return a_control(hazard, cso, causes=causes[:1])


def acts_on(control: Control) -> set[int | None]:
    links = ControlLink.objects.filter(control=control, is_active=True)
    return set(links.values_list("cause", flat=True))


class Page:
    """A page that one person has before them, as the browser keeps it."""

    def __init__(self, client: Client, name: str, control: Control) -> None:
        hazard = ControlLink.objects.filter(control=control).first().hazard  # type: ignore[union-attr]
        self.client = client
        self.url = reverse(name, args=[control.product.slug, hazard.reference, control.reference])
        self.read(client.get(self.url))

    def read(self, answer: Any) -> None:
        self.code: int = answer.status_code
        self.text = answer.content.decode()
        if answer.context is not None:
            form = answer.context["form"]
            self.hidden = {field.html_name: field.value() or "" for field in form.hidden_fields()}

    def save(self, **typed: Any) -> int:
        self.read(self.client.post(self.url, self.hidden | typed))
        return self.code


def ticks(causes: Iterable[Cause]) -> list[str]:
    return [f"cause-{cause.pk}" for cause in causes]


def test_two_people_tick_different_causes(
    control: Control, causes: list[Cause], cso: User, engineer: User, client_of: ClientOf
) -> None:
    first = Page(client_of(cso), "control_acts_on", control)
    second = Page(client_of(engineer), "control_acts_on", control)
    assert first.save(acts_on=ticks([causes[0], causes[1]])) == 302
    assert second.save(acts_on=ticks([causes[0], causes[2]])) == 302
    assert acts_on(control) == {cause.pk for cause in causes}


def test_the_whole_and_a_part_do_not_go_together_and_the_later_is_told(
    control: Control, causes: list[Cause], cso: User, engineer: User, client_of: ClientOf
) -> None:
    first = Page(client_of(cso), "control_acts_on", control)
    second = Page(client_of(engineer), "control_acts_on", control)
    assert first.save(acts_on=[]) == 302
    assert acts_on(control) == {None}
    assert second.save(acts_on=ticks(causes[:2])) == 422
    assert "Somebody else changed meanwhile what this control acts on" in second.text
    assert f'value="cause-{causes[1].pk}"' in second.text
    assert acts_on(control) == {None}, "nothing was saved"
    assert second.save(acts_on=ticks(causes[:2])) == 302, "told, it counts"
    assert acts_on(control) == {cause.pk for cause in causes[:2]}


def test_a_page_that_does_not_say_what_it_showed_counts_as_it_is(
    control: Control, causes: list[Cause], hazard: Hazard, cso: User
) -> None:
    link_control(control=control, hazard=hazard, by=cso, causes=causes[1:])
    assert acts_on(control) == {cause.pk for cause in causes[1:]}


def test_a_hidden_field_of_nonsense_is_no_error(
    control: Control, causes: list[Cause], cso: User, client_of: ClientOf
) -> None:
    page = Page(client_of(cso), "control_acts_on", control)
    for nonsense in ("cause-x", "harm-99999999999999999999999", "-", "²", "cause-²"):
        page.hidden["shown"] = nonsense
        assert page.save(acts_on=ticks(causes)) in (302, 422)


def brought(control: Control) -> list[str]:
    return [hazard.reference for hazard in new_hazards_of(control)]


def test_two_people_name_different_new_hazards(
    product: Product, control: Control, cso: User, engineer: User, client_of: ClientOf
) -> None:
    two, three = a_hazard(product, cso, "Two"), a_hazard(product, cso, "Three")
    first = Page(client_of(cso), "control_new_hazards", control)
    second = Page(client_of(engineer), "control_new_hazards", control)
    assert first.save(hazards=two.reference) == 302
    assert second.save(hazards=three.reference) == 302
    assert brought(control) == [two.reference, three.reference]


def test_none_and_some_do_not_go_together(
    product: Product, control: Control, cso: User, engineer: User, client_of: ClientOf
) -> None:
    two = a_hazard(product, cso, "Two")
    first = Page(client_of(cso), "control_new_hazards", control)
    second = Page(client_of(engineer), "control_new_hazards", control)
    assert first.save(hazards=two.reference) == 302
    assert second.save(none_because="It only informs") == 422
    assert "Somebody else said meanwhile which hazards this control brings" in second.text
    assert "It only informs" in second.text
    assert brought(control) == [two.reference]
    assert second.save(none_because="It only informs") == 302
    control.refresh_from_db()
    assert (brought(control), control.none_because) == ([], "It only informs")


def test_two_reasons_why_there_are_none_do_not_go_together(
    control: Control, cso: User, engineer: User, client_of: ClientOf
) -> None:
    set_new_hazards(control=control, by=cso, none_because="It informs\nonly")
    first = Page(client_of(cso), "control_new_hazards", control)
    second = Page(client_of(engineer), "control_new_hazards", control)
    assert first.save(none_because="It informs, and cannot delay") == 302
    assert second.save(none_because="It cannot stop a supply") == 422
    assert second.save(none_because="It cannot stop a supply") == 302


def test_a_reason_with_lines_is_no_change_by_itself(
    control: Control, cso: User, client_of: ClientOf
) -> None:
    set_new_hazards(control=control, by=cso, none_because="It informs\nonly")
    page = Page(client_of(cso), "control_new_hazards", control)
    assert page.save(none_because="It informs\r\nand does no more") == 302


def test_what_somebody_linked_meanwhile_is_not_linked_anew(product: Product, cso: User) -> None:
    hazard, other = a_hazard(product, cso), a_hazard(product, cso, "Another")
    cause, control = a_cause(hazard, cso), a_control(other, cso)
    link_control(control=control, hazard=hazard, by=cso, is_new=True)
    with pytest.raises(ChangedMeanwhile, match="linked CTL-001 to this hazard meanwhile"):
        link_control(control=control, hazard=hazard, by=cso, causes=[cause], is_new=True)
    assert ControlLink.objects.get(hazard=hazard, is_active=True).cause is None
