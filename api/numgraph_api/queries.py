"""The questions that pages ask, in SPARQL. Only IRIs that :func:`iri` has checked are set into them.

LATERAL (SPARQL 1.2 community proposal SEP-0006; Oxigraph and Jena have it) looks each thing up by itself. The plain
join was measured 40 to 150 times slower on 94,000 statements: the engine reads all claims first and joins them after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from numgraph.iris import Namespace
from numgraph.terms import PREFIXES

PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

MOST_FACTS = 3000  # of one thing on its page
MOST_CLAIMS = 3000  # about one thing, or of one source
MOST_INCOMING = 500  # statements about a thing by others, on its page and in its RDF

# What mapping adds so that a claim can be read: names, types, the parts of a role. They have claims of their own,
# which a reader of pages need not see beside the claim they belong to.
SUPPORTING = (
    "FILTER(?p NOT IN (rdf:type, skos:prefLabel, skos:altLabel, num:hasRole, num:roleTitle, num:at, num:currency))"
)

_PREFIXED = re.compile(rf"<[^>]*>|\"[^\"]*\"|\b(?P<prefix>{'|'.join(PREFIXES)}):(?P<name>\w*)")
_IRI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*")


def iri(text: str) -> str:
    """``<text>`` for a query. Raises ValueError where the text could leave its angle brackets."""
    if not _IRI.fullmatch(text):
        raise ValueError(f"not an IRI: {text[:200]!r}")
    return f"<{text}>"


def values(variable: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(iri(one) for one in iris if _IRI.fullmatch(one))} }}"


def abbreviated(query: str) -> str:
    """``query`` after the prefixes that it uses, and no others: each is read anew each time that a page asks."""
    used = (f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items() if f"{prefix}:" in query)
    return "".join(used) + query


def spelled_out(query: str) -> str:
    """``query`` with full IRIs in place of prefixed names: for what every page asks, there is nothing to declare."""

    def full(found: re.Match[str]) -> str:
        return found[0] if found["prefix"] is None else f"<{PREFIXES[found['prefix']]}{found['name']}>"

    return _PREFIXED.sub(full, query)


def values_of(things: Iterable[str], properties: Iterable[str]) -> str:
    """The agreed values of some properties of some things: ?s ?p ?v."""
    return f"SELECT ?s ?p ?v WHERE {{ {values('s', things)} {values('p', properties)} LATERAL {{ ?s ?p ?v }} }}"


CLAIM = """?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasDerivedFrom ?source ;
      num:quote ?quote ; num:startOffset ?start ; num:endOffset ?end ; num:rule ?rule ; num:confidence ?confidence .
    OPTIONAL { ?claim num:status ?status } OPTIONAL { ?claim num:modality ?modality }
    OPTIONAL { ?claim num:rank ?rank } OPTIONAL { ?claim num:asOf ?asOf } OPTIONAL { ?claim num:at ?at }"""
CLAIM_VARIABLES = "?claim ?s ?p ?o ?source ?quote ?start ?end ?rule ?confidence ?status ?modality ?rank ?asOf ?at"


def claims_about(thing: str, predicate: str | None = None) -> str:
    """The claims whose subject is the thing, all or those of one property."""
    of_property = f"VALUES ?p {{ {iri(predicate)} }}" if predicate else ""
    return (
        PROLOGUE
        + f"""
SELECT {CLAIM_VARIABLES} WHERE {{
  VALUES ?s {{ {iri(thing)} }} {of_property}
  LATERAL {{ GRAPH ?g {{ {CLAIM} {SUPPORTING} }} }}
}} LIMIT {MOST_CLAIMS}"""
    )


def claims_of_source(graph: str, between: tuple[int, int] | None = None, *, names: bool = False) -> str:
    """The claims in one evidence graph, in the order of the text.

    ``between`` bounds where they begin; with ``names``, those that support others are among them.
    """
    within = f"FILTER(?start >= {between[0]} && ?start < {between[1]})" if between else ""
    return (
        PROLOGUE
        + f"""
