"""Releases: versions of the product, their order and the features that they carry."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm
from accounts.history import history_page, history_view
from products.access import product_for, product_for_reading
from products.actions import change_features, create_release, edit_release, place_release
from products.choices import ReleaseState
from products.forms import NewReleaseForm, PlaceForm, ReleaseFeaturesForm, ReleaseForm
from products.models import Release, ReleaseFeature
from products.parts import release_in
from products.permissions import Ability
from products.queries import (
    earlier_release,
    features_in,
    features_to_carry,
    links_of_release,
    newest_unreleased,
    releases_of,
)


@require_safe
def release_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The releases, newest first."""
    standing = product_for_reading(request, slug)
    releases = list(releases_of(standing.product))
    meant = newest_unreleased(standing.product)
    context = {
        "heading": "Releases",
        "trail": [("Releases", "")],
        "releases": releases,
        "meant": meant,
        "can_manage": standing.can(Ability.MANAGE_FEATURES),
    }
    return render(request, "products/releases.html", context)


@require_safe
def release_detail(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """One release and what it carries."""
    standing = product_for_reading(request, slug)
    release = release_in(standing, label)
    acts, _ = history_page({Release: [release.pk]})
    context = {
        "heading": f"Release {release.label}",
        "trail": [("Releases", reverse("release_list", args=[slug])), (release.label, "")],
        "release": release,
        "features": list(features_in(release)),
        "standing": standing,
        "acts": acts[:3],
        "can_manage": standing.can(Ability.MANAGE_FEATURES),
        "can_carry": standing.can(Ability.MANAGE_FEATURES)
        and release.state != ReleaseState.WITHDRAWN,
    }
    return render(request, "products/release.html", context)


def release_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a release."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    form = NewReleaseForm(request.POST or None)

    def save() -> str:
        release = create_release(product=standing.product, by=standing.person, **form.cleaned_data)
        return reverse("release_detail", args=[slug, release.label])

    page = Page(
        heading="New release",
        submit="Add the release",
        done_url=reverse("release_list", args=[slug]),
        done="Added. Now say which features it carries.",
        intro="It comes after all others; its place can be changed.",
        trail=(("Releases", reverse("release_list", args=[slug])),),
    )
    return form_page(request, form, page, save)


def release_edit(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Change a release, its state included."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    release = release_in(standing, label)

    def make(**options: object) -> EditForm:
        return ReleaseForm(**options, state_now=ReleaseState(release.state))

    def save(form: EditForm) -> None:
        edit_release(
            release=release,
            by=standing.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    initial = {
        name: getattr(release, name) for name in ("state", "planned_on", "released_on", "summary")
    }
    page = _page(slug, release, heading=f"Edit release {label}", submit="Save")
    return edit_page(request, release, make=make, save=save, page=page, initial=initial)


def release_features(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Say which features a release carries."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    release = release_in(standing, label)
    carried = set(features_in(release).values_list("pk", flat=True))
    form = ReleaseFeaturesForm(
        request.POST or None,
        features=features_to_carry(standing.product, carried),
        is_out=release.state == ReleaseState.RELEASED,
        initial={"features": carried, "shown": ",".join(str(key) for key in sorted(carried))},
    )

    def save() -> None:
        chosen = {feature.pk for feature in form.cleaned_data["features"]}
        shown = form.cleaned_data["shown"]
        change_features(
            release=release,
            by=standing.person,
            carry=chosen - shown,
            drop=shown - chosen,
            reason=form.cleaned_data["reason"],
        )

    page = _page(slug, release, heading=f"What release {label} carries", submit="Save")
    return form_page(request, form, page, save)


def release_place(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Change the order of the releases."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    release = release_in(standing, label)
    form = PlaceForm(
        request.POST or None,
        others=releases_of(standing.product).exclude(pk=release.pk),
        initial={"after": earlier_release(release)},
    )

    def save() -> None:
        place_release(release=release, by=standing.person, **form.cleaned_data)

    page = _page(
        slug,
        release,
        heading=f"The place of release {label}",
        submit="Save the order",
        intro="What an earlier release delivers is there in every later one, so the order decides "
        "which controls stand in a release.",
    )
    return form_page(request, form, page, save)


@require_safe
def release_history(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """Everything that was changed in a release and in what it carries."""
    standing = product_for_reading(request, slug)
    release = release_in(standing, label)
    return history_view(
        request,
        {Release: [release.pk], ReleaseFeature: links_of_release(release)},
        heading=f"History of release {label}",
        trail=_trail(slug, release),
    )


def _trail(slug: str, release: Release) -> tuple[tuple[str, str], ...]:
    return (
        ("Releases", reverse("release_list", args=[slug])),
        (release.label, reverse("release_detail", args=[slug, release.label])),
    )


def _page(slug: str, release: Release, *, heading: str, submit: str, intro: str = "") -> Page:
    return Page(
        heading=heading,
        submit=submit,
        done_url=reverse("release_detail", args=[slug, release.label]),
        intro=intro,
        trail=_trail(slug, release),
    )
