"""Ways out: the dataset of an edition as one file or as a folder, equal data as equal bytes in every format.

N-Quads are canonical (https://www.w3.org/TR/rdf-canon/#canonical-quads): sorted lines, UTF-8, line feeds; the dataset
has no blank nodes, so sorting is all it takes. The other formats are written from statements in that order. Formats
for one graph write the default graph, or the named graph that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

from pyoxigraph import Quad, RdfFormat, parse

from numgraph.formats import N_QUADS, N_TRIPLES, TURTLE, Format, Kind
from numgraph.iris import slug
from numgraph.store.prefixed import write_rdf
from numgraph.store.protocol import Reader

DEFAULT_GRAPH = ""


def write(reader: Reader, wanted: Format, output: IO[bytes], graph: str | None = None) -> None:
    """Write an edition to ``output``: the whole dataset where the format holds one and no ``graph`` is named."""
    is_dataset = graph is None and Kind.QUADS in wanted.kinds
    lines = reader.canonical() if is_dataset else _lines(reader, graph or DEFAULT_GRAPH)
    if wanted in (N_QUADS, N_TRIPLES):
        for line in lines:
            output.write(line)
        return
    write_rdf(_statements(lines), output, wanted.rdf)


def write_folder(reader: Reader, folder: Path) -> list[Path]:
    """One Turtle file for each graph, for people who keep and compare the data in version control.

    ``default.ttl``, ``graph/catalogue.ttl``, ``source/<id>.ttl`` ...: the last two steps of the graph's IRI.
    """
    written = []
    for graph in sorted(reader.edition.counts):
        path = folder.joinpath(*_place(graph))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as output:
            write(reader, TURTLE, output, graph)
        written.append(path)
    return written


def _place(graph: str) -> tuple[str, ...]:
    if graph == DEFAULT_GRAPH:
        return ("default.ttl",)
    *_, kind, name = graph.split("/")
    return slug(kind), f"{slug(name)}.ttl"


def _lines(reader: Reader, graph: str) -> list[bytes]:
    """One graph as sorted N-Triples."""
    buffer = BytesIO()
    reader.dump(N_TRIPLES, buffer, graph)
    return sorted(buffer.getvalue().splitlines(keepends=True))


def _statements(lines: Iterator[bytes] | list[bytes]) -> Iterator[Quad]:
    return parse(b"".join(lines), format=RdfFormat.N_QUADS)


def rewrite(path: Path, wanted: Format) -> bytes:
    """A Turtle file in another format for graphs."""
    output = BytesIO()
    write_rdf((quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)), output, wanted.rdf)
    return output.getvalue()
