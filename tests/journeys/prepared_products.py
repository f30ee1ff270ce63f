"""Products that a journey finds half-way, made by the actions that people use.

A journey cannot call them itself: Playwright's loop runs in its thread, and the site has a database
of its own. So they are made in a process of the site's::

    manage(site.folder, *PREPARE)
"""

from accounts.actions import create_person, system_person
from accounts.actions.sign_in import give_password
from accounts.models import User
from products.choices import Role
from products.models import Product
from safetycase.demonstration.story import PASSWORD
from tests.factories import join, make_product, make_release
from tests.hazards.factories import a_live_hazard
from tests.reviews.factories import a_residual_estimate, an_approved_matrix
from tests.safetycase.version_factories import make_ready

PREPARE = (
    *("shell", "--no-imports", "--command"),
    "from tests.journeys.prepared_products import prepare; prepare()",
)
PEOPLE = {
    "cpm": Role.CLINICAL_PRODUCT_MANAGER,
    "pharmacist": Role.CLINICIAN,
    "cso": Role.CLINICAL_SAFETY_OFFICER,
    "director": Role.ACCOUNTABLE_EXECUTIVE,
}
UNSIGNED = "/products/night-pharmacy/"
READY = "/products/harbour-pharmacy/"
STRANGER = "stranger"
WAITING = ("A night order is packed twice", "A courier leaves a cold medicine outside")
WHY = "Another check would hold each order past the last collection"


def prepare() -> None:
    """Make a product without a plan, one that is ready to be frozen, and a person on no team."""
    person = create_person(
        by=system_person(), email=f"{STRANGER}@demo.example", name="Stephen Strange"
    )
    give_password(person=person, password=PASSWORD, by=system_person())
    _unsigned()
    product, people = _with_its_team("Harbour Pharmacy", READY)
    make_ready(product, *(people[key] for key in PEOPLE))


def _unsigned() -> None:
    """Nothing is signed yet: no plan, no appointment, and two residual risks to accept."""
    product, people = _with_its_team("Night Pharmacy", UNSIGNED)
    make_release(product)
    an_approved_matrix(product, people["cso"])
    for name in WAITING:
        hazard = a_live_hazard(product, people["cso"], name=name, justification=WHY)
        a_residual_estimate(hazard, people["pharmacist"])


def _with_its_team(name: str, home: str) -> tuple[Product, dict[str, User]]:
    product = make_product(name, home.strip("/").rpartition("/")[2])
    people = {key: User.objects.get(email=f"{key}@demo.example") for key in PEOPLE}
    for key, role in PEOPLE.items():
        join(product, people[key], role)
    return product, people
