"""Our own files, as the laws read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: A package imports, and points to, only what stands to its right.
ARROW = ["safetycase", "monitoring", "reviews", "hazards", "products", "accounts", "audit"]


def packages() -> list[Path]:
    """The folders of our packages that are here already."""
    return [ROOT / name for name in ARROW if (ROOT / name).is_dir()]


def python_files(*, migrations: bool = False) -> list[Path]:
    """Our modules, without migrations (Django writes those) unless asked for."""
    return sorted(
        path
        for package in packages()
        for path in package.rglob("*.py")
        if migrations or "migrations" not in path.parts
    )


def templates() -> list[Path]:
    """Every template: pages, mails, PDF and SVG."""
    folders = [ROOT / "templates", *(package / "templates" for package in packages())]
    return sorted(
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.is_file()
    )


def named(path: Path) -> str:
    """A path as people write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(path: Path) -> Iterator[ast.AST]:
    """Every node of a module's syntax tree."""
    return ast.walk(parsed(path))
