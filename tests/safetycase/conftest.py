"""What the tests of the safety case share."""

import datetime
from dataclasses import dataclass

import pytest

from accounts.models import User
from products.models import Product
from safetycase.choices import LifecyclePhase
from safetycase.pdf import RenderedPdf, draft_pdf
from safetycase.snapshot import Snapshot, draft_document, take_snapshot
from tests.safetycase.story import Story, tell

MADE_AT = datetime.datetime(2026, 5, 3, 9, 42, tzinfo=datetime.UTC)


@pytest.fixture
def story(product: Product, cso: User) -> Story:
    """A log with one of everything that a report must not hide."""
    return tell(product, cso)


def snapshot_of(story: Story, **more: object) -> Snapshot:
    """A snapshot of the story's release in work, unless told otherwise."""
    arguments: dict[str, object] = {
        "phase": LifecyclePhase.MODIFICATION,
        "document": draft_document(made_at=MADE_AT, made_by="Clara Officer", draft_number=3),
        **more,
    }
    if "release" not in more:
        arguments["release"] = story.reported
    return take_snapshot(product=story.product, **arguments)  # type: ignore[arg-type]


@dataclass(frozen=True)
class WholeReport:
    """A snapshot and its PDF."""

    snapshot: Snapshot
    pdf: RenderedPdf


_made: list[WholeReport] = []


@pytest.fixture
def whole_report(request: pytest.FixtureRequest) -> WholeReport:
    """The report of the story, rendered once for all tests."""
    if not _made:
        snapshot = snapshot_of(request.getfixturevalue("story"))
        _made.append(WholeReport(snapshot, draft_pdf(snapshot)))
    return _made[0]
