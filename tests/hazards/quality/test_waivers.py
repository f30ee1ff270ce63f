"""Waivers, answers and the list of legacy findings: who may, for how long, and what counts."""

import datetime
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.acts import act
from audit.errors import Conflict, NotAllowed, NotPossible
from hazards.actions.controls import edit_control
from hazards.actions.hazards import edit_hazard, make_live
from hazards.actions.quality import answer_challenge, give_waiver, withdraw_waiver
from hazards.choices import Stage
from hazards.models import ChallengeAnswer, Finding, Hazard, HazardSummary, ImportBatch, Waiver
from hazards.quality import registry
from hazards.quality.legacy import legacy_of, list_legacy, read_legacy
from hazards.quality.marks import Mark
from hazards.quality.of_release import ReleaseFinding, findings_for_release
from hazards.quality.storing import evaluate
from products.models import Product
from tests.factories import make_release
from tests.hazards.factories import a_control, a_harm, a_hazard, a_live_hazard, an_estimate
from tests.people import ClientOf

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
SOON = datetime.timedelta(days=30)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    """A live hazard with a warning (HZ01) and something that blocks (SC02)."""
    return a_live_hazard(product, cso, name="Wrong dose")


def waive(hazard: Hazard, by: User, rule: str, **more: Any) -> Waiver:
    """A waiver for thirty days."""
    return give_waiver(
        product=hazard.product,
        hazard=hazard,
        by=by,
        rule=rule,
        **{"because": "Next workshop", "expires_on": TODAY() + SOON, **more},
    )


def finding(hazard: Hazard, rule: str, **more: Any) -> ReleaseFinding:
    """The finding of a rule on a hazard, as it counts now."""
    [found] = [
        each
        for each in findings_for_release(hazard.product, **more)
        if (each.reference, each.rule) == (hazard.display_reference, rule)
    ]
    return found


def test_a_warning_is_waived_by_the_team(hazard: Hazard, engineer: User) -> None:
    waive(hazard, engineer, "HZ01")
    assert finding(hazard, "HZ01").mark is Mark.WAIVED
    evaluate(hazard.product)
    assert HazardSummary.objects.get(hazard=hazard).findings_warning == 0


def test_whoever_changes_nothing_waives_nothing(hazard: Hazard, auditor: User) -> None:
    with pytest.raises(NotAllowed):
        waive(hazard, auditor, "HZ01")


def test_what_blocks_is_waived_by_an_officer_only(
    hazard: Hazard, cso: User, clinical_product_manager: User
) -> None:
    subject = {"subject": "initial", "interim_measures": "A pharmacist calls each patient"}
    with pytest.raises(NotAllowed):
        waive(hazard, clinical_product_manager, "SC02", **subject)
    assert finding(hazard, "SC02").blocks
    waive(hazard, cso, "SC02", **subject)
    assert not finding(hazard, "SC02").blocks


def test_what_blocks_needs_measures_and_ends_within_ninety_days(hazard: Hazard, cso: User) -> None:
    with pytest.raises(NotPossible, match="what protects patients"):
        waive(hazard, cso, "SC02", subject="initial")
    measures = {"subject": "initial", "interim_measures": "A pharmacist calls"}
    with pytest.raises(NotPossible, match="90 days at most"):
        waive(hazard, cso, "SC02", expires_on=TODAY() + datetime.timedelta(days=91), **measures)
    with pytest.raises(NotPossible, match="90 days at most"):
        waive(hazard, cso, "SC02", expires_on=TODAY() - datetime.timedelta(days=1), **measures)
    waive(hazard, cso, "SC02", expires_on=TODAY() + datetime.timedelta(days=90), **measures)


@pytest.mark.parametrize("nothing", ["  ", "n/a", "TBC", "-"])
def test_a_waiver_needs_a_reason_and_measures(hazard: Hazard, cso: User, nothing: str) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        waive(hazard, cso, "HZ01", because=nothing)
    with pytest.raises(NotPossible, match="what protects patients"):
        waive(hazard, cso, "SC02", subject="initial", interim_measures=nothing)


