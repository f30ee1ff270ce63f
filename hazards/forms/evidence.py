"""Forms about evidence."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator

from accounts.forms import DayField, EditForm, SheetForm, WrittenField, written
from accounts.models import User
from hazards.forms.fields import (
    REFERENCES_LIMIT,
    chosen,
    control_named,
    offer_people,
    offer_releases,
    person_field,
    release_field,
    why_field,
)
from hazards.models import Control, Evidence, EvidenceFile
from hazards.permissions import can_speak_for_verifiers
from hazards.uploads import ACCEPTED
from products.models import Product


class EvidenceForm(EditForm):
    """A test, review or record, planned or obtained."""

    title = written(
        Evidence,
        "title",
        help_text="What is tested or looked at.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    state = chosen(Evidence, "state", empty="")
    of = chosen(Evidence, "of")
    result = chosen(Evidence, "result", empty="No result yet")
    dated_on = DayField(label="Date", required=False)
    release = release_field("Release tested")
    verifier = person_field("Verifier")
    valid_until = DayField(label="Valid until", required=False)
    link = forms.URLField(
        label="Link",
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        error_messages={"invalid": "This is not a web address. Write it like https://…"},
    )
    upload = forms.FileField(
        label="File", required=False, allow_empty_file=True, help_text=f"{ACCEPTED}."
    )
    kept_file = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = why_field()

    #: Short fields that stand side by side.
    side_by_side = ("state", "of", "result", "dated_on", "release", "verifier", "valid_until")
    at_the_end = ("link", "upload", "reason")
    beside_the_row = EditForm.beside_the_row | {"upload", "kept_file"}

    def __init__(
        self,
        *args: Any,
        product: Product,
        by: User,
        evidence: Evidence | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._product = product
        #: Hidden values that the next try carries: a file that is stored already.
        self.carried: dict[str, str] = {}
        offer_releases(self, "release", product)
        self._offer_verifiers(by, evidence)
        if evidence is not None and evidence.file is not None:
            self.fields["upload"].label = "Another file instead"
            self.fields["upload"].help_text = f"Kept now: {evidence.file.name}. {ACCEPTED}."

    def _offer_verifiers(self, by: User, evidence: Evidence | None) -> None:
        now = evidence.verifier_id if evidence is not None else None
        offer_people(self, "verifier", self._product, now)
        if can_speak_for_verifiers(by, self._product):
            return
        field: Any = self.fields["verifier"]
        field.queryset = field.queryset.filter(pk__in=[by.pk, now])
        field.help_text = (
            "You, where you looked at it. A clinical safety officer, a clinical product manager "
            "or a clinician may name somebody else."
        )

    def keep(self, stored: EvidenceFile) -> None:
        """Carry a stored file into the next try, so that nobody has to choose it again."""
        self.carried = {"kept_file": str(stored.public_id)}
        self.data = dict(self.data.items()) | self.carried
        self["upload"].help_text = f"{stored.name} is kept; it need not be chosen again."

    def clean_upload(self) -> Any:
        """Refuse a file that is too large before it is read."""
        upload = self.cleaned_data["upload"]
        limit = settings.UPLOAD_LIMIT_BYTES
        if upload and upload.size > limit:
            raise forms.ValidationError(
                f"The file is larger than {limit // 1024 // 1024} MB. "
                "Keep it where it is and give its link."
            )
        return upload

    def clean_kept_file(self) -> EvidenceFile | None:
        """The file that an earlier try stored already."""
        key = self.cleaned_data["kept_file"]
        return EvidenceFile.objects.filter(product=self._product, public_id=key).first()

    def clean(self) -> dict[str, Any]:
        """Say that a file has to be chosen again, since a browser does not keep it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors and cleaned.get("upload"):
            self.add_error("upload", "Choose the file again: a browser does not keep it.")
        return cleaned


class LinkEvidenceForm(SheetForm):
    """Another control that a piece of evidence speaks for."""

    control = WrittenField(
        label="Control", help_text="Its reference, for example CTL-012.", limit=REFERENCES_LIMIT
    )
    reason = why_field()

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = product

    def clean_control(self) -> Control:
        """The control that is named."""
        return control_named(self._product, self.cleaned_data["control"])
