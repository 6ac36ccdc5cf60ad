"""``numgraph query``: ask a data folder in SPARQL."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from numgraph.cli import console


def query(
    sparql: Annotated[
        str, typer.Argument(metavar="QUERY", help="A SPARQL query, the name of a .rq file, or - for standard input.")
    ],
    data: console.Data,
    format: Annotated[
        str,
        typer.Option("--format", "-f", help="table, json, csv, tsv, xml; for graphs turtle, ntriples, jsonld, rdfxml."),
    ] = "table",
) -> None:
    """Ask the current edition. The prefixes num, skos, schema, prov and the like need no declaration."""
    raise NotImplementedError


def _text(sparql: str) -> str:
    if sparql == "-":
        return sys.stdin.read()
    if sparql.endswith(".rq"):
        return Path(sparql).read_text(encoding="utf-8")
    return sparql
