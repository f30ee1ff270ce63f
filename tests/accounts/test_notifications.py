"""The bell: what one is told, once, and by whom it is read."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.actions import mark_all_read, mark_read, tell
from accounts.models import Notification, User
from audit.errors import NotAllowed
from products.actions import fail_job, finish_job, request_job, start_job
from products.models import Product
from tests.people import ClientOf, QueriesOf


def texts(person: User) -> list[str]:
    return list(Notification.objects.filter(person=person).values_list("text", flat=True))


def test_one_sentence_about_one_thing_is_told_once_while_it_is_unread(cso: User) -> None:
    for _ in range(2):
        tell(person=cso, text="Look at it", url="/x/", about_kind="hazard", about_id="1")
    tell(person=cso, text="Look at it", url="/y/", about_kind="hazard", about_id="2")
    assert len(texts(cso)) == 2
    mark_all_read(by=cso)
    tell(person=cso, text="Look at it", url="/x/", about_kind="hazard", about_id="1")
    assert len(texts(cso)) == 3


def test_a_long_sentence_ends_with_an_ellipsis(cso: User) -> None:
    tell(person=cso, text="x" * 600, url="/")
    [text] = texts(cso)
    assert len(text) == 500
    assert text.endswith("…")


def test_only_who_was_told_reads_it(cso: User, engineer: User) -> None:
    tell(person=cso, text="Look", url="/")
    told = Notification.objects.get()
    with pytest.raises(NotAllowed):
        mark_read(notification=told, by=engineer)
    assert mark_all_read(by=engineer) == 0
    mark_read(notification=told, by=cso)
    told.refresh_from_db()
    assert told.is_read


def test_the_bell_says_how_many_are_new(cso: User, client_of: ClientOf) -> None:
    client = client_of(cso)
    assert "Notifications</span>" in client.get("/").content.decode()
    for number in range(3):
        tell(person=cso, text=f"Look {number}", url="/")
    assert "Notifications, 3 new" in client.get("/").content.decode()
    client.post(reverse("notifications_read"))
    assert "new</span>" not in client.get("/").content.decode()


def test_opening_one_leads_there_and_marks_it_read(cso: User, client_of: ClientOf) -> None:
    tell(person=cso, text="Look", url="/products/x/")
    told = Notification.objects.get()
    answer = client_of(cso).post(reverse("notification_open", args=[told.pk]))
    assert answer["Location"] == "/products/x/"
    assert not Notification.objects.filter(is_read=False).exists()


@pytest.mark.parametrize("url", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_it_never_leads_elsewhere(cso: User, client_of: ClientOf, url: str) -> None:
    tell(person=cso, text="Look", url=url)
    told = Notification.objects.get()
    answer = client_of(cso).post(reverse("notification_open", args=[told.pk]))
    assert answer["Location"] == reverse("notifications")


def test_the_page_shows_new_and_old_and_escapes_them(cso: User, client_of: ClientOf) -> None:
    client, url = client_of(cso), reverse("notifications")
    assert "Nobody has told you anything yet" in client.get(url).content.decode()
    tell(person=cso, text="<b>Old</b>", url="/")
    mark_all_read(by=cso)
    tell(person=cso, text="New one", url="/")
    text = client.get(url).content.decode()
    assert "&lt;b&gt;Old&lt;/b&gt;" in text
    assert "New one" in text
    assert "Old" not in client.get(f"{url}?show=new").content.decode()


def test_the_page_asks_as_much_for_forty_as_for_ten(
    cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    call_command("createcachetable", verbosity=0)
    client, url = client_of(cso), reverse("notifications")
    counts = []
    for more in (10, 30):
        for number in range(more):
            tell(person=cso, text=f"{more} {number}", url="/")
        counts.append(queries_of(client, url))
    assert counts[0] == counts[1]


def test_whoever_asked_for_a_job_is_told_how_it_ended(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    for kind in ("report_draft", "record_check", "something_else"):
        job = request_job(product=product, by=cso, kind=kind)
        start_job(job=job)
        finish_job(job=job, message="12 pages.")
    failed = request_job(product=product, by=cso, kind="issued_report", request={"version": 3})
    start_job(job=failed)
    fail_job(job=failed, message="Nothing was lost.")
    assert sorted(texts(cso)) == [
        "Check of the record is done, Digital Pharmacy. 12 pages.",
        "Draft of the report is done, Digital Pharmacy. 12 pages.",
        "PDF of version 3 failed, Digital Pharmacy. Nothing was lost.",
        "Something else is done, Digital Pharmacy. 12 pages.",
    ]
    urls = set(Notification.objects.values_list("url", flat=True))
    assert reverse("job_detail", args=[product.slug, failed.public_id]) in urls


def test_signed_out_pages_have_no_bell(client: Client, db: None) -> None:
    assert "bell" not in client.get(reverse("account_login")).content.decode().replace(
        "bell.css", ""
    )
