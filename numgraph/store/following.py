"""Which edition is the current one, and the nursery that follows it.

What a query sees is decided when it is asked, never by what is in memory: while a nursery takes up an edition, and
where one is too large for it, readers open the edition on disk.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from numgraph.errors import BrokenStore, NoSuchEdition
from numgraph.store.crew import Crew
from numgraph.store.edition import PATCH, read_json
from numgraph.store.editions import EmbeddedStore
from numgraph.store.worker import Place

_LOG = logging.getLogger(__name__)
_LOOK = 0.02  # seconds between looks at the pointer; a look takes microseconds
_STATEMENT = 400  # bytes of memory that a statement takes, measured: 330 to 380
_LARGEST_PATCH = 20_000  # statements; beyond it another nursery loads the edition, while this one forks readers
_MOST_REMOVED = 0.25  # of all statements: the engine in memory does not give back the room of what was removed
_HARDLY_ANY = 20_000  # removed statements, some megabytes: not worth a new nursery however small the edition is


class Editions:
    """Editions by number, as fast as every query needs it."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._paths: tuple[int, str, str] = 0, "", ""  # of the current edition: number, data, manifest

    def current(self) -> int:
        """The number of the published edition; raises NoSuchEdition."""
        return self._store.current_number()

    def place(self, number: int) -> Place:
        """The files of an edition as they stand now; raises NoSuchEdition."""
        if number != self._paths[0] or number != self.current():
            data = self._store.store_path(number)
            self._paths = number, str(data), str(data.with_name("manifest.json"))
        _, path, manifest = self._paths
        try:
            found = os.stat(manifest)  # noqa: PTH116 - for each query
        except OSError as fault:
            raise BrokenStore(f"{manifest} cannot be read: {fault.strerror}") from fault
        return path, found.st_ino, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class _Size:
    """How many statements an edition has, and how many it added and removed."""

    statements: int
    changed: int
    removed: int


class Follower:
    """Keeps a crew's nursery at the published edition, where that takes no more than ``memory`` bytes."""

    def __init__(self, editions: Editions, crew: Crew, memory: int) -> None:
        self._editions = editions
        self._crew = crew
        self._memory = memory
        self._number = 0  # of the edition held
        self._removed = 0  # statements, since the nursery loaded one whole
        self._unfit: Place | None = None  # an edition that could not be taken into memory

    async def follow(self) -> None:
        """Follow until cancelled. Trouble costs memory's speed and nothing else."""
        while True:
            try:
                await self._keep_up()
            except NoSuchEdition:
                pass
            except (BrokenStore, OSError) as fault:
                self._unfit = self._editions.place(self._editions.current())
                _LOG.warning("readers work from disk: %s", fault)
            await asyncio.sleep(_LOOK)

    async def _keep_up(self) -> None:
        current, nursery = self._editions.current(), self._crew.nursery
        if self._editions.place(current) in {nursery.held, self._unfit}:
            return
        is_near = self._holds_an_earlier(current)
        number = self._number + 1 if is_near else current
        place = self._editions.place(number)
        size = _size(place)
        if size.statements * _STATEMENT > self._memory:
            self._unfit = place
            if nursery.held:
                self._crew.renew(self._crew.new_nursery())
        elif is_near and self._is_small(size):
            await nursery.patch(place, Path(place[0]).with_name(PATCH), size.statements)
            self._number, self._removed = number, self._removed + size.removed
            self._crew.renew(nursery)
        else:
            await self._load(current, self._editions.place(current))

    def _holds_an_earlier(self, current: int) -> bool:
        """Whether patches lead from the edition in memory to the current one."""
        held, is_kept = self._crew.nursery.held, False
        with suppress(NoSuchEdition):
            is_kept = held is not None and self._editions.place(self._number) == held
        return is_kept and self._number < current and self._crew.nursery.alive()

    def _is_small(self, size: _Size) -> bool:
        """Whether applying a patch takes milliseconds, and memory does not fill with what was removed."""
        return size.changed <= _LARGEST_PATCH and self._removed <= max(_HARDLY_ANY, _MOST_REMOVED * size.statements)

    async def _load(self, number: int, place: Place) -> None:
        fresh = self._crew.new_nursery()
        try:
            await fresh.load(place)
        except (BrokenStore, OSError, asyncio.CancelledError):
            await fresh.end()
            raise
        self._number, self._removed = number, 0
        self._crew.renew(fresh)


def _size(place: Place) -> _Size:
    row = read_json(Path(place[0]).with_name("manifest.json"))
    statements = row.get("statements", sum(row.get("counts", {}).values()))  # the latter before layout 2
    return _Size(statements, row.get("added", statements) + row.get("removed", 0), row.get("removed", 0))
