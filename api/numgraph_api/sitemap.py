"""For crawlers and browsers: robots.txt (RFC 9309), the sitemap with its parts, and the OpenSearch description.

A thing's ``lastmod`` is the time of the edition in which what is said of it last changed (``freshness``); the places
that show all there is are as fresh as the edition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from . import caching, freshness, statistics
from .faults import NoSuchThing
from .queries import abbreviated, iri
from .site import Site, absolute, site_of

router = APIRouter(include_in_schema=False)

PART = 20_000  # addresses in one part; sitemaps.org allows 50,000 and 50 MB
PLACES = (
    "/",
    "/browse",
    "/sources",
    "/conflicts",
    "/timeline",
    "/map",
    "/sparql",
    "/ontology",
    "/editions",
    "/dataset",
)
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = "application/xml"
_OPENSEARCH = "application/opensearchdescription+xml"


@router.api_route("/robots.txt", methods=["GET", "HEAD"])
async def robots(request: Request) -> Response:
    """All may read; what costs a query for each address is no good to a crawler. Only the root of a host is asked."""
    root = request.scope.get("root_path", "")
    barred = "".join(
        f"Disallow: {root}{one}\n" for one in ("/sparql?", "/q/", "/search", "/why/", "/*?edition=", "/*?view=")
    )
    text = f"User-agent: *\n{barred}\nSitemap: {absolute(request, '/sitemap.xml')}\n"
    return PlainTextResponse(text, headers={"Cache-Control": "public, max-age=3600"})


@router.api_route("/opensearch.xml", methods=["GET", "HEAD"])
async def opensearch(request: Request) -> Response:
    """Lets a browser add the search to its own (OpenSearch 1.1)."""
    say = site_of(request).reader(request).wording.say
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"  <ShortName>{escape(say('opensearch_short'))}</ShortName>\n"
        f"  <Description>{escape(say('opensearch_about'))}</Description>\n"
        "  <InputEncoding>UTF-8</InputEncoding>\n"
        f'  <Image type="image/svg+xml">{escape(absolute(request, "/static/icon.svg"))}</Image>\n'
        f"{_url(request, 'text/html', '/search')}{_url(request, 'application/x-suggestions+json', '/suggest')}"
        "</OpenSearchDescription>\n"
    )
    headers = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}
    return Response(text, media_type=_OPENSEARCH, headers=headers)


def _url(request: Request, media_type: str, path: str) -> str:
    return f'  <Url type="{media_type}" template="{escape(absolute(request, path))}?q={{searchTerms}}"/>\n'


@router.api_route("/sitemap.xml", methods=["GET", "HEAD"])
async def index(request: Request) -> Response:
    """The parts of the sitemap."""
    site = site_of(request)
    parts, now = range(1, await _parts(site) + 1), site.edition().time
    return _answer(request, site, "sitemapindex", "sitemap", ((f"/sitemaps/{part}.xml", now) for part in parts))


@router.api_route("/sitemaps/{part}.xml", methods=["GET", "HEAD"])
async def part(request: Request, part: int) -> Response:
    """The places of the site and its things, by address."""
    site = site_of(request)
    if not 1 <= part <= await _parts(site):
        raise NoSuchThing(f"the sitemap has no part {part}")
    found = await _things(site, part)
    places = [(place, site.edition().time) for place in PLACES] if part == 1 else []
    return _answer(request, site, "urlset", "url", [*places, *found])


async def _things(site: Site, part: int) -> list[tuple[str, datetime]]:
    """The paths of the things in a part, each with the time of its last change."""
    query = things(PART, (part - 1) * PART, site.namespace.graph("catalogue"), site.namespace.source_graph(""))
    speaking: dict[str, list[str]] = defaultdict(list)
    for row in await site.select(abbreviated(query)):
        speaking[row["thing"].value] += [row["graph"].value] if "graph" in row else []
    fresh, start = await freshness.load(site), f"{site.namespace.base}/id/"
    return [
        (f"/doc/{thing.removeprefix(start)}", fresh.of(thing, [*graphs, thing.replace("/id/source/", "/source/")]))
        for thing, graphs in speaking.items()
        if thing.startswith(start)
    ]


def things(limit: int, offset: int, catalogue: str, sources: str) -> str:
    """The things of the agreed graph and the sources, by address, with the graphs that say something of each."""
    return f"""SELECT DISTINCT ?thing ?graph WHERE {{
  {{ SELECT DISTINCT ?thing WHERE {{
    {{ ?thing a ?class FILTER(STRSTARTS(STR(?class), STR(num:))) }}
    UNION {{ GRAPH {iri(catalogue)} {{ ?thing a num:Source }} }}
  }} ORDER BY ?thing LIMIT {limit} OFFSET {offset} }}
  LATERAL {{ OPTIONAL {{ GRAPH ?graph {{ ?thing ?p ?o }} FILTER(STRSTARTS(STR(?graph), "{sources}")) }} }}
}} ORDER BY ?thing"""


async def _parts(site: Site) -> int:
    counted = await statistics.load(site)
    sources = sum(1 for graph in counted.named if graph.startswith(site.namespace.source_graph("")))
    return max(1, -(-(counted.things + sources) // PART))


def _answer(request: Request, site: Site, root: str, row: str, paths: Iterable[tuple[str, datetime]]) -> Response:
    rows = "".join(
        f"<{row}><loc>{escape(_quoted(site, request, path))}</loc>"
        f"<lastmod>{changed.astimezone(UTC).isoformat(timespec='seconds')}</lastmod></{row}>\n"
        for path, changed in paths
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{rows}</{root}>\n'
    current = caching.of(request, site.edition(), absolute(request, ""))
    held = caching.not_modified(request, current, "")
    return held or Response(text, media_type=_XML, headers=current.headers)


def _quoted(site: Site, request: Request, path: str) -> str:
    to = site.reader(request).links.to(path).partition("?")[0]
    return absolute(request, to.removeprefix(request.scope.get("root_path", "")))
