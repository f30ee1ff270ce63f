"""The statuses of a file, and who may let them count: deciding on them is one role's alone."""

from accounts.models import User
from hazards.choices import HazardStatus
from hazards.importing.cells import folded, is_placeholder
from hazards.importing.fields import Field
from hazards.importing.findings import Findings, Level
from hazards.importing.memory import RememberedHazard
from hazards.importing.parsed import ParsedHazard
from products.models import Product
from products.permissions import Ability, standing_of

#: Remembered of a hazard that was brought in as a draft, since its importer may not make it live.
_LEFT_A_DRAFT = "left_a_draft"


class Statuses:
    """Reads the statuses of a file; ``count`` says whether its importer may decide on them."""

    def __init__(self, product: Product, by: User, findings: Findings) -> None:
        # A command that nobody's name was given to acts for whoever runs the server.
        self.count = by.is_system or standing_of(by, product).can(Ability.GOVERN_LOG)
        self.findings = findings

    def known(self, parsed: ParsedHazard) -> HazardStatus | None:
        """The file's status where it is one."""
        word = folded(parsed.words.get(Field.STATUS, ""))
        return next((status for status in HazardStatus if status.value == word), None)

    def read(self, parsed: ParsedHazard) -> HazardStatus | None:
        """The file's status; a word that is none is reported."""
        status = self.known(parsed)
        word = parsed.words.get(Field.STATUS, "")
        if status is None and word and not is_placeholder(word):
            self.findings.add(
                Level.PROBLEM,
                parsed.cells[Field.STATUS],
                found=word,
                done="The status of a hazard is open, transferred or closed, and this is none of "
                "them. The status here stays as it was; a new hazard is open.",
                todo="Set the status on the hazard, or say what the word means when you import the "
                "file again.",
                reference=parsed.called,
            )
        return status

    def to_remember(self, parsed: ParsedHazard, *, is_new: bool) -> dict[str, str]:
        """What a later import has to know of the file's status: what of it counted here."""
        if not self.count:
            opened = {Field.STATUS.value: HazardStatus.OPEN.value, _LEFT_A_DRAFT: "yes"}
            return opened if is_new else {}
        status = self.known(parsed)
        return {_LEFT_A_DRAFT: ""} | ({Field.STATUS.value: status.value} if status else {})

    def makes_live(self, before: RememberedHazard) -> bool:
        """Whether this import makes the draft live that an earlier one had to leave."""
        return self.count and before.words.get(_LEFT_A_DRAFT) == "yes"

    def note_draft(self, parsed: ParsedHazard) -> None:
        """Say that a new hazard stays a draft, and open whatever the file says."""
        self._note(
            parsed,
            "Whether a hazard is live, and its status, is for the clinical safety officer to "
            "decide: it is brought in as an open draft.",
            "Ask the clinical safety officer to make it live and set its status on its page, or "
            "to import this file again.",
        )

    def note_left(self, parsed: ParsedHazard, here: HazardStatus) -> None:
        """Say that the status of a hazard that stands was left."""
        self._note(
            parsed,
            "The status is for the clinical safety officer to decide: it was left "
            f"{here.label.lower()}.",
            "Ask the clinical safety officer to set it on the hazard, or to import this file "
            "again.",
        )

    def _note(self, parsed: ParsedHazard, done: str, todo: str) -> None:
        self.findings.add(
            Level.PROBLEM,
            parsed.cells.get(Field.STATUS, ""),
            found=parsed.words.get(Field.STATUS, ""),
            done=done,
            todo=todo,
            reference=parsed.called,
        )
