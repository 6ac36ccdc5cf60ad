"""Text that nobody means well with: no crash, no document that takes long, and a clear message where there is none.

Sizes are chosen so that one bad regular expression is seen (quadratic growth over 50,000 characters is minutes) while
the whole file takes seconds. Time is processor time, so that a busy machine fails no test.
"""

from __future__ import annotations

import random
import re
import sys
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from numgraph import resources
from numgraph.errors import UnreadableSource
from numgraph.extraction import Gazetteer, extract, notes
from numgraph.extraction.extent import LONGEST
from numgraph.model import Claim
from numgraph.sources import read_bytes

LIMIT = 5.0  # seconds of processor time for one document
SIZE = 50_000  # characters of a monster

SENTENCE = "Das Netzwerk Universitätsmedizin (NUM) wurde im Mai 2020 gegründet. "
MONSTERS = {
    "digits": "1234567890",
    "numbers": "12 ",
    "full stops": ".",
    "spaced full stops": ". ",
    "at signs": "@",
    "half addresses": "a@",
    "spelled-out addresses": "a at b dot ",
    "conjunctions": "und ",
    "capital conjunctions": "Und ",
    "commas": ", ",
    "brackets": "[({",
    "short forms": "ABC (DEF) ",
    "open short forms": "(kurz: ",
    "quotation marks": "„",
    "straight quotation marks": '"',
    "quotations": "„" + "x" * 30 + "“, sagt Hans Maier. ",
    "heads of names": "Klinik für ",
    "names": "Hans Maier, ",
    "capitalised words": "Abc ",
    "words": "abc ",
    "titles": "Prof. Dr. med. ",
    "hyphens": "-",
    "hyphened words": "Ab-",
    "bullets": "• a\n",
    "amounts": "1,5 Mio. Euro ",
    "currencies": "€ ",
    "dates": "1. Juli 2025 ",
    "periods": "01.02.2023 - ",
    "phones": "+49 30 1 ",
    "phone labels": "Tel.: ",
    "signs": "+4",
    "labels": "a:\n",
    "addresses": "http://a.b/",
    "streets": "Straße 1 ",
    "postcodes": "01307 Dresden ",
    "slashes": "/",
    "pronouns": "wir ",
    "references": "das Projekt ",
    "hospitals": "Universitätsklinikum Dresden, ",
    "networks": "NUM und ",
    "roles": "Leiter des ",
    "participles": "wird mit gefördert ",
    "abbreviations": "z.B. ",
    "combining marks": "a\u0301\u0302",
    "zero-width spaces": "\u200b",
    "private use": "\ue001\ue100",
    "one word": "x",
    "one name": "Xx",
    "tags": "<",
    "sentences": SENTENCE,
    "lines": SENTENCE.strip() + "\n",
    "paragraphs": SENTENCE.strip() + "\n\n",
}


@pytest.fixture(scope="module")
def claims_of() -> Callable[..., list[Claim]]:
    """Reads and extracts within the limit; every quote must stand where it says (Evidence sees to that)."""
    gazetteer = Gazetteer.load(resources.data() / "directories")
    extract(read_bytes(SENTENCE.encode(), "warm-up.txt"), gazetteer)

    def within_limit(data: bytes, name: str = "a.txt") -> list[Claim]:
        began = time.process_time()
        document = read_bytes(data, name)
        claims = extract(document, gazetteer)
        took = time.process_time() - began
        assert took < LIMIT, f"took {took:.1f} s"
        for claim in claims:
            assert document.text[claim.evidence.start : claim.evidence.end] == claim.evidence.quote
        return claims

    return within_limit


def readable_or_refused(claims_of: Callable[..., list[Claim]], data: bytes, name: str = "a.txt") -> None:
    """What is refused is refused with the name of the file."""
    try:
        claims_of(data, name)
    except UnreadableSource as refusal:
        said = str(refusal)
    else:
        return
    assert name in said


