"""Text into the terms that are looked up: words folded as German sorts them, and their stems in three languages.

Folding follows DIN 5007-2 (ä is ae, ö oe, ü ue, ß ss), so that "Foerderung" and "Förderung" are one word and
"fordern" stays another. Stems are Snowball's (https://snowballstem.org); the German one takes ae, oe, ue for umlauts,
too. A tag before each derived term tells its kind: ``d e n`` stem of that language, ``a`` without accents at all
("Forderung" as typed on a foreign keyboard), ``p`` German stem of a part of a compound.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache

import Stemmer

LANGUAGES = ("de", "en", "nl")
_STEMMERS = {"de": "german", "en": "english", "nl": "dutch"}
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W\d_]+)?")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})
_LONGEST = 60  # characters of a word that count; what is longer is no word of a language
_CACHED = 200_000  # words; 5,000 press releases have about 100,000 different ones
_HALF = 4  # letters that a part of a compound has at least
_JOINTS = ("", "s", "es", "n", "en", "er")  # what German puts between the parts


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of ``text`` in lower case with their offsets; "COVID-19" is two."""
    for found in _WORD.finditer(text):
        if word := composed(found.group()):
            yield word, found.start(), found.end()


def raw_words(text: str) -> list[str]:
    """The words of ``text`` as they stand there: for whoever keeps what each of them becomes."""
    return _WORD.findall(text)


def raw_places(text: str) -> Iterator[re.Match[str]]:
    """The same with their places."""
    return _WORD.finditer(text)


@lru_cache(_CACHED)
def composed(word: str) -> str:
    """One spelling for each word: NFKC, lower case, and nothing but letters and digits ("⑴" would give brackets)."""
    plain = unicodedata.normalize("NFKC", word).lower()[:_LONGEST]
    if plain.isalnum():
        return plain
    kept = "".join(sign for sign in plain if sign.isalnum() or sign in "’'")
    return kept if _WORD.fullmatch(kept) else "".join(filter(str.isalnum, kept))  # a raised 2 is a figure by now


@lru_cache(_CACHED)
def folded(word: str) -> str:
    """
    >>> folded("förderung"), folded("straße"), folded("coördinatie")
    ('foerderung', 'strasse', 'cooerdinatie')
    """
    plain = word.translate(_SPELLED_OUT).replace("’", "").replace("'", "")
    return plain if plain.isascii() else bare(plain)


@lru_cache(_CACHED)
def bare(word: str) -> str:
    """``word`` without any accent: "forderung" for "förderung"."""
    plain = unicodedata.normalize("NFKD", word.replace("ß", "ss").replace("’", "").replace("'", ""))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    """Without a cache of its own a stemmer has no state between calls, and threads can share it."""
    stem: Callable[[str], str] = Stemmer.Stemmer(_STEMMERS[language], 0).stemWord
    return stem


@lru_cache(3 * _CACHED)
def stem(language: str, word: str) -> str:
    """The stem with the tag of its language."""
    return language[0] + bare(_stemmer(language)(word))


@lru_cache(_CACHED)
def derived(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The further terms under which an index holds a word of a text in one of ``languages``."""
    plain = bare(word)
    unaccented = (f"a{plain}",) if plain != folded(word) else ()
    return (*dict.fromkeys(stem(language, word) for language in languages), *unaccented)


@lru_cache(_CACHED)
def asked(word: str) -> tuple[str, ...]:
    """The derived terms that a word of a question may meet: its language is not known."""
    stems = tuple(stem(language, word) for language in LANGUAGES)
    return (*stems, f"a{bare(word)}", "p" + stems[0])


def spoken(language: str | None) -> tuple[str, ...]:
    """The languages whose stems a text gets: its own, or all where it has none (names) or one we cannot stem."""
    primary = (language or "").partition("-")[0]
    return (primary,) if primary in LANGUAGES else LANGUAGES


def parts(word: str, vocabulary: Collection[str]) -> tuple[str, ...]:
    """The two parts of a compound when both are in ``vocabulary`` (folded words), the longer tail first.

    >>> parts("foerderphase", {"phase", "foerder"})
    ('foerder', 'phase')
    """
    for cut in range(_HALF, len(word) - _HALF + 1):
        tail = word[cut:]
        if tail in vocabulary and (head := _head(word[:cut], vocabulary)):
            return head, tail
    return ()


def _head(text: str, vocabulary: Collection[str]) -> str | None:
    for joint in _JOINTS:
        plain = text.removesuffix(joint) if joint else text
        if len(plain) >= _HALF and (joint == "" or plain != text) and plain in vocabulary:
            return plain
    return None
