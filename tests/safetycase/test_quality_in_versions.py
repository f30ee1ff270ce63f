"""Waivers and legacy findings: frozen with a version, printed, and shown to whoever signs."""

import copy
import datetime
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import edit_profile, system_person
from accounts.models import User
from audit.acts import act
from audit.canonical import canonical_json
from hazards.actions.hazards import edit_hazard
from hazards.actions.quality import give_waiver, withdraw_waiver
from hazards.models import Finding, Hazard, ImportBatch, LegacyList, Waiver
from hazards.quality.legacy import list_legacy
from hazards.quality.storing import evaluate
from products.models import Product
from reviews.actions.legacy_lists import sign_legacy_list
from reviews.signing.legacy_lists import legacy_subject
from safetycase.comparison import compare
from safetycase.models import Baseline
from safetycase.my_work import work_of
from safetycase.pdf.document import report_html
from safetycase.projections import CURRENT, fingerprints_of
from safetycase.report import report_of
from safetycase.report_quality import quality_in
from safetycase.snapshot import Snapshot, draft_document, take_snapshot
from safetycase.snapshot.quality import quality_shape
from safetycase.versions.reading import snapshot_of
from tests.factories import make_release
from tests.hazards.factories import a_live_hazard
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import proof
from tests.safetycase.version_factories import PHASE, Ready, ready

__all__ = ["ready"]

TODAY = timezone.localdate
UNTIL = datetime.timedelta(days=30)
MEANWHILE = "A pharmacist reads every letter"


def waive(product: Product, by: User, rule: str, **more: Any) -> Waiver:
    """A waiver for thirty days."""
    terms: dict[str, Any] = {"because": "The workshop is in May", "expires_on": TODAY() + UNTIL}
    return give_waiver(product=product, by=by, rule=rule, **(terms | more))


def a_warning(ready: Ready, **more: Any) -> Waiver:
    """A waiver of a warning: HAZ-001 has no engineered control."""
    return waive(ready.product, ready.cso, "SC06", hazard=ready.accepted, **more)


def not_estimated(ready: Ready, name: str = "A letter goes to the wrong house") -> Waiver:
    """A waiver of what blocks: one more hazard, whose initial risk is not estimated."""
    hazard = a_live_hazard(ready.product, ready.cso, name=name)
    terms = {"subject": "initial", "interim_measures": MEANWHILE}
    return waive(ready.product, ready.cso, "SC02", hazard=hazard, **terms)


def of_the_product(ready: Ready) -> Waiver:
    """A waiver of what blocks on the product: its report is not approved."""
    terms = {"subject": "report", "interim_measures": "Nobody uses it yet"}
    return waive(ready.product, ready.cso, "DO01", **terms)


def live(ready: Ready) -> Snapshot:
    """The record as it stands."""
    return take_snapshot(
        product=ready.product,
        release=ready.release,
        phase=PHASE,
        document=draft_document(made_at=timezone.now(), made_by="Clara Officer"),
    )


def a_list(ready: Ready, file_name: str = "hazards-2024.xlsx") -> LegacyList:
    """The list of what the rules find on the hazards that are there, as if they had come in."""
    with act(by=ready.cso, reason="Imported", scope=ready.product.scope) as under_way:
        batch = ImportBatch(
            product=ready.product,
            file_name=file_name,
            sha256="0" * 64,
            report="{}",
            imported_at=under_way.at,
            imported_by=ready.cso,
        )
        batch.save()
    legacy = list_legacy(product=ready.product, batch=batch, by=ready.cso)
    assert legacy is not None
    return legacy


def sign(legacy: LegacyList, by: User) -> None:
    """An officer signs a list."""
    subject = legacy_subject(legacy)
    sign_legacy_list(
        legacy=legacy, by=by, seen=subject.fingerprint, confirmed=proof(by), comment=""
    )


# --- The snapshot ---------------------------------------------------------------------------------


def test_waivers_are_in_the_snapshot_whole(ready: Ready) -> None:
    waiver = not_estimated(ready)
    evaluate(ready.product)
    [told] = live(ready)["quality"]["waivers"]
    assert told == {
        "public_id": str(waiver.public_id),
        "hazard": "HAZ-003",
        "rule": "SC02",
        "title": told["title"],
        "level": "blocks",
        "level_words": "Blocks the release",
        "holds": True,
        "about": told["about"],
        "because": "The workshop is in May",
        "interim_measures": MEANWHILE,
        "until": (TODAY() + UNTIL).isoformat(),
        "by": "Clara Officer",
        "at": told["at"],
    }
    assert told["title"]
    assert told["about"] == "Estimate its initial risk."


