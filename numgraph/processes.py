"""Work on a stream of items in processes: results in order, bounded memory, a time limit for each item.

Processes are spawned, so the caller may have threads. An item that takes longer than the limit ends its process (by a
timer in the process itself: no regular expression can hold it up, and it works even when the parent has been killed);
the item is set aside and the process replaced. So is one that takes too much memory, or one that ends its process in
another way. The limit is one of processor time: what is set aside must not depend on what else the machine does.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Generic, TypeVar, cast

from numgraph.errors import NumgraphError, ProcessFailed

_GARBAGE = 50_000  # objects made between two looks for garbage; a document makes about as many
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Failed(Generic[Item]):
    """An item that gave no result, and why, in plain words."""

    item: Item
    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which conditions items are worked on. ``window`` items at most are in memory for each process."""

    processes: int = 2
    time_limit: float = 5.0  # seconds of processor time that an item may take
    memory_limit: int = 3 * 1024**3  # bytes a process may take
    window: int = 8


def in_order(
    items: Iterator[Item], start: Callable[[], Callable[[Item], Result]], terms: Terms
) -> Iterator[tuple[Item, Result] | Failed[Item]]:
    """Each item with its result, in the order of the items.

    ``start`` is called once in each process and gives the function that does the work; both have to be picklable.

    Raises ProcessFailed when the processes cannot even start. Closing the iterator ends the processes.
    """
    crew: _Crew[Item, Result] = _Crew(start, terms)
    done: dict[int, tuple[Item, Result] | Failed[Item]] = {}
    numbered = enumerate(items)
    given = taken = 0
    try:
        while True:
            while taken in done:
                yield done.pop(taken)
                taken += 1
            while crew.idle and given - taken < terms.window * terms.processes:
                following = next(numbered, None)
                if following is None:
                    break
                crew.give(*following)
                given += 1
            if taken == given and crew.idle:
                return
            done.update(crew.finished())
    finally:
        crew.stop()


@dataclass(slots=True)
class _Worker(Generic[Item]):
    """One process, what it works on, and the line to it."""

    process: SpawnProcess
    connection: Connection
    ready: bool = False
    number: int = -1
    item: Item | None = None


@dataclass(slots=True)
class _Crew(Generic[Item, Result]):
    start: Callable[[], Callable[[Item], Result]]
    terms: Terms
    workers: list[_Worker[Item]] = field(init=False)

    def __post_init__(self) -> None:
        self.workers = [self._hire() for _ in range(self.terms.processes)]

    @property
    def idle(self) -> _Worker[Item] | None:
        return next((worker for worker in self.workers if worker.ready and worker.number < 0), None)

    def give(self, number: int, item: Item) -> None:
        worker = self.idle
        if worker is None:
            raise ValueError("no process is free")
        worker.number, worker.item = number, item
        with suppress(BrokenPipeError, ConnectionResetError):  # it has died since: the end of the line will tell
            worker.connection.send(item)

    def finished(self) -> Iterator[tuple[int, tuple[Item, Result] | Failed[Item]]]:
        """Waits until a process is ready or done, and gives what is done."""
        lines = {worker.connection: worker for worker in self.workers if worker.number >= 0 or not worker.ready}
        for line in wait(list(lines)):
            worker = lines[cast("Connection", line)]
            try:
                answer = worker.connection.recv()
            except (EOFError, OSError):
                outcome = self._replace(worker)
                if outcome is not None:
                    yield worker.number, outcome
                continue
            if not worker.ready:
                worker.ready = True
                continue
            number, item = worker.number, cast("Item", worker.item)
            worker.number, worker.item = -1, None
            yield number, Failed(item, answer.reason) if isinstance(answer, _Fault) else (item, answer)

    def _replace(self, worker: _Worker[Item]) -> Failed[Item] | None:
        worker.process.join()
        code = worker.process.exitcode or 0
        if not worker.ready:
            raise ProcessFailed(f"a working process ended before it began ({_ending(code)}); see what it said above")
        worker.connection.close()
        self.workers[self.workers.index(worker)] = self._hire()
        reason = (
            f"took longer than {self.terms.time_limit:g} s of processor time"
            if code == -signal.SIGPROF
            else _ending(code)
        )
        return Failed(cast("Item", worker.item), reason) if worker.number >= 0 else None

    def _hire(self) -> _Worker[Item]:
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_serve, args=(there, self.start, self.terms), daemon=True)
        process.start()
        there.close()
        return _Worker(process, here)

    def stop(self) -> None:
        for worker in self.workers:
            worker.connection.close()
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()


@dataclass(frozen=True, slots=True)
class _Fault:
    reason: str


def _ending(code: int) -> str:
    if code == -signal.SIGKILL:
        return "its process was killed, perhaps for want of memory"
    return f"its process ended with {signal.Signals(-code).name if code < 0 else f'code {code}'}"


def _serve(connection: Connection, start: Callable[[], Callable[[Item], Result]], terms: Terms) -> None:
    """What a process does: one item after the other until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the parent's business
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # the default ends the process, whatever it is busy with
    _limit_memory(terms.memory_limit)
    work = start()
    gc.freeze()  # what is prepared lives as long as the process; looking through it for garbage took 4 % of the time
    gc.set_threshold(_GARBAGE)
    connection.send(None)
    while True:
        try:
            item = connection.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, terms.time_limit)
        answer = _answer(work, item)
        signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            connection.send(answer)
        except BrokenPipeError:
            return


def _answer(work: Callable[[Item], Result], item: Item) -> Result | _Fault:
    try:
        return work(item)
    except NumgraphError as error:
        return _Fault(str(error))
    except MemoryError:
        return _Fault("takes more memory than a process may have")
    except Exception as error:  # noqa: BLE001 - the edge of a process: a fault in a rule costs one item, not the run
        place = traceback.extract_tb(error.__traceback__)[-1]
        return _Fault(f"{type(error).__name__}: {error} ({os.path.basename(place.filename)}:{place.lineno})")  # noqa: PTH119


def _limit_memory(limit: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))
