"""Reading a request of the SPARQL 1.1 Protocol (section 2.1): which query over which graphs, under which limit."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from numgraph.errors import RefusedQuery

from .faults import BadRequest, TooLarge, UnsupportedMediaType

LARGEST_BODY = 1_000_000  # bytes; no query that people or tools write comes near it
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
TAKEN = (FORM, QUERY)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``query`` is None when there was none; ``timeout`` is in seconds."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    timeout: float | None = None
    edition: str | None = None
    view: str | None = None
    union: bool = False  # ask all graphs at once


async def read(request: Request) -> Asked:
    """The request, its parameters decoded exactly once. Raises BadRequest, TooLarge, UnsupportedMediaType."""
    given = list(request.query_params.multi_items())
    if request.method == "POST":
        given += await _posted(request)
    return _asked(given)


async def _posted(request: Request) -> list[tuple[str, str]]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in TAKEN:
        raise UnsupportedMediaType(f"send the query as {' or '.join(TAKEN)}, not as {media_type or 'an untyped body'}")
    text = _text(await _body(request))
    return [("query", text)] if media_type == QUERY else _pairs(text)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise BadRequest(f"the form cannot be read: {error}") from error


async def _body(request: Request) -> bytes:
    """The body, given up as soon as it is too long, whatever Content-Length says."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise TooLarge(f"a query may have {LARGEST_BODY:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8: byte {error.start} cannot be read") from error


def _asked(given: list[tuple[str, str]]) -> Asked:
    if any(name == "update" for name, _ in given):
        raise RefusedQuery("this is a place for queries, which only read; updates come in through a build")
    return Asked(
        query=_single(given, "query"),
        default_graphs=tuple(value for name, value in given if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in given if name == "named-graph-uri"),
        format=_single(given, "format") or None,
        timeout=_seconds(_single(given, "timeout")),
        edition=_single(given, "edition") or None,
        view=_single(given, "view") or None,
    )


def _single(given: list[tuple[str, str]], name: str) -> str | None:
    found = [value for key, value in given if key == name]
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
