"""``numgraph reconcile``: a column of names in somebody's table, matched against the dataset."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from numgraph import indexing
from numgraph.cli import console
from numgraph.errors import UnreadableSource
from numgraph.iris import Namespace
from numgraph.search import index
from numgraph.search.engine import Searcher
from numgraph.search.matching import Candidate, candidates, decided
from numgraph.settings import Settings
from numgraph.sources import tables
from numgraph.store.editions import EmbeddedStore

ADDED = ("numgraph_match", "numgraph_iri", "numgraph_name", "numgraph_score", "numgraph_others")
WORKBOOKS = frozenset({".xlsx", ".xls", ".ods"})
_OTHERS = 3


def reconcile(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV, TSV or XLSX, with a header row.")],
    column: Annotated[str, typer.Option("--column", "-c", help="The column that holds the names.")],
    type: Annotated[
        list[str], typer.Option("--type", "-t", help="Class of the things meant; several may be given.")
    ] = [],  # noqa: B006 - typer copies it
    data: console.Data = Path("numgraph-data"),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="CSV file; standard output without it.")] = None,
    quiet: console.Quiet = False,
) -> None:
    """Match the names in a COLUMN of TABLE; write the table as CSV with five columns more, and report on it.

    numgraph_match is "sure" (no need to look), "unsure" (look at it) or "none"; numgraph_others are the next best.
    """
    searcher = _searcher(data)
    namespace = Namespace(Settings().base)
    records = _records(table)
    names = records.column(column)
    counted: Counter[str] = Counter()
    with _opened(output) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*records.header, *ADDED])
        for _, row in records.rows():
            name = " ".join(map(str, names(row)))
            cells = _cells(name, candidates(searcher, name, type), namespace)
            counted[cells[0]] += 1
            writer.writerow([*row, *[""] * (len(records.header) - len(row)), *cells])
    told = ", ".join(f"{counted[kind]} {kind}" for kind in ("sure", "unsure", "none"))
    console.note(f"{counted.total()} names: {told}", quiet=quiet)


def _records(table: Path) -> tables.Columns:
    if not table.is_file():
        raise UnreadableSource(f"{table} is not there; give a table as CSV, TSV or XLSX")
    return tables.read_xlsx(table) if table.suffix.lower() in WORKBOOKS else tables.read_csv(table)


def _searcher(data: Path) -> Searcher:
    edition, namespace = EmbeddedStore(data).current(), Namespace(Settings().base)
    if not index.is_there(indexing.place(edition)):
        indexing.make(edition, namespace)
    return Searcher(indexing.place(edition))


def _cells(name: str, found: list[Candidate], namespace: Namespace) -> list[str]:
    if not found:
        return ["none", "", "", "", ""]
    first, others = found[0], found[1 : 1 + _OTHERS]
    match = "sure" if decided(found) else "unsure"
    told = " | ".join(f"{one.label(name)} ({100 * one.score:.0f})" for one in others)
    return [match, namespace.thing(first.key), first.label(name), f"{100 * first.score:.0f}", told]


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        yield file
