"""Load the demonstration, render its PDF, and serve it until Ctrl-C: what `make demo` does.

Two processes are started, the web server and the task worker, and both end with this one. Run
again, it keeps what people have done in the demonstration since.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "demo"
DRAFT_PDF = FOLDER / "digital-pharmacy-draft.pdf"
ISSUED_PDF = FOLDER / "digital-pharmacy-v1.pdf"
PRODUCT = "digital-pharmacy"
HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0

#: As production runs (its own page for what is not found, no debugging), but for what only a
#: deployment has: TLS, a mail server, collected files.
SETTINGS = {
    "DEBUG": "false",
    "ALLOWED_HOSTS": f"{HOST},localhost",
    "SECURE_COOKIES": "false",
    "EMAIL_URL": "consolemail://",
    "STATIC_MANIFEST": "false",
    "STATIC_FROM_SOURCE": "true",
}

Process = subprocess.Popen[bytes]


class DemoError(Exception):
    """The demonstration cannot be shown; the message is one sentence for a person."""


def check_port_is_free(port: int) -> None:
    """Raise DemoError when something else listens on the port already."""
    with socket.socket() as probe:
        # As the web server does, so that the last run's closed connections are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise DemoError(
                f"Port {port} cannot be used ({problem.strerror}); "
                f"choose another: make demo PORT={port + 1 if port < 65535 else 8000}"
            ) from problem


def manage(*arguments: str) -> None:
    """Run one of manage.py's commands to its end; its output is ours.

    Raises DemoError when it fails.
    """
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise DemoError(
            f"manage.py {arguments[0]} failed (its message is above); the demonstration was not "
            "started, and what was in the database before is still there."
        )


def prepare() -> None:
    """Bring the database up to date, load the demonstration and write its PDFs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    manage("migrate", "--verbosity", "0")
    manage("seed_demo")
    print("Writing the safety case: version 1 as issued, and a draft ...", flush=True)
    issued = ("--version", "1", "--output", str(ISSUED_PDF.relative_to(ROOT)))
    try:
        manage("export_safety_case", PRODUCT, *issued)
    except DemoError:
        # A database that was loaded by an earlier version of the application holds none.
        print(
            "The demonstration that is in the database has no issued version; remove "
            "var/db.sqlite3 and run again to load it anew.",
            flush=True,
        )
    manage("export_safety_case", PRODUCT, "--output", str(DRAFT_PDF.relative_to(ROOT)))


def start(name: str, *command: str) -> Process:
    """Start a process of the demonstration; its log is var/demo/<name>.log.

    It gets a session of its own: a Ctrl-C at the terminal reaches this script only, which ends
    its processes in order.
    """
    with (FOLDER / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | SETTINGS,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def start_web(port: int) -> Process:
    """Start the web server as a production host would, with two workers."""
    return start(
        "web",
        *("-m", "gunicorn", "safetycase.wsgi:application", "--no-control-socket"),
        *("--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"),
        *("--graceful-timeout", "5", "--access-logfile", "-"),
    )


def stop(processes: dict[str, Process]) -> None:
    """End the processes: politely first, and what is left of their groups after ten seconds."""
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def check_all_run(processes: dict[str, Process]) -> None:
    """Raise DemoError, with the end of its log, when one of the processes has ended."""
    for name, process in processes.items():
        code = process.poll()
        if code is not None:
            log = (FOLDER / f"{name}.log").read_text(errors="replace").splitlines()[-15:]
            print("\n".join(log), file=sys.stderr)
            raise DemoError(
                f"The {name} process ended with code {code}; the end of its log is above, the "
                f"whole of it in var/demo/{name}.log."
            )


def wait_until_it_answers(address: str, processes: dict[str, Process]) -> None:
    """Return when the site answers with a page; raise DemoError when it does not in a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        check_all_run(processes)
        try:
            # A signed-out visitor is led to the sign-in page, which needs templates and database.
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as refusal:
            raise DemoError(
                f"{address} answers with an error ({refusal.code}); see var/demo/web.log."
            ) from refusal
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise DemoError(f"{address} has not answered for a minute; see var/demo/web.log.")


@contextlib.contextmanager
def running(port: int) -> Iterator[dict[str, Process]]:
    """The web server and the task worker, for as long as the block lasts."""
    processes: dict[str, Process] = {}
    try:
        processes["web"] = start_web(port)
        processes["tasks"] = start("tasks", "manage.py", "run_tasks")
        yield processes
    finally:
        stop(processes)


def serve(port: int) -> None:
    """Serve until a signal comes; raise DemoError when one of the two processes ends before."""
    address = f"http://{HOST}:{port}"
    with running(port) as processes:
        wait_until_it_answers(address + "/", processes)
        if ISSUED_PDF.exists():
            print(f"Issued safety case: {ISSUED_PDF.relative_to(ROOT)}", flush=True)
        print(f"Draft of the next: {DRAFT_PDF.relative_to(ROOT)}", flush=True)
        print("Ctrl-C ends it. Logs: var/demo/web.log, var/demo/tasks.log", flush=True)
        print(f"Ready {address}", flush=True)
        while True:
            check_all_run(processes)
            time.sleep(0.5)


def end_on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    """Turn a signal into an exit, so that `running` ends its processes.

    A second signal changes nothing: the end is under way and takes ten seconds at most.
    """
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    print("\nStopped.", flush=True)
    # A person's Ctrl-C is how it is meant to end; a supervisor wants to see its own signal.
    sys.exit(0 if number == signal.SIGINT else 128 + number)


def main() -> int:
    """Parse the arguments and do it all; 1 with one line on stderr when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000, help="the port to serve on (8000)")
    arguments = parser.parse_args()
    if not 1 <= arguments.port <= 65535:
        parser.error("--port is a number from 1 to 65535")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_on_signal)
    try:
        check_port_is_free(arguments.port)
        prepare()
        serve(arguments.port)
    except DemoError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
