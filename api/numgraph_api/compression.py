"""gzip and zstd by Accept-Encoding (RFC 9110, section 12.5.3; RFC 8878), streaming and only where it pays.

An answer that breaks off inside never gets the end of its stream: the compressor is finished by the last message of a
whole answer and by nothing else, so that no decoder takes the part for the whole. Plain ASGI for the same reason.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Protocol

import anyio.to_thread
import zstandard
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1000  # bytes; what is shorter fits one packet anyway
_SLICE = 256 * 1024  # bytes of a body that are sent at once
_IN_THREAD = 16 * 1024  # bytes; compressing more would hold the event loop up
_PAYS = re.compile(
    r"text/|image/svg\+xml"
    r"|application/(?:[^;]+\+(?:json|xml)|json|xml|javascript|trig|x-trig|x-turtle|turtle|n-triples|n-quads)"
)


class Compressor(Protocol):
    """What zlib and zstandard have in common."""

    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self, mode: int = ..., /) -> bytes: ...


def _gzip() -> Compressor:
    return zlib.compressobj(5, zlib.DEFLATED, 31)


def _zstd() -> Compressor:
    return zstandard.ZstdCompressor(level=3).compressobj()  # its window is below the 8 MB of RFC 9659


# The order breaks ties. Each with what makes it hand out all it has, so that the first bytes do not wait.
_CODINGS: Mapping[str, tuple[Callable[[], Compressor], int]] = {
    "zstd": (_zstd, zstandard.COMPRESSOBJ_FLUSH_BLOCK),
    "gzip": (_gzip, zlib.Z_SYNC_FLUSH),
}


def coding_of(scope: Scope) -> str | None:
    """The content coding that the client of a request wants most; None for none."""
    return chosen(b",".join(value for name, value in scope["headers"] if name == b"accept-encoding").decode("latin-1"))


def chosen(accept_encoding: str) -> str | None:
    """The coding with the highest weight, if it is above zero and not below that of ``identity``.

    >>> chosen("gzip, zstd;q=0.5"), chosen("gzip;q=0"), chosen("*"), chosen("identity, gzip;q=0.9")
    ('gzip', None, 'zstd', None)
    """
    weights = dict(map(_weighed, accept_encoding.lower().split(",")))
    weights.setdefault("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    best = max(_CODINGS, key=lambda coding: weights.get(coding, weights.get("*", 0.0)))
    weight = weights.get(best, weights.get("*", 0.0))
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def _weighed(member: str) -> tuple[str, float]:
    name, _, parameters = member.partition(";")
    found = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d*)?)\s*", parameters)
    return name.strip(), min(float(found[1]), 1.0) if found else float(not parameters.strip())


def pays(content_type: str) -> bool:
    """Whether what is of this media type gets smaller at all."""
    return _PAYS.match(content_type) is not None


def compressed(data: bytes, coding: str) -> bytes:
    """The whole of ``data`` in one of the codings."""
    compressor = _CODINGS[coding][0]()
    return compressor.compress(data) + compressor.flush()


class Compression:
    """ASGI middleware that compresses what the application says, message by message."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = _Compressing(send, coding_of(scope), is_head=scope["method"] == "HEAD")
        await self.app(scope, receive, send)


class _Compressing:
    """The ``send`` of one response. The start waits for the first body, which shows whether the answer is tiny."""

    def __init__(self, send: Send, coding: str | None, *, is_head: bool) -> None:
        self._send, self._coding, self._is_head = send, coding, is_head
        self._start: Message | None = None  # held back until its fate is clear
        self._held = b""
        self._compressor: Compressor | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body" and (self._start or self._compressor):
            await self._go_on(message)
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        if message["status"] == HTTPStatus.NOT_MODIFIED or pays(headers.get("content-type", "")):
            headers.add_vary_header("Accept-Encoding")
        if self._coding and (message["status"] == HTTPStatus.NOT_MODIFIED or "content-encoding" in headers):
            _mark(headers, headers.get("content-encoding", self._coding))
        if self._coding and _is_fit(message["status"], headers):
            self._start = message
        else:
            await self._send(message)

    async def _go_on(self, message: Message) -> None:
        body, more = self._held + message.get("body", b""), message.get("more_body", False)
        if self._start is None:
            await self._pass_on(body, more=more)
        elif more and len(body) < LEAST:
            self._held = body
        else:
            await self._decide(self._start, body, more=more)

    async def _decide(self, start: Message, body: bytes, *, more: bool) -> None:
        self._start, self._held = None, b""
        if len(body) >= LEAST or (self._is_head and not more):
            encode(MutableHeaders(scope=start), str(self._coding))
            self._compressor = None if self._is_head else _CODINGS[str(self._coding)][0]()
        await self._send(start)
        if self._compressor is None:
            await self._send({"type": "http.response.body", "body": body, "more_body": more})
            return
        await self._pass_on(body, more=more, first=True)

    async def _pass_on(self, body: bytes, *, more: bool, first: bool = False) -> None:
        compressor, flush = self._compressor, _CODINGS[str(self._coding)][1]
        assert compressor is not None  # noqa: S101 - made in _decide

        def work() -> bytes:
            data = compressor.compress(body)
            if more and not first:
                return data
            return data + (compressor.flush(flush) if more else compressor.flush())

        data = work() if len(body) < _IN_THREAD else await anyio.to_thread.run_sync(work)
        if data or not more:
            await self._send({"type": "http.response.body", "body": data, "more_body": more})


async def send_slices(send: Send, body: bytes) -> None:
    """Send a whole body piece by piece, each when the connection has taken the one before."""
    for start in range(0, len(body) or 1, _SLICE):
        end = start + _SLICE
        await send({"type": "http.response.body", "body": body[start:end], "more_body": end < len(body)})


def encode(headers: MutableHeaders, coding: str) -> None:
    """Say in the headers of an answer that its body is in this coding."""
    headers["Content-Encoding"] = coding
    for name in ("content-length", "accept-ranges"):
        if name in headers:
            del headers[name]
    _mark(headers, coding)


def _is_fit(status: int, headers: MutableHeaders) -> bool:
    """Whether an answer may be compressed, and is not known to be tiny."""
    has_body = status not in {HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED}
    is_free = "content-encoding" not in headers and "no-transform" not in headers.get("cache-control", "")
    is_long = int(headers.get("content-length", LEAST)) >= LEAST
    return has_body and is_free and is_long and pays(headers.get("content-type", ""))


def _mark(headers: MutableHeaders, coding: str) -> None:
    """A strong tag promises the same bytes: each coding has its own (RFC 9110, section 8.8.3.3)."""
    tag = headers.get("etag", "")
    if tag.startswith('"') and coding in _CODINGS:
        headers["ETag"] = f'{tag[:-1]}-{coding}"'


def unmarked(tag: str) -> str:
    """An entity tag without its weakness and its coding: the name of what is said, however it is sent."""
    return re.sub(rf'-(?:{"|".join(_CODINGS)})"$', '"', tag.strip().removeprefix("W/"))