SELECT {CLAIM_VARIABLES} WHERE {{
  GRAPH {iri(graph)} {{ {CLAIM} {"" if names else SUPPORTING} {within} }}
}} ORDER BY ?start ?end ?claim LIMIT {MOST_CLAIMS}"""
    )


def claim(claim_iri: str, graph: str) -> str:
    return (
        PROLOGUE
        + f"""
SELECT {CLAIM_VARIABLES} WHERE {{
  VALUES ?claim {{ {iri(claim_iri)} }}
  LATERAL {{ GRAPH {iri(graph)} {{ {CLAIM} }} }}
}} LIMIT 1"""
    )


def count_incoming(thing: str) -> str:
    return f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ ?s ?p {iri(thing)} }} GROUP BY ?p"


def names(things: Iterable[str], namespace: Namespace) -> str:
    """Labels of things (agreed graph) and titles of sources (catalogue), in every language there is."""
    return _NAMES % (values("thing", things), iri(namespace.graph("catalogue")))


NAMED = "{ ?thing skos:prefLabel ?label } UNION { ?thing skos:altLabel ?alias } UNION { ?thing num:currency ?unit }"
_NAMES = spelled_out(
    "SELECT ?thing ?label ?alias ?unit WHERE { %s LATERAL { "
    + NAMED
    + " UNION { GRAPH %s { ?thing num:title ?label } } } }"
)


def claimed_names(things: Iterable[str]) -> str:
    """What claims call things, whether they count or not."""
    return (
        PROLOGUE
        + f"""
SELECT DISTINCT ?thing ?label WHERE {{
  {values("thing", things)}
  LATERAL {{ GRAPH ?g {{ ?claim rdf:subject ?thing ; rdf:predicate skos:prefLabel ; rdf:object ?label }} }}
}}"""
    )


def sources(namespace: Namespace, *, limit: int, offset: int = 0) -> str:
    """The sources, latest first, with how many claims each carries."""
    return (
        PROLOGUE
        + f"""
SELECT ?source ?title ?date ?publisher ?kind (COUNT(?claim) AS ?claims) WHERE {{
  {{ SELECT ?source (SAMPLE(?t) AS ?title) (MAX(?d) AS ?date) (SAMPLE(?p) AS ?publisher) (SAMPLE(?k) AS ?kind) WHERE {{
    GRAPH {iri(namespace.graph("catalogue"))} {{
      ?source a num:Source . OPTIONAL {{ ?source num:title ?t }} OPTIONAL {{ ?source num:publishedOn ?d }}
      OPTIONAL {{ ?source num:publisher ?p }} OPTIONAL {{ ?source a ?k FILTER(?k != num:Source) }}
    }} }} GROUP BY ?source ORDER BY DESC(STR(?date)) ?source LIMIT {limit} OFFSET {offset} }}
  OPTIONAL {{ GRAPH ?g {{ ?claim prov:wasDerivedFrom ?source ; rdf:predicate ?p {SUPPORTING} }} }}
}} GROUP BY ?source ?title ?date ?publisher ?kind ORDER BY DESC(STR(?date)) ?title"""
    )


def source(source_iri: str, namespace: Namespace) -> str:
    return (
        PROLOGUE
        + f"""
SELECT ?p ?o WHERE {{ GRAPH {iri(namespace.graph("catalogue"))} {{ {iri(source_iri)} ?p ?o }} }}"""
    )


def conflicts(
    namespace: Namespace,
    *,
    about: str | None = None,
    conflict: str | None = None,
    kind: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> str:
    """Disagreements with every candidate claim, all or those of one kind (letters and spaces). Contradictions first."""
    subject = f"VALUES ?s {{ {iri(about)} }}" if about else ""
    one = f"VALUES ?conflict {{ {iri(conflict)} }}" if conflict else ""
    if kind is not None and not re.fullmatch(r"[a-z ]+", kind):
        raise ValueError(f"not a kind of disagreement: {kind[:80]!r}")
    of_kind = f'FILTER(?kind = "{kind}")' if kind else ""
    return (
        PROLOGUE
        + f"""
