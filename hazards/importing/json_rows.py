"""A log as JSON rows: a list of objects, whose keys are the headings, whatever they are called."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from audit.errors import NotPossible
from hazards.choices import Stage
from hazards.importing.cells import text_of
from hazards.importing.control_details import (
    ITS_TEXT,
    causes_told,
    is_detail,
    is_of_controls,
    keep_details,
)
from hazards.importing.fields import Field
from hazards.importing.findings import quoted, some_of
from hazards.importing.records import Told, ToldHazard, sheet_of
from hazards.importing.sheet import Sheet
from hazards.importing.told_causes import UNCLEAR, UNCLEAR_TODO, causes_in, first_number
from hazards.importing.told_estimates import (
    can_tell_by_cause,
    is_pair,
    stage_by_cause,
    stage_of_estimate,
    tell_by_cause,
    tell_pair,
)
from hazards.importing.told_evidence import (
    is_list_of_evidence,
    is_of_evidence,
    is_test,
    keep_evidence,
)
from hazards.importing.vocabulary import FIELD_OF, NESTED, plain_heading
from hazards.json_text import SaidTwice, strict_json

SHEET = "JSON"
MOST_ROWS = 100_000  # objects in the list
DEEPEST = 4  # objects within objects, lists within lists
TOO_DEEP = "(nested too deeply)"  # what a report quotes of what nothing was taken from

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: Keys of an object within a list that hold what the list is of: {"causes": [{"text": …}]}.
_ITS_TEXT = frozenset({"text", "name", "title", "description", "value"})
_ITS_KIND = frozenset({"kind", "type"})
#: What one line of a cell is in a row of its own.
_ROW_EACH = (Field.CAUSE, Field.HARM)


def parsed_json(name: str, text: str) -> Any:
    """The value of a JSON text. Raises ``NotPossible``, with where it breaks."""
    try:
        return strict_json(text)
    except SaidTwice as twice:
        raise NotPossible(
            f"{name} says “{quoted(twice.key, 60)}” twice in one object, of which only one could "
            "be read. Nothing was changed. Give each a key of its own, or put both in one list, "
            "and choose the file again."
        ) from twice
    except RecursionError as error:
        raise NotPossible(
            f"{name} is nested too deeply to be a hazard log. Nothing was changed. Export the log "
            "as a list of rows, or as CSV, and choose that file."
        ) from error
    except ValueError as error:
        raise NotPossible(
            f"{name} is not JSON that can be read ({error}). Nothing was changed. It may be cut "
            "short: export it again, and choose it once more."
        ) from error


def open_json_rows(name: str, text: str) -> list[Sheet]:
    """Each list of objects as a sheet, the longest first. Raises ``NotPossible`` without any."""
    value = parsed_json(name, text)
    lists = _lists_in(value)
    if not lists:
        raise NotPossible(
            f"{name} holds no list of hazards: a list of objects is looked for, each with its "
            "headings as keys, by itself or as one part of an object. Nothing was changed. Export "
            "the log in that form, or as CSV, and choose that file."
        )
    if max(map(len, lists.values())) > MOST_ROWS:
        raise NotPossible(
            f"{name} has more than {MOST_ROWS:,} rows, more than can be read in one go. Nothing "
            "was changed. Split it into several files, and import one after another."
        )
    alone = len(lists) == 1
    sheets = [_sheet(SHEET if alone else quoted(key, 60), rows) for key, rows in lists.items()]
    if beside := _beside(value, lists):
        done = f"Beside the list nothing was taken: {some_of(quoted(key, 60) for key in beside)}."
        for sheet in sheets:
            sheet.notes.append(done)
    return sheets


def _lists_in(value: Any) -> dict[str, list[dict[str, Any]]]:
    """The list itself; or the lists of objects that an object holds, by their keys."""
    if _is_rows(value):
        return {SHEET: value}
    parts = value.items() if isinstance(value, dict) else ()
    lists = [(key, each) for key, each in parts if _is_rows(each)]
    return dict(sorted(lists, key=lambda each: -len(each[1])))


def _beside(value: Any, lists: Mapping[str, Any]) -> list[str]:
    """The keys of an object that say something, and of which no list was made."""
    parts = value.items() if isinstance(value, dict) else ()
    return [key for key, each in parts if key not in lists and each not in (None, "", [], {})]


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


def _sheet(name: str, rows: list[dict[str, Any]]) -> Sheet:
    first, has_numbers = first_number(rows)
    hazards = [_hazard(row, number, first) for number, row in enumerate(rows, start=1)]
    sheet = sheet_of(name, hazards)
    sheet.first_cause = first
    if has_numbers and first is None:
        sheet.problems.append((UNCLEAR, UNCLEAR_TODO))
    return sheet


def _hazard(row: dict[str, Any], number: int, first: int | None) -> ToldHazard:
    hazard, causes = ToldHazard(), causes_in(row)
    by_cause: list[tuple[Stage, Any, str]] = []
    for key, value in row.items():
        heading, place = _heading(key), f"item {number}{NESTED}{key}"
        stage = stage_by_cause(heading)
        if stage is not None and can_tell_by_cause(value, first, causes):
            by_cause.append((stage, value, place))
        elif (stage := stage_of_estimate(heading)) is not None and is_pair(value):
            tell_pair(hazard, stage, value, place)
        elif stage is not None and isinstance(value, dict):
            _tell(hazard, stage.value, value, place, 0)
        else:
            _tell(hazard, heading, value, place, 0)
    for stage, value, place in by_cause:
        tell_by_cause(hazard, stage, value, place, first, causes)
    return hazard


def _tell(hazard: ToldHazard, heading: str, value: Any, place: str, depth: int) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{place}{NESTED}{key}"
            if depth < DEEPEST:
                _tell(hazard, f"{heading} {_heading(key)}", inner, here, depth + 1)
            else:
                _tell_once(hazard, f"{heading}{NESTED}…", TOO_DEEP, here)
        return
    if not isinstance(value, list):
        _tell_once(hazard, heading, text_of(value), place)
        return
    value = list(_flattened(value))
    objects = [each for each in value if isinstance(each, dict)]
    texts = [text_of(each) for each in value if not isinstance(each, dict | list)]
    if objects:
        _tell_objects(hazard, heading, objects, place)
    if texts and _is_row_each(heading):
        told = [Told(text, f"{place} {n}") for n, text in enumerate(texts, start=1)]
        hazard.lists.setdefault(heading, []).extend(told)
    elif texts:
        _tell_once(hazard, heading, "\n".join(texts), place)


def _tell_objects(
    hazard: ToldHazard, heading: str, objects: list[dict[str, Any]], place: str
) -> None:
    """Causes have a row each, with what is told of them; of others the texts stand together."""
    for number, each in enumerate(objects, start=1):
        row: dict[str, Told] = {}
        _keep_details(hazard, heading, each)
        for path, text in _texts_of(each, within=heading):
            if plain_heading(path) in _ITS_KIND and not _is_row_each(heading):
                continue  # it says under which heading the text belongs
            inner = _under(heading, each, path)
            before = f"{row[inner].text}\n" if inner in row else ""
            row[inner] = Told(f"{before}{text}".strip(), f"{place} {number}")
        if _is_row_each(heading):
            hazard.by_row.append(row)
            continue
        for inner, told in row.items():
            _tell_once(hazard, inner, told.text, place)


def _keep_details(hazard: ToldHazard, heading: str, value: dict[str, Any], depth: int = 1) -> None:
    """Keep what is told of each control beside its text, here and in lists within."""
    if is_of_controls(heading):
        keep_details(hazard.details, value)
        if is_test(value):
            keep_evidence(hazard.evidence, value)
    for key, inner in value.items():
        for each in inner if isinstance(inner, list) and depth < DEEPEST else ():
            if not isinstance(each, dict):
                continue
            if is_of_controls(heading) and is_list_of_evidence(_heading(key)):
                keep_evidence(hazard.evidence, each, _own_text(value))
            else:
                _keep_details(hazard, _heading(key), each, depth + 1)


def _own_text(control: dict[str, Any]) -> str:
    texts = {plain_heading(key): value for key, value in control.items() if isinstance(value, str)}
    return next((texts[key] for key in ITS_TEXT if texts.get(key)), "")


def _is_told_beside(within: str, around: str, item: dict[str, Any], key: str) -> bool:
    """Whether a text within a control, or within its evidence, is kept beside its own text."""
    value = item[key]
    if is_of_controls(around) and is_list_of_evidence(within):
        return is_of_evidence(key, value)
    if not is_of_controls(within):
        return False
    if is_test(item):  # it has causes beside it, and a result, and nothing else of a control
        return bool(causes_told({key: value})) or is_of_evidence(key, value)
    return is_detail(key, value)


def _texts_of(
    value: dict[str, Any], path: tuple[str, ...] = (), *, within: str, around: str = ""
) -> Iterator[tuple[str, str]]:
    """The texts of an object and what they stand under, but for the details of controls."""
    for key, inner in value.items():
        here = (*path, _heading(key))
        if _is_told_beside(within, around, value, key):
            continue
        if isinstance(inner, dict):
            yield from _inner_texts(inner, here, within)
        elif isinstance(inner, list):
            flat = list(_flattened(inner))
            for each in flat:
                if isinstance(each, dict):
                    yield from _inner_texts(each, here, within)
            yield " ".join(here), "\n".join(text_of(e) for e in flat if not isinstance(e, dict))
        else:
            yield " ".join(here), text_of(inner)


def _inner_texts(
    value: dict[str, Any], here: tuple[str, ...], within: str
) -> Iterator[tuple[str, str]]:
    if len(here) <= DEEPEST:
        yield from _texts_of(value, here, within=here[-1], around=within)
    else:
        yield f"{' '.join(here)}{NESTED}…", TOO_DEEP


def _flattened(value: list[Any], depth: int = 1) -> Iterator[Any]:
    """The things in a list, and in the lists within it."""
    for each in value:
        if not isinstance(each, list):
            yield each
        elif depth < DEEPEST:
            yield from _flattened(each, depth + 1)
        else:
            yield {"…": TOO_DEEP}


def _under(heading: str, value: dict[str, Any], path: str) -> str:
    """The heading of a text within a list: the list's own where it is what the list is of.

    A control that says its kind ({"kind": "design", "text": …}) belongs under that kind.
    """
    words = plain_heading(path).split()
    if len(words) > 1 and words[-1] in _ITS_TEXT:
        return " ".join(words[:-1])
    if plain_heading(path) not in _ITS_TEXT:
        return path if _is_row_each(heading) else f"{heading}{NESTED}{path}"
    kind = str(value.get("kind") or value.get("type") or "")
    both = f"{kind} {heading}".strip()
    return next((each for each in (kind, both) if plain_heading(each) in FIELD_OF), heading)


def _tell_once(hazard: ToldHazard, heading: str, text: str, place: str) -> None:
    if not text:
        hazard.once.setdefault(heading, Told("", place))
        return
    before = hazard.once.get(heading)
    together = f"{before.text}\n{text}" if before is not None and before.text else text
    hazard.once[heading] = Told(together, place)


def _heading(key: str) -> str:
    return " ".join(_CAMEL.sub(" ", key).replace("_", " ").split())


def _is_row_each(heading: str) -> bool:
    return FIELD_OF.get(plain_heading(heading)) in _ROW_EACH
