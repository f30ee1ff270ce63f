"""The pages of the quality rules: what they show to whom, and that they grow with nothing."""

import datetime
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.acts import act
from hazards.actions.hazards import edit_hazard
from hazards.models import ChallengeAnswer, Hazard, HazardSummary, ImportBatch, QualityDay, Waiver
from hazards.quality.legacy import legacy_of, list_legacy
from hazards.quality.storing import evaluate
from hazards.quality.trend import days_of, drawing_of
from products.models import Product
from reviews.models import SignOff
from tests.hazards.factories import a_hazard, a_live_hazard
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import a_current_officer

pytestmark = pytest.mark.django_db

SOON = datetime.timedelta(days=30)
PASSWORD = "correct horse battery"


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    """What a page says."""
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    """A live hazard with a warning (HZ01) and something that blocks (SC02)."""
    return a_live_hazard(product, cso, name="Wrong dose")


def waive_url(hazard: Hazard, rule: str, subject: str = "-") -> str:
    return reverse("finding_waive", args=[hazard.product.slug, rule, hazard.reference, subject])


@pytest.mark.usefixtures("hazard")
def test_the_list_says_what_to_do_and_leads_there(
    product: Product, auditor: User, client_of: ClientOf
) -> None:
    shown = page(client_of(auditor), "quality", product.slug)
    assert "Estimate its initial risk." in shown
    assert "/hazards/HAZ-001/#hazard-risk" in shown
    assert "A risk that nobody estimated is not small: it is unknown." in shown
    assert "Waive<" not in shown, "an auditor changes nothing"


def test_the_list_shows_the_log_as_it_is_now_and_stores_nothing(
    product: Product, hazard: Hazard, cso: User, client_of: ClientOf
) -> None:
    client = client_of(cso)
    evaluate(product)
    assert "HZ01" in page(client, "quality", product.slug, query="?hazard=HAZ-001")
    edit_hazard(hazard=hazard, by=cso, changes={"name": "The medication chart cannot be read"})
    assert "#HZ01" not in page(client, "quality", product.slug, query="?hazard=HAZ-001")
    assert HazardSummary.objects.get(hazard=hazard).checked_version == hazard.content_version


@pytest.mark.usefixtures("hazard")
def test_the_list_is_narrowed(product: Product, cso: User, client_of: ClientOf) -> None:
    a_live_hazard(product, cso, name="Another wrong dose is given at night")
    client = client_of(cso)
    only = page(client, "quality", product.slug, query="?rule=HZ01")
    assert "#HZ01" in only
    assert "#SC02" not in only
    other = page(client, "quality", product.slug, query="?hazard=haz-002")
    assert "#HZ01" not in other
    assert "#SC02" in other
    blocking = page(client, "quality", product.slug, query="?level=blocks")
    assert "#HZ01" not in blocking
    writing = page(client, "quality", product.slug, query="?family=Writing")
    assert "#SC02" not in writing
    assert "No finding fits these filters" in page(
        client, "quality", product.slug, query="?rule=TR01"
    )
    page(client, "quality", product.slug, query="?level=x&rule=%00&family=x&show=x&page=x")


def test_a_finding_is_waived_and_shown_as_waived(
    product: Product, hazard: Hazard, engineer: User, client_of: ClientOf
) -> None:
    client, url = client_of(engineer), waive_url(hazard, "HZ01")
    until = timezone.localdate() + SOON
    assert client.post(url, {"because": "", "expires_on": until}).status_code == 422
    late = {"because": "Next workshop", "expires_on": until + 12 * SOON}
    answer = client.post(url, late)
    assert answer.status_code == 422
    assert "366 days at most" in answer.content.decode()
    assert client.post(url, {"because": "Next workshop", "expires_on": until}).status_code == 302
    waiver = Waiver.objects.get()
    assert "#HZ01" not in page(client, "quality", product.slug, query="?hazard=HAZ-001")
    assert "waived until" in page(client, "quality", product.slug, query="?show=waived")
    assert "Next workshop" in page(client, "waiver_list", product.slug)
    withdraw = reverse("waiver_withdraw", args=[product.slug, waiver.public_id])
    assert client.post(withdraw, {"reason": "Put right"}).status_code == 302
    assert client.get(withdraw).status_code == 404
    assert "Nothing is waived" in page(client, "waiver_list", product.slug)


