"""A version of the report and its hazard log: where it stands, and what it says."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from products.permissions import Ability
from products.queries import current_team_of
from safetycase.access import VersionAt, candidate_for_reading, version_for_reading
from safetycase.comparison import Comparison
from safetycase.issuing_rules import VersionState
from safetycase.jobs import newest_copy, newest_pdf_job
from safetycase.since import changes_since
from safetycase.versions.choice import compare_url
from safetycase.versions.page import (
    TONES,
    buttons_for,
    disagreements_with,
    frozen_hazards,
    frozen_sections,
    name_of,
    signed_pages,
    url_of,
    why_not_yours,
)
from safetycase.versions.reading import attempts_at, read_versions
from safetycase.versions.steps import steps_of
from safetycase.versions.waivers import open_waivers


@require_safe
def version_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version: as it was issued, else the newest attempt at it."""
    return _page(request, version_for_reading(request, slug, number))


@require_safe
def version_candidate(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """One attempt at a version; the one that the number stands for has its page there."""
    at = candidate_for_reading(request, slug, public_id)
    url = url_of(at.reading, slug)
    if url != request.path:
        return HttpResponseRedirect(url)
    return _page(request, at)


def _page(request: HttpRequest, at: VersionAt) -> HttpResponse:
    reading, baseline = at.reading, at.baseline
    others = [each for each in attempts_at(at.product, baseline.number) if each.pk != baseline.pk]
    readings = [reading, *read_versions(others, at.product)]
    changes = _changes(at)
    context: dict[str, Any] = {
        "heading": name_of(baseline),
        "trail": [
            ("Safety case", reverse("safety_case", args=[at.product.slug])),
            (name_of(baseline), ""),
        ],
        "at": at,
        "reading": reading,
        "baseline": baseline,
        "state": reading.state.value,
        "tone": TONES.get(reading.state, ""),
        "steps": steps_of(reading, list(current_team_of(at.product))),
        "buttons": buttons_for(at),
        "not_yours": why_not_yours(at),
        "missing": reading.missing if reading.state is VersionState.IN_REVIEW else [],
        "changes": changes,
        "signed_pages": signed_pages(reading, changes),
        "disagreements": disagreements_with(readings),
        "hazards": frozen_hazards(reading),
        "sections": frozen_sections(reading),
        "waivers": open_waivers(reading, at.product),
        "others": [(each, url_of(each, at.product.slug)) for each in readings[1:]],
        "can_copy": at.standing.can(Ability.MAKE_DRAFT),
        "copy": newest_copy(at.standing, baseline),
        "can_make_pdf": at.standing.can(Ability.ISSUE),
        "compare_url": compare_url(at.product, baseline),
        "pdf_job": newest_pdf_job(at.standing, reading),
    }
    return render(request, "safetycase/versions/version.html", context)


def _changes(at: VersionAt) -> Comparison | None:
    """What changed since, of a version that still stands or is to be issued; None of others."""
    if at.reading.state in (VersionState.IN_REVIEW, VersionState.READY, VersionState.ISSUED):
        return changes_since(at.baseline, at.product)
    return None
