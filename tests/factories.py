"""Things for tests, made by the same actions as people use."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from accounts.actions import create_person, system_person
from accounts.models import User
from products import going_out
from products.actions import add_member, create_feature, create_product, create_release
from products.choices import ReleaseState, Role
from products.models import Feature, Membership, Product, Release

LONG_AGO = datetime.date(2024, 1, 1)


def make_person(name: str = "Sam Example", email: str = "", **more: Any) -> User:
    """A person, added by the system person; the address follows from the name."""
    address = email or f"{name.lower().replace(' ', '.').replace('’', '')}@example.org"
    return create_person(by=system_person(), email=address, name=name, **more)


def make_product(name: str = "Digital Pharmacy", slug: str = "digital-pharmacy") -> Product:
    """A product of an organisation."""
    return create_product(
        by=system_person(), name=name, slug=slug, organisation_name="Example Health Ltd"
    )


def join(
    product: Product, person: User, role: Role, *, starts_on: datetime.date = LONG_AGO, **more: Any
) -> Membership:
    """Put a person on the team."""
    return add_member(
        product=product,
        person=person,
        role=role,
        by=system_person(),
        starts_on=starts_on,
        reason="Set up for a test",
        **more,
    )


def make_feature(product: Product, title: str = "Yearly prescription", **more: Any) -> Feature:
    """A feature of a product."""
    return create_feature(product=product, by=system_person(), title=title, **more)


@contextmanager
def gate_open() -> Iterator[None]:
    """Releases go out without the gate being asked: where a test is about something else."""
    with mock.patch.object(going_out, "_asks", []):
        yield


def make_release(
    product: Product,
    label: str = "1.0.0",
    *,
    state: ReleaseState = ReleaseState.PLANNED,
    **more: Any,
) -> Release:
    """A release of a product."""
    return create_release(product=product, by=system_person(), label=label, state=state, **more)
