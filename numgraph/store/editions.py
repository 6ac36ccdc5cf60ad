"""The embedded store: a folder of whole editions, each an Oxigraph store of its own that is never written again.

    editions/000001/             see ``edition``; beside it what the committer attaches, such as the index of the search
    archive/ab/abcdef...         document texts and raw bytes, named by their SHA-256; archive.json maps names to these
    current                      the number of the published edition
    lock                         held by the writer

A commit builds its edition aside, makes it durable, renames it into place and then replaces ``current``. A reader that
follows ``current`` sees whole editions only, whenever a writer was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

from pyoxigraph import Quad

from numgraph.errors import BrokenStore, EditionGone, EditionMoved, NoSuchEdition, UnknownEdition
from numgraph.model import Severity
from numgraph.store.draft import Draft
from numgraph.store.edition import (
    PATCH,
    EmbeddedEdition,
    EmbeddedReader,
    archive_path,
    finding_rows,
    open_edition,
    packed,
    read_edition,
    write_json,
)
from numgraph.store.files import aside, exclusive, remove, share, sweep, sync, sync_tree, write_atomically
from numgraph.store.patch import Patch
from numgraph.store.protocol import Account
from numgraph.store.sums import write_sums

__all__ = ["EmbeddedEdition", "EmbeddedReader", "EmbeddedStore", "open_edition"]

_LAYOUT = 2  # of the data folder; raised when older code could not read newer folders


class EmbeddedStore:
    """The editions in one data folder. Any number of processes may read; one may write."""

    def __init__(self, path: Path, keep: int | None = None) -> None:
        """``keep`` is how many editions stay after a commit, at least 2; None keeps all."""
        if keep is not None and keep < 2:  # noqa: PLR2004 - readers may still be on the one before
            raise ValueError(f"at least 2 editions must be kept, got {keep}")
        self.path = path
        self._keep = keep
        self._pointer = str(path / "current")
        self._seen: tuple[tuple[int, int], int] = (0, 0), 0  # the pointer's file, and the number that it held

    def apply(self, patch: Patch, *, expect: int | None = None, **account: Unpack[Account]) -> EmbeddedEdition:
        with self.writing(), self.working_copy() as draft:
            _expect(expect, draft.number)
            draft.apply(patch)
            return self._publish(draft, account)

    def commit(self, quads: Iterable[Quad], **account: Unpack[Account]) -> EmbeddedEdition:
        with self.writing(), self.working_copy() as draft:
            draft.replace(quads)
            gone = dict.fromkeys(draft.base.archive_names() if draft.base else ())
            return self._publish(draft, {**account, "archive": {**gone, **(account.get("archive") or {})}})

    def update(self, update: str, *, base: str | None = None) -> Patch:
        """What a SPARQL update would change in the current edition; nothing is published. As ``Draft.update``."""
        with self.draft() as draft:
            return draft.update(update, base=base)

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """A working copy of the current edition, gone when the block is left without ``publish``.

        Others may write meanwhile; then ``publish`` raises EditionMoved.
        """
        self._make_folders()
        with self.working_copy() as draft:
            yield draft

    @contextmanager
    def working_copy(self) -> Iterator[Draft]:
        """A draft in a folder that is known to be there."""
        with aside(self.path / "editions") as folder:
            draft = Draft(folder, self.current() if self._published() else None, self._publish_locked)
            try:
                yield draft
            finally:
                draft.close()

    def current_number(self) -> int:
        """The number of the published edition, cheaply; raises NoSuchEdition before the first commit."""
        number = self._published()
        if number == 0:
            raise NoSuchEdition(f"{self.path} holds no edition yet; make one with: numgraph build SOURCE --into DIR")
        return number

    def current(self) -> EmbeddedEdition:
        return self.edition(self.current_number())

    def edition(self, number: int) -> EmbeddedEdition:
        return read_edition(self._kept_folder(number))

    def editions(self) -> tuple[EmbeddedEdition, ...]:
        return tuple(self.edition(number) for number in self.numbers())

    def reader(self, number: int | None = None) -> EmbeddedReader:
        edition = self.current() if number is None else self.edition(number)
        return EmbeddedReader(edition, open_edition(edition.path))

    def store_path(self, number: int) -> Path:
        """Where the engine's files of an edition are, for a reader in another process; raises NoSuchEdition."""
        return self._kept_folder(number) / "store"

    def stamp(self, number: int) -> int:
        """Changes when an edition is replaced on disk, as by an erasure; raises NoSuchEdition."""
        return self._kept_folder(number).stat().st_ctime_ns

    def _kept_folder(self, number: int) -> Path:
        """The folder of a published edition. Raises UnknownEdition or EditionGone."""
        folder, published = self._folder(number), self._published()
        if not 0 < number <= published:
            raise UnknownEdition(f"there is no edition {number}; the latest is {published}")
        if not folder.is_dir():
            raise EditionGone(f"edition {number} is not kept any more; the latest is {published}")
        return folder

    def _folder(self, number: int) -> Path:
        return self.path / "editions" / f"{number:06d}"

    def _published(self) -> int:
        """The number in the pointer, read again only when that has been replaced: every request asks for it."""
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
        published = self._published()
        folders = (self.path / "editions").glob("[0-9]*")
        return sorted(number for number in (int(one.name) for one in folders) if number <= published)

    def _make_folders(self) -> None:
        for folder in (self.path, self.path / "editions", self.path / "archive"):
            folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer, in a folder without what killed writers left; raises StoreBusy."""
        self._make_folders()
        with exclusive(self.path / "lock"):
            self._clean()
            yield

    def _clean(self) -> None:
        """Remove what a killed writer left: half-built editions, finished ones never published, temporary files."""
        sweep(self.path)
        sweep(self.path / "editions")
        published = self._published()
        for folder in (self.path / "editions").glob("[0-9]*"):
            if int(folder.name) > published:
                remove(folder)

    def _publish_locked(self, draft: Draft, account: Account) -> EmbeddedEdition:
        with self.writing():
            _expect(draft.number, self._published())
            return self._publish(draft, account)

    def _publish(self, draft: Draft, account: Account) -> EmbeddedEdition:
        """Make a draft of the current edition the next one; called by the holder of the lock."""
        number = draft.number + 1
        draft.save()
        write_json(draft.folder / "manifest.json", _manifest(number, draft, account))
        write_json(draft.folder / "findings.json", finding_rows(account.get("findings", ())))
        self._write_content(draft, account.get("archive") or {})
        if attach := account.get("attach"):
            attach(draft.folder)
        write_sums(draft.folder, draft.base.path if draft.base else None)
        self._put(draft.folder, self._folder(number))
        self.prune(self._keep)
        return self.edition(number)

    def _write_content(self, draft: Draft, archive: Mapping[str, bytes | None]) -> None:
        row = {"total": f"{draft.content.total:x}", "counts": dict(sorted(draft.content.counts.items()))}
        (draft.folder / "content.json").write_text(json.dumps(row) + "\n", "utf-8")
        if draft.base is not None:
            (draft.folder / PATCH).write_bytes(packed(draft.patch))
        if draft.base is not None and not archive:
            share(draft.base.path / "archive.json", draft.folder / "archive.json")
        else:
            before = draft.base.digests() if draft.base else {}
            write_json(draft.folder / "archive.json", self._archive(before, archive))

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

    def _put(self, folder: Path, place: Path) -> None:
        sync_tree(folder)
        folder.rename(place)
        sync(place.parent)
        write_atomically(self.path / "current", f"{int(place.name)}\n".encode("ascii"))

    def prune(self, keep: int | None) -> int:
        """Let go of all but the latest ``keep`` editions, and say of how many; None keeps all. For the writer alone."""
        gone = [] if keep is None else self.numbers()[:-keep]
        for number in gone:
            remove(self._folder(number))
        return len(gone)


def _manifest(number: int, draft: Draft, account: Account) -> dict[str, object]:
    findings, statements = account.get("findings", ()), draft.content.counts.total()
    return {
        "layout": _LAYOUT,
        "number": number,
        "time": datetime.now(UTC).isoformat("T", "seconds"),
        "author": account["author"],
        "message": account["message"],
        "findings": {level.value: sum(one.severity == level for one in findings) for level in Severity},
        "content_hash": draft.content.hash,
        "statements": statements,
        "added": len(draft.patch.added) if draft.base else statements,
        "removed": len(draft.patch.removed),
    }


def _expect(expected: int | None, current: int) -> None:
    if expected is not None and expected != current:
        raise EditionMoved(f"the change was made for edition {expected}, but the current one is {current}")
