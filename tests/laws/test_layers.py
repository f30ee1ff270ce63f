"""One arrow: a package imports only those to its right, and knows nothing of its tests.

    safetycase -> monitoring -> reviews -> hazards -> products -> accounts -> audit

The contract is in pyproject.toml (import-linter); `make check` runs it too. Foreign keys and
references by string are another law, because no import shows them.
"""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARROW = ["safetycase", "monitoring", "reviews", "hazards", "products", "accounts", "audit"]


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as project:
        linter: dict[str, Any] = tomllib.load(project)["tool"]["importlinter"]
    return linter


def our_packages() -> set[str]:
    return {app.parent.name for app in ROOT.glob("*/apps.py")}


def test_the_import_contract_holds() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [lint_imports, "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_contract_says_the_arrow(contract: dict[str, Any]) -> None:
    [arrow] = [each for each in contract["contracts"] if each["type"] == "layers"]
    assert [layer.strip("()") for layer in arrow["layers"]] == ARROW
    assert "ignore_imports" not in arrow


def test_every_package_is_under_the_contract(contract: dict[str, Any]) -> None:
    assert our_packages() <= set(ARROW)
    assert our_packages() == set(contract["root_packages"]), (
        "add the package to root_packages in pyproject.toml: "
        "import-linter does not look at packages that are not named there"
    )
    [tests] = [each for each in contract["contracts"] if each["id"] == "no-tests"]
    assert set(tests["source_modules"]) == our_packages()
