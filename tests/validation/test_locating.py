from __future__ import annotations

from pathlib import Path

import pytest

from numgraph.model import Finding, Severity
from numgraph.validation.locating import Place, Places

TEXTS = {
    "a.ttl": '@prefix ex: <http://e/> .\nex:a ex:p "x" ;\n   ex:q 1 ,\n   ex:b .\nex:c ex:p """long\ntext"""@de .\n',
    "a.nt": '<http://e/z> <http://e/p> "y" .\n<http://e/a> <http://e/q> <http://e/b> .\n',
    "a.trig": "@prefix ex: <http://e/> .\nex:g {\n  ex:a ex:q ex:b .\n}\n",
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
    '<rdf:Description rdf:about="http://e/a">\n<e:q rdf:resource="http://e/b"/>\n</rdf:Description></rdf:RDF>',
    "a.jsonld": '{"@id": "http://e/a",\n "http://e/q": {"@id": "http://e/b"}}',
}


def found(focus: str, path: str | None = None, value: str | None = None) -> Finding:
    return Finding(Severity.INFO, f"<http://e/{focus}>", path and f"<http://e/{path}>", value, "", "", "", "")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("a.ttl", Place(4, 7)),
        ("a.nt", Place(2, 37)),
        ("a.trig", Place(3, 16)),
        ("a.rdf", Place(3, 29)),
        ("a.jsonld", None),
    ],
)
def test_a_value_is_found_on_its_line_in_every_format_that_is_read_as_it_comes(
    tmp_path: Path, name: str, place: Place | None
) -> None:
    file = tmp_path / name
    file.write_text(TEXTS[name], encoding="utf-8")
    assert Places.of(file).find(found("a", "q", "<http://e/b>")) == place


def test_what_is_not_stated_is_looked_for_where_its_subject_is_first_spoken_of(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text(TEXTS["a.ttl"], encoding="utf-8")
    places = Places.of(file)
    assert places.find(found("a", "missing")) == Place(2, 12)
    assert places.find(found("a", "q")) == Place(3, 9)
    assert places.find(found("nobody")) is None
