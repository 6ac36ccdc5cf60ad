"""The reader pool: every query in a process of its own choosing to die in, the event loop never blocked.

Each reader is a process (``worker``) that answers one query at a time. A query that takes too long, whose client is
gone, or that eats too much memory is ended by killing its process; a fresh one takes its place. Starting a fresh Python
was measured at 65 ms to the first answer, forking a warm one at 11 ms; the server's process has threads
and an event loop, which do not survive a fork well, so readers are started fresh and ahead of need.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, TypedDict, Unpack

from numgraph.errors import (
    BadQuery,
    BrokenAnswer,
    Busy,
    NoSuchEdition,
    NotAcceptable,
    NumgraphError,
    QueryFailed,
    QueryTimeout,
    RefusedQuery,
)
from numgraph.formats import Format, Kind, of_kind
from numgraph.store import frames
from numgraph.store.editions import EmbeddedStore
from numgraph.store.guard import Form, query_form
from numgraph.store.process import Process

Chooser: TypeAlias = Callable[[Kind], Format]


class Options(TypedDict, total=False):
    """What can be said with a query; see :meth:`ReaderPool.query`."""

    default_graphs: Sequence[str]
    named_graphs: Sequence[str]
    timeout: float | None
    union: bool


_KIND_OF_FORM = {
    Form.SELECT: Kind.BINDINGS,
    Form.ASK: Kind.BOOLEAN,
    Form.CONSTRUCT: Kind.TRIPLES,
    Form.DESCRIBE: Kind.TRIPLES,
}

_LOST = "its reader ran out of memory or crashed; ask for less at once"


class Answer:
    """An answer whose first byte is there. Iterate over it for the bytes; only an iteration that ends is complete.

    Iterating raises BrokenAnswer when the reader is lost or the time is up: what was sent so far counts for nothing.
    """

    def __init__(self, process: Process, kind: Kind, wanted: Format, edition: int, deadline: float) -> None:
        self.kind = kind
        self.format = wanted
        self.edition = edition
        self.complete = False
        self._process = process
        self._deadline = deadline

    @property
    def content_type(self) -> str:
        return self.format.content_type

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self.complete:
            letter, body = await self._next()
            if letter == frames.FAULT:
                raise BrokenAnswer(f"the answer broke off: {json.loads(body)['message']}")
            if letter == frames.DATA:
                yield body
            self.complete = letter == frames.END

    async def _next(self) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._process.receive()
        except TimeoutError:
            raise BrokenAnswer("the answer broke off: its time was up") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise BrokenAnswer(f"the answer broke off: {_LOST}") from None


@dataclass(frozen=True, slots=True)
class EditionReaders:
    """The readers of a pool, asked about one edition; about the current one where that is None."""

    pool: ReaderPool
    edition: int | None

    def query(
        self, query: str, wanted: Format | Chooser, *, edition: int | None = None, **options: Unpack[Options]
    ) -> AbstractAsyncContextManager[Answer]:
        """As :meth:`ReaderPool.query`; an ``edition`` given here goes before."""
        return self.pool.query(query, wanted, edition=edition or self.edition, **options)


class ReaderPool:
    """Readers of the editions in a data folder; ``async with`` starts and ends them.

    ``size`` processes answer at the same time, ``queue`` queries may wait for one, no longer than ``time_limit``
    seconds. A query has ``time_limit`` seconds in all and ``first_result`` seconds to its first byte.
    ``memory_limit`` is in bytes for each reader. A network is within reach only if ``allowed_services`` names any.
    ``base`` resolves the relative IRIs of queries; without it they are an error.
    """

    def __init__(
        self,
        data: Path,
        size: int = 2,
        *,
        time_limit: float = 30.0,
        first_result: float | None = None,
        queue: int = 16,
        memory_limit: int = 2 * 1024**3,
        allowed_services: Collection[str] = (),
        base: str | None = None,
    ) -> None:
        self._store = EmbeddedStore(data)
        self._size = size
        self._time_limit = time_limit
        self._first_result = time_limit if first_result is None else first_result
        self._queue = queue
        self._memory_limit = memory_limit
        self._services = sorted(allowed_services)
        self._base = base
        self._free = asyncio.Semaphore(size)
        self._waiting = 0
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        self._idle = [self._start() for _ in range(self._size)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self, grace: float = 0.0) -> None:
        """End all readers; running queries have ``grace`` seconds to finish, and no new ones are taken."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._all_at_rest()
        for process in (*self._idle, *self._busy):
            self._end(process)
        self._idle.clear()
        while self._ending:
            await asyncio.wait(self._ending)

    async def _all_at_rest(self) -> None:
        """Wait until no query runs; queries that waited for a reader are turned away meanwhile."""
        for _ in range(self._size):
            await self._free.acquire()
        for _ in range(self._size):
            self._free.release()

    def pids(self) -> tuple[int, ...]:
        """The process numbers of the readers, for those who watch the machine."""
        return tuple(process.pid for process in (*self._idle, *self._busy))

    @asynccontextmanager
    async def query(
        self,
        query: str,
        wanted: Format | Chooser,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        timeout: float | None = None,  # noqa: ASYNC109 - a caller's limit for the query, not for this coroutine
        edition: int | None = None,
        union: bool = False,
    ) -> AsyncIterator[Answer]:
        """Ask an edition, by default the current; the block begins when the first byte of the answer is there.

        ``wanted`` is a format, or a function that gives one for the kind of the answer (see ``kind_of_query``).
        ``union`` makes all graphs the default graph. ``timeout`` can lower the time limit, not raise it. Leaving the
        block early ends the query. Raises BadQuery, RefusedQuery, NotAcceptable, Busy, QueryTimeout, QueryFailed,
        NoSuchEdition: nothing was answered then.
        """
        kind = kind_of_query(query)
        written_as = _chosen(kind, wanted)
        limit = self._time_limit if timeout is None else min(timeout, self._time_limit)
        async with self._reader() as process:
            number = self._store.current_number() if edition is None else edition
            request = {
                "edition": str(self._store.store_path(number)), "kind": kind.value,
                "media_type": written_as.registered, "allowed_services": self._services,
                "default_graphs": list(default_graphs), "named_graphs": list(named_graphs), "union": union,
                "base": self._base,
            }  # fmt: skip
            deadline = _now() + limit
            await _begin(process, query, request, min(limit, self._first_result))
            yield Answer(process, kind, written_as, number, deadline)

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[Process]:
        """A reader for one query. One that still owes an answer when the block ends is killed and replaced."""
        await self._turn()
        try:
            process = self._take()
            self._busy.add(process)
            try:
                yield process
            finally:
                self._busy.discard(process)
                self._put_back(process)
        finally:
            self._free.release()

    async def _turn(self) -> None:
        """Wait until a reader is free; raises Busy when too many wait already or it takes too long."""
        if self._closed:
            raise Busy("the service is shutting down")
        if self._free.locked() and self._waiting >= self._queue:
            raise Busy(f"all {self._size} readers are at work and {self._waiting} queries wait; try again soon")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._time_limit):
                await self._free.acquire()
        except TimeoutError:
            raise Busy("no reader became free in time; try again soon", round(self._time_limit) or 1) from None
        finally:
            self._waiting -= 1

    def _take(self) -> Process:
        if self._closed:
            raise Busy("the service is shutting down")
        while self._idle:
            process = self._idle.pop()
            if process.alive():
                return process
            self._end(process)
        return self._start()

    def _put_back(self, process: Process) -> None:
        if process.at_rest and not self._closed:
            self._idle.append(process)
            return
        self._end(process)
        if not self._closed:
            self._idle.append(self._start())

    def _start(self) -> Process:
        try:
            edition = self._store.store_path(self._store.current_number())
        except NoSuchEdition:
            edition = None
        return Process(self._memory_limit, edition, network=bool(self._services))

    def _end(self, process: Process) -> None:
        task = asyncio.ensure_future(process.kill())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def kind_of_query(query: str) -> Kind:
    """What kind of answer a query asks for; raises BadQuery or RefusedQuery where it is none."""
    return _KIND_OF_FORM[query_form(query)]


