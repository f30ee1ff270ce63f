"""What is due is enqueued once, however many supervisors look, and not before it is due again."""

import datetime

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from audit.models import Entry, PendingEntry, SealedEntry
from audit.sealing import seal_everything
from products.models import Product
from safetycase.schedule import DUE, REMEMBERED, enqueue_due
from safetycase.tasks import seal_record
from tests.cloned_database import ClonedDatabase
from tests.factories import make_product
from tests.hazards.factories import a_hazard

SOON = datetime.timedelta(seconds=5)
MINUTE = datetime.timedelta(minutes=1)


def in_the_queue() -> int:
    return DBTaskResult.objects.filter(task_path=seal_record.module_path).count()


def finish_all(at: datetime.datetime | None = None) -> None:
    for task in DBTaskResult.objects.filter(status=TaskResultStatus.READY):
        task.set_successful(None)
    if at is not None:
        DBTaskResult.objects.update(finished_at=at)


def test_the_record_is_sealed_when_something_waits_for_it(product: Product) -> None:
    assert enqueue_due() == ["seal_record"]
    assert in_the_queue() == 1


def test_nothing_is_enqueued_when_nothing_waits(product: Product) -> None:
    seal_everything()
    assert enqueue_due() == []
    assert in_the_queue() == 0


def test_one_waits_at_a_time_however_late_it_is(product: Product) -> None:
    enqueue_due()
    for later in (SOON, MINUTE, 60 * MINUTE):
        assert enqueue_due(timezone.now() + later) == []
    assert in_the_queue() == 1


def test_it_is_due_again_after_a_minute(product: Product) -> None:
    enqueue_due()
    finish_all()
    assert enqueue_due(timezone.now() + SOON) == []
    assert enqueue_due(timezone.now() + MINUTE) == ["seal_record"]
    assert in_the_queue() == 2


def test_one_that_a_dead_host_runs_for_ever_does_not_stop_the_next(product: Product) -> None:
    enqueue_due()
    DBTaskResult.objects.get().claim("host-that-burnt-down:1:x")
    assert enqueue_due(timezone.now() + MINUTE) == ["seal_record"]


def test_a_clock_that_went_wrong_does_not_stop_it(product: Product) -> None:
    enqueue_due()
    finish_all()
    DBTaskResult.objects.update(enqueued_at=timezone.now() + datetime.timedelta(days=365))
    assert enqueue_due() == ["seal_record"]


def test_the_queue_does_not_grow_for_ever(product: Product, cso: User) -> None:
    for day in range(5):
        now = timezone.now() + 2 * day * REMEMBERED
        assert "seal_record" in enqueue_due(now)
        finish_all(at=now)
        a_hazard(product, cso, f"Hazard {day}")
    assert in_the_queue() <= 2


def test_the_task_seals_everything_and_may_run_twice(product: Product) -> None:
    assert seal_record.call() == Entry.objects.count()
    assert not PendingEntry.objects.exists()
    assert SealedEntry.objects.count() == Entry.objects.count()
    assert seal_record.call() == 0


def test_supervisors_of_several_hosts_enqueue_one_task(cloned_database: ClonedDatabase) -> None:
    make_product()
    outcomes = cloned_database.at_once(*[enqueue_due] * 6)
    assert sorted(outcomes) == [[], [], [], [], [], ["seal_record"]]
    assert in_the_queue() == 1


@pytest.mark.parametrize("due", DUE, ids=lambda due: due.task.name)
def test_what_is_due_takes_no_arguments_and_comes_back_at_sensible_times(
    due: object, db: None
) -> None:
    [each] = [one for one in DUE if one is due]
    assert each.every >= datetime.timedelta(minutes=1)
    assert each.is_needed() in (True, False)
