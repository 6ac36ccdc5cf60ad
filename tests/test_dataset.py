from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, Store

from numgraph import resources, validation
from numgraph.dataset import Dataset, assemble, described
from numgraph.iris import Namespace
from numgraph.model import Entity, Reading, Value
from numgraph.settings import Settings
from numgraph.store.content import line
from numgraph.terms import RDF, num

Make = Callable[..., Reading]

NETWORK = Entity("network/testnetz", "Testnetz", "Network", language="de", aliases=("TN",), known=True)
CLINIC = Entity("university-hospital/musterstadt", "Universitätsklinikum Musterstadt", "UniversityHospital")
PERSON = Entity("person/erika-beispiel", "Erika Beispiel", "Person")
PHASE = Entity("funding-phase/testnetz-3", "dritte Förderphase", "FundingPhase")
FUNDER = Entity("funder/ministerium", "Ministerium", "Funder", language="de")
PHONE = "+4930987654321"
MAIL = "erika@example.org"


@pytest.fixture(scope="module")
def readings(reading: Make) -> list[Reading]:
    return [
        reading(
            "erste-meldung",
            [
                (None, "publisher", CLINIC),
                (NETWORK, "foundedOn", Value("2020-04", "gYearMonth")),
                (PHASE, "phaseOf", NETWORK),
                (PHASE, "fundingEnd", Value("2030-12-31", "date")),
                (PHASE, "fundingAmount", Value("150000000", "money", currency="EUR")),
                (NETWORK, "hasMemberCount", Value("36", "integer")),
                (CLINIC, "memberOf", NETWORK),
            ],
            published="2025-07-01",
        ),
        reading(
            "zweite-meldung",
            [
                (PHASE, "fundingEnd", Value("2030-06-30", "date")),
                (PHASE, "fundedBy", FUNDER),
                (NETWORK, "hasMemberCount", Value("37", "integer")),
                (NETWORK, "foundedOn", Value("2020", "gYear")),
                (CLINIC, "joinedOn", Value("2022", "gYear"), {"at": NETWORK}),
            ],
            published="2026-01-30",
        ),
        reading(
            "kontakte",
            [
                (PERSON, "role", Value("Direktorin"), {"at": CLINIC}),
                (PERSON, "email", Value(MAIL, "email")),
                (PERSON, "phone", Value(PHONE, "phone")),
                (PERSON, "academicTitle", Value("Prof."), {"confidence": 0.3}),
            ],
        ),
    ]


def made(readings: list[Reading], **chosen: object) -> Dataset:
    return assemble(readings, Settings(**chosen), resources.ontology(), resources.shapes())


@pytest.fixture(scope="module")
def dataset(readings: list[Reading]) -> Dataset:
    return made(readings)


@pytest.fixture(scope="module")
def engine(dataset: Dataset) -> Store:
    store = Store()
    store.extend(dataset.quads)
    return store


def rows(engine: Store, query: str) -> list[tuple[str, ...]]:
    prefixes = f"PREFIX num: <{num('')}> PREFIX rdf: <{RDF}> PREFIX prov: <http://www.w3.org/ns/prov#>"
    found = engine.query(f"{prefixes} {query}")
    assert isinstance(found, QuerySolutions)
    return sorted(tuple(value.value for value in row) for row in found)


def test_the_dataset_has_no_blank_node_and_each_quad_once_in_canonical_order(dataset: Dataset) -> None:
    lines = [line(quad) for quad in dataset.quads]
    assert lines == sorted(set(lines))
    assert not any(isinstance(term, BlankNode) for quad in dataset.quads for term in quad)


def test_building_twice_and_in_any_order_gives_the_same_bytes(dataset: Dataset, readings: list[Reading]) -> None:
    backwards = [replace(one, claims=one.claims[::-1]) for one in reversed(readings)]
    again = made(backwards)
    assert again.content_hash == dataset.content_hash
    assert again.archive == dataset.archive


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.booleans())
def test_the_order_and_repetition_of_inputs_do_not_matter(
    dataset: Dataset, readings: list[Reading], chance: random.Random, repeat: bool
) -> None:
    inputs = [*readings, *readings[:1]] if repeat else list(readings)
    chance.shuffle(inputs)
    assert made(inputs).quads == dataset.quads


