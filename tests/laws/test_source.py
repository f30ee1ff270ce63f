"""Laws that our source keeps, read from its syntax trees and templates."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.laws.source import ROOT, named, nodes, packages, parsed, python_files, templates

PYTHON = python_files()
TEMPLATES = templates()
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SCRIPTS = sorted((ROOT / "scripts").rglob("*.py"))
STATIC = sorted(path for path in (ROOT / "static").rglob("*") if path.suffix in {".css", ".js"})


def at(path: Path, node: ast.AST) -> str:
    return f"{named(path)}:{getattr(node, 'lineno', 0)}"


def attributes(path: Path) -> Iterator[ast.Attribute]:
    return (node for node in nodes(path) if isinstance(node, ast.Attribute))


def name_called(call: ast.Call) -> str:
    """The last name of what is called: ``QuerySet`` in ``models.QuerySet[Any](model)``."""
    what = call.func.value if isinstance(call.func, ast.Subscript) else call.func
    if isinstance(what, ast.Attribute):
        return what.attr
    return what.id if isinstance(what, ast.Name) else ""


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    return ((node, name_called(node)) for node in nodes(path) if isinstance(node, ast.Call))


def test_there_is_something_to_read() -> None:
    assert len(PYTHON) > 50
    assert len(TEMPLATES) > 20
    assert {path.name for path in packages()} >= {"audit", "accounts", "products", "hazards"}


# --- Views ----------------------------------------------------------------------------------------

VIEWS = [path for path in PYTHON if "views" in path.relative_to(ROOT).parts]

#: Names of calls that write, on a row, a queryset or a connection.
WRITES = {
    "save", "asave", "delete", "adelete", "create", "acreate", "update", "aupdate",
    "get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create",
    "bulk_create", "abulk_create", "bulk_update", "abulk_update", "record_many",
    "act", "atomic", "cursor", "execute",
}  # fmt: skip


def test_views_write_through_actions_and_read_through_queries() -> None:
    doors = {"objects", "_default_manager", "_base_manager"}
    found = [at(path, node) for path in VIEWS for node in attributes(path) if node.attr in doors]
    found += [
        at(path, call)
        for path in VIEWS
        for call, name in calls(path)
        # A view's own save() calls an action; it is a plain name, not a method of a row.
        if name in WRITES and isinstance(call.func, ast.Attribute)
    ]
    assert found == []


def test_views_are_functions() -> None:
    found = [
        at(path, node)
        for path in VIEWS
        for node in parsed(path).body
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith("View") for base in node.bases)
    ]
    assert found == []


# --- One door each --------------------------------------------------------------------------------


def test_plain_querysets_are_made_in_audit_only() -> None:
    found = [
        at(path, call)
        for path in PYTHON
        if not path.is_relative_to(ROOT / "audit")
        for call, name in calls(path)
        if name == "QuerySet"
    ]
    assert found == []


def test_history_has_one_door() -> None:
    """``history_of`` and ``history_model_of``; ``.history`` itself has no types and no guard."""
    found = [
        at(path, node)
        for path in PYTHON
        if path != ROOT / "audit" / "tracked.py"
        for node in attributes(path)
        if node.attr == "history"
    ]
    assert found == []


#: Where an act is opened besides the actions, with the reason.
ACTS_ELSEWHERE = {
    "audit/access_events.py": "signing in and downloading are nobody's action but its own",
    "hazards/locks.py": "`changing`: what every action on a hazard opens",
    "hazards/importing/apply.py": "the import is one act of many actions",
    "hazards/record_format/apply.py": "a record is restored in one act, table by table",
    "reviews/decisions/locks.py": "`changing_decision`: what every action on a decision opens",
    "safetycase/synthetic/log.py": "a load for measuring is written in bulk, portion by portion",
}


def test_acts_are_opened_by_actions() -> None:
    found = [
        at(path, call)
        for path in PYTHON
        if "actions" not in path.parts and named(path) not in ACTS_ELSEWHERE
        for call, name in calls(path)
        if name == "act" and isinstance(call.func, ast.Name)
    ]
    assert found == []


def test_files_leave_by_one_door() -> None:
    """It writes each download into the record before the file goes out."""
    found = [
        at(path, call)
        for path in PYTHON
        if path != ROOT / "accounts" / "downloads.py"
        for call, name in calls(path)
        if name in {"FileResponse", "StreamingHttpResponse"}
    ]
    assert found == []


# --- What stands nowhere --------------------------------------------------------------------------

NOWHERE = {
    "a way round history": r"skip_history_when_saving|save_without_historical_record"
    r"|SIMPLE_HISTORY_ENABLED",
    "an unescaped text": r"\bmark_safe\b|\bSafe(String|Text)\(|__html__|autoescape\s*=\s*False",
    "a promise": r"\bTODO\b|\bFIXME\b|\bXXX\b|(?i:coming soon|not yet implemented|lorem ipsum)",
    "a raw query": r"objects\.raw\(|\.extra\(|\bRawSQL\b",
    "code from text": r"\beval\(|\bexec\(|\bpickle\b",
    "an unchecked address": r"\bcsrf_exempt\b|ALLOWED_HOSTS\s*=\s*\[\s*[\"']\*",
}

#: The one place that marks text as safe, with the reason.
UNESCAPED_IN = {
    "safetycase/narrative.py": "narrative Markdown, cleaned against a list of allowed tags",
}

#: The one place without the token of a form, with the reason.
UNCHECKED_IN = {
    "products/views/webhooks.py": "a tracker has no session to be misused; each body is signed",
}

BUT_IN = {"an unescaped text": UNESCAPED_IN, "an unchecked address": UNCHECKED_IN}


@pytest.mark.parametrize("what", NOWHERE)
def test_python_has_none_of(what: str) -> None:
    read = [path for path in PYTHON if named(path) not in BUT_IN.get(what, {})]
    assert matches(NOWHERE[what], read) == []


def test_exactly_one_function_marks_text_as_safe() -> None:
    marked = matches(r"\bmark_safe\(", [ROOT / name for name in UNESCAPED_IN])
    assert len(marked) == 1, marked


IN_TEMPLATES = {
    "an unescaped text": r"\|\s*safe(seq)?\b|\{%-?\s*autoescape\s+off",
    "an inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline handler": r"<[^>]*\son[a-z]+\s*=",
    "an address of a script": r"(?i)javascript:",
    "an address elsewhere": r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//",
    "an expression of htmx": r"\bhx-on\b|hx-vals\s*=\s*[\"']js:|hx-vars\b",
    "a promise": NOWHERE["a promise"],
}


@pytest.mark.parametrize("what", IN_TEMPLATES)
def test_templates_have_none_of(what: str) -> None:
    # A mail in plain text is no HTML: escaped, it would greet Ms O&#x27;Brien.
    html = [path for path in TEMPLATES if path.suffix != ".txt"]
    assert matches(IN_TEMPLATES[what], html) == []


def matches(pattern: str, paths: Iterable[Path]) -> list[str]:
    found = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        found += [
            f"{named(path)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()[:60]}"
            for match in re.finditer(pattern, text)
        ]
    return found


def test_the_patterns_find_what_they_name() -> None:
    """A pattern that finds nothing anywhere would hold for ever."""
    sins = {
        "an unescaped text": ["{{ x|safe }}", "{{ x | safe }}", "{% autoescape off %}"],
        "an inline script": ["<script>alert(1)</script>", '<script type="module">'],
        "an inline style": ["<style>", '<p style="x">', "<p\nstyle='x'>"],
        "an inline handler": ['<button onclick="x()">', '<a href="x" onmouseover=x>'],
        "an address of a script": ['<a href="javascript:x()">'],
        "an address elsewhere": [
            '<script src="https://cdn.example/x.js">',
            "<link href='//cdn/x'>",
        ],
        "an expression of htmx": ['<a hx-on:click="x">', "<a hx-vals='js:{x: 1}'>"],
        "a promise": ["Coming soon", "{# TODO #}"],
    }
    assert sins.keys() == IN_TEMPLATES.keys()
    for what, texts in sins.items():
        for text in texts:
            assert re.search(IN_TEMPLATES[what], text), (what, text)
    for fine in ("<script src=\"{% static 'js/x.js' %}\" defer></script>", "{{ x|safely }}"):
        assert not any(re.search(pattern, fine) for pattern in IN_TEMPLATES.values())


# --- Size and names -------------------------------------------------------------------------------

LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 40  # lines of its body, without its docstring


def test_every_file_can_be_read_at_one_go() -> None:
    long = {
        named(path): lines
        for path in (*PYTHON, *SCRIPTS, *STATIC, *TEMPLATES)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= LONGEST_FILE
    }
    assert long == {}


def test_every_function_can_be_seen_at_once() -> None:
    long = [
        f"{at(path, node)} {node.name}: {body_lines(node)} lines"
        for path in (*PYTHON, *SCRIPTS)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_lines(node) >= LONGEST_FUNCTION
    ]
    assert long == []


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_names_say_what_is_inside() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "common", "misc"}
    found = [
        named(path)
        for path in (*PYTHON, *TESTS)
        if vague & {path.stem, *path.relative_to(ROOT).parts[:-1]}
    ]
    assert found == []


def test_no_exception_is_swallowed() -> None:
    found = [
        at(path, node)
        for path in PYTHON
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(each, ast.Pass) for each in node.body)
    ]
    assert found == []


def test_nothing_is_imported_wholesale() -> None:
    found = [
        at(path, node)
        for path in PYTHON
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names)
    ]
    assert found == []
