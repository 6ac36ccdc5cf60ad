"""The vocabulary dereferences: terms as a page, ontology and shapes as RDF, and the JSON-LD context."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from numgraph import formats
from numgraph.formats import Format

from . import asking, caching, queries
from .protocol import Asked
from .resource import OFFERED, VARY, suffixed
from .site import Site, site_of

router = APIRouter(tags=["Vocabulary"])

RDF = OFFERED[1:]


@router.get("/ontology", summary="The ontology", operation_id="ontology")
@router.head("/ontology", include_in_schema=False)
async def ontology(request: Request) -> Response:
    """A page of all terms, or the ontology in RDF by Accept header."""
    return await _ontology(request, formats.negotiate(request.headers.get("accept"), OFFERED))


@router.get("/ontology/context.jsonld", summary="The JSON-LD context", operation_id="context")
@router.head("/ontology/context.jsonld", include_in_schema=False)
async def context(request: Request) -> Response:
    """Short names for the terms of the ontology, for JSON-LD."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return JSONResponse(site_of(request).terms.context, media_type=formats.JSON_LD.media_type, headers=headers)


@router.get("/ontology.{suffix}", summary="The ontology in one format", operation_id="ontologyFile")
@router.head("/ontology.{suffix}", include_in_schema=False)
async def ontology_file(request: Request, suffix: str) -> Response:
    return await _ontology(request, suffixed(suffix, OFFERED))


@router.get("/shapes", summary="The SHACL shapes", operation_id="shapes")
@router.head("/shapes", include_in_schema=False)
async def shapes(request: Request) -> Response:
    """The shapes that published data conform to, in RDF; people find them with the terms they are about."""
    chosen = formats.negotiate(request.headers.get("accept"), OFFERED)
    if chosen == formats.HTML:
        return RedirectResponse(site_of(request).reader(request).links.to("/ontology"), 303, headers={"Vary": VARY})
    return await _graph(request, "shapes", chosen)


@router.get("/shapes.{suffix}", summary="The SHACL shapes in one format", operation_id="shapesFile")
@router.head("/shapes.{suffix}", include_in_schema=False)
async def shapes_file(request: Request, suffix: str) -> Response:
    return await _graph(request, "shapes", suffixed(suffix, RDF))


async def _ontology(request: Request, chosen: Format) -> Response:
    site = site_of(request)
    if chosen != formats.HTML:
        answer = await _graph(request, "ontology", chosen)
    else:
        current = caching.of(request, site.edition(), "html", site.reader(request).language)
        answer = caching.not_modified(request, current, VARY) or await _page(request, site, current)
    answer.headers["Link"] = links(request, site)
    return answer


async def _page(request: Request, site: Site, current: caching.Validators) -> Response:
    page = await site.render(request, "ontology.html", terms=site.terms)
    page.headers.update({**current.headers, "Vary": VARY})
    return page


def links(request: Request, site: Site) -> str:
    """The Link header of the ontology: its other formats, its alignments, its licence, which is its own."""
    root = request.scope.get("root_path", "")
    found = [f'<{root}/ontology.{form.suffix}>; rel="alternate"; type="{form.media_type}"' for form in RDF]
    found += [f'<{root}/ontology>; rel="canonical"', f'<{root}/ontology/alignments>; rel="related"']
    found += [f'<{site.terms.head.licence}>; rel="license"', '<http://www.w3.org/2002/07/owl#Ontology>; rel="type"']
    return ", ".join(found)


async def _graph(request: Request, name: str, chosen: Format) -> Response:
    """A graph of the house as the store writes it."""
    site = site_of(request)
    current = caching.of(request, site.edition(), chosen.name)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    answer = await asking.stream(site.pool, request, Asked(queries.whole_graph(site.namespace.graph(name))), chosen)
    answer.headers.update({**current.headers, **caching.memento(site.as_of), "Vary": VARY})
    return answer
