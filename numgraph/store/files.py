"""Files that survive a power cut: written whole, synced, and put in place in one step."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from numgraph.errors import StoreBusy

TEMPORARY = ".tmp-"  # what begins so is never read, and the next writer removes it


def sync(path: Path) -> None:
    """Make a file or the entries of a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Make everything under a folder durable, the folder last."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def write_atomically(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` so that a reader sees all of it or what was there before."""
    temporary = path.with_name(TEMPORARY + path.name)
    temporary.write_bytes(content)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock of a data folder; the system lets go of it when the process ends, however it ends."""
    with path.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(f"another process is writing to {path.parent}; wait until it is done") from None
        yield
