from __future__ import annotations

from collections.abc import Callable

import pytest

from numgraph.extraction import Gazetteer, extract
from numgraph.extraction.explain import Explanation, explain
from numgraph.model import Claim, Document, Entity, Evidence, Modality, Value
from numgraph.sources import read_bytes

NBM = Entity("network/nbm", "NBM", "Network")


@pytest.fixture
def marked() -> Callable[..., Explanation]:
    """The explanation of a text with claims quoting parts of it: ``marked(text, ("quote", confidence), ...)``."""

    def make(text: str, *quotes: tuple[str, float]) -> Explanation:
        document = read_bytes(text.encode(), "a.txt")
        return explain(document, [claim(document, *quote) for quote in quotes], Gazetteer.empty())

    return make


def claim(document: Document, quote: str, confidence: float) -> Claim:
    start = document.text.index(quote)
    evidence = Evidence.at(document, start, start + len(quote))
    return Claim(NBM, "foundedOn", Value("2020", "gYear"), evidence, "by hand", confidence)


def body(sentence: str) -> str:
    """A text in which the sentence stands in the body."""
    return f"Eine Überschrift\n\nHeute ist ein guter Tag für alle. {sentence} Morgen kommt noch einer für alle.\n"


def test_the_segments_are_the_text_without_gap_or_overlap(marked: Callable[..., Explanation]) -> None:
    text = body("Das Netz hat 37 Mitglieder. Alpha Beta Gamma Delta.")
    found = marked(text, ("Alpha Beta", 0.9), ("Beta Gamma", 0.6), ("Gamma Delta", 0.95), ("Beta", 0.7))
    assert "".join(segment.text for segment in found.segments) == found.document.text
    assert [segment.start for segment in found.segments] == sorted(segment.start for segment in found.segments)


def test_claims_are_numbered_by_place_and_each_ends_where_its_quote_ends(marked: Callable[..., Explanation]) -> None:
    found = marked(body("Alpha Beta Gamma."), ("Beta Gamma", 0.6), ("Alpha Beta", 0.9))
    shown = [(one.text, one.notes, one.ending, one.confidence) for one in found.segments if one.notes]
    assert shown == [("Alpha ", (1,), (), 0.9), ("Beta", (1, 2), (1,), 0.9), (" Gamma", (2,), (2,), 0.6)]


def test_a_note_says_the_claim_in_words() -> None:
    document = read_bytes(body("Alpha.").encode(), "a.txt")
    start = document.text.index("Alpha")
    evidence = Evidence.at(document, start, start + 5)
    money = Value("5000", "money", currency="EUR")
    claims = [
        Claim(None, "title", Value("Alpha"), evidence, "r.title", 0.9),
        Claim(NBM, "fundingAmount", money, evidence, "r.money", 0.8, modality=Modality.PLANNED),
        Claim(
            NBM, "role", Value("Leiterin"), evidence, "r.role", 0.7, at=Entity("organisation/x", "X", "Organisation")
        ),
    ]
    notes = explain(document, claims, Gazetteer.empty()).notes
    assert [(one.subject, one.predicate, one.object, one.planned) for one in notes] == [
        ("this document", "title", "Alpha", False),
        ("NBM", "fundingAmount", "5000 EUR", True),
        ("NBM", "role", "Leiterin (at X)", False),
    ]


@pytest.mark.parametrize(
    ("sentence", "clue"),
    [
        ("Das Land gibt 3,5 Mio. Euro.", "money: 3,5 Mio. Euro"),
        ("Los geht es am 1. Juli 2025.", "date: 1. Juli 2025"),
        ("Mit dabei sind 37 Universitätsklinika.", "count: 37 Universitätsklinika"),
        ("Mit dabei sind auch die Universität Leipzig und das Klinikum Chemnitz.", "name: Universität Leipzig"),
        ("Das Institut für Pathologie leitet alles.", "word: leitet"),
        ("Er wird von der Universität Leipzig gefördert.", "word: gefördert"),
        ("Het is gefinancierd door de Universiteit Utrecht.", "word: gefinancierd"),
        ("It is funded by the University of Toronto.", "word: funded"),
    ],
)
def test_a_sentence_that_looks_like_a_fact_and_is_quoted_by_no_claim_is_unread(
    marked: Callable[..., Explanation], sentence: str, clue: str
) -> None:
    (unread,) = marked(body(sentence)).unread
    assert marked(body(sentence)).document.slice(unread.span) == sentence
    assert clue in unread.clues


@pytest.mark.parametrize(
    "sentence", ["Das ist schön.", "Es gibt 37 Gründe zur Freude.", "Die Universität Leipzig freut sich.", "Er leitet."]
)
def test_small_talk_is_not_unread(marked: Callable[..., Explanation], sentence: str) -> None:
    assert marked(body(sentence)).unread == ()


def test_a_sentence_that_a_claim_quotes_in_part_is_read(marked: Callable[..., Explanation]) -> None:
    sentence = "Das Land gibt 3,5 Mio. Euro."
    assert marked(body(sentence), ("3,5 Mio.", 0.9)).unread == ()


def test_the_end_of_an_unread_sentence_is_marked_once(marked: Callable[..., Explanation]) -> None:
    found = marked(body("Das Land gibt 3,5 Mio. Euro."))
    unread = [segment for segment in found.segments if segment.unread]
    assert [segment.last for segment in unread] == [True]


def test_what_the_rules_find_in_the_samples_is_explained(checkout, gazetteer) -> None:
    for path in sorted((checkout / "data" / "press").glob("*.txt")):
        document = read_bytes(path.read_bytes(), path.name)
        claims = extract(document, gazetteer)
        found = explain(document, claims, gazetteer)
        assert len(found.notes) == len(claims)
        assert sorted(number for one in found.segments for number in one.ending) == list(range(1, len(claims) + 1))
        for note in found.notes:
            quoted = "".join(one.text for one in found.segments if note.number in one.notes)
            assert quoted == document.slice(note.span)


@pytest.fixture(scope="module")
def gazetteer(checkout) -> Gazetteer:
    return Gazetteer.load(checkout / "data" / "directories")
