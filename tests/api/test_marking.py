"""The words that carry a value are found as a source writes them."""

from __future__ import annotations

import pytest

from numgraph.terms import XSD
from numgraph_api import wording
from numgraph_api.answers import Term
from numgraph_api.marking import Piece, excerpt, pieces, spans, surfaces

WORDINGS = wording.load().values()


def marked(text: str, term: Term, *names: str) -> list[str]:
    return [piece.text for piece in pieces(text, surfaces(term, names, WORDINGS)) if piece.marked]


@pytest.mark.parametrize(
    ("value", "datatype", "text", "found"),
    [
        ("2030-12-31", "date", "bis zum 31. Dezember 2030 bewilligt", ["31. Dezember 2030"]),
        ("2030-06-30", "date", "(01.07.2025 bis 30.06.2030)", ["30.06.2030"]),
        ("2025-07-01", "date", "07/01/2025 16:31", ["07/01/2025"]),
        ("2030-07", "gYearMonth", "von Juli 2025 bis Juli 2030", ["Juli 2030"]),
        ("2025-04", "gYearMonth", "von 04/2025 bis 12/2027", ["04/2025"]),
        ("2020", "gYear", "im Jahr 2020 gegründet", ["2020"]),
        ("277000000", "decimal", "insgesamt 277 Millionen Euro", ["277 Millionen"]),
        ("3600000", "decimal", "mit 3,6 Mio. Euro", ["3,6 Mio."]),
        ("37", "integer", "aller 37 Standorte, nicht 137 und nicht 3,37", ["37"]),
        ("+4968411624960", "string", "Telefon +49 6841 16-24960, Fax", ["+49 6841 16-24960"]),
        ("a.b@uks.eu", "string", "a.b(at)uks.eu und a.b@uks.eu", ["a.b(at)uks.eu", "a.b@uks.eu"]),
    ],
)
def test_values_are_found_in_the_spellings_of_sources(value: str, datatype: str, text: str, found: list[str]) -> None:
    assert marked(text, Term("literal", value, XSD + datatype)) == found


def test_names_are_found_with_the_endings_of_their_language() -> None:
    thing = Term("uri", "https://example.org/x")
    text = "des Netzwerks Universitätsmedizin (NUM), nicht NUMmer"
    assert marked(text, thing, "Netzwerk Universitätsmedizin", "NUM") == ["Netzwerks Universitätsmedizin", "NUM"]


def test_the_longest_name_wins() -> None:
    thing = Term("uri", "https://example.org/x")
    assert marked("RACOON COMPARE läuft", thing, "RACOON", "RACOON COMPARE") == ["RACOON COMPARE"]


def test_the_pieces_are_the_text() -> None:
    text = "a NUM b NUM"
    assert "".join(piece.text for piece in pieces(text, ["NUM"])) == text
    assert pieces("", ["NUM"]) == []
    assert pieces(text, []) == [Piece(text, marked=False)]


def test_names_full_of_signs_are_taken_literally() -> None:
    assert spans("f(x) = [a-z]+ (NUM)", ["(NUM)", "[a-z]+", ".*"]) == [(7, 13), (14, 19)]


def test_an_excerpt_keeps_the_marks_and_cuts_at_words() -> None:
    text = "vorne " * 40 + "NUM" + " hinten" * 40
    cut = excerpt(pieces(text, ["NUM"]), margin=20)
    assert [piece.text for piece in cut] == [" … vorne vorne vorne ".lstrip(), "NUM", " hinten hinten …"]
    assert excerpt(pieces(text, ["nichts"])) == []
