"""Drafting, writing, signing and rejecting the safety charter."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max

from accounts.credentials import Confirmed
from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.bulk import record_many
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.locks import lock_product
from products.models import Product
from products.permissions import Ability, check_can
from reviews.actions.signing import (
    Signing,
    check_seen,
    role_among,
    write_rejection,
    write_sign_offs,
)
from reviews.charter.lines import LineKind, kind_of
from reviews.charter.reading import CharterReading, Line, charters_of, lines_of, read_charter
from reviews.charter.rules import against_signing_charter
from reviews.choices import Meaning
from reviews.models import Charter, Rejection, SignOff
from reviews.sides import SIGNATORIES, SIGNS_FOR, side_in_words

DEEDS = {side: f"sign the charter for the {side_in_words(side)} side" for side in SIGNS_FOR}


def draft_charter(*, product: Product, by: User, reason: str = "") -> Charter:
    """Begin the next version: a copy of the newest one, or an empty first one.

    Raises ``NotAllowed``; ``NotPossible`` while the newest version is still a draft.
    """
    check_can(by, Ability.WRITE_CHARTER, product)
    with act(by=by, reason=reason or "Began a safety charter", scope=product.scope) as under_way:
        lock_product(product)
        newest = charters_of(product).first()
        if newest is not None and not read_charter(newest).is_settled:
            raise NotPossible(
                f"Version {newest.number} is not in force yet. Nothing was made: change that one."
            )
        charter = Charter(
            product=product,
            number=newest.number + 1 if newest else 1,
            promise=newest.promise if newest else "",
            drafted_at=under_way.at,
            drafted_by=by,
        )
        charter.save()
        if newest is not None:
            _copy_lines(newest, charter)
    return charter


def _copy_lines(newest: Charter, charter: Charter) -> None:
    lines = lines_of(newest)
    copied: Sequence[Sequence[Line]] = (lines.outcomes, lines.trade_offs, lines.rights)
    for kind, rows in zip(LineKind, copied, strict=True):
        record_many(
            [
                kind.model(
                    charter=charter,
                    position=position,
                    **{name: getattr(row, name) for name in kind.fields},
                )
                for position, row in enumerate(rows, start=1)
            ]
        )


def write_promise(
    *,
    charter: Charter,
    by: User,
    promise: str,
    base_version: int | None = None,
    reason: str = "",
) -> Charter:
    """Write what both sides promise each other, in a few sentences.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``, ``Conflict``.
    """
    check_can(by, Ability.WRITE_CHARTER, charter.product)
    with act(by=by, reason=reason or "Wrote the promise", scope=charter.product.scope):
        locked = _locked(charter)
        changes = merged_changes(locked, {"promise": promise.strip()}, base_version)
        for name, value in changes.items():
            setattr(locked, name, value)
        check_row(locked)
        locked.save()
    return locked


def add_line(
    *, charter: Charter, by: User, kind: LineKind, values: Mapping[str, Any], reason: str = ""
) -> Line:
    """Add an outcome, a trade-off or a decision right, after the others of its kind.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``.
    """
    _check_fields(kind, values)
    check_can(by, Ability.WRITE_CHARTER, charter.product)
    why = reason or f"Added a line to the charter: {kind.noun}"
    with act(by=by, reason=why, scope=charter.product.scope):
        locked = _locked(charter)
        line = kind.model(charter=locked, position=_next_place(kind, locked), **values)
        check_row(line)
        line.save()
    return line


def edit_line(
    *,
    line: Line,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Line:
    """Change what a line says. Signatures under the charter go out of date with that.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``, ``Conflict``.
    """
    kind = kind_of(line)
    _check_fields(kind, changes)
    check_can(by, Ability.WRITE_CHARTER, line.charter.product)
    with act(
        by=by, reason=reason or "Changed a line of the charter", scope=line.charter.product.scope
    ):
        _locked(line.charter)
        locked = _locked_line(line)
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        check_row(locked)
        locked.save()
    return locked


def take_out_line(*, line: Line, by: User, reason: str = "") -> Line:
    """Take a line out of the charter; it can be put back. Raises as ``edit_line`` does."""
    return _set_active(line, by, reason or "Took a line out of the charter", is_active=False)


def put_back_line(*, line: Line, by: User, reason: str = "") -> Line:
    """Put a line back that was taken out. Raises as ``edit_line`` does."""
    return _set_active(line, by, reason or "Put a line back into the charter", is_active=True)


def _set_active(line: Line, by: User, reason: str, *, is_active: bool) -> Line:
    check_can(by, Ability.WRITE_CHARTER, line.charter.product)
    with act(by=by, reason=reason, scope=line.charter.product.scope):
        charter = _locked(line.charter)
        locked = _locked_line(line)
        if locked.is_active is is_active:
            where = "in the charter" if is_active else "out of the charter"
            raise NotPossible(f"The line is {where} already. Nothing was changed.")
        locked.is_active = is_active
        if is_active:  # its old place may be somebody else's by now
            locked.position = _next_place(kind_of(line), charter)
        locked.save()
    return locked


def move_line(*, line: Line, by: User, up: bool, reason: str = "") -> Line:
    """Move a line one place up or down among those it stands with.

    Raises ``NotAllowed``; ``NotPossible`` where it is the first, or the last, already.
    """
    check_can(by, Ability.WRITE_CHARTER, line.charter.product)
    why = reason or "Moved a line of the charter"
    with act(by=by, reason=why, scope=line.charter.product.scope):
        _locked(line.charter)
        locked = _locked_line(line)
        other = _neighbour(locked, up=up)
        if other is None:
            place = "first" if up else "last"
            raise NotPossible(f"It stands {place} already. Nothing was changed.")
        locked.position, other.position = other.position, locked.position
        locked.save()
        other.save()
    return locked


def _neighbour(line: Line, *, up: bool) -> Line | None:
    kind = kind_of(line)
    beside = kind.model.objects.select_for_update().filter(charter=line.charter_id, is_active=True)
    if kind.groups_by:
        beside = beside.filter(**{kind.groups_by: getattr(line, kind.groups_by)})
    if up:
        found = beside.filter(position__lt=line.position).order_by("-position")
    else:
        found = beside.filter(position__gt=line.position).order_by("position")
    neighbour: Line | None = found.first()
    return neighbour


def sign_charter(
    *,
    charter: Charter,
    by: User,
    meaning: Meaning,
    seen: str,
    confirmed: Confirmed,
    comment: str = "",
) -> SignOff:
    """Agree to a charter for one side; with the second side it comes into force.

    ``seen`` is the fingerprint of what was on screen. Raises ``NotAllowed`` and ``NotPossible``.
    """
    if meaning not in SIGNS_FOR:
        raise NotPossible("A charter is signed for one side or the other. Nothing was signed.")
    role = role_among(by, charter.product, SIGNS_FOR[meaning], to=DEEDS[meaning])
    default = f"{meaning.label}: the safety charter"
    with act(by=by, reason=comment.strip() or default, scope=charter.product.scope):
        reading = _locked_reading(charter)
        check_seen(reading.subject, seen)
        in_the_way = against_signing_charter(reading, by, meaning)
        if in_the_way:
            raise NotPossible(f"{in_the_way[0]} Nothing was signed.")
        signing = Signing(reading.subject, meaning, role, comment)
        return write_sign_offs([signing], by=by, confirmed=confirmed)[0]


def reject_charter(*, charter: Charter, by: User, seen: str, reason: str) -> Rejection:
    """Refuse to sign a charter: it goes back to its author, with the reason.

    Raises ``NotAllowed``, ``NotPossible``.
    """
    role = role_among(by, charter.product, SIGNATORIES, to="reject the charter")
    if not reason.strip():
        raise NotPossible("Say why you reject it: its author has to know. Nothing was changed.")
    with act(by=by, reason=reason, scope=charter.product.scope):
        reading = _locked_reading(charter)
        _check_not_settled(reading)
        check_seen(reading.subject, seen)
        return write_rejection(reading.subject, by=by, role=role, why=reason)


# --- Locks and checks -----------------------------------------------------------------------------


def _locked_reading(charter: Charter) -> CharterReading:
    """The charter as it is now, locked, with its signatures."""
    lock_product(charter.product)
    charters = Charter.objects.select_related("product").select_for_update(of=("self",))
    return read_charter(charters.get(pk=charter.pk))


def _locked(charter: Charter) -> Charter:
    """The charter to be changed, locked; raises ``NotPossible`` when it is, or was, in force."""
    reading = _locked_reading(charter)
    _check_not_settled(reading)
    return reading.charter


def _locked_line(line: Line) -> Line:
    locked: Line = type(line)._default_manager.select_for_update().get(pk=line.pk)
    return locked


def _check_not_settled(reading: CharterReading) -> None:
    if reading.is_settled:
        number = reading.charter.number
        raise NotPossible(
            f"Version {number} was signed by both sides, so it stays as it was signed. Nothing "
            "was changed. Begin the next version."
        )


def _check_fields(kind: LineKind, values: Mapping[str, Any]) -> None:
    if set(values) - kind.fields:
        raise TypeError(f"not fields of a line that people write: {sorted(set(values))}")


def _next_place(kind: LineKind, charter: Charter) -> int:
    last = kind.model.objects.filter(charter=charter).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1
