"""The JSON-LD context says the same as the graph it is made for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from numgraph import jsonld, ontology_docs
from numgraph.terms import ATTRIBUTES, BOOKKEEPING, CLASSES, NUM, PREFIXES, RELATIONS

# rdflib's JSON-LD parser makes a class of rdflib that rdflib itself deprecates (7.6).
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

PRELUDE = "@base <https://w3id.org/numgraph/id/> .\n" + "".join(
    f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()
)
NAMES = """
<network/num> skos:prefLabel "Netzwerk Universitätsmedizin"@de , "Network of University Medicine"@en ;
    skos:altLabel "NUM" , "Netwerk NUM"@nl .
"""


@pytest.fixture(scope="module")
def context(checkout: Path) -> dict[str, object]:
    return jsonld.context(checkout / "ontology")


@pytest.fixture(scope="module")
def examples(checkout: Path) -> Graph:
    """All examples of the ontology in one graph, with names in several languages and in none."""
    found = (example for term in ontology_docs.terms(checkout / "ontology") for example in term.examples)
    return Graph().parse(data=PRELUDE + NAMES + "\n".join(found), format="turtle")


def definitions(context: dict[str, object]) -> dict[str, object]:
    inner = context["@context"]
    assert isinstance(inner, dict)
    return inner


def test_every_term_of_the_ontology_is_defined(context: dict[str, object]) -> None:
    assert {*CLASSES, *RELATIONS, *ATTRIBUTES, *BOOKKEEPING} <= definitions(context).keys()


def test_a_document_written_with_the_context_reads_back_as_the_same_graph(
    context: dict[str, object], examples: Graph
) -> None:
    written = examples.serialize(format="json-ld", context=definitions(context), auto_compact=False)
    assert isomorphic(Graph().parse(data=written, format="json-ld"), examples)


def test_plain_json_becomes_the_graph_that_it_looks_like(context: dict[str, object]) -> None:
    document = {
        **context,
        "id": "https://w3id.org/numgraph/id/funding-phase/num-3",
        "type": "FundingPhase",
        "phaseOf": "https://w3id.org/numgraph/id/network/num",
        "fundingAmount": "277000000",
        "fundingEnd": {"@value": "2030-07", "@type": "xsd:gYearMonth"},
        "goal": {"de": "ein gemeinsamer Datenraum"},
    }
    expected = """
        <funding-phase/num-3> a num:FundingPhase ; num:phaseOf <network/num> ;
            num:fundingAmount "277000000"^^xsd:decimal ; num:fundingEnd "2030-07"^^xsd:gYearMonth ;
            num:goal "ein gemeinsamer Datenraum"@de .
    """
    read = Graph().parse(data=json.dumps(document), format="json-ld")
    assert isomorphic(read, Graph().parse(data=PRELUDE + expected, format="turtle"))


def test_a_deprecated_term_is_not_offered(tmp_path: Path) -> None:
    turtle = "num:old a owl:DatatypeProperty ; owl:deprecated true . num:new a owl:DatatypeProperty ."
    (tmp_path / "num.ttl").write_text(PRELUDE + turtle, encoding="utf-8")
    assert {"old", "new"} & definitions(jsonld.context(tmp_path)).keys() == {"new"}


def test_the_prefixes_are_those_of_the_project(context: dict[str, object]) -> None:
    assert definitions(context)["num"] == NUM
