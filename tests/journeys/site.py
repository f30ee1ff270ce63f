"""A real site for the journeys: web server and task worker as processes, on a database file.

The demonstration is loaded once into a template folder; each module of journeys gets a copy, so
that what one changes is not in the way of another. The processes run as production does (DEBUG
off, hashed static files, the strict security policy), except that they speak plain http.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 10.0
DATABASE = "db.sqlite3"

# Bootstrap's wheel brings every variant, and compressing them all takes twenty seconds. A page
# that asked for one of these would fail its journey, because the file would not be there.
UNUSED_STATIC_FILES = [
    "bootstrap-*",
    "*.rtl.*",
    "bootstrap.css*",
    "bootstrap.js*",
    "bootstrap.esm*",
    "bootstrap.bundle.js*",
    "bootstrap.min.js*",
]


class SiteError(Exception):
    """The site could not be prepared or started; the message holds the end of its output."""


@dataclass(frozen=True)
class Site:
    """The running site and what stands behind it."""

    url: str
    """Its origin, such as http://127.0.0.1:40123, without a slash at the end."""

    folder: Path
    """Where its database, its uploads (media/) and its mails (mails/) are."""

    def mails(self) -> list[str]:
        """The mails sent so far, oldest first, each as it would go out."""
        files = sorted((self.folder / "mails").glob("*"), key=lambda file: file.stat().st_mtime)
        return [file.read_text() for file in files]

    def logs(self, lines: int = 30) -> str:
        """The end of what web server and task worker have logged."""
        return "\n".join(
            f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
            for log in sorted(self.folder.glob("*.log"))
        )


def environment(folder: Path) -> dict[str, str]:
    """The environment of a process of the site whose files are in this folder."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "safetycase.settings",
        "READ_DOTENV": "false",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "only-for-the-journeys-Zt5Wq9Lk2Xv8Rb4Nc7Hd1Ys6Gf3Pm0Ja",
        "SECURE_COOKIES": "false",
        "SECURE_SSL_REDIRECT": "false",
        "STATIC_MANIFEST": "true",
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "MEDIA_ROOT": str(folder / "media"),
        "EMAIL_URL": f"filemail:///{folder / 'mails'}",
        "LOG_LEVEL": "INFO",
    }


def manage(folder: Path, *arguments: str) -> None:
    """Run one of manage.py's commands to its end; raise SiteError with its output if it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SiteError(f"manage.py {arguments[0]} failed:\n{done.stdout}\n{done.stderr}")


def build_template(folder: Path) -> None:
    """Prepare a folder with the migrated and seeded database, and the static files."""
    for name in ("media", "mails"):
        (folder / name).mkdir(parents=True)
    unused = [part for pattern in UNUSED_STATIC_FILES for part in ("--ignore", pattern)]
    with ThreadPoolExecutor() as beside:
        files = beside.submit(
            manage, folder, "collectstatic", "--no-input", "--verbosity", "0", *unused
        )
        manage(folder, "migrate", "--verbosity", "0")
        manage(folder, "seed_demo", "--allow-production")
        files.result()


@contextlib.contextmanager
def running_site(template: Path, folder: Path) -> Iterator[Site]:
    """A site on a copy of the template in this folder, for as long as the block lasts."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    with contextlib.ExitStack() as stack:
        # The listening socket is handed down, so that nothing else can take the port between.
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        site = Site(f"http://127.0.0.1:{listener.getsockname()[1]}", folder)
        web = stack.enter_context(
            process(
                folder,
                "web",
                *("-m", "gunicorn", "safetycase.wsgi:application", "--no-control-socket"),
                *("--bind", f"fd://{listener.fileno()}", "--threads", "8"),
                *("--graceful-timeout", "2", "--access-logfile", "-"),
                hand_down=listener.fileno(),
            )
        )
        stack.enter_context(process(folder, "tasks", "manage.py", "run_tasks"))
        wait_until_it_answers(site, web)
        yield site


@contextlib.contextmanager
def process(
    folder: Path, name: str, *command: str, hand_down: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of the site, logging to <name>.log; it and its children end with it."""
    with (folder / f"{name}.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=() if hand_down is None else (hand_down,),
            start_new_session=True,
        )
    try:
        yield started
    finally:
        started.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(timeout=STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def wait_until_it_answers(site: Site, web: subprocess.Popen[bytes]) -> None:
    """Return when the site answers with a page; raise SiteError when it does not in a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if web.poll() is not None:
            raise SiteError(f"The web server ended with code {web.returncode}:\n{site.logs()}")
        try:
            with urllib.request.urlopen(site.url + "/", timeout=START_SECONDS):  # noqa: S310
                return
        except urllib.error.HTTPError as refusal:
            raise SiteError(f"The site answers with {refusal.code}:\n{site.logs()}") from refusal
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SiteError(f"The site has not answered for a minute:\n{site.logs()}")
