"""Recording who came in, and what left the application: sign-ins, downloads, exports."""

from django.contrib.auth.base_user import AbstractBaseUser

from audit.acts import act
from audit.models import AccessEvent

_REASONS = {
    AccessEvent.Kind.SIGNED_IN: "Signed in",
    AccessEvent.Kind.SIGNED_OUT: "Signed out",
    AccessEvent.Kind.DOWNLOADED: "Downloaded it",
    AccessEvent.Kind.EXPORTED: "Exported it",
    AccessEvent.Kind.CHECKED: "Checked the record",
}


def record_access(
    *, kind: AccessEvent.Kind, by: AbstractBaseUser, what: str = "", scope: str = ""
) -> AccessEvent:
    """Record that a person came in or took something away; ``scope`` as in ``acts.act``.

    Raises ``BadText`` for words that cannot be stored.
    """
    with act(by=by, reason=_REASONS[kind], scope=scope) as under_way:
        event = AccessEvent(
            kind=kind,
            what=what[:300],
            scope=scope,
            accessed_at=under_way.at,
            accessed_by_id=by.pk,
        )
        event.save()
    return event
