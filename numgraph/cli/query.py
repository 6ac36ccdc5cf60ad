"""``numgraph query``: ask a data folder in SPARQL."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from numgraph import formats
from numgraph.cli import console
from numgraph.errors import UnreadableSource
from numgraph.formats import Format, Kind
from numgraph.store import EmbeddedStore, Reader
from numgraph.store.evaluation import kind_of
from numgraph.terms import PREFIXES

Sparql = Annotated[
    str, typer.Argument(metavar="QUERY", help="A SPARQL query, the name of a .rq file, or - for standard input.")
]
How = Annotated[
    str,
    typer.Option(
        "--format", "-f", help="table, csv, json, tsv or xml; for graphs turtle, ntriples, jsonld, rdfxml or trig."
    ),
]
_ROWS = {Kind.BINDINGS, Kind.BOOLEAN}


def query(sparql: Sparql, data: console.Data, format: How = "table") -> None:
    """Ask the current edition. Prefixes such as num:, skos: and schema: need no declaration."""
    reader = EmbeddedStore(data).reader()
    text = _text(sparql)
    if format == "table":
        _show(reader, text)
    else:
        console.write(_answer(reader, text, format))


def _text(sparql: str) -> str:
    if sparql == "-":
        return sys.stdin.read()
    if not sparql.endswith(".rq"):
        return sparql
    try:
        return Path(sparql).read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableSource(f"{sparql}: {error.strerror}; give a query, or a .rq file that is there") from error


def _answer(reader: Reader, text: str, name: str) -> bytes:
    kind = _kind(reader, text)
    return _written(reader, text, formats.by_name(name, formats.of_kind(kind)))


def _written(reader: Reader, text: str, wanted: Format) -> bytes:
    output = io.BytesIO()
    reader.answer(text, wanted, output, prefixes=PREFIXES)
    return output.getvalue()


def _kind(reader: Reader, text: str) -> Kind:
    return Kind(kind_of(reader.solve(text, prefixes=PREFIXES)))


def _show(reader: Reader, text: str) -> None:
    """Rows as a table; a graph as Turtle, which is the table of graphs."""
    kind = _kind(reader, text)
    if kind not in _ROWS:
        console.write(_written(reader, text, formats.TURTLE))
        return
    answer = json.loads(_written(reader, text, formats.JSON))
    if "boolean" in answer:
        typer.echo("yes" if answer["boolean"] else "no")
        return
    _print_rows(answer["head"]["vars"], answer["results"]["bindings"])


def _print_rows(names: list[str], rows: list[dict[str, Any]]) -> None:
    table = Table(header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in names))
    out = console.stdout()
    out.print(table, soft_wrap=False)
    out.print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}", style="dim")


def _cell(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    value = term["value"]
    return _shortened(value) if term["type"] == "uri" else value.replace("[", r"\[")


def _shortened(iri: str) -> str:
    """An IRI by its prefix where it has one."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and len(iri) > len(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri
