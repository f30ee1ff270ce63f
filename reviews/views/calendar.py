"""The review calendar of a product, and recording a review of a hazard."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from audit.errors import ChangedMeanwhile, NotAllowed, Refusal
from hazards.access import hazard_for
from products.access import product_for_reading
from products.permissions import Ability
from reviews.actions.hazard_reviews import record_review
from reviews.calendar.drawing import drawn_calendar
from reviews.calendar.forms import ReviewForm
from reviews.calendar.reading import review_calendar, review_interval_of, reviews_of


@require_GET
def review_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Which hazards are due to be looked at, the most urgent first."""
    standing = product_for_reading(request, slug)
    calendar = review_calendar(
        standing.product, request.GET.get("page"), request.GET.get("due", "")
    )
    context = {
        "heading": "Reviews",
        "calendar": calendar.parts,
        "page": calendar.page,
        "drawing": drawn_calendar(standing.product, calendar.dues, timezone.localdate()),
        "has_hazards": bool(calendar.dues),
        "narrowed_to": calendar.narrowed_to,
        "may_review": standing.can(Ability.REVIEW),
    }
    return render(request, "reviews/review_list.html", context)


@require_http_methods(["GET", "POST"])
def review_record(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Record that a hazard was reviewed."""
    at = hazard_for(request, slug, reference, Ability.REVIEW)
    hazard = at.hazard
    form = ReviewForm(
        request.POST or None,
        longest=review_interval_of(hazard),
        today=timezone.localdate(),
        initial={"seen": hazard.content_version},
    )
    if request.method == "POST" and form.is_valid():
        try:
            record_review(hazard=hazard, by=at.person, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            if isinstance(refusal, ChangedMeanwhile):
                form.show(hazard.content_version)
        else:
            messages.success(request, f"The review of {hazard.display_reference} is recorded.")
            return redirect("review_list", slug=slug)
    context = {
        "heading": f"Review {hazard.display_reference}",
        "submit": "Record the review",
        "form": form,
        "hazard": hazard,
        "reviews": reviews_of(hazard),
        "cancel_url": reverse("review_list", args=[slug]),
        "trail": [("Reviews", reverse("review_list", args=[slug]))],
    }
    return render(request, "reviews/review_form.html", context)
