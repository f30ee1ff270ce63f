"""Features: what the product does, in the words of both sides."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm, ReasonForm
from accounts.history import history_page, history_view
from products.access import product_for, product_for_reading
from products.actions import create_feature, edit_feature, restore_feature, withdraw_feature
from products.facets import Facet, facet
from products.forms import FeatureForm, NewFeatureForm, SearchForm
from products.forms_changes import WithdrawFeatureForm
from products.hooks import feature_records
from products.models import Feature, Product, ReleaseFeature
from products.parts import feature_in
from products.permissions import Ability
from products.queries import (
    FEATURE_ORDERS,
    FeatureFilter,
    features_of,
    features_where,
    links_of_feature,
    people_at_work,
    releases_of,
    withdrawn_features,
)

PAGE_SIZE = 100


@require_safe
def feature_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The features of the product, filtered as the address says."""
    standing = product_for_reading(request, slug)
    product = standing.product
    search = SearchForm(request.GET)
    wanted = FeatureFilter(
        words=search.cleaned_data["q"] if search.is_valid() else "",
        release=request.GET.get("release", "").replace("\x00", ""),
        withdrawn=request.GET.get("state") == "withdrawn",
        order=request.GET.get("sort", ""),
    )
    found = features_where(features_of(product), wanted)
    context = {
        "heading": "Features",
        "trail": [("Features", "")],
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "facets": _facets(request, product),
        "words": request.GET.get("q", ""),
        "problem": search.errors.get("q"),
        "is_filtered": bool(wanted.words or wanted.release or wanted.withdrawn),
        "order": wanted.order if wanted.order in FEATURE_ORDERS else "",
        "can_manage": standing.can(Ability.MANAGE_FEATURES),
    }
    return render(request, "products/features.html", context)


@require_safe
def feature_detail(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One feature, in both voices."""
    standing = product_for_reading(request, slug)
    feature = feature_in(standing, reference)
    acts, _ = history_page({Feature: [feature.pk], **feature_records(feature)})
    context = {
        "heading": feature.title,
        "trail": [("Features", reverse("feature_list", args=[slug])), (feature.reference, "")],
        "feature": feature,
        "standing": standing,
        "acts": acts[:3],
        "can_manage": standing.can(Ability.MANAGE_FEATURES),
    }
    return render(request, "products/feature.html", context)


def feature_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a feature."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    form = NewFeatureForm(request.POST or None, people=people_at_work(standing.product))

    def save() -> str:
        feature = create_feature(product=standing.product, by=standing.person, **form.cleaned_data)
        return reverse("feature_detail", args=[slug, feature.reference])

    page = Page(
        heading="New feature",
        submit="Add the feature",
        done_url=reverse("feature_list", args=[slug]),
        done="Added.",
        trail=(("Features", reverse("feature_list", args=[slug])),),
    )
    return form_page(request, form, page, save)


def feature_edit(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Change a feature."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    feature = feature_in(standing, reference)

    def make(**options: object) -> EditForm:
        return FeatureForm(**options, people=people_at_work(standing.product))

    def save(form: EditForm) -> None:
        edit_feature(
            feature=feature,
            by=standing.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    initial = {
        name: getattr(feature, name)
        for name in ("title", "for_patients", "for_product", "tracker_url", "owner")
    }
    page = _page(slug, feature, heading=f"Edit {feature.reference}", submit="Save")
    return edit_page(request, feature, make=make, save=save, page=page, initial=initial)


def feature_withdraw(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Take a feature out of the product."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    feature = feature_in(standing, reference)
    form = WithdrawFeatureForm(request.POST if request.method == "POST" else None)
    page = _page(
        slug,
        feature,
        heading=f"Withdraw {feature.reference}",
        submit="Withdraw",
        intro="It leaves the product and the releases that are not out yet. It stays in the "
        "record and in releases that carried it, and it can be restored.",
        done=f"{feature.reference} is withdrawn.",
    )

    def save() -> None:
        withdraw_feature(feature=feature, by=standing.person, **form.cleaned_data)

    return form_page(request, form, page, save)


def feature_restore(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Bring a withdrawn feature back."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    feature = feature_in(standing, reference)
    form = ReasonForm(request.POST or None)
    page = _page(
        slug,
        feature,
        heading=f"Restore {feature.reference}",
        submit="Restore",
        intro="It is part of the product again. Say on each release whether it carries it.",
        done=f"{feature.reference} is back.",
    )

    def save() -> None:
        restore_feature(feature=feature, by=standing.person, reason=form.cleaned_data["reason"])

    return form_page(request, form, page, save)


@require_safe
def feature_history(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Everything that was changed in a feature, its releases and its hazards."""
    standing = product_for_reading(request, slug)
    feature = feature_in(standing, reference)
    return history_view(
        request,
        {
            Feature: [feature.pk],
            ReleaseFeature: links_of_feature(feature),
            **feature_records(feature),
        },
        heading=f"History of {feature.reference}",
        trail=_trail(slug, feature),
    )


def _facets(request: HttpRequest, product: Product) -> list[Facet]:
    withdrawn = withdrawn_features(product).count()
    facets = [
        facet(
            request.GET,
            "release",
            release.label,
            label=f"Release {release.label}",
            count=release.feature_count,
        )
        for release in releases_of(product)
        if release.feature_count
    ]
    if withdrawn:
        facets.append(facet(request.GET, "state", "withdrawn", label="Withdrawn", count=withdrawn))
    return facets


def _trail(slug: str, feature: Feature) -> tuple[tuple[str, str], ...]:
    return (
        ("Features", reverse("feature_list", args=[slug])),
        (feature.reference, reverse("feature_detail", args=[slug, feature.reference])),
    )


def _page(
    slug: str,
    feature: Feature,
    *,
    heading: str,
    submit: str,
    intro: str = "",
    done: str = "Saved.",
) -> Page:
    return Page(
        heading=heading,
        submit=submit,
        done_url=reverse("feature_detail", args=[slug, feature.reference]),
        done=done,
        intro=intro,
        trail=_trail(slug, feature),
    )
