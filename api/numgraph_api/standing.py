"""How a thing stands in an edition: known, merged into another, erased, or never heard of.

A merged thing says so in the catalogue by ``dcterms:isReplacedBy``; its successor may have been merged in turn. An
erased one leaves a tombstone there: ``prov:wasInvalidatedBy`` with the ruling that erased it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numgraph.iris import Namespace

from .answers import Row
from .faults import Erased, NoSuchThing
from .queries import iri, spelled_out
from .site import Site

_MOST_TYPES = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """``types`` are classes of the ontology; ``successor`` is an IRI."""

    types: tuple[str, ...]
    successor: str | None = None


async def of(site: Site, thing: str) -> Standing:
    """The standing of a thing that is known. Raises NoSuchThing (404) and Erased (410)."""
    return read((await site.select(question(iri(thing), site.namespace))).rows, thing)


def read(found: Sequence[Row], thing: str) -> Standing:
    """The standing of a thing from the rows of :func:`question`. Raises NoSuchThing and Erased."""
    told = {name: [row[name].value for row in found if name in row] for name in ("type", "successor", "erased")}
    if told["erased"]:
        raise Erased(f"{thing} was erased; what was known of it is gone from this edition")
    if not found:
        raise NoSuchThing(f"{thing} is not known in this edition")
    successors = [one for one in told["successor"] if one != thing]
    return Standing(tuple(sorted(set(told["type"]))), min(successors, default=None))


def question(s: str, namespace: Namespace) -> str:
    """The query behind :func:`of`; ``s`` is an IRI in its brackets."""
    return _QUESTION.replace("<urn:thing>", s).replace("<urn:catalogue>", iri(namespace.graph("catalogue")))


_QUESTION = spelled_out(
    f"""SELECT ?type ?successor ?erased ?known WHERE {{
  {{ SELECT DISTINCT ?type WHERE {{
    {{ <urn:thing> a ?type }} UNION {{ GRAPH <urn:catalogue> {{ <urn:thing> a ?type }} }}
    UNION {{ GRAPH ?own {{ <urn:thing> rdf:subject ?any ; a ?type }} }}
    FILTER(STRSTARTS(STR(?type), STR(num:)))
  }} LIMIT {_MOST_TYPES} }}
  UNION {{ GRAPH <urn:catalogue> {{
    <urn:thing> dcterms:isReplacedBy+ ?successor FILTER NOT EXISTS {{ ?successor dcterms:isReplacedBy ?further }}
  }} }}
  UNION {{ GRAPH <urn:catalogue> {{ <urn:thing> prov:wasInvalidatedBy ?erased }} }}
  UNION {{ SELECT (true AS ?known) WHERE {{
    {{ <urn:thing> ?p ?o }} UNION {{ ?x ?p <urn:thing> }}
    UNION {{ GRAPH ?g {{ <urn:thing> ?p ?o }} }} UNION {{ GRAPH ?g {{ ?x ?p <urn:thing> }} }}
  }} LIMIT 1 }}
}}"""
)
