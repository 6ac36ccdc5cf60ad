"""Rows are counted right in every format that has marks for them, wherever the bytes are cut."""

from __future__ import annotations

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from numgraph_api.counting import Rows

QUERIES = {
    0: "SELECT ?x { VALUES ?x { } }",
    1: "SELECT ?x { VALUES ?x { 1 } }",
    6: r"""SELECT * { VALUES ?x { "}},{\"y\n[{\"<result>" 'b\nc' <http://a/> } VALUES ?y { 1 "}},{" } }""",
}
FORMATS = [QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.CSV, QueryResultsFormat.TSV]


@pytest.mark.parametrize("rows", QUERIES)
@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_rows_are_counted_across_any_cut(rows: int, form: QueryResultsFormat) -> None:
    results = Store().query(QUERIES[rows])
    assert isinstance(results, QuerySolutions)
    data = results.serialize(format=form) or b""
    for size in (1, 2, 3, 5, 7, 64, len(data)):
        counter = Rows(form.media_type.partition(";")[0])
        for at in range(0, len(data), size):
            counter.see(data[at : at + size])
        assert counter.total == rows


def test_formats_without_marks_are_not_counted() -> None:
    counter = Rows("text/turtle")
    counter.see(b"<a> <b> <c> .\n")
    assert counter.total is None
