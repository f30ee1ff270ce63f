"""What lies beside the code: the files of a product's safety case, by their names."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import F

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from products.models import Feature, Product
from products.queries import intended_use_of
from reviews.decisions.queries import decisions_of
from reviews.decisions.reading import read_decisions
from reviews.models import RiskBenefit
from reviews.rhythm.triage_reading import readings_of as triage_readings_of
from reviews.risk_benefit.page import analysis_list
from reviews.stories.reading import stories_of
from safetycase.choices import SectionKey
from safetycase.live_log import live_log
from safetycase.queries import sections_of
from safetycase.repository.agreement_files import analysis_content, analysis_page, charter_page
from safetycase.repository.decision_file import decision_content, decision_page
from safetycase.repository.feature_file import built_content, built_page
from safetycase.repository.hazard_file import hazard_page
from safetycase.repository.markdown import file_name, text_of, without_html
from safetycase.repository.other_files import (
    first_page,
    intended_use_page,
    matrix_page,
    plan_page,
    releases_page,
)
from safetycase.repository.story_file import stories_page
from safetycase.snapshot.agreements import charter_shape
from safetycase.snapshot.context import (
    hazards_by_feature,
    intended_use_shape,
    release_and_feature_shapes,
)
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

    As many queries as the log has portions, and about a hundred besides.
    """
    log = live_log(product)
    hazards = list(log.hazards())
    versions = revision_shapes(product)
    decisions = [
        decision_content(each)
        for each in read_decisions(product, decisions_of(product).order_by("number"))
    ]
    first = first_page(log.product, hazards, log.not_reported, versions, decisions)
    files = [RepositoryFile("README.md", first)]
    if log.matrix:
        files.append(RepositoryFile("risk-matrix.md", matrix_page(log.matrix)))
    plan = plan_shape(product)
    if plan:
        files.append(RepositoryFile("plan.md", plan_page(plan)))
    stated = intended_use_shape(intended_use_of(product))
    if stated:
        files.append(RepositoryFile("intended-use.md", intended_use_page(stated)))
    files += _agreements(product)
    for decision in decisions:
        name = f"decisions/{file_name(decision['reference'])}"
        files += _both(name, decision_page(decision), decision)
    files += _built(product)
    files += _sections(product)
    for hazard in hazards:
        files += _of_hazard(hazard)
    return [*files, RepositoryFile(MANIFEST, _manifest(product, hazards, versions, files))]


def as_json(value: Any) -> str:
    """JSON that differs where the record does: keys in order, an item on a line."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _both(name: str, page: str, content: Any) -> Iterator[RepositoryFile]:
    """A thing as JSON and as a page."""
    yield RepositoryFile(f"{name}.json", as_json(content))
    yield RepositoryFile(f"{name}.md", page)


def _agreements(product: Product) -> Iterator[RepositoryFile]:
    charter = charter_shape(product)
    if charter:
        yield from _both("charter", charter_page(charter), charter)
    if RiskBenefit.objects.filter(product=product).exists():
        for row in reversed(analysis_list(product).rows):
            said = analysis_content(row)
            name = file_name(f"analysis-{said['number']}")
            yield from _both(f"risk-benefit/{name}", analysis_page(said), said)


def _built(product: Product) -> Iterator[RepositoryFile]:
    """Releases, what they carry, how it was triaged, and the stories that build controls."""
    known = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
    references = {
        key: imported or own
        for key, own, imported in known.values_list("pk", "reference", "imported_reference")
    }
    releases, features = release_and_feature_shapes(product, None, references)
    yield RepositoryFile("releases.md", releases_page(releases))
    carried = {each["reference"]: each for each in features}
    readings = triage_readings_of(product)
    # Of every feature: a link that was made early shows before a release carries it.
    features_there = [each.subject for each in readings if isinstance(each.subject, Feature)]
    touched = hazards_by_feature(features_there, references)
    for reading in readings:
        if reading.kind == "feature":  # whose reference a change may have too
            shape = carried.get(reading.subject.reference)
            said = built_content(reading, touched.get(reading.subject.pk, ()), shape)
        else:
            said = built_content(reading, (), None)
        yield from _both(f"{reading.kind}s/{file_name(said['reference'])}", built_page(said), said)
    stories = stories_of(product).filter(is_active=True)
    in_order = list(stories.order_by(F("control__number").asc(nulls_last=True), "pk"))
    if in_order:
        yield RepositoryFile("stories.md", stories_page(in_order))


def _sections(product: Product) -> Iterator[RepositoryFile]:
    """The narrative as it was written, which is Markdown already."""
    for section in sections_of(product):
        if not section.narrative.strip():
            continue
        title = section.get_key_display()
        number = SectionKey(section.key).number
        name = section.key.replace("_", "-")
        written = without_html(section.narrative)
        yield RepositoryFile(
            f"report/{number:02d}-{name}.md",
            text_of([f"# {number} {title}", "", *written]),
        )


def _of_hazard(hazard: HazardShape) -> Iterator[RepositoryFile]:
    # It rises with every edit, of a tag too, and says nothing that the rest does not.
    kept = {key: value for key, value in hazard.items() if key != "content_version"}
    yield from _both(f"hazards/{file_name(hazard['own_reference'])}", hazard_page(hazard), kept)


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
