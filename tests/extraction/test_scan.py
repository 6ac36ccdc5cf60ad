"""Where the words of the packs stand: one scan of a document, asked about any stretch of it."""

from __future__ import annotations

import re

import pytest

from numgraph.extraction.languages import lexicon, pack, small_letters
from numgraph.extraction.needs import needed
from numgraph.extraction.scan import Scan
from numgraph.extraction.triggers import HEDGE

TEXT = "Das Zentralinstitut für Pathologie wird von zwölf Partnern gefördert.\nDie Tagung war gut besucht."


def test_a_stretch_knows_only_its_own_words():
    scan, cut = Scan(TEXT), TEXT.index("\n") + 1
    assert "event" in scan.builds(cut, len(TEXT))
    assert "event" not in scan.builds(0, cut)
    assert scan.triggers(0, cut).phrases - scan.triggers(cut, len(TEXT)).phrases


def test_places_count_from_the_start_of_the_stretch():
    text = "Vorweg. " + TEXT
    heads = Scan(text).words(8, len(text)).heads
    assert [TEXT[place:].split(maxsplit=1)[0] for place in heads] == ["Zentralinstitut"]


def test_words_without_their_end_build_nothing():
    assert "front" in Scan("das Institut in Bonn").builds(0, 20)
    assert "front" not in Scan("das Institutionelle").builds(0, 19)


@pytest.mark.parametrize("word", sorted({*pack("de").negations, *pack("nl").plans})[:20])
def test_whatever_denies_or_hopes_is_seen_in_any_case(word):
    assert HEDGE in Scan(f"x {word.upper()} y").triggers(0, len(word) + 4).cues


def test_numbers_in_words_begin_where_their_word_begins():
    words = Scan("zwölf und die Zwölf, nicht wegzwölf").words(0, 35)
    assert words.numbers == [0, 14]


def test_letters_that_grow_when_small_move_no_place():
    assert len(small_letters("İİ Institut")) == len("İİ Institut")
    assert Scan("İİ Institut für Y").words(0, 17).heads == [3]


def test_either_case_of_a_letter_is_one_word():
    assert needed(r"\b[Hh]ead\b") == ("head",)
    assert needed(r"(?:\btel\b|\+\d\d)") == ("tel", "+")


def test_every_noun_that_may_refer_is_found_as_a_reference():
    for noun in lexicon().kinds:
        text = f"der {noun} "
        assert 4 in Scan(text).references(0, len(text)), noun


def test_what_a_phrase_needs_stands_in_what_it_finds():
    for phrase in lexicon().phrases[:50]:
        assert all(re.fullmatch(r"[^\W\d_]{3,}|\+", word) for word in needed(phrase.text))
