"""The pages that are for people only: start, lists, disagreements, and what can go wrong."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from numgraph import formats
from numgraph.errors import NoSuchEdition
from numgraph.terms import CLASSES, num

from . import caching, conflicts, problems, queries, start
from .faults import NoSuchThing
from .resource import VARY
from .site import Site, site_of

router = APIRouter(include_in_schema=False)

Page = Annotated[int, Query(ge=1, le=1_000_000)]


@router.api_route("/", methods=["GET", "HEAD"])
async def home(request: Request) -> Response:
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    reader = site.reader(request)
    found = await site.kept(("start", reader.links, reader.language), lambda: start.load(site, reader))
    return _fresh(await site.render(request, "start.html", start=found, examples=site.examples), current)


@router.api_route("/browse", methods=["GET", "HEAD"])
async def browse(request: Request) -> Response:
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    reader = site.reader(request)
    found = await site.kept(("kinds", reader.links, reader.language), lambda: start.kinds(site, reader))
    return _fresh(await site.render(request, "browse.html", kinds=found), current)


@router.api_route("/browse/{name}", methods=["GET", "HEAD"])
async def browse_class(request: Request, name: str, page: Page = 1) -> Response:
    site = _for_people(request)
    if name not in CLASSES:
        raise NoSuchThing(f"{name[:80]!r} is no class of the ontology")
    held, current = _held(request, site)
    if held is not None:
        return held
    reader = site.reader(request)
    members, pager = await site.settled(lambda: start.members(site, reader, num(name), page))
    label = reader.term(num(name))
    return _fresh(await site.render(request, "members.html", label=label, members=members, pager=pager), current)


@router.api_route("/sources", methods=["GET", "HEAD"])
async def sources(request: Request, page: Page = 1) -> Response:
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    total = int((await site.select(queries.counts(site.namespace))).rows[0]["sources"].value)
    pager, reader = start.pager(page, total), site.reader(request)
    found = await site.settled(lambda: start.sources(site, reader, limit=start.PAGE, offset=pager.offset))
    return _fresh(await site.render(request, "sources.html", sources=found, pager=pager), current)


@router.api_route("/conflicts", methods=["GET", "HEAD"])
async def disagreements(request: Request, page: Page = 1) -> Response:
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    total = int((await site.select(queries.count_conflicts(site.namespace))).rows[0]["all"].value)
    pager, reader = start.pager(page, total), site.reader(request)
    found = await site.settled(lambda: conflicts.disputes(site, reader, limit=start.PAGE, offset=pager.offset))
    return _fresh(await site.render(request, "conflicts.html", disputes=found, pager=pager), current)


@router.api_route("/problems", methods=["GET", "HEAD"])
async def problem_list(request: Request) -> Response:
    """What the ``type`` of a problem leads to."""
    site = _for_people(request)
    return await site.render(request, "problems.html", kinds=problems.TABLE)


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def health(request: Request) -> Response:
    """Whether the process lives, and what it serves; 200 even before the first edition."""
    site = site_of(request)
    try:
        edition = site.edition()
    except NoSuchEdition:
        return JSONResponse({"status": "ok", "edition": None}, headers={"Cache-Control": "no-store"})
    said = {"status": "ok", "edition": edition.number, "published": edition.time.isoformat()}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


def _for_people(request: Request) -> Site:
    """These pages are HTML; whoever cannot read it is told so. Raises NotAcceptable."""
    formats.negotiate(request.headers.get("accept"), (formats.HTML,))
    return site_of(request)


def _held(request: Request, site: Site) -> tuple[Response | None, caching.Validators]:
    current = caching.validators(site.edition(), "html", site.reader(request).language)
    return caching.not_modified(request, current, VARY), current


def _fresh(page: Response, current: caching.Validators) -> Response:
    page.headers.update({**current.headers, "Vary": VARY})
    return page
