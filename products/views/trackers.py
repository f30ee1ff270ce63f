"""Trackers: what is connected, what came from there, what was said there and what became of it."""

import uuid
from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.editing import UNPROCESSABLE, Page, attempt, edit_page, form_page, pressed
from accounts.forms import EditForm, SheetForm
from accounts.history import history_view
from audit.errors import NotPossible
from products.access import product_for, product_for_reading
from products.actions.trackers import (
    connect_tracker,
    disconnect_tracker,
    edit_tracker,
    give_api_token,
    reconnect_tracker,
    renew_webhook_secret,
    say_again,
)
from products.choices import TrackerKind
from products.models import TrackerConnection
from products.permissions import Ability, Standing
from products.trackers.access import message_in, tracker_in
from products.trackers.forms import (
    DisconnectForm,
    GitHubForm,
    NewSecretForm,
    TokenForm,
    TrackerForm,
    WebhookEditForm,
    WebhookForm,
)
from products.trackers.reading import SHOWN, read_tracker, trackers_of

_FORM = "products/trackers/form.html"
_GITHUB = ("name", "repository", "feature_label", "story_label", "api_url")
_WEBHOOK = ("name", "feature_label", "story_label")


@require_safe
def tracker_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The trackers of the product."""
    standing = product_for_reading(request, slug)
    context = {
        "heading": "Trackers",
        "trail": [("Team", reverse("team", args=[slug])), ("Trackers", "")],
        "trackers": trackers_of(standing.product),
        "can_connect": standing.can(Ability.CONNECT_TRACKERS),
        "slug": slug,
    }
    return render(request, "products/trackers/list.html", context)


@require_safe
def tracker_detail(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """One tracker: its tickets, what was delivered, what was said."""
    standing = product_for_reading(request, slug)
    connection = tracker_in(standing, public_id)
    context = {
        "heading": connection.name,
        "trail": [*_trail(slug), (connection.name, "")],
        "connection": connection,
        "reading": read_tracker(connection),
        "shown": SHOWN,
        "hook_url": _hook_url(request, connection),
        "can_connect": standing.can(Ability.CONNECT_TRACKERS),
        "slug": slug,
    }
    return render(request, "products/trackers/tracker.html", context)


@require_safe
def tracker_history(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Who connected it and changed what."""
    standing = product_for_reading(request, slug)
    connection = tracker_in(standing, public_id)
    return history_view(
        request,
        {TrackerConnection: [connection.pk]},
        heading=f"History of {connection.name}",
        trail=_trail(slug, connection),
    )


@never_cache
def tracker_connect_github(request: HttpRequest, slug: str) -> HttpResponse:
    """Connect a repository on GitHub."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    page = _new_page(slug, "Connect GitHub", "Connect")
    return _connect(request, standing, TrackerKind.GITHUB, GitHubForm(request.POST or None), page)


@never_cache
def tracker_connect_webhook(request: HttpRequest, slug: str) -> HttpResponse:
    """Connect any other tracker by a signed webhook."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    page = _new_page(slug, "Connect another tracker", "Connect")
    form = WebhookForm(request.POST or None)
    return _connect(request, standing, TrackerKind.GENERIC, form, page)


def _connect(
    request: HttpRequest, standing: Standing, kind: TrackerKind, form: SheetForm, page: Page
) -> HttpResponse:
    if request.method != "POST":
        return render(request, page.template, page.context(form))
    found: list[tuple[TrackerConnection, str]] = []

    def save() -> None:
        found.append(
            connect_tracker(
                product=standing.product, by=standing.person, kind=kind, **form.cleaned_data
            )
        )

    if form.is_valid() and attempt(form, save) is not None:
        return _secret_page(request, *found[0])
    return render(request, page.template, page.context(form), status=UNPROCESSABLE)


