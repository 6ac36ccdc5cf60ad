from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from numgraph.errors import BadCell, BadMapping, UnreadableSource
from numgraph.mapping.rml import Fault, load_mapping, run

YARRRML = """
prefixes: {ex: "https://example.org/", xsd: "http://www.w3.org/2001/XMLSchema#"}
mappings:
  site:
    sources: [["sites.csv~csv"]]
    s: ex:$(id)
    po:
      - [a, ex:Site]
      - [ex:name, $(name), de~lang]
      - [ex:beds, $(beds), xsd:integer]
      - [ex:web, $(web)~iri]
"""
TABLE = "id,name,beds,web\n1,Köln,1200,https://koeln.example\n2,Bonn,,\n"


def mapped(folder: Path, mapping: str, table: str = TABLE, name: str = "m.yml") -> list[str]:
    (folder / name).write_text(mapping, encoding="utf-8")
    (folder / "sites.csv").write_text(table, encoding="utf-8")
    return [line.strip() for made in run(load_mapping(folder / name), folder) for line in made.lines]


def with_object(each: str) -> str:
    return f"""
prefixes: {{ex: "https://example.org/"}}
mappings:
  site:
    sources: [["sites.csv~csv"]]
    s: ex:$(id)
    po:
      - p: ex:o
        o: {each}
"""


def test_yarrrml_gives_typed_tagged_and_linked_values(tmp_path: Path) -> None:
    assert mapped(tmp_path, YARRRML) == [
        '<https://example.org/1> <https://example.org/name> "Köln"@de .',
        '<https://example.org/1> <https://example.org/beds> "1200"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        "<https://example.org/1> <https://example.org/web> <https://koeln.example> .",
        "<https://example.org/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Site> .",
        '<https://example.org/2> <https://example.org/name> "Bonn"@de .',
        "<https://example.org/2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Site> .",
    ]


def test_the_same_mapping_in_rml_gives_the_same_statements(tmp_path: Path) -> None:
    rml = """
@prefix rml: <http://w3id.org/rml/> . @prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<#site> rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:path "sites.csv" ] ;
    rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "https://example.org/{id}" ; rml:class ex:Site ] ;
  rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ; rml:language "de" ] ] ,
    [ rml:predicate ex:beds ; rml:objectMap [ rml:reference "beds" ; rml:datatype xsd:integer ] ] ,
    [ rml:predicate ex:web ; rml:objectMap [ rml:reference "web" ; rml:termType rml:IRI ] ] .
"""
    assert sorted(mapped(tmp_path, rml, name="m.ttl")) == sorted(mapped(tmp_path, YARRRML))


def test_every_statement_knows_its_row_and_columns(tmp_path: Path) -> None:
    mapped(tmp_path, YARRRML)
    made = list(run(load_mapping(tmp_path / "m.yml"), tmp_path))
    assert [(each.file, each.row) for each in made] == [("sites.csv", 2), ("sites.csv", 3)]
    assert made[0].columns == [("name",), ("beds",), ("web",), ("id",)]


def test_a_fault_knows_row_and_column_and_the_other_rows_go_on(tmp_path: Path) -> None:
    mapped(tmp_path, YARRRML)
    (tmp_path / "sites.csv").write_text("id,name,beds,web\n1,A,,not an iri\n2,B,,\n", encoding="utf-8")
    faults: list[Fault] = []
    made = list(run(load_mapping(tmp_path / "m.yml"), tmp_path, on_fault=faults.append))
    assert [each.row for each in made] == [3]
    assert str(faults[0]).startswith("sites.csv, row 2, column web: ")


def test_without_a_listener_the_first_fault_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(BadCell, match=r"sites\.csv, row 2, web"):
        mapped(tmp_path, YARRRML, "id,name,beds,web\n1,A,,not an iri\n")


