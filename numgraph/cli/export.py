"""``numgraph export``: the dataset of a data folder, whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from numgraph import export as ways_out
from numgraph.cli import console


def export(
    data: console.Data,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; standard output if none.")] = None,
    format: Annotated[
        str, typer.Option("--format", "-f", help="nquads (canonical), trig; or turtle, ntriples, rdfxml, jsonld.")
    ] = "nquads",
    edition: Annotated[int | None, typer.Option("--edition", min=1, help="An earlier edition; else the current.")] = None,
) -> None:
    """Write the dataset. N-Quads come sorted and canonical: equal data are equal bytes."""
    raise NotImplementedError
