"""Validation of a change finds exactly what validation of everything finds: random shapes, graphs and changes.

``NUMGRAPH_EXAMPLES=5000 pytest tests/validation/test_scoped.py`` tries more of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import Graph as RdflibGraph

from numgraph.iris import Namespace
from numgraph.model import Finding
from numgraph.validation import worker
from numgraph.validation.dataset import dataset_rules
from numgraph.validation.engine import n_triples
from numgraph.validation.findings import finding, in_order
from numgraph.validation.judge import Results
from numgraph.validation.looks import Graph
from numgraph.validation.reading import rdf_files, read_triples
from numgraph.validation.scoped import Change, Checks, Recheck
from numgraph.validation.sparql import Rule, broken, read_rules, store_of
from numgraph.validation.standing import Prepared, terms

EXAMPLES = int(os.environ.get("NUMGRAPH_EXAMPLES", "120"))
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a shorter example is not worth minutes
    suppress_health_check=[HealthCheck.too_slow],
)
PREFIXES = """
@prefix : <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = ":A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class . :C a owl:Class . :p a owl:ObjectProperty ."
DATA = frozenset[Graph]({DefaultGraph()})

NODES = (":a", ":b", ":c", ":d")
PREDICATES = (":p", ":q")
CLASSES = (":A", ":B", ":C")
LITERALS = ("1", "2", "3", '"x"', '"y"@en', '"z"@en', '"2030-01-01"^^xsd:date')
PLAIN = (
    "sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal", "sh:datatype xsd:integer", "sh:pattern '[ab12]$'",
    "sh:minInclusive 2", "sh:maxExclusive 3", "sh:minLength 2", "sh:languageIn ( 'en' )",
)  # fmt: skip
COUNTS = ("sh:minCount 1", "sh:minCount 2", "sh:maxCount 1", "sh:uniqueLang true")


