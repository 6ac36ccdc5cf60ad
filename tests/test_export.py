from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from numgraph import export, formats
from numgraph.formats import Kind
from numgraph.store.editions import EmbeddedReader, EmbeddedStore

DATA = """
@prefix num: <https://w3id.org/numgraph/ontology#> .
@prefix id: <https://w3id.org/numgraph/id/> .
<https://w3id.org/numgraph/id/network/testnetz> a num:Network ; num:foundedOn "2020-04" ;
    num:goal "Zeile eins\\nZeile zwei"@de , "ein \\"Wort\\" \\\\ und mehr" .
GRAPH <https://w3id.org/numgraph/source/a-1> { <https://w3id.org/numgraph/id/network/testnetz> num:foundedOn "2020" }
GRAPH <https://w3id.org/numgraph/graph/catalogue> { <https://w3id.org/numgraph/id/source/a-1> a num:Report }
"""
QUADS = list(parse(DATA, format=RdfFormat.TRIG))
SOURCE = "https://w3id.org/numgraph/source/a-1"
RDF_FORMATS = formats.of_kind(Kind.TRIPLES)


def stored(folder: Path, quads: list[Quad]) -> EmbeddedReader:
    store = EmbeddedStore(folder)
    store.commit(quads, message="test", author="test")
    return store.reader()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedReader:
    return stored(tmp_path_factory.mktemp("export") / "data", QUADS)


def written(reader: EmbeddedReader, name: str, graph: str | None = None) -> bytes:
    output = BytesIO()
    export.write(reader, formats.by_name(name), output, graph)
    return output.getvalue()


def test_canonical_n_quads_are_sorted_lines_of_the_whole_dataset(reader: EmbeddedReader) -> None:
    lines = written(reader, "nquads").splitlines(keepends=True)
    assert lines == sorted(f"{quad} .\n".encode() for quad in QUADS)


@pytest.mark.parametrize("wanted", RDF_FORMATS, ids=lambda one: one.name)
def test_each_format_gives_back_what_it_was_given(reader: EmbeddedReader, wanted: formats.Format) -> None:
    text = written(reader, wanted.name)
    expected = QUADS if Kind.QUADS in wanted.kinds else [one for one in QUADS if one.graph_name == DefaultGraph()]
    assert set(parse(text, format=wanted.rdf)) == set(expected)


@pytest.mark.parametrize("wanted", RDF_FORMATS, ids=lambda one: one.name)
def test_equal_data_are_equal_bytes_whatever_order_they_came_in(
    reader: EmbeddedReader, wanted: formats.Format, tmp_path: Path
) -> None:
    assert written(stored(tmp_path / "other", QUADS[::-1]), wanted.name) == written(reader, wanted.name)


def test_one_named_graph_can_be_written_alone(reader: EmbeddedReader) -> None:
    (line,) = written(reader, "ntriples", SOURCE).splitlines()
    assert line.endswith(b'"2020" .')


def test_turtle_declares_our_prefixes_and_uses_them(reader: EmbeddedReader) -> None:
    text = written(reader, "turtle").decode()
    header = [line for line in text.splitlines() if line.startswith("@prefix")]
    assert header == sorted(header)
    assert "@prefix num: <https://w3id.org/numgraph/ontology#> ." in header
    assert "a num:Network" in text or "rdf:type num:Network" in text


def test_a_folder_gets_one_turtle_file_for_each_graph(reader: EmbeddedReader, tmp_path: Path) -> None:
    paths = export.write_folder(reader, tmp_path)
    names = {path.relative_to(tmp_path).as_posix() for path in paths}
    assert names == {"default.ttl", "graph/catalogue.ttl", "source/a-1.ttl"}
    triples = {quad.triple for path in paths for quad in parse(path=str(path))}
    assert triples == {quad.triple for quad in QUADS}
