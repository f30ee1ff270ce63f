"""Mail about what waits: once a day at most, of what is new, and one click to the very place."""

import datetime
import re
import smtplib
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.actions import deactivate_person, edit_profile, system_person
from accounts.models import MailedTask, User
from hazards.actions.evidence import edit_evidence
from hazards.actions.hazards import edit_hazard
from hazards.models import Evidence, Hazard
from products.choices import Role
from products.models import Product
from products.permissions import standing_of
from reviews.calendar.cadence import dues_of
from safetycase import schedule
from safetycase.my_work.todo import Mine
from safetycase.reminders import is_time, send_reminders
from safetycase.reminders.coming import coming_up
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.hazards.factories import a_control, a_live_hazard, an_estimate, some_evidence
from tests.laws.every_action import READY, World
from tests.people import ClientOf
from tests.reviews.factories import a_plan_in_force

DAY = datetime.timedelta(days=1)
SITE = "https://safety.example.org"


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_URL = SITE


@pytest.fixture
def morning() -> datetime.datetime:
    return timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def owner(engineer: User) -> User:
    """Somebody who has chosen a password."""
    engineer.set_password("correct horse battery")
    engineer.save()
    return engineer


def to_review(product: Product, cso: User, owner: User, days: int, name: str = "A dose") -> Any:
    """A hazard of the owner's to be reviewed so many days from now."""
    hazard = a_live_hazard(product, cso)
    day = timezone.localdate() + days * DAY
    changes = {"name": name, "owner_id": owner.pk, "review_date": day}
    edit_hazard(hazard=hazard, by=cso, changes=changes, reason="Planned its review")
    return hazard


def the_mail() -> Any:
    [sent] = mail.outbox
    return sent


def test_a_person_is_told_what_waits_with_a_link_to_the_very_place(
    product: Product, cso: User, owner: User, client_of: ClientOf
) -> None:
    hazard = to_review(product, cso, owner, -3)
    sent = send_reminders()
    assert (sent.told, sent.failed) == (1, 0)
    assert the_mail().to == [owner.email]
    assert the_mail().subject == "Safety Case: 1 thing waits for you"
    page = f"/products/{product.slug}/hazards/{hazard.reference}/"
    assert f"{SITE}{page}" in the_mail().body
    assert client_of(owner).get(page).status_code == 200
    assert f"{hazard.display_reference} was to be reviewed on" in the_mail().body
    assert the_mail().extra_headers["Auto-Submitted"] == "auto-generated"


def test_every_link_is_whole_and_the_way_out_is_there(
    product: Product, cso: User, owner: User
) -> None:
    to_review(product, cso, owner, -3)
    send_reminders()
    [(html, kind)] = the_mail().alternatives
    assert kind == "text/html"
    links = re.findall(r'href="([^"]+)"', html)
    assert len(links) == 3
    assert all(link.startswith(f"{SITE}/") for link in links)
    assert f"{SITE}/people/me/" in the_mail().body
    assert "switch it off" in the_mail().body


def test_a_text_that_looks_like_markup_stays_a_text(
    product: Product, cso: User, owner: User
) -> None:
    to_review(product, cso, owner, -3, "Dose <b>& more</b>\nBcc: x@example.org")
    send_reminders()
    [(html, _)] = the_mail().alternatives
    assert "<b>" not in html
    assert "Dose &lt;b&gt;" in html
    assert "Dose <b>& more</b> Bcc: x@example.org" in the_mail().body
    assert the_mail().bcc == []


def test_the_same_thing_is_told_once(
    product: Product, cso: User, owner: User, morning: datetime.datetime
) -> None:
    to_review(product, cso, owner, -3)
    assert send_reminders(morning).told == 1
    assert send_reminders(morning).looked_at == 0
    assert send_reminders(morning + DAY).told == 0
    assert len(mail.outbox) == 1


def test_there_is_one_mail_a_day_and_only_what_is_new_stands_in_it(
    product: Product, cso: User, owner: User, morning: datetime.datetime
) -> None:
    to_review(product, cso, owner, -3, "The first")
    send_reminders(morning)
    to_review(product, cso, owner, -3, "The second")
    assert send_reminders(morning + datetime.timedelta(hours=5)).told == 0
    assert send_reminders(morning + DAY).told == 1
    body = mail.outbox[1].body
    assert "The second" in body
    assert "The first" not in body
    assert "You were told of 1 other thing before." in body


def test_what_comes_back_is_told_again(
    product: Product, cso: User, owner: User, morning: datetime.datetime
) -> None:
    hazard = to_review(product, cso, owner, -3)
    then = hazard_date = timezone.localdate() - 3 * DAY
    send_reminders(morning)
    later = {"review_date": timezone.localdate() + 100 * DAY}
    edit_hazard(hazard=hazard, by=cso, changes=later, reason="Reviewed")
    assert send_reminders(morning + DAY).told == 0
    edit_hazard(hazard=hazard, by=cso, changes={"review_date": then}, reason="By mistake")
    assert send_reminders(morning + 2 * DAY).told == 1
    assert hazard_date == then


def test_whoever_wants_no_mail_gets_none(product: Product, cso: User, owner: User) -> None:
    to_review(product, cso, owner, -3)
    edit_profile(profile=owner.profile, by=owner, changes={"wants_mail": False})
    assert send_reminders().told == 0


def test_whoever_cannot_sign_in_gets_none(product: Product, cso: User, owner: User) -> None:
    to_review(product, cso, owner, -3)
    to_review(product, cso, cso, -3)  # has chosen no password yet
    deactivate_person(person=owner, by=system_person(), reason="Left")
    assert send_reminders().told == 0
    assert mail.outbox == []


