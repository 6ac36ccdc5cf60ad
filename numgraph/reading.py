"""Sources -> documents with their claims; what cannot be read is set aside with its reason, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

from numgraph import extraction, sources
from numgraph.errors import NumgraphError, UnreadableSource
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.model import Reading
from numgraph.processes import Failed, Terms, in_order
from numgraph.sources.collections import Found, Rejected, is_collection, members
from numgraph.sources.forms import FEED_SUFFIXES

__all__ = ["Progress", "Rejected", "prepared", "read_all", "read_one"]

Progress = Callable[[str, int, int], None]  # stage, done, total; a total of 0 is not known yet

_WARM_UP = """Netzwerk wächst

30.01.2026

Das Netzwerk Beispielmedizin (NBM) wurde 2020 mit 37 Partnern gegründet und mit 5 Mio. Euro gefördert.

Kontakt: Dr. Erika Beispiel, Leiterin, Tel. 030 23125 000, erika(at)example.org
"""
_POOL_FROM = 40  # documents: below, starting processes takes longer than they save


def read_all(
    paths: list[Path], directories: Path, workers: int, progress: Progress
) -> tuple[list[Reading], list[Rejected]]:
    """Every readable document in files, folders, archives and JSON Lines, read and extracted with the gazetteer in
    ``directories``; and the others with reasons.

    Raises UnreadableSource when nothing is left.
    """
    readings: list[Reading] = []
    rejected: list[Rejected] = []
    total = _count(paths)
    for done, outcome in enumerate(_outcomes(members(paths), directories, workers), start=1):
        if isinstance(outcome, Reading):
            readings.append(outcome)
        else:
            rejected.append(outcome)
        progress("read", done, total)
    if not readings:
        raise UnreadableSource(_nothing(rejected))
    progress("read", len(readings) + len(rejected), len(readings) + len(rejected))
    return readings, rejected


def _count(paths: list[Path]) -> int:
    """How many documents there are, as far as that can be told without opening them."""
    if any(map(is_collection, paths)):
        return 0
    files = sources.find(paths)
    return 0 if any(file.suffix.lower() in FEED_SUFFIXES for file in files) else len(files)


def _nothing(rejected: list[Rejected]) -> str:
    if not rejected:
        return "there is nothing to read in what was given; name texts, pages, feeds or mails, or folders with some"
    reasons = "; ".join(f"{one.name}: {one.reason}" for one in rejected[:3])
    return f"none of {len(rejected)} documents could be read: {reasons}"


def _outcomes(stream: Iterator[Found], directories: Path, workers: int) -> Iterator[Reading | Rejected]:
    first = list(islice(stream, _POOL_FROM))
    if workers == 1 or len(first) < _POOL_FROM:
        read = _reader(directories)
        return map(read, chain(first, stream))
    return _from_processes(chain(first, stream), directories, workers)


def _from_processes(stream: Iterator[Found], directories: Path, workers: int) -> Iterator[Reading | Rejected]:
    for outcome in in_order(stream, partial(_reader, directories), Terms(workers)):
        yield Rejected(outcome.item.name, outcome.reason) if isinstance(outcome, Failed) else outcome[1]


def _reader(directories: Path) -> Callable[[Found], Reading | Rejected]:
    return partial(read_one, gazetteer=prepared(directories))


def prepared(directories: Path) -> Gazetteer:
    """The gazetteer, and in passing everything loaded that would make the first document take long: the model that
    tells languages apart, and the patterns, which are compiled when they are first used.
    """
    gazetteer = Gazetteer.load(directories)
    extraction.extract(sources.read_bytes(_WARM_UP.encode(), "warm-up.txt"), gazetteer)
    return gazetteer


def read_one(found: Found, gazetteer: Gazetteer) -> Reading | Rejected:
    """One document read and extracted, or why it was not."""
    if isinstance(found, Rejected):
        return found
    try:
        document = sources.read_bytes(found.data, found.file_name)
        return Reading(document, tuple(extraction.extract(document, gazetteer)), found.data)
    except NumgraphError as error:
        return Rejected(found.name, str(error))
