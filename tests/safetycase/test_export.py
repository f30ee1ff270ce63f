"""``export_safety_case``: the file, the exit codes, one clear line when it cannot be."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from products.models import Product
from tests.safetycase.pdf_reading import raw_text
from tests.safetycase.story import Story
from tests.safetycase.version_factories import Ready, ready

__all__ = ["ready"]

NAME = "export_safety_case"


def export(*arguments: object) -> str:
    out = StringIO()
    call_command(NAME, *[str(each) for each in arguments], stdout=out, stderr=out)
    return out.getvalue()


def test_a_draft_of_the_release_that_is_named(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    told = export("digital-pharmacy", "--release", "1.1.0", "--output", file)
    assert "a draft of" in told
    text = raw_text(file.read_bytes())
    assert "Digital Pharmacy, release 1.1.0" in text
    assert "made by the command export_safety_case" in text
    assert "Modification that changes clinical risk" in text  # 1.0.0 is out already
    assert list(tmp_path.iterdir()) == [file]


def test_without_a_release_the_newest_that_is_not_out(
    product: Product, cso: User, tmp_path: Path
) -> None:
    file = tmp_path / "report.pdf"
    export("digital-pharmacy", "--phase", "concept_and_design", "--output", file)
    text = raw_text(file.read_bytes())
    assert "Concept and design" in text
    assert "The product has no release yet" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "There is no product “nothing”"),
        (["digital-pharmacy", "--release", "9.9"], "has no release “9.9”"),
        (["digital-pharmacy", "--version", "1"], "has not been issued"),
    ],
)
def test_what_is_not_there(
    product: Product, tmp_path: Path, arguments: list[str], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        export(*arguments, "--output", tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(product: Product, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        export("digital-pharmacy", "--output", tmp_path / "no" / "x.pdf")


def test_a_file_that_is_there_stays_whole_when_writing_fails(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    file = tmp_path / "report.pdf"
    file.write_bytes(b"the last one")
    with pytest.raises(CommandError, match="No space left on device"):
        export("digital-pharmacy", "--output", file)
    assert file.read_bytes() == b"the last one"
    assert list(tmp_path.iterdir()) == [file]


def test_an_issued_version_as_it_was_issued(ready: Ready, tmp_path: Path) -> None:
    issue = ready.issue()
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    assert "version 1 as issued" in export("digital-pharmacy", "--version", "1", "--output", first)
    edit_hazard(
        hazard=ready.small, by=ready.cso, changes={"name": "A later name"}, reason="It moved on"
    )
    export("digital-pharmacy", "--version", "1", "--output", second)
    assert first.read_bytes() == second.read_bytes()
    text = raw_text(first.read_bytes())
    for person in (ready.author, ready.reviewer, ready.cso, ready.executive):
        assert f"{person.name} gave their password once more" in text
    assert issue.baseline.report_fingerprint in text
    assert issue.seal_sha256 in text
    assert "A later name" not in text
    assert not re.search("DRAFT|NOT ISSUED", text)


def test_a_version_has_its_own_release(product: Product, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="leave out --release") as refused:
        export(
            *("digital-pharmacy", "--version", "1", "--release", "1.0.0"),
            *("--output", tmp_path / "x.pdf"),
        )
    assert refused.value.returncode == 2


def test_wrong_usage_ends_with_2() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", NAME],
        cwd=settings.BASE_DIR,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "the following arguments are required: PRODUCT, --output" in done.stderr
