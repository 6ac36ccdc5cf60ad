"""Documents without end -> claims as JSON Lines, through processes, to be stopped and taken up again at any time.

Three files grow together: ``<output>`` with one claim a line (documents in the order of the sources, claims in the
order of their place), ``<output>.failed.jsonl`` with what was set aside and why, and ``<output>.journal``, which says
how many documents are done and how long the other two files were then. Results are written in blocks: block, flush to
disk, journal. Going on means cutting both files back to the journal's word and skipping the documents it counts, so a
run that was killed at any moment loses nothing and repeats nothing. With ``.gz`` each block is a gzip member of its
own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from numgraph import extraction, sources
from numgraph.errors import UnreadableSource
from numgraph.extraction import Gazetteer
from numgraph.iris import Namespace
from numgraph.processes import Failed, Terms, in_order
from numgraph.reading import prepared
from numgraph.sources.collections import Found, Member, Rejected, members
from numgraph.store.files import exclusive, write_atomically

_AS_TEXT = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder for each line
_BLOCK = 4 * 1024 * 1024  # bytes of results that are written at once ...
_BLOCK_TIME = 1.0  # ... or as many as came in so many seconds


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a harvest is; what the journal keeps. ``trail`` is a digest of every document so far, in order."""

    documents: int = 0
    claims: int = 0
    failed: int = 0
    output_size: int = 0  # bytes
    failed_size: int = 0
    trail: str = ""


@dataclass(frozen=True, slots=True)
class _Harvested:
    """What a process makes of a document: its claims as lines, and their number."""

    lines: bytes
    claims: int


