"""Dumps of an edition as compressed files with checksums: made once, kept beside the data, the same bytes each time.

    dumps/000003/dataset.nq.gz     canonical N-Quads: the content hash of the edition is reckoned from these lines
    dumps/000003/dataset.trig.gz   TriG, one graph after the other
    dumps/000003/SHA256SUMS        as ``sha256sum --check`` reads it

Lines are sorted in runs on disk and merged, so that memory stays flat however large the edition is. Gzip files carry
no time and no name (RFC 1952). Run as ``python -m numgraph.dumps DATA NUMBER``: a server makes them in another process.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedIOBase, RawIOBase
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from numgraph.formats import N_QUADS, TRIG, Format
from numgraph.store.editions import EmbeddedStore, open_edition
from numgraph.store.files import TEMPORARY, exclusive, write_atomically
from numgraph.store.prefixed import write_rdf

FORMATS = (N_QUADS, TRIG)
SUMS = "SHA256SUMS"
_RUN = 100_000  # lines sorted in memory at a time
_NICENESS = 10


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of an edition. ``sha256`` is of the file as it is, compressed."""

    path: Path
    format: Format
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return self.path.name


def name(wanted: Format) -> str:
    """``dataset.nq.gz``."""
    return f"dataset.{wanted.suffix}.gz"


def folder(data: Path, number: int) -> Path:
    return data / "dumps" / f"{number:06d}"


def made(data: Path, number: int) -> tuple[Dump, ...] | None:
    """The dumps of an edition; None where they have not been made. Raises NoSuchEdition."""
    EmbeddedStore(data).store_path(number)  # what is not kept has no dumps, whatever lies there still
    try:
        sums = (folder(data, number) / SUMS).read_text("ascii")
    except FileNotFoundError:
        return None
    digests = {name: digest for digest, name in (line.split("  ", 1) for line in sums.splitlines())}
    paths = ((folder(data, number) / name(one), one) for one in FORMATS)
    return tuple(Dump(path, one, digests[path.name], path.stat().st_size) for path, one in paths)


def make(data: Path, number: int) -> tuple[Dump, ...]:
    """The dumps of an edition, made unless they are there. Raises NoSuchEdition, BrokenStore, StoreBusy."""
    there = made(data, number)
    if there is not None:
        return there
    target = folder(data, number)
    target.mkdir(parents=True, exist_ok=True)
    with exclusive(target / "lock"), tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=target) as aside:
        engine = open_edition(EmbeddedStore(data).store_path(number).parent)
        sums = [_write(engine, one, Path(aside), target / name(one)) for one in FORMATS]
        write_atomically(target / SUMS, "".join(sums).encode("ascii"))
    prune(data)
    found = made(data, number)
    assert found is not None  # noqa: S101 - written a moment ago
    return found


def prune(data: Path) -> None:
    """Remove the dumps of editions that are not kept any more."""
    kept = {one.number for one in EmbeddedStore(data).editions()}
    for left in (data / "dumps").glob("[0-9]*"):
        if int(left.name) not in kept:
            shutil.rmtree(left)


def _write(engine: Store, wanted: Format, aside: Path, target: Path) -> str:
    """One dump in place; returns its line of checksums."""
    building = aside / target.name
    digest = hashlib.sha256()
    with building.open("wb") as raw:
        told = cast("IO[bytes]", _Digesting(raw, digest))
        with gzip.GzipFile(filename="", mode="wb", fileobj=told, compresslevel=6, mtime=0) as packed:
            _WRITERS[wanted.name](engine, aside, cast("IO[bytes]", packed))
    building.replace(target)
    return f"{digest.hexdigest()}  {target.name}\n"


def _write_quads(engine: Store, aside: Path, output: IO[bytes]) -> None:
    with tempfile.TemporaryFile(dir=aside) as unsorted:
        engine.dump(cast("IO[bytes]", unsorted), RdfFormat.N_QUADS)
        unsorted.seek(0)
        output.writelines(_sorted(unsorted, aside))


def _write_trig(engine: Store, aside: Path, output: IO[bytes]) -> None:
    graphs: list[NamedNode | DefaultGraph] = sorted(cast("Iterable[NamedNode]", engine.named_graphs()), key=str)
    quads = chain.from_iterable(_in_order(engine, graph, aside) for graph in [DefaultGraph(), *graphs])
    write_rdf(quads, output, RdfFormat.TRIG)


_WRITERS = {N_QUADS.name: _write_quads, TRIG.name: _write_trig}


def _in_order(engine: Store, graph: NamedNode | DefaultGraph, aside: Path) -> Iterator[Quad]:
    lines = _sorted((f"{quad} .\n".encode() for quad in engine.quads_for_pattern(None, None, None, graph)), aside)
    return parse(cast("IO[bytes]", _Reading(lines)), format=RdfFormat.N_QUADS)


def _sorted(unsorted: Iterable[bytes], aside: Path) -> Iterator[bytes]:
    """Lines in order; what does not fit in one run is sorted on disk."""
    lines = iter(unsorted)
    with ExitStack() as stack:
        runs: list[Iterable[bytes]] = []
        while run := sorted(islice(lines, _RUN)):
            if len(run) < _RUN and not runs:
                yield from run
                return
            written = stack.enter_context(tempfile.TemporaryFile(dir=aside))
            written.writelines(run)
            written.seek(0)
            runs.append(written)
        yield from heapq.merge(*runs)


class _Digesting(BufferedIOBase):
    """Writes on, and takes the digest of what goes by."""

    def __init__(self, output: IO[bytes], digest: Any) -> None:
        self._output, self._digest = output, digest

    def write(self, data: Any) -> int:
        self._digest.update(data)
        return self._output.write(data)

    def flush(self) -> None:
        self._output.flush()


class _Reading(RawIOBase):
    """Lines as a file to read from."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._rest = lines, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = b"".join(islice(self._lines, 500))
        found, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return found


if __name__ == "__main__":
    os.nice(_NICENESS)
    make(Path(sys.argv[1]), int(sys.argv[2]))
