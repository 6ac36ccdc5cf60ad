"""The interface speaks German and English alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from numgraph import resources
from numgraph.store.editions import EmbeddedStore
from numgraph_api import conflicts, problems, termbook, wording
from numgraph_api.answers import Term
from numgraph_api.site import HERE
from numgraph_api.termbook import Terms
from numgraph_api.wording import LANGUAGES, preferred

CATALOGUE = wording.load()
ALIGNED = Path(__file__).resolve().parents[1] / "ontology" / "aligned_terms.csv"
NOT_NAMED = ("http://www.w3.org/2001/XMLSchema#", "http://purl.org/vocab/vann/", "https://creativecommons.org/")


@pytest.fixture(scope="module")
def terms() -> Terms:
    return termbook.read(resources.ontology(), resources.shapes())


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    english, german = (CATALOGUE[language].catalogue for language in LANGUAGES)
    assert english.keys() == german.keys()
    for key, words in english.items():
        assert set(re.findall(r"{\w+}", words)) == set(re.findall(r"{\w+}", german[key])), key


def test_no_word_is_left_over() -> None:
    used = "\n".join(path.read_text("utf-8") for path in (*HERE.glob("*.py"), *HERE.glob("templates/*.html")))
    unused = [key for key in CATALOGUE["en"].catalogue if not re.search(rf"['\"]{key}['\"]", used)]
    # Keys that are put together: "area_" ~ area in a template, f"rule_{rule}" in the code.
    made = re.findall(r"['\"](\w+_)['\"] ~|f['\"](\w+_)\{", used)
    starts = ("count_", "kind_", "wb_", *(start for found in made for start in found if start))
    assert [key for key in unused if not key.startswith(starts)] == []


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("nl, de;q=0.3", "de"),
        ("fr", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=nonsense", "en"),
        ("*" * 5000, "en"),
    ],
)
def test_the_reader_s_language_is_chosen_by_quality(accept: str, language: str) -> None:
    assert preferred(accept) == language


@pytest.mark.parametrize(
    ("iso", "english", "german"),
    [
        ("2030-12-31", "31 December 2030", "31. Dezember 2030"),
        ("2030-07", "July 2030", "Juli 2030"),
        ("2030", "2030", "2030"),
        ("2025-07-01T16:31:00Z", "1 July 2025", "1. Juli 2025"),
        ("2030-13", "2030-13", "2030-13"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_keep_their_precision(iso: str, english: str, german: str) -> None:
    assert (CATALOGUE["en"].date(iso), CATALOGUE["de"].date(iso)) == (english, german)


def test_figures_have_the_separators_of_the_language() -> None:
    assert CATALOGUE["en"].number("1234567.50") == "1,234,567.5"
    assert CATALOGUE["de"].number("1234567.50") == "1.234.567,5"
    assert CATALOGUE["de"].number("about 7") == "about 7"


def test_every_term_of_other_vocabularies_has_a_name_in_both_languages(terms: Terms) -> None:
    aligned = [line.split(",")[0] for line in ALIGNED.read_text("utf-8").splitlines()[1:]]
    for iri in (one for one in aligned if not one.startswith(NOT_NAMED)):
        assert terms.labels[iri].keys() >= {"en", "de"}, iri


def test_every_class_and_property_of_a_dataset_has_a_name_in_both_languages(data: Path, terms: Terms) -> None:
    asked = "SELECT DISTINCT ?t WHERE { { ?s ?t ?o } UNION { ?s a ?t } UNION { GRAPH ?g { ?s ?t ?o } %s } %s }"
    rest = "UNION { GRAPH ?g { ?s a ?t } %s }"
    ours = 'FILTER(!STRENDS(STR(?g), "/ontology") && !STRENDS(STR(?g), "/shapes"))'
    for row in EmbeddedStore(data).reader().solve(asked % (ours, rest % ours)):
        assert terms.labels.get(row["t"].value, {}).keys() >= {"en", "de"}, row["t"].value


def test_every_problem_has_a_title_in_both_languages() -> None:
    for kind in problems.TABLE:
        english, german = (CATALOGUE[language].catalogue[f"problem_title_{kind.name}"] for language in LANGUAGES)
        assert english == kind.title != german


@pytest.mark.parametrize(
    ("reason", "german"),
    [
        (
            "2030-06-30 stands: its source (2026-02-02) is newer.",
            "30. Juni 2030 stands: its source (2. Februar 2026) is newer.",
        ),
        ("3600000 gilt; 2027-12 nicht.", "3.600.000 gilt; Dezember 2027 nicht."),
        ("12 of 2030 and A-2025-01-01-x stay", "12 of 2030 and A-2025-01-01-x stay"),
        ("ends with 2027-12.", "ends with Dezember 2027."),
    ],
)
def test_reasons_are_told_as_the_language_writes_dates_and_figures(reason: str, german: str) -> None:
    assert conflicts._reason([{"reason": Term("literal", reason)}], CATALOGUE["de"]) == german
