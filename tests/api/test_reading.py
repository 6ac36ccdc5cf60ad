"""Sources as people read them: long ones in parts, tables as tables, each stretch by what it is for."""

from __future__ import annotations

from itertools import pairwise

import pytest

from numgraph.model import Block, BlockKind
from numgraph_api.claim import certainty, context
from numgraph_api.display import Shown
from numgraph_api.parts import FIRST_PART, PART, part
from numgraph_api.reading import Sentence, cut
from numgraph_api.tables import table

PARAGRAPHS = "".join(f"Paragraph {n}. " + "word " * 180 + "\n\n" for n in range(120))
TEXTS = {"paragraphs": PARAGRAPHS, "one word": "x" * 100_000, "short": "short", "empty": ""}


@pytest.mark.parametrize("name", TEXTS)
def test_the_parts_of_a_text_are_the_text(name: str) -> None:
    text = TEXTS[name]
    starts, at = [], 0
    while True:
        found = part(text, at, is_table=False)
        starts.append((found.start, found.end))
        if found.after is None:
            break
        at = found.after
    assert "".join(text[a:b] for a, b in starts) == text
    assert all(before[1] == after[0] for before, after in pairwise(starts))
    assert all(end - start <= PART for start, end in starts)
    assert len(starts) == found.total


def test_a_place_lies_in_the_part_that_is_asked_for_it() -> None:
    for at in range(0, len(PARAGRAPHS), 997):
        found = part(PARAGRAPHS, at, is_table=False)
        assert found.start <= at < found.end
    assert part(PARAGRAPHS, FIRST_PART - 1, is_table=False).number == 1
    assert part(PARAGRAPHS, 10**9, is_table=False).after is None


def test_a_table_is_cut_between_rows() -> None:
    text = "".join(f"key: place/{n}\nlabel: Town {n}\n\n" for n in range(2000))
    found = part(text, 20_000, is_table=True)
    assert text[found.start :].startswith("key: ")
    assert text[: found.end].endswith("\n\n")


def test_a_directory_is_shown_as_its_table() -> None:
    text = "key: place/dresden\ncity: Dresden: on the Elbe\n\nkey: place/bonn\nror: x\n\n"
    start = text.index("city")
    found = table(text, 100, {(100 + start, 100 + start + 26): "c"}, {100 + start: Shown("Dresden")})
    assert found.columns == ["key", "city", "ror"]
    first, second = found.rows
    assert [cell and cell.text for cell in first.cells] == ["place/dresden", "Dresden: on the Elbe", None]
    assert first.cells[1] is not None
    assert (first.cells[1].start, first.cells[1].anchor) == (100 + start, "c")
    assert first.subject == Shown("Dresden")
    assert second.subject is None


def test_each_stretch_knows_its_purpose_and_its_sentence() -> None:
    text = "Title\nHe leads it.\nHelp"
    blocks = (
        Block(BlockKind.HEADLINE, 0, 5),
        Block(BlockKind.BODY, 6, 18),
        Block(BlockKind.NOISE, 19, 23),
    )
    found = cut(text, [Sentence("6-18", 6, 18, [])], [(9, 14)], None, blocks)
    assert "".join(piece.text for one in found for piece in one.pieces) == text
    assert [one.purpose for one in found] == ["headline", "", "body", "", "noise"]
    assert [piece.text for one in found for piece in one.pieces if piece.marked] == ["leads"]
    assert [one.opens for one in found if one.sentence] == [True]


def test_a_sentence_across_two_blocks_has_one_anchor() -> None:
    blocks = (Block(BlockKind.BODY, 0, 4), Block(BlockKind.CONTACT, 4, 8))
    found = cut("abcdefgh", [Sentence("2-6", 2, 6, [])], [], None, blocks)
    assert [one.opens for one in found if one.sentence] == [True, False]


def test_marks_and_sentences_of_other_parts_do_not_show() -> None:
    shown = part(PARAGRAPHS, 40_000, is_table=False)
    found = cut(PARAGRAPHS, [Sentence("a", 0, 10, [])], [(0, 5), (shown.end - 2, shown.end + 9)], shown)
    assert "".join(piece.text for one in found for piece in one.pieces) == PARAGRAPHS[shown.start : shown.end]
    assert [piece.text for one in found for piece in one.pieces if piece.marked] == ["\n\n"]
    assert not [one for one in found if one.sentence]


def test_the_context_of_a_sentence_is_its_paragraph() -> None:
    text = "First paragraph.\n\nBefore it. The sentence. After it.\n\nLast paragraph."
    start = text.index("The sentence.")
    assert context(text, start, start + 13) == ("Before it. ", " After it.")


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(1.0, "certainty_sure"), (0.9, "certainty_good"), (0.7, "certainty_fair"), (0.0, "certainty_low")],
)
def test_confidence_has_words(confidence: float, words: str) -> None:
    assert certainty(confidence) == words