def test_what_blocks_is_waived_by_an_officer_only(
    hazard: Hazard, engineer: User, cso: User, client_of: ClientOf
) -> None:
    url = waive_url(hazard, "SC02", "initial")
    assert client_of(engineer).get(url).status_code == 403
    sent = {"because": "In the workshop", "expires_on": timezone.localdate() + SOON}
    client = client_of(cso)
    assert client.post(url, sent).status_code == 422
    assert client.post(url, sent | {"interim_measures": "A call"}).status_code == 302
    waiver = Waiver.objects.get()
    withdraw = reverse("waiver_withdraw", args=[hazard.product.slug, waiver.public_id])
    assert client_of(engineer).get(withdraw).status_code == 403


def test_a_finding_that_is_gone_says_so(
    product: Product, hazard: Hazard, cso: User, client_of: ClientOf
) -> None:
    client = client_of(cso)
    answer = client.get(waive_url(hazard, "HZ02"), follow=True)
    assert "somebody has put it right" in answer.content.decode()
    assert client.get(waive_url(hazard, "XX99")).status_code == 404
    nowhere = reverse("finding_waive", args=[product.slug, "HZ01", "HAZ-999", "-"])
    assert client.get(nowhere).status_code == 404


def test_another_products_finding_is_not_found(
    hazard: Hazard, stranger: User, client_of: ClientOf
) -> None:
    assert client_of(stranger).get(waive_url(hazard, "HZ01")).status_code == 404


def test_a_question_is_answered_and_the_answer_kept(
    product: Product, hazard: Hazard, engineer: User, cso: User, client_of: ClientOf
) -> None:
    client = client_of(engineer)
    assert "What exactly happens in HAZ-001 (Wrong dose)" in page(client, "challenge", product.slug)
    url = reverse("challenge_answer", args=[product.slug, "HZ01", hazard.reference, "-"])
    empty = client.post(url, {"answer": " "})
    assert empty.status_code == 422
    assert "Nothing is written, so nothing was kept" in empty.content.decode()
    assert client.post(url, {"answer": "On the ward round"}).status_code == 302
    kept = ChallengeAnswer.objects.get()
    assert "On the ward round" in page(client, "challenge", product.slug)
    newer = {"answer": "At discharge", "base_version": kept.version}
    assert client_of(cso).post(url, newer).status_code == 302
    stale = {"answer": "At night", "base_version": kept.version}
    conflict = client.post(url, stale)
    assert conflict.status_code == 409
    assert "At discharge" in conflict.content.decode()
    assert "At night" in conflict.content.decode()
    emptied = {"answer": "", "base_version": ChallengeAnswer.objects.get().version}
    said = client.post(url, emptied, follow=True).content.decode()
    assert "The answer is taken away" in said
    client.post(url, {"answer": "On rounds", "base_version": ChallengeAnswer.objects.get().version})
    edit_hazard(hazard=hazard, by=cso, changes={"name": "The medication chart cannot be read"})
    assert "Answers to questions that are not on this list now" in page(
        client, "challenge", product.slug
    )


def test_the_first_answer_of_two_people_is_kept(
    product: Product, hazard: Hazard, engineer: User, cso: User, client_of: ClientOf
) -> None:
    url = reverse("challenge_answer", args=[product.slug, "HZ01", hazard.reference, "-"])
    assert client_of(engineer).post(url, {"answer": "On the ward round"}).status_code == 302
    conflict = client_of(cso).post(url, {"answer": "At night", "base_version": 0})
    assert conflict.status_code == 409
    assert ChallengeAnswer.objects.get().answer == "On the ward round"


