"""The phrase language of the packs: slots, gaps, lists, and the words that make a phrase worth trying."""

from __future__ import annotations

import re

import pytest

from numgraph.extraction.languages import codes, lexicon, pack
from numgraph.extraction.needs import needed
from numgraph.extraction.phrases import KINDS
from numgraph.extraction.rules.relations import HANDLED_APART, RELATIONS


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        (r"{s:work} (?:wird|wurde) ~ von {o:org} ~ (?:gefördert|finanziert)", ("gefördert", "finanziert")),
        (r"{s:body} bestaat sinds {v:date}", ("bestaat",)),
        (r"[Zz]um {o:net} (?:gehören|zählen)\b {s:body*}", ("gehören", "zählen")),
        (r"{s:net}: {v:count}", ()),
        (r"{s:org} (?:x|)foo", ("foo",)),
    ],
)
def test_the_cue_words_are_the_longest_that_every_match_holds(phrase, words):
    assert needed(phrase) == words


@pytest.mark.parametrize("code", codes())
def test_every_phrase_of_a_pack_says_a_known_relation_of_known_kinds(code):
    for phrase in pack(code).phrases:
        assert phrase.relation in {*RELATIONS, *HANDLED_APART}
        kinds = re.findall(r"\{\w+:(\w+)\*?\}", phrase.text)
        assert set(kinds) <= {*KINDS, "text", "rest", "aim", "short"}, phrase


def test_the_packs_together_know_all_their_words():
    words = lexicon()
    assert (words.months["mei"], words.months["märz"], words.months["march"]) == (5, 3, 3)
    assert (words.numbers["siebenunddreißig"], words.numbers["drieëntwintig"], words.numbers["forty-two"]) == (
        37,
        23,
        42,
    )
