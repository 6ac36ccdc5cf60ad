"""The pages that are for people only: start, lists, disagreements, and what can go wrong."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from numgraph import formats
from numgraph.errors import NoSuchEdition
from numgraph.terms import CLASSES

from . import browsing, caching, conflicts, explaining, mentions, places, problems, queries, start, timeline
from .examples import to_begin_with
from .faults import NoSuchThing
from .links import is_key
from .resource import VARY
from .site import Site, site_of

router = APIRouter(include_in_schema=False)
common = APIRouter(include_in_schema=False)  # what a dataset of any kind has

Page = Annotated[int, Query(ge=1, le=1_000_000)]
Initial = Annotated[str | None, Query(pattern="^[A-Z#]$")]
Kind = Literal["contradicts", "refines", "supersedes", "different scope"]
Area = Literal["europe", "de", "benelux"]
Year = Annotated[int | None, Query(ge=timeline.EARLIEST, le=timeline.LATEST)]


@router.api_route("/", methods=["GET", "HEAD"])
async def home(request: Request) -> Response:
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    reader = site.reader(request)
    found = await site.kept(("start", reader.links, reader.language), lambda: start.load(site, reader))
    return _fresh(await site.render(request, "start.html", start=found, examples=to_begin_with(site.examples)), current)


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
async def browse_class(request: Request, name: str, page: Page = 1, letter: Initial = None) -> Response:
    """The members of a class; every other parameter is a facet with the value that was chosen."""
    site = _for_people(request)
    if name not in CLASSES:
        raise NoSuchThing(f"{name[:80]!r} is no class of the ontology")
    held, current = _held(request, site)
    if held is not None:
        return held
    reader = site.reader(request)
    found = await browsing.load(site, reader, browsing.chosen(name, request.query_params.multi_items(), letter), page)
    headings = {"state": "facet_state", "type": "kind", "source": "facet_source"}
    names = {one: reader.wording.say(key) for one, key in headings.items()}
    return _fresh(await site.render(request, "members.html", found=found, names=names), current)


@router.api_route("/sources", methods=["GET", "HEAD"])
async def sources(request: Request, page: Page = 1) -> Response:
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    total = int((await site.select(queries.counts(site.namespace))).rows[0]["sources"].value)
    pager, reader = start.pager(page, total), site.reader(request)
    found = await start.sources(site, reader, limit=start.PAGE, offset=pager.offset)
    return _fresh(await site.render(request, "sources.html", sources=found, pager=pager), current)


@router.api_route("/conflicts", methods=["GET", "HEAD"])
async def disagreements(request: Request, page: Page = 1, kind: Kind | None = None) -> Response:
    """Where sources disagree, all or by kind: contradictions, precision, change over time, scope."""
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    counted = await conflicts.kinds(site)
    total = counted.get(kind, 0) if kind else sum(counted.values())
    pager, reader = start.pager(page, total), site.reader(request)
    found = await conflicts.disputes(site, reader, kind=kind, limit=start.PAGE, offset=pager.offset)
    shown: dict[str, Any] = {
        "disputes": found,
        "pager": pager,
        "kinds": conflicts.KINDS,
        "counted": counted,
        "chosen": kind,
    }
    return _fresh(await site.render(request, "conflicts.html", **shown), current)


@router.api_route("/mentions/{key:path}", methods=["GET", "HEAD"])
async def mentioning(request: Request, key: str, property: str = "", page: Page = 1) -> Response:
    """All that point at a thing by one property, in pages."""
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    if not is_key(key):
        raise NoSuchThing(f"{key[:200]!r} names no thing")
    reader = site.reader(request)
    found = await mentions.load(site, reader, key, property, page)
    return _fresh(await site.render(request, "mentions.html", found=found, pager=found.pager), current)


@router.api_route("/why/{key:path}", methods=["GET", "HEAD"])
async def why(request: Request, key: str, property: str = "", value: str = "") -> Response:
    """How an inferred statement follows, down to the sentences."""
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    reader = site.reader(request)
    found = await explaining.load(site, reader, key, property, value)
    return _fresh(await site.render(request, "why.html", found=found), current)


@router.api_route("/timeline", methods=["GET", "HEAD"])
async def times(request: Request, first: Year = None, last: Year = None) -> Response:
    """Funding phases, events, foundings and sources on one axis of years."""
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    found = await timeline.load(site, site.reader(request), first, last)
    return _fresh(await site.render(request, "timeline.html", timeline=found), current)


@router.api_route("/map", methods=["GET", "HEAD"])
async def sites(request: Request, area: Area = "europe") -> Response:
    """Where the places are, and how much is located at each."""
    site = _for_people(request)
    held, current = _held(request, site)
    if held is not None:
        return held
    found = await places.load(site, site.reader(request), area)
    return _fresh(await site.render(request, "map.html", map=found), current)


@common.api_route("/problems", methods=["GET", "HEAD"])
async def problem_list(request: Request) -> Response:
    """What the ``type`` of a problem leads to."""
    site = _for_people(request)
    return await site.render(request, "problems.html", kinds=problems.TABLE)


@common.api_route("/healthz", methods=["GET", "HEAD"])
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
    current = caching.of(request, site.edition(), "html", site.reader(request).language)
    return caching.not_modified(request, current, VARY), current


def _fresh(page: Response, current: caching.Validators) -> Response:
    page.headers.update({**current.headers, "Vary": VARY})
    return page
