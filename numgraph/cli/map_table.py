"""``numgraph map``: somebody's table through a mapping, row by row, before it is anybody's directory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from numgraph.cli import console
from numgraph.errors import UnreadableSource
from numgraph.iris import Namespace
from numgraph.mapping.rml import Fault, Produced, load_mapping, run
from numgraph.settings import Settings

FORMATS = ("nquads", "jsonl")


def map_table(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV, TSV, XLSX, JSON, JSON Lines, YAML or XML.")],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", help="YARRRML (.yml) or RML (.ttl).")],
    format: Annotated[str, typer.Option("--format", "-f", help="nquads; or jsonl, with row and columns.")] = "nquads",
    quiet: console.Quiet = False,
) -> None:
    """Map TABLE to statements. A row with a fault is reported with its row and column, and left out; exit code 1."""
    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is not one of {', '.join(FORMATS)}", param_hint="--format")
    for path in (table, mapping):
        if not path.is_file():
            raise UnreadableSource(f"{path} is not there; give a table, and a mapping with --mapping")
    faults: list[Fault] = []
    base = Namespace(Settings().base).thing("")
    plan = load_mapping(mapping)
    rows = 0
    for made in run(plan, mapping.parent, base=base, source=table, on_fault=faults.append):
        rows += 1
        console.write("".join(_lines(made, format)).encode("utf-8"))
    for fault in faults:
        console.complain(str(fault))
    console.note(f"{rows} rows mapped, {len(faults)} left out", quiet=quiet)
    if faults:
        raise typer.Exit(console.Exit.FINDINGS)


def _lines(made: Produced, format: str) -> Iterator[str]:
    if format == "nquads":
        yield from made.lines
        return
    for line, columns in zip(made.lines, made.columns, strict=True):
        place = {"file": made.file, "sheet": made.sheet, "row": made.row, "columns": columns}
        yield json.dumps({"statement": line.removesuffix("\n"), **place}, ensure_ascii=False) + "\n"