def test_an_unacceptable_risk_is_never_waived(hazard: Hazard, cso: User) -> None:
    an_estimate(hazard, cso, "Major", "Very high", stage=Stage.INITIAL)
    an_estimate(hazard, cso, "Major", "Very high", stage=Stage.RESIDUAL)
    with pytest.raises(NotPossible, match="Nobody may waive"):
        waive(hazard, cso, "SC07", subject="unacceptable", interim_measures="None")
    assert finding(hazard, "SC07").blocks


def test_what_is_not_found_and_what_informs_is_not_waived(
    hazard: Hazard, product: Product, cso: User
) -> None:
    with pytest.raises(NotPossible, match="do not find"):
        waive(hazard, cso, "HZ02")
    with pytest.raises(NotPossible, match="do not find"):
        waive(hazard, cso, "XX99")
    with pytest.raises(NotPossible, match="only informs"):
        waive(a_hazard(product, cso, "Wrong dose"), cso, "HZ01")


def test_a_waiver_ends_on_its_day(hazard: Hazard, cso: User) -> None:
    waive(hazard, cso, "HZ01")
    assert finding(hazard, "HZ01", today=TODAY() + SOON).mark is Mark.WAIVED
    after = TODAY() + SOON + datetime.timedelta(days=1)
    assert finding(hazard, "HZ01", today=after).mark is Mark.COUNTS
    evaluate(hazard.product, today=after)
    assert HazardSummary.objects.get(hazard=hazard).findings_warning == 1


def test_a_waiver_can_be_taken_back_once(hazard: Hazard, cso: User, engineer: User) -> None:
    waiver = waive(hazard, engineer, "HZ01")
    with pytest.raises(NotPossible, match="already"):
        waive(hazard, cso, "HZ01")
    withdraw_waiver(waiver=waiver, by=engineer, reason="Put right")
    assert finding(hazard, "HZ01").mark is Mark.COUNTS
    with pytest.raises(NotPossible, match="already"):
        withdraw_waiver(waiver=waiver, by=engineer, reason="Again")
    waive(hazard, cso, "HZ01")


def test_only_an_officer_takes_back_the_waiver_of_what_blocks(
    hazard: Hazard, cso: User, engineer: User
) -> None:
    waiver = waive(hazard, cso, "SC02", subject="initial", interim_measures="A call")
    with pytest.raises(NotAllowed):
        withdraw_waiver(waiver=waiver, by=engineer, reason="No")


@pytest.fixture
def outgrown(hazard: Hazard, cso: User) -> Waiver:
    """A waiver of a warning that blocks by now: this release delivers the control."""
    release = make_release(hazard.product, "1.0.0")
    control = a_control(hazard, cso)
    an_estimate(hazard, cso, "Major", "High")
    an_estimate(hazard, cso, "Major", "Low", stage=Stage.RESIDUAL)
    waiver = waive(hazard, cso, "SC03", subject=f"control:{control.public_id}")
    edit_control(control=control, by=cso, changes={"delivered_in_id": release.pk})
    return waiver


def test_a_waiver_of_a_warning_does_not_cover_what_blocks(outgrown: Waiver, cso: User) -> None:
    hazard = outgrown.hazard
    assert hazard is not None
    assert finding(hazard, "SC03").blocks
    # The officer need not take it back first, and it is the newer one that covers it.
    waive(hazard, cso, "SC03", subject=outgrown.subject, interim_measures="A call")
    assert finding(hazard, "SC03").mark is Mark.WAIVED
    with pytest.raises(NotPossible, match="already"):
        waive(hazard, cso, "SC03", subject=outgrown.subject, interim_measures="A call")


