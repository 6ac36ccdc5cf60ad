"""A query that cannot be read is answered with the place and the reason, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from numgraph.errors import BadQuery
from numgraph.store.evaluation import evaluate


def complaint(query: str) -> BadQuery:
    with pytest.raises(BadQuery) as fault:
        evaluate(Store(), query)
    return fault.value


@pytest.mark.parametrize(("query", "line", "column", "words"), [
    ("SELECT ?x { ?x a ?y ", 1, 21, "it ends too early"),
    ("SELECT ?x {\n  ?x a ?y }}", 2, 12, "'}' makes no sense here"),
    ("SELECT ?x { ?x a ?y }\nLIMT 5", 2, 1, "'LIMT' makes no sense here"),
    ("SELECT ?x WHERE { ?x a ?y . FILTR(?x) }", 1, 29, "'FILTR' makes no sense here"),
    ("SELECT COUNT(*) {}", 1, 8, "'COUNT' makes no sense here"),
    ("SELECT ?a WHERE { ?a <http://p/> ?b ?c }", 1, 37, "'?c' makes no sense here"),
    ("SELECT ?x {\n ?x a ?y\n FILTER ?x > 3 }", 3, 9, "'?x' makes no sense here"),
    ("SELECT * {\n ?s ex:p ?o }", 2, 5, "the prefix ex: is not declared; add PREFIX ex: <...>"),
    ("SELECT * { ?s :p ?o }", 1, 15, "the prefix : is not declared"),
    ("SELECT * { <relative> ?p ?o }", 1, 12, "<relative> is a relative IRI"),
    ("SELECT ?x WHERE { ?x a 'unfinished }", 1, 24, "the string that starts here does not end"),
    ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "Duplicated variable name in SELECT"),
    ("SELECT ?größe { ?größe a ?y . ä }", 1, 31, "'ä' makes no sense here"),
])  # fmt: skip
def test_a_fault_is_placed_and_explained(query: str, line: int, column: int, words: str) -> None:
    fault = complaint(query)
    assert (fault.line, fault.column) == (line, column), str(fault)
    assert words in str(fault)
    assert f"line {line}, column {column}" in str(fault)


def test_the_engines_own_jargon_does_not_reach_people() -> None:
    assert "\\u{" not in str(complaint("SELECT * { ?s ?p "))
    assert "[_]" not in str(complaint("SELECT"))


def test_a_very_long_query_is_placed_as_the_engine_says() -> None:
    fault = complaint("SELECT * {\n" + "?s ?p ?o .\n" * 10_000 + "!")
    assert fault.line == 10_002


@given(st.text(alphabet="SELECT ASKWHR{}()?$xy:<>/\"'\\.;,#\n\t 1aé@^_-|&!=*+", max_size=60))
def test_every_fault_lies_within_the_query(tail: str) -> None:
    query = "SELECT * { " + tail
    lines = query.split("\n")
    line, column = place(query)
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1


def place(query: str) -> tuple[int, int]:
    """Where the fault of a query is said to be; its very start when it has none."""
    try:
        evaluate(Store(), query)
    except BadQuery as fault:
        return fault.line or 0, fault.column or 0
    return 1, 1


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
def test_a_comparison_does_not_move_the_fault_to_the_end(operator: str) -> None:
    fault = complaint(f"SELECT ?x {{ ?x a ?y FILTER(?y {operator} 3) }}\nLIMT 5\nOFFSET 7")
    assert (fault.line, fault.column) == (2, 1)
