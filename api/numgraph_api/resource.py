"""Linked data: ``/id/...`` names a thing and answers 303; ``/doc/...`` is the document about it, in five formats.

W3C "Cool URIs for the Semantic Web", section 4.2; negotiation by Accept header or by suffix.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from numgraph import formats
from numgraph.formats import Format

from . import asking, caching, entity, queries, reading
from .conflicts import dispute
from .display import Reader
from .faults import NoSuchThing
from .links import Links, is_key
from .protocol import Asked
from .site import Site, site_of

router = APIRouter(tags=["Linked data"])

OFFERED = (formats.HTML, formats.TURTLE, formats.JSON_LD, formats.N_TRIPLES, formats.RDF_XML)
VARY = "Accept, Accept-Language"
KEY = "`<kind>/<slug>`, as in `infrastructure/racoon`"


@router.get("/id/{key:path}", status_code=303, summary="A thing, by its name", operation_id="thing")
@router.head("/id/{key:path}", include_in_schema=False)
async def thing(request: Request, key: str) -> Response:
    """Answers 303 with the address of the document about the thing."""
    site = site_of(request)
    await _expect_known(site, key)
    target = site.reader(request).links.doc(key)
    return RedirectResponse(target, 303, headers={"Vary": "Accept"})


@router.get("/doc/{key:path}", summary="The document about a thing", operation_id="document")
@router.head("/doc/{key:path}", include_in_schema=False)
async def document(request: Request, key: str) -> Response:
    """HTML, Turtle, JSON-LD, N-Triples or RDF/XML, by Accept header or by a suffix such as `.ttl`."""
    site = site_of(request)
    key, chosen, is_negotiated = choose(key, request.headers.get("accept"))
    if not is_key(key):
        raise NoSuchThing(f"{key[:200]!r} names no thing: an address is {KEY}")
    reader = site.reader(request)
    language = (reader.language,) if chosen == formats.HTML else ()
    current = caching.validators(site.edition(), chosen.name, *language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    if chosen == formats.HTML:
        answer: Response = await _page(request, site, key, reader)
    else:
        await _expect_known(site, key)
        answer = await _rdf(request, site, key, chosen)
    answer.headers.update({**current.headers, "Vary": VARY, "Link": links(site, reader.links, key)})
    if is_negotiated:
        answer.headers["Content-Location"] = reader.links.doc(key, f".{chosen.suffix}")
    return answer


def choose(key: str, accept: str | None) -> tuple[str, Format, bool]:
    """The key without its suffix, the format, and whether the Accept header chose it. Raises NotAcceptable."""
    for form in OFFERED:
        if key.endswith(f".{form.suffix}"):
            return key.removesuffix(f".{form.suffix}"), form, False
    return key, formats.negotiate(accept, OFFERED), True


def links(site: Site, to: Links, key: str) -> str:
    """The Link header (RFC 8288): what is described, where else to find it, what describes it for machines."""
    to = Links(to.base, to.root_path)
    described = [f'<{site.namespace.thing(key)}>; rel="describes"', f'<{to.doc(key)}>; rel="canonical"']
    described.append(f'<{to.doc(key, ".ttl")}>; rel="describedby"; type="text/turtle"')
    described += [f'<{to.doc(key, f".{form.suffix}")}>; rel="alternate"; type="{form.media_type}"' for form in OFFERED]
    return ", ".join(described)


async def _expect_known(site: Site, key: str) -> None:
    if not is_key(key):
        raise NoSuchThing(f"{key[:200]!r} names no thing: an address is {KEY}")
    if not (await site.select(queries.is_known(site.namespace.thing(key)))).boolean:
        raise NoSuchThing(f"{site.namespace.thing(key)} is not known in this edition")


async def _rdf(request: Request, site: Site, key: str, chosen: Format) -> Response:
    thing_iri, document_iri = site.namespace.thing(key), f"{site.namespace.base}/doc/{key}"
    query = queries.describe(thing_iri, document_iri, site.namespace)
    return await asking.stream(site.pool, request, Asked(query), chosen)


async def _page(request: Request, site: Site, key: str, reader: Reader) -> Response:
    """The page that suits the kind of thing; what is no source, claim or conflict is an entity."""
    kind, _, slug = key.partition("/")
    if kind == "source" and (source := await reading.load_source(site, slug, reader)):
        return await site.render(request, "source.html", source=source, key=key)
    if kind == "claim" and (claim := await _claim(site, slug, reader)):
        return await site.render(request, "claim.html", claim=claim, key=key)
    if kind == "conflict" and (found := await dispute(site, site.namespace.thing(key), reader)):
        return await site.render(request, "conflicts.html", disputes=[found], pager=None, key=key)
    page = await entity.load(site, key, reader)
    if page is None:
        raise NoSuchThing(f"{site.namespace.thing(key)} is not known in this edition")
    return await site.render(request, "entity.html", entity=page, key=key)


async def _claim(site: Site, slug: str, reader: Reader) -> reading.ClaimPage | None:
    document_id, _, fingerprint = slug.partition("/")
    return await reading.load_claim(site, document_id, fingerprint, reader) if fingerprint else None
