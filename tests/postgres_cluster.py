"""A throwaway PostgreSQL for one command: ``python -m tests.postgres_cluster -- pytest -n 2``.

The cluster lives in a folder of its own under the system's temporary folder, listens on a Unix
socket in that folder and on no port, and is removed when the command ends, however it ends. A
server that already runs on this machine is neither used nor touched.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

SUPERUSER = "postgres"
DATABASE = "safety_case"
START_SECONDS = 30.0
STOP_SECONDS = 10.0

# Durability is for data that somebody wants back; this cluster is gone in a minute.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    # Several restores at once, each with about ten thousand locks (docs/operating.md).
    "max_locks_per_transaction": "512",
    "autovacuum": "off",
}


class ClusterError(Exception):
    """The cluster cannot be made on this machine; the message is one sentence for a person."""


def server_programs() -> Path:
    """The folder of the newest PostgreSQL server programs on this machine.

    Raises ClusterError when there are none.
    """
    # Debian keeps them out of PATH, one folder for each major version.
    versions = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (folder / "initdb").exists() and folder.parent.name.isdigit()
    ]
    if versions:
        return max(versions, key=lambda folder: int(folder.parent.name))
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).resolve().parent
    raise ClusterError(
        "PostgreSQL's server programs are not installed; run: "
        "sudo apt-get install --no-install-recommends postgresql"
    )


def server_account() -> str | None:
    """The system account that the server runs as; None for the account we already are.

    initdb and the server refuse to run as root; Debian's package brings an account for them.
    """
    return "postgres" if os.geteuid() == 0 else None


def clean_environment() -> dict[str, str]:
    """Our environment without what would lead a client of ours to somebody else's server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def run_server_program(folder: Path, program: Path, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the account of the server.

    Raises ClusterError with what it printed when it fails.
    """
    account = server_account()
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=clean_environment(),
        user=account,
        group=account,
        extra_groups=None if account is None else [],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ClusterError(f"{program.name} failed: {(done.stderr or done.stdout).strip()}")


def start_server(folder: Path, programs: Path) -> subprocess.Popen[bytes]:
    """Start the server in the foreground of a session of its own; its output goes to server.log.

    In a session of its own a Ctrl-C at the terminal ends the command first and the server after
    it, so that the command's last statements do not fail for a reason that has nothing to do
    with them.
    """
    options = [part for name, value in SERVER_OPTIONS.items() for part in ("-c", f"{name}={value}")]
    account = server_account()
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
            cwd=folder,
            env=clean_environment(),
            user=account,
            group=account,
            extra_groups=None if account is None else [],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path, programs: Path) -> None:
    """Return when the server accepts connections.

    Raises ClusterError with the end of its log when it stops or takes over START_SECONDS.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        answer = subprocess.run(
            [programs / "pg_isready", "--quiet", "--host", folder],
            env=clean_environment(),
            check=False,
        )
        if answer.returncode == 0:
            return
        time.sleep(0.05)
    log = (folder / "server.log").read_text(errors="replace").strip().splitlines()[-5:]
    raise ClusterError("The throwaway PostgreSQL did not start: " + " | ".join(log))


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """End the server without saving anything, and wait until it is gone."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextlib.contextmanager
def throwaway_cluster() -> Iterator[str]:
    """A running cluster with one empty database; yields its DATABASE_URL, removes all of it."""
    programs = server_programs()
    # A socket's path may have 107 bytes, so the folder is not put below a deep TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="sc-pg-", dir="/tmp"))
    try:
        account = server_account()
        if account is not None:
            shutil.chown(folder, account, account)
        run_server_program(
            folder,
            programs / "initdb",
            *("--pgdata", str(folder / "data"), "--username", SUPERUSER),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        server = start_server(folder, programs)
        try:
            wait_until_ready(server, folder, programs)
            run_server_program(
                folder,
                programs / "createdb",
                *("--host", str(folder), "--username", SUPERUSER, DATABASE),
            )
            # A path where the host would stand is how a URL names a socket's folder.
            yield f"postgres://{SUPERUSER}@/{folder}/{DATABASE}"
        finally:
            stop_server(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_command(command: list[str], database_url: str) -> int:
    """Run the command with DATABASE_URL set and return its exit code.

    A Ctrl-C at the terminal has reached the command too, so it gets the time to end by itself.
    """
    process = subprocess.Popen(command, env=clean_environment() | {"DATABASE_URL": database_url})
    try:
        return process.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_SECONDS)
        raise
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def end_on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    """Turn a signal into an exit, so that every `finally` above runs."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> int:
    """Run ``-- COMMAND...`` against a throwaway cluster; the exit code is the command's.

    1 with one line on stderr when the cluster cannot be made, 2 on wrong usage.
    """
    command = arguments[1:] if arguments[:1] == ["--"] else []
    if not command:
        print("usage: python -m tests.postgres_cluster -- COMMAND...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, end_on_signal)
    signal.signal(signal.SIGHUP, end_on_signal)
    try:
        with throwaway_cluster() as database_url:
            return run_command(command, database_url)
    except (ClusterError, FileNotFoundError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
