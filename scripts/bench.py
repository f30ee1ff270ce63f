"""Measure the application on a large synthetic log: what `make bench` does.

It has a database of its own in var/bench/, loads it when it is not there, starts the web server
with two workers as production does, and asks for pages: one client first, then several at once.
Then it measures commands: import, export, quality rules. The figures go to stdout as JSON, and to
var/bench/. A loop of plain Python is timed before and after: what a figure means depends on the
machine and on who else was using it.
"""

import argparse
import json
import os
import platform
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
HOST, WORKERS = "127.0.0.1", 2
WARM_UP, PATIENCE = 20, 60.0
LARGE, SMALL = "load-1", "load-2"  # the products: as many hazards as asked for, and a thousand
SMALL_HAZARDS = 1_000

#: What is asked for, by name; the p95 in milliseconds that it is meant to keep.
PAGES: dict[str, tuple[str, int]] = {
    "hazard log": (f"/products/{LARGE}/hazards/", 120),
    "log, worst residual first": (f"/products/{LARGE}/hazards/?sort=residual", 120),
    "log, page 100": (f"/products/{LARGE}/hazards/?page=100", 120),
    "log, filtered": (f"/products/{LARGE}/hazards/?status=open&initial=3&needs_estimate=1", 120),
    "search, two words": (f"/products/{LARGE}/hazards/?q=prescription+late", 150),
    "search, a word of most hazards": (f"/products/{LARGE}/hazards/?q=patient", 150),
    "hazard page": (f"/products/{LARGE}/hazards/HAZ-050/", 100),
    "product home": (f"/products/{LARGE}/", 120),
}
SAVE = (f"/products/{LARGE}/hazards/HAZ-060/log/name/", 80)


class BenchError(Exception):
    """Nothing can be measured; the message is one sentence."""


def environment(database: Path) -> dict[str, str]:
    """Settings of production, but for plain http, and a database of our own."""
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{database.relative_to(ROOT)}",
        "MEDIA_ROOT": str(FOLDER / "media"),
        "READ_DOTENV": "false",
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": f"{HOST},testserver",
        "SECURE_COOKIES": "false",
        "STATIC_MANIFEST": "false",
        "EMAIL_URL": "memorymail://",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "safetycase.settings",
    }


@dataclass
class Command:
    """A command that ran to its end."""

    seconds: float
    megabytes: float  # the most memory that it held
    output: str


def run(settings: dict[str, str], *arguments: str, codes: tuple[int, ...] = (0,)) -> Command:
    """Run one of manage.py's commands. Raises BenchError with its message when it fails."""
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        errors: list[str] = []
        reader = threading.Thread(
            target=lambda: errors.append((process.stderr or sys.stdin).read())
        )
        reader.start()
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        reader.join()
    if process.returncode not in codes:
        last = ("".join(errors).strip().splitlines() or ["no message"])[-1]
        raise BenchError(f"manage.py {arguments[0]} failed: {last}")
    return Command(time.monotonic() - started, usage.ru_maxrss / 1024, output)


def prepare(settings: dict[str, str], database: Path, hazards: int, history: int) -> None:
    """Make and load the database where it is not there."""
    database.parent.mkdir(parents=True, exist_ok=True)
    marker = database.with_suffix(".loaded")
    run(settings, "migrate", "--verbosity", "0")
    if not marker.exists():
        say(f"Loading {hazards:,} hazards with {history:,} rows of history; once")
        load = ("seed_load", "--allow-production", "--history")
        run(settings, *load, str(history), "--hazards", str(hazards))
        run(settings, *load, "0", "--hazards", str(SMALL_HAZARDS))
        marker.touch()


def say(words: str) -> None:
    """Tell whoever waits; stdout is for the figures."""
    print(words, file=sys.stderr, flush=True)


# --- The web server and its clients ---------------------------------------------------------------


@contextmanager
def serving(settings: dict[str, str], port: int) -> Iterator[int]:
    """The web server with its workers; yields its process id."""
    command = [sys.executable, "-m", "gunicorn", "safetycase.wsgi:application"]
    options = ["--bind", f"{HOST}:{port}", "--workers", str(WORKERS), "--log-level", "warning"]
    with subprocess.Popen(
        [*command, *options, "--no-control-socket"], cwd=ROOT, env=settings
    ) as server:
        try:
            _wait_for(port)
            yield server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if Client(port).get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise BenchError("The web server did not start.")


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    milliseconds: float


@dataclass
class Client:
    """A browser without pictures: it keeps its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", address, None, headers)

    def post(self, address: str, values: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        content = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", address, urllib.parse.urlencode(values), content)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as somebody of the load."""
        values = fields_in(self.get("/accounts/login/").text)
        answer = self.post("/accounts/login/", values | {"login": email, "password": password})
        if answer.status != 302:
            raise BenchError("Nobody of the load can sign in.")

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        started = time.monotonic()
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        connection.request(method, address, body, sent)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        took = (time.monotonic() - started) * 1000
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(line).items()}
        connection.close()
        return Answer(response.status, text, took)


