"""``/q``: makes a permanent link, and answers one with the same bytes for as long as its edition is kept."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from numgraph import formats
from numgraph.errors import NotAcceptable
from numgraph.formats import Format
from numgraph.store.guard import query_form

from . import asking, caching, permalink, protocol, sparql
from .faults import BadRequest
from .permalink import Cited
from .protocol import Asked, Ordered
from .site import Site, site_of

router = APIRouter(tags=["SPARQL"])

_POSTED = {"requestBody": sparql.BODY}
JSON = formats.Format("links", "JSON", "application/json", "json", frozenset(), parameters=(("charset", "utf-8"),))


@router.get("/q", summary="Make a permanent link", operation_id="cite", openapi_extra={"parameters": sparql.PARAMETERS})
@router.head("/q", include_in_schema=False)
@router.post(
    "/q", summary="Make a permanent link", operation_id="citeByPost", openapi_extra={"requestBody": sparql.BODY}
)
async def make(request: Request) -> Response:
    """Takes what `/sparql` takes. Answers 303 with the link, or in JSON: `link`, `path`, `edition`."""
    asked = await protocol.read(request)
    if isinstance(asked, Ordered):
        raise BadRequest("an update has no permanent link; a query has")
    if not asked.query or not asked.query.strip():
        raise BadRequest("there is no query in the request: send it as ?query=")
    site = sparql.settled(request, asked)
    edition = site.edition().number
    path = site.reader(request).links.root_path + address(asked, edition)
    if formats.negotiate(request.headers.get("accept"), (formats.HTML, JSON)) == JSON:
        link = str(request.url.replace(path=path, query="", fragment=""))
        return JSONResponse({"link": link, "path": path, "edition": edition}, headers={"Cache-Control": "no-store"})
    return RedirectResponse(path, 303, headers={"Vary": "Accept"})


def address(asked: Asked, edition: int) -> str:
    """The path of the link. Raises BadRequest, BadQuery, NotAcceptable."""
    token = permalink.of(asked, edition)
    if not asked.format:
        return f"/q/{token}"
    chosen = sparql.choose(asked, None, query_form(asked.query or ""))
    return f"/q/{token}" + ("" if chosen == formats.HTML else f".{chosen.name}")


@router.get("/q/{token}", summary="An answer, by its permanent link", operation_id="cited")
@router.head("/q/{token}", include_in_schema=False)
async def answer(request: Request, token: str) -> Response:
    """The same bytes each time, by Accept header or a suffix such as `.csv`; a browser is led to the query's page."""
    token, _, suffix = token.partition(".")
    cited = permalink.decode(token)
    site = request.state.site = site_of(request).at(str(cited.edition))
    asked = Asked(
        cited.query, cited.default_graphs, cited.named_graphs, suffix or None, None, str(cited.edition), cited.view
    )
    chosen = sparql.choose(asked, request.headers.get("accept"), query_form(cited.query))
    if chosen == formats.HTML:
        return _to_page(site, request, cited)
    return await _bytes(request, site, asked, chosen)


def _to_page(site: Site, request: Request, cited: Cited) -> Response:
    links = replace(site.reader(request).links, edition=cited.edition, view=cited.view)
    if cited.default_graphs or cited.named_graphs:
        raise NotAcceptable("a link to an answer over graphs of one's own has no page; ask for a format", ())
    return RedirectResponse(links.to("/sparql", query=cited.query), 303, headers={"Vary": "Accept"})


async def _bytes(request: Request, site: Site, asked: Asked, chosen: Format) -> Response:
    current = caching.validators(site.edition(), "q", request.url.path, chosen.name, str(site.settings.row_limit))
    held = caching.not_modified(request, current, "Accept")
    if held is not None:
        asking.held(site.pool, asked, chosen)
        return held
    found = await asking.stream(site.pool, request, sparql.seen(site, asked), chosen)
    strong = current.etag.removeprefix("W/")
    found.headers.update({**current.headers, **caching.memento(site.as_of), **asking.KEPT_BELOW, "ETag": strong})
    return found
