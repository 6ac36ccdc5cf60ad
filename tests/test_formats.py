"""Formats are rows, and the Accept header decides among them as RFC 9110 says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from numgraph import formats
from numgraph.errors import NotAcceptable
from numgraph.formats import FORMATS, Kind, by_name, by_suffix, negotiate, of_kind

OFFERED = {
    "results": of_kind(Kind.BINDINGS),
    "graph": of_kind(Kind.TRIPLES),
    "page": (formats.HTML, *of_kind(Kind.TRIPLES)),
}


def accept_cases() -> list[tuple[str, ...]]:
    lines = (Path(__file__).parent / "cases" / "accept.txt").read_text("utf-8").splitlines()
    rows = (line for line in lines if line.strip() and not line.startswith("#"))
    return [tuple(part.strip() for part in row.split(" | ")) for row in rows]


@pytest.mark.parametrize(("offered", "header", "expected"), accept_cases())
def test_accept_header_gets_the_format_of_the_case_list(offered: str, header: str, expected: str) -> None:
    accept = None if header == "absent" else header
    if expected == "none":
        with pytest.raises(NotAcceptable) as refusal:
            negotiate(accept, OFFERED[offered])
        assert refusal.value.offered == tuple(row.media_type for row in OFFERED[offered])
        return
    name, _, alias = expected.partition(" as ")
    chosen = negotiate(accept, OFFERED[offered])
    assert (chosen.name, chosen.media_type) == (name, alias or by_name(name).media_type)


def test_the_case_list_is_as_long_as_promised() -> None:
    assert len(accept_cases()) >= 60


@given(st.text())
def test_no_header_whatever_breaks_negotiation(header: str) -> None:
    try:
        assert negotiate(header, OFFERED["page"]) in OFFERED["page"]
    except NotAcceptable as refusal:
        assert refusal.offered  # noqa: PT017 - either outcome is fine, a refusal must say what there is


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ['"', '\\"', '"\\', ";", ",", "a/b;", '";', "a=", ";q=0"])
def test_a_hostile_header_is_read_in_linear_time(piece: str) -> None:
    with pytest.raises(NotAcceptable):
        negotiate("x/y;" + piece * 60_000 + '"', OFFERED["page"])


def test_nothing_offered_is_not_acceptable() -> None:
    with pytest.raises(NotAcceptable):
        negotiate("*/*", ())


def test_names_suffixes_and_media_types_find_their_row() -> None:
    for row in FORMATS:
        assert by_name(row.name.upper()) == row
        assert by_suffix("." + row.suffix) == by_suffix(row.suffix) == row
        assert by_name(row.media_type) == row


def test_a_name_means_what_is_offered_under_it() -> None:
    assert by_name("json", of_kind(Kind.TRIPLES)) == formats.JSON_LD
    assert by_name("xml", of_kind(Kind.TRIPLES)) == formats.RDF_XML
    assert by_name("xml", of_kind(Kind.BOOLEAN)) == formats.XML


@pytest.mark.parametrize("find", [by_name, by_suffix])
def test_an_unknown_name_says_what_is_offered(find: type) -> None:
    with pytest.raises(NotAcceptable, match="text/turtle") as refusal:
        find("docx", of_kind(Kind.TRIPLES))
    assert "text/turtle" in refusal.value.offered


def test_names_and_suffixes_belong_to_one_row_each() -> None:
    for column in ("name", "suffix", "media_type"):
        values = [getattr(row, column) for row in FORMATS]
        assert len(set(values)) == len(values), column


def test_text_says_that_it_is_utf8() -> None:
    assert formats.CSV.content_type == "text/csv; charset=utf-8"
    assert formats.JSON.content_type == "application/sparql-results+json"


def test_the_engine_knows_the_registered_media_type_of_every_row() -> None:
    for row in of_kind(*Kind):
        if isinstance(row.engine, QueryResultsFormat):
            assert QueryResultsFormat.from_media_type(row.media_type) == row.results
        elif row.engine is not None:
            assert RdfFormat.from_media_type(row.media_type) == row.rdf


def test_an_alias_keeps_the_registered_media_type_of_its_row() -> None:
    chosen = negotiate("application/json", of_kind(Kind.BINDINGS))
    assert (chosen.content_type, chosen.registered) == ("application/json", "application/sparql-results+json")
    assert chosen == formats.JSON


@pytest.mark.parametrize("row", of_kind(Kind.BINDINGS), ids=lambda row: row.name)
def test_every_results_format_holds_bindings_and_booleans(row: formats.Format) -> None:
    store = Store()
    assert b"x" in (store.query("SELECT (1 AS ?x) {}").serialize(format=row.results) or b"")
    assert b"true" in (store.query("ASK {}").serialize(format=row.results) or b"")


@pytest.mark.parametrize("row", of_kind(Kind.TRIPLES), ids=lambda row: row.name)
def test_every_graph_format_holds_triples_that_come_back(row: formats.Format) -> None:
    query = "CONSTRUCT { <http://a/s> <http://a/p> 'x'@de, 1 } WHERE {}"
    data = Store().query(query).serialize(format=row.rdf)
    back = Store()
    back.load(data or b"", format=row.rdf)
    assert len(back) == 2


def test_asking_a_page_for_its_engine_format_is_a_mistake_that_shows() -> None:
    with pytest.raises(TypeError, match="HTML"):
        _ = formats.HTML.rdf
    with pytest.raises(TypeError, match="Turtle"):
        _ = formats.TURTLE.results
