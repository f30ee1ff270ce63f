"""People, releases and features that a body names; what is not there is said in a sentence."""

from collections.abc import Iterable, Sequence

from accounts.models import User
from products.models import Change, Feature, Product, Release
from products.queries import people_at_work
from products.rest.problems import NOT_POSSIBLE, Problem
from products.rest.shapes import PersonNamed


def person_working(product: Product, email: str | None) -> User | None:
    """Whoever has this address and works on the product today; None for nobody.

    Raises ``Problem``, with the same sentence for a stranger as for an address that nobody has.
    """
    if email is None:
        return None
    person: User | None = people_at_work(product).filter(email__iexact=email.strip()).first()
    if person is None:
        raise Problem(
            NOT_POSSIBLE,
            f"Nobody who works on {product.name} today has the address {email}. Nothing was saved. "
            "Add them to the team first, or name somebody else.",
        )
    return person


def person_key(product: Product, email: str | None) -> int | None:
    """The key of the same person."""
    person = person_working(product, email)
    return person.pk if person is not None else None


def release_named(product: Product, label: str | None) -> Release | None:
    """The release of the product with this label; None for none. Raises ``Problem``."""
    if label is None:
        return None
    release = Release.objects.filter(product=product, label=label).first()
    if release is None:
        raise Problem(
            NOT_POSSIBLE,
            f"{product.name} has no release {label}. Nothing was saved. GET …/releases lists them.",
        )
    return release


def release_key(product: Product, label: str | None) -> int | None:
    """The key of the release of the product with this label; None for none."""
    release = release_named(product, label)
    return release.pk if release is not None else None


def features_named(product: Product, references: Sequence[str]) -> list[Feature]:
    """The features with these references, in their order. Raises ``Problem``."""
    wanted = list(dict.fromkeys(references))
    found = Feature.objects.filter(product=product, reference__in=wanted).order_by("number")
    features = list(found)
    check_all_found(product, "feature", wanted, {each.reference for each in features})
    return features


def change_named(product: Product, reference: str) -> Change:
    """The change with this reference. Raises ``Problem``."""
    changes = list(Change.objects.filter(product=product, reference=reference))
    check_all_found(product, "change", [reference], {each.reference for each in changes})
    return changes[0]


def check_all_found(product: Product, word: str, wanted: Iterable[str], found: set[str]) -> None:
    """Raise ``Problem`` where something that was named is not of the product."""
    missing = ", ".join(each for each in wanted if each not in found)
    if missing:
        raise Problem(
            NOT_POSSIBLE,
            f"{product.name} has no {word} {missing}. Nothing was saved. Check the reference.",
        )


def person_named(person: User | None) -> PersonNamed | None:
    """A person as an answer names them."""
    return None if person is None else PersonNamed(name=person.name, email=person.email)
