"""Making a data folder smaller: earlier editions let go, the current one tidied, files that nobody names removed.

The engine merges its small files as editions come; what this adds is one pass over all of them, which drops what was
removed. It costs as much as the dataset is large, so no commit waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from numgraph.store.draft import Draft
from numgraph.store.edition import EmbeddedEdition
from numgraph.store.editions import EmbeddedStore
from numgraph.store.files import exchange, remove, share, sync, sync_tree
from numgraph.store.history import between
from numgraph.store.sums import SUMS, write_sums

_BLOCK = 512  # bytes, the unit of st_blocks


@dataclass(frozen=True, slots=True)
class Compacted:
    """What became of it: bytes on disk before and after, how many editions and archived files are gone."""

    before: int
    after: int
    editions: int
    files: int


def compact(store: EmbeddedStore, keep: int | None = None) -> Compacted:
    """Tidy the current edition, and let go of all but the latest ``keep`` editions; None keeps all.

    Readers notice nothing, content and number stay; writers wait for the last moment of it only. Raises NoSuchEdition,
    StoreBusy, BrokenStore.
    """
    store.current_number()
    before = size(store.path)
    with store.draft() as draft:
        draft.engine.optimize()
        with store.writing():
            draft.apply(between(store, draft.number, store.current_number()))  # what others wrote meanwhile
            gone = store.prune(keep)
            _put(draft, store.current())
            files = _sweep_archive(store)
    return Compacted(before, size(store.path), gone, files)


def _put(draft: Draft, edition: EmbeddedEdition) -> None:
    """Put an edition in its own place again, with the data of the draft, where those take less room.

    They do not where earlier editions go on needing the files that it has now.
    """
    draft.save()
    if size(draft.folder / "store") >= _unshared(edition.path / "store"):
        return
    for file in sorted(edition.path.rglob("*")):
        place = draft.folder / file.relative_to(edition.path)
        if file.is_dir():
            place.mkdir(exist_ok=True)
        elif file.parent.name != "store" and file.name != SUMS:
            share(file, place)
    write_sums(draft.folder, edition.path)
    sync_tree(draft.folder)
    exchange(draft.folder, edition.path)
    sync(edition.path.parent)


def _unshared(folder: Path) -> int:
    """Bytes that would be free if a folder were gone."""
    return sum(_BLOCK * stat.st_blocks for stat in (file.stat() for file in folder.iterdir()) if stat.st_nlink == 1)


def _sweep_archive(store: EmbeddedStore) -> int:
    """Remove archived files that no edition names any more."""
    named = {digest for edition in store.editions() for digest in edition.digests().values()}
    nameless = [file for file in (store.path / "archive").glob("*/*") if file.name not in named]
    for file in nameless:
        remove(file)
    return len(nameless)


def size(folder: Path) -> int:
    """Bytes on disk, shared files once."""
    found = {(stat.st_dev, stat.st_ino): stat.st_blocks for stat in (file.lstat() for file in folder.rglob("*"))}
    return _BLOCK * sum(found.values())
