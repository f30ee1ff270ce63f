"""Draw docs/states.md from the tables of allowed moves, so that the manual cannot be wrong.

Run from the top: ``python scripts/draw_state_diagrams.py`` (``--check`` only compares).
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "states.md"


def state_diagrams() -> str:
    """The whole page as Markdown with Mermaid diagrams."""
    from hazards import rules as hazards
    from products import rules as products
    from safetycase import issuing_rules as issuing

    parts = [
        "# States and the moves between them",
        "Generated from the tables in `rules.py` and `issuing_rules.py` by "
        "`scripts/draw_state_diagrams.py`. A test fails when this page and the tables differ.",
        _diagram("A hazard's record", hazards.HAZARD_STATE_MOVES),
        _diagram("A hazard's status", hazards.HAZARD_STATUS_MOVES),
        _diagram("A control", hazards.CONTROL_STATE_MOVES),
        _diagram("A feature or a change, as it is built", products.BUILD_MOVES),
        _diagram("A release", products.RELEASE_MOVES),
        _diagram("A version of the report and its hazard log", issuing.VERSION_MOVES),
    ]
    return "\n\n".join(parts) + "\n"


def _diagram(title: str, moves: Mapping[Any, frozenset[Any]]) -> str:
    order = list(moves)
    lines = [f"## {title}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {_key(state)}: {_words(state)}" for state in order]
    lines += [
        f"    {_key(state)} --> {_key(then)}"
        for state in order
        for then in sorted(moves[state], key=order.index)
    ]
    return "\n".join([*lines, "```"])


def _key(state: Any) -> str:
    """A state's name in the diagram: its stored value, or that of one which is never stored."""
    return str(state.value) if hasattr(state, "label") else str(state.name).lower()


def _words(state: Any) -> str:
    return str(getattr(state, "label", state.value))


def main() -> int:
    """Write the page, or say whether it is up to date; 1 when ``--check`` finds it is not."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetycase.settings")
    import django

    django.setup()
    drawn = state_diagrams()
    if "--check" in sys.argv:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != drawn:
            print("docs/states.md is out of date: run python scripts/draw_state_diagrams.py")
            return 1
        return 0
    TARGET.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
