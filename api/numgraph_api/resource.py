"""Linked data: ``/id/...`` names a thing and answers 303; ``/doc/...`` is the document about it, in five formats.

W3C "Cool URIs for the Semantic Web", section 4.2; negotiation by Accept header or by suffix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from numgraph import formats
from numgraph.errors import NotAcceptable
from numgraph.formats import Format

from . import asking, caching, claim, describing, entity, reading, standing, telling
from .conflicts import dispute
from .display import Reader
from .faults import NoSuchThing
from .links import Links, is_key
from .protocol import Asked
from .site import Site, site_of
from .standing import Standing
from .telling import Told

router = APIRouter(tags=["Linked data"])

OFFERED = (formats.HTML, formats.TURTLE, formats.JSON_LD, formats.N_TRIPLES, formats.RDF_XML)
VARY = "Accept, Accept-Language"
KEY = "`<kind>/<slug>`, as in `infrastructure/racoon`"
_SHORT = 300  # rows of which a page is made in a few milliseconds
_OF_THEIR_OWN = {"source", "claim", "conflict"}  # kinds whose pages are not told by what is said about them


@router.get("/id/{key:path}", status_code=303, summary="A thing, by its name", operation_id="thing")
@router.head("/id/{key:path}", include_in_schema=False)
async def thing(request: Request, key: str) -> Response:
    """Answers 303 with the address of the document about the thing; 301 with its successor where it was merged."""
    site = site_of(request)
    found = await standing.of(site, _named(site, key))
    to = site.reader(request).links
    if found.successor is not None:
        return _moved(site, to, found.successor, "/id/", "")
    return RedirectResponse(to.doc(key), 303, headers={"Vary": "Accept"})


@router.get("/doc/{key:path}", summary="The document about a thing", operation_id="document")
@router.head("/doc/{key:path}", include_in_schema=False)
async def document(request: Request, key: str) -> Response:
    """HTML, Turtle, JSON-LD, N-Triples or RDF/XML, by Accept header or by a suffix such as `.ttl`."""
    site = site_of(request)
    key, chosen, is_negotiated = choose(key, request.headers.get("accept"))
    iri, reader = _named(site, key), site.reader(request)
    language = (reader.language,) if chosen == formats.HTML else ()
    current = caching.of(request, site.edition(), chosen.name, *language)
    if "if-none-match" in request.headers and (held := caching.not_modified(request, current, VARY)):
        return held
    found, told = await _known(site, iri, is_page=chosen == formats.HTML and key.partition("/")[0] not in _OF_THEIR_OWN)
    if found.successor is not None:
        return _moved(site, reader.links, found.successor, "/doc/", "" if is_negotiated else f".{chosen.suffix}")
    if held := caching.not_modified(request, current, VARY):
        return held
    if chosen == formats.HTML:
        answer = await _page(request, site, key, told, reader)
    else:
        answer = await _rdf(request, site, key, chosen)
    link = links(site, reader.links, key, found.types)
    answer.headers.update({**current.headers, **caching.memento(site.as_of), "Vary": VARY, "Link": link})
    if is_negotiated:
        answer.headers["Content-Location"] = reader.links.doc(key, f".{chosen.suffix}")
    return answer


async def _known(site: Site, thing: str, *, is_page: bool) -> tuple[Standing, Told | None]:
    """How a thing stands and, where its page is wanted, all that is told of it: in one question."""
    if not is_page:
        return await standing.of(site, thing), None
    told = await telling.ask(site, thing, site.view)
    return told.standing, told


def _named(site: Site, key: str) -> str:
    """The IRI of a thing. Raises NoSuchThing for what can be none."""
    if not is_key(key):
        raise NoSuchThing(f"{key[:200]!r} names no thing: an address is {KEY}")
    return site.namespace.thing(key)


def _moved(site: Site, to: Links, successor: str, room: str, suffix: str) -> Response:
    """301 to the thing that took this one's place, or, where that is not ours, to wherever it is."""
    key = to.key(successor)
    target = successor if key is None else to.to(f"{room}{key}{suffix}")
    link = f'<{successor}>; rel="successor-version"'
    return RedirectResponse(target, 301, headers={"Vary": "Accept", "Link": link})


def choose(key: str, accept: str | None) -> tuple[str, Format, bool]:
    """The key without its suffix, the format, and whether the Accept header chose it. Raises NotAcceptable."""
    for form in OFFERED:
        if key.endswith(f".{form.suffix}"):
            return key.removesuffix(f".{form.suffix}"), form, False
    return key, formats.negotiate(accept, OFFERED), True


def suffixed(suffix: str, offered: tuple[Format, ...]) -> Format:
    """The format of an address with a suffix. Raises NoSuchThing: no address ends in another."""
    try:
        return formats.by_suffix(suffix, offered)
    except NotAcceptable as fault:
        raise NoSuchThing(f"there is nothing in the format .{suffix[:20]} here; {fault}") from fault


def links(site: Site, to: Links, key: str, types: Iterable[str]) -> str:
    """The Link header (RFC 8288): what is described, of which type (RFC 6903), under which licence, where else."""
    to = replace(to, language=None)
    plain = replace(to, edition=None, view=None)
    described = [f'<{site.namespace.thing(key)}>; rel="describes"', f'<{plain.doc(key)}>; rel="canonical"']
    described += [f'<{one}>; rel="type"' for one in types]
    described.append(f'<{to.doc(key, ".ttl")}>; rel="describedby"; type="text/turtle"')
    described += [f'<{to.doc(key, f".{form.suffix}")}>; rel="alternate"; type="{form.media_type}"' for form in OFFERED]
    if site.settings.licence:
        described.append(f'<{site.settings.licence}>; rel="license"')
    if site.as_of:  # RFC 7089, section 2.2.1; RFC 5829
        described += [f'<{plain.doc(key)}>; rel="original"', f'<{plain.doc(key)}>; rel="latest-version"']
    return ", ".join(described)


async def _rdf(request: Request, site: Site, key: str, chosen: Format) -> Response:
    thing_iri, document_iri = site.namespace.thing(key), f"{site.namespace.base}/doc/{key}"
    query = describing.description(thing_iri, document_iri, site.namespace, site.view)
    return await asking.stream(site.pool, request, Asked(query), chosen)


async def _page(request: Request, site: Site, key: str, told: Told | None, reader: Reader) -> Response:
    """The page that suits the kind of thing; what is no source, claim or conflict is an entity."""
    kind, _, slug = key.partition("/")
    if kind == "source" and (source := await _source(request, site, slug, reader)):
        return await site.render(request, "source.html", source=source, key=key)
    if kind == "claim" and (said := await _claim(site, slug, reader)):
        return await site.render(request, "claim.html", claim=said, key=key)
    if kind == "conflict" and (found := await dispute(site, site.namespace.thing(key), reader)):
        return await site.render(request, "conflicts.html", disputes=[found], pager=None, counted={}, key=key)
    told = told or await telling.ask(site, site.namespace.thing(key), site.view)
    page = await entity.load(site, key, told, reader)
    return await site.render(request, "entity.html", is_short=told.size < _SHORT, entity=page, key=key)


async def _source(request: Request, site: Site, slug: str, reader: Reader) -> reading.Source | None:
    return await reading.load_source(site, slug, reader, reading.wanted(request.query_params))


async def _claim(site: Site, slug: str, reader: Reader) -> claim.ClaimPage | None:
    document_id, _, fingerprint = slug.partition("/")
    return await claim.load(site, document_id, fingerprint, reader) if fingerprint else None
