"""The form that takes a hazard log: a workbook, and which of its sheets."""

from django import forms

from accounts.forms import SheetForm, WrittenField

XLSX = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_NAME_LIMIT = 100  # characters; Excel allows 31


class ImportForm(SheetForm):
    """A workbook to look at. What is wrong with it is said by ``hazards.importing.read``."""

    file = forms.FileField(
        label="Workbook",
        allow_empty_file=True,  # the reader has its own sentence for that
        help_text="An Excel workbook (.xlsx) in the NHS template layout.",
        widget=forms.FileInput(attrs={"accept": XLSX}),
        error_messages={"required": "Choose the workbook with your hazard log."},
    )
    sheet = WrittenField(
        label="Sheet (optional)",
        required=False,
        limit=SHEET_NAME_LIMIT,
        help_text="Leave it empty to read the sheet that looks like a hazard log.",
    )
