"""Directories as the tables they were: rows and cells from the archived text, one ``column: value`` line a cell.

The text is what :mod:`numgraph.mapping.directory` archives: a blank line ends a row, offsets of claims point at lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .display import Shown

LAYOUT = "directory"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the place of its line; ``anchor`` names the claims read from it, where there are any."""

    column: str
    text: str
    start: int
    end: int
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a cell, or none, for each column of the table, and the thing it is about."""

    cells: list[Cell | None]
    subject: Shown | None


@dataclass(frozen=True, slots=True)
class Table:
    """The columns in the order in which they first appear, and the rows."""

    columns: list[str]
    rows: list[Row]


def table(text: str, offset: int, anchors: Mapping[tuple[int, int], str], subjects: Mapping[int, Shown]) -> Table:
    """The table in a stretch of archived text that begins at ``offset``.

    ``anchors`` names the places that carry claims, ``subjects`` what a claim that begins there is about.
    """
    rows = [[_named(cell, anchors) for cell in cells] for cells in _rows(text, offset)]
    columns = list(dict.fromkeys(cell.column for cells in rows for cell in cells))
    return Table(columns, [_row(cells, columns, subjects) for cells in rows])


def _rows(text: str, offset: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[]]
    for line in text.splitlines(keepends=True):
        column, colon, value = line.rstrip("\r\n").partition(": ")
        if colon:
            rows[-1].append(Cell(column, value, offset, offset + len(line.rstrip("\r\n"))))
        elif rows[-1]:
            rows.append([])
        offset += len(line)
    return [cells for cells in rows if cells]


def _named(cell: Cell, anchors: Mapping[tuple[int, int], str]) -> Cell:
    return Cell(cell.column, cell.text, cell.start, cell.end, anchors.get((cell.start, cell.end)))


def _row(cells: Iterable[Cell], columns: list[str], subjects: Mapping[int, Shown]) -> Row:
    by_column = {cell.column: cell for cell in cells}
    about = next((subjects[cell.start] for cell in by_column.values() if cell.start in subjects), None)
    return Row([by_column.get(column) for column in columns], about)
