"""``run_tasks``: the worker is started again when it dies, and its task is not lost."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from audit.models import PendingEntry
from audit.verifying import verify
from products.choices import JobState, Role
from products.models import Job, Product
from safetycase.actions.drafts import request_draft
from safetycase.actions.pdf_requests import request_pdf
from safetycase.choices import LifecyclePhase
from safetycase.models import Issue, RenderedPdf
from safetycase.worker import (
    DUE_AFTER_TROUBLE,
    DUE_EVERY,
    MOST_ATTEMPTS,
    Supervisor,
    belongs_to_dead_supervisor,
    new_worker_id,
    take_back_tasks,
)
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.safetycase.factories import a_report_to_freeze, an_issued_version

PATIENCE = 90.0  # seconds


def a_running_task(
    product: Product, by: User, *workers: str
) -> "tuple[Job, DBTaskResult[[str], None]]":
    job = request_draft(product=product, by=by, phase=LifecyclePhase.MODIFICATION)
    task = DBTaskResult.objects.get()
    for worker in workers:
        task.claim(worker)
    return job, task


# --- Taking tasks back ----------------------------------------------------------------------------


def test_the_task_of_a_dead_worker_goes_back_to_the_queue(product: Product, cso: User) -> None:
    job, task = a_running_task(product, cso, "dead")
    [told] = take_back_tasks(lambda worker: worker == "dead")
    assert "back in the queue" in told
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY
    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_the_task_of_a_living_worker_stays(product: Product, cso: User) -> None:
    _, task = a_running_task(product, cso, "alive")
    assert take_back_tasks(lambda worker: worker == "dead") == []
    task.refresh_from_db()
    assert task.status == TaskResultStatus.RUNNING


def test_a_task_that_no_worker_survives_is_given_up(product: Product, cso: User) -> None:
    job, task = a_running_task(product, cso, *["dead"] * MOST_ATTEMPTS)
    [told] = take_back_tasks(lambda worker: worker == "dead")
    assert "given up" in told
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "The worker died each time" in job.message


def test_whose_supervisor_is_dead() -> None:
    host = socket.gethostname()[:24]
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert belongs_to_dead_supervisor(f"{host}:{gone.pid}:x")
    assert not belongs_to_dead_supervisor(f"{host}:{os.getppid()}:x")
    assert not belongs_to_dead_supervisor(f"another-{host}:{gone.pid}:x"[-60:])
    assert not belongs_to_dead_supervisor("somebody else's")
    # Our own number from before a restart: a container's first process is always 1.
    assert belongs_to_dead_supervisor(new_worker_id())
    assert len(new_worker_id()) <= 64


# --- What is due ----------------------------------------------------------------------------------


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The supervisor stays on the test's connection, whose transaction is rolled back."""
    monkeypatch.setattr("safetycase.worker.close_old_connections", lambda: None)


