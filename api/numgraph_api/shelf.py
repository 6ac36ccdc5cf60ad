"""A shelf of whole answers: what was rendered once for an edition is sent again without asking anybody.

An edition never changes, so an answer that carries an entity tag is right for as long as its edition is the one that
is asked. The key holds everything that such an answer depends on: the edition with the stamp of its folder, the whole
address, what the client accepts, and the coding that follows from that. Theme and width are the browser's business and
no part of it. An answer to somebody who is known (a cookie, credentials) is never put on the shelf nor taken from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from numgraph.errors import NumgraphError

from .caching import holds
from .compression import coding_of, send_slices
from .keeping import Keep
from .site import Site

_OVERHEAD = 1500  # bytes of an answer beside its body: key, headers, records
_ASKED_BY = (b"accept", b"accept-language", b"host")
_VARIED_BY = {"", "accept", "accept-language", "accept-encoding"}
_KNOWN_BY = (b"cookie", b"authorization", b"range")

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One whole answer with status 200."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: str
    modified: datetime

    @property
    def size(self) -> int:
        return len(self.body) + _OVERHEAD


class Shelf:
    """ASGI middleware in front of the application; keeps up to ``megabytes``, the least recently used go first."""

    def __init__(self, app: ASGIApp, megabytes: int) -> None:
        self.app = app
        self.kept: Keep[Key, Kept] = Keep(megabytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope) if self.kept and scope["type"] == "http" else None
        if key is None:
            await self.app(scope, receive, send)
            return
        found = self.kept.get(key)
        if found is not None:
            await _send(found, scope, send)
        elif scope["method"] == "GET":
            await self.app(scope, receive, _Copy(self.kept, key, send))
        else:
            await self.app(scope, receive, send)


class _Copy:
    """Passes an answer on and, once it is whole, puts a copy on the shelf."""

    def __init__(self, kept: Keep[Key, Kept], key: Key, send: Send) -> None:
        self._kept, self._key, self._send = kept, key, send
        self._headers: tuple[tuple[bytes, bytes], ...] = ()
        self._validators: tuple[str, datetime] | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self._begin(message)
        elif message["type"] == "http.response.body" and self._validators is not None:
            self._go_on(message)

    def _begin(self, message: Message) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        varies = {name.strip().lower() for name in headers.get("vary", "").split(",")}
        is_fit = message["status"] == HTTPStatus.OK and headers.get("cache-control") == "no-cache"
        if is_fit and varies <= _VARIED_BY and {"etag", "last-modified"} <= headers.keys():
            self._validators = headers["etag"], parsedate_to_datetime(headers["last-modified"])
        self._headers = tuple((name, value) for name, value in message["headers"] if name.lower() != b"content-length")

    def _go_on(self, message: Message) -> None:
        self._body += message.get("body", b"")
        if len(self._body) > self._kept.largest:
            self._validators = None
        elif not message.get("more_body") and self._validators is not None:
            self._kept.put(self._key, Kept(self._headers, bytes(self._body), *self._validators))


def _key(scope: Scope) -> Key | None:
    """What an answer depends on; None where the shelf has no part in it."""
    if scope["method"] not in {"GET", "HEAD"}:
        return None
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if any(name in _KNOWN_BY for name, _ in headers):
        return None
    edition = _edition(scope["app"].state.site, scope["query_string"])
    if edition is None:
        return None
    asked = tuple((name, value) for name, value in headers if name in _ASKED_BY)
    return *edition, scope["scheme"], scope["path"], scope["query_string"], asked, coding_of(scope)


def _edition(site: Site, query: bytes) -> tuple[int, int] | None:
    """The number and the stamp of the edition that is asked; None where there is none such."""
    chosen = parse_qs(query.decode("latin-1")).get("edition", [""])[0] if b"edition=" in query else ""
    try:
        number = int(chosen) if chosen.isascii() and chosen.isdigit() else site.store.current_number()
        return number, site.store.stamp(number)
    except NumgraphError:
        return None


async def _send(kept: Kept, scope: Scope, send: Send) -> None:
    """The kept answer, or 304 where the client holds it."""
    held, since = (_field(scope, name) for name in (b"if-none-match", b"if-modified-since"))
    if holds(held, since, kept.etag, kept.modified):
        await _answer(send, 304, [one for one in kept.headers if one[0].lower() != b"content-type"], b"")
        return
    length = (b"content-length", str(len(kept.body)).encode())
    await _answer(send, 200, [*kept.headers, length], b"" if scope["method"] == "HEAD" else kept.body)


def _field(scope: Scope, name: bytes) -> str | None:
    found = [value for key, value in scope["headers"] if key == name]
    return b", ".join(found).decode("latin-1") if found else None


async def _answer(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": list(headers)}
    await send(start)
    await send_slices(send, body)
