"""Sentences end where they end, and their offsets hold."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numgraph.extraction.sentences import LONGEST, split


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Prof. Dr. Ada K. Lotse kam am 1. Juli 2025. Sie blieb.", 2),
        ("Das kostet 3,6 Mio. Euro. Wer zahlt?", 2),
        ("„Es ist gut.“ Das sagte er.", 2),
        ("Im Jahr 2020. Danach nicht mehr.", 2),
        ("u. a. in Dresden, z. B. am ZMI", 1),
        ("Dat kost o.a. tijd. En geld.", 2),
        ("- eins\n- zwei\n\n- drei", 3),
    ],
)
def test_abbreviations_and_ordinals_end_no_sentence(text, count):
    assert len(list(split(text, 0, len(text)))) == count


@given(st.text(max_size=400))
def test_no_sentence_is_blank_or_overlaps_and_nothing_but_space_is_lost(text):
    spans = list(split(text, 0, len(text)))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())


def test_a_stretch_without_an_end_is_cut():
    text = "wort " * 5000
    assert all(end - start <= LONGEST for start, end in split(text, 0, len(text)))
