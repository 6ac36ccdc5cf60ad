"""``numgraph export``: the dataset of a data folder, whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from numgraph import export as ways_out
from numgraph import formats
from numgraph.cli import console
from numgraph.formats import Format, Kind
from numgraph.store import EmbeddedStore, Reader

Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write, or folder with --format folder.")]
How = Annotated[
    str,
    typer.Option(
        "--format",
        "-f",
        help="nquads or trig for the dataset; turtle, ntriples, rdfxml or jsonld for one graph; folder for one "
        "Turtle file a graph.",
    ),
]
Number = Annotated[int | None, typer.Option("--edition", min=1, help="An earlier edition; else the current one.")]
Graph = Annotated[str | None, typer.Option("--graph", "-g", help="IRI of one named graph; else the default graph.")]


def export(
    data: console.Data,
    output: Output = None,
    format: How = "nquads",
    graph: Graph = None,
    edition: Number = None,
    quiet: console.Quiet = False,
) -> None:
    """Write what an edition holds. N-Quads come sorted and canonical: equal data are equal bytes."""
    reader = EmbeddedStore(data).reader(edition)
    if format == "folder":
        _write_folder(reader, output, quiet=quiet)
        return
    wanted = formats.by_name(format, formats.of_kind(Kind.TRIPLES, Kind.QUADS))
    if output is None:
        ways_out.write(reader, wanted, sys.stdout.buffer, graph)
        return
    _write_file(reader, wanted, output, graph)
    console.note(f"{output} holds edition {reader.edition.number} as {wanted.label}", quiet=quiet)


def _write_file(reader: Reader, wanted: Format, output: Path, graph: str | None) -> None:
    """Beside the place first, so that a half-written file never has the name of a whole one."""
    partial = output.with_name(output.name + ".partial")
    with partial.open("wb") as target:
        ways_out.write(reader, wanted, target, graph)
    partial.replace(output)


def _write_folder(reader: Reader, output: Path | None, *, quiet: bool) -> None:
    if output is None:
        raise typer.BadParameter("name the folder to write with --output", param_hint="--format folder")
    written = ways_out.write_folder(reader, output)
    console.note(f"{len(written)} files in {output}", quiet=quiet)
