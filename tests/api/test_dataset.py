"""The description of the dataset says what is true of the edition, in VoID, DCAT and PROV."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
import pytest
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, VOID, Graph, Literal, Namespace, URIRef

from numgraph.store.editions import EmbeddedStore

BASE = "https://w3id.org/numgraph"
DATASET = URIRef(f"{BASE}/dataset")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def described(later: httpx.Client) -> Graph:
    return Graph().parse(data=later.get("/dataset.ttl").content, format="turtle")


def number(graph: Graph, subject: URIRef, predicate: URIRef) -> int:
    return int(str(graph.value(subject, predicate)))


def asked(client: httpx.Client, query: str) -> int:
    return int(client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1])


def test_the_counts_are_those_of_the_edition(later: httpx.Client, described: Graph, past: Path) -> None:
    counts = EmbeddedStore(past).edition(3).counts
    assert number(described, DATASET, VOID.triples) == counts[""]
    subjects = asked(later, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
    assert number(described, DATASET, VOID.distinctSubjects) == subjects
    graphs = set(described.objects(DATASET, VOID.subset))
    assert {str(one) for one in graphs} == {name for name in counts if name}
    for graph in graphs:
        assert number(described, URIRef(graph), VOID.triples) == counts[str(graph)]


def test_each_class_and_property_is_counted_truly(later: httpx.Client, described: Graph) -> None:
    classes = {
        str(described.value(part, VOID["class"])): part for part in described.objects(DATASET, VOID.classPartition)
    }
    assert len(classes) == number(described, DATASET, VOID.classes)
    for name in ("Person", "Infrastructure", "Organisation"):
        iri = f"{BASE}/ontology#{name}"
        true = asked(later, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{iri}> }}")
        assert number(described, URIRef(classes[iri]), VOID.entities) == true
    properties = {
        str(described.value(part, VOID.property)): part for part in described.objects(DATASET, VOID.propertyPartition)
    }
    assert len(properties) == number(described, DATASET, VOID.properties)
    total = sum(number(described, URIRef(part), VOID.triples) for part in properties.values())
    assert total == number(described, DATASET, VOID.triples)


def test_what_dcat_ap_demands_is_there(described: Graph) -> None:
    catalogue = described.value(predicate=DCAT.dataset, object=DATASET)
    service = described.value(predicate=DCAT.servesDataset, object=DATASET)
    for one, wanted in (
        (catalogue, (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset)),
        (DATASET, (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCAT.distribution)),
        (service, (DCTERMS.title, DCAT.endpointURL)),
    ):
        for predicate in wanted:
            assert described.value(URIRef(str(one)), predicate) is not None, (one, predicate)
    publisher = described.value(DATASET, DCTERMS.publisher)
    assert (publisher, FOAF.name, Literal("numgraph")) in described
    assert {one.language for one in described.objects(DATASET, DCTERMS.title)} == {"de", "en"}


def test_editions_are_versions_with_their_origin(later: httpx.Client, described: Graph) -> None:
    now = URIRef(f"{later.base_url}/editions/3")
    assert described.value(DATASET, URIRef(str(DCAT) + "hasCurrentVersion")) == now
    assert described.value(now, PROV.wasRevisionOf) == URIRef(f"{later.base_url}/editions/2")
    assert described.value(now, PROV.generatedAtTime) is not None
    assert described.value(DATASET, URIRef(str(DCAT) + "version")) == Literal("3")


def test_distributions_lead_to_files_with_the_checksum_they_promise(later: httpx.Client) -> None:
    for name in ("dataset.nq.gz", "dataset.trig.gz"):
        later.get(f"/dumps/3/{name}")
    graph = Graph().parse(data=later.get("/dataset.ttl").content, format="turtle")
    distributions = list(graph.objects(DATASET, DCAT.distribution))
    assert len(distributions) == 2
    for one in distributions:
        content = httpx.get(str(graph.value(one, DCAT.downloadURL))).content
        checksum = graph.value(one, SPDX.checksum)
        assert str(graph.value(checksum, SPDX.checksumValue)) == hashlib.sha256(content).hexdigest()
        assert int(str(graph.value(one, DCAT.byteSize))) == len(content)


def test_the_service_description_speaks_of_the_same_dataset(later: httpx.Client, described: Graph) -> None:
    service = Graph().parse(data=later.get("/sparql", headers={"Accept": "text/turtle"}).content, format="turtle")
    assert (None, SD.defaultDataset, DATASET) in service
    endpoint = described.value(DATASET, VOID.sparqlEndpoint)
    assert (endpoint, RDF.type, SD.Service) in service


def test_people_see_the_same_figures(later: httpx.Client, described: Graph) -> None:
    page = later.get("/dataset", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert f"{number(described, DATASET, VOID.triples):,}" in page
    assert "/dumps/3/dataset.nq.gz" in page
    assert "creativecommons.org" in page


def test_the_description_as_of_an_edition_counts_that_edition(later: httpx.Client, past: Path) -> None:
    found = Graph().parse(data=later.get("/dataset.ttl?edition=2").content, format="turtle")
    assert number(found, DATASET, VOID.triples) == EmbeddedStore(past).edition(2).counts[""]
