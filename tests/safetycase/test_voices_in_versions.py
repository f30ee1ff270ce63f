"""What a hazard means to each side: frozen, shown to whoever signs, voiding nothing."""

import json

from django.urls import reverse

from hazards.actions.hazards import edit_hazard
from reviews.choices import Meaning
from safetycase.hazard_since import since_newest_version
from safetycase.live_log import live_log
from safetycase.log_files.csv_file import hazard_log_csv
from safetycase.log_files.title import VersionTitle
from safetycase.since import changes_since
from safetycase.versions.reading import snapshot_of
from safetycase.versions.signing import new_to
from tests.people import ClientOf
from tests.safetycase.version_factories import Ready, ready

__all__ = ["ready"]

SAID = "Nobody rings me when I stop taking it."


def say(ready: Ready) -> None:
    """Say what a hazard means for patients."""
    edit_hazard(
        hazard=ready.accepted,
        by=ready.cso,
        changes={"for_patients": SAID},
        reason="As a patient said it",
    )


def test_a_voice_is_frozen_and_shown_to_whoever_signed_before(
    ready: Ready, client_of: ClientOf
) -> None:
    first = ready.freeze()
    ready.sign(first, ready.reviewer, Meaning.REVIEWED)
    ready.reject(first, ready.cso, "Say it in a patient’s words")
    say(ready)
    second = ready.freeze()
    assert SAID in [each["for_patients"] for each in json.loads(second.content)["hazards"]]
    assert second.log_fingerprint == first.log_fingerprint
    changes = new_to(ready.reviewer, ready.read(second), ready.product).changes
    assert changes is not None
    assert changes.is_empty
    [hazard] = changes.voices
    assert [(each.label, each.new) for each in hazard.fields] == [("For patients", SAID)]
    url = reverse("version_sign", args=[ready.product.slug, second.public_id, "reviewed"])
    page = client_of(ready.reviewer).get(url).content.decode()
    assert "nothing that matters for safety changed" in page
    assert "In other words" in page
    assert "rings" in page


def test_a_voice_said_after_an_issue_voids_nothing_and_is_said(ready: Ready) -> None:
    issue = ready.issue()
    say(ready)
    assert changes_since(issue.baseline, ready.product).is_empty
    ready.accepted.refresh_from_db()
    since = since_newest_version(ready.accepted, ready.product)
    assert since is not None
    assert since.changes == []
    assert [each.label for each in since.voices] == ["For patients"]


def test_the_files_of_a_log_have_columns_for_voices_where_there_are_some(ready: Ready) -> None:
    assert not live_log(ready.product).has_voices
    say(ready)
    assert live_log(ready.product).has_voices
    baseline = ready.freeze()
    title = VersionTitle("1", "Draft", "2026-05-03T09:42:00Z")
    content = hazard_log_csv(snapshot_of(baseline), title).decode()
    assert "For Patients" in content
    assert SAID in content
