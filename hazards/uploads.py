"""Uploaded files, judged by their content and never by what they call themselves."""

import json
import re
import zipfile
from io import BytesIO
from pathlib import PurePath

from django.conf import settings

from audit.errors import NotPossible

_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
)
_OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_TEXT_KINDS = {"txt", "csv", "md", "json", "log", "xml"}
ACCEPTED = "PDF, PNG, JPEG, Word (docx), Excel (xlsx) or plain text (txt, csv, md, json, log)"


def checked_evidence_file(name: str, content: bytes) -> tuple[str, str]:
    """The kind that the content really is, and a safe name for the file.

    Raises ``NotPossible`` for an empty or too large file and for a kind that is not accepted.
    """
    safe_name = safe_file_name(name)
    limit = settings.UPLOAD_LIMIT_BYTES
    if not content:
        raise NotPossible(f"The file {safe_name} is empty. Nothing was saved; choose another.")
    if len(content) > limit:
        raise NotPossible(
            f"The file {safe_name} is larger than {limit // 1024 // 1024} MB. Nothing was saved. "
            "Keep it where it is and give its link."
        )
    kind = kind_of(content, safe_name)
    if kind is None:
        raise NotPossible(
            f"The content of {safe_name} is not of a kind that is kept here ({ACCEPTED}). "
            "Nothing was saved."
        )
    return kind, safe_name


def kind_of(content: bytes, name: str) -> str | None:
    """What a file is, from its first bytes and its inner parts; None when it is none of ours."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    suffix = PurePath(name).suffix.lower().lstrip(".")
    if suffix not in _TEXT_KINDS or b"\x00" in content:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if suffix == "json":
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return "txt"
    # Nothing here is ever served as a page: markup in a text file is only text.
    return "txt" if suffix in ("log", "xml") else suffix


def safe_file_name(name: str) -> str:
    """The last part of a file name with nothing in it that a header or a shell would mind."""
    last = PurePath(name.replace("\\", "/")).name
    cleaned = re.sub(r"[^\w .()+-]", "_", last).strip(" .")
    return cleaned[-150:] or "file"


def _office_kind(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None  # damaged, and zipfile says so in several ways
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None  # macros are not evidence
    for part, kind in _OFFICE_PARTS.items():
        if part in names:
            return kind
    return None
