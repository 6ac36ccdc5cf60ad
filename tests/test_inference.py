from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import owlrl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from numgraph import resources
from numgraph.inference import Derivation, close, entail, explain
from numgraph.inference import rules as owl_rl
from numgraph.inference.change import Followed, follow
from numgraph.terms import OWL, RDF, RDFS
from numgraph.vocabulary import Node, load

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""

# Every rule of the engine has an axiom here.
ONTOLOGY = """
:p1 rdfs:domain :C1 ; rdfs:range :C2 .          :p2 a owl:SymmetricProperty .
:p3 a owl:TransitiveProperty .                  :p1 rdfs:subPropertyOf :p2 .
:p4 owl:equivalentProperty :p5 .                :p6 owl:inverseOf :p3 .
:p7 owl:propertyChainAxiom ( :p1 :p4 :p6 ) .
:C1 rdfs:subClassOf :C3 .                       :C4 owl:equivalentClass :C5 .
:C6 owl:intersectionOf ( :C1 :C2 ) .            :C7 owl:unionOf ( :C4 :C6 ) .
:C8 owl:oneOf ( :a :b ) .
[ a owl:Restriction ; owl:onProperty :p1 ; owl:someValuesFrom :C3 ] rdfs:subClassOf :D1 .
[ a owl:Restriction ; owl:onProperty :p4 ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf :D2 .
:C2 rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p4 ; owl:allValuesFrom :C4 ] .
:C5 rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p5 ; owl:hasValue :c ] .
[ a owl:Restriction ; owl:onProperty :p2 ; owl:hasValue :d ] rdfs:subClassOf :D3 .
:D1 rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p3 ; owl:someValuesFrom :C1 ] .
[ a owl:Restriction ; owl:onProperty :p3 ; owl:someValuesFrom :C3 ] rdfs:subClassOf :D4 .
:D2 rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p2 ; owl:allValuesFrom :C6 ] .
[ a owl:Restriction ; owl:onProperty :p1 ; owl:allValuesFrom :C6 ] rdfs:subClassOf :D5 .
"""


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


def as_set(triples: Iterable[Triple]) -> set[str]:
    return {str(triple) for triple in triples}


def oracle(data: list[Triple], ontology: list[Triple]) -> set[str]:
    """What owlrl concludes about the individuals of ``data``, but for identity, trivial types and blank nodes."""
    graph = rdflib.Graph()
    graph.parse(data=serialize([*ontology, *data], format=RdfFormat.N_TRIPLES), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    text = "\n".join(f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in graph if isinstance(s, rdflib.URIRef))
    closed = [quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)]
    return {str(triple) for triple in closed if is_about_data(triple, data) and is_meant(triple)} - as_set(data)


def is_about_data(triple: Triple, data: list[Triple]) -> bool:
    """Whether the subject is an individual of ``data``: not one of its classes."""
    type_ = NamedNode(RDF + "type")
    individuals = {one.subject for one in data} | {one.object for one in data if one.predicate != type_}
    return triple.subject in individuals


def is_meant(triple: Triple) -> bool:
    trivial = {NamedNode(OWL + "Thing"), NamedNode(RDFS + "Resource")}
    has_blank = "_:" in str(triple)
    return triple.predicate != NamedNode(OWL + "sameAs") and triple.object not in trivial and not has_blank


INDIVIDUALS = [f":{name}" for name in "abcdef"]
statement = st.one_of(
    st.tuples(
        st.sampled_from(INDIVIDUALS), st.sampled_from([f":p{i}" for i in range(1, 8)]), st.sampled_from(INDIVIDUALS)
    ),
    st.tuples(st.sampled_from(INDIVIDUALS), st.just("a"), st.sampled_from([f":C{i}" for i in range(1, 8)])),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(statement, min_size=1, max_size=8))
def test_entailments_about_individuals_are_those_of_owlrl_on_an_ontology_with_every_construct(
    statements: list[tuple[str, str, str]],
) -> None:
    data = turtle("\n".join(f"{s} {p} {o} ." for s, p, o in statements))
    ontology = turtle(ONTOLOGY)
    mine = as_set(triple for triple in entail(data, ontology) if is_about_data(triple, data))
    assert mine == oracle(data, ontology)


