"""Projects and networks that a document calls by an acronym without ever saying "the project X" right beside it.

An acronym names the work that the document tells of where its headline and its text use it, where a common noun stands
beside it ("SEAWALL consortium"), or where the text spells it out ("SEAWALL (Surveillance of Emerging Arboviruses)").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from numgraph.extraction.languages import lexicon
from numgraph.extraction.name_shapes import alternation

_WORKS = ("Network", "ResearchProject", "Infrastructure", "Register", "Programme")
_ACRONYM = re.compile(r"(?<![\w@/.-])[A-ZÄÖÜ][A-ZÄÖÜa-z0-9]*(?:-[A-ZÄÖÜ0-9][A-ZÄÖÜa-z0-9]*)*(?![\w@/]|\.\w|-[a-zäöü])")
_CAMEL = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{2,}(?:[A-ZÄÖÜ][a-zäöüß]{2,})+")  # "NachtRuhe"
_QUOTES = tuple("„“”\"‚‘’»«'")
_LEAST_CAPITALS = 3
_MOSTLY = 0.6  # of the letters are capitals
_BRACKETED = re.compile(r" \((?P<short>[A-ZÄÖÜ][A-Za-zÄÖÜ&-]{1,9})\)")
_LONGEST_NAME = 100  # characters
_NEAR = 60  # characters around an acronym in which a common noun tells its kind


def find_acronyms(headline: str, texts: Iterable[str], taken: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Acronyms with the class of what they name; ``taken`` are names that mean something else."""
    texts = [headline, *texts]
    places = [(text, match) for text in texts for match in _ACRONYM.finditer(text) if _is_acronym(match.group(), taken)]
    counts = Counter(match.group() for _, match in places)
    yield from _called(texts)
    for name in counts:
        own = [(text, match) for text, match in places if match.group() == name]
        beside = next((kind for text, match in own if (kind := _beside(text, match))), "")
        spelled = any(_spelled_out(text, match) for text, match in own)
        titled = name in headline and any(text is not headline for text, _ in own)
        near = beside or next((kind for text, match in own if (kind := _near(text, match))), "")
        quoted = any(_is_quoted(text, match) for text, match in own)
        if near and (quoted or (counts[name] > 1 and (beside or spelled or titled))):
            yield name, near


