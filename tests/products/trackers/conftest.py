"""A fake GitHub, and a connection to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from products.actions.trackers import connect_tracker
from products.choices import TrackerKind
from products.models import Product, TrackerConnection
from tests.products.trackers.deliveries import Tracker
from tests.products.trackers.fake_github import OWNER, REPOSITORY, TOKEN, FakeGitHub, serving


@pytest.fixture
def github(settings: Any) -> Iterator[FakeGitHub]:
    """A GitHub on this machine, which may be called."""
    settings.TRACKER_PRIVATE_HOSTS = ["127.0.0.1"]
    with serving() as fake:
        yield fake


@pytest.fixture
def connection(product: Product, product_manager: User, github: FakeGitHub) -> TrackerConnection:
    """The repository on it, connected with its token."""
    connection, _ = connect_tracker(
        product=product,
        by=product_manager,
        kind=TrackerKind.GITHUB,
        name="GitHub",
        repository=f"{OWNER}/{REPOSITORY}",
        api_url=github.url,
        api_token=TOKEN,
    )
    return connection


@pytest.fixture
def tracker(product: Product, product_manager: User) -> Tracker:
    """A repository that delivers, as GitHub does."""
    connection, secret = connect_tracker(
        product=product,
        by=product_manager,
        kind=TrackerKind.GITHUB,
        name="GitHub",
        repository=f"{OWNER}/{REPOSITORY}",
    )
    return Tracker(connection, secret)


@pytest.fixture
def generic(product: Product, product_manager: User) -> Tracker:
    """Any other tracker, with a signed webhook."""
    connection, secret = connect_tracker(
        product=product, by=product_manager, kind=TrackerKind.GENERIC, name="Tracker"
    )
    return Tracker(connection, secret)
