"""Files -> documents with their claims; what cannot be read is set aside with its reason, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from numgraph import extraction, sources
from numgraph.errors import NumgraphError, UnreadableSource
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.model import Reading

Progress = Callable[[str, int, int], None]  # stage, done, total

_POOL_FROM = 40  # documents: below, starting processes takes longer than they save


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was set aside, and why."""

    name: str
    reason: str


def read_all(
    files: list[Path], directories: Path, workers: int, progress: Progress
) -> tuple[list[Reading], list[Rejected]]:
    """Every readable file, read and extracted with the gazetteer in ``directories``, and the others with reasons.

    Raises UnreadableSource when nothing is left.
    """
    if not files:
        raise UnreadableSource("there is no .txt or .html file in what was given; name files or folders that have some")
    readings: list[Reading] = []
    rejected: list[Rejected] = []
    for done, outcome in enumerate(_outcomes(files, directories, workers), start=1):
        if isinstance(outcome, Reading):
            readings.append(outcome)
        else:
            rejected.append(outcome)
        progress("read", done, len(files))
    if not readings:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in rejected[:3])
        raise UnreadableSource(f"none of {len(files)} files could be read: {reasons}")
    return readings, rejected


def _outcomes(files: list[Path], directories: Path, workers: int) -> Iterator[Reading | Rejected]:
    if workers == 1 or len(files) < _POOL_FROM:
        return map(partial(read_one, gazetteer=Gazetteer.load(directories)), files)
    return _from_pool(files, directories, workers)


def _from_pool(files: list[Path], directories: Path, workers: int) -> Iterator[Reading | Rejected]:
    # spawn: the caller may have threads (a progress bar), and a fork would copy their locks in whatever state.
    with ProcessPoolExecutor(workers, get_context("spawn"), _Worker.start, (directories,)) as pool:
        try:
            yield from pool.map(_Worker.read, files, chunksize=8)
        except BrokenProcessPool as error:
            raise UnreadableSource(
                "a reading process died, perhaps for want of memory; set NUMGRAPH_WORKERS=1"
            ) from error


class _Worker:
    """What one reading process keeps: a gazetteer, loaded once."""

    gazetteer: Gazetteer

    @classmethod
    def start(cls, directories: Path) -> None:
        cls.gazetteer = Gazetteer.load(directories)

    @classmethod
    def read(cls, path: Path) -> Reading | Rejected:
        return read_one(path, cls.gazetteer)


def read_one(path: Path, gazetteer: Gazetteer) -> Reading | Rejected:
    """One file read and extracted, or why it was not."""
    try:
        document = sources.read(path)
        return Reading(document, tuple(extraction.extract(document, gazetteer)), path.read_bytes())
    except NumgraphError as error:
        return Rejected(path.name, str(error))