# Each rule with a small ontology, a fact, and what follows by that rule.
CASES = {
    "prp-dom": (":p rdfs:domain :C .", ":a :p :b .", ":a a :C ."),
    "prp-rng": (":p rdfs:range :C .", ":a :p :b .", ":b a :C ."),
    "prp-symp": (":p a owl:SymmetricProperty .", ":a :p :b .", ":b :p :a ."),
    "prp-trp": (":p a owl:TransitiveProperty .", ":a :p :b . :b :p :c .", ":a :p :c ."),
    "prp-spo1": (":p rdfs:subPropertyOf :q .", ":a :p :b .", ":a :q :b ."),
    "prp-spo2": (":q owl:propertyChainAxiom ( :p :r ) .", ":a :p :b . :b :r :c .", ":a :q :c ."),
    "prp-eqp1": (":p owl:equivalentProperty :q .", ":a :p :b .", ":a :q :b ."),
    "prp-eqp2": (":q owl:equivalentProperty :p .", ":a :p :b .", ":a :q :b ."),
    "prp-inv1": (":p owl:inverseOf :q .", ":a :p :b .", ":b :q :a ."),
    "prp-inv2": (":q owl:inverseOf :p .", ":a :p :b .", ":b :q :a ."),
    "cax-sco": (":C rdfs:subClassOf :D .", ":a a :C .", ":a a :D ."),
    "cax-eqc1": (":C owl:equivalentClass :D .", ":a a :C .", ":a a :D ."),
    "cax-eqc2": (":D owl:equivalentClass :C .", ":a a :C .", ":a a :D ."),
    "cls-int1": (":D owl:intersectionOf ( :A :B ) .", ":a a :A , :B .", ":a a :D ."),
    "cls-int2": (":D owl:intersectionOf ( :A :B ) .", ":a a :D .", ":a a :B ."),
    "cls-uni": (":D owl:unionOf ( :A :B ) .", ":a a :B .", ":a a :D ."),
    "cls-oo": (":D owl:oneOf ( :a ) .", ":a :p :b .", ":a a :D ."),
    "cls-svf1": (":R owl:onProperty :p ; owl:someValuesFrom :C .", ":a :p :b . :b a :C .", ":a a :R ."),
    "cls-svf2": (":R owl:onProperty :p ; owl:someValuesFrom owl:Thing .", ":a :p :b .", ":a a :R ."),
    "cls-avf": (":R owl:onProperty :p ; owl:allValuesFrom :C .", ":a a :R ; :p :b .", ":b a :C ."),
    "cls-hv1": (":R owl:onProperty :p ; owl:hasValue :b .", ":a a :R .", ":a :p :b ."),
    "cls-hv2": (":R owl:onProperty :p ; owl:hasValue :b .", ":a :p :b .", ":a a :R ."),
}


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_concludes_and_is_named_in_the_explanation_with_its_premises(rule: str) -> None:
    axioms, facts, conclusion = (turtle(text) for text in CASES[rule])
    assert as_set(conclusion) <= as_set(entail(facts, axioms))
    derivation = explain(conclusion[0], facts, axioms)
    assert derivation is not None
    assert derivation.rule == rule
    assert as_set(leaves(derivation)) <= as_set([*facts, *axioms])
    assert as_set(leaves(derivation)) & as_set(axioms)


def test_every_rule_of_the_engine_has_a_case() -> None:
    assert {rule.name for rule in owl_rl.RULES} | {"prp-spo2", "cls-int1", "cls-int2", "cls-uni", "cls-oo"} == set(
        CASES
    )


def leaves(derivation: Derivation) -> list[Triple]:
    if derivation.rule is None:
        return [derivation.triple]
    return [leaf for premise in derivation.premises for leaf in leaves(premise)]


def test_an_explanation_goes_down_to_what_is_asserted() -> None:
    axioms = turtle(":p rdfs:domain :C . :C rdfs:subClassOf :D .")
    facts = turtle(":a :p :b .")
    derivation = explain(turtle(":a a :D .")[0], facts, axioms)
    assert derivation is not None
    assert (derivation.rule, derivation.premises[0].rule) == ("cax-sco", "prp-dom")
    assert as_set(leaves(derivation)) == as_set([*facts, *axioms])


def test_what_is_asserted_needs_no_rule_and_what_does_not_follow_has_no_explanation() -> None:
    facts = turtle(":a :p :b .")
    assert explain(facts[0], facts, []) == Derivation(facts[0])
    assert explain(turtle(":b :p :a .")[0], facts, []) is None


@pytest.mark.parametrize(
    ("axioms", "facts"),
    [
        (":p rdfs:range :C .", ':a :p "text" .'),
        (":p a owl:SymmetricProperty .", ':a :p "text" .'),
        (":p a owl:FunctionalProperty .", ":a :p :b , :c ."),
        (":C rdfs:subClassOf owl:Thing .", ":a a :C ."),
        ("[] owl:onProperty :p ; owl:someValuesFrom owl:Thing .", ":a :p :b ."),
    ],
    ids=["literals have no type", "literals are no subjects", "no identity", "no owl:Thing", "no nameless classes"],
)
def test_what_is_trivial_or_not_rdf_is_not_handed_out(axioms: str, facts: str) -> None:
    assert entail(turtle(facts), turtle(axioms)) == ()


