"""From the bytes of a file to a record of which everything is checked. No database is touched."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from audit.errors import NotPossible
from hazards.json_text import SaidTwice, strict_json
from hazards.record_format.definition import FORMAT, RECORD, VERSION
from hazards.record_format.kinds import Problems
from hazards.record_format.links import check_links
from hazards.record_format.values import RecordValue
from hazards.uploads import safe_file_name

_MARKER = FORMAT.encode()


@dataclass(frozen=True)
class Record:
    """A record as it was read from a file."""

    file_name: str
    sha256: str
    value: RecordValue


def is_record(content: bytes) -> bool:
    """Whether a file is a record in this format (of any version), and not some other JSON."""
    if _MARKER not in content:
        return False
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return is_record_value(value)


def is_record_value(value: Any) -> bool:
    """Whether JSON that was read already is a record in this format."""
    return isinstance(value, dict) and value.get("format") == FORMAT


def read_record(*, name: str, content: bytes) -> Record:
    """The record in a file, checked from end to end.

    Raises ``NotPossible`` with what is wrong and where: it is no JSON, not of this format or of a
    later version, a field is missing, unknown or holds what it cannot, or parts do not fit.
    """
    value = _parsed(content)
    if not is_record_value(value):
        raise NotPossible(
            f"This is not a hazard log in the format {FORMAT}: its field “format” does not say so. "
            "Nothing was changed. Choose a file that was exported as JSON."
        )
    if value.get("version") != VERSION:
        raise NotPossible(
            f"This file is version {str(value.get('version'))[:20]} of the format; version "
            f"{VERSION} can be read here. Nothing was changed. Import it where a newer version of "
            "the application runs, or export it again from there as XLSX."
        )
    problems = Problems()
    RECORD.check(value, "", problems)
    if not problems.count:
        check_links(value, problems)
    _refuse(problems)
    return Record(safe_file_name(name), hashlib.sha256(content).hexdigest(), value)


def _parsed(content: bytes) -> Any:
    try:
        return strict_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotPossible(
            "This file is not in UTF-8, so it is no JSON. Nothing was changed. Save it as UTF-8, "
            "or export it again."
        ) from error
    except RecursionError as error:
        raise NotPossible(
            "This file is nested too deeply to be a hazard log. Nothing was changed. Choose the "
            "file that was exported."
        ) from error
    except SaidTwice as twice:
        raise NotPossible(
            f"This file says “{twice.key[:60]}” twice in one object, which no export does. Nothing "
            "was changed. Choose the file that was exported."
        ) from twice
    except ValueError as error:
        raise NotPossible(
            f"This file is no JSON that can be read ({error}). Nothing was changed. It may be cut "
            "short: export it again, and choose it once more."
        ) from error


def _refuse(problems: Problems) -> None:
    if not problems.count:
        return
    others = problems.count - len(problems.named)
    more = f" {others} more like these." if others else ""
    raise NotPossible(
        "This file is not a hazard log as it was exported. Nothing was changed. "
        f"{' '.join(problems.named)}{more} Export it again, or put these right in the file."
    )
