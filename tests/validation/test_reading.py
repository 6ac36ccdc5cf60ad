from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from numgraph.errors import MalformedRdf, UnreadableSource
from numgraph.validation.reading import FORMATS, parse_triples, rdf_files, read_triples

SAMES = {
    ".ttl": "<urn:a> <urn:b> <urn:c> .",
    ".nt": "<urn:a> <urn:b> <urn:c> .",
    ".nq": "<urn:a> <urn:b> <urn:c> <urn:g> .",
    ".trig": "<urn:g> { <urn:a> <urn:b> <urn:c> }",
    ".jsonld": '{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}',
    ".json": '{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}',
}
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:a"><u:b rdf:resource="urn:c"/></rdf:Description></rdf:RDF>'
)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_reads_the_same_triple(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"data{suffix}"
    file.write_text(SAMES.get(suffix, RDF_XML), encoding="utf-8")
    assert [str(triple) for triple in read_triples(file)] == ["<urn:a> <urn:b> <urn:c>"]


def test_a_remote_json_ld_context_is_never_fetched() -> None:
    data = b'{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "urn:a", "name": "x"}'
    with pytest.raises(MalformedRdf, match="context"):
        parse_triples(data, RdfFormat.JSON_LD, name="mine.jsonld")


def test_blank_nodes_are_numbered_in_order_of_appearance(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.write_text("_:z <urn:p> [ <urn:q> 1 ] .", encoding="utf-8")
    first, second = read_triples(file), read_triples(file)
    assert first == second
    assert {str(triple.subject) for triple in first} == {"_:b0", "_:b1"}


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UnreadableSource, match=r"nowhere\.ttl"):
        read_triples(Path("nowhere.ttl"))


def test_a_folder_gives_its_own_turtle_files_and_no_deeper_ones(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    for name in ("b.ttl", "a.ttl", "cases/c.ttl", "notes.md"):
        (tmp_path / name).touch()
    assert [file.name for file in rdf_files(tmp_path)] == ["a.ttl", "b.ttl"]
