"""The language of a document, and of the blocks that are in another."""

from __future__ import annotations

import pytest

from numgraph.sources import language, read_bytes

GERMAN = "Das Netzwerk wurde im Jahr 2018 gegründet und wird von der Stiftung mit zwei Millionen Euro gefördert."
ENGLISH = "The network was founded in 2018 and is funded by the foundation with two million euros for the hospitals."
DUTCH = "Het netwerk is in 2018 opgericht en wordt door de stichting met twee miljoen euro voor onderzoek gesteund."
TEXTS = {"de": GERMAN, "en": ENGLISH, "nl": DUTCH}


@pytest.mark.parametrize("main", TEXTS)
@pytest.mark.parametrize("other", TEXTS)
def test_a_block_in_another_language_says_so(main, other):
    document = read_bytes("\n\n".join(["LUMINA", *[TEXTS[main]] * 3, TEXTS[other]]).encode(), "a.txt")
    assert document.language == main
    expected = [None, None, None, None, other if other != main else None]
    assert [block.language for block in document.blocks] == expected


@pytest.mark.parametrize("text", ["Principal Investigator", "NUM Convention", "The Lancet", "de heer van der Meer"])
def test_a_few_foreign_words_are_no_other_language(text):
    document = read_bytes(f"{GERMAN}\n\n{GERMAN}\n\n- {text}".encode(), "a.txt")
    assert {block.language for block in document.blocks} == {None}


AFRIKAANS = (
    "Die netwerk van navorsers het met die hulp van die hospitaal en van die universiteit op die oggend van die "
    "vergadering ook aan die pasiënte van die kliniek te veel beloof, en dit het hulle met die jare geweet."
)


def test_plain_texts_of_the_three_languages_ask_no_model(monkeypatch):
    monkeypatch.setattr(language, "_identifier", lambda: pytest.fail("the model was asked"))
    more = {
        "de": " Das ist nicht auf eine Klinik begrenzt.",
        "en": " This is at the heart of it.",
        "nl": " De zorg zal met de jaren ook voor een deel aan het huis te danken zijn, en niet bij toeval.",
    }
    assert [language.detect([text + more[code]]) for code, text in TEXTS.items()] == ["de", "en", "nl"]


def test_small_words_of_a_kindred_language_leave_the_word_to_the_model():
    assert language._plainly(AFRIKAANS) is None


def test_blocks_of_a_document_in_no_known_language_have_none():
    assert language.marked("x", (), "fr") == ()
