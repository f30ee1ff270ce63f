"""From a matrix that was read to the plain values that the rules take."""

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
