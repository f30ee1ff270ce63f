"""What a seal keeps of an entry: the hash of everything that stands in it.

The row text goes in through its own hash, which an entry carries beside it: whoever changes the
text has to change that hash, and whoever changes that hash changes the leaf.
"""

from json.encoder import encode_basestring
from typing import Any

from audit.canonical import canonical_json
from audit.merkle import leaf_hash

#: The columns of an entry that its leaf covers, in this order wherever entries are read raw.
LEAF_COLUMNS = (
    *("id", "act", "scope", "table", "key", "model", "object_id", "label", "kind", "sha256"),
    *("person_id", "reason", "at"),
)


def leaf_of(values: tuple[Any, ...]) -> str:
    """The leaf of an entry whose columns are ``values``, in the order of ``LEAF_COLUMNS``.

    64 hexadecimal digits. ``act`` and ``at`` are text as canonical JSON has them, or a UUID and a
    time; numbers are integers. Raises ``TypeError`` or ``ValueError`` for anything else.
    """
    return leaf_hash(leaf_text(values).encode("utf-8")).hex()


def leaf_text(values: tuple[Any, ...]) -> str:
    """The canonical JSON of an entry without its row text; what ``canonical_json`` would write.

    Written out by hand because a check of the record does it a million times.
    """
    (key_id, act, scope, table, key, model, object_id, label, kind, sha256, person, reason, at) = (
        values
    )
    text = encode_basestring
    if not isinstance(act, str) or not isinstance(at, str):
        return canonical_json(dict(zip(LEAF_COLUMNS, values, strict=True)))
    return (
        f'{{"act":{text(act)},"at":{text(at)},"id":{key_id:d},"key":{text(key)},'
        f'"kind":{text(kind)},"label":{text(label)},"model":{text(model)},'
        f'"object_id":{object_id:d},"person_id":{person:d},"reason":{text(reason)},'
        f'"scope":{text(scope)},"sha256":{text(sha256)},"table":{text(table)}}}'
    )
