"""The embedded store: a folder of whole editions, each an Oxigraph store of its own that is never written again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

from pyoxigraph import Quad

from numgraph.store.draft import Draft
from numgraph.store.edition import EmbeddedEdition, EmbeddedReader, open_edition
from numgraph.store.files import aside
from numgraph.store.journal import Journal, expect_number
from numgraph.store.patch import Patch
from numgraph.store.protocol import Account

__all__ = ["EmbeddedEdition", "EmbeddedReader", "EmbeddedStore", "open_edition"]


class EmbeddedStore(Journal):
    """A journal whose editions hold their data beside what is said of them."""

    def __init__(self, path: Path, keep: int | None = None) -> None:
        """``keep`` is how many editions stay after a commit, at least 2; None keeps all."""
        if keep is not None and keep < 2:  # noqa: PLR2004 - readers may still be on the one before
            raise ValueError(f"at least 2 editions must be kept, got {keep}")
        super().__init__(path)
        self._keep = keep

    def apply(self, patch: Patch, *, expect: int | None = None, **account: Unpack[Account]) -> EmbeddedEdition:
        with self.writing(), self.working_copy() as draft:
            expect_number(expect, draft.number)
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
        self.make_folders()
        with self.working_copy() as draft:
            yield draft

    @contextmanager
    def working_copy(self) -> Iterator[Draft]:
        """A draft in a folder that is known to be there."""
        with aside(self.path / "editions") as folder:
            draft = Draft(folder, self.current() if self.published() else None, self._publish_locked)
            try:
                yield draft
            finally:
                draft.close()

    def reader(self, number: int | None = None) -> EmbeddedReader:
        edition = self.current() if number is None else self.edition(number)
        return EmbeddedReader(edition, open_edition(edition.path))

    def store_path(self, number: int) -> Path:
        """Where the engine's files of an edition are, for a reader in another process; raises NoSuchEdition."""
        return self.kept_folder(number) / "store"

    def stamp(self, number: int) -> int:
        """Changes when an edition is replaced on disk, as by an erasure; raises NoSuchEdition."""
        return self.kept_folder(number).stat().st_ctime_ns

    def _publish_locked(self, draft: Draft, account: Account) -> EmbeddedEdition:
        with self.writing():
            expect_number(draft.number, self.published())
            return self._publish(draft, account)

    def _publish(self, draft: Draft, account: Account) -> EmbeddedEdition:
        """Make a draft of the current edition the next one; called by the holder of the lock."""
        draft.save()
        self.record(draft.folder, draft, account)
        edition = self.put(draft.folder)
        self.prune(self._keep)
        return edition
