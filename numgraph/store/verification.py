"""Whether a data folder is what numgraph wrote: read from end to end, each fault with its place and what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Store as Engine

from numgraph.errors import BrokenStore, MalformedRdf
from numgraph.store.content import Content, lines
from numgraph.store.edition import PATCH, EmbeddedEdition, archive_path, open_edition, read_json
from numgraph.store.editions import EmbeddedStore
from numgraph.store.evaluation import ENGINE_FAULTS
from numgraph.store.sums import digest, read_sums

Progress = Callable[[int, int], None]  # editions done, editions in all

_FROM_BACKUP = "take the folder from a backup: numgraph restore BACKUP --data NEW-FOLDER"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written: where, what, and what to do about it."""

    place: str
    complaint: str
    advice: str


@dataclass(slots=True)
class _Verification:
    store: EmbeddedStore
    seen: set[str] = field(default_factory=set)  # digests of the archived files that have been read

    def of(self, number: int) -> Iterator[Fault]:
        """The faults of one edition."""
        place = f"edition {number}"
        try:
            edition = self.store.edition(number)
            edition.findings()
            yield from _files(edition, place)
            yield from self._data(edition, place)
            yield from self._patch(edition, place)
            yield from self._archive(edition)
        except BrokenStore as fault:
            yield Fault(place, str(fault), _FROM_BACKUP)

    def _data(self, edition: EmbeddedEdition, place: str) -> Iterator[Fault]:
        try:
            engine = open_edition(edition.path)
            content = Content.of(engine)
            found = content.hash if read_json(edition.path / "manifest.json")["layout"] > 1 else _sorted_hash(engine)
        except ENGINE_FAULTS as fault:
            yield Fault(place, f"the data cannot be read: {fault}", _FROM_BACKUP)
            return
        if found != edition.content_hash:
            yield Fault(place, "the data are not those that its content hash was made of", _FROM_BACKUP)
        elif content != edition.content():
            yield Fault(place, "content.json does not tell what is in the data", _FROM_BACKUP)

    def _patch(self, edition: EmbeddedEdition, place: str) -> Iterator[Fault]:
        """The edition before and the patch make the edition."""
        before = edition.path.with_name(f"{edition.number - 1:06d}")
        if not before.is_dir() or not (edition.path / PATCH).exists():
            return
        advice = f"the data of the edition are not touched by this; compare with: numgraph diff {edition.number}"
        try:
            content = self.store.edition(edition.number - 1).content()
            content.apply(edition.patch())
        except (OSError, EOFError, MalformedRdf) as fault:
            yield Fault(place, f"its patch cannot be read: {fault}", advice)
        else:
            if content.hash != edition.content().hash:
                yield Fault(place, "its patch does not lead from the edition before to it", advice)

    def _archive(self, edition: EmbeddedEdition) -> Iterator[Fault]:
        for name, expected in edition.digests().items():
            if expected in self.seen:
                continue
            self.seen.add(expected)
            place = archive_path(self.store.path, expected)
            if complaint := _complaint(place, expected):
                where = str(place.relative_to(self.store.path))
                yield Fault(where, f"{name} {complaint}", f"put {where} back from a backup")


def verify(store: EmbeddedStore, progress: Progress = lambda done, total: None) -> tuple[Fault, ...]:
    """Read everything, and compare it with what was written down of it. Raises NoSuchEdition where there is nothing."""
    try:
        current = store.current_number()
    except BrokenStore as fault:
        return (Fault("current", str(fault), "write the number of the latest edition into it"),)
    verification, faults = _Verification(store), list(_missing(store.numbers(), current))
    for done, number in enumerate(store.numbers()):
        progress(done, len(store.numbers()))
        faults += verification.of(number)
    progress(1, 1)
    return tuple(faults)


def _missing(kept: list[int], current: int) -> Iterator[Fault]:
    """Editions are let go from the first on: none is missing between two others, and never the current one."""
    for number in sorted(set(range(min(kept, default=current), current + 1)) - set(kept)):
        yield Fault(f"edition {number}", "its folder is missing", _FROM_BACKUP)


def _files(edition: EmbeddedEdition, place: str) -> Iterator[Fault]:
    """The files are those that were published, to the bit."""
    for name, expected in read_sums(edition.path):
        if complaint := _complaint(edition.path / name, expected):
            yield Fault(place, f"{name} {complaint}", _FROM_BACKUP)


def _complaint(file: Path, expected: str) -> str:
    """What is wrong with a file; nothing where its checksum is the one that was written down."""
    if not file.exists():
        return "is missing"
    return "" if digest(file) == expected else "is not what was written: its SHA-256 is another"


def _sorted_hash(engine: Engine) -> str:
    """The content hash of layout 1: SHA-256 of the sorted canonical N-Quads."""
    return hashlib.sha256(b"".join(sorted(lines(engine)))).hexdigest()
