"""What people decide about findings: waivers, and answers to the questions behind them."""

import datetime

from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import Conflict, FieldConflict, NotPossible
from hazards.choices import FindingLevel
from hazards.locks import lock_product
from hazards.models import ChallengeAnswer, Hazard, Waiver
from hazards.quality.catalogue import rule_of
from hazards.quality.checking import Checked, found_now
from hazards.quality.marks import is_covered, waivers_in_force
from hazards.quality.rule import RULES
from hazards.quality.storing import check_again
from hazards.quality.thresholds import thresholds
from hazards.quality.words import said
from products.models import Product
from products.permissions import Ability, check_can

_GONE = "The rules do not find this any more. Nothing was saved: there is nothing left to waive."


def give_waiver(
    *,
    product: Product,
    by: User,
    rule: str,
    because: str,
    expires_on: datetime.date,
    hazard: Hazard | None = None,
    subject: str = "",
    interim_measures: str = "",
    reason: str = "",
) -> Waiver:
    """Let a finding stand until a day: one that blocks by a clinical safety officer, for 90 days at
    most, with interim measures; a warning by the team.

    Raises ``NotAllowed``; ``NotPossible`` where the rules do not find it, nobody may waive it, it
    is waived already, or the day, the reason or the measures do not do.
    """
    check_can(by, Ability.EDIT_LOG, product)
    found = found_now(product, hazard, rule, subject)
    if found is None:
        raise NotPossible(_GONE)
    _check_waivable(found, by, product)
    _check_terms(found.level, because, interim_measures, expires_on)
    with act(by=by, reason=reason or because, scope=product.scope) as under_way:
        lock_product(product)
        _check_not_waived(product, hazard, found)
        waiver = Waiver(
            product=product,
            hazard=hazard,
            rule=rule,
            subject=subject,
            level=found.level,
            because=because.strip(),
            interim_measures=interim_measures.strip(),
            expires_on=expires_on,
            given_at=under_way.at,
            given_by=by,
        )
        check_row(waiver)
        waiver.save()
        check_again(product, [hazard.pk] if hazard else [])
    return waiver


def _check_waivable(found: Checked, by: User, product: Product) -> None:
    if not rule_of(found.rule).may_be_waived(found.subject):
        raise NotPossible(f"Nobody may waive this ({found.rule}). Nothing was saved. Put it right.")
    if found.level == FindingLevel.BLOCKS:
        check_can(by, Ability.GOVERN_LOG, product)
    if found.level == FindingLevel.INFORMS:
        raise NotPossible(
            "This only informs: it keeps nobody from anything, so there is nothing to waive. "
            "Nothing was saved."
        )


def _check_terms(
    level: FindingLevel, because: str, interim_measures: str, expires_on: datetime.date
) -> None:
    limits, blocks = thresholds(), level == FindingLevel.BLOCKS
    days = limits.longest_waiver if blocks else limits.longest_waiver_of_warning
    today = timezone.localdate()
    latest = today + datetime.timedelta(days=days)
    if not said(because):
        raise NotPossible("Say why it need not be put right now. Nothing was saved.")
    if blocks and not said(interim_measures):
        raise NotPossible(
            "It blocks the release: say what protects patients until it is put right. "
            "Nothing was saved."
        )
    if not today <= expires_on <= latest:
        raise NotPossible(
            f"A waiver of this lasts {days} days at most and ends today at the earliest. Nothing "
            f"was saved; choose a day up to {latest:%-d %B %Y}."
        )


def _check_not_waived(product: Product, hazard: Hazard | None, found: Checked) -> None:
    """One of a warning is in nobody's way once the finding blocks: it does not hold any more."""
    standing = waivers_in_force(product, timezone.localdate()).filter(
        hazard=hazard, rule=found.rule, subject=found.subject
    )
    for each in standing:
        if is_covered(found.level, each):
            raise NotPossible(
                f"It is waived until {each.expires_on:%-d %B %Y} already. Nothing was saved. "
                "Withdraw that waiver first."
            )


def withdraw_waiver(*, waiver: Waiver, by: User, reason: str) -> Waiver:
    """Take a waiver back: the finding counts again. Who may give it may take it back.

    Raises ``NotAllowed``; ``NotPossible`` without a reason or when it was taken back already.
    """
    product = waiver.product
    blocks = waiver.level == FindingLevel.BLOCKS
    check_can(by, Ability.GOVERN_LOG if blocks else Ability.EDIT_LOG, product)
    with act(by=by, reason=reason, scope=product.scope):
        lock_product(product)
        locked: Waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
        if not locked.is_active:
            raise NotPossible("This waiver was taken back already. Nothing was changed.")
        locked.is_active = False
        locked.save()
        check_again(product, [locked.hazard_id] if locked.hazard_id else [])
    return locked


def answer_challenge(
    *,
    product: Product,
    by: User,
    rule: str,
    answer: str,
    hazard: Hazard | None = None,
    subject: str = "",
    base_version: int | None = None,
    reason: str = "",
) -> ChallengeAnswer:
    """Keep the team's answer to the question behind a finding; an empty one takes it back.

    ``base_version`` is that of the answer that the person saw, 0 where there was none. It is kept
    when the finding is gone. Raises ``NotAllowed``; ``NotPossible`` for a rule that is none or a
    question that the rules do not ask; ``Conflict`` when somebody else changed it.
    """
    check_can(by, Ability.EDIT_LOG, product)
    if rule not in RULES:
        raise NotPossible("There is no such rule. Nothing was saved.")
    about = {"product": product, "hazard": hazard, "rule": rule, "subject": subject}
    with act(by=by, reason=reason or "Answered a question about the log", scope=product.scope):
        lock_product(product)
        kept = ChallengeAnswer.objects.select_for_update().filter(**about).first()
        if not answer.strip() and (kept is None or not kept.answer):
            raise NotPossible("Nothing is written, so nothing was kept. Write the answer.")
        if kept is None:
            if found_now(product, hazard, rule, subject) is None:
                raise NotPossible(
                    "The rules do not find this, so nobody asks it. Nothing was saved."
                )
            kept = ChallengeAnswer(**about, answer=answer.strip())
        else:
            _change_answer(kept, answer.strip(), base_version)
        check_row(kept)
        kept.save()
    return kept


def _change_answer(kept: ChallengeAnswer, answer: str, base_version: int | None) -> None:
    if base_version == 0 and kept.answer and kept.answer != answer:
        found = FieldConflict("answer", "answer", "", kept.answer, answer)
        raise Conflict([found], kept.version)
    for name, value in merged_changes(kept, {"answer": answer}, base_version or None).items():
        setattr(kept, name, value)
