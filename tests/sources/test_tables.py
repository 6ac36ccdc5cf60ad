from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from numgraph.errors import UnreadableSource
from numgraph.sources import tables, trees


def cells(records: tables.Records, reference: str) -> list[tuple[int, list[tables.Scalar]]]:
    column = records.column(reference)
    return [(row, list(column(record))) for row, record in records.rows()]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_of_a_csv_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    table = tables.read_csv(write(tmp_path / "t.csv", "id,name\n1,A\n2,\n"))
    assert cells(table, "name") == [(2, ["A"]), (3, [])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    table = tables.read_csv(write(tmp_path / "t.csv", delimiter.join(["a", "b"]) + "\n" + delimiter.join(["1", "2"])))
    assert cells(table, "b") == [(2, ["2"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_umlauts_survive_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    table = tables.read_csv(write(tmp_path / "t.csv", "Ort\nKöln\n", encoding))
    assert cells(table, "Ort") == [(2, ["Köln"])]


def test_an_unknown_column_is_an_error_that_lists_the_header(tmp_path: Path) -> None:
    table = tables.read_csv(write(tmp_path / "t.csv", "a,b\n1,2\n"))
    with pytest.raises(UnreadableSource, match="no column 'c'; the header has a, b"):
        table.column("c")


def test_an_empty_table_is_an_error_that_asks_for_a_header(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="needs a header row"):
        tables.read_csv(write(tmp_path / "t.csv", ""))


def test_short_rows_have_no_value_in_the_missing_columns(tmp_path: Path) -> None:
    assert cells(tables.read_csv(write(tmp_path / "t.csv", "a,b\n1\n")), "b") == [(2, [])]


def test_json_references_are_paths_and_plain_names(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", json.dumps({"list": [{"a": 1, "b": {"c": [True, "x"]}}, {"a": None}]}))
    items = trees.read_json(path, "$.list[*]")
    assert cells(items, "a") == [(1, [1]), (2, [])]
    assert cells(items, "$.b.c[*]") == [(1, [True, "x"]), (2, [])]


def test_an_array_where_a_value_is_wanted_says_how_to_name_its_items(tmp_path: Path) -> None:
    items = trees.read_json(write(tmp_path / "t.json", '[{"a": [1]}]'))
    with pytest.raises(UnreadableSource, match=r"an array.*a\[\*\]"):
        cells(items, "a")


def test_json_lines_name_the_line_that_is_broken(tmp_path: Path) -> None:
    items = trees.read_json_lines(write(tmp_path / "t.jsonl", '{"a": 1}\n\n{"a"\n'))
    with pytest.raises(UnreadableSource, match="line 3"):
        cells(items, "a")


def test_yaml_and_xml_give_the_same_records(tmp_path: Path) -> None:
    from_yaml = trees.read_yaml(write(tmp_path / "t.yaml", "- name: Köln\n"))
    from_xml = trees.read_xml(write(tmp_path / "t.xml", "<l><i><name>Köln</name></i></l>"), "/l/i")
    assert cells(from_yaml, "name") == cells(from_xml, "name") == [(1, ["Köln"])]


def test_xml_entities_stay_closed(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", "hidden")
    text = f'<!DOCTYPE l [<!ENTITY x SYSTEM "file://{secret}">]><l><i>&x;</i></l>'
    records = trees.read_xml(write(tmp_path / "t.xml", text), "/l/i")
    assert "hidden" not in str(cells(records, "."))


def test_nesting_too_deep_to_read_is_a_clear_error(tmp_path: Path) -> None:
    items = trees.read_json(write(tmp_path / "t.json", "[" * 100_000))
    with pytest.raises(UnreadableSource):
        list(items.rows())


def test_a_workbook_gives_whole_numbers_as_integers_dates_as_iso_8601_and_names_its_sheets(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Standorte"
    book.active.append(["Ort", "Betten", "Stand"])
    book.active.append(["Köln", 1200.0, date(2026, 1, 30)])
    book.save(path)
    table = tables.read_xlsx(path)
    assert table.sheet == "Standorte"
    assert cells(table, "Betten") == [(2, [1200])]
    assert cells(table, "Stand") == [(2, ["2026-01-30"])]
    with pytest.raises(UnreadableSource, match="no sheet 'X'; it has Standorte"):
        tables.read_xlsx(path, "X")


def test_a_file_that_is_no_workbook_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"t\.xlsx cannot be read as a workbook"):
        tables.read_xlsx(write(tmp_path / "t.xlsx", "no workbook"))
