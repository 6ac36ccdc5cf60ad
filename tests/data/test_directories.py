"""The directory tables: every cell well-formed, every reference resolved, no name with two meanings."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from numgraph import terms
from numgraph.iris import kind, slug

COLUMNS = [
    "key", "type", "label_de", "label_en", "label_nl", "aliases", "abbreviation", "city", "state", "country", "parent",
    "website", "ror", "wikidata", "lat", "lon", "valid_from", "valid_until", "replaced_by", "source_url", "source_date",
]  # fmt: skip
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
URL = re.compile(r"https?://[\w.-]+\.[a-z]{2,}(/[^\s|]*)?(\?[^\s|]*)?")
ROR = re.compile(r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}\d{2}")
QID = re.compile(r"Q[1-9]\d*")

# Of Germany's places alone a wrong sign or a swapped pair would show; the rest of the world only has bounds.
GERMANY = (47.2, 55.1, 5.8, 15.1)

Row = Mapping[str, str]


@pytest.fixture(scope="module")
def folder(checkout: Path) -> Path:
    return checkout / "data" / "directories"


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[Row]:
    found: list[Row] = []
    for path in sorted(folder.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.extend(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def by_key(rows: list[Row]) -> dict[str, Row]:
    return {row["key"]: row for row in rows}


def names(row: Row) -> set[str]:
    """The names that mean a row without help from their context: an abbreviation does only where it is an alias too."""
    aliases = set(row["aliases"].split("|"))
    labels = {row["label_de"], row["label_en"], row["label_nl"]} - ({row["abbreviation"]} - aliases)
    return (labels | aliases) - {""}


def crockford(identifier: str) -> tuple[int, int]:
    """The number in a ROR identifier and its two check digits."""
    number = 0
    for digit in identifier[:-2]:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(digit)
    return number, int(identifier[-2:])


def test_every_table_has_the_same_columns_and_stands_in_a_folder_of_its_name(folder: Path) -> None:
    tables = sorted(folder.glob("*/*.csv"))
    assert {path.stem for path in tables} >= {
        "university-medicine", "universities", "num", "funders", "networks", "places", "items",
    }  # fmt: skip
    for path in tables:
        assert path.parent.name == path.stem
        assert path.read_text("utf-8").split("\n", 1)[0].split(",") == COLUMNS, path.name


def test_every_table_says_in_a_readme_what_it_holds(folder: Path) -> None:
    for table in (path for path in folder.iterdir() if path.is_dir()):
        assert len((table / "README.md").read_text("utf-8").split()) > 20, table.name


def test_rows_are_sorted_so_that_a_change_shows_as_one_line(folder: Path) -> None:
    for path in folder.glob("*/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            keys = [row["key"] for row in csv.DictReader(file)]
        assert keys == sorted(keys), path.name


def test_keys_are_unique_over_all_tables(rows: list[Row], by_key: dict[str, Row]) -> None:
    assert len(by_key) == len(rows)


def test_a_key_is_the_class_in_kebab_case_and_a_slug(rows: list[Row]) -> None:
    for row in rows:
        assert row["type"] in terms.CLASSES, row["key"]
        segment, name = row["key"].split("/")
        assert segment == kind(row["type"]), row["key"]
        assert name == slug(name), row["key"]


def test_no_person_stands_in_a_table(rows: list[Row]) -> None:
    assert not [row["key"] for row in rows if row["type"] in ("Person", "Role")]


def test_every_row_has_a_label_a_source_and_the_date_of_that_source(rows: list[Row]) -> None:
    for row in rows:
        assert row["label_de"] or row["label_en"] or row["label_nl"], row["key"]
        assert URL.fullmatch(row["source_url"]), row["key"]
        assert DATE.fullmatch(row["source_date"]), row["key"]


def test_no_cell_has_white_space_around_it_and_lists_hold_no_empty_or_repeated_items(rows: list[Row]) -> None:
    for row in rows:
        assert all(value == value.strip() for value in row.values()), row["key"]
        aliases = row["aliases"].split("|") if row["aliases"] else []
        assert all(alias and alias == alias.strip() for alias in aliases), row["key"]
        assert len(set(aliases)) == len(aliases), row["key"]
        assert "|" not in row["abbreviation"], row["key"]


def test_parents_and_successors_exist_and_do_not_go_in_circles(rows: list[Row], by_key: dict[str, Row]) -> None:
    for row in rows:
        for column in ("parent", "replaced_by"):
            seen = {row["key"]}
            target = row[column]
            while target:
                assert target in by_key, f"{row['key']}: no {column} {target}"
                assert target not in seen, f"{row['key']}: {column} goes in a circle"
                seen.add(target)
                target = by_key[target][column]


def test_cities_states_and_countries_are_places_by_their_german_label(rows: list[Row], by_key: dict[str, Row]) -> None:
    for row in rows:
        for column in ("city", "state", "country"):
            if row[column]:
                place = by_key.get(f"place/{slug(row[column])}")
                assert place, f"{row['key']}: {row[column]} is in no row of places"
                assert place["label_de"] == row[column], row["key"]


def test_a_row_agrees_with_its_city_on_state_and_country(rows: list[Row], by_key: dict[str, Row]) -> None:
    for row in rows:
        city = by_key.get(f"place/{slug(row['city'])}") if row["city"] else None
        if city and row["state"] and city["state"]:
            assert row["state"] == city["state"], row["key"]
        if city and row["country"] and city["country"]:
            assert row["country"] == city["country"], row["key"]


def test_addresses_and_identifiers_are_well_formed(rows: list[Row]) -> None:
    for row in rows:
        assert not row["website"] or URL.fullmatch(row["website"]), row["key"]
        assert not row["wikidata"] or QID.fullmatch(row["wikidata"]), row["key"]
        assert not row["ror"] or ROR.fullmatch(row["ror"]), row["key"]


def test_ror_identifiers_carry_their_own_check_digits(rows: list[Row]) -> None:
    """ISO 7064 MOD 97-10 over the number that the Crockford base-32 digits write (ror.readme.io, "ROR identifier")."""
    for row in rows:
        if row["ror"]:
            number, check = crockford(row["ror"].removeprefix("https://ror.org/"))
            assert 98 - (number * 100) % 97 == check, row["key"]


def test_an_external_identifier_belongs_to_one_row(rows: list[Row]) -> None:
    for column in ("ror", "wikidata"):
        owners: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row[column]:
                owners[row[column]].append(row["key"])
        assert not {value: keys for value, keys in owners.items() if len(keys) > 1}


def test_coordinates_come_in_pairs_and_lie_where_the_row_says(rows: list[Row]) -> None:
    for row in rows:
        assert bool(row["lat"]) == bool(row["lon"]), row["key"]
        if not row["lat"]:
            continue
        latitude, longitude = float(row["lat"]), float(row["lon"])
        south, north, west, east = GERMANY if row["country"] == "Deutschland" else (-90.0, 90.0, -180.0, 180.0)
        assert south < latitude < north, row["key"]
        assert west < longitude < east, row["key"]


def test_periods_are_dates_and_start_before_they_end(rows: list[Row]) -> None:
    for row in rows:
        start, end = row["valid_from"], row["valid_until"]
        assert not start or DATE.fullmatch(start), row["key"]
        assert not end or DATE.fullmatch(end), row["key"]
        if start and end:
            width = min(len(start), len(end))
            assert start[:width] <= end[:width], row["key"]


def test_a_name_means_one_row(rows: list[Row]) -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in names(row):
            meanings[name.casefold()].add(row["key"])
    assert not {name: keys for name, keys in meanings.items() if len(keys) > 1}


@pytest.mark.parametrize("short", ["SAB", "MB", "RAPID", "DIZ", "ENRICH", "SNAP", "KIK", "NUM", "LokS", "UMG", "MII"])
def test_an_ambiguous_short_form_is_known_but_never_enough(rows: list[Row], short: str) -> None:
    assert any(row["abbreviation"] == short for row in rows)
    assert not [row["key"] for row in rows if short in names(row)]


def test_funding_phases_carry_no_dates_because_sources_contradict_each_other(rows: list[Row]) -> None:
    phases = [row for row in rows if row["type"] == "FundingPhase"]
    assert len(phases) == 3
    assert not any(row["valid_from"] or row["valid_until"] for row in phases)


def test_a_renamed_ministry_leads_to_its_successor(by_key: dict[str, Row]) -> None:
    old, new = by_key["funder/bmbf"], by_key["funder/bmftr"]
    assert old["replaced_by"] == new["key"]
    assert old["valid_until"] < new["valid_from"]


def test_every_german_hospital_has_a_city_and_every_faculty_its_university(
    rows: list[Row], by_key: dict[str, Row]
) -> None:
    joint = {row["parent"] for row in rows if row["type"] == "UniversityHospital"}
    for row in rows:
        if row["type"] == "UniversityHospital" and row["country"] == "Deutschland" and row["key"] not in joint:
            assert row["city"], row["key"]
            assert row["state"], row["key"]
        if row["key"].startswith("organisational-unit/medizinische-fakultaet-"):
            assert by_key[row["parent"]]["type"] == "University", row["key"]


def entities(shared: Path, member: Mapping[str, str]) -> set[str]:
    """All names of an entity of the gold: its label and aliases."""
    gold = json.loads((shared / "gold" / "seeds" / f"{member['doc']}.json").read_text("utf-8"))
    entity = next(entity for entity in gold["entities"] if entity["id"] == member["entity"])
    return {entity["label"], *entity["aliases"]}


def groups(shared: Path, name: str) -> Iterator[tuple[str, list[set[str]]]]:
    cross: dict[str, Any] = json.loads((shared / "gold" / "seeds" / "cross.json").read_text("utf-8"))
    for group in cross[name]:
        yield group.get("key") or group["why"], [entities(shared, member) for member in group["members"]]


def keys_of(wanted: set[str], rows: list[Row], *, with_short_forms: bool) -> set[str]:
    return {
        row["key"]
        for row in rows
        if wanted & names(row) or (with_short_forms and row["abbreviation"] and row["abbreviation"] in wanted)
    }


def test_names_that_mean_the_same_in_several_documents_lead_to_the_same_row(rows: list[Row], shared: Path) -> None:
    for why, members in groups(shared, "entity_alignment"):
        found = [keys_of(wanted, rows, with_short_forms=True) for wanted in members]
        if all(found):
            assert set.intersection(*found) or why == "NUM-MB", why  # NUM-MB and QS-MB: probable only, kept apart


def test_names_that_must_stay_apart_never_lead_to_the_same_row(rows: list[Row], shared: Path) -> None:
    for why, members in groups(shared, "not_same_as"):
        first, second = (keys_of(wanted, rows, with_short_forms=False) for wanted in members)
        assert not first & second, why


def test_every_site_code_of_the_medical_informatics_initiative_has_a_row(
    folder: Path, by_key: dict[str, Row], shared: Path
) -> None:
    concepts = json.loads((shared / "directories" / "mii_diz_standorte.json").read_text("utf-8"))["concept"]
    with (folder / "mii" / "codes.tsv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"]: row for row in csv.DictReader(file, delimiter="\t")}
    assert set(codes) == {concept["code"] for concept in concepts}
    assert [code for code, row in codes.items() if not row["key"]] == ["CRR"]
    assert all(row["key"] in by_key for row in codes.values() if row["key"])
    for concept in concepts:
        stated = {p["code"]: p.get("valueCode") or p.get("valueDateTime") for p in concept["property"]}
        assert codes[concept["code"]]["replaced_by"] == (stated.get("replacedBy") or "")
        assert codes[concept["code"]]["deprecated_on"] == (stated.get("deprecationDate") or "")