class Making:
    """Random shapes over the whole of SHACL Core, and random statements for them, in Turtle."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.one_of = random.choice

    def statement(self) -> str:
        subject, kind = self.one_of(NODES), self.random.random()
        if kind < 0.3:
            return f"{subject} a {self.one_of(CLASSES)} ."
        return f"{subject} {self.one_of(PREDICATES)} {self.one_of(NODES + NODES + LITERALS + CLASSES)} ."

    def statements(self, most: int) -> set[str]:
        return {self.statement() for _ in range(self.random.randint(0, most))}

    def states(self, number: int) -> Iterator[set[str]]:
        """A graph, and what a few changes make of it."""
        graph = self.statements(12)
        for _ in range(number):
            yield graph
            graph = {one for one in graph if self.random.random() < 0.9} | self.statements(2)

    def shapes(self) -> str:
        texts = [
            f":shape{number} a sh:NodeShape ; {self.targets()} ; {self.constraint(3)} ."
            for number in range(self.random.randint(1, 3))
        ]
        if self.random.random() < 0.3:
            texts.append(f":C a sh:NodeShape , rdfs:Class ; {self.constraint(2)} .")
        if self.random.random() < 0.3:
            texts.append(f":other a sh:NodeShape ; {self.targets()} ; sh:node :shape0 .")
        if self.random.random() < 0.3:
            texts.append(f":direct a sh:PropertyShape ; {self.targets()} ; {self.about_a_path(2)} .")
        return "\n".join(texts)

    def targets(self) -> str:
        kinds = (
            ("targetClass", CLASSES), ("targetSubjectsOf", PREDICATES), ("targetObjectsOf", PREDICATES),
            ("targetNode", NODES),
        )  # fmt: skip
        chosen = self.random.sample(kinds, self.random.randint(1, 2))
        return " ; ".join(f"sh:{kind} {self.one_of(words)}" for kind, words in chosen)

    def path(self, depth: int = 2) -> str:
        if depth == 0 or self.random.random() < 0.6:
            return self.one_of(PREDICATES)
        one, two = self.path(depth - 1), self.path(depth - 1)
        return self.one_of((
            f"[ sh:inversePath {one} ]", f"( {one} {two} )", f"[ sh:alternativePath ( {one} {two} ) ]",
            f"[ sh:zeroOrMorePath {one} ]", f"[ sh:oneOrMorePath {one} ]", f"[ sh:zeroOrOnePath {one} ]",
        ))  # fmt: skip

    def property_shape(self, depth: int) -> str:
        return f"[ {self.about_a_path(depth)} ]"

    def about_a_path(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.25:
            constraint = self.one_of(COUNTS)
        elif kind < 0.45:
            pair = self.one_of(("equals", "disjoint", "lessThan", "lessThanOrEquals"))
            constraint = f"sh:{pair} {self.one_of(PREDICATES)}"
        elif kind < 0.6 and depth:
            constraint = f"sh:qualifiedValueShape [ {self.constraint(depth - 1)} ] ; " + self.one_of((
                "sh:qualifiedMinCount 1", "sh:qualifiedMaxCount 1",
                "sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true",
            ))  # fmt: skip
        else:
            constraint = self.constraint(depth)
        return f"sh:path {self.path()} ; {constraint}"

    def constraint(self, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.3:
            return self.one_of((
                self.one_of(PLAIN), f"sh:class {self.one_of(CLASSES)}", f"sh:class {self.one_of(CLASSES)}",
                f"sh:in ( {self.one_of(NODES)} {self.one_of(LITERALS)} )", f"sh:hasValue {self.one_of(NODES)}",
            ))  # fmt: skip
        below = self.property_shape(depth - 1)
        if self.random.random() < 0.5:
            return f"sh:property {below}"
        inner, other = self.constraint(depth - 1), self.constraint(depth - 1)
        return self.one_of((
            f"sh:property {below}", f"sh:property {below} , {self.property_shape(depth - 1)}",
            f"sh:node [ {inner} ]", f"sh:not [ {inner} ]", f"sh:or ( [ {inner} ] [ {other} ] )",
            f"sh:and ( [ {inner} ] [ {other} ] )", f"sh:xone ( [ {inner} ] [ {other} ] )",
            f"sh:closed true ; sh:ignoredProperties ( rdf:type {self.one_of(PREDICATES)} )",
        ))  # fmt: skip


def read(text: str) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE))


class InProcess:
    """Shapes and rules with pySHACL in the process of the tests: what is published is judged in one of its own."""

    def __init__(
        self,
        shapes: Iterable[Triple],
        ontology: Iterable[Triple],
        rules: Iterable[Rule] = (),
        graphs: frozenset[Graph] = DATA,
    ) -> None:
        self.shapes, self.ontology = tuple(shapes), tuple(ontology)
        self.dataset_rules, self.graphs = tuple(rules), graphs
        self.texts = (n_triples(self.shapes), n_triples(self.ontology))
        prepared = Prepared(worker.shapes_graph(self.texts[0]), worker.graph(self.texts[1]))

        def judging(data: str, focus: Iterable[str]) -> Results:
            return tuple(prepared.outcome(worker.graph(data), terms(focus))["results"])

        self.checks = Checks.of(
            self.shapes, self.ontology, self.dataset_rules, graphs=graphs, namespace=Namespace(), judging=judging
        )

    def everything(self, dataset: Iterable[Quad]) -> tuple[Finding, ...]:
        """The findings of plain pySHACL and of the rules on all there is."""
        quads = tuple(dataset)
        data = {quad.triple for quad in quads if quad.graph_name in self.graphs}
        known: RdflibGraph = worker.graph(self.texts[1])
        answer = worker.outcome(worker.graph(n_triples(data)), worker.shapes_graph(self.texts[0]), known)
        found = [finding(one) for one in answer["results"]]
        for rule in read_rules(self.shapes):
            found += broken(rule, store_of(data, self.ontology), Namespace())
        store = Store()
        store.extend(quads)
        for rule in self.dataset_rules:
            found += broken(rule, store, Namespace())
        return in_order(found)

    def recheck(self, before: set[Quad], after: set[Quad]) -> Recheck | None:
        engine = Store()
        engine.extend(after)
        return self.checks.recheck(Change(engine, frozenset(after - before), frozenset(before - after)))

    def follow(self, states: Iterable[set[Quad]]) -> None:
        """The findings of each state, reached from those of the state before, are those of everything."""
        before: set[Quad] | None = None
        found: tuple[Finding, ...] = ()
        for state in states:
            everything = self.everything(state)
            if before is not None:
                recheck = self.recheck(before, state)
                assert recheck is not None
                found = recheck.merged(found)
                assert found == everything, f"{before} to {state}: {set(found) ^ set(everything)}"
            before, found = state, everything


@given(seed=st.integers(0, 2**64))  # a generator of hypothesis's own loves extremes, and finds less
@BOUNDED
def test_the_findings_of_a_change_are_those_of_everything(seed: int) -> None:
    making = Making(Random(seed))  # noqa: S311 - no secret
    judged = InProcess(read(making.shapes()), read(ONTOLOGY))
    judged.follow([{Quad(*triple) for triple in read(" ".join(sorted(state)))} for state in making.states(5)])


@pytest.fixture(scope="module")
def ours(checkout: Path) -> InProcess:
    graphs = frozenset[Graph]({DefaultGraph(), NamedNode(Namespace().graph("catalogue"))})
    shapes, ontology = folder(checkout / "shapes", "s"), folder(checkout / "ontology", "o")
    return InProcess(shapes, ontology, dataset_rules(checkout / "shapes"), graphs)


def folder(place: Path, label: str) -> list[Triple]:
    files = enumerate(rdf_files(place))
    return [triple for number, file in files for triple in read_triples(file, label=f"{label}{number}b")]


@pytest.fixture(scope="module")
def pool(checkout: Path) -> list[Quad]:
    """What the examples of our shapes and rules say, in one dataset."""
    files = [*(checkout / "shapes/cases/dataset").glob("*.trig"), *(checkout / "shapes/cases").rglob("*-fail.ttl")]
    quads: set[Quad] = set()
    for file in files:
        rdf_format = RdfFormat.TRIG if file.suffix == ".trig" else RdfFormat.TURTLE
        found = parse(path=str(file), format=rdf_format, base_iri="https://example.org/report", rename_blank_nodes=True)
        quads.update(quad for quad in found if not str(quad.subject).startswith("<https://example.org/report"))
    return sorted(quads, key=str)


@given(data=st.data())
@settings(BOUNDED, max_examples=EXAMPLES // 30)
def test_our_own_shapes_and_rules_find_in_a_change_what_they_find_in_everything(
    data: st.DataObject, ours: InProcess, pool: list[Quad]
) -> None:
    present = data.draw(st.integers(0, 3))
    before = {quad for number, quad in enumerate(pool) if number % 4 != present}
    places = st.sets(st.integers(0, len(pool) - 1), max_size=6)
    added = {pool[place] for place in data.draw(places)}
    ours.follow([before, (before | added) - {pool[place] for place in data.draw(places)}])


def test_findings_about_a_value_come_and_go_with_the_statement_that_leads_to_it() -> None:
    nested = ":s sh:targetNode :a ; sh:property [ sh:path :p ; sh:property [ sh:path :q ; sh:minCount 1 ] ] ."
    judged = InProcess(read(nested), read(ONTOLOGY))
    linked = {Quad(*triple) for triple in read(":a :p :b .")}
    assert [found.focus_node for found in judged.everything(linked)] == ["<https://example.org/b>"]
    judged.follow([set(), linked, set()])


def test_a_change_of_the_class_hierarchy_is_for_the_whole_dataset() -> None:
    judged = InProcess(read(":s a sh:NodeShape ; sh:targetClass :B ; sh:nodeKind sh:Literal ."), read(ONTOLOGY))
    before = {Quad(*triple) for triple in read(":x a :C .")}
    after = {Quad(*triple) for triple in read(":x a :C . :C rdfs:subClassOf :B .")}
    assert judged.recheck(before, after) is None


def test_shapes_that_can_look_anywhere_are_for_the_whole_dataset() -> None:
    shape = ":s a sh:NodeShape ; sh:targetClass :B ; sh:sparql [ sh:select 'SELECT $this WHERE { $this ?p ?o }' ] ."
    assert shape_is_opaque(shape)
    assert not shape_is_opaque(":s a sh:NodeShape ; sh:targetClass :B ; sh:nodeKind sh:IRI .")


def shape_is_opaque(shape: str) -> bool:
    added = {Quad(NamedNode("urn:x"), NamedNode("urn:p"), Literal(1))}
    return InProcess(read(shape), ()).recheck(set(), added) is None
