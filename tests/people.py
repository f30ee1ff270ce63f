"""The people of the tests: each fixture is somebody with one role on ``product``."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from products.choices import Role
from products.models import Product
from tests.factories import join, make_person, make_product

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

ClientOf = Callable[[User], Client]
QueriesOf = Callable[[Client, str], int]


@pytest.fixture
def product(db: None) -> Product:
    """The product that everybody but the stranger works on."""
    return make_product()


@pytest.fixture
def other_product(db: None) -> Product:
    """Somebody else's product."""
    return make_product("Night Ward", "night-ward")


@pytest.fixture
def cso(product: Product) -> User:
    """The clinical safety officer."""
    person = make_person(
        "Clara Officer",
        job_title="Clinical safety officer",
        professional_body="GMC",
        registration_number="7654321",
    )
    join(product, person, Role.CLINICAL_SAFETY_OFFICER)
    return person


@pytest.fixture
def clinical_product_manager(product: Product) -> User:
    """The clinical product manager."""
    person = make_person("Bridget Between")
    join(product, person, Role.CLINICAL_PRODUCT_MANAGER)
    return person


@pytest.fixture
def product_manager(product: Product) -> User:
    """The product manager."""
    person = make_person("Peter Planner")
    join(product, person, Role.PRODUCT_MANAGER)
    return person


@pytest.fixture
def clinician(product: Product) -> User:
    """A clinician on the team."""
    person = make_person(
        "Farah Pharmacist", professional_body="GPhC", registration_number="2087654"
    )
    join(product, person, Role.CLINICIAN)
    return person


@pytest.fixture
def engineer(product: Product) -> User:
    """An engineer: a contributor."""
    person = make_person("Ed Engineer")
    join(product, person, Role.CONTRIBUTOR)
    return person


@pytest.fixture
def executive(product: Product) -> User:
    """The accountable executive."""
    person = make_person("Dora Director")
    join(product, person, Role.ACCOUNTABLE_EXECUTIVE)
    return person


@pytest.fixture
def auditor(product: Product) -> User:
    """An auditor, who reads."""
    person = make_person("Ali Auditor")
    join(product, person, Role.AUDITOR)
    return person


@pytest.fixture
def administrator(db: None) -> User:
    """An administrator, with no role on any product."""
    return make_person("Ada Administrator", is_administrator=True)


@pytest.fixture
def stranger(other_product: Product) -> User:
    """A clinical safety officer of another product."""
    person = make_person("Stan Stranger")
    join(other_product, person, Role.CLINICAL_SAFETY_OFFICER)
    return person


@pytest.fixture
def client_of() -> ClientOf:
    """``client_of(person)``: a test client in which that person is signed in."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def queries_of() -> QueriesOf:
    """``queries_of(client, address)``: how many queries the page runs, sign-in included."""

    def counted(client: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return counted