def test_the_closure_is_the_same_for_any_order_and_closing_again_adds_nothing() -> None:
    data = turtle(":a :p1 :b . :b :p4 :c . :c :p3 :d . :d a :C4 .")
    ontology = turtle(ONTOLOGY)
    found = entail(data, ontology)
    assert found
    assert entail(data[::-1], ontology[::-1]) == found
    assert entail([*data, *found], ontology) == ()


def test_a_transitive_chain_of_many_links_can_be_closed_and_explained() -> None:
    data = turtle("\n".join(f":n{i} :p :n{i + 1} ." for i in range(60)))
    axioms = turtle(":p a owl:TransitiveProperty .")
    closure = close(data, axioms)
    assert len(closure.entailed) == 60 * 59 // 2
    derivation = closure.explain(turtle(":n0 :p :n60 .")[0])
    assert derivation is not None
    assert as_set(data) <= as_set(leaves(derivation))


def test_the_projects_own_terms_answer_under_the_standard_names_too() -> None:
    ontology = load(resources.ontology()).triples
    data = turtle(
        "@prefix num: <https://w3id.org/numgraph/ontology#> . :a a num:University ; num:partOf :b . :b num:partOf :c ."
    )
    found = as_set(entail(data, ontology))
    a, b, c = (f"<http://example.org/{name}>" for name in "abc")
    type_ = f"<{RDF}type>"
    assert f"{a} {type_} <http://www.w3.org/ns/org#Organization>" in found
    assert f"{a} {type_} <https://schema.org/CollegeOrUniversity>" in found
    assert f"{a} <https://w3id.org/numgraph/ontology#within> {c}" in found
    assert f"{a} <https://w3id.org/numgraph/ontology#within> {b}" in found


def test_entailments_under_the_projects_own_ontology_are_those_of_owlrl() -> None:
    ontology = load(resources.ontology()).triples
    data = turtle(
        """@prefix num: <https://w3id.org/numgraph/ontology#> .
        :net a num:Network ; num:coFoundedBy :uni ; num:hasMemberCount 37 ; num:collaboratesWith :other .
        :uni a num:University ; num:locatedIn :town ; num:memberOf :net .
        :clinic a num:UniversityHospital ; num:partOf :uni ; num:participatesIn :project .
        :phase a num:FundingPhase ; num:phaseOf :net ; num:fundedBy :ministry .
        :person a num:Person ; num:leads :project ; num:hasRole :role .
        :role a num:Role ; num:at :clinic ; num:roleTitle "Direktorin"@de ."""
    )
    assert as_set(entail(data, ontology)) == oracle(data, list(ontology))


@dataclass(frozen=True)
class Graph:
    """A closed graph that can be looked up in, as ``follow`` wants it."""

    stated: frozenset[Triple]
    following: frozenset[Triple]

    def matching(self, subject: Node | None, predicate: Node, value: Node | None) -> Iterable[Triple]:
        wanted = (subject, predicate, value)
        return [
            one
            for one in self.stated | self.following
            if all(term in (None, part) for term, part in zip(wanted, one, strict=True))
        ]

    def asserted(self) -> Iterable[Triple]:
        return self.stated

    def entailed(self) -> Iterable[Triple]:
        return self.following

    def is_entailed(self, triple: Triple) -> bool:
        return triple in self.following


NAMED_ONLY = "\n".join(line for line in ONTOLOGY.splitlines() if "[" not in line)
statements = st.lists(statement, max_size=8)


def difference(before: list[Triple], after: list[Triple], ontology: list[Triple]) -> Followed:
    old, new = (frozenset(entail(triples, ontology)) for triples in (before, after))
    return Followed(new - old, old - new)


def parsed(rows: list[tuple[str, str, str]]) -> frozenset[Triple]:
    return frozenset(turtle("\n".join(f"{' '.join(row)} ." for row in rows)))


@pytest.mark.parametrize("text", [NAMED_ONLY, ONTOLOGY], ids=["classes with names", "classes without names"])
@settings(max_examples=30, deadline=None)
@given(kept=statements, gone=statements, new=statements)
def test_what_a_change_does_is_the_difference_between_the_closures(
    text: str, kept: list[tuple[str, str, str]], gone: list[tuple[str, str, str]], new: list[tuple[str, str, str]]
) -> None:
    ontology = turtle(text)
    before = parsed([*kept, *gone])
    removed, added = parsed(gone), parsed(new)
    after = (before - removed) | added
    graph = Graph(before, frozenset(entail(before, ontology)))
    assert follow(graph, added - before, removed - added, ontology) == difference([*before], [*after], ontology)


def test_a_cycle_that_only_supports_itself_falls() -> None:
    ontology = turtle(":p a owl:SymmetricProperty , owl:TransitiveProperty .")
    before = parsed([(":a", ":p", ":b")])
    graph = Graph(before, frozenset(entail(before, ontology)))
    assert len(graph.following) == 3
    assert follow(graph, frozenset(), before, ontology) == Followed(frozenset(), graph.following)