def _chosen(kind: Kind, wanted: Format | Chooser) -> Format:
    if not isinstance(wanted, Format):
        return wanted(kind)
    if kind not in wanted.kinds:
        offered = tuple(row.media_type for row in of_kind(kind))
        raise NotAcceptable(f"{wanted.label} cannot hold {kind}; offered are {', '.join(offered)}", offered)
    return wanted


async def _begin(process: Process, query: str, request: dict[str, Any], limit: float) -> None:
    """Ask, and return when the answer begins."""
    try:
        async with asyncio.timeout(limit):
            letter, body = await process.ask(query, request)
    except TimeoutError:
        raise QueryTimeout(f"the query was stopped after {limit:g} seconds; ask for less, or more precisely") from None
    except (asyncio.IncompleteReadError, ConnectionError):
        raise QueryFailed(f"the query was not answered: {_LOST}") from None
    if letter == frames.FAULT:
        raise _fault(json.loads(body))


def _fault(row: dict[str, Any]) -> NumgraphError:
    if row["fault"] == BadQuery.__name__:
        return BadQuery(row["message"], row["line"], row["column"])
    kind = RefusedQuery if row["fault"] == RefusedQuery.__name__ else QueryFailed
    return kind(row["message"])


def _now() -> float:
    return asyncio.get_running_loop().time()
