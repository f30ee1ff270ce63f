"""From an estimate's words in a file to a square of the product's matrix. Nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

from hazards.choices import Acceptability
from hazards.importing.cells import (
    folded,
    is_error,
    is_formula,
    is_placeholder,
    says_nothing,
)
from hazards.importing.findings import Findings, Level, quoted
from hazards.importing.multiplied import class_number
from hazards.importing.parsed import ParsedEstimate, ParsedLog
from hazards.importing.standing import words_of
from hazards.importing.words_said import AxisWords, as_level, is_turned, number_of
from hazards.importing.words_taken import turned
from hazards.matrix_reading import CellReading, MatrixReading


@dataclass
class MatrixWords:
    """The words of the matrix that a product uses now."""

    matrix: MatrixReading

    def __post_init__(self) -> None:
        """Index the squares by their words."""
        self.severities = {each.word: each for each in self.matrix.severities}
        self.likelihoods = {each.word: each for each in reversed(self.matrix.likelihoods)}
        self.axes = AxisWords.of(self.matrix)
        self.most_classes = max((each.number for each in self.matrix.classes), default=0)

    def square(
        self, estimate: ParsedEstimate, findings: Findings, reference: str
    ) -> CellReading | None:
        """The square that the file's words name; None, and a finding, when they name none."""
        estimate = self._in_order(estimate)
        problem = self._problem(estimate)
        if problem is not None:
            done, todo = problem
            if done:
                findings.add(
                    Level.PROBLEM,
                    ", ".join(estimate.cells),
                    found=self._found(estimate),
                    done=f"{done} No {estimate.stage} risk was taken from the file.",
                    todo=todo,
                    reference=reference,
                )
            self._note_product(estimate, findings, reference)
            return None
        square = self.matrix.at(
            self.severities[as_level(estimate.severity, list(self.severities)) or ""].pk,
            self.likelihoods[as_level(estimate.likelihood, list(self.likelihoods)) or ""].pk,
        )
        if square is not None:
            self._compare_class(estimate, square, findings, reference)
        return square

    def report_refused(self, log: ParsedLog, findings: Findings) -> None:
        """Name the unknown words of rows that were refused: every fault of a file is said."""
        for hazard in log.refused_hazards:
            for estimate in map(self._in_order, hazard.estimates):
                for axis, word in (
                    ("severity", estimate.severity),
                    ("likelihood", estimate.likelihood),
                ):
                    if not _is_open(word) and as_level(word, self._words(axis)) is None:
                        findings.add(
                            Level.NOTE,
                            ", ".join(estimate.cells),
                            found=word,
                            done=f"These rows were not brought in. Besides, “{quoted(word, 40)}” "
                            f"is not a word for {axis} in this product's matrix.",
                            todo=f"The words are: {', '.join(self._words(axis))}.",
                            reference=hazard.called,
                        )

    def _in_order(self, estimate: ParsedEstimate) -> ParsedEstimate:
        """A pair of words with the severity first, as far as its words tell which that is."""
        if not estimate.is_pair:
            return estimate
        is_turned_ = is_turned(estimate.severity, estimate.likelihood, self.axes)
        return turned(estimate) if is_turned_ else estimate

    def _fits_both_ways(self, estimate: ParsedEstimate) -> bool:
        words = estimate.severity, estimate.likelihood
        return estimate.is_pair and is_turned(*words, self.axes) is None

    def _words(self, axis: str) -> list[str]:
        return list(self.severities if axis == "severity" else self.likelihoods)

    def _problem(self, estimate: ParsedEstimate) -> tuple[str, str] | None:
        """What keeps the words from naming a square (what, what to do); ('', '') for no words."""
        given = [w for w in (estimate.severity, estimate.likelihood) if not _is_open(w)]
        todo = f"Estimate the {estimate.stage} risk on the hazard."
        if self._fits_both_ways(estimate):
            return "Nothing tells which of the two words is the severity.", todo
        if not given:
            return self._nothing_given(estimate, todo)
        if len(given) == 1:
            missing = "severity" if _is_open(estimate.severity) else "likelihood"
            return f"There is no word for the {missing}.", todo
        unknown = [
            (axis, word)
            for axis, word in (
                ("severity", estimate.severity),
                ("likelihood", estimate.likelihood),
            )
            if as_level(word, self._words(axis)) is None
        ]
        return self._unknown(unknown, todo) if unknown else None

    def _nothing_given(self, estimate: ParsedEstimate, todo: str) -> tuple[str, str]:
        if any(
            is_placeholder(w) or is_error(w)
            for w in (estimate.severity, estimate.likelihood, estimate.risk_class)
        ):
            return "The estimate is still to come.", todo
        if estimate.risk_class:
            return (
                "Only a class is given. A class comes from the words for severity and "
                "likelihood, never the other way round.",
                todo,
            )
        return "", ""

    def _unknown(self, unknown: Sequence[tuple[str, str]], todo: str) -> tuple[str, str]:
        """What is said of words that are none of the matrix's: numbers may be confirmed."""
        axes = " and ".join(axis for axis, _ in unknown)
        words = [
            f"The words for {axis} are: {', '.join(self._words(axis))}." for axis, _ in unknown
        ]
        todo = f"{todo.rstrip('.')}, or say what it means when you import the file again."
        if all(number_of(word) is not None for _, word in unknown):
            done = (
                f"The matrix has words for {axes}, and the file has numbers. What they mean was "
                "not confirmed."
            )
            return done, " ".join([todo, *words])
        told = [self._told(axis, word) for axis, word in unknown]
        return " ".join(told), " ".join([todo, *words])

    def _told(self, axis: str, word: str) -> str:
        if number_of(word) is None:
            return f"“{quoted(word, 40)}” is not a word for {axis} in this product's matrix."
        return (
            f"“{quoted(word, 40)}” is a number, and the matrix has words for {axis}; which of them "
            "it means was not confirmed."
        )

    def _note_product(self, estimate: ParsedEstimate, findings: Findings, reference: str) -> None:
        """A class that cannot be one is named, even where no square was found."""
        number = class_number(estimate.risk_class)
        if number is None or not (estimate.is_product or number > self.most_classes):
            return
        findings.add(
            Level.NOTE,
            estimate.cells[-1],
            found=estimate.risk_class,
            done="This is severity times likelihood in numbers, as on a scale of 1 to 25, and no "
            "class of this product's matrix, so it was not used.",
            reference=reference,
        )

    @staticmethod
    def _found(estimate: ParsedEstimate) -> str:
        texts = (estimate.severity, estimate.likelihood, estimate.risk_class)
        return " · ".join(text for text in texts if text)

    def _compare_class(
        self, estimate: ParsedEstimate, square: CellReading, findings: Findings, reference: str
    ) -> None:
        given = estimate.risk_class
        if says_nothing(given):
            return
        words = words_of(square.severity.word, square.likelihood.word)
        number = class_number(given)
        if number is None:
            self._compare_words(estimate, square, words, findings, reference)
            return
        is_product = estimate.is_product or number > self.most_classes
        if number == square.number and not is_product:
            return
        multiplied = f"{given}, which is severity times likelihood and no class"
        what = multiplied if is_product else f"class {given}"
        findings.add(
            Level.NOTE if estimate.is_product else Level.PROBLEM,
            estimate.cells[-1],
            found=given,
            done=f"The file says {what}; in this product's matrix {words} is class "
            f"{square.number}, and that was used.",
            todo="" if estimate.is_product else _check(words, estimate),
            reference=reference,
        )

    def _compare_words(
        self,
        estimate: ParsedEstimate,
        square: CellReading,
        words: str,
        findings: Findings,
        reference: str,
    ) -> None:
        """A class in words: compared where they are those of acceptability, else only reported."""
        given = estimate.risk_class
        said = next((each for each in Acceptability if folded(each.label) == folded(given)), None)
        if said is not None and said == square.risk_class.acceptability:
            return
        if said is not None:
            findings.add(
                Level.PROBLEM,
                estimate.cells[-1],
                found=given,
                done=f"The file says {given}; in this product's matrix {words} is class "
                f"{square.number}, which is {square.acceptability.lower()}, and that was used.",
                todo=_check(words, estimate),
                reference=reference,
            )
            return
        formula = "is a formula and was not calculated"
        what = formula if is_formula(given) else "is not a class number"
        findings.add(
            Level.NOTE,
            estimate.cells[-1],
            found=given,
            done=f"The class {what}; {words} is class {square.number} in this product's matrix.",
            reference=reference,
        )


def _check(words: str, estimate: ParsedEstimate) -> str:
    return f"Check that {words} are the right words for the {estimate.stage} risk."


def _is_open(word: str) -> bool:
    return says_nothing(word) or is_placeholder(word) or is_error(word)
