"""Estimating risk: every estimate is a record, and the hazard shows the worst that stands."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.acts import Otherwise
from audit.concurrency import merged_changes
from audit.errors import ChangedMeanwhile, NotPossible
from hazards.actions.checks import check_values
from hazards.choices import Patients, Stage
from hazards.locks import changing, changing_one, check_in_the_log
from hazards.models import (
    Assumption,
    Cause,
    Cell,
    Estimate,
    Harm,
    Hazard,
    LikelihoodLevel,
    SeverityLevel,
)
from hazards.queries import IN_THE_LOG, current_matrix, estimate_facts, newest_estimate
from hazards.rules import current_estimates, worst
from products.models import Product
from products.permissions import Ability

ASSUMPTION_FIELDS = frozenset({"text", "held_by", "valid_until", "state", "hazard_id"})


def record_estimate(
    *,
    hazard: Hazard,
    by: User,
    stage: Stage,
    severity: SeverityLevel,
    likelihood: LikelihoodLevel,
    cause: Cause | None = None,
    harm: Harm | None = None,
    patients: Patients | None = None,
    why_severity: str = "",
    why_likelihood: str = "",
    assumption: Assumption | None = None,
    from_file: bool = False,
    seen: int | None = None,
    reason: str = "",
) -> Estimate:
    """Record severity and likelihood of a harm, initial or residual, with one sentence why each.

    The class is looked up in the product's current matrix. Older estimates are superseded and
    kept. Only an import (``from_file``) may leave the reasons out, and only where the file did.
    ``seen`` is the key of the newest estimate that the person saw, 0 where there was none.

    Raises ``NotAllowed``; ``NotPossible`` for a missing reason, levels of another matrix, or a
    cause, harm or assumption that is not this hazard's; ``ChangedMeanwhile`` where somebody else
    estimated the same since.
    """
    if not from_file and not (why_severity.strip() and why_likelihood.strip()):
        raise NotPossible(
            "Say in one sentence why this severity and why this likelihood. Nothing was saved."
        )
    default_reason = f"Estimated the {stage.label.lower()} risk"
    with changing_one(
        hazard, by=by, ability=Ability.ESTIMATE, reason=reason or default_reason
    ) as locked:
        _check_parts(locked, cause, harm, assumption)
        _check_seen(locked, stage, cause, seen)
        cell = _cell(locked.product, severity, likelihood)
        estimate = Estimate(
            hazard=locked,
            cause=cause,
            harm=harm,
            stage=stage,
            patients=patients or "",
            matrix=cell.matrix,
            severity=severity,
            likelihood=likelihood,
            risk_class=cell.risk_class,
            class_number=cell.risk_class.number,
            acceptability=cell.risk_class.acceptability,
            why_severity=why_severity.strip(),
            why_likelihood=why_likelihood.strip(),
            assumption=assumption,
            estimated_at=timezone.now(),
            estimated_by=by,
        )
        check_values(estimate, locked.product, ())
        estimate.save()
        show_worst(locked)
    return estimate


def show_worst(hazard: Hazard) -> None:
    """Copy the worst estimates that stand onto a locked hazard, which its block saves."""
    causes = list(Cause.objects.filter(hazard=hazard, is_active=True).values_list("pk", flat=True))
    for stage in Stage:
        shown = worst(current_estimates(estimate_facts(hazard, stage), causes))
        setattr(hazard, f"worst_{stage.value}_id", shown.id if shown else None)


def add_assumption(
    *,
    product: Product,
    by: User,
    text: str,
    hazard: Hazard | None = None,
    held_by: str = "",
    valid_until: Any = None,
    reason: str = "",
) -> Assumption:
    """Write down what must stay true. Raises ``NotAllowed``, ``NotPossible``, ``BadText``."""
    if not text.strip():
        raise NotPossible("Write the assumption: nothing was saved.")
    assumption = Assumption(
        product=product,
        hazard=hazard,
        text=text.strip(),
        held_by=held_by.strip(),
        valid_until=valid_until,
    )
    with changing(
        [hazard] if hazard else [],
        product=product,
        by=by,
        ability=Ability.EDIT_LOG,
        reason=reason or Otherwise("Added an assumption"),
    ) as locked:
        for each in locked:
            check_in_the_log(each)
        check_values(assumption, product, ["hazard_id"])
        assumption.save()
    return assumption


def edit_assumption(
    *,
    assumption: Assumption,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Assumption:
    """Change an assumption, or say that it is broken: for every hazard that is estimated on it.

    Raises as ``edit_hazard`` does.
    """
    if set(changes) - ASSUMPTION_FIELDS:
        raise TypeError("not fields that people edit on an assumption")
    if "text" in changes and not str(changes["text"]).strip():
        raise NotPossible("It cannot be empty. Nothing was saved. Mark it withdrawn instead.")
    product = assumption.product
    # Of the one hazard and of the other, where it is moved.
    about = {assumption.hazard_id, changes.get("hazard_id")} - {None}
    estimated = Q(estimates__assumption=assumption, state__in=IN_THE_LOG)
    with changing(
        Hazard.objects.filter(Q(pk__in=about) | estimated, product=product).distinct(),
        product=product,
        by=by,
        ability=Ability.EDIT_LOG,
        reason=reason or Otherwise("Edited an assumption"),
    ) as hazards:
        for each in hazards:
            if each.pk in about:
                check_in_the_log(each)
        locked = Assumption.objects.select_for_update().get(pk=assumption.pk)
        wanted = merged_changes(locked, changes, base_version)
        for name, value in wanted.items():
            setattr(locked, name, value)
        check_values(locked, product, wanted)
        locked.save()
    return locked


def _cell(product: Product, severity: SeverityLevel, likelihood: LikelihoodLevel) -> Cell:
    matrix = current_matrix(product)
    cell = (
        Cell.objects.select_related("risk_class", "matrix")
        .filter(matrix=matrix, severity=severity, likelihood=likelihood)
        .first()
    )
    if cell is None:
        raise NotPossible(
            "These words are not of the risk matrix that the product uses now. Nothing was saved. "
            "Reload the page and choose again."
        )
    return cell


def _check_seen(hazard: Hazard, stage: Stage, cause: Cause | None, seen: int | None) -> None:
    if seen is None:
        return
    newest = newest_estimate(hazard, stage, cause.pk if cause is not None else None)
    if newest is None or newest.pk <= seen:
        return
    raise ChangedMeanwhile(
        f"{newest.estimated_by.name} estimated this meanwhile: class {newest.class_number}, "
        f"{newest.severity.word} · {newest.likelihood.word}, because “{newest.why_severity}” and "
        f"“{newest.why_likelihood}”. Nothing was saved; what you wrote stands here. Save again so "
        "that yours counts, or leave theirs."
    )


def _check_parts(
    hazard: Hazard, cause: Cause | None, harm: Harm | None, assumption: Assumption | None
) -> None:
    parts: list[Cause | Harm] = [part for part in (cause, harm) if part is not None]
    for part in parts:
        there = type(part)._default_manager.filter(pk=part.pk, hazard=hazard, is_active=True)
        if not there.exists():
            raise NotPossible(
                f"That {part._meta.verbose_name} is not in this hazard. Nothing was saved. "
                "Reload the page and choose again."
            )
    if assumption is not None and assumption.product_id != hazard.product_id:
        raise NotPossible("That assumption is of another product. Nothing was saved.")