@pytest.mark.parametrize(
    ("each", "cell", "wanted"),
    [
        ("{function: fn:split, parameters: [[fn:value, $(v)], [fn:separator, '|']]}", "a| b||", ['"a"', '"b"']),
        ("{function: fn:germanNumber, parameters: [[fn:value, $(v)]]}", '"1.234,5"', ['"1234.5"']),
        ("{function: fn:isoDate, parameters: [[fn:value, $(v)]]}", "31.12.2030", ['"2030-12-31"']),
        ("{function: fn:slug, parameters: [[fn:value, $(v)]]}", "Köln Süd", ['"koeln-sued"']),
        ("{function: fn:lookup, parameters: [[fn:value, $(v)], [fn:pairs, 'x=1|y=2']]}", "y", ['"2"']),
        ("{function: fn:when, parameters: [[fn:value, $(id)], [fn:test, $(v)], [fn:equals, yes]]}", "no", []),
        ("$(v) and {more}", "x", ['"x and {more}"']),
    ],
)
def test_functions_and_templates_shape_cells(tmp_path: Path, each: str, cell: str, wanted: list[str]) -> None:
    lines = mapped(tmp_path, with_object(each), f"id,v\n1,{cell}\n")
    assert [line.split("> ", 2)[2].removesuffix(" .") for line in lines] == wanted


@pytest.mark.parametrize("cell", ["12,5,0", "1.23", "zwölf"])
def test_a_number_that_is_not_german_notation_is_refused(tmp_path: Path, cell: str) -> None:
    each = "{function: fn:germanNumber, parameters: [[fn:value, $(v)]]}"
    with pytest.raises(BadCell, match="no number in German notation"):
        mapped(tmp_path, with_object(each), f'id,v\n1,"{cell}"\n')


def test_a_class_can_come_from_a_column(tmp_path: Path) -> None:
    mapping = """
prefixes: {ex: "https://example.org/"}
mappings: {site: {sources: [["sites.csv~csv"]], s: "ex:$(id)", po: [[a, "ex:$(type)"]]}}
"""
    lines = mapped(tmp_path, mapping, "id,type\n1,Clinic\n")
    assert lines[0].endswith("<https://example.org/Clinic> .")


def test_joins_find_the_subjects_of_another_mapping(tmp_path: Path) -> None:
    (tmp_path / "states.csv").write_text("code,name\nNW,Nordrhein-Westfalen\n", encoding="utf-8")
    mapping = """
prefixes: {ex: "https://example.org/"}
mappings:
  site:
    sources: [["sites.csv~csv"]]
    s: ex:$(id)
    po:
      - p: ex:state
        o: {mapping: state, condition: {function: equal, parameters: [[str1, $(state)], [str2, $(code)]]}}
  state:
    sources: [["states.csv~csv"]]
    s: ex:state/$(code)
    po: [[ex:name, $(name)]]
"""
    lines = mapped(tmp_path, mapping, "id,state\n1,NW\n2,XX\n")
    assert lines[0] == "<https://example.org/1> <https://example.org/state> <https://example.org/state/NW> ."
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("mappings: []", "key 'mappings'"),
        ("mappings: {a: {s: 'x:$(id)'}}", "at least one source"),
        ("mappings: {a: {s: 'x:$(id)', sources: [[t.csv~nope]]}}", "'nope' is not a kind of source"),
        ("a: [", "no YAML"),
        (with_object("{function: fn:nope, parameters: []}"), "there is no function"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, mapping: str, message: str) -> None:
    with pytest.raises(BadMapping, match=message):
        mapped(tmp_path, mapping)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no column 'web'"):
        mapped(tmp_path, YARRRML, "id,name,beds\n1,A,2\n")


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    mapped(tmp_path, YARRRML)

    def peak(rows: int) -> int:
        body = "".join(f"{i},Name {i},{i},https://example.org/{i}\n" for i in range(rows))
        (tmp_path / "sites.csv").write_text("id,name,beds,web\n" + body, encoding="utf-8")
        plan = load_mapping(tmp_path / "m.yml")
        tracemalloc.start()
        for _ in run(plan, tmp_path):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(20_000) < 2 * peak(1_000)