def fields_in(page: str) -> dict[str, str]:
    """The hidden fields of the forms on a page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if not name.startswith("next")}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


# --- Figures --------------------------------------------------------------------------------------


def spread(times: list[float]) -> dict[str, float]:
    """The middle, the 95th percentile and the longest of some times in milliseconds."""
    ordered = sorted(times)
    at_95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return {
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(at_95, 1),
        "max_ms": round(ordered[-1], 1),
    }


def measured(times: int, ask: Callable[[int], Answer], expected: int = 200) -> dict[str, float]:
    """Ask again and again, one after the other."""
    found = []
    for number in range(times):
        answer = ask(number)
        if answer.status != expected:
            raise BenchError(f"A page answered {answer.status} instead of {expected}.")
        found.append(answer.milliseconds)
    return spread(found)


def at_once(clients: list[Client], times: int, address: str) -> dict[str, float]:
    """Several clients who all ask for a page again and again."""
    found: list[float] = []

    def ask(client: Client) -> None:
        found.extend(client.get(address).milliseconds for _ in range(times))

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spread(found)


def plain_python() -> float:
    """How many milliseconds a loop takes that has nothing to do with us: how fast this machine is
    now."""
    started = time.process_time()
    total = 0
    for number in range(5_000_000):
        total += number
    return round((time.process_time() - started) * 1000, 1)


def workers_of(server: int) -> list[str]:
    """The process ids of the web server's workers."""
    return Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()


def processor_ms(server: int) -> float:
    """How long the workers have computed so far: what others do on the machine counts little."""
    ticks = 0
    for child in workers_of(server):
        after_name = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1]
        ticks += sum(map(int, after_name.split()[11:13]))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def workers_megabytes(server: int) -> list[float]:
    """The most memory that each worker has held."""
    found = []
    for child in workers_of(server):
        status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        found.append(round(int(peak.group(1)) / 1024, 1) if peak else 0.0)
    return found


def measure_pages(settings: dict[str, str], requests: int, clients: int) -> dict[str, Any]:
    """Pages by one client and by several, and one save after another."""
    port = free_port()
    figures: dict[str, Any] = {}
    queries = json.loads(run(settings, "count_queries", *(a for a, _ in PAGES.values())).output)
    with serving(settings, port) as server:
        people = [Client(port) for _ in range(clients)]
        for person in people:
            person.sign_in("cso@load.example", "load-password-2026")
        for name, (address, wanted) in PAGES.items():
            say(f"{name}: {address}")
            measured(WARM_UP, lambda _, at=address: people[0].get(at))  # type: ignore[misc]
            before = processor_ms(server)
            alone = measured(requests, lambda _, at=address: people[0].get(at))  # type: ignore[misc]
            computed = (processor_ms(server) - before) / requests
            together = at_once(people, max(requests // clients, 5), address)
            figures[name] = {
                "wanted_p95_ms": wanted,
                "queries": queries[address],
                "processor_ms": round(computed, 1),
                "one_client": alone,
                f"{clients}_clients": together,
            }
        figures["inline save"] = measure_save(people[0], requests)
        figures["workers_megabytes"] = workers_megabytes(server)
    return figures


def measure_save(person: Client, requests: int) -> dict[str, Any]:
    """A name is changed in its row, again and again; the form is fetched between, not measured."""
    address, wanted = SAVE
    headers = {"HX-Request": "true", "HX-Target": "slot-60-name"}

    def save(number: int) -> Answer:
        values = fields_in(person.get(address, **headers).text)
        return person.post(address, values | {"name": f"Renamed {number}"}, **headers)

    measured(WARM_UP, save)
    return {"wanted_p95_ms": wanted, "one_client": measured(requests, save)}


def measure_commands(settings: dict[str, str]) -> dict[str, Any]:
    """Export, import and the quality rules, each in a process of its own."""
    book = FOLDER / "log.xlsx"
    small_book = FOLDER / "small.xlsx"
    target = f"imported-{int(time.time())}"
    export = ("export_hazard_log", "--format", "xlsx", "--output")
    steps: dict[str, Callable[[], Command]] = {
        "export of the large log, XLSX": lambda: run(settings, *export, str(book), LARGE),
        "export of 1,000 hazards, XLSX": lambda: run(settings, *export, str(small_book), SMALL),
        "import of 1,000 hazards, XLSX": lambda: run(
            settings, "import_hazard_log", str(small_book), "--product", target, "--create"
        ),
        "quality rules, 1,000 hazards": lambda: run(
            settings, "check_quality", SMALL, "--json", codes=(0, 1)
        ),
        "quality rules, the large log": lambda: run(
            settings, "check_quality", LARGE, "--json", codes=(0, 1)
        ),
    }
    figures: dict[str, Any] = {}
    for name, step in steps.items():
        say(name)
        try:
            done = step()
        except BenchError as problem:
            figures[name] = {"failed": str(problem)}
            continue
        figures[name] = {
            "seconds": round(done.seconds, 1),
            "megabytes": round(done.megabytes),
        }
    return figures


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--hazards", type=int, default=10_000)
    parser.add_argument("--history", type=int, default=300_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    database = FOLDER / f"bench-{options.hazards}.sqlite3"
    settings = environment(database)
    try:
        prepare(settings, database, options.hazards, options.history)
        before = plain_python()
        figures = {
            "hazards": options.hazards,
            "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
            "pages": measure_pages(settings, options.requests, options.clients),
            "commands": measure_commands(settings),
            "plain_python_ms": [before, plain_python()],
        }
    except BenchError as problem:
        say(str(problem))
        return 1
    text = json.dumps(figures, indent=2)
    (FOLDER / f"bench-{time.strftime('%Y-%m-%d-%H%M%S')}.json").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
