"""Problem details (RFC 9457): one table picks status and title for each fault that the core can name.

People get the same facts as a page. What nobody foresaw becomes a 500 that gives nothing away.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from numgraph import errors, logs
from numgraph.formats import HTML, negotiate

from .faults import (
    BadRequest,
    Erased,
    Forbidden,
    Hidden,
    NoSuchThing,
    OverBudget,
    PreconditionFailed,
    TooLarge,
    TooMuch,
    Unauthenticated,
    UnsupportedMediaType,
)
from .site import Site, site_of

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table: the fault, its name in the problem's type, its status and its title."""

    fault: type[errors.NumgraphError]
    name: str
    status: int
    title: str


# A subclass stands before its parent. Busy readers and stopped queries are worth another try (RFC 9110, 10.2.3).
TABLE: tuple[Kind, ...] = (
    Kind(errors.BadQuery, "bad-query", 400, "The query is not SPARQL"),
    Kind(errors.RefusedQuery, "refused-query", 403, "The query is not allowed here"),
    Kind(errors.QueryTimeout, "query-timeout", 503, "The query was stopped at its time limit"),
    Kind(errors.BrokenAnswer, "broken-answer", 500, "The answer broke off"),
    Kind(errors.QueryFailed, "query-failed", 500, "The query could not be finished"),
    Kind(errors.Busy, "busy", 503, "No reader is free at the moment"),
    Kind(OverBudget, "over-budget", 429, "This client has used its share of query time"),
    Kind(Hidden, "hidden", 403, "This is not for everybody"),
    Kind(errors.NotAcceptable, "not-acceptable", 406, "None of the wanted formats is offered"),
    Kind(errors.UnknownEdition, "unknown-edition", 404, "There is no such edition"),
    Kind(errors.EditionGone, "edition-gone", 410, "This edition is not kept any more"),
    Kind(errors.NoSuchEdition, "no-edition", 503, "No edition is published"),
    Kind(errors.BrokenStore, "broken-store", 500, "The store cannot be read"),
    Kind(Erased, "erased", 410, "This was erased"),
    Kind(NoSuchThing, "unknown", 404, "Nothing is known under this address"),
    Kind(errors.BadSearch, "bad-search", 400, "The question to the search cannot be read"),
    Kind(BadRequest, "bad-request", 400, "The request cannot be read"),
    Kind(TooLarge, "too-large", 413, "The request is too large"),
    Kind(TooMuch, "too-long-for-http-1-0", 505, "The answer is too long for HTTP/1.0"),
    Kind(UnsupportedMediaType, "unsupported-media-type", 415, "The body's format is not taken here"),
    Kind(Unauthenticated, "no-token", 401, "Writing needs a token"),
    Kind(Forbidden, "no-right", 403, "The token has no such right"),
    Kind(errors.RefusedWrite, "refused-write", 403, "The write is not allowed here"),
    Kind(errors.NoSuchGraph, "unknown-graph", 404, "There is no such graph"),
    Kind(errors.EditionMoved, "edition-moved", 412, "The dataset has changed meanwhile"),
    Kind(PreconditionFailed, "precondition-failed", 412, "The condition of the request is not true"),
    Kind(errors.MalformedRdf, "malformed-rdf", 400, "The RDF cannot be read"),
    Kind(errors.InvalidData, "invalid-data", 422, "The shapes refuse the data"),
    Kind(errors.StoreBusy, "store-busy", 503, "Somebody else is writing"),
    Kind(errors.NumgraphError, "fault", 500, "Something went wrong"),
)


def kind_of(error: errors.NumgraphError) -> Kind:
    return next(row for row in TABLE if isinstance(error, row.fault))


def details(error: errors.NumgraphError, site: Site) -> dict[str, Any]:
    """The members of the problem; ``line`` and ``column`` (from 1) and ``offered`` where the fault knows them."""
    row = kind_of(error)
    members: dict[str, Any] = {
        "type": f"{site.namespace.base}/problems#{row.name}",
        "title": row.title,
        "status": row.status,
        "detail": str(error),
    }
    for extra in ("line", "column", "position", "offered"):
        if (value := getattr(error, extra, None)) is not None:
            members[extra] = value
    return members


def headers(error: errors.NumgraphError) -> dict[str, str]:
    """Headers that go with the status: when to try again."""
    if isinstance(error, errors.Busy | OverBudget):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="numgraph"' + (', error="invalid_token"' if error.is_given else "")}
    if isinstance(error, Forbidden):
        return {"WWW-Authenticate": 'Bearer realm="numgraph", error="insufficient_scope"'}
    if isinstance(error, errors.StoreBusy):
        return {"Retry-After": "5"}
    if isinstance(error, errors.QueryTimeout) or type(error) is errors.NoSuchEdition:
        return {"Retry-After": "30"}
    return {}


def wants_page(request: Request) -> bool:
    """Whether the client would rather read HTML than JSON."""
    try:
        return negotiate(request.headers.get("accept", "application/json"), (HTML,)) is HTML and _names_html(request)
    except errors.NotAcceptable:
        return False


def _names_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "").lower()


async def respond(request: Request, error: errors.NumgraphError) -> Response:
    """The fault as a page or as problem+json."""
    members, extra = details(error, site_of(request)), headers(error)
    if members["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.warning("%s %s: %s", request.method, request.url.path, members["detail"])
    return await _answer(request, members, extra)


async def _answer(request: Request, members: dict[str, Any], extra: dict[str, str]) -> Response:
    if not wants_page(request):
        vary = {"Vary": "Accept", "Cache-Control": "no-store"}
        return JSONResponse(members, members["status"], headers={**vary, **extra}, media_type=MEDIA_TYPE)
    page = await site_of(request).render(request, "problem.html", status=members["status"], problem=members)
    page.headers.update({**extra, "Cache-Control": "no-store"})
    return page


async def _respond_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: unknown paths (404) and methods (405)."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        error.headers = {"Allow": ", ".join(allowed(request))}  # the framework knows the first route alone
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=error.headers)
    phrase = HTTPStatus(error.status_code).phrase
    members = {"type": "about:blank", "title": phrase, "status": error.status_code, "detail": str(error.detail)}
    return await _answer(request, members, dict(error.headers or {}))


def allowed(request: Request) -> list[str]:
    """The methods that the address of a request has, whichever route each is on."""
    routes = (route for router in request.app.state.routers for route in router.routes)
    fitting = [route.methods for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({"OPTIONS"}.union(*fitting or [{"GET", "HEAD"}]))  # files and the OpenAPI description are no routes


async def _respond_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    said = "; ".join(f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors())
    return await respond(request, BadRequest(said))


async def _respond_foreseen(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.NumgraphError)  # noqa: S101 - registered for this type only
    return await respond(request, error)


async def _respond_unforeseen(request: Request, error: Exception) -> Response:
    if not logs.has_broken_off(error):
        _LOG.error("%s %s", request.method, request.url.path, exc_info=error)
    return await respond(request, errors.NumgraphError("The fault is ours. It has been logged."))


def install(app: FastAPI) -> None:
    app.add_exception_handler(errors.NumgraphError, _respond_foreseen)
    app.add_exception_handler(HTTPException, _respond_http)
    app.add_exception_handler(RequestValidationError, _respond_invalid)
    app.add_exception_handler(Exception, _respond_unforeseen)
