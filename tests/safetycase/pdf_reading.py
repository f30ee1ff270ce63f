"""Reading a PDF back: its text as poppler sees it, its structure as pikepdf does."""

import io
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf


def in_one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def raw_text(content: bytes, first: int = 1, last: int = 0) -> str:
    """What ``pdftotext -raw`` reads, in one line."""
    pages = ["-f", str(first), *(["-l", str(last)] if last else [])]
    done = subprocess.run(
        ["/usr/bin/pdftotext", "-raw", *pages, "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    return in_one_line(done.stdout.decode())


def page_texts(content: bytes, pages: int) -> list[str]:
    """The text of each page."""
    return [raw_text(content, page, page) for page in range(1, pages + 1)]


def fonts(content: bytes) -> list[list[str]]:
    """The rows of ``pdffonts``: name … embedded, subset, unicode."""
    done = subprocess.run(
        ["/usr/bin/pdffonts", "-"], input=content, capture_output=True, check=True
    )
    return [line.split() for line in done.stdout.decode().splitlines()[2:]]


def opened(content: bytes) -> pikepdf.Pdf:
    """The document."""
    return pikepdf.open(io.BytesIO(content))


def structure(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure tree."""

    def walk(element: Any) -> Iterator[Any]:
        if not isinstance(element, pikepdf.Dictionary):
            return
        if "/S" in element:
            yield element
        kids = element.get("/K")
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from walk(kid)

    yield from walk(pdf.Root.StructTreeRoot)


def tags(pdf: pikepdf.Pdf) -> Counter[str]:
    """How often each tag stands in the structure tree."""
    return Counter(str(element.S) for element in structure(pdf))
