"""A reasoner finds the ontology consistent, and concludes from it only what is meant."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, Graph, Literal, Namespace, URIRef

from numgraph.terms import CLASSES, NUM, PREFIXES

NUMGRAPH = Namespace(NUM)
THING = Namespace("https://w3id.org/numgraph/id/")
FOLDER = Path(__file__).resolve().parents[2] / "ontology"
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")  # where owlrl writes what contradicts itself


def closure(*turtle: str) -> Graph:
    """Everything that follows by OWL 2 RL from the ontology, its alignments and ``turtle``."""
    prelude = f"@base <{THING}> .\n" + "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    graph = Graph()
    for name in ("num.ttl", "alignments.ttl"):
        graph.parse(FOLDER / name, format="turtle")
    for text in turtle:
        graph.parse(data=prelude + text, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def errors(graph: Graph) -> list[str]:
    return sorted(str(message) for message in graph.objects(None, ERROR))


EXAMPLES = """
<infrastructure/racoon> a num:Infrastructure ; num:partOf <network/num> .
<research-project/racoon-pain> a num:ResearchProject ; num:partOf <infrastructure/racoon> .
<university/tu-dresden> a num:University ; num:memberOf <network/num-community-dresden> ;
    num:email "info@example.org" ; num:collaboratesWith <university/leipzig> .
<person/erika> a num:Person ; num:email "erika@example.org" ; num:leads <organisational-unit/office> ;
    num:academicTitle "Prof."@de , "Prof." ; num:participatesIn <event/meeting> .
<event/meeting> a num:Event ; num:eventPlace <place/berlin> ; num:eventDate "2026"^^xsd:gYear .
<network/num> a num:Network ; num:fundedBy <funder/bmftr> ; num:fundingAmount 1000.5 ; num:hasMemberCount 37 ;
    num:foundedOn "2020-04"^^xsd:gYearMonth ; num:website "https://example.org"^^xsd:anyURI .
<network/kimed> a num:Network , num:ResearchProject ; num:fundedBy <programme/saxony> .
<source/one> a num:PressRelease ; num:title "Titel"@de ; num:language "de"^^xsd:language ;
    num:publishedOn "2025-07-01"^^xsd:date ; num:pressContact <person/erika> .
"""


@pytest.fixture(scope="module")
def concluded() -> Graph:
    return closure(EXAMPLES)


def test_the_ontology_with_data_of_every_kind_is_consistent(concluded: Graph) -> None:
    assert errors(concluded) == []


def test_an_inconsistency_would_be_found() -> None:
    assert errors(closure("<person/erika> a num:Person , num:University ."))


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in {"SingleValued", "TimeVarying"}])
def test_a_class_can_have_members(name: str, concluded: Graph) -> None:
    assert (NUMGRAPH[name], RDFS.subClassOf, OWL.Nothing) not in concluded
    assert (NUMGRAPH[name], OWL.equivalentClass, OWL.Nothing) not in concluded


@pytest.fixture(scope="module")
def members() -> Graph:
    """One member of each class that has things for members, and what follows from that."""
    things = (name for name in CLASSES if name not in {"SingleValued", "TimeVarying"})
    return closure("\n".join(f"<sample/{name}> a num:{name} ." for name in things))


def test_each_class_has_a_member_without_contradiction(members: Graph) -> None:
    assert errors(members) == []


def test_nothing_is_concluded_about_what_a_thing_with_an_address_is(concluded: Graph) -> None:
    types = set(concluded.objects(THING["programme/saxony"], RDF.type))
    assert not {one for one in types if one.startswith(NUM)}, "a funding programme is no funder"
    assert (THING["person/erika"], RDF.type, NUMGRAPH.Organisation) not in concluded
    assert (THING["university/tu-dresden"], RDF.type, NUMGRAPH.Person) not in concluded


def test_parts_of_parts_are_within_but_not_parts(concluded: Graph) -> None:
    inner, outer = THING["research-project/racoon-pain"], THING["network/num"]
    assert (inner, NUMGRAPH.within, outer) in concluded
    assert (inner, NUMGRAPH.partOf, outer) not in concluded


def test_collaboration_goes_both_ways_and_membership_does_not(concluded: Graph) -> None:
    one, other = THING["university/tu-dresden"], THING["university/leipzig"]
    assert (other, NUMGRAPH.collaboratesWith, one) in concluded
    assert (THING["network/num-community-dresden"], NUMGRAPH.memberOf, one) not in concluded


def test_questions_in_the_words_of_other_vocabularies_are_answered(concluded: Graph) -> None:
    assert (THING["network/num"], SDO.funder, THING["funder/bmftr"]) in concluded
    assert (THING["infrastructure/racoon"], DCTERMS.isPartOf, THING["network/num"]) in concluded
    assert (THING["source/one"], SDO.headline, Literal("Titel", lang="de")) in concluded
    assert (THING["university/tu-dresden"], RDF.type, SDO.CollegeOrUniversity) in concluded


def test_what_ends_and_begins_with_the_funding_is_not_the_network_itself(concluded: Graph) -> None:
    graph = closure('<network/kimed> num:fundingStart "2025-04"^^xsd:gYearMonth .')
    assert not list(graph.objects(THING["network/kimed"], SDO.startDate))
