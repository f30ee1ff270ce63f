"""Links of hazards and features, made from either side."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.editing import Page, form_page
from audit.errors import NotPossible, ReasonNeeded
from hazards.access import feature_on, hazard_for
from hazards.actions.features import link_feature, unlink_feature
from hazards.actions.raising import link_hazards
from hazards.forms.hazards import FeatureForm, HazardsForm, WhyForm
from hazards.queries import features_of
from hazards.views.editing import Sheet, answer, sent
from hazards.views.hazard import form_methods
from products.access import product_for
from products.parts import feature_in
from products.permissions import Ability


@form_methods
def hazard_feature_link(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say that a feature touches the hazard."""
    at = hazard_for(request, slug, reference, Ability.LINK_FEATURES)
    linked = [link.feature_id for link in features_of(at.hazard)]

    def save(form: Any) -> None:
        values = form.cleaned_data
        link_feature(
            hazard=at.hazard, feature=values["feature"], by=at.person, reason=values["reason"]
        )

    make = partial(FeatureForm, product=at.product, linked=linked)
    sheet = Sheet("Link a feature", "Link it", "The feature is linked.", "hazard-features")
    return answer(request, at, make, sheet, save)


@form_methods
def hazard_feature_unlink(
    request: HttpRequest, slug: str, reference: str, feature: str
) -> HttpResponse:
    """Say that a feature no longer touches the hazard."""
    at = hazard_for(request, slug, reference, Ability.LINK_FEATURES)
    row = feature_on(at, feature)

    def save(form: Any) -> None:
        reason = form.cleaned_data["reason"]
        unlink_feature(hazard=at.hazard, feature=row, by=at.person, reason=reason)

    sheet = Sheet(
        f"Unlink {row.reference} {row.title}",
        "Unlink it",
        "The feature is unlinked.",
        "hazard-features",
        intro="The hazard may leave the scope of a release with it.",
        is_dangerous=True,
    )
    return answer(request, at, WhyForm, sheet, save)


@form_methods
def feature_hazards_link(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Link hazards from the feature's side, by their references."""
    standing = product_for(request, slug, Ability.LINK_FEATURES)
    feature = feature_in(standing, reference)
    form = HazardsForm(sent(request), product=standing.product)

    def save() -> None:
        link_hazards(
            feature=feature,
            hazards=form.cleaned_data["hazards"],
            by=standing.person,
            reason=form.cleaned_data["reason"],
        )

    done_url = reverse("feature_detail", args=[slug, feature.reference])
    page = Page(
        heading=f"Link hazards to {feature.reference} {feature.title}",
        submit="Link them",
        done_url=done_url,
        done="The hazards are linked.",
        trail=(
            ("Features", reverse("feature_list", args=[slug])),
            (feature.reference, done_url),
        ),
    )
    return form_page(request, form, page, save)


@require_POST
def feature_hazard_unlink(
    request: HttpRequest, slug: str, reference: str, hazard: str
) -> HttpResponse:
    """Unlink a hazard from the feature's side."""
    at = hazard_for(request, slug, hazard, Ability.LINK_FEATURES)
    feature = feature_in(at.standing, reference)
    try:
        unlink_feature(hazard=at.hazard, feature=feature, by=at.person)
    except ReasonNeeded:
        return redirect("hazard_feature_unlink", slug, at.hazard.reference, feature.reference)
    except NotPossible as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{at.hazard.display_reference} is unlinked.")
    return redirect("feature_detail", slug, feature.reference)
