"""The pieces that the forms of the hazard log are made of."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.forms import WrittenField
from accounts.models import User
from hazards.models import Cause, Control, Harm, Hazard
from products.models import Product, Release
from products.queries import people_at_work

#: The short field for a reason: most saves need none, the action has its own sentence.
WHY = "Why (kept in the record)"
#: Characters of references typed in one go: each is looked for by itself.
REFERENCES_LIMIT = 2_000


#: How far ahead a next review is planned at most.
MOST_YEARS_AHEAD = 10


def check_next_review(day: datetime.date | None) -> datetime.date | None:
    """A day on which a hazard is reviewed next, as somebody sets it; raises ``ValidationError``.

    A day that stands already, or came with an imported log, is not asked.
    """
    today = timezone.localdate()
    if day is None:
        return None
    if day < today:
        raise forms.ValidationError(
            "That day is past, so it cannot be the next review. Choose today or a later day."
        )
    if day.year - today.year > MOST_YEARS_AHEAD:
        raise forms.ValidationError(
            f"That is more than {MOST_YEARS_AHEAD} years ahead: nobody would review it in time. "
            "Choose an earlier day."
        )
    return day


def chosen(model: type[models.Model], name: str, *, empty: str = "Not said yet") -> forms.Field:
    """The form's field for a choice of a model; ``empty`` names the empty choice, '' has none."""
    field: Any = model._meta.get_field(name)
    label = str(field.verbose_name)
    choices = list(field.flatchoices)
    return forms.ChoiceField(
        label=label[:1].upper() + label[1:],
        choices=[("", empty), *choices] if empty else choices,
        required=not empty,
        error_messages={"invalid_choice": "Choose one of the words in the list."},
    )


def why_field() -> WrittenField:
    """The optional reason of a change."""
    return WrittenField(label=WHY, required=False, limit=2_000)


def release_field(label: str, help_text: str = "") -> "forms.ModelChoiceField[Release]":
    """A release of the product; ``offer_releases`` says which."""
    return forms.ModelChoiceField(
        Release.objects.none(),
        label=label,
        required=False,
        empty_label="Not said yet",
        help_text=help_text,
    )


def person_field(label: str, empty: str = "Not said yet") -> "forms.ModelChoiceField[User]":
    """A person on the team; ``offer_people`` says whom."""
    return forms.ModelChoiceField(
        User.objects.none(), label=label, required=False, empty_label=empty
    )


def offer_releases(form: forms.Form, name: str, product: Product) -> None:
    """Let a release field choose among the releases of a product, newest first."""
    field: Any = form.fields[name]
    field.queryset = Release.objects.filter(product=product).order_by("-position")
    field.label_from_instance = lambda release: release.label


def offer_people(form: forms.Form, name: str, product: Product, now: int | None) -> None:
    """Let a person field choose among the team, and keep whom it names ``now``."""
    field: Any = form.fields[name]
    team = people_at_work(product)
    people: QuerySet[User] = User.objects.select_related("profile").order_by("profile__name", "pk")
    field.queryset = people.filter(Q(pk__in=team.values("pk")) | Q(pk=now))


class PartsField(forms.MultipleChoiceField):
    """Causes and harms of a hazard, ticked; none means the whole hazard."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Acts on")
        options.setdefault("required", False)
        options.setdefault("help_text", "Nothing ticked: it acts on the whole hazard.")
        super().__init__(**options)
        self.error_messages["invalid_choice"] = (
            "One of these is no longer in this hazard. Open the form again and choose anew."
        )
        self._parts: dict[str, Cause | Harm] = {}

    def offer(self, causes: Iterable[Cause], harms: Iterable[Harm]) -> None:
        """Offer these, numbered as on the page."""
        choices = []
        offered: list[tuple[str, list[Cause | Harm]]] = [("Cause", [*causes]), ("Harm", [*harms])]
        for word, parts in offered:
            for number, part in enumerate(parts, start=1):
                key = f"{word.lower()}-{part.pk}"
                self._parts[key] = part
                choices.append((key, f"{word} {number}: {part.text}"))
        self.choices = choices

    def causes(self, values: Iterable[str]) -> list[Cause]:
        """The causes among the ticked values."""
        return [part for each in values if isinstance(part := self._parts[each], Cause)]

    def harms(self, values: Iterable[str]) -> list[Harm]:
        """The harms among the ticked values."""
        return [part for each in values if isinstance(part := self._parts[each], Harm)]


def split_references(text: str) -> list[str]:
    """References typed with commas, spaces or on lines of their own, each once."""
    return list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


def hazards_named(product: Product, references: Iterable[str]) -> list[Hazard]:
    """The hazards of a product with these references, own or imported, in any case.

    Raises ``ValidationError`` that names those that are not in the log.
    """
    found: list[Hazard] = []
    unknown: list[str] = []
    for reference in references:
        hazard = Hazard.objects.filter(
            Q(reference__iexact=reference) | Q(imported_reference__iexact=reference),
            product=product,
        ).first()
        if hazard is None:
            unknown.append(reference)
        else:
            found.append(hazard)
    if unknown:
        raise forms.ValidationError(_not_here("hazard", unknown))
    return found


def control_named(product: Product, reference: str) -> Control:
    """The control of a product with this reference; raises ``ValidationError`` without one."""
    control = Control.objects.filter(product=product, reference__iexact=reference).first()
    if control is None:
        raise forms.ValidationError(_not_here("control", [reference]))
    control.product = product
    return control


def _not_here(word: str, references: list[str]) -> str:
    names = ", ".join(references)
    return f"No {word} of this product has the reference {names}. Check it and save again."
