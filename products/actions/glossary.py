"""Explaining words: a product's own, and the shipped ones in the product's words."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from products.choices import Side
from products.glossary import ShippedTerm, forms_in, glossary_of, shipped_named
from products.models import GlossaryTerm, Product
from products.permissions import Ability, check_can

_EDITABLE = frozenset({"forms", "meaning", "side"})


def write_term(
    *,
    product: Product,
    by: User,
    word: str,
    meaning: str,
    forms: str = "",
    side: str = "",
    is_active: bool = True,
    reason: str = "",
) -> GlossaryTerm:
    """Explain a word on this product; one of a shipped word goes before it.

    ``forms`` are further ways to write it, one on each line; ``side`` is a ``Side`` or ''.
    ``is_active`` off: the shipped word is not explained here. Raises ``NotAllowed``,
    ``NotPossible`` (no word, no meaning, a word or form that is there already) and ``BadText``.
    """
    check_can(by, Ability.KEEP_GLOSSARY, product)
    word = " ".join(word.split())
    with act(by=by, reason=reason or f"Explained “{word}”", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        if GlossaryTerm.objects.filter(product=product, word__iexact=word).exists():
            raise NotPossible(
                f"“{word}” is in the glossary of {product.name} already. Nothing was saved. "
                "Edit that one."
            )
        term = GlossaryTerm(
            product=product,
            word=word,
            forms="\n".join(forms_in(forms)),
            meaning=meaning.strip(),
            side=side,
            is_active=is_active,
        )
        _check(term)
        term.save()
    return term


def edit_term(
    *,
    term: GlossaryTerm,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> GlossaryTerm:
    """Explain a word in other words; returns it as it now is.

    ``changes`` holds any of forms, meaning, side. The word itself stays: it is what people look
    for. Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise ValueError(f"edit_term cannot change {', '.join(sorted(unknown))}")
    proposed = {name: value.strip() for name, value in changes.items()}
    if "forms" in proposed:
        proposed["forms"] = "\n".join(forms_in(proposed["forms"]))
    return _changed(term, by, proposed, base_version, reason or f"Reworded “{term.word}”")


def set_explained(
    *, term: GlossaryTerm, by: User, is_explained: bool, reason: str = ""
) -> GlossaryTerm:
    """Explain a word where it appears, or no longer. Raises ``NotAllowed`` and ``NotPossible``."""
    if term.is_active == is_explained:
        now = "explained already" if is_explained else "not explained as it is"
        raise NotPossible(f"“{term.word}” is {now}. Nothing was changed.")
    default = f"{'Explained' if is_explained else 'No longer explained'} “{term.word}”"
    return _changed(term, by, {"is_active": is_explained}, None, reason or default)


def restore_shipped(*, term: GlossaryTerm, by: User, reason: str = "") -> GlossaryTerm:
    """Take the shipped wording of a word back. Raises ``NotAllowed``; ``NotPossible`` where no word
    like it is shipped."""
    shipped = _shipped(term)
    values = {
        "forms": "\n".join(shipped.forms),
        "meaning": shipped.meaning,
        "side": shipped.side,
        "is_active": True,
    }
    default = f"Took the shipped wording of “{term.word}” back"
    return _changed(term, by, values, None, reason or default)


def _shipped(term: GlossaryTerm) -> ShippedTerm:
    shipped = shipped_named(term.word)
    if shipped is None:
        raise NotPossible(
            f"“{term.word}” is this product’s own word; none like it is shipped. Nothing was "
            "changed. Edit it, or say that it is no longer explained."
        )
    return shipped


def _changed(
    term: GlossaryTerm,
    by: User,
    values: Mapping[str, Any],
    base_version: int | None,
    reason: str,
) -> GlossaryTerm:
    check_can(by, Ability.KEEP_GLOSSARY, term.product)
    with act(by=by, reason=reason, scope=term.product.scope):
        Product.objects.select_for_update().get(pk=term.product_id)
        current = GlossaryTerm.objects.select_for_update().get(pk=term.pk)
        for name, value in merged_changes(current, dict(values), base_version).items():
            setattr(current, name, value)
        _check(current)
        current.save()
    return current


def _check(term: GlossaryTerm) -> None:
    """Refuse what cannot be stored, and a way to write a word that another word has.

    Raises ``NotPossible`` and ``BadText``.
    """
    if term.side not in ("", *Side.values):
        raise NotPossible("Say whose word it is: clinical, product, or both. Nothing was saved.")
    check_row(term)
    if not term.is_active:
        return
    own = {form.casefold() for form in (term.word, *forms_in(term.forms))}
    for other in glossary_of(term.product):
        if other.word.casefold() == term.word.casefold() or not other.is_explained:
            continue
        twice = own & {form.casefold() for form in (other.word, *other.forms)}
        if twice:
            raise NotPossible(
                f"“{sorted(twice)[0]}” is explained under “{other.word}” already. Nothing was "
                "saved. Edit that word, or leave this way of writing it out."
            )