def harvest(
    paths: list[Path],
    output: Path,
    directories: Path,
    namespace: Namespace,
    terms: Terms,
    *,
    resume: bool = False,
    progress: Callable[[Tally], None] = lambda tally: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Tally:
    """Extract every document of ``paths`` into ``output``; ``stopped`` is asked after each document.

    A document that fails or takes too long is set aside and the rest goes on. Raises UnreadableSource when ``output``
    is there already and ``resume`` is not wanted, or when the sources are not those that the journal speaks of;
    StoreBusy when another harvest writes to it.
    """
    trail = _Trail(members(paths))
    tally = _so_far(output, resume=resume)
    _skip(trail, tally, output)
    with _Files.opened(output, tally) as files:
        block = _Block(tally)
        for found in in_order(iter(trail), partial(_reader, directories, namespace), terms):
            block.add(found, trail.passed())
            if block.is_full:
                files.write(block)
                block = _Block(block.tally)
            progress(block.tally)
            if stopped():
                break
        files.write(block)
    return block.tally


def failures_of(output: Path) -> Path:
    """Where a harvest into ``output`` puts what it sets aside."""
    return output.with_name(output.name + ".failed.jsonl")


def journal_of(output: Path) -> Path:
    return output.with_name(output.name + ".journal")


def _reader(directories: Path, namespace: Namespace) -> Callable[[Found], _Harvested | Rejected]:
    return partial(_harvested, gazetteer=prepared(directories), namespace=namespace)


def _harvested(found: Found, gazetteer: Gazetteer, namespace: Namespace) -> _Harvested | Rejected:
    if isinstance(found, Rejected):
        return found
    document = sources.read_bytes(found.data, found.file_name)
    claims = extraction.extract(document, gazetteer)
    records = (_placed(extraction.record(claim, namespace), found) for claim in claims)
    return _Harvested(b"".join(map(_line, records)), len(claims))


def _placed(record: dict[str, Any], member: Member) -> dict[str, Any]:
    """The record, with where its source stands in what was given."""
    record["source"]["name"] = member.name
    if member.url:
        record["source"]["url"] = member.url
    return record


def _line(record: dict[str, Any]) -> bytes:
    return _AS_TEXT(record).encode("utf-8", "replace") + b"\n"


class _Trail:
    """The documents on their way, and a running digest of those that have come through."""

    def __init__(self, stream: Iterator[Found]) -> None:
        self._stream = stream
        self._digest = ""
        self._ahead: deque[str] = deque()

    def __iter__(self) -> Iterator[Found]:
        for found in self._stream:
            self._ahead.append(self.step(found))
            yield found

    def step(self, found: Found) -> str:
        digest = hashlib.sha256(self._digest.encode())
        digest.update(found.name.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(found.data if isinstance(found, Member) else found.reason.encode("utf-8", "surrogatepass"))
        self._digest = digest.hexdigest()
        return self._digest

    def skip(self) -> str | None:
        found = next(self._stream, None)
        return None if found is None else self.step(found)

    def passed(self) -> str:
        """The digest up to the next document that comes through; they come in order."""
        return self._ahead.popleft()


def _skip(trail: _Trail, tally: Tally, output: Path) -> None:
    digest: str | None = ""
    for _ in range(tally.documents):
        digest = trail.skip()
    if tally.documents and digest != tally.trail:
        raise UnreadableSource(
            f"the sources are not those that {output.name} was made of so far: the first {tally.documents:,} documents "
            "have changed; give the same ones in the same order, or another --output"
        )


@dataclass(slots=True)
class _Block:
    """Results that wait to be written, and the tally once they are."""

    tally: Tally
    lines: bytearray = field(default_factory=bytearray)
    failures: bytearray = field(default_factory=bytearray)
    since: float = field(default_factory=time.monotonic)

    def add(self, outcome: tuple[Found, _Harvested | Rejected] | Failed[Found], trail: str) -> None:
        if isinstance(outcome, Failed):
            result: _Harvested | Rejected = Rejected(outcome.item.name, outcome.reason)
        else:
            result = outcome[1]
        harvested = result if isinstance(result, _Harvested) else _Harvested(b"", 0)
        self.lines += harvested.lines
        if isinstance(result, Rejected):
            self.failures += _line({"name": result.name, "reason": result.reason})
        self.tally = replace(
            self.tally,
            documents=self.tally.documents + 1,
            claims=self.tally.claims + harvested.claims,
            failed=self.tally.failed + isinstance(result, Rejected),
            trail=trail,
        )

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= _BLOCK or time.monotonic() - self.since >= _BLOCK_TIME


@dataclass(slots=True)
class _Files:
    """The three files of a harvest, kept in step."""

    output: Path
    lines: IO[bytes]
    failures: IO[bytes]

    @classmethod
    @contextmanager
    def opened(cls, output: Path, tally: Tally) -> Iterator[_Files]:
        """Output and failures, cut back to what the journal vouches for."""
        with exclusive(output), output.open("ab") as lines, failures_of(output).open("ab") as failures:
            for file, size in ((lines, tally.output_size), (failures, tally.failed_size)):
                if os.fstat(file.fileno()).st_size < size:
                    raise UnreadableSource(f"{file.name} is shorter than its journal says; give another --output")
                file.truncate(size)
            yield cls(output, lines, failures)

    def write(self, block: _Block) -> None:
        """Make a block durable; from then on its tally has the sizes of the files."""
        lines = bytes(block.lines)
        if lines and self.output.suffix == ".gz":
            lines = gzip.compress(lines, mtime=0)
        for file, data in ((self.lines, lines), (self.failures, bytes(block.failures))):
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        block.tally = replace(
            block.tally,
            output_size=block.tally.output_size + len(lines),
            failed_size=block.tally.failed_size + len(block.failures),
        )
        write_atomically(journal_of(self.output), json.dumps(asdict(block.tally)).encode())


def _so_far(output: Path, *, resume: bool) -> Tally:
    """The tally to go on from."""
    journal = journal_of(output)
    begun = journal.exists() or (output.exists() and output.stat().st_size > 0)
    if begun and not resume:
        raise UnreadableSource(f"{output} is there already; go on with it by --resume, or give another --output")
    if not begun:
        return Tally()
    try:
        return Tally(**json.loads(journal.read_bytes()))
    except OSError as error:
        raise UnreadableSource(
            f"{journal} is missing, so it is not known what {output} holds; give another --output"
        ) from error
    except (ValueError, TypeError) as error:
        raise UnreadableSource(f"{journal} is no journal of a harvest; give another --output") from error
