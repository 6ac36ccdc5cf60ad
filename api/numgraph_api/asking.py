"""The readers' answers as HTTP responses and as records. The only module that speaks to the readers.

An answer begins only when its first byte is there, so that every fault before it has its own status. A fault after it
breaks the connection: a part of an answer must never pass for the whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from numgraph import formats
from numgraph.errors import NumgraphError
from numgraph.formats import Format
from numgraph.store.answer import Answer as Stream
from numgraph.store.guard import Form, query_form
from numgraph.store.lexer import normalised
from numgraph.store.readers import ReaderPool
from numgraph.store.slicing import Slice, slice_of, sliced

from . import answers, compression, permalink
from .answers import Answer
from .diary import Diary, Entry, name_of
from .fairness import Budgets
from .faults import TooMuch
from .protocol import Asked
from .results import Flight, Head, Key, Results, Whole

LARGEST_UNCHUNKED = 64_000_000  # bytes; what is kept for a client that could not tell a broken answer from a whole one
_PARSED_HERE = 50_000  # bytes of JSON that the event loop may parse itself: below a millisecond
_READ_HERE = 8_000  # characters of a query that the event loop may read itself: some milliseconds
_LONGEST_LINK = 4_000  # characters; proxies give up on headers of more than two or three times that
Found: TypeAlias = Whole | Flight


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers as one request meets them: held to an edition, with what is remembered and written down."""

    pool: ReaderPool
    results: Results
    diary: Diary
    budgets: Budgets
    row_limit: int = 0
    edition: int | None = None
    content: str = ""  # the hash of what the edition holds

    def at(self, edition: int, content: str) -> Readers:
        return replace(self, edition=edition, content=content)

    def query(self, asked: Asked, wanted: Format) -> AbstractAsyncContextManager[Stream]:
        """Ask the readers themselves; see :meth:`ReaderPool.query`. Whoever begins with that sees to the budget."""
        return self.pool.query(
            asked.query or "",
            wanted,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            timeout=asked.timeout,
            edition=self.edition,
            union=asked.union,
        )

    async def key(self, asked: Asked, wanted: Format) -> Key | None:
        """What the answer depends on; None where asking again may give another one."""
        named = _named(asked.query or "")
        if self.edition is None or not named.is_lasting:
            return None
        dataset = (asked.default_graphs, asked.named_graphs, asked.union)
        return (self.edition, self.content, named.text, *dataset, wanted.name, wanted.media_type)


@dataclass(frozen=True, slots=True)
class _Named:
    """A query without its white space and comments, and whether it gives the same each time."""

    text: str
    name: str  # in the log
    is_lasting: bool


def _named(query: str) -> _Named:
    """A long query is not kept: to read many at once, even on threads, would hold the event loop up."""
    return _remembered(query) if len(query) <= _READ_HERE else _long(query)


def _long(query: str) -> _Named:
    return _Named(query, name_of(f"{len(query)} {query[:_READ_HERE]}"), is_lasting=False)


def _read(query: str) -> _Named:
    text = normalised(query)
    try:
        return _Named(text, name_of(text), permalink.is_lasting(query))
    except NumgraphError:  # no query at all: the readers will say why
        return _Named(text, name_of(text), is_lasting=False)


_remembered = lru_cache(maxsize=500)(_read)


@dataclass(frozen=True, slots=True)
class _Begun:
    """An answer of the readers that has begun."""

    answer: Stream
    rest: str | None

    @property
    def head(self) -> Head:
        wanted = self.answer.format
        return Head(wanted.content_type, wanted.registered, self.answer.edition, self.rest)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.answer.__aiter__()


async def select(readers: Readers, query: str) -> Answer:
    """The whole answer to a SELECT or ASK, as records."""
    readers.budgets.expect()
    async with readers.query(Asked(query), formats.JSON) as stream:
        data = b"".join([chunk async for chunk in stream])
    return answers.parse(data) if len(data) < _PARSED_HERE else await anyio.to_thread.run_sync(answers.parse, data)


