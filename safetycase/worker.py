"""Keeping a task worker alive: it is started, watched, started again, and stopped in order.

``db_worker`` ends when the database stays locked, and a task whose worker died stays *running* for
ever. So it runs as a child of ours: when it ends it is started again, and what it was at goes back
to the queue (every task is safe to run twice), a few times at most. Meanwhile what is due is put
into the queue (``safetycase.schedule``).
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.db import Error, OperationalError, close_old_connections, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from safetycase.schedule import enqueue_due
from safetycase.tasks import give_up

#: A task that its worker did not survive so often is not tried again.
MOST_ATTEMPTS = 3
FIRST_PAUSE = 1.0  # seconds before a restart; doubled each time
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # a worker that lived so long starts the pauses anew
STOP_SECONDS = 20.0  # what a task under way gets to finish when the worker is told to stop
DUE_EVERY = 5.0  # seconds between two looks at what is due
DUE_AFTER_TROUBLE = 30.0  # seconds until the next one when the database did not answer
_LOOK_EVERY = 0.2
_PR_SET_PDEATHSIG = 1  # Linux: the signal that a process gets when its parent dies

Say = Callable[[str], None]


class Supervisor:
    """Runs one worker until it is told to stop."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.stopping = threading.Event()
        self.worker: subprocess.Popen[bytes] | None = None
        self.worker_id = ""
        self.next_look = 0.0  # on the clock of time.monotonic()

    def run(self) -> None:
        """Keep a worker alive until SIGINT or SIGTERM; then stop it and return."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        self._take_back(is_dead=belongs_to_dead_supervisor)
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            started = time.monotonic()
            self._start()
            code = self._wait()
            self._take_back(is_dead=self._is_ours)
            if self.stopping.is_set():
                break
            if time.monotonic() - started > STEADY_AFTER:
                pause = FIRST_PAUSE
            self.say(f"The worker ended ({_in_words(code)}); starting it again in {pause:.0f} s.")
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self.say("Stopped.")

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if not self.stopping.is_set():
            self.say("Stopping: a task under way is finished first.")
        self.stopping.set()

    def _start(self) -> None:
        self.worker_id = new_worker_id()
        self.worker = subprocess.Popen(
            [
                *(sys.executable, str(settings.BASE_DIR / "manage.py"), "db_worker"),
                *("--worker-id", self.worker_id, "--queue-name", "*"),
                # Reloading on changed code would leave a worker that nobody watches.
                *("--no-reload", "--no-startup-delay"),
            ],
            stdin=subprocess.DEVNULL,
            # A group of its own: a Ctrl-C at the terminal is for us, and we stop it in order.
            process_group=0,
            preexec_fn=_end_with_parent,
        )
        self.say(f"Worker started (process {self.worker.pid}).")

    def _wait(self) -> int:
        """Wait until the worker has ended; once we are told to stop, see to it that it does."""
        worker = self.worker
        if worker is None:
            raise RuntimeError("there is no worker to wait for")
        while worker.poll() is None and not self.stopping.wait(_LOOK_EVERY):
            if time.monotonic() >= self.next_look:
                self.next_look = time.monotonic() + self._enqueue_due()
        if worker.poll() is None:
            worker.terminate()
            try:
                worker.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.say(f"The worker did not end within {STOP_SECONDS:.0f} s; it is killed.")
                worker.kill()
        return worker.wait()

    def _enqueue_due(self) -> float:
        """Enqueue what is due; returns in how many seconds to look again."""
        close_old_connections()
        try:
            enqueue_due()
        except Error as problem:
            self.say(f"What is due could not be looked for ({problem}); trying again later.")
            return DUE_AFTER_TROUBLE
        return DUE_EVERY

    def _is_ours(self, worker_id: str) -> bool:
        return worker_id == self.worker_id

    def _take_back(self, *, is_dead: Callable[[str], bool]) -> None:
        close_old_connections()
        try:
            for sentence in take_back_tasks(is_dead):
                self.say(sentence)
        except OperationalError as problem:
            # A locked database may be what ended the worker; the next start looks again.
            self.say(f"Unfinished tasks could not be looked for ({problem}); trying again later.")


def new_worker_id() -> str:
    """A name for a worker that says which supervisor of which machine looks after it."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def belongs_to_dead_supervisor(worker_id: str) -> bool:
    """Whether a worker of this machine lost its supervisor (a power cut, a killed process)."""
    host, _, rest = worker_id.partition(":")
    pid, _, _ = rest.partition(":")
    if host != socket.gethostname()[:24] or not pid.isdigit():
        return False
    return int(pid) == os.getpid() or not _is_alive(int(pid))


def take_back_tasks(is_dead: Callable[[str], bool]) -> list[str]:
    """Put tasks of dead workers back into the queue, or give them up; a sentence for each."""
    told = []
    for result in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if not result.worker_ids or not is_dead(result.worker_ids[-1]):
            continue
        with transaction.atomic():
            locked = DBTaskResult.objects.select_for_update().get(pk=result.pk)
            if locked.status != TaskResultStatus.RUNNING:
                continue
            told.append(_take_back(locked))
    return told


def _take_back(result: "DBTaskResult[..., None]") -> str:
    if len(result.worker_ids) < MOST_ATTEMPTS:
        result.status = TaskResultStatus.READY
        result.started_at = None
        result.save(update_fields=["status", "started_at"])
        return f"Its worker died during {result.task_name}: back in the queue."
    result.set_failed(RuntimeError(f"its worker died {len(result.worker_ids)} times"))
    for argument in result.args_kwargs["args"][:1]:
        give_up(argument)
    return f"Its worker died during {result.task_name} {MOST_ATTEMPTS} times: given up."


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end_with_parent() -> None:
    """In the child: be told to stop when the parent dies, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _in_words(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"
