from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from numgraph import resources
from numgraph.errors import InvalidData
from numgraph.terms import num
from numgraph.vocabulary import Vocabulary, load, of

TURTLE = """
@prefix : <http://e/> .
@prefix num: <https://w3id.org/numgraph/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:end a owl:DatatypeProperty , num:SingleValued .     :count a num:SingleValued , num:TimeVarying .
:A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :A . :D rdfs:subClassOf [ a owl:Restriction ] .
:X rdfs:subClassOf :Y . :Y owl:disjointWith :Z . :V rdfs:subClassOf :Z .
[ a owl:AllDisjointClasses ; owl:members ( :B :Y :Q ) ] .
"""


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return of(quad.triple for quad in parse(TURTLE, format=RdfFormat.TURTLE))


def test_the_reading_of_a_propertys_values_is_found_in_its_types(vocabulary: Vocabulary) -> None:
    assert vocabulary.single_valued == {"http://e/end", "http://e/count"}
    assert vocabulary.time_varying == {"http://e/count"}


def test_superclasses_are_transitive_and_survive_a_cycle(vocabulary: Vocabulary) -> None:
    assert vocabulary.superclasses["http://e/A"] == {"http://e/B", "http://e/C"}
    assert vocabulary.depth("http://e/A") == 2
    assert vocabulary.depth("http://e/unheard-of") == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("Y", "Z", True), ("X", "V", True), ("V", "X", True), ("A", "Q", True), ("A", "C", False), ("V", "Q", False)],
)
def test_disjointness_is_inherited_and_symmetric(vocabulary: Vocabulary, one: str, other: str, expected: bool) -> None:
    assert vocabulary.are_disjoint(f"http://e/{one}", f"http://e/{other}") is expected


def test_a_file_that_is_not_turtle_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("this is prose")
    with pytest.raises(InvalidData, match=r"broken\.ttl is not Turtle"):
        load(tmp_path)


def test_the_projects_ontology_says_which_ends_of_funding_compete_and_which_counts_change() -> None:
    found = load(resources.ontology())
    assert {num("fundingEnd"), num("foundedOn"), num("hasMemberCount")} <= found.single_valued
    assert num("hasMemberCount") in found.time_varying
    assert num("fundingEnd") not in found.time_varying
    assert found.are_disjoint(num("University"), num("Person"))
    assert not found.are_disjoint(num("Network"), num("Undertaking"))
    assert NamedNode(num("University")) in {triple.subject for triple in found.triples}
