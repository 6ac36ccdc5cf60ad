"""Things in RDF: the query behind ``/doc/...ttl`` and its sisters, for each view."""

from __future__ import annotations

from numgraph.iris import Namespace

from .queries import MOST_INCOMING, abbreviated, iri
from .views import View


def description(thing: str, document: str, namespace: Namespace, view: View) -> str:
    """A thing in RDF: what the view says of it, who mentions it, their names, and the claims behind it.

    For what lives outside the agreed graph (sources, claims, conflicts) the graphs that hold it are asked instead.
    """
    s, doc, catalogue = iri(thing), iri(document), iri(namespace.graph("catalogue"))
    evidence = "?g" if view.source is None else iri(namespace.evidence_graph(view.source))
    bound = (
        f"At most {MOST_INCOMING} incoming statements and {MOST_INCOMING} claims are listed here; "
        "ask the SPARQL service for all."
    )
    return abbreviated(
        f"""
CONSTRUCT {{
  {s} ?p ?o . ?o skos:prefLabel ?ol . ?i ?ip {s} . ?i skos:prefLabel ?il . ?claim ?cp ?co .
  {doc} a foaf:Document ; foaf:primaryTopic {s} ; rdfs:comment ?bound .
}} WHERE {{
  {{ BIND("{bound}"@en AS ?bound) }}
  UNION {{ {stated(f"{s} ?p ?o", view, namespace)} OPTIONAL {{ ?o skos:prefLabel ?ol }} }}
  UNION {{ GRAPH {catalogue} {{ {s} ?p ?o }} }}
  UNION {{ GRAPH ?own {{ {s} rdf:subject ?any ; ?p ?o }} }}
  UNION {{
    {{ SELECT DISTINCT ?i ?ip WHERE {{ {stated(f"?i ?ip {s}", view, namespace)} }} LIMIT {MOST_INCOMING} }}
    OPTIONAL {{ ?i skos:prefLabel ?il }}
  }}
  UNION {{
    {{ SELECT ?g ?claim WHERE {{ GRAPH {evidence} {{ ?claim rdf:subject {s} }} }} LIMIT {MOST_INCOMING} }}
    LATERAL {{ GRAPH {evidence} {{ ?claim ?cp ?co }} }}
  }}
}}"""
    )


def stated(triple: str, view: View, namespace: Namespace) -> str:
    """``triple`` where the view finds it: in the agreed graph, in one source's, in any source's."""
    if view.source is not None:
        return f"GRAPH {iri(namespace.source_graph(view.source))} {{ {triple} }}"
    if view.is_agreed:
        return triple
    return f'GRAPH ?said {{ {triple} }} FILTER(STRSTARTS(STR(?said), "{namespace.source_graph("")}"))'
