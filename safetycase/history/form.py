"""The filters of a product's history as they are typed and chosen."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from accounts.forms import DayField, WrittenField
from products.models import Product
from safetycase.history.filter import HistoryFilter, RecordKind, people_in_history

#: Nothing is older than this, and no record of the future is looked for beyond that.
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
_LONGEST_KEY = 18  # digits; SQLite cannot even be asked for a number of twenty


class HistoryFilterForm(forms.Form):
    """What to look for. What is not understood is said, and filters nothing."""

    q = WrittenField(label="Words", required=False, one_line=True, limit=200)
    person = forms.TypedChoiceField(
        label="Who",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Nobody of this product's history. Choose somebody."},
    )
    kind = forms.ChoiceField(
        label="What",
        required=False,
        choices=[("", "Everything"), *RecordKind.choices],
        error_messages={"invalid_choice": "There is no such kind of thing. Choose one."},
    )
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)
    act = forms.UUIDField(
        label="Act",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "No act has this number. Everything is shown instead."},
    )

    def __init__(self, asked: QueryDict, *, product: Product) -> None:
        super().__init__(asked)
        key = asked.get("person", "")
        named = [int(key)] if key.isdecimal() and len(key) <= _LONGEST_KEY else []
        field: Any = self.fields["person"]
        people = people_in_history(product, *named)
        field.choices = [("", "Everybody"), *((each.pk, each.name) for each in people)]
        for name in ("q", "person", "kind", "since", "until"):
            is_wrong = name in self.errors
            self.fields[name].widget.attrs |= _looks_of(self.fields[name], name, is_wrong=is_wrong)

    def clean_since(self) -> datetime.date | None:
        """A day that calendars agree on."""
        return self._day("since")

    def clean_until(self) -> datetime.date | None:
        """A day that calendars agree on."""
        return self._day("until")

    def clean(self) -> dict[str, Any]:
        """Refuse days the wrong way round."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "This day is before the first one. Choose a later day.")
        return cleaned

    @property
    def wanted(self) -> HistoryFilter:
        """What is asked for, as far as it was understood."""
        said = self.cleaned_data
        kind: str = said.get("kind") or ""
        act: UUID | None = said.get("act")
        return HistoryFilter(
            words=said.get("q") or "",
            person=said.get("person"),
            kind=RecordKind(kind) if kind else None,
            since=said.get("since"),
            until=said.get("until"),
            act=act,
        )

    @property
    def in_words(self) -> str:
        """What it is narrowed to, each after a comma: ``, Who: Ed Engineer, What: Controls``."""
        words = ""
        for name, value in self.cleaned_data.items():
            if value in (None, ""):
                continue
            field: Any = self.fields[name]
            choices = dict(getattr(field, "choices", ()))
            words += f", {field.label}: {choices.get(value, value)}"
        return words

    def _day(self, name: str) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data[name]
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError("Choose a day between 1900 and 2199.")
        return day


def _looks_of(field: forms.Field, name: str, *, is_wrong: bool) -> dict[str, str]:
    looks = {"class": "form-select" if isinstance(field, forms.ChoiceField) else "form-control"}
    if is_wrong:
        looks |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}
        looks["class"] += " is-invalid"
    return looks