def _called(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names that the text gives to a work in so many words, or by a noun that often stands right before them."""
    texts = list(texts)
    plain = Counter[str]()
    kinds: dict[str, str] = {}
    for text in texts:
        for match in _named_so().finditer(text):
            yield match["quoted"] or match["name"], _kinds()[match["noun"].lower()]
        for match in _right_behind().finditer(text):
            kinds.setdefault(match["name"], _kinds()[match["noun"].lower()])
    for name, kind in kinds.items():
        for text in (text for text in texts if name in text):
            for match in re.finditer(rf"(?P<before>\S+ )?(?<![\w-]){re.escape(name)}(?![\w-])", text):
                before = (match["before"] or "").strip(" ,.").lower()
                if before in _articles():
                    plain[name] = -99  # a common noun
                elif not _noun().fullmatch(before):
                    plain[name] += 1
        if plain[name] > 0:
            yield name, kind


@cache
def _articles() -> frozenset[str]:
    return frozenset(word.lower() for word in (*lexicon().determiners, *lexicon().pointing, *lexicon().indefinite))


@cache
def _named_so() -> re.Pattern[str]:
    """ "a project called X", "ein Verbund mit dem Namen „X Y“"."""
    words = alternation(lexicon().called)
    name = r"[„“\"‚‘](?P<quoted>[A-ZÄÖÜ0-9][^„“”\"‘’\n]{2,50})[“”\"’‘]|(?P<name>[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+){0,2})"
    return re.compile(rf"(?P<noun>(?i:{alternation(_kinds())}))(?:es|s)?,? (?:\w+ )?(?:{words}) (?:{name})")


@cache
def _right_behind() -> re.Pattern[str]:
    """A common noun with a capital and the one word behind it: "das Projekt Kompass"."""
    nouns = alternation(noun for noun in lexicon().kinds if noun[:1].isupper() and noun.lower() in _kinds())
    stop = alternation((*lexicon().common_nouns, *lexicon().unnamed))
    return re.compile(
        rf"(?<![\w-])(?P<noun>{nouns})(?:es|s)? (?!(?:{stop})\b)(?P<name>[A-ZÄÖÜ][a-zäöüß]{{3,}}(?:-[A-Za-zÄÖÜ0-9]+)?)(?=[ ,.;:)])"  # noqa: E501 - a pattern is read best on one line
    )


def _is_acronym(text: str, taken: frozenset[str]) -> bool:
    if _CAMEL.fullmatch(text) and text not in taken:
        return True
    letters = [char for char in text if char.isalpha()]
    capitals = sum(map(str.isupper, letters))
    plain = text.partition("-")[0]
    return (
        capitals >= _LEAST_CAPITALS
        and capitals >= _MOSTLY * len(letters)
        and len(letters) > _LEAST_CAPITALS
        and text not in taken
        and plain not in lexicon().common_acronyms
    )


def _beside(text: str, match: re.Match[str]) -> str:
    """The kind that a common noun right after the acronym names."""
    found = _noun().match(text, match.end() + 1) if text[match.end() : match.end() + 1] in (" ", "-") else None
    return _kinds()[found.group().lower()] if found else ""


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start() - 1) : match.start()] in _QUOTES and text[match.end() : match.end() + 1] in _QUOTES


def _near(text: str, match: re.Match[str]) -> str:
    low, high = max(0, match.start() - _NEAR), match.end() + _NEAR
    found = _noun().search(text, low, match.start()) or _noun().search(text, match.end(), high)
    return _kinds()[found.group().lower()] if found else ""


def _spelled_out(text: str, match: re.Match[str]) -> bool:
    """Whether a bracket behind the acronym gives what its letters stand for."""
    bracket = re.match(r" ?\(([^()]{8,120})\)| [–-] ([^.;,()]{8,120})", text[match.end() : match.end() + 130])
    words = re.findall(r"\w+", (bracket[1] or bracket[2] or "")) if bracket else []
    return len(words) > 1 and words[0][:1].upper() == match.group()[0]


def find_spelled_out(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Names of any build before the acronym that their initials make: "Frailty Research Collaborative North (FRCN)".

    Where the name stands, its class by a common noun in it or behind it, and the acronym.
    """
    for bracket in _BRACKETED.finditer(text):
        found = _spelled().search(text, max(0, bracket.start() - _LONGEST_NAME), bracket.start())
        name = _fitting(found["name"], bracket["short"]) if found else ""
        if name:
            start = bracket.start() - len(name)
            yield start, bracket.start(), _kind_in(name) or _kind_said(text, bracket.end()), bracket["short"]


@cache
def _spelled() -> re.Pattern[str]:
    small = alternation({*lexicon().name_links, *lexicon().determiners, "in", "&"})
    word = rf"(?:[A-ZÄÖÜ][\w’'-]*|(?:{small})(?= ))"
    return re.compile(rf"(?<![\w-])(?P<name>[A-ZÄÖÜ][\w’'-]*(?: {word}){{1,9}})$")


def _fitting(name: str, short: str) -> str:
    """The end of a name whose capitals are the letters of the acronym, in order; empty where none fits."""
    words = name.split()
    letters = [char.lower() for char in short if char.isalpha()]
    for start in range(len(words) - 1):
        initials = [word[0].lower() for word in words[start:] if word[0].isupper()]
        if words[start][0].isupper() and initials[:1] == letters[:1] and _made_of(letters, words[start:]):
            return " ".join(words[start:])
    return ""


def _made_of(letters: list[str], words: list[str]) -> bool:
    """Whether every capital of the name is a letter of the acronym, in order, and most letters are capitals of it."""
    rest = iter(letters)
    capitals = [word[0].lower() for word in words if word[0].isupper()]
    return (
        len(capitals) >= _LEAST_CAPITALS - 1
        and all(any(one == char for char in rest) for one in capitals)
        and (2 * len(capitals) >= len(letters))
    )


def _kind_in(name: str) -> str:
    heads = _head_types()
    return next((heads[word.lower()] for word in reversed(name.split()) if word.lower() in heads), "")


@cache
def _head_types() -> dict[str, str]:
    words = lexicon()
    return {word.lower(): head.type for heads in (words.end_heads, words.front_heads) for word, head in heads.items()}


def _kind_said(text: str, place: int) -> str:
    """The kind that a sentence says the name is: "... (FRCN) is a partnership of ..."."""
    copulas, articles = alternation(lexicon().copulas), alternation(lexicon().indefinite)
    said = re.compile(
        rf",? (?:(?:{copulas}) )?(?:{articles}) (?:[\w-]+ ){{0,3}}?(?P<noun>(?i:{alternation(_kinds())}))\b"
    )
    found = said.match(text, place)
    return _kinds()[found["noun"].lower()] if found else "Organisation"


@cache
def _kinds() -> dict[str, str]:
    return {noun.lower(): kind for noun, kind in lexicon().kinds.items() if kind in _WORKS}


@cache
def _noun() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?i:{alternation(_kinds())})(?![\w-])")