async def collect(readers: Readers, asked: Asked, wanted: Format, *, largest: int) -> bytes:
    """The whole answer in one piece; raises TooMuch, and ends the query, when it is longer than ``largest`` bytes."""
    with _entry(readers, asked, wanted).written() as entry:
        async with _answer(readers, asked, wanted, entry, limit=0) as found:
            data = await _whole(found, largest)
            entry.complete(found)
            entry.bytes = len(data)
    return data


async def stream(readers: Readers, request: Request, asked: Asked, wanted: Format) -> Response:
    """The answer as the store writes it, from the first byte on; raises the faults that come before it."""
    stack = AsyncExitStack()
    entry = stack.enter_context(_entry(readers, asked, wanted).written())
    async with AsyncExitStack() as unless_begun:
        unless_begun.push_async_exit(stack)
        found = await _first_byte(request, _answer(readers, asked, wanted, entry, limit=readers.row_limit), stack)
        if found is None:
            return Response(status_code=499)  # nobody is left to read it
        response = await _response(readers, request, asked, wanted, found=found, entry=entry)
        if isinstance(response, _Streamed):
            unless_begun.pop_all()
            response.stack = stack
        return response


def held(readers: Readers, asked: Asked, wanted: Format) -> None:
    """Write down that the client had the answer already."""
    with _entry(readers, asked, wanted).written() as entry:
        entry.outcome, entry.cache, entry.edition = "not-modified", "hit", readers.edition


async def _response(
    readers: Readers, request: Request, asked: Asked, wanted: Format, *, found: Found, entry: Entry
) -> Response:
    head = await found.begin()
    entry.edition = head.edition
    headers = {"Vary": "Accept", **KEPT_BELOW, "X-Numgraph-Edition": str(head.edition)}
    headers |= {"Content-Type": head.content_type, "Cache-Status": entry.cache_status}
    if head.rest is not None:
        headers |= _announced(readers, request, asked, wanted, head)
    if isinstance(found, Flight) and request.method == "HEAD":
        entry.complete(found)
        response = Response(headers=headers)
        del response.headers["content-length"]
        return response
    if isinstance(found, Flight) and request.scope.get("http_version") == "1.0":
        found = Whole(head, await _whole(found, LARGEST_UNCHUNKED), found.rows)
    if isinstance(found, Flight):
        return _Streamed(found, entry, headers)
    entry.complete(found)
    body, more = await _encoded(readers, request, asked, wanted, found)
    return _Whole(body, headers={**headers, **more})


# Anybody may keep it and must ask each time. The shelf leaves to the results what is worded like this.
KEPT_BELOW = {"Cache-Control": "public, no-cache"}


async def _encoded(
    readers: Readers, request: Request, asked: Asked, wanted: Format, whole: Whole
) -> tuple[bytes, dict[str, str]]:
    """The body in the coding that the client wants most, where it is kept and worth it; else left to the middleware."""
    coding = compression.coding_of(request.scope)
    key = await readers.key(asked, wanted)
    if coding is None or key is None or len(whole.body) < compression.LEAST or not compression.pays(wanted.media_type):
        return whole.body, {}
    return await readers.results.encoded((*key, readers.row_limit), whole, coding), {"Content-Encoding": coding}


def _announced(readers: Readers, request: Request, asked: Asked, wanted: Format, head: Head) -> dict[str, str]:
    """The row limit in a header, and the rest as a link (RFC 8288), held to the same edition."""
    limit = {"X-Numgraph-Row-Limit": str(readers.row_limit)}
    if asked.view:  # stands for its graphs
        graphs = [("view", asked.view)]
    else:
        graphs = [("default-graph-uri", one) for one in asked.default_graphs]
        graphs += [("named-graph-uri", one) for one in asked.named_graphs]
    root = request.scope.get("root_path", "")
    told = [("query", head.rest or ""), *graphs, ("format", wanted.name), ("edition", str(head.edition))]
    link = f"{root}/sparql?{urlencode(told)}"
    rest = replace(asked, query=head.rest)
    if len(link) > _LONGEST_LINK and permalink.is_lasting(head.rest or ""):
        link = f"{root}/q/{permalink.of(rest, head.edition)}.{wanted.name}"
    return limit | ({"Link": f'<{link}>; rel="next"'} if len(link) <= 2 * _LONGEST_LINK else {})


