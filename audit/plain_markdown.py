"""What people wrote, in Markdown: none of it is taken for a mark, a tag or a call."""

import re

#: What Markdown would take for a mark of its own wherever it stands on a line …
_MARKS = re.compile(r"([\\`*\[\]<>|~$])|(?<!\w)(_)|(_)(?!\w)|(&)(?=#?\w+;)")
#: … and at the beginning of one.
_AT_THE_BEGINNING = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|\d+(?=[.)](?:\s|$))|=+\s*$|[-:][-:\s]*$)"
)
#: What a reader of Markdown might take for HTML; an address in angle brackets is none.
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!(?:https?://|mailto:)[^\s<>]*>)")
#: What a tracker takes for a person to be called, and for another of its tickets.
_CALL = re.compile(r"@(?=\w)|#(?=\d)")


def plain(text: str) -> str:
    """A text on one line of which Markdown takes nothing for a mark of its own."""
    line = " ".join(text.split())
    line = _MARKS.sub(lambda found: "\\" + found[0], line)
    return _AT_THE_BEGINNING.sub(_escaped_beginning, line)


def _escaped_beginning(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark.isdigit() else f"{found[1]}\\{mark}"


def without_tags(text: str) -> str:
    """A text in which no reader of Markdown takes anything for HTML, a hidden comment included."""
    return _TAG.sub("&lt;", text)


def without_calls(text: str) -> str:
    """A text in which a tracker sees nobody to call and no other ticket, read as before."""
    return _CALL.sub(lambda found: f"{found[0]}\u200b", text)