def test_the_list_of_waivers_says_which_does_not_hold(
    outgrown: Waiver, cso: User, client_of: ClientOf
) -> None:
    url = reverse("waiver_list", args=[outgrown.product.slug])
    client = client_of(cso)
    evaluate(outgrown.product)
    assert "does not hold" in client.get(url).content.decode()
    other = waive(outgrown.hazard, cso, "HZ01")  # type: ignore[arg-type]  # it has one
    withdraw_waiver(waiver=outgrown, by=cso, reason="It blocks by now")
    evaluate(outgrown.product)
    assert other.is_active
    assert "does not hold" not in client.get(url).content.decode()


def test_a_finding_on_the_product_can_be_waived(product: Product, cso: User) -> None:
    give_waiver(
        product=product,
        by=cso,
        rule="DO02",
        subject="purpose",
        because="It is being written",
        expires_on=TODAY() + SOON,
    )
    [mark] = [each.mark for each in findings_for_release(product) if each.subject == "purpose"]
    assert mark is Mark.WAIVED


# --- Answers --------------------------------------------------------------------------------------


def answer(hazard: Hazard, by: User, text: str, **more: Any) -> ChallengeAnswer:
    return answer_challenge(
        product=hazard.product, hazard=hazard, by=by, rule="HZ01", answer=text, **more
    )


def test_an_answer_is_kept_and_changed(hazard: Hazard, cso: User, engineer: User) -> None:
    kept = answer(hazard, engineer, "On the ward round")
    assert answer(hazard, cso, "At discharge", base_version=kept.version).pk == kept.pk
    with pytest.raises(Conflict):
        answer(hazard, engineer, "At night", base_version=kept.version)
    assert ChallengeAnswer.objects.get().answer == "At discharge"


def test_an_answer_outlives_its_finding(hazard: Hazard, cso: User) -> None:
    evaluate(hazard.product)
    answer(hazard, cso, "On the ward round")
    edit_hazard(hazard=hazard, by=cso, changes={"name": "The medication chart cannot be read"})
    evaluate(hazard.product)
    assert not Finding.objects.filter(hazard=hazard, rule="HZ01").exists()
    answer(hazard, cso, "At discharge")


def test_nobody_answers_what_nobody_asks(hazard: Hazard, cso: User, auditor: User) -> None:
    with pytest.raises(NotPossible, match="do not find"):
        answer(hazard, cso, "x", subject="nothing")
    with pytest.raises(NotAllowed):
        answer(hazard, auditor, "x")


# --- Legacy ---------------------------------------------------------------------------------------


@pytest.fixture
def batch(product: Product, cso: User) -> ImportBatch:
    with act(by=cso, reason="Imported", scope=product.scope) as under_way:
        batch = ImportBatch(
            product=product,
            file_name="log.xlsx",
            sha256="0" * 64,
            report="{}",
            imported_at=under_way.at,
            imported_by=cso,
        )
        batch.save()
    return batch


