"""What a SPARQL endpoint says of itself: what it speaks and what it holds (SPARQL 1.1 Service Description).

The figures are those of the edition's manifest: nothing is counted for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from numgraph.formats import Format
from numgraph.settings import Settings
from numgraph.store.protocol import Edition
from numgraph.terms import RDF, XSD

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_MOST_GRAPHS = 10_000
_WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.RDF_XML)
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD",
)  # fmt: skip
_INPUT = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")


def write(endpoint: str, settings: Settings, edition: Edition, chosen: Format) -> bytes:
    """The description in one of the formats for triples."""
    prefixes = {"sd": SD, "void": VOID, "format": _FORMATS, "xsd": XSD} if chosen.rdf in _WITH_PREFIXES else None
    return serialize(describe(endpoint, settings, edition), format=chosen.rdf, prefixes=prefixes) or b""


def describe(endpoint: str, settings: Settings, edition: Edition) -> Iterator[Triple]:
    """The service, its dataset and its graphs; what has no address of its own is a fragment of the endpoint's."""
    service, dataset = NamedNode(endpoint), NamedNode(f"{settings.base}/dataset")
    yield _is(service, "Service")
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint))
    for predicate, words in _spoken(settings).items():
        for word in words:
            yield Triple(service, _sd(predicate), NamedNode(word))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(service, _sd("availableGraphs"), NamedNode(f"{endpoint}#graphs"))
    yield _is(NamedNode(f"{endpoint}#graphs"), "GraphCollection")
    yield _is(dataset, "Dataset")
    yield from _default_graph(endpoint, dataset, edition)
    named = sorted(name for name in edition.counts if name and not name.startswith("_:"))
    for number, name in enumerate(islice(named, _MOST_GRAPHS), 1):
        described = NamedNode(f"{endpoint}#graph-{number}")
        for collection in (dataset, NamedNode(f"{endpoint}#graphs")):
            yield Triple(collection, _sd("namedGraph"), described)
        yield _is(described, "NamedGraph")
        yield Triple(described, _sd("name"), NamedNode(name))
        yield from _graph(described, NamedNode(f"{endpoint}#contents-{number}"), "graph", edition.counts[name])


def _spoken(settings: Settings) -> dict[str, list[str]]:
    languages = [f"{SD}SPARQL10Query", f"{SD}SPARQL11Query", f"{SD}SPARQL11Update"]
    return {
        "supportedLanguage": languages,
        "feature": [f"{SD}BasicFederatedQuery"] if settings.allowed_services else [],
        "resultFormat": [_FORMATS + name for name in _RESULTS],
        "inputFormat": [_FORMATS + name for name in _INPUT],
    }


def _default_graph(endpoint: str, dataset: NamedNode, edition: Edition) -> Iterator[Triple]:
    yield from _graph(dataset, NamedNode(f"{endpoint}#default-graph"), "defaultGraph", edition.counts.get("", 0))


def _graph(holder: NamedNode, graph: NamedNode, by: str, count: int) -> Iterator[Triple]:
    yield Triple(holder, _sd(by), graph)
    yield _is(graph, "Graph")
    yield Triple(graph, NamedNode(f"{VOID}triples"), Literal(str(count), datatype=NamedNode(f"{XSD}integer")))


def _is(thing: NamedNode, name: str) -> Triple:
    return Triple(thing, NamedNode(f"{RDF}type"), _sd(name))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