@pytest.mark.usefixtures("one_connection")
def test_what_is_due_is_enqueued_now_and_then(product: Product) -> None:
    told: list[str] = []
    assert Supervisor(told.append)._enqueue_due() == DUE_EVERY
    assert [task.task_name for task in DBTaskResult.objects.all()] == ["seal_record"]
    assert told == []


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("problem", [OperationalError("locked"), InterfaceError("gone")])
def test_a_database_that_does_not_answer_is_asked_again_later(
    problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise problem

    monkeypatch.setattr("safetycase.worker.enqueue_due", fail)
    told: list[str] = []
    assert Supervisor(told.append)._enqueue_due() == DUE_AFTER_TROUBLE
    assert told == [f"What is due could not be looked for ({problem}); trying again later."]


@pytest.mark.usefixtures("one_connection")
def test_the_task_of_a_dead_worker_that_sealed_is_given_up_like_any_other(
    product: Product,
) -> None:
    Supervisor(lambda _: None)._enqueue_due()
    task = DBTaskResult.objects.get()
    for _ in range(MOST_ATTEMPTS):
        task.claim("dead")
    assert take_back_tasks(lambda worker: worker == "dead") == [
        f"Its worker died during seal_record {MOST_ATTEMPTS} times: given up."
    ]


# --- A real one -----------------------------------------------------------------------------------


def environment(database: ClonedDatabase, media: Path) -> dict[str, str]:
    if database.vendor == "sqlite":
        url = f"sqlite:///{database.name}"
    else:
        url = re.sub(r"/[^/?]*(\?|$)", rf"/{database.name}\1", os.environ["DATABASE_URL"], count=1)
    return {
        **os.environ,
        "DATABASE_URL": url,
        "MEDIA_ROOT": str(media),
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def run_tasks(env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as told:
        supervisor = subprocess.Popen(
            [sys.executable, "manage.py", "run_tasks"],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    try:
        yield supervisor
    finally:
        supervisor.terminate()
        try:
            supervisor.wait(timeout=30)
        finally:
            supervisor.kill()
            supervisor.wait()


def eventually(what: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def workers_in(log: Path) -> list[int]:
    return [int(pid) for pid in re.findall(r"Worker started \(process (\d+)\)", log.read_text())]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_worker_is_started_again_and_the_draft_is_made(
    cloned_database: ClonedDatabase, tmp_path: Path
) -> None:
    product = make_product()
    cso = make_person("Clara Officer")
    join(product, cso, Role.CLINICAL_SAFETY_OFFICER)
    job = request_draft(product=product, by=cso, phase=LifecyclePhase.FIRST_DEPLOYMENT)
    log, media = tmp_path / "run_tasks.log", tmp_path / "media"

    def state() -> str:
        job.refresh_from_db()
        return job.state

    with run_tasks(environment(cloned_database, media), log) as supervisor:
        eventually(lambda: state() == JobState.RUNNING, log)
        [first] = workers_in(log)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: state() == JobState.DONE, log)
        eventually(lambda: not PendingEntry.objects.exists(), log)
        first_again, second = workers_in(log)
        assert first_again == first
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(timeout=40) == 0
        assert not is_alive(second)
    told = log.read_text()
    assert "The worker ended (signal 9); starting it again in 1 s." in told
    assert "Its worker died during render_draft: back in the queue." in told
    assert told.rstrip().endswith("Stopped.")
    assert (media / job.result["file"]).read_bytes().startswith(b"%PDF-")


def test_a_version_stays_whole_when_its_worker_is_killed_and_the_next_start_finishes_it(
    cloned_database: ClonedDatabase, tmp_path: Path
) -> None:
    product = make_product()
    cso, reviewer, executive = (
        make_person(name, professional_body="GMC", registration_number=str(7_000_000 + len(name)))
        for name in ("Clara Officer", "Rita Reviewer", "Dora Director")
    )
    for person, role in (
        (cso, Role.CLINICAL_SAFETY_OFFICER),
        (reviewer, Role.CLINICIAN),
        (executive, Role.ACCOUNTABLE_EXECUTIVE),
    ):
        join(product, person, role)
    a_report_to_freeze(product, cso, executive)
    issue = an_issued_version(product, cso, reviewer, cso, executive)
    job = request_pdf(issue=issue, by=cso)
    env, log = environment(cloned_database, tmp_path / "media"), tmp_path / "run_tasks.log"

    def state() -> str:
        job.refresh_from_db()
        return job.state

    with run_tasks(env, log) as supervisor:
        eventually(lambda: state() == JobState.RUNNING, log)
        # The supervisor first, so that it cannot start another worker: as in a power cut.
        supervisor.kill()
        os.kill(workers_in(log)[0], signal.SIGKILL)
    assert not RenderedPdf.objects.exists()
    assert list(verify()) == []
    with run_tasks(env, log):
        eventually(lambda: state() == JobState.DONE, log)
    pdf = RenderedPdf.objects.get(issue=issue)
    content = (tmp_path / "media" / pdf.file.name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == pdf.sha256
    assert Issue.objects.count() == 1
