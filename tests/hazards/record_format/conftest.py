"""The log with one of everything."""

import pytest

from accounts.models import User
from products.models import Product
from tests.safetycase.story import Story, tell


@pytest.fixture
def story(product: Product, cso: User) -> Story:
    """A log with one of everything that must not be lost."""
    return tell(product, cso)
