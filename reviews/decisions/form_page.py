"""The words of a form page on a decision."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from accounts.editing import TEMPLATE, Page
from reviews.decisions.access import DecisionAt


def decisions_page(slug: str) -> tuple[str, str]:
    """The list, as a step of a trail."""
    return ("Decisions", reverse("decision_list", args=[slug]))


def url_of(at: DecisionAt, anchor: str = "") -> str:
    """The address of a decision, or of a place on its page."""
    url = reverse("decision_detail", args=[at.product.slug, at.decision.reference])
    return f"{url}#{anchor}" if anchor else url


def trail_of(at: DecisionAt) -> tuple[tuple[str, str], ...]:
    """The way to a page on a decision."""
    return (decisions_page(at.product.slug), (at.decision.reference, url_of(at)))


def page_on(
    at: DecisionAt,
    heading: str,
    submit: str,
    *,
    done: str = "Saved.",
    intro: str = "",
    anchor: str = "",
    template: str = TEMPLATE,
    more: Mapping[str, Any] | None = None,
) -> Page:
    """A form page that leads back to a place on the decision."""
    return Page(
        heading=heading,
        submit=submit,
        done_url=url_of(at, anchor),
        done=done,
        intro=intro,
        trail=trail_of(at),
        template=template,
        more=more or {},
    )
