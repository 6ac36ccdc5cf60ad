"""The other IRIs that dereference: graphs, concept schemes, alignments, versions, skolemised blank nodes.

A graph and a scheme are documents themselves, so they answer 200. What a blank node stood for may be anything, so its
IRI answers 303, like a thing's (RDF 1.1 Concepts, section 3.5).
"""

from __future__ import annotations

import re

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from numgraph import export, formats, resources
from numgraph.formats import Format
from numgraph.ontology_docs import Scheme
from numgraph.terms import SCHEMES

from . import asking, caching
from .faults import NoSuchThing
from .protocol import Asked
from .queries import abbreviated, iri, whole_graph
from .resource import OFFERED, VARY
from .site import Site, site_of

router = APIRouter(tags=["Linked data"])

RDF = OFFERED[1:]
_SUFFIX = re.compile(rf"(.+)\.({'|'.join(form.suffix for form in OFFERED)})")
_MOST = 2000  # statements about one node


def choose(name: str, accept: str | None, offered: tuple[Format, ...] = OFFERED) -> tuple[str, Format]:
    """A name without its suffix, and the format that the suffix or else the Accept header asks for."""
    found = _SUFFIX.fullmatch(name)
    if found:
        return found[1], formats.by_suffix(found[2], offered)
    return name, formats.negotiate(accept, offered)


@router.get("/.well-known/genid/{name}", status_code=303, summary="A node without a name", operation_id="node")
@router.head("/.well-known/genid/{name}", include_in_schema=False)
async def node(request: Request, name: str) -> Response:
    """Answers 303 with the address of what is said about the node."""
    site = site_of(request)
    await _expect_said(site, _node(site, name))
    return RedirectResponse(site.reader(request).links.to(f"/nodes/{name}"), 303, headers={"Vary": "Accept"})


@router.get("/nodes/{name}", summary="What is said about a node without a name", operation_id="aboutNode")
@router.head("/nodes/{name}", include_in_schema=False)
async def about_node(request: Request, name: str) -> Response:
    """RDF by Accept header or suffix: the node, and the nodes without names that hang on it."""
    site = site_of(request)
    name, chosen = choose(name, request.headers.get("accept"), RDF)
    subject = _node(site, name)
    await _expect_said(site, subject)
    return await _rdf(request, site, _about(subject, f"{site.namespace.base}/.well-known/genid/"), chosen)


def _node(site: Site, name: str) -> str:
    return f"{site.namespace.base}/.well-known/genid/{name}"


async def _expect_said(site: Site, subject: str) -> None:
    try:
        asked = f"ASK {{ GRAPH ?g {{ {iri(subject)} ?p ?o }} }}"
    except ValueError:
        raise NoSuchThing("this names no node") from None
    if not (await site.select(asked)).boolean:
        raise NoSuchThing(f"{subject} is not known in this edition")


def _about(subject: str, nodes: str) -> str:
    """The node, what hangs on it (lists, restrictions: nodes without names all the way), and who refers to it."""
    hanging = f'FILTER(?n = {iri(subject)} || STRSTARTS(STR(?n), "{nodes}"))'
    return abbreviated(f"""CONSTRUCT {{ ?n ?p ?o . ?user ?uses {iri(subject)} }} WHERE {{
  {{ {{ SELECT DISTINCT ?n WHERE {{ GRAPH ?g {{ {iri(subject)} (!rdf:nil)* ?n {hanging} }} }} LIMIT {_MOST} }}
     LATERAL {{ GRAPH ?h {{ ?n ?p ?o }} }} }}
  UNION {{ GRAPH ?g {{ ?user ?uses {iri(subject)} }} }}
}}""")


@router.get("/source/{name}", summary="What one source says", operation_id="sourceGraph")
@router.head("/source/{name}", include_in_schema=False)
async def source_graph(request: Request, name: str) -> Response:
    """The graph of a source in RDF; people are led to its page."""
    return await _graph(request, "source", name)


@router.get("/evidence/{name}", summary="The claims of one source", operation_id="evidenceGraph")
@router.head("/evidence/{name}", include_in_schema=False)
async def evidence_graph(request: Request, name: str) -> Response:
    """The claims of a source in RDF; people are led to its page."""
    return await _graph(request, "evidence", name)


@router.get("/graph/{name}", summary="A graph of the house", operation_id="houseGraph")
@router.head("/graph/{name}", include_in_schema=False)
async def house_graph(request: Request, name: str) -> Response:
    """`catalogue`, `entailed`, `ontology` or `shapes` in RDF; people are led to the dataset's page."""
    return await _graph(request, "graph", name)


