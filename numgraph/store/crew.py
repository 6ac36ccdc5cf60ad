"""The readers at hand: forked ahead of need, one query at a time each, ended when they are worn or out of date."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Mapping

from numgraph.store.process import Nursery, Process, Terms

_WORKING_ROOM = 2**28  # bytes a nursery may take beside the edition that it holds


class Crew:
    """Readers of several ranks, each with its terms and a size, and the nursery that they come from."""

    def __init__(self, ranks: Mapping[str, tuple[Terms, int]], memory: int) -> None:
        """``memory`` is what an edition may take in a nursery, in bytes."""
        self._terms = {name: terms for name, (terms, _) in ranks.items()}
        self._sizes = {name: size for name, (_, size) in ranks.items()}
        self._idle: dict[str, list[Process]] = {name: [] for name in ranks}
        self._busy: dict[str, set[Process]] = {name: set() for name in ranks}
        self._memory = memory + _WORKING_ROOM
        self._generation = 0  # readers of an earlier one end when they are at rest
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Have all readers stand ready."""
        self.nursery = self.new_nursery()
        self.renew(self.nursery)
        await asyncio.gather(*(one.stand() for one in self._readers()))

    async def close(self) -> None:
        """End all readers and their nurseries, and see them gone."""
        self._closed = True
        readers = tuple(self._readers())
        await asyncio.gather(*(one.kill() for one in readers))
        await asyncio.gather(*(one.end() for one in {self.nursery, *(one.nursery for one in readers)}))
        while self._ending:
            await asyncio.wait(self._ending)

    def pids(self) -> tuple[int, ...]:
        """The process numbers of the readers, for those who watch the machine."""
        return tuple(one.pid for one in self._readers() if one.pid and one.alive())

    def new_nursery(self) -> Nursery:
        return Nursery(self._memory)

    def renew(self, nursery: Nursery) -> None:
        """Readers forked from ``nursery``, as it is now, take the place of those at hand; no query is disturbed."""
        before, self.nursery = self.nursery, nursery
        self._generation += 1
        for name, idle in self._idle.items():
            for process in idle:
                self._end(process)
            idle.clear()
            self._fill(name)
        if before is not nursery and not before.readers:
            self._run(before.end())

    def take(self, rank: str) -> Process:
        """A reader for one query, to be put back."""
        idle = self._idle[rank]
        while idle and not idle[-1].alive():
            self._end(idle.pop())
        process = idle.pop() if idle else self._fork(rank)
        self._busy[rank].add(process)
        return process

    def put_back(self, process: Process) -> None:
        """Take a reader back. One that still owes an answer, is out of date or worn, is ended and replaced."""
        self._busy[process.rank].discard(process)
        is_fit = process.at_rest and process.alive() and not process.worn and process.generation == self._generation
        if is_fit and not self._closed and len(self._idle[process.rank]) < self._sizes[process.rank]:
            self._idle[process.rank].append(process)
        else:
            self._end(process)
        self._fill(process.rank)

    def _readers(self) -> Iterator[Process]:
        for name in self._sizes:
            yield from (*self._idle[name], *self._busy[name])

    def _fill(self, rank: str) -> None:
        while len(self._idle[rank]) + len(self._busy[rank]) < self._sizes[rank] and not self._closed:
            self._idle[rank].append(self._fork(rank))

    def _fork(self, rank: str) -> Process:
        if not self.nursery.alive():
            self.nursery = self.new_nursery()  # those that it had forked ended with it
        process = self.nursery.fork(self._terms[rank])
        process.rank, process.generation = rank, self._generation
        return process

    def _end(self, process: Process) -> None:
        self._run(self._bury(process))

    async def _bury(self, process: Process) -> None:
        await process.kill()
        if process.nursery is not self.nursery and not process.nursery.readers:
            await process.nursery.end()

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
