"""``/dataset``: the dataset described for machines and people, with the true counts of the edition."""

from __future__ import annotations

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from numgraph import description, dumps, formats
from numgraph.description import Description, Statistics
from numgraph.dumps import Dump
from numgraph.formats import Format

from . import caching, statistics
from .resource import OFFERED, VARY, suffixed
from .site import Site, absolute, site_of

router = APIRouter(tags=["Dataset"])


@router.get("/.well-known/void", summary="Where the description is", operation_id="void", status_code=302)
@router.head("/.well-known/void", include_in_schema=False)
async def well_known(request: Request) -> Response:
    """RFC 8615 and VoID, section 7.2: leads to the description."""
    return RedirectResponse(site_of(request).reader(request).links.to("/dataset"), 302)


@router.get("/dataset", summary="The dataset described", operation_id="dataset")
@router.head("/dataset", include_in_schema=False)
async def described(request: Request) -> Response:
    """VoID and DCAT, by Accept header; a page for people."""
    return await _answer(request, formats.negotiate(request.headers.get("accept"), OFFERED))


@router.get("/dataset.{suffix}", summary="The dataset described, in one format", operation_id="datasetFile")
@router.head("/dataset.{suffix}", include_in_schema=False)
async def described_in(request: Request, suffix: str) -> Response:
    return await _answer(request, suffixed(suffix, OFFERED))


async def _answer(request: Request, chosen: Format) -> Response:
    site = site_of(request)
    made = await anyio.to_thread.run_sync(dumps.made, site.settings.data, site.edition().number)
    told = (site.reader(request).language, absolute(request, ""), str(made is not None))
    current = caching.of(request, site.edition(), chosen.name, *told)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    counted = await statistics.load(site)
    headers = {**current.headers, **caching.memento(site.as_of), "Vary": VARY}
    if made is None or site.as_of:  # the dumps may be there the next time, and other editions gone
        headers.update(caching.ASK_AGAIN)
    if chosen == formats.HTML:
        files = [(dumps.name(form), form.label) for form in dumps.FORMATS]
        page = await site.render(request, "dataset.html", counted=counted, dumps=files, licence=site.settings.licence)
        page.headers.update(headers)
        return page
    text = await anyio.to_thread.run_sync(description.write, await _description(site, request, counted, made), chosen)
    return Response(text, headers=headers, media_type=chosen.content_type)


async def _description(site: Site, request: Request, counted: Statistics, made: tuple[Dump, ...] | None) -> Description:
    editions = await anyio.to_thread.run_sync(site.store.editions)
    now = site.edition()
    return Description(
        iri=f"{site.namespace.base}/dataset",
        address=absolute(request, ""),
        base=site.namespace.base,
        licence=site.settings.licence,
        publisher=site.settings.publisher,
        edition=now,
        earlier=tuple(one for one in editions if one.number < now.number),
        counted=counted,
        dumps=made,
    )
