"""A hazard as rows of the log: one for each cause, under cells that span them.

What is laid out here is what ``hazards.importing`` reads back: a control stands beside the causes
that it acts on, one of the whole hazard beside all of them; an estimate of the whole hazard stands
beside every cause that has none of its own; harms stand under each other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeVar

from hazards.choices import ControlKind, ControlType
from safetycase.log_files import words
from safetycase.log_files.columns import Key
from safetycase.log_files.safe_text import one_line
from safetycase.log_files.title import day_in_words
from safetycase.snapshot.shape import (
    ControlShape,
    EstimateShape,
    EvidenceShape,
    HazardShape,
    RiskShape,
    Snapshot,
)

T = TypeVar("T")
#: A title, and the evidence under it with the references of the controls that it is about.
Test = tuple[str, list[tuple[EvidenceShape, list[str]]]]

#: The columns of each kind and type of control: its texts, and what stands beside them.
CONTROL_COLUMNS: dict[tuple[str, str], tuple[Key, Key]] = {
    (ControlKind.EXISTING, ""): (Key.EXISTING, Key.EXISTING_EVIDENCE),
    (ControlKind.ADDITIONAL, ControlType.DESIGN): (Key.DESIGN, Key.DESIGN_EVIDENCE),
    (ControlKind.ADDITIONAL, ControlType.TRAINING): (Key.TRAINING, Key.TRAINING_EVIDENCE),
    (ControlKind.ADDITIONAL, ControlType.BUSINESS_PROCESS): (Key.PROCESS, Key.PROCESS_EVIDENCE),
    (ControlKind.ADDITIONAL, ""): (Key.FURTHER, Key.FURTHER_EVIDENCE),
}
#: Columns that are not of the template: nothing stands in them where there is nothing to say.
_BESIDE = frozenset(
    {beside for _, beside in CONTROL_COLUMNS.values()}
    | {Key.EFFECT, Key.TEST_EVIDENCE, Key.INITIAL_BASIS, Key.RESIDUAL_BASIS, Key.REVIEW}
    | {Key.ACTS_ON, Key.FOR_PATIENTS, Key.FOR_PRODUCT}
)


@dataclass(frozen=True)
class Stretch:
    """A cell of the log: a text or the number of a class, and the rows that it spans (from 0)."""

    key: Key
    first: int
    last: int
    value: str | int


@dataclass(frozen=True)
class HazardRows:
    """A hazard laid out: how many rows it takes, and its cells."""

    hazard: HazardShape
    count: int
    cells: list[Stretch]

    def value(self, key: Key, row: int) -> str | int:
        """What a column says in a row, under a cell that spans several too."""
        return next((c.value for c in self.cells if c.key is key and c.first <= row <= c.last), "")


def hazards_in(snapshot: Snapshot) -> list[HazardShape]:
    """The hazards of the log: those in scope, then those that nobody placed in a release yet."""
    return [*snapshot["hazards"], *snapshot["unplaced"]]


def has_untyped_controls(hazards: Iterable[HazardShape]) -> bool:
    """Whether there is an additional control whose type nobody has said."""
    return any(
        column_of(control) is Key.FURTHER for hazard in hazards for control in hazard["controls"]
    )


def has_voices(hazards: Iterable[HazardShape]) -> bool:
    """Whether somebody has said what a hazard means for patients or for the product."""
    return any(
        hazard.get("for_patients", "") or hazard.get("for_product", "") for hazard in hazards
    )


def column_of(control: ControlShape) -> Key:
    """The column in which a control stands."""
    return CONTROL_COLUMNS[_kind_and_type(control)][0]


def rows_of(hazard: HazardShape) -> HazardRows:
    """Lay a hazard out."""
    count = max(len(hazard["causes"]), len(hazard["harms"]), 1)
    layout = _Layout(hazard, count)
    cells = [
        *layout.own_words(),
        *layout.under_each_other(Key.HARM, [each["text"] for each in hazard["harms"]]),
        *layout.under_each_other(Key.CAUSE, [each["text"] for each in hazard["causes"]]),
        *layout.controls(),
        *layout.tests(),
        *layout.risk(
            hazard["initial"],
            (Key.INITIAL_SEVERITY, Key.INITIAL_LIKELIHOOD, Key.INITIAL_CLASS, Key.INITIAL_BASIS),
        ),
        *layout.risk(
            hazard["residual"],
            (
                *(Key.RESIDUAL_SEVERITY, Key.RESIDUAL_LIKELIHOOD),
                *(Key.RESIDUAL_CLASS, Key.RESIDUAL_BASIS),
            ),
        ),
    ]
    return HazardRows(hazard, count, cells)


class _Layout:
    """One hazard being laid out."""

    def __init__(self, hazard: HazardShape, count: int) -> None:
        self.hazard = hazard
        self.count = count
        self.causes = len(hazard["causes"])

    def own_words(self) -> Iterator[Stretch]:
        """The cells that span all of its rows."""
        hazard = self.hazard
        texts = {
            Key.REFERENCE: hazard["reference"],
            Key.NAME: one_line(hazard["name"]),
            Key.DESCRIPTION: hazard["description"],
            Key.EFFECT: hazard["effect"],
            Key.STANDING: "\n".join([words.standing(hazard), *words.assumptions(hazard)]),
            Key.JUSTIFICATION: hazard["justification"],
            Key.ACTIONS: hazard["actions"],
            Key.OWNER: words.owner(hazard),
            Key.REVIEW: day_in_words(hazard["review_date"]),
            Key.STATUS: hazard["status_words"],
            Key.RECORD: words.record(hazard),
            Key.TAG: hazard["family"],
            Key.ACTS_ON: words.on_each_cause(hazard),
            Key.FOR_PATIENTS: hazard.get("for_patients", ""),
            Key.FOR_PRODUCT: hazard.get("for_product", ""),
        }
        for key, text in texts.items():
            yield Stretch(key, 0, self.count - 1, text or _empty(key))

    def under_each_other(self, key: Key, texts: Sequence[str]) -> Iterator[Stretch]:
        """One text in each row; the last one spans what is left."""
        for row, text in enumerate(texts):
            last = self.count - 1 if row == len(texts) - 1 else row
            yield Stretch(key, row, last, text)
        if not texts:
            # A hazard without a harm is not finished; a cause may be unknown for good.
            empty = words.TO_COME if key is Key.HARM else words.NOTHING
            yield Stretch(key, 0, self.count - 1, empty)

    def controls(self) -> Iterator[Stretch]:
        """The controls of each kind and type, and beside them what shows them."""
        for place, (key, beside) in CONTROL_COLUMNS.items():
            own = [each for each in self.hazard["controls"] if _kind_and_type(each) == place]
            in_rows = _as_they_appear(self._beside(own), lambda control: control["reference"])
            named = key is Key.EXISTING  # no column of tests stands beside it
            yield from _cells(key, in_rows, _texts)
            yield from _cells(beside, in_rows, partial(_details, with_titles=named))

    def tests(self) -> Iterator[Stretch]:
        """The evidence of additional controls, planned or there, and what came of it."""
        tested = [
            each
            for each in self.hazard["controls"]
            if each["kind"] != ControlKind.EXISTING and each["evidence"]
        ]
        beside = [list(_tests(group).items()) for group in self._beside(tested)]
        in_rows = _widest_first(_as_they_appear(beside, lambda test: test[0]))
        yield from _cells(Key.TEST, in_rows, _titles)
        yield from _cells(Key.TEST_EVIDENCE, in_rows, _outcomes)

    def risk(self, risk: RiskShape, keys: tuple[Key, Key, Key, Key]) -> Iterator[Stretch]:
        """The estimates of one stage: severity, likelihood, class, and on what they rest."""
        whole = next((each for each in risk["current"] if each["cause"] is None), None)
        of_cause = {each["cause"]: each for each in risk["current"]}
        in_rows = [of_cause.get(self._cause_in(row), whole) for row in range(self.count)]
        for first, last, estimate in _runs(in_rows):
            for key, value in zip(keys, self._values(risk, estimate), strict=True):
                yield Stretch(key, first, last, value)

    def _values(self, risk: RiskShape, estimate: EstimateShape | None) -> tuple[str | int, ...]:
        if estimate is not None:
            return (
                estimate["severity"],
                estimate["likelihood"],
                estimate["class_number"],
                words.basis(estimate, self.hazard),
            )
        if risk["current"]:  # other causes have one
            return (words.NOTHING,) * 3 + ("This cause has no estimate of its own",)
        missing = words.missing_level(self.hazard, risk)
        return (missing,) * 3 + ("",)

    def _cause_in(self, row: int) -> int | None:
        """The number of the cause in a row; the last one spans what is left."""
        return min(row + 1, self.causes) or None

    def _beside(self, controls: Sequence[ControlShape]) -> list[list[ControlShape]]:
        """For each row the controls beside its cause."""
        return [
            [each for each in controls if self._is_beside(each, self._cause_in(row))]
            for row in range(self.count)
        ]

    def _is_beside(self, control: ControlShape, cause: int | None) -> bool:
        return not control["causes"] or cause in control["causes"]


def _as_they_appear(rows: Sequence[list[T]], key: Callable[[T], str]) -> list[list[T]]:
    """The things of each row in the order in which they appear from the first row on.

    It is the order in which the importer meets them, so that a log that was exported and imported
    is exported in the same order.
    """
    order: dict[str, int] = {}
    for row in rows:
        for each in row:
            order.setdefault(key(each), len(order))
    return [sorted(row, key=lambda each: order[key(each)]) for row in rows]


def _widest_first(rows: Sequence[list[Test]]) -> list[list[Test]]:
    """The tests of each row by the rows in which they stand, those of most rows first.

    Which control a test is of is not in its column. The order must not rest on it, or a log that
    was exported and imported would be exported in another one.
    """
    stands: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for title, _ in row:
            stands.setdefault(title.casefold(), []).append(number)

    def place(test: Test) -> tuple[int, list[int]]:
        own = stands[test[0].casefold()]
        return -len(own), own

    return [sorted(row, key=place) for row in rows]


def _cells(
    key: Key, rows: Sequence[list[T]], told: Callable[[Sequence[T]], list[str]]
) -> Iterator[Stretch]:
    """What is told of the things in each row; rows that say the same are one cell."""
    for first, last, row in _runs(rows):
        yield Stretch(key, first, last, "\n".join(told(row)) or _empty(key))


def _empty(key: Key) -> str:
    return "" if key in _BESIDE else words.NOTHING


def _kind_and_type(control: ControlShape) -> tuple[str, str]:
    if control["kind"] == ControlKind.EXISTING:
        return control["kind"], ""
    return ControlKind.ADDITIONAL, control["type"]


def _texts(controls: Iterable[ControlShape]) -> list[str]:
    """Each control on a line of its own."""
    return [one_line(each["text"]) for each in controls]


def _details(controls: Sequence[ControlShape], *, with_titles: bool) -> list[str]:
    """What stands beside each of them, in the same order."""
    return _numbered([words.control_details(each, with_titles=with_titles) for each in controls])


def _titles(tests: Iterable[Test]) -> list[str]:
    """The titles of tests, each once."""
    return [title for title, _ in tests]


def _outcomes(tests: Iterable[Test]) -> list[str]:
    """What came of each test, in the order of the titles."""
    return _numbered(
        [
            "\n".join(words.test_details(evidence, references) for evidence, references in found)
            for _, found in tests
        ]
    )


def _numbered(texts: list[str]) -> list[str]:
    """Where several stand in a cell, the place of each: that of the line beside it."""
    if len(texts) < 2:
        return texts
    return [f"({place}) {text}" for place, text in enumerate(texts, start=1)]


def _tests(
    controls: Iterable[ControlShape],
) -> dict[str, list[tuple[EvidenceShape, list[str]]]]:
    """Evidence by title; under one title each piece of evidence with the controls it is about."""
    tests: dict[str, list[tuple[EvidenceShape, list[str]]]] = {}
    for control in controls:
        for evidence in control["evidence"]:
            alike = tests.setdefault(one_line(evidence["title"]), [])
            for known, references in alike:
                if known == evidence:
                    references.append(control["reference"])
                    break
            else:
                alike.append((evidence, [control["reference"]]))
    return tests


def _runs(values: Sequence[T]) -> Iterator[tuple[int, int, T]]:
    """Neighbouring rows that hold the same, as (first, last, what)."""
    row = 0
    for value, alike in groupby(values):
        last = row + len(list(alike)) - 1
        yield row, last, value
        row = last + 1
