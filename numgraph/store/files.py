"""Files that survive a power cut: written whole, synced, and put in place in one step."""

from __future__ import annotations

import ctypes
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from numgraph.errors import StoreBusy

_HERE, _RENAME_EXCHANGE = -100, 2  # AT_FDCWD of fcntl.h, RENAME_EXCHANGE of linux/fs.h
TEMPORARY = ".tmp-"  # what begins so is never read, and the next writer removes it


def sync(path: Path) -> None:
    """Make a file or the entries of a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Make everything under a folder durable, the folder last.

    A file with a second name is shared with a published edition and durable already: an edition of a million
    statements costs what is new in it.
    """
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() or path.stat().st_nlink == 1:
            sync(path)
    sync(folder)


def write_atomically(path: Path, content: bytes, building: Path | None = None) -> None:
    """Put ``content`` at ``path`` so that a reader sees all of it or what was there before.

    It is written in the folder ``building`` first, or else beside its place.
    """
    temporary = (building or path.parent) / (TEMPORARY + path.name)
    temporary.write_bytes(content)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def share(source: Path, target: Path) -> None:
    """Give a file that never changes a second name; copy it where the file system cannot, or has no names left."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def exchange(one: Path, other: Path) -> None:
    """Let two folders take each other's place: in one step where the system can (renameat2), else in two."""
    system = ctypes.CDLL(None, use_errno=True)
    swap = getattr(system, "renameat2", None)
    if swap is not None and swap(_HERE, bytes(one), _HERE, bytes(other), _RENAME_EXCHANGE) == 0:
        return
    leaving = one.with_name(f"{one.name}-old")
    other.rename(leaving)
    one.rename(other)
    leaving.rename(one)


def remove(path: Path) -> None:
    """Remove a file, or a folder in such a way that nobody sees a part of it."""
    if path.is_dir():
        shutil.rmtree(path.rename(path.with_name(f"{TEMPORARY}{secrets.token_hex(6)}")))
    else:
        path.unlink()


@contextmanager
def aside(parent: Path) -> Iterator[Path]:
    """A fresh folder to build something in; gone afterwards, unless it was renamed, and kept from ``sweep`` until then.

    The system lets go of the lock on it when this process ends, however it ends.
    """
    folder = parent / f"{TEMPORARY}{secrets.token_hex(6)}"
    folder.mkdir()
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep(parent: Path) -> None:
    """Remove what a killed process left half-made in a folder; what a living one builds there stays."""
    for left in parent.glob(f"{TEMPORARY}*"):
        if not left.is_dir():
            left.unlink(missing_ok=True)
        elif _abandoned(left):
            shutil.rmtree(left, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    try:
        held = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(held)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock of a data folder; the system lets go of it when the process ends, however it ends."""
    with path.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(f"another process is writing to {path.parent}; wait until it is done") from None
        yield
