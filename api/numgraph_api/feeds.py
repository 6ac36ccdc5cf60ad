"""Atom feeds (RFC 4287): the latest sources, and the editions with what changed in each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Request
from starlette.responses import Response

from . import caching, editions
from .answers import Row
from .editions import Published
from .queries import abbreviated, iri
from .site import Site, absolute, site_of

router = APIRouter(tags=["Feeds"])

MOST = 50
_LONGEST = 500  # characters of one text
_NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
ATOM = "application/atom+xml"
VARY = "Accept-Language"


@dataclass(frozen=True, slots=True)
class Entry:
    """``id`` is an IRI that never changes, ``updated`` a moment in RFC 3339, ``path`` an address of this server."""

    id: str
    title: str
    updated: str
    path: str
    author: str | None = None
    summary: str | None = None


@router.get("/feeds/sources.atom", summary="The latest sources", operation_id="feedOfSources")
@router.head("/feeds/sources.atom", include_in_schema=False)
async def sources(request: Request) -> Response:
    """The sources of the current edition by their own dates, the latest first."""
    site = site_of(request)
    rows = await site.select(abbreviated(latest(site.namespace.graph("catalogue"))))
    title = site.reader(request).wording.say("latest_sources")
    return _answer(request, site, title, "/sources", [_source(site, row) for row in rows])


def latest(catalogue: str) -> str:
    return f"""SELECT ?source (SAMPLE(?t) AS ?title) (MAX(STR(?d)) AS ?date) (SAMPLE(?name) AS ?publisher) WHERE {{
  GRAPH {iri(catalogue)} {{ ?source a num:Source OPTIONAL {{ ?source num:title ?t }}
    OPTIONAL {{ ?source num:publishedOn ?d }} OPTIONAL {{ ?source num:publisher ?p }} }}
  OPTIONAL {{ ?p skos:prefLabel ?name }}
}} GROUP BY ?source ORDER BY DESC(?date) ?source LIMIT {MOST}"""


def _source(site: Site, row: Row) -> Entry:
    source = row["source"].value
    date = row["date"].value if "date" in row and row["date"].value else None
    return Entry(
        id=source,
        title=row["title"].value if "title" in row else source.rpartition("/")[2],
        updated=_moment(date) or site.edition().time.astimezone(UTC).isoformat(timespec="seconds"),
        path="/doc/" + source.removeprefix(f"{site.namespace.base}/id/"),
        author=row["publisher"].value if "publisher" in row else None,
    )


def _moment(date: str | None) -> str | None:
    """The beginning of a day, a month or a year, as Atom wants it; None for what is no date."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", (date or "")[:10])
    return f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}T00:00:00+00:00" if found else None


@router.get("/feeds/editions.atom", summary="The editions", operation_id="feedOfEditions")
@router.head("/feeds/editions.atom", include_in_schema=False)
async def all_editions(request: Request) -> Response:
    """Each edition with its author, message and changes in numbers, the latest first."""
    site = site_of(request).at(None)
    found = await editions.listed(site)
    say = site.reader(request).wording.say
    entries = [_edition(site, one, say("edition")) for one in found[:MOST]]
    return _answer(request, site, say("editions"), "/editions", entries)


def _edition(site: Site, one: Published, word: str) -> Entry:
    number = one.edition.number
    return Entry(
        id=f"{site.namespace.base}/editions/{number}#{one.edition.content_hash[:16]}",
        title=f"{word} {number}" + (f": {one.edition.message}" if one.edition.message else ""),
        updated=one.edition.time.astimezone(UTC).isoformat(timespec="seconds"),
        path=f"/editions/{number}",
        author=one.edition.author,
        summary=_summary(one),
    )


def _summary(one: Published) -> str:
    counted = f"{one.quads:,} statements, {len(one.sources):,} sources"
    if one.change is None:
        return counted
    moved = ", ".join(f"{by:+,} {part}" for part, by in one.change.by_part.items()) or "the same data"
    return f"{counted}; {moved}; +{len(one.change.new_sources):,} and -{len(one.change.lost_sources):,} sources"


def _answer(request: Request, site: Site, title: str, page: str, entries: list[Entry]) -> Response:
    path = f"/feeds{page}.atom"
    language = site.reader(request).language
    current = caching.of(request, site.edition(), absolute(request, ""), language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    updated = site.edition().time.astimezone(UTC).isoformat(timespec="seconds")
    text = "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n',
            f"<id>{escape(site.namespace.base + path)}</id>\n<title>{_text(title)} · numgraph</title>\n",
            f"<updated>{updated}</updated>\n<author><name>{_text(site.settings.publisher)}</name></author>\n",
            f'<link rel="self" type="{ATOM}" href={quoteattr(absolute(request, path))}/>\n',
            f'<link rel="alternate" type="text/html" href={quoteattr(absolute(request, page))}/>\n',
            *(_entry(request, one) for one in entries),
            "</feed>\n",
        )
    )
    headers = {**current.headers, **caching.ASK_AGAIN, "Vary": VARY, "Content-Language": language}
    return Response(text, media_type=ATOM, headers=headers)


def _entry(request: Request, one: Entry) -> str:
    author = f"<author><name>{_text(one.author)}</name></author>" if one.author else ""
    summary = f"<summary>{_text(one.summary)}</summary>" if one.summary else ""
    href = quoteattr(absolute(request, quote(one.path)))
    return (
        f"<entry><id>{escape(one.id)}</id><title>{_text(one.title)}</title><updated>{one.updated}</updated>"
        f'<link rel="alternate" type="text/html" href={href}/>{author}{summary}</entry>\n'
    )


def _text(said: str) -> str:
    """Escaped, and without the characters that XML 1.0 (section 2.2) has no place for."""
    return escape(_NO_XML.sub("\ufffd", said[:_LONGEST]))
