"""The dataset of a request written into an update: USING before each WHERE, and nowhere else."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Store

from numgraph.errors import BadQuery
from numgraph.store.using import with_dataset

ONE, TWO = "https://example.org/1", "https://example.org/2"


def using(update: str) -> str:
    return with_dataset(update, [ONE], [TWO])


def test_an_update_without_a_dataset_of_its_request_stays_as_it_is() -> None:
    assert with_dataset("WITH <g> DELETE {} WHERE {}", (), ()) == "WITH <g> DELETE {} WHERE {}"


def test_each_where_outside_braces_gets_the_dataset() -> None:
    clause = f"USING <{ONE}> USING NAMED <{TWO}> "
    update = 'INSERT { ?s ?p "WHERE {" } # WHERE\nWHERE { ?s ?p ?o { SELECT ?s WHERE { ?s ?p ?o } } } ; CLEAR ALL'
    assert using(update) == update.replace("\nWHERE {", f"\n{clause}WHERE {{")
    two = "DELETE { ?a ?b ?c }\nwhere { ?a ?b ?c }; INSERT {} WHERE {}"
    assert using(two).count("USING NAMED") == 2
    assert using("INSERT DATA { <a:s> <a:where> 'where' }") == "INSERT DATA { <a:s> <a:where> 'where' }"


def test_a_short_delete_is_spelled_out_and_removes_from_the_graphs_of_its_pattern() -> None:
    node = NamedNode("https://example.org/n")
    engine = Store()
    engine.extend([Quad(node, node, node, NamedNode(ONE)), Quad(node, node, node)])
    engine.update(with_dataset("DELETE WHERE { ?s ?p ?o }", [ONE], []))
    assert [quad.graph_name for quad in engine] == [NamedNode(ONE)]


@pytest.mark.parametrize("own", ["USING <https://example.org/3>", "using named <https://example.org/3>"])
def test_a_dataset_named_twice_is_refused_with_its_place(own: str) -> None:
    with pytest.raises(BadQuery) as fault:
        using(f"INSERT {{ ?s ?p 1 }}\n{own} WHERE {{ ?s ?p ?o }}")
    assert (fault.value.line, fault.value.column) == (2, 1)


@pytest.mark.parametrize("broken", ["DELETE WHERE { ?s ?p", "DELETE WHERE", "}} WHERE {", "WHERE" * 5])
def test_what_is_no_update_is_left_to_the_engine_to_refuse(broken: str) -> None:
    assert isinstance(using(broken), str)


def test_a_graph_is_an_absolute_iri() -> None:
    with pytest.raises(BadQuery):
        with_dataset("DELETE WHERE { ?s ?p ?o }", ["relative> ; DROP ALL ; #"], [])
