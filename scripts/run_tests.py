"""Run every suite, one after the other, and say honestly how each ended: what `make test` does.

    python scripts/run_tests.py [sqlite] [postgresql] [journeys]

Without a name all three run, and all three run even when one fails. Exits 0 only when each of
them passed.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "--quiet", "--no-header"]
# Two processes for two cores. Each takes one half and in the end some of the other's, so that what
# tests of a module share is made once (tests/kept_worlds.py).
SUITE = [*PYTEST, "-n", "2", "--dist", "worksteal", "--ignore=tests/journeys", "tests"]
SUITES = {
    "sqlite": SUITE,
    # What asks no database was run once, on SQLite.
    "postgresql": [sys.executable, "-m", "tests.postgres_cluster", "--", *SUITE, "--database-only"],
    # The journeys of one module share a site, so they stay together, the longest first. Each waits
    # for its browser a third of its time: two cores are busy with three of them.
    "journeys": [
        *(*PYTEST, "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"),
        "tests/journeys",
    ],
}
# The suites start dozens of Python processes: each would compile every module anew, and rewrite
# every test, where a shell has it that compiled modules are not kept.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}


@dataclass(frozen=True)
class Outcome:
    """How one suite ended."""

    suite: str
    exit_code: int
    seconds: float

    def __str__(self) -> str:
        word = "passed" if self.exit_code == 0 else f"FAILED (exit code {self.exit_code})"
        return f"{self.suite}: {word} in {self.seconds:.0f} s"


def run(suite: str) -> Outcome:
    """Run one suite; its output is ours."""
    print(f"--- {suite}", flush=True)
    started = time.monotonic()
    process = subprocess.Popen(SUITES[suite], cwd=ROOT, env=ENVIRONMENT)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        # The suite got the Ctrl-C too and removes what it made (a cluster, servers).
        process.wait()
        raise
    return Outcome(suite, code, time.monotonic() - started)


def main() -> int:
    """Run the named suites; 1 when one failed, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    wanted = parser.parse_args().suites or list(SUITES)
    unknown = [name for name in wanted if name not in SUITES]
    if unknown:
        parser.error(f"there is no suite {unknown[0]!r}; choose from {', '.join(SUITES)}")
    try:
        outcomes = [run(suite) for suite in wanted]
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 128 + signal.SIGINT
    print("---")
    for outcome in outcomes:
        print(outcome)
    return int(any(outcome.exit_code for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
