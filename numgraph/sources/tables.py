"""Tables as streams of records: CSV, TSV and XLSX; trees are in ``trees``.

A record source yields ``(row, record)``; ``row`` counts as the file's reader does: the spreadsheet row for tables
(the header is row 1), the number of the item, from 1, for trees. ``column`` compiles a reference (a column name, a
JSONPath of RFC 9535, an XPath 1.0) once into a function from record to values, so that the inner loop is plain calls.
Empty cells are no values.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from python_calamine import CalamineError, CalamineWorkbook

from numgraph.errors import UnreadableSource

Scalar = str | int | float | bool
Column = Callable[[Any], Sequence[Scalar]]

_FIELD_LIMIT = 64 * 1024 * 1024  # characters of one CSV cell; beyond it the csv module stops with a clear error


class Records(Protocol):
    """A stream of records that knows where it comes from."""

    @property
    def file(self) -> str: ...

    @property
    def sheet(self) -> str | None: ...

    def rows(self) -> Iterator[tuple[int, Any]]: ...

    def column(self, reference: str) -> Column: ...


@dataclass(frozen=True, slots=True)
class Columns:
    """The records of a table with a header: lists of cells, read by column name."""

    file: str
    sheet: str | None
    header: tuple[str, ...]
    _open: Callable[[], Iterator[tuple[int, Sequence[Any]]]]

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        return self._open()

    def column(self, reference: str) -> Column:
        """The cell of a column as a sequence of one value or none."""
        if reference not in self.header:
            known = ", ".join(self.header)
            raise UnreadableSource(f"{self._where()}: there is no column {reference!r}; the header has {known}")
        index = self.header.index(reference)

        def cell(record: Sequence[Any]) -> Sequence[Scalar]:
            value = record[index] if index < len(record) else ""
            return () if value == "" or value is None else (value,)

        return cell

    def _where(self) -> str:
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


def read_csv(path: Path, delimiter: str | None = None, encoding: str | None = None) -> Columns:
    """A CSV or TSV file with a header row; delimiter and encoding are found out where they are not given."""
    csv.field_size_limit(_FIELD_LIMIT)
    code = encoding or _encoding(path)
    with path.open(encoding=code, newline="") as lines:
        first = lines.readline()
    mark = delimiter or _delimiter(path, first)

    def rows() -> Iterator[tuple[int, Sequence[str]]]:
        with path.open(encoding=code, newline="") as lines:
            try:
                yield from enumerate(itertools.islice(csv.reader(lines, delimiter=mark), 1, None), start=2)
            except csv.Error as error:
                raise UnreadableSource(
                    f"{path.name}: {error}; is the quoting closed and the delimiter {mark!r}?"
                ) from error

    with path.open(encoding=code, newline="") as lines:
        header = next(csv.reader(lines, delimiter=mark), None)
    if not header:
        raise UnreadableSource(f"{path.name} is empty; a table needs a header row")
    return Columns(path.name, None, tuple(name.strip() for name in header), rows)


def _encoding(path: Path) -> str:
    """UTF-8 where the file is UTF-8 (with or without a byte order mark), else Windows-1252, as Excel writes it."""
    with path.open("rb") as data:
        if data.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    try:
        with path.open(encoding="utf-8") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(path: Path, header: str) -> str:
    if path.suffix.lower() in {".tsv", ".tab"}:
        return "\t"
    return max(",;\t|", key=header.count)


def sheet_names(path: Path) -> list[str]:
    return list(_workbook(path).sheet_names)


def read_xlsx(path: Path, sheet: str | None = None) -> Columns:
    """One sheet of a workbook, by name, else the first."""
    book = _workbook(path)
    name = sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        raise UnreadableSource(f"{path.name} has no sheet {name!r}; it has {', '.join(book.sheet_names)}")
    grid = book.get_sheet_by_name(name)
    first = grid.start[0] if grid.start else 0

    def rows() -> Iterator[tuple[int, Sequence[Any]]]:
        for number, cells in enumerate(itertools.islice(grid.iter_rows(), 1, None), start=first + 2):
            yield number, [_cell(value) for value in cells]

    header = next(grid.iter_rows(), None)
    if not header:
        raise UnreadableSource(f"{path.name}, sheet {name} is empty; a table needs a header row")
    return Columns(path.name, name, tuple(str(title).strip() for title in header), rows)


def _workbook(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise UnreadableSource(f"{path.name} cannot be read as a workbook: {error}") from error


def _cell(value: Any) -> Any:
    """Whole numbers as integers (a sheet knows only floats), dates in ISO 8601."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str | int | float) or value is None:
        return value
    return value.isoformat()
