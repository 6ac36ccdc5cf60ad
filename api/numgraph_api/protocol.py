"""Reading a request of the SPARQL 1.1 Protocol (section 2): a query over which graphs, or an update over which."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl

import anyio.to_thread
from fastapi import Request

from .faults import BadRequest, TooLarge, UnsupportedMediaType

_READ_HERE = 50_000  # characters of a form that the event loop may read itself
LARGEST_BODY = 1_000_000  # bytes; no query that people or tools write comes near it
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
TAKEN = (FORM, QUERY, UPDATE)
_UTF8 = {"utf-8", "utf8", "us-ascii"}
_ONLY_ASKING = ("default-graph-uri", "named-graph-uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """One query. ``query`` is None when there was none; ``timeout`` is in seconds."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    timeout: float | None = None
    edition: str | None = None
    view: str | None = None
    union: bool = False  # ask all graphs at once


@dataclass(frozen=True, slots=True)
class Ordered:
    """One update; ``update`` is None where it is the body, which is not read yet."""

    update: str | None
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


async def read(request: Request) -> Asked | Ordered:
    """The request, its parameters decoded exactly once. Raises BadRequest, TooLarge, UnsupportedMediaType."""
    given = list(request.query_params.multi_items())
    if request.method != "POST":
        return _asked(given)
    posted = media_type(request)
    if posted not in TAKEN:
        raise UnsupportedMediaType(f"send {' or '.join(TAKEN)}, not {posted or 'an untyped body'}")
    if posted == UPDATE:
        return _ordered(given)
    text = _text(await body(request, LARGEST_BODY, f"send a longer update as {UPDATE}"))
    given += [("query", text)] if posted == QUERY else await _form(text)
    return _ordered(given) if any(name == "update" for name, _ in given) else _asked(given)


def media_type(request: Request) -> str:
    """The media type of the body in lower case, without parameters. Raises UnsupportedMediaType for another charset
    than UTF-8, and for a coding such as gzip.
    """
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    charset = header.get_param("charset", "utf-8")
    if not isinstance(charset, str) or charset.strip().lower() not in _UTF8:
        raise UnsupportedMediaType(f"send the body as UTF-8, not as {str(charset)[:40]!r}")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaType(f"send the body as it is, without Content-Encoding: {coding[:40]}")
    return str(header["Content-Type"]).partition(";")[0].strip().lower()


async def form(request: Request, largest: int, advice: str) -> list[tuple[str, str]]:
    """The fields of a posted form, whatever it is for. Raises BadRequest, TooLarge, UnsupportedMediaType."""
    if (posted := media_type(request)) != FORM:
        raise UnsupportedMediaType(f"send {FORM}, not {posted or 'an untyped body'}")
    return await _form(_text(await body(request, largest, advice)))


async def _form(text: str) -> list[tuple[str, str]]:
    """The fields of a form; a long one is read on a thread: a megabyte takes 50 ms."""
    return _pairs(text) if len(text) < _READ_HERE else await anyio.to_thread.run_sync(_pairs, text)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise BadRequest(f"the form cannot be read: {error}") from error


async def body(request: Request, largest: int, advice: str) -> bytes:
    """The body, given up as soon as it is too long, whatever Content-Length says. Raises TooLarge with the advice."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise TooLarge(f"the request may have {largest:,} bytes; {advice}")
        parts.append(part)
    return b"".join(parts)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8: byte {error.start} cannot be read") from error


def _asked(given: list[tuple[str, str]]) -> Asked:
    if any(name == "update" for name, _ in given):
        raise BadRequest(f"an update is sent by POST, as a form or as {UPDATE}")
    return Asked(
        query=_single(given, "query"),
        default_graphs=_all(given, "default-graph-uri"),
        named_graphs=_all(given, "named-graph-uri"),
        format=_single(given, "format") or None,
        timeout=_seconds(_single(given, "timeout")),
        edition=_single(given, "edition") or None,
        view=_single(given, "view") or None,
    )


def _ordered(given: list[tuple[str, str]]) -> Ordered:
    names = {name for name, _ in given}
    if "query" in names:
        raise BadRequest("one request is a query or an update, not both")
    wrong = next((name for name in _ONLY_ASKING if name in names), None)
    if wrong:
        raise BadRequest(f"{wrong} is for queries; an update says using-graph-uri and using-named-graph-uri")
    return Ordered(_single(given, "update"), _all(given, "using-graph-uri"), _all(given, "using-named-graph-uri"))


def _all(given: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for key, value in given if key == name)


def _single(given: list[tuple[str, str]], name: str) -> str | None:
    found = _all(given, name)
    if len(found) > 1:
        raise BadRequest(f"{name} was given {len(found)} times; it may be given once")
    return found[0] if found else None


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise BadRequest(f"timeout is a number of seconds above zero, not {text[:40]!r}")
    return seconds