def tracker_edit(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Change a connection."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    connection = tracker_in(standing, public_id)
    is_github = connection.kind == TrackerKind.GITHUB

    def save(form: EditForm) -> None:
        edit_tracker(
            connection=connection,
            by=standing.person,
            changes=form.changes(),
            is_same_repository=form.cleaned_data.get("is_same_repository", False),
            base_version=form.version_before,
            reason=form.why,
        )

    initial = {name: getattr(connection, name) for name in (_GITHUB if is_github else _WEBHOOK)}
    page = _page(slug, connection, f"Change {connection.name}", "Save")
    make: Callable[..., EditForm] = WebhookEditForm
    if is_github:
        make = partial(TrackerForm, knows_tickets=connection.items.exists())
    return edit_page(request, connection, make=make, save=save, page=page, initial=initial)


@never_cache
def tracker_token(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Give another token."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    connection = tracker_in(standing, public_id)
    form = TokenForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        give_api_token(connection=connection, by=standing.person, **form.cleaned_data)

    page = _page(
        slug,
        connection,
        f"Token of {connection.name}",
        "Save the token",
        done="The token is kept, encrypted.",
    )
    return form_page(request, form, page, save)


@never_cache
def tracker_secret(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Make a new webhook secret, shown this once."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    connection = tracker_in(standing, public_id)
    form = NewSecretForm(request.POST if request.method == "POST" else None)
    page = _page(
        slug,
        connection,
        f"New webhook secret of {connection.name}",
        "Make a new secret",
        intro="The present one holds no longer: deliveries are refused until the tracker has the "
        "new one.",
    )
    if request.method != "POST":
        return render(request, page.template, page.context(form))
    try:
        secret = renew_webhook_secret(connection=connection, by=standing.person)
    except NotPossible as refusal:
        form.add_error(None, refusal.sentence)
        return render(request, page.template, page.context(form), status=UNPROCESSABLE)
    return _secret_page(request, connection, secret)


def tracker_disconnect(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """End a connection."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    connection = tracker_in(standing, public_id)
    form = DisconnectForm(request.POST or None)

    def save() -> None:
        disconnect_tracker(connection=connection, by=standing.person, **form.cleaned_data)

    page = _page(
        slug,
        connection,
        f"Disconnect {connection.name}",
        "Disconnect",
        intro="Its token and webhook secret are deleted, deliveries are refused, and what waits "
        "is not said. Features and stories stay, with their links.",
        done=f"{connection.name} is disconnected. Delete the webhook there too.",
    )
    return form_page(request, form, page, save)


@never_cache
def tracker_reconnect(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Connect a tracker again that was disconnected."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    connection = tracker_in(standing, public_id)
    is_github = connection.kind == TrackerKind.GITHUB
    make = TokenForm if is_github else NewSecretForm
    form = make(request.POST if request.method == "POST" else None)
    page = _page(slug, connection, f"Connect {connection.name} again", "Connect again")
    if request.method != "POST":
        return render(request, page.template, page.context(form))
    found: list[tuple[TrackerConnection, str]] = []

    def save() -> None:
        found.append(
            reconnect_tracker(connection=connection, by=standing.person, **form.cleaned_data)
        )

    if form.is_valid() and attempt(form, save) is not None:
        return _secret_page(request, *found[0])
    return render(request, page.template, page.context(form), status=UNPROCESSABLE)


@require_POST
def tracker_message_again(
    request: HttpRequest, slug: str, public_id: uuid.UUID, pk: int
) -> HttpResponse:
    """Try once more to say something."""
    standing = product_for(request, slug, Ability.CONNECT_TRACKERS)
    connection = tracker_in(standing, public_id)
    message = message_in(connection, pk)
    again = partial(say_again, message=message, by=standing.person)
    pressed(request, again, "It is tried again within a minute.")
    return redirect("tracker_detail", slug, public_id)


def _secret_page(request: HttpRequest, connection: TrackerConnection, secret: str) -> HttpResponse:
    """The secret, on the answer itself: it is kept nowhere that it could be read again from."""
    slug = connection.product.slug
    context = {
        "heading": f"{connection.name} is connected",
        "trail": [*_trail(slug, connection), ("Webhook", "")],
        "connection": connection,
        "secret": secret,
        "hook_url": _hook_url(request, connection),
        "slug": slug,
    }
    answer = render(request, "products/trackers/secret.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _hook_url(request: HttpRequest, connection: TrackerConnection) -> str:
    name = "github_hook" if connection.kind == TrackerKind.GITHUB else "generic_hook"
    return request.build_absolute_uri(reverse(name, args=[connection.public_id]))


def _trail(slug: str, connection: TrackerConnection | None = None) -> tuple[tuple[str, str], ...]:
    trail = (
        ("Team", reverse("team", args=[slug])),
        ("Trackers", reverse("tracker_list", args=[slug])),
    )
    if connection is None:
        return trail
    url = reverse("tracker_detail", args=[slug, connection.public_id])
    return (*trail, (connection.name, url))


def _new_page(slug: str, heading: str, submit: str) -> Page:
    url = reverse("tracker_list", args=[slug])
    return Page(heading=heading, submit=submit, done_url=url, trail=_trail(slug), template=_FORM)


def _page(
    slug: str,
    connection: TrackerConnection,
    heading: str,
    submit: str,
    *,
    intro: str = "",
    done: str = "Saved.",
) -> Page:
    return Page(
        heading=heading,
        submit=submit,
        done_url=reverse("tracker_detail", args=[slug, connection.public_id]),
        done=done,
        intro=intro,
        trail=_trail(slug, connection),
        template=_FORM,
    )
