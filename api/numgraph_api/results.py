"""Answers to queries, kept by edition and shared while they are made.

What an answer depends on is its key: the edition with the hash of its content, the query without white space and
comments, the dataset, the format. A commit makes another key, so nothing here can be out of date. Only whole answers
are kept. Whoever asks what is being answered already waits for that answer; it goes on for as long as anybody waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import anyio.to_thread

from numgraph.errors import BrokenAnswer

from .compression import compressed
from .counting import Rows
from .keeping import Keep

_SHARE = 8  # an answer may take this part of the room
_OVERHEAD = 2000  # bytes of an answer beside its body: key, records
_WINDOW = 256 * 1024  # bytes that are read ahead of the client of an answer too large to be kept


@dataclass(frozen=True, slots=True)
class Head:
    """What is known when an answer begins. ``rest`` is the query for the rows beyond the row limit, if any."""

    content_type: str
    media_type: str  # the registered one
    edition: int
    rest: str | None = None


class Stream(Protocol):
    """An answer as it comes from the readers."""

    @property
    def head(self) -> Head: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...


Ask: TypeAlias = Callable[[], AbstractAsyncContextManager[Stream]]
Key: TypeAlias = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A complete answer. ``rows`` is None for a format in which they are not counted."""

    head: Head
    body: bytes
    rows: int | None

    @property
    def size(self) -> int:
        return len(self.body) + _OVERHEAD

    async def begin(self) -> Head:
        return self.head

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body


class Flight:
    """One evaluation. Who started it reads the bytes as they come; others wait for the whole.

    It runs ahead of its reader up to ``room`` bytes; an answer beyond that is not kept and waits for its client.
    """

    def __init__(self, answer: AbstractAsyncContextManager[Stream], room: int) -> None:
        self.head: Head | None = None
        self.whole: Whole | None = None
        self.is_shared = room > 0  # until it turns out to be too large
        self.is_over = False  # nobody may come aboard any more
        self._room = room
        self._is_complete = False  # said by the end of the evaluation and by nothing else
        self._fault: BaseException | None = None
        self._unread: deque[bytes] = deque()
        self._ahead = self._size = self._aboard = 0
        self._counter: Rows | None = None
        self._news, self._space = asyncio.Event(), asyncio.Event()
        self._task = asyncio.ensure_future(self._run(answer))
        self._task.add_done_callback(self._land)

    @contextmanager
    def aboard(self) -> Iterator[None]:
        """Wait or read in this block; when the last one leaves, the query is ended."""
        self._aboard += 1
        try:
            yield
        finally:
            self._aboard -= 1
            if not self._aboard:
                self.is_over = True
                self._task.cancel()

    @property
    def rows(self) -> int | None:
        """The rows that came so far."""
        return self._counter.total if self._counter else None

    async def begin(self) -> Head:
        """The head of the answer, once its first byte is there. Raises what the query ended in before."""
        while self.head is None:
            await self._next()
        return self.head

    async def finish(self) -> Whole | None:
        """The whole answer; None where it is too large to be shared."""
        while self.is_shared and self.whole is None:
            await self._next()
        return self.whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            while self._unread:
                chunk = self._unread.popleft()
                self._ahead -= len(chunk)
                self._space.set()
                yield chunk
            if self._is_complete:
                return
            await self._next()

    async def _next(self) -> None:
        if self._fault is not None:
            raise self._fault
        self._news.clear()
        await self._news.wait()

    async def _run(self, answer: AbstractAsyncContextManager[Stream]) -> None:
        kept: list[bytes] = []
        async with answer as stream:
            self.head, self._counter = stream.head, Rows(stream.head.media_type)
            self._news.set()
            async for chunk in stream:
                kept.append(chunk)
                self._counter.see(chunk)
                await self._hand_on(chunk)
                if not self.is_shared:
                    kept.clear()
        if self.is_shared or self._size <= self._ahead:
            self.whole = Whole(self.head, b"".join(kept or self._unread), self.rows)
        self._is_complete = True

    async def _hand_on(self, chunk: bytes) -> None:
        self._unread.append(chunk)
        self._ahead += len(chunk)
        self._size += len(chunk)
        self.is_shared = self.is_shared and self._size + _OVERHEAD <= self._room
        self._news.set()
        while not self.is_shared and self._ahead > _WINDOW:
            self._space.clear()
            await self._space.wait()

    def _land(self, task: asyncio.Task[None]) -> None:
        stopped = BrokenAnswer("the answer broke off: nobody waited for it, or the server stopped")
        self._fault = stopped if task.cancelled() else task.exception()
        self.is_over = True
        self._news.set()

    def at_end(self, call: Callable[[Flight], None]) -> None:
        self._task.add_done_callback(lambda _: call(self))


class Results:
    """The answers that are kept, up to ``megabytes``, and those that are being made."""

    def __init__(self, megabytes: int) -> None:
        self.kept: Keep[Key, Whole] = Keep(megabytes, _SHARE)
        self._flights: dict[Key, Flight] = {}
        self._coding: dict[Key, asyncio.Future[bytes]] = {}

    @asynccontextmanager
    async def answer(
        self, key: Key | None, ask: Ask, limit: float | None = None
    ) -> AsyncIterator[tuple[Whole | Flight, str]]:
        """The answer under a key, kept, shared or made, with the word for which it was: hit, collapsed or miss.

        The block begins when the first byte is there; leaving it early ends the query unless others wait for it.
        Without a key an answer is made for this caller alone. ``limit`` is the caller's own time limit: an evaluation
        is shared among those who set the same. Raises what asking raises.
        """
        kept = self.kept.get(key) if key else None
        flight = self._flights.get((key, limit)) if key else None
        if kept is None and flight is not None and not flight.is_over:
            with flight.aboard():
                kept = await flight.finish()
            if kept is not None:
                yield kept, "collapsed"
                return
            key = None  # too large to be shared: on its own
        if kept is not None:
            yield kept, "hit"
            return
        flight = self._started(key, ask, limit)
        with flight.aboard():
            await flight.begin()
            yield flight.whole or flight, "miss"

    def _started(self, key: Key | None, ask: Ask, limit: float | None) -> Flight:
        if key is None:
            return Flight(ask(), 0)
        flight = self._flights[key, limit] = Flight(ask(), self.kept.largest)
        flight.at_end(lambda flight: self._landed(key, limit, flight))
        return flight

    def _landed(self, key: Key, limit: float | None, flight: Flight) -> None:
        if self._flights.get((key, limit)) is flight:
            del self._flights[key, limit]
        if flight.is_shared and flight.whole is not None:
            self.kept.put(key, flight.whole)

    async def encoded(self, key: Key, whole: Whole, coding: str) -> bytes:
        """The body of a kept answer in a content coding; that is kept too, and made once for all who want it now."""
        name = (*key, coding)
        found = self.kept.get(name)
        if found is not None:
            return found.body
        if name not in self._coding:
            self._coding[name] = asyncio.ensure_future(anyio.to_thread.run_sync(compressed, whole.body, coding))
            self._coding[name].add_done_callback(lambda _: self._coding.pop(name))
        body = await asyncio.shield(self._coding[name])
        self.kept.put(name, Whole(whole.head, body, whole.rows))
        return body
