"""``numgraph query``: ask a data folder, or an endpoint anywhere, in SPARQL."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.table import Table

from numgraph import confine, endpoint, formats
from numgraph.cli import console
from numgraph.errors import BadQuery, UnreadableSource
from numgraph.formats import Format, Kind
from numgraph.store import EmbeddedStore
from numgraph.store.guard import Form, query_form
from numgraph.store.lexer import tokens
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
_ROWS, _GRAPH = (Kind.BINDINGS, Kind.BOOLEAN), (Kind.TRIPLES,)
_KINDS = {Form.SELECT: _ROWS, Form.ASK: _ROWS, Form.CONSTRUCT: _GRAPH, Form.DESCRIBE: _GRAPH}


Where = Annotated[
    str,
    typer.Option(
        "--data", "-d", "--endpoint", "-e", help="Folder that `numgraph build --into` made, or address of an endpoint."
    ),
]
Limit = Annotated[float | None, typer.Option("--timeout", "-t", min=0, help="Seconds after which to give up.")]


def query(sparql: Sparql, data: Where, format: How = "table", timeout: Limit = None) -> None:
    """Ask a data folder or any SPARQL endpoint. Prefixes such as num:, skos: and schema: need no declaration."""
    text = _text(sparql)
    kinds = _KINDS[query_form(text)]
    ask = partial(_from_endpoint, data, timeout) if endpoint.is_address(data) else partial(_from_folder, Path(data))
    with _given_up_after(timeout):
        if format == "table":
            _show(partial(ask, text), kinds)
        else:
            ask(text, formats.by_name(format, formats.of_kind(*kinds)), sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _from_folder(data: Path, text: str, wanted: Format, output: IO[bytes]) -> None:
    with confine.deeper_stack():
        EmbeddedStore(data).reader().answer(text, wanted, output, prefixes=PREFIXES)


def _from_endpoint(address: str, timeout: float | None, text: str, wanted: Format, output: IO[bytes]) -> None:
    """Ours are the prefixes that the query uses and does not declare; they stand in a line before its own."""
    declared = _declarations(text)
    try:
        endpoint.answer(address, f"{declared}{text}", wanted, output, timeout)
    except BadQuery as fault:
        if fault.line is None or not declared:
            raise
        line = fault.line - declared.count("\n")
        said = str(fault).replace(f"line {fault.line}", f"line {line}")
        raise BadQuery(said, line, fault.column) from None


def _declarations(text: str) -> str:
    names = [token.text.partition(":")[0] for token in tokens(text) if token.kind == "name"]
    pairs = pairwise(tokens(text))
    declared = {after.text.partition(":")[0] for before, after in pairs if before.is_word("PREFIX")}
    missing = sorted({name for name in names if name in PREFIXES} - declared)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + "\n" if missing else ""


@contextmanager
def _given_up_after(seconds: float | None) -> Iterator[None]:
    """End this process when the time is up: the engine cannot be stopped, and lets other threads run meanwhile."""
    if seconds is None:
        yield
        return
    watch = threading.Timer(seconds, _give_up, (seconds,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _give_up(seconds: float) -> None:
    console.complain(f"the query was stopped after {seconds:g} seconds")
    os._exit(console.Exit.QUERY)


def _text(sparql: str) -> str:
    if sparql == "-":
        return sys.stdin.read()
    if not sparql.endswith(".rq"):
        return sparql
    try:
        return Path(sparql).read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableSource(f"{sparql}: {error.strerror}; give a query, or a .rq file that is there") from error


def _show(ask: Callable[[Format, IO[bytes]], None], kinds: tuple[Kind, ...]) -> None:
    """Rows as a table; a graph as Turtle, which is the table of graphs."""
    output = io.BytesIO()
    ask(formats.TURTLE if Kind.TRIPLES in kinds else formats.JSON, output)
    if Kind.TRIPLES in kinds:
        console.write(output.getvalue())
        return
    answer = json.loads(output.getvalue())
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