@pytest.mark.parametrize("piece", MONSTERS.values(), ids=MONSTERS)
def test_a_piece_repeated_for_ever_takes_no_time_that_grows_with_its_square(
    claims_of: Callable[..., list[Claim]], piece: str
) -> None:
    claims_of((piece * (SIZE // len(piece))).encode())


def test_a_line_of_fifty_megabytes_is_read_as_far_as_facts_are_searched(claims_of: Callable[..., list[Claim]]) -> None:
    text = f"Netzwerk wächst\n\n{SENTENCE}\n\n" + SENTENCE * (50_000_000 // len(SENTENCE.encode()))
    claims = claims_of(text.encode())
    assert any(claim.predicate == "foundedOn" for claim in claims)
    assert all(claim.evidence.end <= LONGEST for claim in claims)
    (said,) = notes(read_bytes(text[: LONGEST * 2].encode(), "a.txt"))
    assert "only the first 300,000 of 600,000 characters" in said


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ul><li", "a", "font"])
def test_html_nested_a_hundred_thousand_deep_is_no_problem_or_said_to_be_one(
    claims_of: Callable[..., list[Claim]], tag: str
) -> None:
    data = b"<html><body>" + f"<{tag}>".encode() * 100_000 + SENTENCE.encode()
    readable_or_refused(claims_of, data, "a.html")


def test_markup_that_never_ends_is_no_problem_or_said_to_be_one(claims_of: Callable[..., list[Claim]]) -> None:
    for data in (
        b"<html><!--" + b"-" * SIZE,
        b"<html>" + b"<a href='" * 5000,
        b"<html>" + b"&amp" * 20_000,
        b"<?xml" * 9000,
    ):
        readable_or_refused(claims_of, data, "a.html")


def test_every_block_of_unicode_is_read(claims_of: Callable[..., list[Claim]]) -> None:
    """One character in 40 of all planes, beside words that rules look for."""
    chosen = [chr(code) for code in range(32, sys.maxunicode + 1, 41) if not 0xD800 <= code < 0xE000]
    for part in (chosen[:3000], chosen[3000:]):
        text = "".join(f"{char} Netzwerk{char}NUM " if number % 60 == 0 else char for number, char in enumerate(part))
        claims_of(text.encode())


@pytest.mark.parametrize("category", ["Nd", "Nl", "No", "Zs", "Pd", "Lu", "Cf"])
def test_digits_spaces_and_capitals_of_other_scripts_are_no_reason_to_stop(
    claims_of: Callable[..., list[Claim]], category: str
) -> None:
    """``\\d`` and ``str.isdigit`` take more for a digit than ``int`` and ``Decimal`` do."""
    chars = [chr(code) for code in range(0x20000) if unicodedata.category(chr(code)) == category][:700]
    patterns = (
        "{0} Partner. ",
        "{0}. Juli 20{0}{0}. ",
        "{0},{0} Mio. Euro. ",
        "+49 {0}{0}{0} {0}{0}{0}{0}. ",
        "im Jahr 2{0}{0}{0}. ",
    )
    claims_of("".join(pattern.format(char) for char in chars for pattern in patterns).encode())


SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = sorted({word for piece in MONSTERS.values() for word in re.findall(r"\S+\s?", piece)} | set("\n\t.,;:()-–„“"))


@SETTINGS
@given(st.binary(min_size=1, max_size=2000), st.sampled_from(["a.txt", "a.html", "a", "a.md"]))
def test_any_bytes_are_read_or_refused_with_the_name_of_the_file(
    claims_of: Callable[..., list[Claim]], data: bytes, name: str
) -> None:
    readable_or_refused(claims_of, data, name)


@SETTINGS
@given(st.text(min_size=1, max_size=1000))
def test_any_text_is_read_or_refused(claims_of: Callable[..., list[Claim]], text: str) -> None:
    readable_or_refused(claims_of, text.encode("utf-8", "surrogatepass"))


@SETTINGS
@given(st.lists(st.sampled_from(WORDS), min_size=5, max_size=300).map("".join))
def test_words_that_rules_look_for_in_any_order_are_read(claims_of: Callable[..., list[Claim]], text: str) -> None:
    readable_or_refused(claims_of, text.encode())


@pytest.mark.parametrize("seed", range(4))
def test_a_real_text_with_its_characters_shuffled_or_cut_is_read(
    claims_of: Callable[..., list[Claim]], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secrets
    for path in sorted((resources.data() / "press").glob("*.*")):
        data = bytearray(path.read_bytes())
        for _ in range(40):
            data[chance.randrange(len(data))] = chance.randrange(256)
        readable_or_refused(claims_of, bytes(data[: chance.randrange(200, len(data))]), path.name)
