"""Checking the record from the page: asked for by a reader, done by the worker, shown and kept."""

import uuid
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from audit.errors import NotAllowed
from audit.models import AccessEvent
from audit.sealing import seal_everything
from hazards.models import Hazard
from products.choices import JobState
from products.models import Job, Product
from safetycase import checking
from safetycase.actions.checks import request_check
from safetycase.checking import BROKEN, STOPPED, check_record
from safetycase.tasks import give_up
from tests.audit.tampering import after_tampering, tamper
from tests.hazards.factories import a_hazard
from tests.people import ClientOf

__all__ = ["after_tampering"]


def run(job: Job) -> Job:
    check_record.func(str(job.public_id))
    job.refresh_from_db()
    return job


def page_of(client: Client, job: Job) -> str:
    answer = client.get(reverse("record_check", args=[job.product.slug, job.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def history(client: Client, product: Product) -> str:
    return client.get(reverse("product_history", args=[product.slug])).content.decode()


def test_an_auditor_has_the_record_checked(
    product: Product, auditor: User, client_of: ClientOf
) -> None:
    seal_everything()
    client = client_of(auditor)
    assert "has not been checked" in history(client, product)
    answer = client.post(reverse("record_check_request", args=[product.slug]))
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("record_check", args=[product.slug, job.public_id])
    [task] = DBTaskResult.objects.all()
    assert task.task_path == "safetycase.checking.check_record"
    assert "Waiting for its turn" in page_of(client, job)
    assert "The record is being checked" in history(client, product)
    assert run(job).state == JobState.DONE
    page = page_of(client, job)
    assert "Nothing was altered" in page
    assert "asked for by Ali Auditor" in page
    assert job.result["checked"]["newest_hash"] in page
    assert "nothing was altered</a>" in history(client, product)


def test_the_check_and_what_came_out_are_in_the_record(product: Product, auditor: User) -> None:
    job = run(request_check(product=product, by=auditor))
    event = AccessEvent.objects.get(kind="checked")
    assert (event.accessed_by, event.scope) == (auditor, product.scope)
    assert event.what.startswith("nothing was altered; ")
    assert f"{job.result['checked']['entries']:,} entries of the ledger" in event.what
    run(job)
    assert AccessEvent.objects.filter(kind="checked").count() == 1, "a task may come twice"


@pytest.mark.usefixtures("after_tampering")
def test_what_is_found_is_named(product: Product, cso: User, client_of: ClientOf) -> None:
    hazard = a_hazard(product, cso)
    tamper("UPDATE hazards_hazard SET name = 'Another name' WHERE id = %s", hazard.pk)
    job = run(request_check(product=product, by=cso))
    client = client_of(cso)
    page = page_of(client, job)
    assert "The record is not as it was written" in page
    assert f"{Hazard._meta.db_table} {hazard.pk}:" in page
    assert "1 finding" in history(client, product)


def test_two_do_not_check_at_once(product: Product, cso: User, auditor: User) -> None:
    first = request_check(product=product, by=cso)
    assert request_check(product=product, by=auditor) == first
    assert DBTaskResult.objects.count() == 1
    run(first)
    assert request_check(product=product, by=auditor) != first


def test_strangers_check_nothing(
    product: Product, cso: User, stranger: User, client_of: ClientOf
) -> None:
    with pytest.raises(NotAllowed):
        request_check(product=product, by=stranger)
    client = client_of(stranger)
    assert client.post(reverse("record_check_request", args=[product.slug])).status_code == 404
    job = request_check(product=product, by=cso)
    address = reverse("record_check", args=[product.slug, job.public_id])
    assert client.get(address).status_code == 404


def test_another_job_or_none_is_no_check(product: Product, cso: User, client_of: ClientOf) -> None:
    client = client_of(cso)
    job = request_check(product=product, by=cso)
    Job.objects.filter(pk=job.pk).update(kind="report_draft")
    for key in (job.public_id, uuid.uuid4()):
        address = reverse("record_check", args=[product.slug, key])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("problem", "sentence"), [(RuntimeError("disk"), BROKEN), (SystemExit(), STOPPED)]
)
def test_a_check_that_breaks_says_that_it_says_nothing(
    product: Product, cso: User, client_of: ClientOf, problem: BaseException, sentence: str
) -> None:
    job = request_check(product=product, by=cso)
    with (
        mock.patch.object(checking, "verify", side_effect=problem),
        pytest.raises(type(problem)),
    ):
        run(job)
    assert sentence in page_of(client_of(cso), job)
    assert "failed" in history(client_of(cso), product)
    assert not AccessEvent.objects.filter(kind="checked").exists()


def test_a_check_whose_workers_died_is_given_up(product: Product, cso: User) -> None:
    job = request_check(product=product, by=cso)
    give_up(str(job.public_id))
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_the_open_page_follows_and_shows_the_result_when_it_is_there(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    job = request_check(product=product, by=cso)
    client, address = client_of(cso), reverse("record_check", args=[product.slug, job.public_id])
    asks = {"HX-Request": "true", "HX-Target": f"job-{job.public_id}"}
    waiting = client.get(address, headers=asks)
    assert "<main" not in waiting.content.decode()
    assert "HX-Refresh" not in waiting.headers
    run(job)
    assert client.get(address, headers=asks).headers["HX-Refresh"] == "true"