def test_what_is_over_or_taken_back_is_not_in_force(ready: Ready, monkeypatch: Any) -> None:
    over = a_warning(ready, expires_on=TODAY())
    withdraw_waiver(waiver=not_estimated(ready), by=ready.cso, reason="Put right")
    [told] = live(ready)["quality"]["waivers"]
    assert told["public_id"] == str(over.public_id)
    tomorrow = TODAY() + datetime.timedelta(days=1)
    monkeypatch.setattr("safetycase.snapshot.quality.timezone.localdate", lambda: tomorrow)
    quality = live(ready)["quality"]
    assert (quality["waivers"], quality["on"]) == ([], tomorrow.isoformat())


def test_a_waiver_on_a_hazard_of_a_later_release_is_counted(ready: Ready) -> None:
    later = make_release(ready.product, "2.0.0")
    waiver = not_estimated(ready)
    hazard = waiver.hazard
    assert hazard is not None
    edit_hazard(hazard=hazard, by=ready.cso, changes={"first_release_id": later.pk}, reason="x")
    quality = live(ready)["quality"]
    assert (quality["waivers"], quality["elsewhere"]) == ([], [str(waiver.public_id)])


def test_a_waiver_on_the_product_comes_first(ready: Ready) -> None:
    a_warning(ready)
    of_the_product(ready)
    assert [each["hazard"] for each in live(ready)["quality"]["waivers"]] == ["", "HAZ-001"]


def test_legacy_lists_burn_down(ready: Ready) -> None:
    not_estimated(ready)
    legacy = a_list(ready)
    [told] = live(ready)["quality"]["legacy"]
    assert (told["signed_by"], told["signed_at"]) == ("", None)
    sign(legacy, ready.cso)
    [told] = live(ready)["quality"]["legacy"]
    assert (told["file"], told["listed_by"]) == ("hazards-2024.xlsx", "Clara Officer")
    assert told["signed_by"] == "Clara Officer"
    assert told["listed"] == told["left"] == legacy.count > 1
    accepted = Hazard.objects.get(pk=ready.accepted.pk)
    edit_hazard(hazard=accepted, by=ready.cso, changes={"effect": "It waits"}, reason="Clearer")
    [told] = live(ready)["quality"]["legacy"]
    assert 0 < told["left"] < told["listed"] == legacy.count


def test_neither_makes_an_approval_out_of_date(ready: Ready) -> None:
    before = live(ready)
    a_warning(ready)
    sign(a_list(ready), ready.cso)
    after = live(ready)
    assert json.loads(canonical_json(after)) == after
    assert after["quality"] != before["quality"]
    assert fingerprints_of(after, CURRENT) == fingerprints_of(before, CURRENT)
    assert compare(before, after, CURRENT).is_empty


