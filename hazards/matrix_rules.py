"""What a risk matrix must be, as pure functions on plain values: no database, no request."""

from collections.abc import Sequence
from dataclasses import dataclass

from hazards.choices import Acceptability

#: How many words an axis may have.
SMALLEST, LARGEST = 3, 7
#: How many classes a matrix may have. Five is what colours and the standard's words tell apart.
FEWEST_CLASSES, MOST_CLASSES = 2, 5


@dataclass(frozen=True)
class ClassShape:
    """A risk class: its number and what it means."""

    number: int
    acceptability: Acceptability
    meaning: str = ""
    accepted_by: str = ""


@dataclass(frozen=True)
class MatrixShape:
    """A matrix as plain values: words lowest first, ``cells[likelihood][severity]`` class numbers.

    ``severities`` and ``likelihoods`` are pairs of a word and its meaning.
    """

    severities: Sequence[tuple[str, str]]
    likelihoods: Sequence[tuple[str, str]]
    classes: Sequence[ClassShape]
    cells: Sequence[Sequence[int]]


def scaled_places(old: int, new: int) -> list[int]:
    """For each of ``new`` steps of an axis the step (from 0) of the old one that it comes from.

    The lowest comes from the lowest and the highest from the highest; between them evenly.
    """
    if new == 1:
        return [0]
    # Halves are rounded up, so that what is added leans to the worse side.
    return [(2 * place * (old - 1) + new - 1) // (2 * (new - 1)) for place in range(new)]


def scaled_class(number: int, old: int, new: int) -> int:
    """The class (from 1) of ``new`` that stands where ``number`` stands among ``old``.

    Rounded up: with fewer classes a risk is never shown as lower than its place says.
    """
    if old == 1:
        return new
    return 1 + -(-(number - 1) * (new - 1) // (old - 1))


def why_not_approved(matrix: MatrixShape) -> list[str]:
    """What is missing before a matrix may be approved; empty when nothing is."""
    missing = []
    for axis, levels in (("severity", matrix.severities), ("likelihood", matrix.likelihoods)):
        words = [word.strip() for word, _ in levels]
        unsaid = [word or "a word" for word, meaning in levels if not meaning.strip()]
        if not all(words):
            missing.append(f"A step of the {axis} has no word.")
        if len({word.casefold() for word in words}) < len(words):
            missing.append(f"Two steps of the {axis} have the same word.")
        if unsaid:
            missing.append(f"It is not said what these words of the {axis} mean: {_list(unsaid)}.")
    unmeant = [str(each.number) for each in matrix.classes if not each.meaning.strip()]
    if unmeant:
        missing.append(f"It is not said what these classes mean: {_list(unmeant)}.")
    found = {each.acceptability for each in matrix.classes}
    if Acceptability.ACCEPTABLE not in found:
        missing.append("No class is acceptable.")
    if Acceptability.UNACCEPTABLE not in found:
        missing.append("No class is unacceptable: a matrix that accepts everything is none.")
    missing.extend(_classes_out_of_order(matrix.classes))
    return missing


def _classes_out_of_order(classes: Sequence[ClassShape]) -> list[str]:
    order = list(Acceptability)
    places = [
        order.index(each.acceptability) for each in sorted(classes, key=lambda one: one.number)
    ]
    if places == sorted(places):
        return []
    return ["A higher class is more acceptable than a lower one: class 1 is the lowest risk."]


def oddities(matrix: MatrixShape) -> list[str]:
    """What looks like a slip though it is allowed: each a sentence that names the squares."""
    found = []
    for row, (likelihood, _) in zip(matrix.cells, matrix.likelihoods, strict=True):
        for place in range(1, len(row)):
            if row[place] < row[place - 1]:
                worse, better = matrix.severities[place][0], matrix.severities[place - 1][0]
                found.append(
                    f"At likelihood {likelihood}, severity {worse} has class {row[place]}, below "
                    f"{better} with class {row[place - 1]}."
                )
    for place in range(1, len(matrix.cells)):
        for column, (severity, _) in enumerate(matrix.severities):
            now, before = matrix.cells[place][column], matrix.cells[place - 1][column]
            if now < before:
                more, less = matrix.likelihoods[place][0], matrix.likelihoods[place - 1][0]
                found.append(
                    f"At severity {severity}, likelihood {more} has class {now}, below {less} with "
                    f"class {before}."
                )
    used = {number for row in matrix.cells for number in row}
    unused = [str(each.number) for each in matrix.classes if each.number not in used]
    if unused:
        found.append(f"No square has these classes: {_list(unused)}.")
    return found


def _list(words: Sequence[str]) -> str:
    return ", ".join(words)
