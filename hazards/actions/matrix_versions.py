"""A product's risk matrix, version by version: started, edited, discarded, approved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.bulk import record_many
from audit.concurrency import merged_changes
from audit.errors import Conflict, NotPossible
from hazards.choices import MatrixState
from hazards.locks import lock_product
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.matrix_rules import (
    FEWEST_CLASSES,
    LARGEST,
    MOST_CLASSES,
    SMALLEST,
    scaled_class,
    scaled_places,
    why_not_approved,
)
from hazards.matrix_shape import fingerprint_of, shape_of
from hazards.models import (
    Cell,
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from hazards.queries import current_matrix
from products.models import Product
from products.permissions import Ability, check_can

Step = TypeVar("Step", SeverityLevel, LikelihoodLevel)
Part = SeverityLevel | LikelihoodLevel | RiskClass | Cell | HarmOutcome | MatrixVersion

#: What may be edited of each part of a draft.
EDITABLE: dict[type[Any], frozenset[str]] = {
    MatrixVersion: frozenset({"name"}),
    SeverityLevel: frozenset({"word", "meaning"}),
    LikelihoodLevel: frozenset({"word", "meaning"}),
    RiskClass: frozenset({"acceptability", "meaning", "accepted_by_role"}),
    Cell: frozenset({"risk_class_id"}),
    HarmOutcome: frozenset({"words", "for_one_id", "for_several_id"}),
}


def draft_matrix(
    *,
    product: Product,
    by: User,
    severities: int,
    likelihoods: int,
    classes: int,
    reason: str = "",
) -> MatrixVersion:
    """Start a new version of the product's matrix from the one in use, in this size.

    Words and classes are copied; where an axis grows, its new steps have no meaning yet and the
    draft cannot be approved until somebody says it. Raises ``NotAllowed``; ``NotPossible`` for a
    size that is not offered, or while another draft is open.
    """
    check_can(by, Ability.WRITE_PLAN, product)
    _check_size(severities, likelihoods, classes)
    with act(by=by, reason=reason or "Started a version of the risk matrix", scope=product.scope):
        lock_product(product)
        base = current_matrix(product)
        if base is None:
            raise NotPossible("The product has no risk matrix to start from. Nothing was changed.")
        _check_no_draft(product, base)
        newest = MatrixVersion.objects.filter(product=product).aggregate(n=Max("number"))["n"]
        draft = MatrixVersion(product=product, number=newest + 1, name=base.name, based_on=base)
        draft.save()
        _copy(read_matrix(base), draft, severities, likelihoods, classes)
    return draft


def _check_size(severities: int, likelihoods: int, classes: int) -> None:
    if not (SMALLEST <= severities <= LARGEST and SMALLEST <= likelihoods <= LARGEST):
        raise NotPossible(
            f"An axis has {SMALLEST} to {LARGEST} words. Nothing was changed. Choose again."
        )
    if not FEWEST_CLASSES <= classes <= MOST_CLASSES:
        raise NotPossible(
            f"A matrix has {FEWEST_CLASSES} to {MOST_CLASSES} classes. Nothing was changed. "
            "Choose again."
        )


def _check_no_draft(product: Product, base: MatrixVersion) -> None:
    draft = MatrixVersion.objects.filter(product=product, state=MatrixState.DRAFT).first()
    if draft is None:
        return
    if draft == base:
        raise NotPossible(
            f"Version {draft.number} is a draft still. Nothing was changed. Edit that one, or have "
            "it approved first."
        )
    raise NotPossible(
        f"Version {draft.number} is being drafted already. Nothing was changed. Edit that one, or "
        "discard it first."
    )


def _copy(
    base: MatrixReading, draft: MatrixVersion, severities: int, likelihoods: int, classes: int
) -> None:
    across = scaled_places(len(base.severities), severities)
    lowest_first = base.likelihoods[::-1]
    up = scaled_places(len(lowest_first), likelihoods)
    columns = _steps(SeverityLevel, draft, base.severities, across, "Severity")
    rows = _steps(LikelihoodLevel, draft, lowest_first, up, "Likelihood")
    made = [_class(draft, base, number, classes) for number in range(1, classes + 1)]
    for parts in (columns, rows, made):
        record_many(parts)
    record_many(
        [
            Cell(
                matrix=draft,
                severity=column,
                likelihood=row,
                risk_class=made[_class_at(base, up[high], across[wide], classes) - 1],
            )
            for high, row in enumerate(rows)
            for wide, column in enumerate(columns)
        ]
    )
    record_many(_outcomes(draft, base, columns, across))


def _class_at(base: MatrixReading, likelihood: int, severity: int, classes: int) -> int:
    cell = base.rows[len(base.rows) - 1 - likelihood].cells[severity]
    return scaled_class(cell.number, len(base.classes), classes)


def _steps(
    model: type[Step], draft: MatrixVersion, old: Sequence[Step], places: list[int], axis: str
) -> list[Step]:
    """The new axis; a step that comes from one that is taken already gets a name of its own."""
    made: list[Step] = []
    taken: set[int] = set()
    for position, place in enumerate(places, start=1):
        is_new = place in taken
        taken.add(place)
        word = f"{axis} {position}" if is_new else old[place].word
        meaning = "" if is_new else old[place].meaning
        made.append(model(matrix=draft, position=position, word=word, meaning=meaning))
    return made


def _class(draft: MatrixVersion, base: MatrixReading, number: int, classes: int) -> RiskClass:
    """A class of the draft: the highest of those that become it."""
    source = max(
        (each for each in base.classes if _becomes(each.number, base, classes) == number),
        key=lambda each: each.number,
        default=None,
    )
    if source is None:  # a new one: as acceptable as the next higher, until somebody says more
        above = next(each for each in base.classes if _becomes(each.number, base, classes) > number)
        return RiskClass(matrix=draft, number=number, acceptability=above.acceptability, meaning="")
    return RiskClass(
        matrix=draft,
        number=number,
        acceptability=source.acceptability,
        meaning=source.meaning,
        accepted_by_role=source.accepted_by_role,
    )


def _becomes(number: int, base: MatrixReading, classes: int) -> int:
    return scaled_class(number, len(base.classes), classes)


def _outcomes(
    draft: MatrixVersion, base: MatrixReading, columns: Sequence[SeverityLevel], across: list[int]
) -> list[HarmOutcome]:
    old = {level.pk: place for place, level in enumerate(base.severities)}

    def now(key: int | None) -> SeverityLevel | None:
        place = old.get(key) if key is not None else None
        return columns[across.index(place)] if place in across else None

    return [
        HarmOutcome(
            matrix=draft,
            position=each.position,
            words=each.words,
            for_one=now(each.for_one_id),
            for_several=now(each.for_several_id),
        )
        for each in base.outcomes
    ]


def edit_matrix(
    *,
    matrix: MatrixVersion,
    by: User,
    changes: Mapping[Part, Mapping[str, Any]],
    versions: Mapping[Part, int | None] | None = None,
    reason: str = "",
) -> MatrixVersion:
    """Change the words, squares and classes of a draft: values by part, columns of ``EDITABLE``.

    ``versions`` are those that the person had before them. All of it is saved or nothing. Raises
    ``NotAllowed``; ``NotPossible`` for a version that is no draft, a part of another matrix, a word
    used twice; ``Conflict`` when somebody else changed the same value.
    """
    check_can(by, Ability.WRITE_PLAN, matrix.product)
    scope = matrix.product.scope
    with act(by=by, reason=reason or "Edited the risk matrix", scope=scope):
        locked = MatrixVersion.objects.select_for_update().get(pk=matrix.pk)
        if locked.state != MatrixState.DRAFT:
            raise NotPossible(
                f"Version {locked.number} is no draft any more, so nothing of it changes. "
                "Start a new version of the matrix."
            )
        for part, values in changes.items():
            _change(locked, part, values, (versions or {}).get(part))
    return locked


def _change(
    matrix: MatrixVersion, part: Part, values: Mapping[str, Any], version: int | None
) -> None:
    if set(values) - EDITABLE[type(part)]:
        raise TypeError("not what people edit of a matrix")
    row: Any = type(part)._default_manager.select_for_update().get(pk=part.pk)
    if row != matrix and row.matrix_id != matrix.pk:
        raise NotPossible("That is part of another matrix. Nothing was saved. Reload the page.")
    try:
        wanted = merged_changes(row, values, version)
    except Conflict as conflict:
        # Every word has a meaning and every square a class: say of which it is.
        of = f"{row.severity} · {row.likelihood}" if isinstance(row, Cell) else str(row)
        named = [replace(each, label=f"{each.label} of “{of}”") for each in conflict.fields]
        raise Conflict(named, conflict.current_version) from conflict
    for name, value in wanted.items():
        _check_value(matrix, row, name, value)
        setattr(row, name, value)
    if wanted:
        check_row(row)
        row.save()


def _check_value(matrix: MatrixVersion, row: Any, name: str, value: Any) -> None:
    if name == "word":
        others = type(row)._default_manager.filter(matrix=matrix).exclude(pk=row.pk)
        if others.filter(word__iexact=value).exists():
            raise NotPossible(
                f"“{value}” stands on this axis already. Nothing was saved. To swap two words, "
                "save one of them under another name first."
            )
    named: dict[str, type[Any]] = {
        "risk_class_id": RiskClass,
        "for_one_id": SeverityLevel,
        "for_several_id": SeverityLevel,
    }
    of = named.get(name)
    if of and value is not None and not of._default_manager.filter(pk=value, matrix=matrix):
        raise NotPossible("That choice is of another matrix. Nothing was saved. Reload the page.")


def discard_matrix(*, matrix: MatrixVersion, by: User, reason: str) -> MatrixVersion:
    """Put a draft aside for good; it is kept. Raises ``NotAllowed``; ``NotPossible`` for another
    state, or when the product would be left without a matrix.
    """
    check_can(by, Ability.WRITE_PLAN, matrix.product)
    with act(by=by, reason=reason, scope=matrix.product.scope):
        locked = MatrixVersion.objects.select_for_update().get(pk=matrix.pk)
        if locked.state != MatrixState.DRAFT:
            raise NotPossible("Only a draft can be discarded. Nothing was changed.")
        if current_matrix(locked.product) == locked:
            raise NotPossible(
                "Risks are estimated against this draft, and there is no other matrix. Nothing was "
                "changed. Edit it instead."
            )
        locked.state = MatrixState.DISCARDED
        locked.save()
    return locked


def approve_matrix(
    *, matrix: MatrixVersion, by: User, seen: str | None = None, reason: str = ""
) -> MatrixVersion:
    """A clinical safety officer approves a matrix version (clause 3.2.2); it is the one in use.

    ``seen`` is the fingerprint of what the officer read (``matrix_shape.fingerprint_of``). No
    estimate is rewritten: those whose class moves stand as they were and wait to be estimated
    again (``hazards.matrix_moves``). Raises ``NotAllowed``; ``NotPossible`` with what is missing,
    and where the draft was changed while the officer read it.
    """
    check_can(by, Ability.GOVERN_LOG, matrix.product)
    with act(by=by, reason=reason or "Approved the risk matrix", scope=matrix.product.scope):
        lock_product(matrix.product)
        locked = MatrixVersion.objects.select_for_update().get(pk=matrix.pk)
        if locked.state == MatrixState.APPROVED:
            raise NotPossible("This version of the matrix is approved already. Nothing changed.")
        if locked.state == MatrixState.DISCARDED:
            raise NotPossible("This version was discarded. Nothing changed. Start a new one.")
        now = read_matrix(locked)
        if seen is not None and seen != fingerprint_of(now):
            raise NotPossible(
                "This draft was changed while you read it. Nothing was approved. Read it as it is "
                "now, then approve it."
            )
        missing = why_not_approved(shape_of(now))
        if missing:
            raise NotPossible(f"This matrix cannot be approved yet. {' '.join(missing)}")
        locked.state = MatrixState.APPROVED
        locked.approved_at = timezone.now()
        locked.approved_by = by
        locked.save()
    return locked
