"""Two people, one row: merge what does not collide, show both versions of what does."""

from collections.abc import Mapping
from typing import Any

from audit.errors import Conflict, FieldConflict
from audit.tracked import Tracked, history_of


def merged_changes(
    row: Tracked, proposed: Mapping[str, Any], base_version: int | None
) -> dict[str, Any]:
    """The proposed values that really are changes, given the version the person had before them.

    ``proposed`` holds values by field name (a foreign key by its ``…_id`` name). A field that only
    the other person changed keeps their value; one that both changed, differently, is a conflict.
    Without ``base_version`` (a script, an import) the proposed values are taken as they are.

    Raises ``Conflict`` with the three versions of each colliding field.
    """
    if base_version is None or base_version == row.version:
        return {name: value for name, value in proposed.items() if getattr(row, name) != value}
    base = history_of(row).filter(version=base_version).first()
    if base is None:
        base = row  # an unknown version: every difference is a change of this person
    collisions = []
    changes = {}
    for name, yours in proposed.items():
        before, theirs = getattr(base, name), getattr(row, name)
        if yours in (before, theirs):
            continue
        if theirs != before:
            field: Any = row._meta.get_field(name.removesuffix("_id"))
            label = str(field.verbose_name)
            collisions.append(FieldConflict(name, label, before, theirs, yours))
        else:
            changes[name] = yours
    if collisions:
        raise Conflict(collisions, row.version)
    return changes
