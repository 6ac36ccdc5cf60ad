"""What those ask who run the server: is it ready, what has it done. (``/healthz``, is it alive, is with the pages.)"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from numgraph import formats
from numgraph.errors import Busy, NoSuchEdition, NumgraphError

from . import clients, metrics
from .faults import Hidden
from .site import Site, site_of

router = APIRouter(include_in_schema=False)

_PATIENCE = 5.0  # seconds that a reader has to say that it is there
_FRESH = {"Cache-Control": "no-store"}


@router.api_route("/readyz", methods=["GET", "HEAD"])
async def ready(request: Request) -> Response:
    """Whether an edition is published and a reader answers; 503 where not. Readers that are all at work do answer."""
    site = site_of(request)
    try:
        await asyncio.wait_for(_ask(site), _PATIENCE)
    except (Busy, TimeoutError):
        is_lost = not site.pool.pool.pids()
        return _said("no reader", 503) if is_lost else _said("busy", 200)
    except NoSuchEdition:
        return _said("no edition", 503)
    except NumgraphError:
        return _said("no reader", 503)
    return _said("ready", 200)


async def _ask(site: Site) -> None:
    edition = site.edition().number
    async with site.pool.pool.query("ASK {}", formats.CSV, edition=edition) as answer:
        async for _ in answer:
            pass


def _said(status: str, code: int) -> Response:
    return JSONResponse({"status": status}, code, headers=_FRESH)


@router.api_route("/metrics", methods=["GET", "HEAD"])
async def counted(request: Request) -> Response:
    """Counters for Prometheus, for clients of the networks that may read them.

    What somebody else than a trusted proxy forwards is refused: a proxy on the same machine must not publish what is
    meant for this machine alone.
    """
    site = site_of(request)
    address, is_hearsay = clients.address_of(request.scope), clients.is_hearsay(request.scope)
    if address is None or is_hearsay or not clients.is_in(address, site.settings.metrics_allow):
        raise Hidden("metrics are for the networks of the setting metrics_allow")
    text = request.app.state.metrics.text()
    return Response(text, media_type=metrics.MEDIA_TYPE, headers=_FRESH)
