"""What a product has that a record may name: people, features, releases, files, matrices."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from hazards.models import (
    Assumption,
    Control,
    Evidence,
    EvidenceFile,
    Hazard,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from hazards.record_format.people import Person
from hazards.record_format.values import FileValue
from products.models import Feature, Product, Release
from products.queries import people_at_work


@dataclass(frozen=True)
class MatrixHere:
    """A matrix version of the product, with its rows by the words and numbers of estimates."""

    version: MatrixVersion
    severities: dict[str, SeverityLevel]
    likelihoods: dict[str, LikelihoodLevel]
    classes: dict[int, RiskClass]

    @classmethod
    def of(cls, version: MatrixVersion) -> "MatrixHere":
        """Read it. Three queries."""
        return cls(
            version,
            {each.word: each for each in SeverityLevel.objects.filter(matrix=version)},
            {each.word: each for each in LikelihoodLevel.objects.filter(matrix=version)},
            {each.number: each for each in RiskClass.objects.filter(matrix=version)},
        )


@dataclass(frozen=True)
class StandingProduct:
    """What a record's names are looked up in."""

    product: Product
    people: dict[str, User]  # by e-mail address in small letters
    features: dict[str, Feature]  # by reference
    releases: dict[str, Release]  # by label
    files: dict[str, list[EvidenceFile]]  # by SHA-256

    @classmethod
    def of(cls, product: Product) -> "StandingProduct":
        """Read it. Four queries."""
        files: dict[str, list[EvidenceFile]] = {}
        for file in EvidenceFile.objects.filter(product=product).order_by("pk"):
            files.setdefault(file.sha256, []).append(file)
        return cls(
            product,
            {person.email.casefold(): person for person in people_at_work(product)},
            {each.reference: each for each in Feature.objects.filter(product=product)},
            {each.label: each for each in Release.objects.filter(product=product)},
            files,
        )

    def person(self, person: Person | None) -> User | None:
        """The person, where they work on the product today: known by their address."""
        return self.people.get(person["email"].casefold()) if person else None

    def feature(self, reference: str, title: str) -> Feature | None:
        """The feature with this reference, where it is the same one by its title too."""
        feature = self.features.get(reference)
        if feature is None or _folded(feature.title) != _folded(title):
            return None
        return feature

    def file(self, file: FileValue) -> EvidenceFile | None:
        """The file with this content, of the same name where there are several."""
        found = self.files.get(file["sha256"], [])
        alike = [each for each in found if each.name == file["name"]]
        return next(iter([*alike, *found]), None)


def is_empty(product: Product) -> bool:
    """Whether nothing stands in a product's log: no hazard, control, evidence or assumption."""
    models: Iterable[type[Hazard | Control | Evidence | Assumption]]
    models = (Hazard, Control, Evidence, Assumption)
    return not any(model.objects.filter(product=product).exists() for model in models)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