def test_the_same_bytes_under_two_names_are_one_document(dataset: Dataset, readings: list[Reading]) -> None:
    copy = replace(readings[0], document=replace(readings[0].document, name="zzz-kopie.txt"))
    assert made([copy, *readings]).quads == dataset.quads


def test_every_agreed_triple_has_an_accepted_claim_behind_it_in_an_evidence_graph(
    engine: Store, dataset: Dataset
) -> None:
    claimed = rows(
        engine,
        """SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
        num:status "accepted" ; num:modality "asserted" ; num:quote ?quote ; num:rank ?rank } }""",
    )
    agreed = {tuple(part.value for part in triple) for triple in dataset.agreement.agreed}
    assert agreed
    assert agreed <= set(claimed)


def test_the_default_graph_is_what_is_agreed_and_what_follows_from_it(dataset: Dataset) -> None:
    default = {quad.triple for quad in dataset.quads if quad.graph_name == DefaultGraph()}
    entailed = {quad.triple for quad in dataset.quads if quad.graph_name == NamedNode(Namespace().graph("entailed"))}
    assert default == set(dataset.agreement.agreed) | entailed
    assert entailed == set(dataset.entailed)
    assert not entailed & set(dataset.agreement.agreed)


def test_each_value_of_a_conflict_is_found_with_source_and_sentence_by_one_query(engine: Store) -> None:
    found = rows(
        engine,
        """SELECT ?value ?kind ?quote ?file { GRAPH ?g {
            ?conflict a num:Conflict ; num:onProperty num:fundingEnd ; num:kindOfDisagreement ?kind ; num:candidate ?c .
            ?source num:fileName ?file }
        GRAPH ?e { ?c rdf:object ?value ; num:quote ?quote ; prov:wasDerivedFrom ?source } }""",
    )
    assert found == [
        ("2030-06-30", "contradicts", "dritte Förderphase fundingEnd 2030-06-30.", "zweite-meldung.txt"),
        ("2030-12-31", "contradicts", "dritte Förderphase fundingEnd 2030-12-31.", "erste-meldung.txt"),
    ]


def test_the_archive_keeps_the_text_that_offsets_point_into_and_the_bytes(
    dataset: Dataset, readings: list[Reading]
) -> None:
    for one in readings:
        document = one.document
        assert dataset.archive[f"{document.id}.txt"].decode("utf-8") == document.text
        assert dataset.archive[document.sha256] == one.data


def test_contact_details_that_are_switched_off_are_nowhere(readings: list[Reading], dataset: Dataset) -> None:
    silent = made(readings, publish_contacts=False)
    text = b"".join(line(quad) for quad in silent.quads) + b"".join(silent.archive.values())
    assert MAIL.encode() not in text
    assert PHONE.encode() not in text
    assert MAIL in str(dataset.quads)
    assert any(triple.predicate.value == num("role") for triple in silent.agreement.agreed)


def test_another_base_moves_every_thing_and_leaves_the_ontology_where_it_is(readings: list[Reading]) -> None:
    moved = made(readings, base="https://example.org/g")
    things = [quad for quad in moved.quads if "w3id.org/numgraph/id/" in f"{quad.subject} {quad.graph_name}"]
    outside = [
        quad for quad in things if "ontology" not in str(quad.graph_name) and "shapes" not in str(quad.graph_name)
    ]
    assert not outside
    assert any(quad.predicate.value == num("memberOf") for quad in moved.quads)


def test_the_shapes_accept_what_mapping_and_agreement_write_evidence_and_conflicts_included(dataset: Dataset) -> None:
    graphs = (Namespace().graph("ontology"), Namespace().graph("shapes"))
    triples = {quad.triple for quad in dataset.quads if quad.graph_name not in map(NamedNode, graphs)}
    report = validation.validate(triples, resources.shapes(), resources.ontology())
    assert report.counts["violation"] == 0


def test_blank_nodes_of_the_ontology_become_iris_that_depend_on_content_alone(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("@prefix : <http://e/> . :s :p [ :q ( 1 2 ) ] .")
    (tmp_path / "b.ttl").write_text("@prefix : <http://e/> . :t :p [ :q 3 ] .")
    files = sorted(tmp_path.glob("*.ttl"))
    one, other = (set(described(order, "ontology", Namespace())) for order in (files, files[::-1]))
    assert one == other
    assert len(one) == 8
    assert not any(isinstance(term, BlankNode) for quad in one for term in quad)
