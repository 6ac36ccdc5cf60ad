"""RDF with our prefixes, in an order of our own: the engine's changes from run to run; equal data are equal bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from numgraph.terms import PREFIXES

_WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3)


def write_rdf(statements: Iterable[Triple] | Iterable[Quad], output: IO[bytes], wanted: RdfFormat) -> None:
    """Serialise statements in their order; formats that know prefixes begin with ours, sorted."""
    if wanted not in _WITH_PREFIXES:
        serialize(statements, output, wanted)
        return
    for prefix, iri in sorted(PREFIXES.items()):
        output.write(f"@prefix {prefix}: <{iri}> .\n".encode())
    body = cast("IO[bytes]", _Body(output, len(PREFIXES)))  # the engine only calls write and flush
    serialize(statements, body, wanted, prefixes=PREFIXES)


class _Body:
    """Passes on what is written to it, but for its first lines."""

    def __init__(self, output: IO[bytes], skipped: int) -> None:
        self._output = output
        self._skipped = skipped

    def write(self, data: bytes) -> int:
        size = len(data)
        while self._skipped and data:
            _, end, data = bytes(data).partition(b"\n")
            self._skipped -= bool(end)
        self._output.write(data)
        return size

    def flush(self) -> None:
        self._output.flush()
