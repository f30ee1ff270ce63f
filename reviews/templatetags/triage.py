"""Triage on pages of features and changes.

Usage: ``{% load triage %}{% triages_of product page as triages %}``, then in each row
``{% triage_mark triages feature %}``; on its own page ``{% triage_panel feature %}``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context

from products.models import Product
from products.permissions import Ability, Standing
from reviews.rhythm.triage_comment import criteria_of
from reviews.rhythm.triage_reading import Subject, TriageReading, read_triages, reading_of

register = template.Library()

Triages = Mapping[tuple[str, int], TriageReading]


@register.simple_tag
def triages_of(product: Product, subjects: Iterable[Subject]) -> Triages:
    """The triage of each of these features or changes, for ``triage_mark``. Three queries."""
    readings = read_triages(product, subjects)
    return {(each.kind, each.subject.pk): each for each in readings}


@register.inclusion_tag("reviews/triage/_mark.html")
def triage_mark(triages: Triages, subject: Subject) -> dict[str, Any]:
    """Where the triage of one of them stands, in a cell of a table."""
    kind = TriageReading(subject).kind
    return {"reading": triages[(kind, subject.pk)]}


@register.inclusion_tag("reviews/triage/_panel.html", takes_context=True)
def triage_panel(context: Context, subject: Subject) -> dict[str, Any]:
    """The triage of a feature or change on its own page, and what to do next. Four queries."""
    standing = getattr(context["request"], "standing", None)
    reading = reading_of(subject)
    return {
        "reading": reading,
        "product": subject.product,
        "criteria": criteria_of(reading) if reading.answer else [],
        "may_triage": _can(standing, Ability.TRIAGE),
        "may_answer": _can(standing, Ability.ANSWER_TRIAGE),
    }


def _can(standing: Standing | None, ability: Ability) -> bool:
    return standing is not None and standing.can(ability)
