"""In what preposition or case a name stands, read backwards from the name in the mask of its sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from numgraph.extraction.languages import cue, lexicon

_OWNED = re.compile(r"[\w,)] [A-ZÄÖÜ][a-zäöüß]{3,} $")  # "die Stabsstelle NUM": the name belongs to the noun before it
_FOLLOWED = re.compile(r"(?:(?<![\w.])[A-ZÄÖÜ][\wäöüß-]{2,}|[\ue100-\uf8ff]\)?)$")
_OPENING = "„“»«\"‚‘’'"
_LONGEST_BEFORE = 90  # characters before a name that are looked at
_LONGEST_PEOPLE = 70  # characters before a name in which those who act for it are named
_ADJECTIVES = 3


def marker(mask: str, place: int) -> str:
    """The preposition before a name in its plain form, the case its article shows, or "=" for neither.

    Those who act for a house stand for it: in "by researchers of X" the name stands after "by".
    """
    acting = _people().search(mask, max(0, place - _LONGEST_PEOPLE), place) if _tells_of_people(mask, place) else None
    if acting and _comes_from(mask[acting.end("people") : place]):
        return marker(mask, acting.start())
    here = before(mask, place)
    if here.preposition:
        return here.preposition
    if here.alone and _OWNED.search(mask[max(0, place - 40) : place].rstrip(_OPENING)):
        return "noun"
    case = lexicon().cases.get(here.article, "=")
    if case == "der" and _FOLLOWED.search(mask[max(0, here.start - 24) : here.start].rstrip()):
        return "gen"
    return case


def article(mask: str, place: int) -> str:
    """The article before a name, in small letters; empty where there is none."""
    return before(mask, place).article


def _tells_of_people(mask: str, place: int) -> bool:
    """Whether one of the three words before a name may end what ``_people`` finds."""
    words = mask[max(0, place - _LONGEST_PEOPLE) : place].rsplit(" ", 4)[-4:-1]
    return any(word.endswith(_last_words()) for word in words)


@cache
def _last_words() -> tuple[str, ...]:
    return tuple({noun.rsplit(" ", 1)[-1] for noun in lexicon().people})


@cache
def _people() -> re.Pattern[str]:
    """People who act for a house, up to the name that follows."""
    words = lexicon()
    nouns = "|".join(sorted(map(re.escape, words.people), key=len, reverse=True)) or "(?!)"
    joints = "|".join(map(re.escape, words.joints))
    return re.compile(rf"(?<![\w-])(?P<people>(?:{nouns})(?: (?:{joints}) (?:{nouns}))?) (?:[a-zà-ÿ]+ ){{0,2}}$")


def _comes_from(between: str) -> bool:
    return bool(cue("comes_from").fullmatch(between) or cue("belongs").fullmatch(between))


@dataclass(frozen=True, slots=True)
class _Small:
    """The small words that may stand before a name, in lower case."""

    prepositions: dict[str, str]
    articles: frozenset[str]
    nouns: frozenset[str]
    longest: int  # words of a preposition


@cache
def _small() -> _Small:
    words = lexicon()
    prepositions = {word.lower(): plain for word, plain in words.prepositions.items()}
    years = {noun for phrase in words.before_year for noun in phrase.split() if noun.lower() not in prepositions}
    nouns = frozenset(noun.lower() for noun in (*words.kinds, *years))
    longest = max((word.count(" ") + 1 for word in prepositions), default=1)
    articles = frozenset(map(str.lower, words.determiners)) - prepositions.keys()
    return _Small(prepositions, articles, nouns, longest)


@dataclass(frozen=True, slots=True)
class Before:
    """What stands right before a name: its preposition in plain form, its article, and where the two begin."""

    preposition: str
    article: str
    start: int
    alone: bool = False  # no small word and no common noun stands before the name


def before(mask: str, place: int) -> Before:
    """Read backwards: a quotation mark, a common noun, adjectives, an article, a preposition; each may be missing."""
    small = _small()
    low = max(0, place - _LONGEST_BEFORE)
    text = mask[low:place].rstrip(_OPENING)
    if text and text[-1] != " ":
        return Before("", "", place, alone=True)
    words = text.rstrip(" ").split(" ") if text else []
    every = len(words)
    if words and _is_kind(words[-1]):
        words.pop()
    taken = 0
    while words and taken < _ADJECTIVES and _is_adjective(words[-1]):
        words.pop()
        taken += 1
    article = words.pop().lower() if words and words[-1].lower() in small.articles else ""
    last = " ".join(words[-small.longest :]).lower().split(" ") if words else []
    for size in range(len(last), 0, -1):
        plain = small.prepositions.get(" ".join(last[-size:]))
        if plain:
            return Before(plain, article, low + len(" ".join(words[:-size])))
    return Before("", article, low + len(" ".join(words)), alone=len(words) == every)


@lru_cache(maxsize=20_000)  # the words of a language come again and again
def _is_kind(word: str) -> bool:
    small = _small()
    plain = word.rstrip(",").lower()
    last = plain.rsplit("-", 1)[-1]
    return any(form in small.nouns for form in (last, *(last.removesuffix(end) for end in ("es", "s", "n", "en")))) or (
        word[:1].isupper() and any(plain.endswith(noun) for noun in small.nouns if len(noun) > 5)  # noqa: PLR2004
    )


@lru_cache(maxsize=20_000)
def _is_adjective(word: str) -> bool:
    small = _small()
    plain = word.rstrip(".,")
    begins = plain[:1].islower() or plain[:1].isdigit()
    return begins and plain.lower() not in small.prepositions and plain.lower() not in small.articles
