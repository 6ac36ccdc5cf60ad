"""The journal of a store: a folder of editions, what is said of each, and the pointer to the published one.

    editions/000001/             see ``edition``; beside it what the committer attaches, such as the index of the search
    archive/ab/abcdef...         document texts and raw bytes, named by their SHA-256; archive.json maps names to these
    current                      the number of the published edition
    lock                         held by the writer

An edition is built aside, made durable, renamed into place, and then ``current`` is replaced. Whoever follows
``current`` sees whole editions only, whenever a writer was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from numgraph.errors import BrokenStore, EditionGone, EditionMoved, NoSuchEdition, UnknownEdition
from numgraph.model import Severity
from numgraph.store.content import Content
from numgraph.store.edition import (
    PATCH,
    EmbeddedEdition,
    archive_path,
    finding_rows,
    packed,
    read_edition,
    write_json,
)
from numgraph.store.files import exclusive, remove, share, sweep, sync, sync_tree, write_atomically
from numgraph.store.patch import Patch
from numgraph.store.protocol import Account
from numgraph.store.sums import write_sums

_LAYOUT = 2  # of the folder; raised when older code could not read newer folders


class Step(Protocol):
    """From one edition (None before the first) to the next: what changes, and what is known of the data then."""

    base: EmbeddedEdition | None
    patch: Patch
    content: Content


class Journal:
    """Editions as they were published, in one folder. Any number of processes may read; one may write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pointer = str(path / "current")
        self._seen: tuple[tuple[int, int], int] = (0, 0), 0  # the pointer's file, and the number that it held

    def current_number(self) -> int:
        """The number of the published edition, cheaply; raises NoSuchEdition before the first commit."""
        number = self.published()
        if number == 0:
            raise NoSuchEdition(f"{self.path} holds no edition yet; make one with: numgraph build SOURCE --into DIR")
        return number

    def current(self) -> EmbeddedEdition:
        return self.edition(self.current_number())

    def edition(self, number: int) -> EmbeddedEdition:
        return read_edition(self.kept_folder(number))

    def editions(self) -> tuple[EmbeddedEdition, ...]:
        return tuple(self.edition(number) for number in self.numbers())

    def kept_folder(self, number: int) -> Path:
        """The folder of a published edition. Raises UnknownEdition or EditionGone."""
        folder, published = self.folder(number), self.published()
        if not 0 < number <= published:
            raise UnknownEdition(f"there is no edition {number}; the latest is {published}")
        if not folder.is_dir():
            raise EditionGone(f"edition {number} is not kept any more; the latest is {published}")
        return folder

    def folder(self, number: int) -> Path:
        """Where an edition is, or will be."""
        return self.path / "editions" / f"{number:06d}"

    def published(self) -> int:
        """The number of the published edition, 0 before the first.

        The pointer is read again only when it has been replaced: every request asks for it.
        """
        try:
            found = os.stat(self._pointer)  # noqa: PTH116 - a path made ready once
        except FileNotFoundError:
            return 0
        version = found.st_ino, found.st_mtime_ns
        if version != self._seen[0]:
            self._seen = version, self._pointed()
        return self._seen[1]

    def _pointed(self) -> int:
        try:
            return int(Path(self._pointer).read_text("ascii"))
        except ValueError:
            raise BrokenStore(f"{self._pointer} should hold the number of an edition and nothing else") from None

    def numbers(self) -> list[int]:
        """The numbers of the editions that are kept, in order."""
        published = self.published()
        folders = (self.path / "editions").glob("[0-9]*")
        return sorted(number for number in (int(one.name) for one in folders) if number <= published)

    def make_folders(self) -> None:
        for folder in (self.path, self.path / "editions", self.path / "archive"):
            folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer, in a folder without what killed writers left; raises StoreBusy."""
        self.make_folders()
        with exclusive(self.path / "lock"):
            self._clean()
            yield

    def _clean(self) -> None:
        """Remove what a killed writer left: half-built editions, finished ones never published, temporary files."""
        sweep(self.path)
        sweep(self.path / "editions")
        published = self.published()
        for folder in (self.path / "editions").glob("[0-9]*"):
            if int(folder.name) > published:
                remove(folder)

    def record(self, folder: Path, step: Step, account: Account) -> None:
        """Write into ``folder`` all that is said of the edition that ``step`` leads to."""
        write_json(folder / "manifest.json", _manifest(step, account))
        write_json(folder / "findings.json", finding_rows(account.get("findings", ())))
        row = {"total": f"{step.content.total:x}", "counts": dict(sorted(step.content.counts.items()))}
        (folder / "content.json").write_text(json.dumps(row) + "\n", "utf-8")
        if step.base or step.patch or not step.content.counts:  # a first edition that was loaded whole has none
            (folder / PATCH).write_bytes(packed(step.patch))
        self._write_archive(folder, step.base, account.get("archive") or {})
        if attach := account.get("attach"):
            attach(folder)
        write_sums(folder, step.base.path if step.base else None)

    def _write_archive(self, folder: Path, base: EmbeddedEdition | None, changed: Mapping[str, bytes | None]) -> None:
        if base is not None and not changed:
            share(base.path / "archive.json", folder / "archive.json")
        else:
            write_json(folder / "archive.json", self._archive(base.digests() if base else {}, changed))

    def _archive(self, before: dict[str, str], changed: Mapping[str, bytes | None]) -> dict[str, str]:
        """Store each content once; returns the digest for each name."""
        digests = {name: digest for name, digest in before.items() if name not in changed}
        for name, data in changed.items():
            if data is None:
                continue
            digests[name] = hashlib.sha256(data).hexdigest()
            place = archive_path(self.path, digests[name])
            if not place.exists():
                place.parent.mkdir(exist_ok=True)
                write_atomically(place, data, self.path)
        sync(self.path / "archive")
        return dict(sorted(digests.items()))

    def put(self, folder: Path) -> EmbeddedEdition:
        """Publish what ``record`` wrote into a folder as the edition after the current one."""
        number = self.published() + 1
        sync_tree(folder)
        folder.rename(self.folder(number))
        sync(self.path / "editions")
        write_atomically(self.path / "current", f"{number}\n".encode("ascii"))
        return self.edition(number)

    def prune(self, keep: int | None) -> int:
        """Let go of all but the latest ``keep`` editions, and say of how many; None keeps all. For the writer alone."""
        gone = [] if keep is None else self.numbers()[:-keep]
        for number in gone:
            remove(self.folder(number))
        return len(gone)


def _manifest(step: Step, account: Account) -> dict[str, object]:
    findings, statements = account.get("findings", ()), step.content.counts.total()
    return {
        "layout": _LAYOUT,
        "number": (step.base.number if step.base else 0) + 1,
        "time": datetime.now(UTC).isoformat("T", "seconds"),
        "author": account["author"],
        "message": account["message"],
        "findings": {level.value: sum(one.severity == level for one in findings) for level in Severity},
        "content_hash": step.content.hash,
        "statements": statements,
        "added": len(step.patch.added) if step.base else statements,
        "removed": len(step.patch.removed),
    }


def expect_number(expected: int | None, current: int) -> None:
    """Raise EditionMoved where a change was made for another edition than the current one; None stands for any."""
    if expected is not None and expected != current:
        raise EditionMoved(f"the change was made for edition {expected}, but the current one is {current}")
