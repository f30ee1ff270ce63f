"""What lies beside the code: the files of a product's safety case, by their names."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from products.models import Product
from products.queries import intended_use_of
from safetycase.choices import SectionKey
from safetycase.live_log import live_log
from safetycase.queries import sections_of
from safetycase.repository.hazard_file import hazard_page
from safetycase.repository.markdown import text_of
from safetycase.repository.other_files import (
    features_page,
    first_page,
    intended_use_page,
    matrix_page,
    plan_page,
)
from safetycase.snapshot.context import intended_use_shape, release_and_feature_shapes
from safetycase.snapshot.governance import plan_shape, revision_shapes
from safetycase.snapshot.shape import HazardShape

FORMAT = "safety-case-beside-the-code"
VERSION = 1
#: Lists every file, so that the next export knows which of them are its own.
MANIFEST = "safety-case.json"


class RepositoryFile(NamedTuple):
    """A file by its name below the folder, with ``/`` between folders."""

    name: str
    content: str


def repository_files(product: Product) -> list[RepositoryFile]:
    """Every file, the manifest last. Take it inside ``audit.moments.one_moment``.

    As many queries as the log has portions, and twenty besides.
    """
    log = live_log(product)
    hazards = list(log.hazards())
    versions = revision_shapes(product)
    files = [
        RepositoryFile("README.md", first_page(log.product, hazards, log.not_reported, versions))
    ]
    if log.matrix:
        files.append(RepositoryFile("risk-matrix.md", matrix_page(log.matrix)))
    plan = plan_shape(product)
    if plan:
        files.append(RepositoryFile("plan.md", plan_page(plan)))
    stated = intended_use_shape(intended_use_of(product))
    if stated:
        files.append(RepositoryFile("intended-use.md", intended_use_page(stated)))
    files.append(RepositoryFile("features.md", _features(product)))
    files += _sections(product)
    for hazard in hazards:
        files += _of_hazard(hazard)
    return [*files, RepositoryFile(MANIFEST, _manifest(product, hazards, versions, files))]


def as_json(value: Any) -> str:
    """JSON that differs where the record does: keys in order, an item on a line."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _features(product: Product) -> str:
    known = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
    references = {
        key: imported or own
        for key, own, imported in known.values_list("pk", "reference", "imported_reference")
    }
    return features_page(*release_and_feature_shapes(product, None, references))


def _sections(product: Product) -> Iterator[RepositoryFile]:
    """The narrative as it was written, which is Markdown already."""
    for section in sections_of(product):
        if not section.narrative.strip():
            continue
        title = section.get_key_display()
        number = SectionKey(section.key).number
        name = section.key.replace("_", "-")
        written = section.narrative.replace("\r\n", "\n").split("\n")
        yield RepositoryFile(
            f"report/{number:02d}-{name}.md",
            text_of([f"# {number} {title}", "", *written]),
        )


def _of_hazard(hazard: HazardShape) -> Iterator[RepositoryFile]:
    name = f"hazards/{hazard['own_reference']}"
    # It rises with every edit, of a tag too, and says nothing that the rest does not.
    kept = {key: value for key, value in hazard.items() if key != "content_version"}
    yield RepositoryFile(f"{name}.json", as_json(kept))
    yield RepositoryFile(f"{name}.md", hazard_page(hazard))


def _manifest(
    product: Product,
    hazards: list[HazardShape],
    versions: Any,
    files: list[RepositoryFile],
) -> str:
    return as_json(
        {
            "format": FORMAT,
            "version": VERSION,
            "product": {"name": product.name, "slug": product.slug},
            "hazards": [each["own_reference"] for each in hazards],
            "issued": [
                {"version": each["version"], "release": each["release"]} for each in versions
            ],
            "files": sorted(each.name for each in files),
        }
    )