SELECT ?conflict ?kind ?reason ?won {CLAIM_VARIABLES} WHERE {{
  {{ SELECT ?conflict ?kind WHERE {{ GRAPH {iri(namespace.graph("catalogue"))} {{
      {subject} {one} ?conflict a num:Conflict ; num:about ?s . OPTIONAL {{ ?conflict num:kindOfDisagreement ?kind }}
      {of_kind}
    }} }} ORDER BY (?kind != "contradicts") ?conflict LIMIT {limit} OFFSET {offset} }}
  LATERAL {{ GRAPH {iri(namespace.graph("catalogue"))} {{
    {{ ?conflict num:winner ?claim BIND(true AS ?won) }} UNION
    {{ ?conflict num:candidate ?claim FILTER NOT EXISTS {{ ?conflict num:winner ?claim }} BIND(false AS ?won) }}
    OPTIONAL {{ ?conflict num:reason ?reason }}
  }} }}
  LATERAL {{ GRAPH ?g {{ {CLAIM} }} }}
}} ORDER BY (?kind != "contradicts") ?conflict DESC(?won) ?claim"""
    )


def count_conflicts(namespace: Namespace) -> str:
    return (
        PROLOGUE
        + f"""
SELECT (COUNT(DISTINCT ?c) AS ?all) (COUNT(DISTINCT ?open) AS ?contradictions) WHERE {{
  GRAPH {iri(namespace.graph("catalogue"))} {{
    ?c a num:Conflict . OPTIONAL {{ ?c num:kindOfDisagreement "contradicts" BIND(?c AS ?open) }}
  }} }}"""
    )


def counts(namespace: Namespace) -> str:
    catalogue = iri(namespace.graph("catalogue"))
    return (
        PROLOGUE
        + f"""
SELECT ?facts ?things ?claims ?sources ?conflicts WHERE {{
  {{ SELECT (COUNT(*) AS ?facts) (COUNT(DISTINCT ?s) AS ?things) WHERE {{
    ?s ?p ?o FILTER(STRSTARTS(STR(?p), STR(num:))) }} }}
  {{ SELECT (COUNT(*) AS ?claims) WHERE {{ GRAPH ?g {{ ?c a num:Claim }} }} }}
  {{ SELECT (COUNT(DISTINCT ?x) AS ?sources) WHERE {{ GRAPH {catalogue} {{ ?x a num:Source }} }} }}
  {{ SELECT (COUNT(DISTINCT ?k) AS ?conflicts) WHERE {{
    GRAPH {catalogue} {{ ?k a num:Conflict ; num:kindOfDisagreement "contradicts" }} }} }}
}}"""
    )


def classes() -> str:
    """How many things there are of each class of the ontology."""
    return (
        PROLOGUE
        + """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE {
  ?thing a ?class FILTER(STRSTARTS(STR(?class), STR(num:)))
} GROUP BY ?class ORDER BY DESC(?n) ?class"""
    )


def specimen() -> str:
    """A claim worth showing first: about who leads or funds what, in a sentence of good length."""
    return (
        PROLOGUE
        + f"""
SELECT {CLAIM_VARIABLES} WHERE {{
  GRAPH ?g {{ {CLAIM} FILTER(?p IN (num:leads, num:fundedBy, num:fundingAmount, num:coordinates, num:participatesIn))
    FILTER(?status = "accepted" && BOUND(?asOf) && REGEX(?quote, "^.{{60,260}}[.!]$")) }}
}} ORDER BY (?p != num:fundingAmount) (?p != num:leads) (?p != num:fundedBy) DESC(STR(?asOf)) ?claim LIMIT 1"""
    )


def whole_graph(graph: str) -> str:
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}"


def mentions(thing: str, predicate: str, *, limit: int, offset: int) -> str:
    """Who points at a thing by one property, by address; for a role, who holds it and what it is called."""
    s, p = iri(thing), iri(predicate)
    return (
        PROLOGUE
        + f"""