def test_more_waivers_run_no_more_queries(ready: Ready) -> None:
    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as whole:
            held = [each["reference"] for each in live(ready)["hazards"]]
        keys = set(Hazard.objects.filter(reference__in=held).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as ours:
            quality_shape(ready.product, keys)
        return len(whole), len(ours)

    sign(a_list(ready), ready.cso)
    a_warning(ready)
    not_estimated(ready)
    live(ready)
    few = queries()
    for number in range(5):
        not_estimated(ready, f"One more letter of them, number {number}")
    evaluate(ready.product)
    assert queries() == few
    assert few[1] <= 9


# --- The report -----------------------------------------------------------------------------------


def printed(snapshot: Snapshot) -> str:
    """The report as HTML, in one line."""
    return " ".join(report_html(snapshot).split())


def test_the_report_prints_them(ready: Ready) -> None:
    not_estimated(ready)
    legacy = a_list(ready)
    sign(legacy, ready.cso)
    a_list(ready, "second.xlsx")
    page = printed(live(ready))
    assert "1 quality finding was waived" in page
    assert MEANWHILE in page
    assert "The workshop is in May" in page
    count = legacy.count
    assert f"{count} of {count} legacy findings remain:" in page
    assert "1 list is not signed by a clinical safety officer" in page
    assert "hazards-2024.xlsx" in page.replace('<span class="whole">', "")


def test_the_report_says_which_waiver_does_not_hold(ready: Ready, client_of: ClientOf) -> None:
    waiver = a_warning(ready)
    evaluate(ready.product)
    grown = Finding.objects.filter(hazard=ready.accepted, rule="SC06")
    assert "does not hold" not in printed(live(ready))
    grown.update(level="blocks")
    page = printed(live(ready))
    assert "No quality finding is waived" not in page
    assert "0 quality findings were waived" in page
    assert "It does not hold: what was a warning blocks by now" in page
    signing = signing_page(ready, client_of, ready.freeze())
    assert "0 quality findings were waived" in signing
    assert "It does not hold: what was a warning blocks by now" in signing
    assert waiver.because in signing


def test_the_report_says_that_there_are_none(ready: Ready) -> None:
    page = printed(live(ready))
    assert "No quality finding is waived." in page
    assert "No finding is legacy" in page


def older(snapshot: Snapshot) -> Snapshot:
    """As it would have been frozen before waivers were part of a snapshot."""
    made = copy.deepcopy(snapshot)
    del made["quality"]
    return made


def test_what_was_frozen_before_is_printed_as_it_was(ready: Ready) -> None:
    a_warning(ready)
    snapshot = older(live(ready))
    assert quality_in(snapshot) is None
    report = report_of(snapshot)
    parts = [part.anchor for section in report.sections for part in section.parts]
    assert not {"waivers", "legacy-findings"} & set(parts)
    assert "waive" not in printed(snapshot)
    assert compare(snapshot, live(ready), CURRENT).is_empty


# --- The pages of a version -----------------------------------------------------------------------


def signing_page(ready: Ready, client_of: ClientOf, baseline: Baseline) -> str:
    """What the reviewer sees before they sign."""
    url = reverse("version_sign", args=[ready.product.slug, baseline.public_id, "reviewed"])
    answer = client_of(ready.reviewer).get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_whoever_signs_sees_open_waivers(ready: Ready, client_of: ClientOf) -> None:
    sign(a_list(ready), ready.cso)
    first = not_estimated(ready)
    baseline = ready.freeze()
    page = signing_page(ready, client_of, baseline)
    assert "1 quality finding was waived" in page
    assert f"Meanwhile: {MEANWHILE}" in page
    assert "over by now" not in page
    assert "legacy findings remained" in page
    assert reverse("waiver_list", args=[ready.product.slug]) in page
    withdraw_waiver(waiver=first, by=ready.cso, reason="Put right")
    of_the_product(ready)
    page = signing_page(ready, client_of, baseline)
    assert "over by now" in page
    assert "1 waiver was given since and is not in this version." in page
    version = client_of(ready.reviewer).get(
        reverse("version_detail", args=[ready.product.slug, baseline.number])
    )
    assert MEANWHILE in version.content.decode()


def test_a_short_list_with_what_blocks_first(ready: Ready, client_of: ClientOf) -> None:
    a_warning(ready, because="Asked in June")
    for number in range(6):
        not_estimated(ready, f"One more letter of them, number {number}")
    page = signing_page(ready, client_of, ready.freeze())
    assert "7 quality findings were waived; 2 of them are not shown here." in page
    assert page.count(MEANWHILE) == 5
    assert "Asked in June" not in page


def test_signing_what_was_frozen_before_says_so(
    ready: Ready, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_warning(ready)
    baseline = ready.freeze()
    without = older(snapshot_of(baseline))
    monkeypatch.setattr("safetycase.versions.reading.snapshot_of", lambda _: without)
    page = signing_page(ready, client_of, baseline)
    assert "before waivers were kept with a version. 1 is in force on the product today." in page


# --- My work --------------------------------------------------------------------------------------


def waiting(person: User) -> list[str]:
    """Every sentence on a person's page."""
    cache.clear()
    groups = work_of(User.objects.get(pk=person.pk)).groups
    return [todo.sentence for group in groups for todo in group.todos]


def test_an_unsigned_list_waits_for_the_officer(ready: Ready) -> None:
    legacy = a_list(ready)
    asked = f"Sign the list of {legacy.count} legacy findings that came in with hazards-2024.xlsx"
    assert waiting(ready.cso) == [asked]
    for person in (ready.author, ready.reviewer, ready.executive):
        assert waiting(person) == [], person
    [todo] = work_of(ready.cso).groups[0].todos
    slug = ready.product.slug
    assert todo.url == reverse("legacy_list_sign", args=[slug, legacy.public_id])
    assert (todo.detail, todo.tone) == (
        f"{legacy.count} of {legacy.count} left. Until it is signed they count in full.",
        "",
    )
    sign(legacy, ready.cso)
    assert waiting(ready.cso) == []


def test_an_officer_who_is_not_current_is_told_why(ready: Ready) -> None:
    a_list(ready)
    long_ago = TODAY() - datetime.timedelta(days=400)
    edit_profile(
        profile=ready.cso.profile,
        by=system_person(),
        changes={"registration_checked_on": long_ago},
    )
    [todo] = work_of(User.objects.get(pk=ready.cso.pk)).groups[0].todos
    assert todo.tone == "warn"
    assert "not checked within twelve months" in todo.detail


def test_more_lists_run_no_more_queries(
    ready: Ready, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    browser = client_of(ready.cso)
    a_list(ready, "first.xlsx")
    browser.get(reverse("my_work"))
    few = queries_of(browser, reverse("my_work"))
    for number in range(5):
        a_list(ready, f"more-{number}.xlsx")
    assert queries_of(browser, reverse("my_work")) == few
