"""Checksums of an edition's files, as ``sha256sum --check`` reads them: a flipped bit on disk does not go unnoticed.

The engine reads only the indexes that a query needs, so a fault in the others would stay hidden until somebody asks.
What an edition shares with the one before is not read again: its checksums are carried forward.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

SUMS = "SHA256SUMS"
_CHUNK = 1 << 20  # bytes read at a time


def write_sums(folder: Path, before: Path | None) -> None:
    """Write those of the files in ``folder`` and its ``store``; ``before`` is the folder of the edition before."""
    known = dict(read_sums(before)) if before else {}
    rows = (f"{_carried(folder, name, before, known) or digest(folder / name)}  {name}\n" for name in _names(folder))
    (folder / SUMS).write_text("".join(rows), "utf-8")


def read_sums(folder: Path) -> Iterator[tuple[str, str]]:
    """The checksum of each file by its name; nothing where an older numgraph wrote none."""
    if (folder / SUMS).exists():
        for row in (folder / SUMS).read_text("utf-8").splitlines():
            found, _, name = row.partition("  ")
            yield name, found


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _names(folder: Path) -> list[str]:
    files = (file for pattern in ("*", "store/*") for file in folder.glob(pattern))
    return sorted(str(file.relative_to(folder)) for file in files if file.is_file() and file.name != SUMS)


def _carried(folder: Path, name: str, before: Path | None, known: dict[str, str]) -> str | None:
    """The known checksum of a file that is the same file in the edition before."""
    if before is None or name not in known or not (before / name).samefile(folder / name):
        return None
    return known[name]
