"""What the page asks of a file: what its columns hold, and what its words mean."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

from hazards.importing.files import open_log
from hazards.importing.intake import Brought
from hazards.importing.layout import choose_layout
from hazards.importing.mapping import Mapping, Proposal, propose
from hazards.importing.remembered_mappings import Remembered, proposed_mapping, remembered_for
from hazards.importing.words_said import AxisWords, WordGuess, word_guesses
from hazards.matrix_reading import read_matrix
from hazards.queries import current_matrix
from products.models import Product


@dataclass(frozen=True)
class Question:
    """A file as it would be read, and what was said of files like it."""

    proposal: Proposal
    remembered: Remembered | None
    matrix: AxisWords | None
    proposed: Mapping


def question_about(product: Product, brought: Brought, sheet: str = "") -> Question:
    """How a file would be read. Raises ``NotPossible`` for what is no log."""
    matrix = matrix_words(product)
    proposal = propose(
        name=brought.name, content=brought.content, sheet=sheet or brought.sheet, matrix=matrix
    )
    remembered = remembered_for(product, proposal)
    return Question(proposal, remembered, matrix, proposed_mapping(proposal, remembered, matrix))


def matrix_words(product: Product) -> AxisWords | None:
    """The words of the product's matrix; None without one."""
    matrix = current_matrix(product)
    return AxisWords.of(read_matrix(matrix)) if matrix is not None else None


def words_in(
    brought: Brought, sheet: str, columns: AnyMapping[str, str], matrix: AxisWords | None
) -> tuple[WordGuess, ...]:
    """The words that the matrix does not have, where the columns are those that a person chose.

    Raises ``NotPossible`` where the choice does not fit: two columns of one field, or none with
    the name of the hazard.
    """
    sheets = open_log(brought.name, brought.content)
    layout, _ = choose_layout(sheets, sheet, columns)
    return tuple(word_guesses(layout, matrix))
