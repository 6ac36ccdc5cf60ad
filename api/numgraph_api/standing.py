"""How a thing stands in an edition: known, merged into another, erased, or never heard of.

A merged thing says so in the catalogue by ``dcterms:isReplacedBy``; its successor may have been merged in turn. An
erased one leaves a tombstone there: ``prov:wasInvalidatedBy`` with the ruling that erased it, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from numgraph.iris import Namespace

from .faults import Erased, NoSuchThing
from .queries import abbreviated, iri
from .site import Site

_MOST_TYPES = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """``types`` are classes of the ontology; ``successor`` is an IRI."""

    types: tuple[str, ...]
    successor: str | None = None


async def of(site: Site, thing: str) -> Standing:
    """The standing of a thing that is known. Raises NoSuchThing (404) and Erased (410)."""
    found = (await site.select(question(thing, site.namespace))).rows
    told = {name: [row[name].value for row in found if name in row] for name in ("type", "successor", "erased")}
    if told["erased"]:
        raise Erased(f"{thing} was erased; what was known of it is gone from this edition")
    if not found:
        raise NoSuchThing(f"{thing} is not known in this edition")
    successors = [one for one in told["successor"] if one != thing]
    return Standing(tuple(sorted(set(told["type"]))), min(successors, default=None))


def question(thing: str, namespace: Namespace) -> str:
    s, catalogue = iri(thing), iri(namespace.graph("catalogue"))
    return abbreviated(
        f"""SELECT ?type ?successor ?erased ?known WHERE {{
  {{ SELECT DISTINCT ?type WHERE {{
    {{ {s} a ?type }} UNION {{ GRAPH {catalogue} {{ {s} a ?type }} }}
    UNION {{ GRAPH ?own {{ {s} rdf:subject ?any ; a ?type }} }}
    FILTER(STRSTARTS(STR(?type), STR(num:)))
  }} LIMIT {_MOST_TYPES} }}
  UNION {{ GRAPH {catalogue} {{
    {s} dcterms:isReplacedBy+ ?successor FILTER NOT EXISTS {{ ?successor dcterms:isReplacedBy ?further }}
  }} }}
  UNION {{ GRAPH {catalogue} {{ {s} prov:wasInvalidatedBy ?erased }} }}
  UNION {{ SELECT (true AS ?known) WHERE {{
    {{ {s} ?p ?o }} UNION {{ ?x ?p {s} }} UNION {{ GRAPH ?g {{ {s} ?p ?o }} }} UNION {{ GRAPH ?g {{ ?x ?p {s} }} }}
  }} LIMIT 1 }}
}}"""
    )
