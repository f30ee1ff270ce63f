"""From a matrix that was read to the plain values that the rules take."""

from dataclasses import asdict

from audit.canonical import canonical_json, sha256_of
from hazards.choices import Acceptability
from hazards.matrix_reading import MatrixReading
from hazards.matrix_rules import ClassShape, MatrixShape


def shape_of(matrix: MatrixReading) -> MatrixShape:
    """The matrix as plain values, the lowest of each axis first."""
    return MatrixShape(
        severities=[(level.word, level.meaning) for level in matrix.severities],
        likelihoods=[(level.word, level.meaning) for level in reversed(matrix.likelihoods)],
        classes=[
            ClassShape(
                each.number,
                Acceptability(each.acceptability),
                each.meaning,
                each.accepted_by_role,
            )
            for each in matrix.classes
        ],
        cells=[[cell.number for cell in row.cells] for row in reversed(matrix.rows)],
    )


def fingerprint_of(matrix: MatrixReading) -> str:
    """The SHA-256 of everything that a matrix says: another one once any of it changes."""
    outcomes = [
        [
            each.words,
            each.for_one.word if each.for_one else "",
            each.for_several.word if each.for_several else "",
        ]
        for each in matrix.outcomes
    ]
    said = {"name": matrix.version.name, "outcomes": outcomes, **asdict(shape_of(matrix))}
    return sha256_of(canonical_json(said))
