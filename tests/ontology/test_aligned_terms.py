"""Every foreign term in ontology/ is listed with where it is defined, and is defined there where we can look it up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, VANN, XSD, Graph, Literal, URIRef
from rdflib.namespace import DefinedNamespace

OURS = "https://w3id.org/numgraph/"
CHECKOUT = Path(__file__).resolve().parents[2]
# The term lists that rdflib ships, generated from the vocabularies' own files.
BUNDLED: dict[str, type[DefinedNamespace]] = {
    f"rdflib.namespace.{namespace.__name__}": namespace
    for namespace in (DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, VANN, XSD)
}


def listed() -> list[dict[str, str]]:
    with (Path(__file__).parent / "aligned_terms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def iris(graph: Graph) -> set[str]:
    """Every IRI of a graph, the datatypes of its literals included."""
    nodes = {node for triple in graph for node in triple}
    datatypes = {node.datatype for node in nodes if isinstance(node, Literal) and node.datatype}
    return {str(node) for node in nodes | datatypes if isinstance(node, URIRef)}


def test_the_list_holds_exactly_the_foreign_terms_that_the_ontology_uses() -> None:
    graph = Graph()
    for path in (CHECKOUT / "ontology").rglob("*.ttl"):
        graph.parse(path, format="turtle")
    foreign = {iri for iri in iris(graph) if not iri.startswith(OURS)}
    assert sorted(row["term"] for row in listed()) == sorted(foreign)


@pytest.mark.parametrize("row", listed(), ids=lambda row: row["term"])
def test_a_listed_term_exists_in_its_vocabulary(row: dict[str, str]) -> None:
    assert row["vocabulary"]
    assert row["defined_in"].startswith("http")
    if row["checked_with"] in BUNDLED:
        assert row["term"] in BUNDLED[row["checked_with"]]
    else:
        assert row["vocabulary"] in {"FRAPO", "VIVO", "Creative Commons"}, "rdflib knows this one: check it with that"


def test_a_misspelt_term_would_be_found() -> None:
    assert "http://www.w3.org/ns/org#Organisation" not in ORG
    assert "https://schema.org/Organisation" not in SDO
    assert "http://www.w3.org/ns/dcat#DataSet" not in DCAT
    assert "http://www.w3.org/ns/prov#wasDerivedfrom" not in PROV