@pytest.fixture
def all_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list counts as signed."""
    monkeypatch.setattr(registry, "_signed", [lambda lists: {each.pk for each in lists}])


def test_findings_of_an_import_are_legacy_once_signed(
    hazard: Hazard, batch: ImportBatch, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    legacy = list_legacy(product=hazard.product, batch=batch, by=cso)
    assert legacy is not None
    assert legacy.count == len(read_legacy(legacy))
    assert finding(hazard, "SC02").blocks
    monkeypatch.setattr(registry, "_signed", [lambda _: {legacy.pk}])
    assert finding(hazard, "SC02").mark is Mark.LEGACY


@pytest.mark.usefixtures("all_signed")
def test_an_edited_hazard_counts_in_full(hazard: Hazard, batch: ImportBatch, cso: User) -> None:
    list_legacy(product=hazard.product, batch=batch, by=cso, hazards=[hazard.pk])
    evaluate(hazard.product)
    [reading] = legacy_of(hazard.product)
    assert reading.left == reading.legacy.count > 0
    assert HazardSummary.objects.get(hazard=hazard).findings_blocking == 0
    edit_hazard(hazard=hazard, by=cso, changes={"effect": "Doses are missed"})
    assert finding(hazard, "SC02").blocks
    evaluate(hazard.product, [hazard.pk])
    [reading] = legacy_of(hazard.product)
    assert (reading.left, reading.burnt_down) == (0, reading.legacy.count)


@pytest.mark.usefixtures("all_signed")
def test_a_legacy_draft_that_goes_live_counts_in_full(
    product: Product, batch: ImportBatch, cso: User
) -> None:
    draft = a_hazard(product, cso, "Wrong dose")
    a_harm(draft, cso)
    list_legacy(product=product, batch=batch, by=cso)
    assert finding(draft, "SC02").mark is Mark.LEGACY
    make_live(hazard=draft, by=cso)
    assert finding(draft, "SC02").blocks
    assert legacy_of(product)[0].left == 0


@pytest.mark.usefixtures("all_signed")
def test_a_list_never_grows(hazard: Hazard, batch: ImportBatch, cso: User) -> None:
    """Put back as it was, an edited hazard is not the one that came in any more."""
    list_legacy(product=hazard.product, batch=batch, by=cso)
    for effect in ("Doses are missed", ""):
        edit_hazard(hazard=hazard, by=cso, changes={"effect": effect}, reason="Undone")
    assert finding(hazard, "SC02").blocks
    assert legacy_of(hazard.product)[0].left == 0


@pytest.mark.usefixtures("all_signed")
def test_what_is_new_is_not_legacy(
    hazard: Hazard, batch: ImportBatch, product: Product, cso: User
) -> None:
    list_legacy(product=product, batch=batch, by=cso)
    new = a_live_hazard(product, cso, name="Wrong patient")
    assert finding(new, "SC02").blocks


@pytest.mark.usefixtures("all_signed")
def test_what_nobody_may_waive_is_on_no_list(hazard: Hazard, batch: ImportBatch, cso: User) -> None:
    for stage in Stage:
        an_estimate(hazard, cso, "Major", "Very high", stage=stage)
    legacy = list_legacy(product=hazard.product, batch=batch, by=cso)
    assert legacy is not None
    assert "SC07" not in {each.rule for each in read_legacy(legacy)}
    assert finding(hazard, "SC07").blocks


def test_an_import_has_one_list_and_an_empty_one_is_not_made(
    hazard: Hazard, batch: ImportBatch, cso: User, engineer: User
) -> None:
    assert list_legacy(product=hazard.product, batch=batch, by=cso, hazards=[]) is None
    with pytest.raises(NotAllowed):
        list_legacy(product=hazard.product, batch=batch, by=engineer)
    list_legacy(product=hazard.product, batch=batch, by=cso)
    with pytest.raises(NotPossible, match="already"):
        list_legacy(product=hazard.product, batch=batch, by=cso)


# --- The command ----------------------------------------------------------------------------------


def test_the_command_ends_with_one_where_something_blocks(
    hazard: Hazard, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_quality", hazard.product.slug)
    assert ended.value.code == 1
    printed = capsys.readouterr().out
    assert f"SC02 blocks [{hazard.reference}] Estimate its initial risk." in printed
    assert "Something blocks the release." in printed


def test_the_command_ends_well_where_nothing_blocks(
    product: Product,
    cso: User,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "_of_logs", [])  # nobody is a current officer here
    a_hazard(product, cso, "Wrong dose")
    call_command("check_quality", product.slug, "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["blocked"] is False
    assert "HZ01" in {each["rule"] for each in printed["findings"]}


def test_the_command_names_what_it_does_not_know(product: Product) -> None:
    with pytest.raises(CommandError, match="There is no product “nowhere”"):
        call_command("check_quality", "nowhere")
    with pytest.raises(CommandError, match="There is no release"):
        call_command("check_quality", product.slug, "--release", "9.9")
