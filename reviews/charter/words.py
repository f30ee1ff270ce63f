"""What a charter says, as texts that can be compared word by word with another version."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from audit.timeline import FieldChange
from products.choices import Side


def changes_between(before: str, now: str) -> list[FieldChange]:
    """What differs between two charters, given as the canonical JSON that is signed (projection 1).

    ``before`` may be '', for a charter that there was nothing before.
    """
    old = charter_texts(json.loads(before)) if before else {}
    new = charter_texts(json.loads(now))
    return [
        FieldChange(label, old.get(label, ""), text)
        for label, text in new.items()
        if old.get(label, "") != text
    ]


def charter_texts(content: Mapping[str, Any]) -> dict[str, str]:
    """Everything that the content of a charter says, part by part, under its heading."""
    return {
        "The promise": content["promise"],
        "What matters most clinically": _outcomes(content, Side.CLINICAL),
        "What matters most for the product": _outcomes(content, Side.PRODUCT),
        "Trade-offs that are never made": _list(content["never"]),
        "Trade-offs that may be made": _list(content["may"]),
        "Who decides": _list(_right(each) for each in content["rights"]),
    }


def _outcomes(content: Mapping[str, Any], side: Side) -> str:
    return _list(_outcome(each) for each in content["outcomes"] if each["side"] == side.value)


def _outcome(said: Mapping[str, str]) -> str:
    measure = f"; measured by {said['measure']}" if said["measure"] else ""
    target = f"; target: {said['target']}" if said["target"] else ""
    return f"{said['outcome']}{measure}{target}"


def _right(said: Mapping[str, str]) -> str:
    consulted = f"; consulted: {said['consulted']}" if said["consulted"] else ""
    return f"{said['what']}: {said['decides']}{consulted}"


def _list(texts: Iterable[str]) -> str:
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))
