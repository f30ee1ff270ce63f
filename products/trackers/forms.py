"""Forms about trackers. Credentials are typed in and never shown again."""

from typing import Any

from django import forms

from accounts.forms import EditForm, SheetForm, WrittenField, reason_field, written
from products.models import TrackerConnection


def _token(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Token of the API",
        required=False,
        max_length=1_000,
        # What is in it is never sent back to the browser, nor kept by it.
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
        help_text=help_text,
    )


def _labels() -> tuple[WrittenField, WrittenField]:
    return (
        written(
            TrackerConnection,
            "feature_label",
            required=False,
            help_text="Tickets with this label come as features.",
        ),
        written(
            TrackerConnection,
            "story_label",
            required=False,
            help_text="Tickets with this label come as safety stories; stories that are sent "
            "there get it.",
        ),
    )


_API_HELP = (
    "Leave it empty for github.com. For GitHub Enterprise Server: https://its-host/api/v3. "
    "Changing it forgets the token."
)


class GitHubForm(SheetForm):
    """A repository on GitHub."""

    name = written(
        TrackerConnection,
        "name",
        help_text="What people call it, for example GitHub.",
        initial="GitHub",
    )
    repository = written(
        TrackerConnection,
        "repository",
        required=True,
        help_text="owner/name, like example-health/digital-pharmacy",
    )
    api_token = _token(
        "A fine-grained token for this repository alone, with Issues: read and write. It is "
        "encrypted and never shown again. Without one tickets come, and nothing is said there."
    )
    feature_label, story_label = _labels()
    api_url = written(TrackerConnection, "api_url", one_line=True, help_text=_API_HELP)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feature_label"].initial = "feature"
        self.fields["story_label"].initial = "safety"


class WebhookForm(SheetForm):
    """Any other tracker, which tells by a signed webhook."""

    name = written(TrackerConnection, "name", help_text="What people call it, for example Jira.")
    feature_label, story_label = _labels()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feature_label"].initial = "feature"
        self.fields["story_label"].initial = "safety"


class TrackerForm(EditForm):
    """What a connection to GitHub is called and where it leads."""

    name = written(TrackerConnection, "name")
    repository = written(TrackerConnection, "repository", required=True)
    feature_label, story_label = _labels()
    api_url = written(TrackerConnection, "api_url", one_line=True, help_text=_API_HELP)
    is_same_repository = forms.BooleanField(
        label="It is the same repository, renamed or moved",
        required=False,
        help_text="Tickets are known here by number. Another repository has other tickets under "
        "the same numbers: connect it by itself.",
    )
    reason = reason_field(required=False)

    beside_the_row = EditForm.beside_the_row | {"is_same_repository"}

    def __init__(self, *args: Any, knows_tickets: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not knows_tickets:
            del self.fields["is_same_repository"]


class WebhookEditForm(EditForm):
    """What a signed webhook is called."""

    name = written(TrackerConnection, "name")
    feature_label, story_label = _labels()
    reason = reason_field(required=False)


class TokenForm(SheetForm):
    """Another token."""

    api_token = _token(
        "A fine-grained token for this repository alone, with Issues: read and write. Leave it "
        "empty to take the present one away: then tickets come, and nothing is said there."
    )


class NewSecretForm(SheetForm):
    """That a new secret is wanted: nothing is typed."""


class DisconnectForm(SheetForm):
    """Why a tracker is disconnected."""

    reason = reason_field(required=True)
