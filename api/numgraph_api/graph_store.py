"""``/data``: the SPARQL 1.1 Graph Store HTTP Protocol. A graph is named by ``?graph=`` or ``?default``, or directly:
under ``/data/`` the address itself is the graph's IRI.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from numgraph import dumps, formats
from numgraph.errors import NoSuchGraph
from numgraph.formats import Format, Kind
from numgraph.writing import Operation, Part, Write

from . import asking, caching, queries, uploads, writing
from . import graph_store_docs as docs
from .faults import BadRequest, PreconditionFailed, UnsupportedMediaType
from .protocol import Asked, media_type
from .site import Site, absolute, site_of

router = APIRouter(tags=["Graph store"])

GIVEN = tuple(row for row in formats.of_kind(Kind.TRIPLES) if row != formats.N3)
TAKEN = GIVEN
_MULTIPART = "multipart/form-data"
_QUADS = (formats.TRIG, formats.N_QUADS)
_SAFE = "/-._~!$&'()*+,;=:@"


@router.get("/data", **docs.GET)
@router.head("/data", include_in_schema=False)
async def graph(request: Request) -> Response:
    """The graph in RDF, by Accept header or `format`; without a graph, the way to the whole dataset."""
    return await _read(request, _indirect(request))


@router.get("/data/{path:path}", **docs.GET_AT)
@router.head("/data/{path:path}", include_in_schema=False)
async def graph_at(request: Request, path: str) -> Response:
    """The graph whose IRI is this address."""
    return await _read(request, _direct(request, path))


@router.put("/data", **docs.PUT)
async def put(request: Request) -> Response:
    """The statements of the body instead of those that the graph has."""
    return await _write(request, Operation.PUT, _indirect(request))


@router.put("/data/{path:path}", **docs.PUT_AT)
async def put_at(request: Request, path: str) -> Response:
    """The same for the graph whose IRI is this address."""
    return await _write(request, Operation.PUT, _direct(request, path))


@router.post("/data", **docs.POST)
async def post(request: Request) -> Response:
    """The statements of the body besides those that the graph has; without a graph, a new one."""
    return await _write(request, Operation.POST, _indirect(request))


@router.post("/data/{path:path}", **docs.POST_AT)
async def post_at(request: Request, path: str) -> Response:
    """The same for the graph whose IRI is this address."""
    return await _write(request, Operation.POST, _direct(request, path))


@router.delete("/data", **docs.DELETE)
async def delete(request: Request) -> Response:
    """No statement of the graph any more."""
    return await _write(request, Operation.DELETE, _indirect(request))


@router.delete("/data/{path:path}", **docs.DELETE_AT)
async def delete_at(request: Request, path: str) -> Response:
    """The same for the graph whose IRI is this address."""
    return await _write(request, Operation.DELETE, _direct(request, path))


def _indirect(request: Request) -> str | None:
    """The graph that the request names: an IRI, "" for the default graph, None for none. Raises BadRequest."""
    names, is_default = request.query_params.getlist("graph"), "default" in request.query_params
    if len(names) + is_default > 1:
        raise BadRequest("name one graph: ?graph=IRI or ?default")
    if not names:
        return "" if is_default else None
    return _absolute(names[0])


def _direct(request: Request, path: str) -> str | None:
    if not path:
        return _indirect(request)
    if {"graph", "default"} & set(request.query_params):
        raise BadRequest("the address names the graph already; ask /data for ?graph= and ?default")
    return _absolute(absolute(request, f"/data/{quote(path, safe=_SAFE)}"))


def _absolute(name: str) -> str:
    try:
        queries.iri(name)
    except ValueError as fault:
        raise BadRequest(f"{name[:200]!r} is no absolute IRI of a graph") from fault
    return name


async def _read(request: Request, graph: str | None) -> Response:
    site, wanted = site_of(request), request.query_params.get("format")
    if graph is None:
        return _to_dump(request, site)
    accept = request.headers.get("accept")
    chosen = formats.by_name(wanted, GIVEN) if wanted else formats.negotiate(accept, GIVEN)
    if graph and graph not in site.edition().counts:
        raise NoSuchGraph(f"there is no graph {graph} in edition {site.edition().number}")
    current = _strong(caching.of(request, site.edition(), graph, chosen.name))
    held = caching.not_modified(request, current, "Accept")
    if held is not None:
        return held
    answer = await asking.stream(site.pool, request, Asked(_all_of(graph)), chosen)
    answer.headers.update({**current.headers, **caching.memento(site.as_of)})
    return answer


def _strong(current: caching.Validators) -> caching.Validators:
    """If-Match takes strong tags only (RFC 9110, section 13.1.1)."""
    return replace(current, etag=current.etag.removeprefix("W/"))


def _all_of(graph: str) -> str:
    pattern = f"GRAPH {queries.iri(graph)} {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"


def _to_dump(request: Request, site: Site) -> Response:
    """The whole dataset is a dump of the edition."""
    wanted, accept = request.query_params.get("format"), request.headers.get("accept")
    offered = (formats.N_QUADS, formats.TRIG)
    chosen = formats.by_name(wanted, offered) if wanted else formats.negotiate(accept, offered)
    name = next(dumps.name(form) for form in dumps.FORMATS if form == chosen)
    place = site.reader(request).links.to(f"/dumps/{site.edition().number}/{name}")
    return RedirectResponse(place, 303, headers={"Vary": "Accept", "Cache-Control": "no-cache"})


async def _write(request: Request, operation: Operation, graph: str | None) -> Response:
    site = site_of(request)
    token = await writing.writer(request, site)
    _expect(request, site, graph)
    async with uploads.folder() as folder:
        parts = () if operation is Operation.DELETE else await _parts(request, site, folder)
        named = _target(request, operation, graph, parts)
        write = Write(operation, token.name, named or site.base, named, parts, expected=writing.expected(request))
        return await writing.done(request, site, write, _location(request, named))


def _target(request: Request, operation: Operation, graph: str | None, parts: tuple[Part, ...]) -> str | None:
    """The graph to write; None is the whole dataset, which formats of quads may write, but nobody may delete."""
    if graph is not None:
        return graph
    if parts and all(formats.by_name(part.media_type) in _QUADS for part in parts):
        return None
    if operation is not Operation.POST:
        raise BadRequest("name the graph: ?graph=IRI or ?default")
    return _absolute(absolute(request, f"/data/{uuid.uuid4()}"))


def _expect(request: Request, site: Site, graph: str | None) -> None:
    """What If-Match: * and If-None-Match: * ask of the graph before anything is done (RFC 9110, section 13.2.2)."""
    is_there = graph is None or graph == "" or graph in site.edition().counts
    if request.headers.get("if-match", "").strip() == "*" and not is_there:
        raise PreconditionFailed(f"there is no graph {graph}")
    if request.headers.get("if-none-match", "").strip() == "*" and is_there:
        raise PreconditionFailed(f"there is a graph {graph or 'without a name'} already")


async def _parts(request: Request, site: Site, folder: Path) -> tuple[Part, ...]:
    """What was sent, in files. Raises UnsupportedMediaType, TooLarge, BadRequest."""
    sent, limit = media_type(request), site.settings.upload_limit
    if sent == _MULTIPART:
        parts = await uploads.files(request, folder, limit)
        return tuple(replace(part, media_type=_taken(part.media_type).media_type) for part in parts)
    wanted = _taken(sent)
    return (await uploads.whole(request, wanted.media_type, folder, limit),)


def _taken(sent: str) -> Format:
    found = next((row for row in TAKEN if sent in {row.registered, *row.aliases}), None)
    if found is None or sent in {"application/json", "application/xml", "text/xml"}:
        names = ", ".join(row.media_type for row in TAKEN)
        raise UnsupportedMediaType(f"send {names} or {_MULTIPART} of these, not {sent or 'an untyped body'}")
    return found


def _location(request: Request, graph: str | None) -> str | None:
    """Where a graph can be had: at its IRI where that is an address of ours, else by the parameter."""
    store = absolute(request, "/data")
    if not graph:
        return None if graph is None else f"{store}?default"
    return graph if graph.startswith(f"{store}/") else f"{store}?graph={quote(graph, safe='')}"
