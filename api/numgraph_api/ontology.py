"""The vocabulary dereferences: terms as a page, ontology and shapes as RDF, and the JSON-LD context."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from numgraph import formats
from numgraph.formats import Format

from . import asking, caching, queries
from .protocol import Asked
from .resource import OFFERED, VARY
from .site import site_of

router = APIRouter(tags=["Vocabulary"])

RDF = OFFERED[1:]
SUFFIXES = "|".join(form.suffix for form in OFFERED)


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
    return await _ontology(request, formats.by_suffix(suffix, OFFERED))


@router.get("/shapes", summary="The SHACL shapes", operation_id="shapes")
@router.head("/shapes", include_in_schema=False)
async def shapes(request: Request) -> Response:
    """The shapes that published data conform to, in RDF."""
    return await _graph(request, "shapes", formats.negotiate(request.headers.get("accept"), RDF))


@router.get("/shapes.{suffix}", summary="The SHACL shapes in one format", operation_id="shapesFile")
@router.head("/shapes.{suffix}", include_in_schema=False)
async def shapes_file(request: Request, suffix: str) -> Response:
    return await _graph(request, "shapes", formats.by_suffix(suffix, RDF))


async def _ontology(request: Request, chosen: Format) -> Response:
    if chosen != formats.HTML:
        return await _graph(request, "ontology", chosen)
    site = site_of(request)
    return await site.render(request, "ontology.html", terms=site.terms)


async def _graph(request: Request, name: str, chosen: Format) -> Response:
    """A graph of the house as the store writes it."""
    site = site_of(request)
    current = caching.validators(site.edition(), chosen.name)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    answer = await asking.stream(site.pool, request, Asked(queries.whole_graph(site.namespace.graph(name))), chosen)
    answer.headers.update({**current.headers, "Vary": VARY})
    return answer