SELECT ?s ?holder ?title WHERE {{
  {{ SELECT ?s WHERE {{ ?s {p} {s} }} ORDER BY ?s LIMIT {limit} OFFSET {offset} }}
  OPTIONAL {{ ?holder num:hasRole ?s }} OPTIONAL {{ ?s num:roleTitle ?title }}
}} ORDER BY ?s"""
    )


def around(things: Iterable[str], namespace: Namespace, *, limit: int) -> str:
    """The agreed statements from and to things, without what is inferred."""
    entailed = iri(namespace.graph("entailed"))
    return (
        PROLOGUE
        + f"""
CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ SELECT ?s ?p ?o WHERE {{
  {values("n", things)}
  LATERAL {{ {{ ?n ?p ?o BIND(?n AS ?s) }} UNION {{ ?s ?p ?n BIND(?n AS ?o) }} }}
  FILTER NOT EXISTS {{ GRAPH {entailed} {{ ?s ?p ?o }} }}
}} LIMIT {limit} }} }}"""
    )


def claims_of(things: Iterable[str]) -> str:
    """The claims whose subjects are ``things``, names and types among them."""
    return (
        PROLOGUE
        + f"""
SELECT {CLAIM_VARIABLES} WHERE {{
  {values("s", things)}
  LATERAL {{ GRAPH ?g {{ {CLAIM} }} }}
}} LIMIT {MOST_CLAIMS}"""
    )


def dated(predicates: Iterable[str], namespace: Namespace, *, limit: int) -> str:
    """Agreed dates, of sources too, and with its claim each other date that takes part in a contradiction."""
    catalogue = iri(namespace.graph("catalogue"))
    return (
        PROLOGUE
        + f"""
SELECT ?s ?p ?date ?kind ?claim WHERE {{
  {{ {values("p", predicates)} ?s ?p ?date }}
  UNION {{ BIND(num:publishedOn AS ?p) GRAPH {catalogue} {{ ?s ?p ?date }} }}
  UNION {{
    GRAPH {catalogue} {{
      {values("p", predicates)} ?conflict num:onProperty ?p ; num:kindOfDisagreement ?kind ; num:candidate ?claim .
    }}
    LATERAL {{ GRAPH ?g {{ ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?date }} }}
    FILTER(?kind = "contradicts")
    FILTER NOT EXISTS {{ ?s ?p ?date }}
  }}
}} LIMIT {limit}"""
    )


def places(*, limit: int) -> str:
    """Places with coordinates, and how many things are located in each."""
    return (
        PROLOGUE
        + f"""
SELECT ?place (SAMPLE(?y) AS ?lat) (SAMPLE(?x) AS ?long) (COUNT(DISTINCT ?thing) AS ?n) WHERE {{
  ?place a num:Place ; schema:latitude ?y ; schema:longitude ?x .
  OPTIONAL {{ ?thing num:locatedIn ?place }}
}} GROUP BY ?place ORDER BY DESC(?n) ?place LIMIT {limit}"""
    )


def conflict_kinds(namespace: Namespace) -> str:
    """How many disagreements there are of each kind."""
    return (
        PROLOGUE
        + f"""
SELECT ?kind (COUNT(DISTINCT ?conflict) AS ?n) WHERE {{
  GRAPH {iri(namespace.graph("catalogue"))} {{ ?conflict a num:Conflict ; num:kindOfDisagreement ?kind }}
}} GROUP BY ?kind"""
    )


def prominent(*, limit: int) -> str:
    """The networks, undertakings and organisations with the most agreed facts of their own."""
    return (
        PROLOGUE
        + f"""
SELECT ?thing (COUNT(?p) AS ?n) WHERE {{
  VALUES ?class {{ num:Network num:Undertaking num:Organisation num:FundingPhase num:Person }}
  ?thing a ?class ; ?p ?o FILTER(STRSTARTS(STR(?p), STR(num:)))
}} GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT {limit}"""
    )
