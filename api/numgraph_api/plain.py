"""The start page of a plain dataset: what it holds, and where to ask and write."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from numgraph import formats

from . import caching
from .resource import VARY
from .site import site_of

router = APIRouter(include_in_schema=False)

_SHOWN = 200  # graphs


@router.api_route("/", methods=["GET", "HEAD"])
async def home(request: Request) -> Response:
    formats.negotiate(request.headers.get("accept"), (formats.HTML,))
    site = site_of(request)
    edition = site.edition()
    current = caching.of(request, edition, "html", site.reader(request).language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    named = sorted((name, count) for name, count in edition.counts.items() if name)
    page = await site.render(
        request,
        "plain.html",
        triples=sum(edition.counts.values()),
        default=edition.counts.get("", 0),
        graphs=named[:_SHOWN],
        more=max(0, len(named) - _SHOWN),
    )
    page.headers.update({**current.headers, "Vary": VARY})
    return page
