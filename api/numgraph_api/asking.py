"""The pool's answers as HTTP responses and as records. The only module that speaks to the readers.

An answer begins only when its first byte is there, so that every fault before it has its own status. A fault after it
breaks the connection: a part of an answer must never pass for the whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TypeAlias

import anyio
import anyio.to_thread
from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from numgraph import formats
from numgraph.errors import NumgraphError
from numgraph.formats import Format
from numgraph.store.readers import Answer as Stream
from numgraph.store.readers import EditionReaders, ReaderPool

from . import answers
from .answers import Answer
from .faults import TooMuch
from .protocol import Asked

Readers: TypeAlias = ReaderPool | EditionReaders

LARGEST_UNCHUNKED = 64_000_000  # bytes; what is kept for a client that could not tell a broken answer from a whole one
_PARSED_HERE = 50_000  # bytes of JSON that the event loop may parse itself: below a millisecond


async def select(pool: Readers, query: str) -> Answer:
    """The whole answer to a SELECT or ASK, as records."""
    async with pool.query(query, formats.JSON) as stream:
        data = b"".join([chunk async for chunk in stream])
    return answers.parse(data) if len(data) < _PARSED_HERE else await anyio.to_thread.run_sync(answers.parse, data)


async def collect(pool: Readers, asked: Asked, wanted: Format, *, largest: int) -> bytes:
    """The whole answer in one piece; raises TooMuch, and ends the query, when it is longer than ``largest`` bytes."""
    async with _query(pool, asked, wanted) as stream:
        return await _whole(stream, largest)


async def stream(pool: Readers, request: Request, asked: Asked, wanted: Format) -> Response:
    """The answer as the store writes it, from the first byte on; raises the faults that come before it."""
    stack = AsyncExitStack()
    answer = await _first_byte(pool, request, asked, wanted, stack)
    if answer is None:
        return Response(status_code=499)  # nobody is left to read it
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "X-Numgraph-Edition": str(answer.edition)}
    if request.method == "HEAD":
        await stack.aclose()
        return Response(headers={**headers, "Content-Type": answer.content_type})
    if request.scope.get("http_version") == "1.0":
        async with stack:
            data = await _whole(answer, LARGEST_UNCHUNKED)
        return Response(data, headers={**headers, "Content-Type": answer.content_type})
    return _Streamed(answer, stack, headers)


def _query(pool: Readers, asked: Asked, wanted: Format) -> AbstractAsyncContextManager[Stream]:
    return pool.query(
        asked.query or "",
        wanted,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        timeout=asked.timeout,
        union=asked.union,
    )


async def _whole(stream: Stream, largest: int) -> bytes:
    parts, size = [], 0
    async for chunk in stream:
        size += len(chunk)
        if size > largest:
            raise TooMuch(f"the answer has more than {largest:,} bytes; ask over HTTP/1.1, or for less")
        parts.append(chunk)
    return b"".join(parts)


async def _first_byte(
    pool: Readers, request: Request, asked: Asked, wanted: Format, stack: AsyncExitStack
) -> Stream | None:
    """The begun answer; None when the client went away before, which ends the query."""
    answer: Stream | None = None
    fault: NumgraphError | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(_cancel_when_gone, request, group.cancel_scope)
        try:
            answer = await stack.enter_async_context(_query(pool, asked, wanted))
        except NumgraphError as error:  # a task group would wrap it
            fault = error
        group.cancel_scope.cancel()
    if fault is not None:
        raise fault
    return answer


async def _cancel_when_gone(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


class _Streamed(StreamingResponse):
    """Sends an answer and, whatever becomes of the sending, gives its reader back."""

    def __init__(self, answer: Stream, stack: AsyncExitStack, headers: dict[str, str]) -> None:
        super().__init__(_bytes(answer), headers={**headers, "Content-Type": answer.content_type})
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._stack.aclose()


async def _bytes(answer: Stream) -> AsyncIterator[bytes]:
    async for chunk in answer:
        yield chunk
