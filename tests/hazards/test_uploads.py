"""Uploaded files are judged by their content, whatever they call themselves."""

import io
import re
import zipfile
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.evidence import keep_evidence_file
from hazards.models import EvidenceFile
from hazards.uploads import checked_evidence_file, kind_of, safe_file_name
from products.models import Product
from tests.audit.record import contents

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504  # the old .doc and .xls
EXE = b"MZ\x90\x00\x03\x00\x00\x00"


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
NEWER = DOCX.replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff")  # zip version 25.5
NO_NAME = archive("word/document.xml", "ü.xml").replace("ü".encode(), b"\xff\xff")
MACROS = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")

JUDGED: list[tuple[str, bytes, str | None]] = [
    ("report.pdf", PDF, "pdf"),
    ("report.txt", PDF, "pdf"),  # it says txt and is a PDF
    ("picture.png", PNG, "png"),
    ("picture.jpg", JPEG, "jpg"),
    ("picture.png", JPEG, "jpg"),
    ("protocol.docx", DOCX, "docx"),
    ("protocol.pdf", DOCX, "docx"),
    ("log.xlsx", XLSX, "xlsx"),
    ("run.txt", b"It passed.\n", "txt"),
    ("run.TXT", b"It passed.\n", "txt"),
    ("run.log", b"It passed.\n", "txt"),
    ("run.xml", b"<testsuite/>", "txt"),
    ("run.csv", b"a;b\n1;2\n", "csv"),
    ("notes.md", "# Prüfung\n".encode(), "md"),
    ("run.json", b'{"passed": true}', "json"),
    ("run.json", b"{not json", "txt"),
    ("run.json", b"[" * 200_000, "txt"),
    ("page.txt", HTML, "txt"),  # kept as the text that it is; never served as a page
    ("fake.pdf", HTML, None),
    ("fake.pdf", b"It passed.\n", None),
    ("fake.png", SVG, None),
    ("picture.svg", SVG, None),
    ("page.html", HTML, None),
    ("program.js", b"alert(1)", None),
    ("macros.docx", MACROS, None),
    ("macros.docm", MACROS, None),
    ("macros.docx", archive("word/document.xml", "WORD/VBAPROJECT.BIN"), None),
    ("macros.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin"), None),
    ("archive.zip", archive("readme.txt"), None),
    ("fake.docx", archive("readme.txt"), None),
    ("broken.docx", DOCX[: len(DOCX) // 2], None),
    ("newer.docx", NEWER, None),
    ("noname.docx", NO_NAME, None),
    ("old.doc", OLE, None),
    ("program.exe", EXE, None),
    ("program.txt", EXE, None),
    ("nul.txt", b"It passed.\x00\n", None),
    ("latin.txt", "Prüfung\n".encode("latin-1"), None),
    ("utf16.txt", "It passed".encode("utf-16"), None),
    ("noname", b"It passed.\n", None),
]


@pytest.mark.parametrize(("name", "content", "kind"), JUDGED, ids=lambda each: str(each)[:25])
def test_a_file_is_what_its_content_is(name: str, content: bytes, kind: str | None) -> None:
    assert kind_of(content, name) == kind
    if kind is None:
        with pytest.raises(NotPossible, match="not of a kind that is kept here"):
            checked_evidence_file(name, content)
    else:
        assert checked_evidence_file(name, content) == (kind, name)


def test_a_refused_file_leaves_nothing(product: Product, cso: User) -> None:
    before = contents()
    for name, content in (("empty.txt", b""), ("fake.pdf", HTML), ("macros.docx", MACROS)):
        with pytest.raises(NotPossible, match="Nothing was saved"):
            keep_evidence_file(product=product, by=cso, name=name, content=content)
    assert contents() == before
    assert not EvidenceFile.objects.exists()


def test_an_empty_file_is_refused_by_its_name() -> None:
    with pytest.raises(NotPossible, match=r"The file run\.txt is empty"):
        checked_evidence_file("run.txt", b"")


def test_a_file_that_is_too_large_is_refused_with_what_to_do(settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    fits = b"x" * 1024 * 1024
    assert checked_evidence_file("run.txt", fits) == ("txt", "run.txt")
    with pytest.raises(NotPossible, match=r"larger than 1 MB\. .* give its link"):
        checked_evidence_file("run.txt", fits + b"x")


def test_the_limit_is_what_operators_are_told() -> None:
    assert settings.UPLOAD_LIMIT_BYTES == 25 * 1024 * 1024


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.json", "a.pdf", "a.docx", "a", ""]))
def test_no_content_breaks_the_judging(content: bytes, name: str) -> None:
    assert kind_of(content, name) in {None, "pdf", "png", "jpg", "txt", "json"}


@given(st.data())
def test_no_damaged_archive_breaks_the_judging(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from([DOCX, XLSX, MACROS, NEWER, NO_NAME])))
    for _ in range(data.draw(st.integers(1, 12))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(4, len(damaged)))
    assert kind_of(bytes(damaged[:cut]), "a.docx") in {None, "docx", "xlsx"}


def test_an_archive_is_looked_at_and_never_unpacked() -> None:
    bomb = archive("word/document.xml", content=b"0" * 50_000_000)
    assert len(bomb) < 100_000
    assert kind_of(bomb, "bomb.docx") == "docx"


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("Prüf-Protokoll (2).pdf", "Prüf-Protokoll (2).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("a/b\\c.txt", "c.txt"),
        ("..", "file"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x.txt", "a__Set-Cookie_ x.txt"),
        ('a"; rm -rf .txt', "a__ rm -rf .txt"),
        ("nul\x00.txt", "nul_.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("half\ud800.txt", "half_.txt"),
        ("x" * 400 + ".txt", "x" * 146 + ".txt"),
    ],
    ids=repr,
)
def test_a_name_is_made_safe(given_name: str, kept: str) -> None:
    assert safe_file_name(given_name) == kept


@given(st.text(max_size=400))
def test_every_name_is_safe_in_a_header_and_a_folder(name: str) -> None:
    safe = safe_file_name(name)
    assert 0 < len(safe) <= 150
    assert re.fullmatch(r"[\w .()+-]+", safe)
    assert safe not in {".", ".."}
    safe.encode("utf-8")
