"""The idw vocabularies split lines that commas alone cannot split."""

from __future__ import annotations

import pytest

from numgraph.sources.idw_terms import RELEASE_TYPE, SCHEMES, SUBJECT_AREA, pieces, split


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", [0, 1])
def test_a_line_of_all_terms_is_split_into_those_terms(scheme, language):
    terms = list(dict.fromkeys(pair[language] for pair in SCHEMES[scheme]))
    line = ", ".join(terms)
    found = split(line, scheme)
    assert [term.text for term in found] == terms
    assert all(line[term.start : term.end] == term.text for term in found)


def test_a_term_with_a_comma_is_one_term():
    assert [term.text for term in split("transregional, national", "region")] == ["transregional, national"]


def test_a_line_with_anything_else_is_no_line_of_terms():
    assert split("Medicine, Alchemy", "subject_area") is None
    assert split("Medicines", "subject_area") is None
    assert split("", "subject_area") is None


def test_unknown_terms_fall_back_to_commas():
    assert [term.text for term in pieces("Alchemy, Art of / war ; x")] == ["Alchemy", "Art of / war", "x"]


@pytest.mark.parametrize("pairs", [SUBJECT_AREA, RELEASE_TYPE])
def test_every_english_term_has_a_german_one(pairs):
    assert all(english and german for english, german in pairs)
