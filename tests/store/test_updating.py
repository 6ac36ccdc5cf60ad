"""What an update would change is what the engine changes when it carries the update out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Store

from numgraph.errors import BadQuery, NoSuchGraph, NumgraphError, RefusedQuery
from numgraph.store.updating import operations

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}> "
DATA = f"""
@prefix : <{EX}> .
:a :p 1, 2 ; :q :b .
:b :p 3 .
:g1 {{ :a :p 4 . :c :q :a . }}
:g2 {{ :a :p 5 . }}
"""
STRING = "'} ; { # '"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"


def dataset() -> Store:
    store = Store()
    store.load(DATA, RdfFormat.TRIG)
    return store


def carried_out(store: Store, update: str, base: str | None = None) -> Store:
    for operation in operations(update, base):
        patch = operation(store).effective(store)
        for quad in patch.removed:
            store.remove(quad)
        store.extend(patch.added)
    return store


def canonical(store: Store) -> list[str]:
    """Equal for datasets that differ in the labels of blank nodes alone."""
    found = Dataset(store)
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, found))


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { :new :p 'x'@de, 1.50 . GRAPH :g3 { :new :p [ :q ( 1 2 ) ] } }",
        "DELETE DATA { :a :p 1 . GRAPH :g1 { :a :p 4 } }",
        "DELETE WHERE { :a ?p ?o }",
        "DELETE WHERE { GRAPH ?g { :a :p ?o } }",
        "DELETE { ?s :p ?o } INSERT { ?s :r ?n } WHERE { ?s :p ?o BIND(?o + 1 AS ?n) }",
        "INSERT { ?s :seen _:once ; :o ?o } WHERE { ?s :p ?o }",
        "INSERT { ?o ?s :wrong . ?none :p 1 } WHERE { ?s :p ?o }",
        "INSERT { GRAPH ?g { ?s :in ?g } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "WITH :g1 DELETE { ?s ?p ?o } INSERT { ?s :was ?o } WHERE { ?s ?p ?o }",
        "WITH :g1 INSERT { ?s :also ?o } WHERE { ?s :p 4 . GRAPH :g2 { ?s :p ?o } }",
        "WITH :none INSERT { :x :made true } WHERE {}",
        "WITH :g1 DELETE { ?s ?p ?o } USING :g2 WHERE { ?s ?p ?o }",
        "INSERT { ?s :p 9 } USING :g1 USING NAMED :g2 WHERE { ?s :p 4 GRAPH ?g { ?s :p 5 } }",
        "CLEAR DEFAULT", "CLEAR NAMED", "CLEAR ALL", "DROP GRAPH :g1", "DROP SILENT GRAPH :none",
        "ADD :g1 TO :g2", "COPY :g1 TO DEFAULT", "MOVE GRAPH :g1 TO GRAPH :g2", "MOVE DEFAULT TO :g3",
        "COPY :g1 TO :g1",
        "ADD SILENT :none TO :g2", "CREATE GRAPH :g9", "LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH :g1",
        "INSERT DATA { :x :p 1 } ; DELETE { ?s :p ?o } WHERE { ?s :p ?o . :x :p 1 } ; INSERT DATA { :y :p 2 } ;",
        "BASE <http://other.org/> INSERT DATA { <a> <b> <c> }",
        "# nothing at all",
    ],
)  # fmt: skip
def test_each_operation_changes_what_it_changes_in_the_engine(update: str) -> None:
    expected = dataset()
    expected.update(PREFIX + update)
    assert canonical(carried_out(dataset(), PREFIX + update)) == canonical(expected)


class Chance(random.Random):
    """Draws updates that are mostly right: templates, patterns, graphs and datasets in many combinations."""

    def update(self) -> str:
        return PREFIX + " ;\n ".join(self.operation() for _ in range(self.randint(1, 3)))

    def operation(self) -> str:
        drawn = self.random()
        if drawn < 0.15:
            return f"INSERT DATA {self.quads(self.facts)}"
        if drawn < 0.3:
            return f"delete data {self.quads(self.facts)}"
        if drawn < 0.4:
            return f"DELETE WHERE {self.quads(self.pattern)}"
        if drawn < 0.5:
            return f"{self.choice(['CLEAR', 'DROP'])} SILENT {self.choice(['DEFAULT', 'NAMED', 'ALL', 'GRAPH :g1'])}"
        if drawn < 0.55:
            return f"ADD SILENT {self.choice(['DEFAULT', ':g1'])} TO GRAPH {self.graph()}"
        return self.modification()

    def modification(self) -> str:
        using = "".join(f"USING {self.choice(['', 'NAMED '])}{self.graph()} " for _ in range(self.choice([0, 0, 1, 2])))
        delete = f"DELETE {self.quads(self.template)} "
        insert = f"INSERT {self.quads(self.template)} "
        first = f"WITH {self.graph()} " if self.random() < 0.4 else ""
        where = self.quads(self.pattern).replace("}", self.choice(["}", "FILTER(?s != :a) # } ;\n }"]), 1)
        return f"{first}{self.choice([delete, insert, delete + insert])}{using}WHERE {where}"

    def quads(self, statements: Callable[[], str]) -> str:
        named = f"GRAPH {self.graph()} {{ {statements()} }}" if self.random() < 0.5 else ""
        return f"{{ {statements()} {named} }}"

    def graph(self) -> str:
        return self.choice([":g1", ":g2", ":g3"])

    def facts(self) -> str:
        value = self.choice([":b", "1", "2.50", STRING])
        return f"{self.choice([':a', ':b'])} {self.choice([':p', ':q', 'a'])} {value}"

    def template(self) -> str:
        value = self.choice(["?o", "?s", "?none", "3"])
        return f"{self.choice(['?s', '?o', ':a'])} {self.choice(['?p', ':r'])} {value}"

    def pattern(self) -> str:
        return f"{self.choice(['?s', ':a', ':b'])} {self.choice(['?p', ':p', ':q'])} {self.choice(['?o', '?s', '1'])}"


@pytest.mark.parametrize("seed", range(150))
def test_updates_drawn_by_chance_change_what_they_change_in_the_engine(seed: int) -> None:
    update = Chance(seed).update()
    expected = dataset()
    expected.update(update)
    assert canonical(carried_out(dataset(), update)) == canonical(expected)


def test_each_operation_may_declare_prefixes_and_a_base_of_its_own() -> None:
    update = """PREFIX e: <urn:e:> INSERT DATA { e:a e:b e:c } ;
        # e: means something else from here on
        PREFIX e: <urn:f:> BASE <http://other.org/> INSERT { e:a e:b <d> } WHERE { <urn:e:a> ?p ?o } ;
        PREFIX g: <urn:g:>"""
    names = [str(quad) for quad in carried_out(Store(), update)]
    assert sorted(names) == ["<urn:e:a> <urn:e:b> <urn:e:c>", "<urn:f:a> <urn:f:b> <http://other.org/d>"]


def test_relative_iris_are_resolved_against_the_base_of_the_request() -> None:
    store = carried_out(Store(), "INSERT DATA { <a> <b> <c> }; INSERT { ?s <b> <d> } WHERE { ?s <b> <c> }", EX)
    assert {quad.object for quad in store} == {NamedNode(EX + "c"), NamedNode(EX + "d")}


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { ?s :p 1 }", "DELETE DATA { _:b :p 1 }", "DELETE { _:b :p 1 } WHERE {}", "INSERT { :a :p 1 }",
        "CLEAR", "ADD :g1", "SELECT * {}", "INSERT DATA { :a :p 1 } DELETE DATA { :a :p 1 }",
        "INSERT DATA { x:a :p 1 }",
        "INSERTDATA{ :a :p 1 }", "ADD DEFAULTTO :g1", "INSERT { :a :p 1 } USINGNAMED :g1 WHERE {}",
        "INSERT DATA { _:b :p 1 } ; INSERT DATA { _:b :p 1 }", "CREATE GRAPH :g1", "LOADSILENT<http://127.0.0.1:9/>",
    ],
)  # fmt: skip
def test_what_is_no_update_is_refused_with_its_place(update: str) -> None:
    with pytest.raises(BadQuery):
        carried_out(dataset(), PREFIX + update)


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1:9/>", "LOAD <http://127.0.0.1:9/> INTO GRAPH :g", "INSERT DATA {}; load<http://a/>",
        "INSERT { :a :p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "DELETE {} WHERE { SERVICE SILENT ?x {} }",
    ],
)  # fmt: skip
def test_what_fetches_is_refused(update: str) -> None:
    with pytest.raises(RefusedQuery):
        list(operations(PREFIX + update))


def test_words_that_name_what_fetches_do_no_harm_elsewhere() -> None:
    update = (
        PREFIX
        + 'INSERT DATA { :load :service "LOAD <http://a/> SERVICE" } ; DELETE { ?load :x 1 } WHERE { ?load :y 1 }'
    )
    assert {quad.object for quad in carried_out(Store(), update)} == {Literal("LOAD <http://a/> SERVICE")}


def test_a_graph_to_take_from_must_be_there() -> None:
    with pytest.raises(NoSuchGraph, match="none"):
        carried_out(dataset(), PREFIX + "COPY :none TO :g1")


def test_every_solution_has_blank_nodes_of_its_own() -> None:
    store = carried_out(dataset(), PREFIX + "INSERT { ?s :has _:b . _:b :is ?o } WHERE { ?s :p ?o }")
    has = list(store.quads_for_pattern(None, NamedNode(EX + "has"), None, None))
    assert len({quad.object for quad in has}) == len(has) == 3


def test_the_evaluation_tests_of_w3c_pass(shared: Path) -> None:
    outcomes = list(w3c(shared / "w3c" / "sparql11"))
    assert [name for name, good in outcomes if not good] == []
    assert len(outcomes) > 90


def w3c(folder: Path) -> Iterator[tuple[str, bool]]:
    for manifest in sorted(folder.glob("*/manifest.ttl")):
        graph = Store()
        graph.load(path=str(manifest), format=RdfFormat.TURTLE, base_iri=manifest.as_uri())
        for test in graph.quads_for_pattern(None, None, NamedNode(MF + "UpdateEvaluationTest"), None):
            action, result = (value(graph, test.subject, MF + name) for name in ("action", "result"))
            request = value(graph, action, UT + "request")
            try:
                found = carried_out(state(graph, action), read(request).decode(), request.value)
            except NumgraphError as fault:
                yield f"{test.subject}: {fault}", False
            else:
                yield str(test.subject), canonical(found) == canonical(state(graph, result))


def state(graph: Store, node: object) -> Store:
    store = Store()
    for quad in graph.quads_for_pattern(node, NamedNode(UT + "data"), None, None):  # type: ignore[arg-type]
        store.load(read(quad.object), RdfFormat.TURTLE, base_iri=quad.object.value)
    for quad in graph.quads_for_pattern(node, NamedNode(UT + "graphData"), None, None):  # type: ignore[arg-type]
        file = value(graph, quad.object, UT + "graph")
        name = value(graph, quad.object, "http://www.w3.org/2000/01/rdf-schema#label")
        store.load(read(file), RdfFormat.TURTLE, base_iri=file.value, to_graph=NamedNode(name.value))
    return store


def read(file: NamedNode) -> bytes:
    return Path(file.value.removeprefix("file://")).read_bytes()


def value(graph: Store, node: object, predicate: str) -> NamedNode:
    found: Iterator[Quad] = graph.quads_for_pattern(node, NamedNode(predicate), None, None)  # type: ignore[arg-type]
    return next(found).object  # type: ignore[return-value]
