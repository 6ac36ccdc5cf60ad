"""The endpoint describes itself (SPARQL 1.1 Service Description, section 2)."""

from __future__ import annotations

import anyio.to_thread
from fastapi import Request
from starlette.responses import Response

from numgraph.formats import Format
from numgraph.service_description import write

from . import caching
from .site import Site, absolute


async def answer(request: Request, site: Site, chosen: Format) -> Response:
    edition, endpoint = site.edition(), absolute(request, "/sparql")
    current = caching.of(request, edition, chosen.name, endpoint)
    headers = {**current.headers, "Vary": "Accept", "X-Numgraph-Edition": str(edition.number)}
    held = caching.not_modified(request, current, "Accept")
    if held is not None:
        return held
    text = await anyio.to_thread.run_sync(write, endpoint, site.settings, edition, chosen)
    return Response(text, headers=headers, media_type=chosen.content_type)