@pytest.mark.usefixtures("hazard")
def test_the_whole_log_is_checked_on_demand(
    product: Product, engineer: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = client_of(engineer), reverse("quality_check", args=[product.slug])
    answer = client.post(url, follow=True)
    assert "looked at the whole log just now" in answer.content.decode()
    assert QualityDay.objects.filter(product=product).exists()
    monkeypatch.setattr("hazards.views.quality.AT_ONCE", 0)
    monkeypatch.setattr("hazards.quality.freshness.AT_ONCE", 0)
    answer = client.post(url, follow=True)
    assert "in the background" in answer.content.decode()
    assert "1 hazard waits for the rules to look again" in answer.content.decode()


def test_every_rule_is_explained(product: Product, auditor: User, client_of: ClientOf) -> None:
    shown = page(client_of(auditor), "quality_rules", product.slug)
    for rule in ("HZ01", "SC07", "CE03", "PE01", "PE02", "DO01", "TR03"):
        assert f'id="{rule}"' in shown


# --- The trend ------------------------------------------------------------------------------------


def test_the_trend_is_a_picture_and_a_table(
    product: Product, auditor: User, client_of: ClientOf
) -> None:
    today = timezone.localdate()
    counts = {"informing": 0, "waived": 0, "legacy": 3}
    for days, blocking in ((3, 40), (1, 20), (0, 7)):
        QualityDay.objects.create(
            product=product,
            day=today - datetime.timedelta(days=days),
            blocking=blocking,
            warning=5,
            **counts,
        )
    drawing = drawing_of(days_of(product))
    assert drawing is not None
    assert drawing.highest == 40
    assert [line.last for line in drawing.lines] == [7, 5, 3]
    apart = [line.label_y for line in drawing.lines]
    assert all(lower - upper >= 14 for upper, lower in pairwise(apart))
    shown = page(client_of(auditor), "quality", product.slug)
    assert shown.count("<polyline") == 3
    assert "The figures as a table" in shown


def test_one_day_makes_no_line(product: Product) -> None:
    assert drawing_of(days_of(product)) is None


# --- Legacy ---------------------------------------------------------------------------------------


def a_batch(product: Product, by: User) -> ImportBatch:
    with act(by=by, reason="Imported", scope=product.scope) as under_way:
        batch = ImportBatch(
            product=product,
            file_name="log.xlsx",
            sha256="0" * 64,
            report="{}",
            imported_at=under_way.at,
            imported_by=by,
        )
        batch.save()
    return batch


@pytest.mark.usefixtures("hazard")
def test_an_officer_signs_the_list_and_it_holds(
    product: Product, cso: User, executive: User, engineer: User, client_of: ClientOf
) -> None:
    legacy = list_legacy(product=product, batch=a_batch(product, cso), by=cso)
    assert legacy is not None
    url = reverse("legacy_list_sign", args=[product.slug, legacy.public_id])
    cso.set_password(PASSWORD)
    cso.save()
    client = client_of(cso)
    assert "Not signed yet" in page(client, "quality", product.slug)
    seen = client.get(url).context["page"].seen
    signing = {"seen": seen, "password": PASSWORD, "comment": "", "has_read": "on"}
    refused = client.post(url, signing)
    assert refused.status_code == 422, "no current officer"
    a_current_officer(product, cso, executive)
    assert client_of(engineer).post(url, signing).status_code == 403
    assert client.post(url, signing).status_code == 302
    signature = SignOff.objects.get(subject_kind="legacy_list")
    assert "legacy findings that came in with log.xlsx" in signature.statement
    [reading] = legacy_of(product)
    assert reading.is_signed
    shown = page(client, "quality", product.slug)
    assert "2 of 2 left" in shown
    assert "#SC02" not in shown
    assert "#SC02" in page(client, "quality", product.slug, query="?show=legacy")
    assert "2 of 2 left" in page(client, "legacy_list", product.slug, legacy.public_id)
    record = page(client, "sign_off", product.slug, signature.public_id)
    assert "list of 2 legacy findings" in record
    assert client.post(url, signing).status_code == 422, "once"


# --- Growth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["quality", "challenge"])
@pytest.mark.parametrize("is_stored", [True, False])
def test_the_pages_grow_with_nothing(
    name: str,
    is_stored: bool,
    product: Product,
    cso: User,
    client_of: ClientOf,
    queries_of: QueriesOf,
) -> None:
    client, url = client_of(cso), reverse(name, args=[product.slug])

    def grow(count: int) -> int:
        for _ in range(count):
            a_hazard(product, cso, "Wrong dose")
        if is_stored:
            evaluate(product)
        return queries_of(client, url)

    grow(2)
    assert grow(8) == grow(30)


def test_the_list_is_paged(product: Product, cso: User, client_of: ClientOf) -> None:
    for _ in range(30):
        a_hazard(product, cso, "Wrong dose")
    client = client_of(cso)
    assert "Page 1 of 2" in page(client, "quality", product.slug)
    assert "Page 2 of 2" in page(client, "quality", product.slug, query="?page=2")
