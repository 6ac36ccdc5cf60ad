"""Words are folded as German sorts them, stemmed in three languages, and compounds taken apart."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numgraph.search import analysis, index


def test_the_examples_in_the_docstrings_hold() -> None:
    for module in (analysis, index):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("de", ("Förderung", "Förderungen", "foerderung")),
        ("de", ("Universitätsklinik", "Universitätskliniken")),
        ("de", ("Haus", "Häuser", "Hauses")),
        ("en", ("research", "researching", "researched")),
        ("nl", ("ziekenhuis", "ziekenhuizen")),
        ("nl", ("onderzoek", "onderzoeken")),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: tuple[str, ...]) -> None:
    assert len({analysis.stem(language, analysis.composed(form)) for form in forms}) == 1


def test_both_spellings_of_umlauts_are_one_word_and_others_stay_apart() -> None:
    assert analysis.folded("förderung") == analysis.folded("foerderung") != analysis.folded("forderung")
    assert analysis.folded("groß") == analysis.folded("gross")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("universitaetsmedizin", ("universitaet", "medizin")),
        ("foerderphase", ()),
        ("medizin", ()),
        ("gerechtigkeit", ()),
    ],
)
def test_compounds_fall_into_words_that_occur_by_themselves(word: str, expected: tuple[str, ...]) -> None:
    assert analysis.parts(word, {"universitaet", "medizin", "phase", "recht", "keit"}) == expected


@given(st.text(max_size=50))
def test_words_hold_letters_and_digits_only_and_keep_their_places(text: str) -> None:
    for word, start, end in analysis.words(text):
        assert 0 <= start < end <= len(text)
        assert all(sign.isalnum() or sign in "’'" for sign in word)
        for term in (analysis.folded(word), *analysis.derived(word, analysis.LANGUAGES), *analysis.asked(word)):
            assert not set(term) & set(" ()[]{}.*+?|\\^$\"'")
