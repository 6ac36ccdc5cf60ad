"""The reader pool: every query in a process of its own choosing to die in, the event loop never blocked.

Each reader is a process (``worker``) that answers one query at a time, forked from one that holds the edition in memory
(``nursery``). A query that takes too long, whose client is gone, or that eats too much memory is ended by killing its
process; a fresh one takes its place in milliseconds. Lookups and long queries go in different lanes (``lanes``).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, TypedDict, Unpack

from numgraph.errors import (
    NoSuchEdition,
    NotAcceptable,
    NumgraphError,
    QueryFailed,
    QueryTimeout,
)
from numgraph.formats import Format, Kind, of_kind
from numgraph.store import frames
from numgraph.store.answer import LOST, Answer, Visit, whole
from numgraph.store.crew import Crew
from numgraph.store.editions import EmbeddedStore
from numgraph.store.following import Editions, Follower
from numgraph.store.guard import Form, query_form
from numgraph.store.lanes import SLICE, Lane, Shapes, Speed, shape_of
from numgraph.store.process import Terms

Chooser: TypeAlias = Callable[[Kind], Format]


class _Dataset(TypedDict, total=False):
    """What a query is asked over; see :func:`numgraph.store.evaluation.evaluate`."""

    default_graphs: Sequence[str]
    named_graphs: Sequence[str]
    union: bool


_KIND_OF_FORM = {
    Form.SELECT: Kind.BINDINGS,
    Form.ASK: Kind.BOOLEAN,
    Form.CONSTRUCT: Kind.TRIPLES,
    Form.DESCRIBE: Kind.TRIPLES,
}

_BEHIND = 5  # niceness of readers whose query may be long; the others come before them, and the server before all
_QUICK_MEMORY = 2**28  # bytes; a quick query that needs more is no quick query
# The rank of the readers in each lane. What is tried out may turn out long, so it begins behind.
_RANKS = {Speed.QUICK: "quick", Speed.NEW: "patient", Speed.SLOW: "patient"}
_LONGEST_HEAD = 2000  # characters of prefixes and variables that are remembered
_PATIENCE = 0.25  # seconds between looks at a lookup that does not come back
_LONGEST_LOOKUP = 5.0  # seconds, however little of them the machine gave to its reader
_LONG = 0.2  # seconds of processor time after which a reader lets others go first
_QUICK_PLACES = 2  # for each place of a long query


@dataclass(frozen=True, slots=True)
class _Question:
    """A query on its way to a reader."""

    text: str
    kind: Kind
    wanted: Format
    edition: int | None
    limit: float
    asked: dict[str, Any]


class _TooSlow(Exception):
    """A query that is not quick after all, and for which there is no place among the long ones yet."""


class _Lost(QueryFailed):
    """A query whose reader died."""


class ReaderPool:
    """Readers of the editions in a data folder; ``async with`` starts and ends them.

    ``size`` long queries and twice as many quick ones are answered at the same time; in each lane ``queue`` more may
    wait, no longer than ``time_limit`` seconds. A query has ``time_limit`` seconds in all and ``first_result``
    seconds to its first byte. ``memory_limit`` is in bytes for each reader, ``memory_edition`` for the edition that
    they share; a larger one is read from disk. A network is within reach only if ``allowed_services`` names any.
    ``base`` resolves the relative IRIs of queries; without it they are an error. ``observe`` is told, in the context of
    who asked, how many seconds a reader was at work for a query, however that ended.
    """

    def __init__(
        self,
        data: Path,
        size: int = 2,
        *,
        time_limit: float = 30.0,
        first_result: float | None = None,
        queue: int = 64,
        memory_limit: int = 2 * 1024**3,
        memory_edition: int = 2 * 1024**3,
        allowed_services: Collection[str] = (),
        base: str | None = None,
        observe: Callable[[float], None] | None = None,
    ) -> None:
        self._observe = observe or _unobserved
        self._time_limit = time_limit
        self._first_result = time_limit if first_result is None else first_result
        self._always = {"allowed_services": sorted(allowed_services), "base": base}
        places = {Speed.QUICK: _QUICK_PLACES * size, Speed.NEW: size, Speed.SLOW: size}
        self._lanes = {speed: Lane(number, queue, time_limit) for speed, number in places.items()}
        self._shapes = Shapes()
        self._editions = Editions(EmbeddedStore(data))
        network = bool(allowed_services)
        quick = Terms(min(memory_limit, _QUICK_MEMORY), network, 0)
        ranks = {"quick": (quick, _QUICK_PLACES * size), "patient": (Terms(memory_limit, network, _BEHIND), 2 * size)}
        self._crew = Crew(ranks, memory_edition)
        self._follower = Follower(self._editions, self._crew, memory_edition)

    async def __aenter__(self) -> Self:
        await self._crew.start()
        self._following = asyncio.ensure_future(self._follower.follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self, grace: float = 0.0) -> None:
        """End all readers; running queries have ``grace`` seconds to finish, and no new ones are taken."""
        end = _now() + grace
        for lane in self._lanes.values():
            lane.close()
        while _now() < end and not all(lane.is_empty for lane in self._lanes.values()):  # noqa: ASYNC110 - once
            await asyncio.sleep(0.005)
        self._following.cancel()
        await asyncio.wait([self._following])
        await self._crew.close()

    def pids(self) -> tuple[int, ...]:
        """The process numbers of the readers, for those who watch the machine."""
        return self._crew.pids()

    @property
    def at_work(self) -> int:
        """Queries that readers work on."""
        return sum(lane.taken for lane in self._lanes.values())

    @property
    def waiting(self) -> int:
        """Queries that wait for a reader."""
        return sum(lane.waiting for lane in self._lanes.values())

    @property
    def in_memory(self) -> bool:
        """Whether readers have the current edition in memory; else they read it from disk, more slowly."""
        held = self._crew.nursery.held
        with suppress(NoSuchEdition):
            return held is not None and held == self._editions.place(self._editions.current())
        return False

    @asynccontextmanager
    async def query(
        self,
        query: str,
        wanted: Format | Chooser,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - a caller's limit for the query, not for this coroutine
        edition: int | None = None,
        **asked: Unpack[_Dataset],
    ) -> AsyncIterator[Answer]:
        """Ask an edition, by default the current; the block begins when the first byte of the answer is there.

        ``wanted`` is a format, or a function that gives one for the kind of the answer (see ``kind_of_query``).
        ``union`` makes all graphs the default graph. ``timeout`` can lower the time limit, not raise it. Leaving the
        block early ends the query. Raises BadQuery, RefusedQuery, NotAcceptable, Busy, QueryTimeout, QueryFailed,
        NoSuchEdition: nothing was answered then.
        """
        kind = kind_of_query(query)
        limit = self._time_limit if timeout is None else min(timeout, self._time_limit)
        question = _Question(query, kind, _chosen(kind, wanted), edition, limit, dict(asked))
        visit = await self._visit(question)
        try:
            yield Answer(kind, question.wanted, visit)
        finally:
            self._leave(visit)

    async def lookup(self, query: str, kind: Kind, wanted: Format, edition: int) -> bytes | None:
        """The whole answer to a query of a shape that has been quick, at the least cost; None where it is none such.

        Then nothing has been said of it, and ``query`` is the one to ask. Raises Busy and NoSuchEdition.
        """
        shape = shape_of(query, edition == self._editions.current())
        if self._shapes.speed(shape) is not Speed.QUICK:
            return None
        await self._lanes[Speed.QUICK].enter()
        visit = Visit(Speed.QUICK, self._crew.take(_RANKS[Speed.QUICK]))
        try:
            await self._ask(visit, _Question(query, kind, wanted, edition, _LONGEST_LOOKUP, {}))
            letter, body = await self._within_its_slice(visit)
        except (TimeoutError, ConnectionError):
            self._shapes.learn(shape, quick=False)
            return None
        finally:
            self._leave(visit)
        if letter == frames.WHOLE:
            self._shapes.learn(shape, quick=visit.process.spent < SLICE)
        return body if letter == frames.WHOLE else None

    async def _within_its_slice(self, visit: Visit) -> tuple[bytes, bytes]:
        """The first frame, however long that takes on a busy machine; raises TimeoutError when the slice is used up."""
        while True:
            try:
                async with asyncio.timeout(_PATIENCE):
                    return await visit.process.receive()
            except TimeoutError:
                if visit.process.spent >= SLICE or _now() >= visit.deadline:
                    raise

    async def _visit(self, question: _Question) -> Visit:
        """The query, begun in the lane where it belongs. One that proves slow there begins again among the slow."""
        current = question.edition in {None, self._editions.current()}
        shape = shape_of(question.text, current, *(name for name, value in question.asked.items() if value))
        speed = await self._enter(shape)
        try:
            return await self._begin(question, shape, speed)
        except (_TooSlow, _Lost):
            if speed is Speed.SLOW or self._lanes[speed].is_closed:
                raise
        await self._lanes[Speed.SLOW].enter()
        return await self._begin(question, shape, Speed.SLOW)

    async def _enter(self, shape: int) -> Speed:
        """A place in a lane; what others of its shape proved meanwhile counts."""
        while True:
            speed = self._shapes.speed(shape)
            await self._lanes[speed].enter()
            if speed is not Speed.NEW or self._shapes.speed(shape) is speed:
                return speed
            self._lanes[speed].leave()

    async def _begin(self, question: _Question, shape: int, speed: Speed) -> Visit:
        """Ask a reader, and return when the answer begins; then, or on any fault, the place is given up."""
        visit = Visit(speed, self._crew.take(_RANKS[speed]))
        try:
            await self._ask(visit, question)
            letter, body = await self._first(visit, shape, min(question.limit, self._first_result))
            visit.whole = whole(letter, body)
        except BaseException:
            self._leave(visit)
            raise
        return visit

    async def _ask(self, visit: Visit, question: _Question) -> None:
        visit.edition = self._editions.current() if question.edition is None else question.edition
        place = self._editions.place(visit.edition)
        request = {"edition": place, "kind": question.kind, "media_type": question.wanted.registered}
        body = json.dumps({**request, "asked": {**question.asked, **self._always}}).encode() + b"\n"
        data = frames.frame(frames.QUERY, body + question.text.encode("utf-8", "surrogatepass"))
        try:
            await visit.process.ask(data)
        except ConnectionError:  # it died at rest, as with its nursery: another takes its place
            self._crew.put_back(visit.process)
            visit.process = self._crew.take(_RANKS[visit.speed])
            with suppress(ConnectionError):  # ``_first`` meets it again
                await visit.process.ask(data)
        visit.began = _now()
        visit.deadline = visit.began + question.limit

    async def _first(self, visit: Visit, shape: int, limit: float) -> tuple[bytes, bytes]:
        """The first frame of the answer. A query that uses up its slice without one moves to the slow lane."""
        end = _now() + limit
        while True:
            is_behind = visit.process.worn or visit.process.rank == _RANKS[Speed.SLOW]
            patience = end if visit.speed is Speed.SLOW and is_behind else min(end, _now() + SLICE)
            try:
                async with asyncio.timeout_at(patience):
                    letter, body = await visit.process.receive()
            except TimeoutError:
                if _now() >= end:
                    self._shapes.learn(shape, quick=False)
                    said = f"the query was stopped after {limit:g} seconds; ask for less, or more precisely"
                    raise QueryTimeout(said) from None
                self._overrun(visit, shape, _now() - end + limit)
            except ConnectionError:
                self._shapes.learn(shape, quick=False)
                raise _Lost(f"the query was not answered: {LOST}") from None
            else:
                if letter == frames.ANSWER and visit.speed is not Speed.SLOW:
                    self._shapes.learn(shape, quick=False)
                    self._slow_down(visit)
                    self._step_back(visit)
                elif letter == frames.WHOLE:
                    self._shapes.learn(shape, quick=visit.process.spent < SLICE)
                return letter, body

    def _overrun(self, visit: Visit, shape: int, waited: float) -> None:
        """Look after a query that has not begun to answer; only processor time tells against it."""
        spent = visit.process.spent
        if visit.speed is Speed.SLOW:
            if spent >= _LONG:
                self._step_back(visit)
        elif spent >= SLICE:
            self._shapes.learn(shape, quick=False)
            self._slow_down(visit)
        elif visit.speed is Speed.NEW and waited >= _PATIENCE and self._lanes[Speed.SLOW].taken == 0:
            self._slow_down(visit)  # it does not get on, which may be nobody's fault: others want to be tried

    def _slow_down(self, visit: Visit) -> None:
        """Move a query that works to the slow lane; raises _TooSlow where that is full."""
        if not self._lanes[Speed.SLOW].take():
            raise _TooSlow
        self._lanes[visit.speed].leave()
        visit.speed = Speed.SLOW

    def _step_back(self, visit: Visit) -> None:
        """Have a reader let others go first, for good: worth a new reader only where a query is long indeed."""
        if visit.process.rank != _RANKS[Speed.SLOW] and not visit.process.worn:
            visit.process.step_back(_BEHIND)

    def _leave(self, visit: Visit) -> None:
        if visit.began is not None:
            self._observe(_now() - visit.began)
        self._crew.put_back(visit.process)
        self._lanes[visit.speed].leave()


def _unobserved(_: float) -> None:
    """Nobody wants to know."""


def kind_of_query(query: str) -> Kind:
    """What kind of answer a query asks for; raises BadQuery or RefusedQuery where it is none."""
    head, brace, _ = query[:_LONGEST_HEAD].partition("{")
    return _kind_of_head(head + brace) or _KIND_OF_FORM[query_form(query)]


@lru_cache(maxsize=256)
def _kind_of_head(head: str) -> Kind | None:
    """The kind that the text up to the first brace tells; None where it does not tell."""
    try:
        return _KIND_OF_FORM[query_form(head)]
    except NumgraphError:
        return None


def _chosen(kind: Kind, wanted: Format | Chooser) -> Format:
    if not isinstance(wanted, Format):
        return wanted(kind)
    if kind not in wanted.kinds:
        offered = tuple(row.media_type for row in of_kind(kind))
        raise NotAcceptable(f"{wanted.label} cannot hold {kind}; offered are {', '.join(offered)}", offered)
    return wanted


def _now() -> float:
    return asyncio.get_running_loop().time()
