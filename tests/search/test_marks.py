"""Marks stand on the words that answer the question, and snippets are whole sentences of the text."""

from __future__ import annotations

import pytest

from numgraph.search import marks
from numgraph.search.engine import Searcher, Wish
from numgraph.search.marks import Marker
from numgraph.search.syntax import parse


def marked(question: str, text: str, language: str | None) -> list[str]:
    return [text[start:end] for start, end in marks.name_marks(text, language, Marker(parse(question)))]


@pytest.mark.parametrize(
    ("question", "text", "language", "expected"),
    [
        ("Klinik", "Die Kliniken und die Klinik.", "de", ["Kliniken", "Klinik"]),
        ("foerderung", "Die Förderung.", "de", ["Förderung"]),
        ("medizin", "Universitätsmedizin heute", "de", ["Universitätsmedizin"]),
        ("network", "networks and networking", "en", ["networks", "networking"]),
        ("ziekenhuis", "twee ziekenhuizen", "nl", ["ziekenhuizen"]),
        ("forsch*", "Forschung und Vorsicht", "de", ["Forschung"]),
        ('"und die"', "Hund und die Katze, die und", "de", ["und die"]),
        ("haus NOT garten", "Haus mit Garten", "de", ["Haus"]),
        ("COVID-19", "nach COVID-19 und 19", "de", ["COVID-19"]),
        ("class:Person haus", "Person im Haus", "de", ["Haus"]),
        ("", "nichts", "de", []),
    ],
)
def test_marks_stand_on_every_form_of_the_words_asked_for(
    question: str, text: str, language: str, expected: list[str]
) -> None:
    assert marked(question, text, language) == expected


def test_snippets_are_sentences_of_the_text_with_their_place(searcher: Searcher) -> None:
    for question in ("rare", "network", "Krankenhaus Medizin", "researching network", ""):
        result = searcher.search(Wish(question, "documents"), limit=10)
        for hit in result.hits:
            for one in marks.snippets(hit, Marker(result.tree)):
                start, end = one.place
                assert one.text.strip("… ") in hit.text[start:end]
                assert all(0 <= a < b <= len(one.text) for a, b in one.marks)


def test_a_sentence_with_a_claim_is_told_from_others(searcher: Searcher) -> None:
    result = searcher.search(Wish("rare OR grows", "documents"), limit=1)
    told = {one.text: one.is_claim for one in marks.snippets(result.hits[0], Marker(result.tree))}
    assert told == {
        "Researchers were researching rare diseases.": False,
        "The network of networks grows.": True,
    }


def test_marks_that_overlap_become_one() -> None:
    assert marks.merged([(5, 9), (0, 3), (2, 4), (9, 12)]) == [(0, 4), (5, 9), (9, 12)]