async def _graph(request: Request, kind: str, name: str) -> Response:
    site = site_of(request)
    name, chosen = choose(name, request.headers.get("accept"))
    graph = f"{site.namespace.base}/{kind}/{name}"
    if graph not in site.edition().counts:
        raise NoSuchThing(f"{graph} is no graph of this edition")
    if chosen == formats.HTML:
        page = "/dataset" if kind == "graph" else f"/doc/source/{name}"
        return RedirectResponse(site.reader(request).links.to(page), 303, headers={"Vary": VARY})
    return await _rdf(request, site, whole_graph(graph), chosen)


@router.get("/scheme/{name}", summary="A concept scheme", operation_id="scheme")
@router.head("/scheme/{name}", include_in_schema=False)
async def scheme(request: Request, name: str) -> Response:
    """A SKOS scheme with its concepts, as a page or in RDF."""
    site = site_of(request)
    name, chosen = choose(name, request.headers.get("accept"))
    found = _scheme(site, name)
    if chosen != formats.HTML:
        return await _rdf(request, site, _concepts(site, found.iri), chosen)
    current = caching.of(request, site.edition(), "html", site.reader(request).language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    page = await site.render(request, "scheme.html", scheme=found)
    page.headers.update({**current.headers, "Vary": VARY})
    return page


@router.get("/scheme/{name}/{concept}", summary="A concept", operation_id="concept")
@router.head("/scheme/{name}/{concept}", include_in_schema=False)
async def concept(request: Request, name: str, concept: str) -> Response:
    """One concept in RDF; people are led to its place in the scheme."""
    site = site_of(request)
    notation, chosen = choose(concept, request.headers.get("accept"))
    one = f"{SCHEMES}{name}/{notation}"
    if one not in {known.iri for known in _scheme(site, name).concepts}:
        raise NoSuchThing(f"{one[:300]} is no concept")
    if chosen == formats.HTML:
        place = site.reader(request).links.to(f"/scheme/{name}#{notation}")
        return RedirectResponse(place, 303, headers={"Vary": VARY})
    return await _rdf(request, site, _description(site, one), chosen)


def _scheme(site: Site, name: str) -> Scheme:
    found = next((one for one in site.terms.schemes if one.name == name), None)
    if found is None:
        raise NoSuchThing(f"{name[:80]!r} is no scheme; there are {', '.join(one.name for one in site.terms.schemes)}")
    return found


def _concepts(site: Site, scheme_iri: str) -> str:
    graph = iri(site.namespace.graph("ontology"))
    return abbreviated(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ {{ ?s skos:inScheme {iri(scheme_iri)} }} "
        f"UNION {{ BIND({iri(scheme_iri)} AS ?s) }} ?s ?p ?o }} }}"
    )


def _description(site: Site, subject: str) -> str:
    graph, s = iri(site.namespace.graph("ontology")), iri(subject)
    return (
        f"CONSTRUCT {{ {s} ?p ?o . ?x ?y {s} }} WHERE {{ GRAPH {graph} {{ {{ {s} ?p ?o }} UNION {{ ?x ?y {s} }} }} }}"
    )


@router.get("/ontology/alignments", summary="How the terms stand to other vocabularies", operation_id="alignments")
@router.head("/ontology/alignments", include_in_schema=False)
async def alignments(request: Request) -> Response:
    """The alignments in RDF; people find them with each term."""
    chosen = formats.negotiate(request.headers.get("accept"), OFFERED)
    site = site_of(request)
    if chosen == formats.HTML:
        return RedirectResponse(site.reader(request).links.to("/ontology"), 303, headers={"Vary": VARY})
    current = caching.of(request, site.edition(), chosen.name)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    text = await anyio.to_thread.run_sync(export.rewrite, resources.ontology() / "alignments.ttl", chosen)
    return Response(text, media_type=chosen.content_type, headers={**current.headers, "Vary": VARY})


@router.get("/ontology/{version}", summary="A version of the ontology", operation_id="ontologyVersion")
@router.head("/ontology/{version}", include_in_schema=False)
async def version(request: Request, version: str) -> Response:
    """The present version at its own address; of others only their editions have kept a copy."""
    site = site_of(request)
    if f"{site.terms.head.iri}/{version}" != site.terms.head.version_iri:
        present = site.terms.head.version
        raise NoSuchThing(f"the ontology is at version {present}; earlier ones are in earlier editions, see /editions")
    chosen = formats.negotiate(request.headers.get("accept"), OFFERED)
    suffix = "" if chosen == formats.HTML else f".{chosen.suffix}"
    return RedirectResponse(site.reader(request).links.to(f"/ontology{suffix}"), 303, headers={"Vary": VARY})


async def _rdf(request: Request, site: Site, query: str, chosen: Format) -> Response:
    """What a query gives, with validators."""
    current = caching.of(request, site.edition(), chosen.name)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    answer = await asking.stream(site.pool, request, Asked(query), chosen)
    answer.headers.update({**current.headers, **caching.memento(site.as_of), "Vary": VARY})
    return answer
