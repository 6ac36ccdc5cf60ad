"""The short way for lookups: what the long way answers, header for header and byte for byte, at a part of its cost.

Here goes a GET with a query and nothing else, of a shape that the readers know to be quick. Whatever is not plain (a
condition, a fault, an answer that is not there at once) is left to the long way, which begins anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Receive, Scope, Send

from numgraph.errors import NumgraphError
from numgraph.formats import HTML, Format, Kind
from numgraph.store.editions import EmbeddedEdition
from numgraph.store.guard import Form
from numgraph.store.lexer import normalised
from numgraph.store.readers import kind_of_query

from . import asking, caching, permalink, sparql
from .counting import Rows
from .diary import name_of
from .protocol import Asked
from .results import Head, Whole
from .site import Site

_START = b"query="
_LONGEST = 8000  # bytes of a request's query; what is longer is no lookup
_CONDITIONS = {b"if-none-match", b"if-modified-since", b"range"}
_FLEETING = re.compile("|".join(permalink.FLEETING), re.IGNORECASE)  # wherever it stands
_FORMS = {Kind.BINDINGS: Form.SELECT, Kind.BOOLEAN: Form.ASK}


class Lookups:
    """ASGI middleware next to the application. A row limit is the long way's business, so ``is_on`` is false then."""

    def __init__(self, app: ASGIApp, *, is_on: bool) -> None:
        self.app = app
        self._is_on = is_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lookup = _lookup(scope) if self._is_on and scope["type"] == "http" else None
        if lookup is None or not await _answered(lookup, scope, send):
            await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class _Lookup:
    query: str
    kind: Kind
    wanted: Format


def _lookup(scope: Scope) -> _Lookup | None:
    """What a plain request asks; None for any other."""
    told: bytes = scope["query_string"]
    is_here = scope["path"] == f"{scope.get('root_path', '')}/sparql" and scope["method"] == "GET"
    if not is_here or not told.startswith(_START) or b"&" in told or len(told) > _LONGEST:
        return None
    if scope["http_version"] != "1.1" or any(name in _CONDITIONS for name, _ in scope["headers"]):
        return None
    query = unquote_plus(told[len(_START) :].decode("latin-1"))
    if not query.strip() or _FLEETING.search(query):
        return None
    try:
        kind = kind_of_query(query)
    except NumgraphError:
        return None
    accept = tuple(value for name, value in scope["headers"] if name == b"accept")
    wanted = _chosen(accept, kind) if kind in _FORMS else None
    return _Lookup(query, kind, wanted) if wanted else None


@lru_cache(maxsize=256)
def _chosen(accept: tuple[bytes, ...], kind: Kind) -> Format | None:
    """The format for a machine; None for a person, and where none will do."""
    if len(accept) > 1:
        return None
    try:
        found = sparql.choose(Asked(""), accept[0].decode("latin-1") if accept else None, _FORMS[kind])
    except NumgraphError:
        return None
    return None if found == HTML else found


async def _answered(lookup: _Lookup, scope: Scope, send: Send) -> bool:
    """Whether the answer was there, and has been sent."""
    try:
        site: Site = scope["app"].state.site
        edition = site.edition()
        found, cache = await _found(site.pool, edition, lookup)
    except NumgraphError:
        return False
    if found is None:
        return False
    diary = site.pool.diary
    with diary.begin(name_of(normalised(lookup.query)), lookup.query, lookup.wanted.name).written() as entry:
        entry.edition, entry.cache = edition.number, cache
        entry.complete(found)
        headers = {
            "Vary": "Accept",
            "X-Numgraph-Edition": str(edition.number),
            "Content-Type": found.head.content_type,
            "Cache-Status": entry.cache_status,
            "Content-Length": str(len(found.body)),
            **_validators(scope, edition, lookup).headers,
            **asking.KEPT_BELOW,
        }
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": found.body})
    return True


def _validators(scope: Scope, edition: EmbeddedEdition, lookup: _Lookup) -> caching.Validators:
    """As :func:`caching.of` has them for the long way."""
    place = scope.get("root_path", ""), scope["path"], scope["query_string"].decode("latin-1")
    return caching.validators(edition, *place, lookup.wanted.name, "0")


async def _found(readers: asking.Readers, edition: EmbeddedEdition, lookup: _Lookup) -> tuple[Whole | None, str]:
    """The answer, kept or made, and the word for which it was."""
    wanted = lookup.wanted
    key = ("lookup", edition.number, edition.content_hash, lookup.query, wanted.name, wanted.media_type)
    kept = readers.results.kept.get(key)
    if kept is not None:
        return kept, "hit"
    readers.budgets.expect()
    body = await readers.pool.lookup(lookup.query, lookup.kind, wanted, edition.number)
    if body is None:
        return None, "bypass"
    rows = Rows(wanted.registered)
    rows.see(body)
    made = Whole(Head(wanted.content_type, wanted.registered, edition.number), body, rows.total)
    readers.results.kept.put(key, made)
    return made, "miss"