def _entry(readers: Readers, asked: Asked, wanted: Format) -> Entry:
    return readers.diary.begin(_named(asked.query or "").name, asked.query or "", wanted.name)


@asynccontextmanager
async def _answer(readers: Readers, asked: Asked, wanted: Format, entry: Entry, *, limit: int) -> AsyncIterator[Found]:
    key = await readers.key(asked, wanted)

    def ask() -> AbstractAsyncContextManager[_Begun]:
        readers.budgets.expect()  # here, so that it is nobody's trouble who waits for the same
        return _limited(readers, asked, wanted, limit)

    async with readers.results.answer((*key, limit) if key else None, ask, asked.timeout) as (found, origin):
        entry.cache = origin if key else "bypass"
        yield found


@asynccontextmanager
async def _limited(readers: Readers, asked: Asked, wanted: Format, limit: int) -> AsyncIterator[_Begun]:
    """The answer of the readers, cut to the row limit; what is cut off is known before the first row is sent."""
    rest = None
    if limit and query_form(asked.query or "") is Form.SELECT:
        asked, rest = await _cut(readers, asked, limit)
    async with readers.query(asked, wanted) as answer:
        yield _Begun(answer, rest)


async def _cut(readers: Readers, asked: Asked, limit: int) -> tuple[Asked, str | None]:
    """The query for the first rows, and that for the rest; None where there is no rest."""

    def cut(query: str) -> tuple[str, str | None, str]:
        whole = slice_of(query)
        rest = whole.after(limit)
        beyond = Slice(1, whole.offset + limit)
        return sliced(query, whole.first(limit)), sliced(query, rest) if rest else None, sliced(query, beyond)

    first, rest, beyond = await anyio.to_thread.run_sync(cut, asked.query or "")
    if rest is not None:
        async with readers.query(replace(asked, query=beyond), formats.TSV) as stream:
            lines = b"".join([chunk async for chunk in stream]).count(b"\n")
        rest = rest if lines > 1 else None
    return replace(asked, query=first), rest


async def _whole(found: Found, largest: int) -> bytes:
    parts, size = [], 0
    async for chunk in found:
        size += len(chunk)
        if size > largest:
            raise TooMuch(f"the answer has more than {largest:,} bytes; ask over HTTP/1.1, or for less")
        parts.append(chunk)
    return b"".join(parts)


async def _first_byte(
    request: Request, answer: AbstractAsyncContextManager[Found], stack: AsyncExitStack
) -> Found | None:
    """The begun answer; None when the client went away before, which ends the query."""
    found: Found | None = None
    fault: NumgraphError | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(_cancel_when_gone, request, group.cancel_scope)
        try:
            found = await stack.enter_async_context(answer)
        except NumgraphError as error:  # a task group would wrap it
            fault = error
        group.cancel_scope.cancel()
    if fault is not None:
        raise fault
    return found


async def _cancel_when_gone(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


class _Whole(Response):
    """Sends an answer in slices: the buffer of a slow connection must not take a copy of all of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await compression.send_slices(send, bytes(self.body))


class _Streamed(StreamingResponse):
    """Sends an answer and, whatever becomes of the sending, leaves it and writes down what was sent."""

    def __init__(self, flight: Flight, entry: Entry, headers: dict[str, str]) -> None:
        super().__init__(_bytes(flight, entry), headers=headers)
        self.stack = AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self.stack.aclose()


async def _bytes(flight: Flight, entry: Entry) -> AsyncIterator[bytes]:
    with entry.failing():
        async for chunk in flight:
            entry.bytes += len(chunk)
            yield chunk
        entry.complete(flight)
