"""The language of a text and of the blocks that are in another, as BCP 47 tags."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from numgraph.model import Block, BlockKind

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"  # BCP 47, section 4.1
_SAMPLE = 6_000  # characters that are enough to tell
_LEAST_LETTERS = 25
_SURE = 0.8  # share of certainty at which a language outside the project's three is believed
_LETTER = re.compile(r"[^\W\d_]")
_EXPECTED = ("de", "nl", "en")
# Small words that are in one of the three languages and in no other of them.
_SMALL_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "de": "und der das ist für von mit den im wird auf des eine einen nicht auch sich bei zur zum sind",
        "en": "the and of for with to are that by from has have been this which its at be will",
        "nl": "het een en van voor met op zijn wordt niet ook aan te bij naar worden deze heeft zich uit",
    }.items()
}
_LEAST_SMALL = 3  # small words of another language, and twice as many as of the document's own
# What is written in one of the three beyond doubt: Afrikaans and Frisian share at most eight of the Dutch words.
_LEAST_DIFFERENT = {"de": 6, "en": 6, "nl": 11}
_LEAST_SHARE, _MOST_OF_OTHERS = 0.12, 0.2
_WORD = re.compile(r"[a-zäöüß]+")
_SPOKEN = frozenset({BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.CAPTION, BlockKind.SUBHEADING, BlockKind.HEADLINE})


def marked(text: str, blocks: Iterable[Block], main: str) -> tuple[Block, ...]:
    """The blocks, with their language where it is surely another of the project's three than ``main``."""
    if main not in _SMALL_WORDS:
        return tuple(blocks)
    return tuple(
        replace(one, language=other)
        if one.kind in _SPOKEN and (other := _other(text[one.start : min(one.end, one.start + _SAMPLE)], main))
        else one
        for one in blocks
    )


def _other(text: str, main: str) -> str | None:
    """Counting small words is cheap and leaves few blocks for the model to confirm."""
    counts = _small_words(_WORD.findall(text.lower()))
    best = max(_EXPECTED, key=counts.__getitem__)
    likely = best != main and counts[best] >= max(_LEAST_SMALL, 2 * counts[main] + 1)
    return best if likely and detect([text]) == best else None


def _small_words(words: Collection[str]) -> dict[str, int]:
    """How many of the words are small words of each language."""
    return {language: sum(map(small.__contains__, words)) for language, small in _SMALL_WORDS.items()}


def _plainly(text: str) -> str | None:
    """The one of the three languages that a text is in beyond doubt: by so many of its small words, few of others."""
    words = _WORD.findall(text.lower())
    counts = _small_words(words)
    best = max(_EXPECTED, key=counts.__getitem__)
    plain = (
        counts[best] >= _LEAST_SHARE * len(words)
        and _MOST_OF_OTHERS * counts[best] >= sum(counts.values()) - counts[best]
        and len(_SMALL_WORDS[best].intersection(words)) >= _LEAST_DIFFERENT[best]
    )
    return best if plain else None


def detect(pieces: Iterable[str]) -> str:
    """The language most of ``pieces`` is in; "und" where there is too little text to say."""
    text = _sample(pieces)
    plain = _plainly(text)
    if plain:  # for nine texts in ten, and a tenth of the model's 2 ms
        return plain
    if len(_LETTER.findall(text)) < _LEAST_LETTERS:
        return UNDETERMINED
    ranked = _identifier().rank(text)
    language, certainty = ranked[0]
    if language not in _EXPECTED and certainty < _SURE:
        language = next(one for one, _ in ranked if one in _EXPECTED)
    return str(language)


def _sample(pieces: Iterable[str]) -> str:
    taken, length = [], 0
    for piece in pieces:
        taken.append(piece[: _SAMPLE - length])
        length += len(taken[-1])
        if length >= _SAMPLE:
            break
    return "\n".join(taken)


@cache
def _identifier() -> LanguageIdentifier:
    """The model, loaded once (about 0.2 s)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - numpy: 0.5 s that queries do without

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
