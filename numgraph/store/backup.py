"""A data folder copied whole, into a folder or a tar file, and put back after it has been verified.

What is copied is what was published when the copy began, whatever a writer does meanwhile: editions never change, and
a snapshot of hard links keeps those that are let go. Files that editions share are shared in the copy too.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from numgraph.errors import BrokenStore, DataExists, StoreBusy
from numgraph.store.edition import archive_path
from numgraph.store.editions import EmbeddedStore
from numgraph.store.files import TEMPORARY, aside, share
from numgraph.store.verification import Fault, verify

_BESIDE = ("numgraph.json", "tokens.json")  # what a data folder holds besides editions and their archive
_TARS: dict[str, Literal["w", "w:gz"]] = {".tar": "w", ".gz": "w:gz", ".tgz": "w:gz"}  # mode by suffix
_TOP = "numgraph"  # the folder inside a tar file


def back_up(store: EmbeddedStore, target: Path) -> int:
    """Copy to ``target``: a tar file where it is named .tar, .tar.gz or .tgz, else a folder, which can be served.

    Returns the number of the edition that is current in the copy. Raises NoSuchEdition, DataExists.
    """
    with _snapshot(store) as folder, _building(target) as building:
        if target.suffix in _TARS:
            with tarfile.open(building, _TARS[target.suffix]) as tar:
                tar.add(folder, _TOP)
        else:
            _copy(folder, building)
        return EmbeddedStore(folder).current_number()


def restore(source: Path, target: Path) -> tuple[Fault, ...]:
    """Put a backup into place as a data folder, if it is whole; else return its faults and put nothing there.

    Raises DataExists, NoSuchEdition, BrokenStore.
    """
    with _building(target) as building:
        if source.is_dir():
            _copy(source, building)
        else:
            _unpack(source, building)
        faults = verify(EmbeddedStore(building))
        if faults:
            shutil.rmtree(building)
        return faults


@contextmanager
def _building(target: Path) -> Iterator[Path]:
    """Where to make what becomes ``target``, whole and durable, when the block ends well and has made something."""
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise DataExists(f"{target} is there already and not empty; name another place")
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_name(TEMPORARY + target.name)
    _discard(building)
    try:
        yield building
        if building.exists():
            os.sync()
            building.rename(target)
            os.sync()
    finally:
        _discard(building)


def _discard(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _snapshot(store: EmbeddedStore) -> Iterator[Path]:
    """The published state as a folder of second names."""
    published = store.current_number()
    with aside(store.path) as folder:
        (folder / "editions").mkdir()
        (folder / "current").write_text(f"{published}\n", "ascii")
        for number in (one for one in store.numbers() if one <= published):
            name = f"{number:06d}"
            _hold(store.path / "editions" / name, folder / "editions" / name, needed=number == published)
        for digest in {digest for one in EmbeddedStore(folder).editions() for digest in one.digests().values()}:
            place = archive_path(folder, digest)
            place.parent.mkdir(parents=True, exist_ok=True)
            share(archive_path(store.path, digest), place)
        for name in _BESIDE:
            if (store.path / name).exists():
                share(store.path / name, folder / name)
        yield folder


def _hold(source: Path, target: Path, *, needed: bool) -> None:
    """Second names for an edition; none where a writer lets it go meanwhile, which is a fault if it is ``needed``."""
    try:
        for file in (source, *sorted(source.rglob("*"))):
            place = target / file.relative_to(source)
            if file.is_dir():
                place.mkdir()
            else:
                share(file, place)
    except FileNotFoundError as fault:
        shutil.rmtree(target, ignore_errors=True)
        if needed:
            raise StoreBusy(f"edition {int(source.name)} was let go while it was copied; try again") from fault


def _copy(source: Path, target: Path) -> None:
    """A folder with all that is in it; files that are one file under several names are so in the copy too."""
    copied: dict[tuple[int, int], Path] = {}
    target.mkdir()
    for file in sorted(source.rglob("*")):
        place, stat = target / file.relative_to(source), file.stat()
        if file.is_dir():
            place.mkdir()
        elif (stat.st_dev, stat.st_ino) in copied:
            share(copied[stat.st_dev, stat.st_ino], place)
        else:
            copied[stat.st_dev, stat.st_ino] = Path(shutil.copy2(file, place))


def _unpack(source: Path, target: Path) -> None:
    """A tar file that ``back_up`` made."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(target, filter="data")
        (target / _TOP).rename(unpacked := target.with_name(f"{target.name}-unpacked"))
        target.rmdir()
        unpacked.rename(target)
    except (OSError, EOFError, zlib.error, tarfile.TarError) as fault:
        raise BrokenStore(f"{source} is no whole backup: {fault}") from fault
