"""A long file goes through the worker: asked for on its preview, all of it or nothing."""

import sqlite3
import uuid
from typing import Any
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from hazards.actions.hazards import edit_hazard
from hazards.importing.task import IMPORT_JOB, import_in_background
from hazards.models import Hazard, ImportBatch
from hazards.views import importing
from products.choices import JobState
from products.models import Job, Product
from tests.hazards.factories import a_hazard
from tests.hazards.importing.imports import entries
from tests.hazards.importing.sending import confirm, preview, text_of
from tests.hazards.importing.workbooks import a_row, template
from tests.people import ClientOf

pytestmark = pytest.mark.django_db

THREE = template(*(a_row(ref=f"L-{number}", name=f"Name {number}") for number in range(3)))


@pytest.fixture
def officer(client_of: ClientOf, cso: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    return client_of(cso)


def asked_for(officer: Client) -> tuple[Job, str]:
    """The job of a long file, and the address of its preview."""
    address, page = preview(officer, THREE)
    assert "it is brought in in the background" in text_of(page)
    confirmed = confirm(officer, address)
    job = Job.objects.get(kind=IMPORT_JOB)
    assert confirmed.headers["Location"] == job_page(job)
    return job, address


def job_page(job: Job) -> str:
    return reverse("import_job", args=[job.product.slug, job.public_id])


def work(job: Job) -> Job:
    """What the worker does."""
    import_in_background.func(str(job.public_id))
    job.refresh_from_db()
    return job


def test_a_long_file_is_brought_in_by_the_worker(officer: Client, cso: User) -> None:
    job, address = asked_for(officer)
    assert not Hazard.objects.exists()
    assert "Waiting for its turn" in text_of(officer.get(job_page(job)))
    work(job)
    assert (job.state, Hazard.objects.count()) == (JobState.DONE, 3)
    batch = ImportBatch.objects.get()
    assert batch.imported_by == cso
    page = text_of(officer.get(job_page(job)))
    assert "3 hazards created" in page
    assert reverse("import_report", args=[job.product.slug, batch.public_id]) in page
    progress = reverse("import_progress", args=[job.product.slug, job.public_id])
    assert "Open the report" in text_of(officer.get(progress))
    assert "hx-trigger" not in text_of(officer.get(progress)), "nobody asks any more"
    key = address.rstrip("/").rsplit("/", 1)[1]
    assert not default_storage.exists(f"imports/{key}.file")
    told = Notification.objects.get(person=cso)
    assert told.text.startswith("Import of log.xlsx is done")
    assert told.url == job_page(job)


def test_a_short_file_is_brought_in_at_once(officer: Client) -> None:
    address, page = preview(officer, template(a_row(), a_row(ref="2", name="Two")))
    assert "in the background" not in text_of(page)
    confirm(officer, address)
    assert Hazard.objects.count() == 2
    assert not Job.objects.exists()


def test_confirming_twice_leads_to_the_one_job(officer: Client) -> None:
    job, address = asked_for(officer)
    again = officer.post(address, {"fingerprint": "x"})
    assert again.headers["Location"] == job_page(job)
    assert officer.get(address).headers["Location"] == job_page(job)
    assert Job.objects.count() == 1


def test_the_task_may_run_twice(officer: Client) -> None:
    job, _ = asked_for(officer)
    work(job)
    before = entries()
    work(job)
    assert entries() == before
    assert job.state == JobState.DONE


def test_what_a_dead_worker_had_begun_is_begun_again(officer: Client) -> None:
    job, _ = asked_for(officer)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, done=2)
    work(job)
    assert Hazard.objects.count() == 3


def test_a_log_that_changed_meanwhile_is_left_as_it_is(
    officer: Client, product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso, "Mine", imported_reference="L-1")
    job, address = asked_for(officer)
    edit_hazard(hazard=hazard, by=cso, changes={"description": "Written meanwhile"})
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Name 1"})
    before = entries()
    work(job)
    assert job.state == JobState.FAILED
    assert "The hazard log changed since you looked at the preview" in job.message
    assert entries() == before
    page = text_of(officer.get(job_page(job)))
    assert address in page, "back to the preview"
    # The new preview can be confirmed.
    confirmed = confirm(officer, address)
    work(Job.objects.get(public_id=confirmed.url.rstrip("/").rsplit("/", 1)[1]))
    assert Hazard.objects.count() == 3


def test_a_file_that_was_set_aside_is_said_to_be_gone(officer: Client) -> None:
    job, address = asked_for(officer)
    officer.post(address, {"set_aside": "1"})
    work(job)
    assert job.state == JobState.FAILED
    assert "The file is not waiting any more" in job.message


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (RuntimeError("bug"), "because of an error on our side"),
        (OperationalError("disk I/O error"), "because of an error on our side"),
        (SystemExit(1), "The worker was stopped"),
    ],
)
def test_a_failure_half_way_leaves_nothing_and_says_so(
    officer: Client, monkeypatch: pytest.MonkeyPatch, problem: BaseException, says: str
) -> None:
    def fail(**values: Any) -> None:
        raise problem

    job, _ = asked_for(officer)
    monkeypatch.setattr("hazards.importing.apply.list_legacy", fail)
    before = entries()
    with pytest.raises(type(problem)):
        work(job)
    job.refresh_from_db()
    assert (job.state, entries()) == (JobState.FAILED, before)
    assert says in job.message
    assert "Nothing was imported" in job.message
    assert not Hazard.objects.exists()


def test_a_busy_database_is_said_so(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = OperationalError("database is locked")
    busy.__cause__ = sqlite3.OperationalError("database is locked")
    busy.__cause__.sqlite_errorcode = sqlite3.SQLITE_BUSY
    job, address = asked_for(officer)
    monkeypatch.setattr("hazards.importing.apply.lock_product", mock.Mock(side_effect=busy))
    with pytest.raises(OperationalError):
        work(job)
    job.refresh_from_db()
    assert "your file is still waiting" in job.message
    assert officer.get(address).status_code == 200


def test_the_job_of_another_product_is_not_found(
    officer: Client, client_of: ClientOf, stranger: User
) -> None:
    job, _ = asked_for(officer)
    assert client_of(stranger).get(job_page(job)).status_code == 404
    unknown = reverse("import_job", args=[job.product.slug, uuid.uuid4()])
    assert officer.get(unknown).status_code == 404