def test_it_is_switched_off_in_the_profile(
    product: Product, owner: User, client_of: ClientOf
) -> None:
    client: Client = client_of(owner)
    page = f"/people/{owner.profile.public_id}/"
    assert "told by e-mail" in client.get(page).content.decode()
    form = client.get(f"{page}edit/").context["form"]
    assert form["wants_mail"].value() is True
    answer = client.post(
        f"{page}edit/", {"name": owner.name, "base_version": owner.profile.version}
    )
    assert answer.status_code == 302
    owner.profile.refresh_from_db()
    assert owner.profile.wants_mail is False
    assert "not told by e-mail" in client.get(page).content.decode()


# --- Trouble --------------------------------------------------------------------------------------


def test_a_mail_that_is_not_taken_is_sent_by_the_next_run(
    product: Product, cso: User, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    to_review(product, cso, owner, -3)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        with pytest.raises(CommandError, match="1 mails were not taken"):
            call_command("send_reminders")
    assert not MailedTask.objects.exists()
    call_command("send_reminders")
    assert len(mail.outbox) == 1


def test_one_broken_day_forgets_nothing(
    product: Product,
    cso: User,
    owner: User,
    morning: datetime.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    to_review(product, cso, owner, -3)
    with monkeypatch.context() as patch:
        patch.setattr("safetycase.reminders.mailing._mail", die)
        with pytest.raises(KeyboardInterrupt):
            send_reminders(morning)
    assert send_reminders(morning).told == 0, "it may have been sent"
    assert send_reminders(morning + DAY).told == 1


def test_several_workers_send_one_mail(cloned_database: ClonedDatabase) -> None:
    product, person = make_product(), make_person("Ed Engineer")
    officer = make_person("Clara Officer")
    join(product, person, Role.CONTRIBUTOR)
    join(product, officer, Role.CLINICAL_SAFETY_OFFICER)
    person.set_password("correct horse battery")
    person.save()
    to_review(product, officer, person, -3)
    outcomes = cloned_database.at_once(*[send_reminders] * 3)
    assert sorted(each.told for each in outcomes) == [0, 0, 1]


# --- When -----------------------------------------------------------------------------------------


def test_the_worker_does_it_in_the_morning_once(
    product: Product, owner: User, morning: datetime.datetime, settings: Any
) -> None:
    assert is_time(morning)
    assert not is_time(morning.replace(hour=6))
    send_reminders(morning)
    assert not is_time(morning)
    assert is_time(morning + DAY)
    settings.MAIL_REMINDERS = False
    assert schedule.reminders_are_wanted() is False


# --- What comes up --------------------------------------------------------------------------------


def coming(person: User, product: Product) -> list[str]:
    return [each.sentence for each in coming_up(Mine(person, [standing_of(person, product)]))]


@pytest.mark.parametrize(("days", "is_told"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_review_that_falls_due_soon(
    product: Product, cso: User, owner: User, days: int, is_told: bool
) -> None:
    hazard = to_review(product, cso, owner, days)
    told = coming(owner, product)
    assert bool(told) is is_told
    assert all(hazard.display_reference in each for each in told)
    assert coming(cso, product) == []


@pytest.mark.parametrize(("before", "is_told"), [(15, False), (14, True), (0, True), (-1, False)])
def test_a_review_that_falls_due_soon_by_its_class(
    product: Product,
    cso: User,
    executive: User,
    monkeypatch: pytest.MonkeyPatch,
    before: int,
    is_told: bool,
) -> None:
    a_plan_in_force(product, cso, executive)
    today = timezone.localdate()
    hazard = a_live_hazard(product, cso, owner_id=cso.pk, review_date=today + 300 * DAY)
    an_estimate(hazard, cso, "Major", "High")  # class 4, which is looked at every month
    due = dues_of(product)[0].on
    assert due is not None
    now = SimpleNamespace(localdate=lambda: due - before * DAY)
    monkeypatch.setattr("safetycase.reminders.coming.timezone", now)
    told = [each for each in coming(cso, product) if each.startswith(hazard.display_reference)]
    assert told == ([told_by(hazard, due)] if is_told else [])


def told_by(hazard: Hazard, due: datetime.date) -> str:
    return f"{hazard.display_reference} is to be reviewed by {due:%-d %B %Y}: {hazard.name}"


@pytest.mark.parametrize(("days", "is_told"), [(-1, False), (0, True), (14, True), (15, False)])
def test_evidence_that_expires_soon(
    product: Product, cso: User, owner: User, days: int, is_told: bool
) -> None:
    hazard = a_live_hazard(product, cso)
    control = a_control(hazard, cso)
    evidence: Evidence = some_evidence(control, cso)
    changes = {"valid_until": timezone.localdate() + days * DAY, "verifier_id": owner.pk}
    edit_evidence(evidence=evidence, by=cso, changes=changes, reason="Dated")
    told = coming(owner, product)
    assert bool(told) is is_told
    assert all(control.reference in each for each in told)


@pytest.mark.parametrize(("days", "is_told"), [(5, True), (30, False)])
def test_a_waiver_that_ends_soon(
    product: Product, cso: User, executive: User, owner: User, days: int, is_told: bool
) -> None:
    until = timezone.localdate() + days * DAY
    made = READY["hazards.quality.give_waiver"](World(product, cso, executive))
    waiver = made.action(**made.values | {"expires_on": until}, by=owner)
    for person in (owner, cso):
        told = [each for each in coming(person, product) if "waiver" in each]
        assert len(told) == is_told
        assert all(each.startswith(f"The waiver of {waiver.rule} on HAZ-") for each in told)
