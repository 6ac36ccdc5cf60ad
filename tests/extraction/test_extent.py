from __future__ import annotations

from numgraph.extraction import Gazetteer, extract, notes
from numgraph.extraction.extent import LONGEST, searched
from numgraph.sources import read_bytes

FACT = "Das Netzwerk Beispielmedizin (NBM) wurde im Mai 2020 gegründet."


def test_a_document_of_usual_length_is_searched_whole_and_nothing_is_said() -> None:
    document = read_bytes(FACT.encode(), "a.txt")
    assert searched(document) is document
    assert notes(document) == ()


def test_a_long_document_is_searched_up_to_a_space_with_blocks_and_fields_cut_to_fit() -> None:
    document = read_bytes(f"{FACT}\n\n{'Wort ' * LONGEST}".encode(), "a.txt")
    part = searched(document)
    assert LONGEST - 10 < len(part.text) < LONGEST
    assert part.text == document.text[: len(part.text)]
    assert max(block.end for block in part.blocks) <= len(part.text)
    assert f"{LONGEST:,} of {len(document.text):,}" in notes(document)[0]


def test_claims_of_a_long_document_quote_the_whole_document() -> None:
    document = read_bytes(f"Netzwerk wächst\n\n{FACT}\n\n{'Wort ' * LONGEST}".encode(), "a.txt")
    claims = extract(document, Gazetteer.empty())
    assert any(claim.predicate == "foundedOn" for claim in claims)
    assert all(claim.evidence.document is document for claim in claims)
