"""Files of evidence are read again from end to end whenever the record is checked."""

from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from audit.verifying import Finding, verify
from hazards.actions.evidence import keep_evidence_file
from hazards.models import EvidenceFile
from products.models import Product


@pytest.fixture
def file(product: Product, cso: User) -> EvidenceFile:
    return keep_evidence_file(product=product, by=cso, name="run.txt", content=b"It passed.\n")


def on_disk(file: EvidenceFile) -> Path:
    return Path(settings.MEDIA_ROOT, str(file.file.name))


def about_files(scope: str = "") -> list[Finding]:
    found = list(verify(scope=scope))
    assert all(finding.table == "hazards_evidencefile" for finding in found)
    return found


def test_a_file_as_it_was_given(file: EvidenceFile) -> None:
    assert about_files() == []


def test_a_file_with_another_content(file: EvidenceFile, product: Product) -> None:
    on_disk(file).write_bytes(b"It failed.\n")
    [finding] = about_files()
    problem = f"its file has another content: {file.file.name}"
    assert finding == Finding("hazards_evidencefile", str(file.pk), problem, product.scope)


def test_a_file_that_is_gone(file: EvidenceFile) -> None:
    on_disk(file).unlink()
    [finding] = about_files()
    assert finding.problem == f"its file is missing: {file.file.name}"


def test_a_folder_in_place_of_a_file(file: EvidenceFile) -> None:
    on_disk(file).unlink()
    on_disk(file).mkdir()
    [finding] = about_files()
    assert finding.problem == f"its file cannot be read: {file.file.name} (IsADirectoryError)"
    on_disk(file).rmdir()


def test_each_product_has_its_own_files(
    file: EvidenceFile, product: Product, other_product: Product, stranger: User
) -> None:
    theirs = keep_evidence_file(product=other_product, by=stranger, name="x.txt", content=b"x\n")
    on_disk(theirs).write_bytes(b"y\n")
    assert about_files(product.scope) == []
    assert [finding.key for finding in about_files(other_product.scope)] == [str(theirs.pk)]
