"""Who may write, and what is answered to somebody who wrote."""

from __future__ import annotations

import re

import anyio.to_thread
from fastapi import Request, Security
from fastapi.security import HTTPBearer
from starlette.responses import Response

from numgraph.access import Right, Token
from numgraph.writing import Write, Written

from .faults import BadRequest, Forbidden, PreconditionFailed, Unauthenticated
from .site import Site, absolute

_ENTITY_TAG = re.compile(r'\s*(?:W/)?"(\d+)-[^"]*"\s*')  # as this server makes them: the edition comes first
NEEDED = Security(HTTPBearer(auto_error=False, scheme_name="token", description="See: numgraph token make"))


async def writer(request: Request, site: Site) -> Token:
    """The token that the request proves, with the right to write. Raises Unauthenticated, Forbidden, BadRequest."""
    if site.as_of is not None:
        raise BadRequest("an edition is never written again: leave out which")
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if not bearer:
        raise Unauthenticated("writing needs a token: Authorization: Bearer ng_...; see: numgraph token make")
    token = await anyio.to_thread.run_sync(site.keyring.whose, bearer.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise Unauthenticated("this token is not known here, or not good any more", is_given=True)
    if not token.may(Right.WRITE):
        raise Forbidden(f"the token {token.name!r} has no right to write")
    return token


def expected(request: Request) -> int | None:
    """The edition that If-Match names (RFC 9110, section 13.1.1): the number with which entity tags here begin.

    None where the header is not there or says ``*``. Raises PreconditionFailed where all its tags are foreign.
    """
    held = request.headers.get("if-match", "*")
    if held.strip() == "*":
        return None
    found = [_ENTITY_TAG.fullmatch(tag) for tag in held.split(",")]
    numbers = {int(tag[1]) for tag in found if tag}
    if not numbers:
        raise PreconditionFailed("If-Match names no entity tag of this server")
    return max(numbers)


async def done(request: Request, site: Site, write: Write, location: str | None = None) -> Response:
    """Do a write and tell: 201 with the address of a graph that was not there before, else 204."""
    written = await site.scribe.write(write)
    is_new = written.created and location is not None
    headers = told(request, written)
    if is_new and location is not None:
        headers["Location"] = location
    return Response(status_code=201 if is_new else 204, headers=headers)


def told(request: Request, written: Written) -> dict[str, str]:
    """In which edition a write stands, and where that is described."""
    return {
        "X-Numgraph-Edition": str(written.edition),
        "Link": f'<{absolute(request, f"/editions/{written.edition}")}>; rel="memento"',
        "Cache-Control": "no-store",
    }
