"""Slices of a SELECT make up the whole, whatever stands in its strings, subqueries and comments."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from numgraph.errors import BadQuery
from numgraph.store.slicing import Slice, slice_of, sliced

ROWS = "VALUES ?x { 1 2 3 4 5 6 7 8 9 }"
QUERIES = {
    "plain": f"SELECT * {{ {ROWS} }}",
    "ordered": f"SELECT ?x WHERE {{ {ROWS} }} ORDER BY DESC(?x)",
    "limited": f"SELECT * {{ {ROWS} }} LIMIT 7",
    "both": f"SELECT * {{ {ROWS} }} limit 6 offset 2",
    "other order": f"SELECT * {{ {ROWS} }} OFFSET 2 # skip\n LIMIT # some\n 6",
    "with values": f"SELECT * {{ {ROWS} }} LIMIT 7 VALUES ?x {{ 1 2 3 4 5 6 8 }}",
    "values only": f"SELECT * {{ {ROWS} }} VALUES ?x {{ 1 2 3 4 5 6 8 }}",
    "inner limit": f"SELECT * {{ {{ SELECT * {{ {ROWS} }} LIMIT 5 }} }}",
    "in a string": f'SELECT * {{ {ROWS} FILTER("LIMIT 2" != "}} OFFSET 3") }} # LIMIT 4',
    "grouped": f"SELECT ?x (COUNT(*) AS ?n) {{ {ROWS} }} GROUP BY ?x HAVING(COUNT(*) > 0) LIMIT 8",
    "no number": f"SELECT ?limit {{ {ROWS} BIND(?x AS ?limit) }}",
    "comment at the end": f"SELECT * {{ {ROWS} }} # that is all",
}


def rows(query: str) -> list[str]:
    return [str(row) for row in Store().query(query)]


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("size", [1, 2, 4, 100])
def test_slice_after_slice_gives_every_row_once_and_in_order(query: str, size: int) -> None:
    found: list[str] = []
    rest: Slice | None = slice_of(query)
    while rest is not None:
        page = rows(sliced(query, rest.first(size)))
        assert len(page) <= size
        found += page
        rest = rest.after(size)
        if not page:
            break
    assert found == rows(query)


def test_the_query_of_the_rest_can_be_cut_again() -> None:
    query = QUERIES["both"]
    rest = sliced(query, Slice(4, 4))
    assert slice_of(rest) == Slice(4, 4)
    assert rows(rest) == rows(query)[2:]


def test_brackets_that_do_not_match_are_a_fault_of_the_query() -> None:
    with pytest.raises(BadQuery, match="brackets"):
        slice_of("SELECT * { ?s ?p ?o")
