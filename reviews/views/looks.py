"""Saying that somebody looked at a hazard after something that touches it changed."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.editing import Page, form_page
from hazards.access import hazard_for
from products.permissions import Ability
from reviews.actions.looks import close_looks
from reviews.rhythm.forms import LookedForm


@require_http_methods(["GET", "HEAD", "POST"])
def hazard_looked(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Close the marks of a hazard with what was seen."""
    at = hazard_for(request, slug, reference, Ability.REVIEW)
    hazard = at.hazard
    form = LookedForm(request.POST if request.method == "POST" else None)
    url = reverse("hazard_detail", args=[slug, hazard.reference])

    def save() -> None:
        close_looks(hazard=hazard, by=at.person, note=form.cleaned_data["note"])

    page = Page(
        heading=f"Look at {hazard.display_reference}",
        submit="Looked",
        done_url=url,
        done="Noted. It is no longer marked for a look.",
        intro="Something that touches it changed. Read it, then say what you saw.",
        trail=(
            ("Hazard log", reverse("hazard_log", args=[slug])),
            (hazard.display_reference, url),
        ),
    )
    return form_page(request, form, page, save)
