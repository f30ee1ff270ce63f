"""Connecting trackers: where the team's tickets are, and with which credentials.

Credentials are operational: they are encrypted, in no history, and shown once at most.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import BadText, NotPossible
from products.choices import TrackerKind, TrackerMessageState
from products.models import Product, TrackerConnection, TrackerItem, TrackerMessage, TrackerSecret
from products.permissions import Ability, check_can
from products.trackers.addresses import checked_api_url
from products.trackers.credentials import sealed
from products.trackers.signatures import new_secret

_EDITABLE = frozenset({"name", "repository", "api_url", "feature_label", "story_label"})
_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}")
_TOKEN = re.compile(r"[!-~]{8,1000}")


def connect_tracker(
    *,
    product: Product,
    by: User,
    kind: TrackerKind,
    name: str,
    repository: str = "",
    api_url: str = "",
    api_token: str = "",
    feature_label: str = "feature",
    story_label: str = "safety",
    reason: str = "",
) -> tuple[TrackerConnection, str]:
    """Connect a tracker; returns it with the secret of its webhook, which nobody reads again.

    Without a token of the API (``api_token``) it only tells, and is told nothing. Raises
    ``NotAllowed``, ``NotPossible`` (an address that is not called, a repository that is connected
    already) and ``BadText``.
    """
    check_can(by, Ability.CONNECT_TRACKERS, product)
    with act(by=by, reason=reason or f"Connected {name.strip()}", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        connection = TrackerConnection(
            product=product,
            kind=kind,
            name=name.strip(),
            repository=repository.strip(),
            api_url=api_url.strip(),
            feature_label=feature_label.strip(),
            story_label=story_label.strip(),
        )
        _check(connection)
        connection.save()
        return connection, _give_credentials(connection, api_token)


def edit_tracker(
    *,
    connection: TrackerConnection,
    by: User,
    changes: Mapping[str, Any],
    is_same_repository: bool = False,
    base_version: int | None = None,
    reason: str = "",
) -> TrackerConnection:
    """Change what a connection is called, where it leads and which labels bring what.

    ``changes`` holds any of name, repository, api_url, feature_label, story_label. Once tickets are
    known, by their numbers, where it leads changes only for the same repository that was renamed or
    moved (``is_same_repository``). Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and
    ``Conflict``. Where another server is named the token is forgotten: it was given for the one
    before.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_tracker cannot change {', '.join(sorted(unknown))}")
    product = connection.product
    check_can(by, Ability.CONNECT_TRACKERS, product)
    proposed = {
        key: each.strip() if isinstance(each, str) else each for key, each in changes.items()
    }
    with act(by=by, reason=reason or "Changed the connection", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        current = TrackerConnection.objects.select_for_update().get(pk=connection.pk)
        server, repository = current.api_url, current.repository
        for field, value in merged_changes(current, proposed, base_version).items():
            setattr(current, field, value)
        _check(current)
        leads_elsewhere = (
            current.api_url != server or current.repository.lower() != repository.lower()
        )
        if leads_elsewhere and not is_same_repository:
            _check_knows_no_ticket(current, repository)
        current.save()
        if current.api_url != server:
            TrackerSecret.objects.filter(connection=current).update(api_token="")
    return current


def disconnect_tracker(*, connection: TrackerConnection, by: User, reason: str) -> None:
    """End a connection: its credentials are deleted, what waits is not said, tickets stay known.

    Raises ``NotAllowed`` and ``NotPossible``.
    """
    product = connection.product
    check_can(by, Ability.CONNECT_TRACKERS, product)
    with act(by=by, reason=reason, scope=product.scope):
        current = TrackerConnection.objects.select_for_update().get(pk=connection.pk)
        if not current.is_active:
            raise NotPossible(f"{current.name} is disconnected already. Nothing was changed.")
        current.is_active = False
        current.save()
        TrackerSecret.objects.filter(connection=current).delete()
        TrackerMessage.objects.filter(connection=current, state=TrackerMessageState.WAITING).update(
            state=TrackerMessageState.GIVEN_UP,
            problem="The tracker was disconnected.",
            ended=timezone.now(),
        )


def reconnect_tracker(
    *, connection: TrackerConnection, by: User, api_token: str = "", reason: str = ""
) -> tuple[TrackerConnection, str]:
    """Connect a tracker that was disconnected, with new credentials; returns as when it was new.

    Raises ``NotAllowed``, ``NotPossible`` and ``BadText``.
    """
    product = connection.product
    check_can(by, Ability.CONNECT_TRACKERS, product)
    with act(by=by, reason=reason or f"Connected {connection.name} again", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        current = TrackerConnection.objects.select_for_update().get(pk=connection.pk)
        if current.is_active:
            raise NotPossible(f"{current.name} is connected. Nothing was changed.")
        current.is_active = True
        _check(current)
        current.save()
        return current, _give_credentials(current, api_token)


def give_api_token(*, connection: TrackerConnection, by: User, api_token: str) -> None:
    """Exchange the token by which a tracker is written to. '' takes it away.

    Raises ``NotAllowed``, ``NotPossible`` and ``BadText``.
    """
    check_can(by, Ability.CONNECT_TRACKERS, connection.product)
    _check_connected(connection)
    secret, _ = TrackerSecret.objects.get_or_create(connection=connection)
    secret.api_token = sealed(_checked_token(connection.kind, api_token))
    secret.save(update_fields=["api_token"])


def renew_webhook_secret(*, connection: TrackerConnection, by: User) -> str:
    """A new secret of the webhook, which nobody reads again; the one before holds no longer.

    Raises ``NotAllowed`` and ``NotPossible``.
    """
    check_can(by, Ability.CONNECT_TRACKERS, connection.product)
    _check_connected(connection)
    plain = new_secret()
    secret, _ = TrackerSecret.objects.get_or_create(connection=connection)
    secret.webhook_secret = sealed(plain)
    secret.save(update_fields=["webhook_secret"])
    return plain


def say_again(*, message: TrackerMessage, by: User) -> None:
    """Try once more to say what was given up. Raises ``NotAllowed`` and ``NotPossible``."""
    check_can(by, Ability.CONNECT_TRACKERS, message.connection.product)
    _check_connected(message.connection)
    tried = TrackerMessage.objects.filter(pk=message.pk, state=TrackerMessageState.GIVEN_UP).update(
        state=TrackerMessageState.WAITING,
        attempts=1,  # so that its mark is looked for first: it may have arrived
        next_try=timezone.now(),
        problem="",
        ended=None,
    )
    if not tried:
        raise NotPossible("It was said already, or is tried at this moment. Nothing was changed.")


def _give_credentials(connection: TrackerConnection, api_token: str) -> str:
    plain = new_secret()
    TrackerSecret.objects.update_or_create(
        connection=connection,
        defaults={
            "webhook_secret": sealed(plain),
            "api_token": sealed(_checked_token(connection.kind, api_token)),
        },
    )
    return plain


def _checked_token(kind: str, token: str) -> str:
    token = token.strip()
    if not token:
        return ""
    if kind != TrackerKind.GITHUB:
        raise NotPossible(
            "A signed webhook is not written to, so it has no token. Nothing was saved."
        )
    if not _TOKEN.fullmatch(token):
        # Never the token itself: the sentence may be logged or photographed.
        raise BadText(
            "This is no token of GitHub: it has letters, digits and signs, and no spaces. "
            "Nothing was saved. Copy it again from GitHub."
        )
    return token


def _check_connected(connection: TrackerConnection) -> None:
    if not connection.is_active:
        raise NotPossible(
            f"{connection.name} is disconnected. Nothing was changed. Connect it again first."
        )


def _check(connection: TrackerConnection) -> None:
    check_row(connection)
    if connection.feature_label and connection.feature_label.lower() == (
        connection.story_label.lower()
    ):
        raise NotPossible(
            "Features and safety stories need different labels. Nothing was saved. "
            "Leave one of them empty if such tickets shall not come."
        )
    others = TrackerConnection.objects.filter(product=connection.product).exclude(pk=connection.pk)
    if connection.kind == TrackerKind.GITHUB:
        _check_github(connection, others)
    elif connection.repository or connection.api_url:
        raise NotPossible("A signed webhook has no repository and no API. Nothing was saved.")
    if others.filter(name__iexact=connection.name, is_active=True).exists():
        raise NotPossible(
            f"Another tracker here is called {connection.name}. Nothing was saved. "
            "Choose a name by which people tell them apart."
        )


def _check_knows_no_ticket(connection: TrackerConnection, repository: str) -> None:
    known = TrackerItem.objects.filter(connection=connection).count()
    if known:
        tickets = "1 ticket" if known == 1 else f"{known} tickets"
        raise NotPossible(
            f"{repository} has {tickets} known here by number, and elsewhere those numbers are "
            "other tickets. Nothing was saved. If the repository was renamed or moved, say so; "
            "another one is connected by itself."
        )


def _check_github(connection: TrackerConnection, others: Any) -> None:
    if not _REPOSITORY.fullmatch(connection.repository):
        raise NotPossible(
            "A repository on GitHub is written owner/name, like example-health/digital-pharmacy. "
            "Nothing was saved."
        )
    if connection.api_url:
        connection.api_url = checked_api_url(connection.api_url)
    same = others.filter(
        Q(repository__iexact=connection.repository), api_url__iexact=connection.api_url
    ).first()
    if same is not None:
        stands = "connected" if same.is_active else "known here, and disconnected"
        raise NotPossible(
            f"{connection.repository} is {stands} already, as {same.name}. Nothing was saved. "
            "Open it under Team, Trackers."
        )
