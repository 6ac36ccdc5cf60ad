"""Where the words of the packs stand in a document: two passes over it, and whatever needs a word looks only there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Generic, TypeVar

import ahocorasick

from numgraph.extraction.languages import lexicon, small_letters
from numgraph.extraction.triggers import Builds, Triggers, by_word, exact_builds, loose_builds, suffixed

Thing = TypeVar("Thing")
_TAIL = 6  # letters of a noun that also names its kind at the end of a compound: "referentienetwerk"
_ENDING = re.compile(r"(?:e?s|e?n|er|innen)?(?![a-zäöüß])")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the packs in a stretch of text: what they may build, and where some of them begin, from 0."""

    builds: frozenset[str]
    kinds: list[int]  # common nouns, or ends of compounds, that may say what the name beside them names
    heads: list[int]  # words that are a head noun of names going on to the right, or end with one
    numbers: list[int]


class _Hits(Generic[Thing]):
    """What was found, in the order of where it ends."""

    __slots__ = ("ends", "things")

    def __init__(self, found: Iterable[tuple[int, Thing]]) -> None:
        every = sorted(found, key=itemgetter(0))
        self.ends = [end for end, _ in every]
        self.things = [thing for _, thing in every]

    def within(self, start: int, end: int) -> set[Thing]:
        return set(self.things[bisect_right(self.ends, start) : bisect_right(self.ends, end)])


class Scan:
    """The words of the packs in a text, for any stretch of it."""

    __slots__ = ("_builds", "_heads", "_kinds", "_named_kinds", "_numbers", "_pronouns", "_triggers")

    def __init__(self, text: str) -> None:
        plain = small_letters(text).replace("\n", " ")
        loose = [(last + 1, word) for last, word in _loose().iter(plain)]
        exact = [(last + 1, word) for last, word in _exact().iter(text.replace("\n", " "))]
        self._triggers = _Hits((end, word.triggers) for end, word in loose if word.triggers)
        self._builds = _Hits(_built(plain, (*loose, *exact)))
        begun = {(word.begins, end - word.length, word.length) for end, word in loose if word.begins}
        inside = {(what, start, length) for what, start, length in begun if start and _goes_on(plain[start - 1])}
        whole = sorted((what, start) for what, start, _ in begun - inside)
        self._kinds, self._numbers, self._pronouns = (
            [start for what, start in whole if what == wanted] for wanted in ("kind", "number", "pronoun")
        )
        tails = {start for what, start, length in inside if what == "kind" and length >= _TAIL}
        self._named_kinds = sorted({*self._kinds, *tails})
        self._heads = sorted({_word_start(plain, end - word.length) for end, word in exact if word.begins})

    def triggers(self, start: int, end: int) -> Triggers:
        """The phrases, frames and cues that could match in a stretch; no other can."""
        return Triggers.union((*self._triggers.within(start, end), by_word()[""]))

    def builds(self, start: int, end: int) -> frozenset[str]:
        """The builds of names and values that a stretch may hold; no other can stand in it."""
        return frozenset[str]().union(*self._builds.within(start, end))

    def words(self, start: int, end: int) -> Words:
        """What a stretch may hold of names and values."""
        return Words(
            self.builds(start, end),
            _between(self._named_kinds, start, end),
            _between(self._heads, start, end),
            _between(self._numbers, start, end),
        )

    def references(self, start: int, end: int) -> list[int]:
        """Where in a stretch common nouns and pronouns begin that may refer to something named before."""
        return sorted(_between(self._kinds, start, end) + _between(self._pronouns, start, end))


def _between(places: list[int], start: int, end: int) -> list[int]:
    """Those of the places that lie in a stretch, counted from its start."""
    return [place - start for place in places[bisect_left(places, start) : bisect_left(places, end)]]


def _built(plain: str, hits: Iterable[tuple[int, _Word]]) -> Iterator[tuple[int, frozenset[str]]]:
    for end, word in hits:
        builds = word.builds
        if builds.anywhere:
            yield end, builds.anywhere
        if builds.ending and (not plain[end : end + 1].isalpha() or _ENDING.match(plain, end)):
            yield end, builds.ending


def _goes_on(char: str) -> bool:
    return char.isalnum() or char in "-_"


def _word_start(plain: str, start: int) -> int:
    """Where the word begins, hyphens and full stops included, whose end begins at ``start``."""
    space = plain.rfind(" ", 0, start) + 1
    if plain[space:start].isalnum():
        return space
    while start and (_goes_on(plain[start - 1]) or plain[start - 1] == "."):
        start -= 1
    return start


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """A word of the packs; ``begins`` where its place in the text matters."""

    length: int
    builds: Builds
    begins: str  # what begins with it, where the place matters
    triggers: Triggers | None = None


@cache
def _loose() -> ahocorasick.Automaton:
    """The words whose capitals do not matter."""
    builds, begins, triggers = loose_builds(), _beginnings(), by_word()
    return _automaton(
        (word, _Word(len(word), builds.get(word, Builds()), begins.get(word, ""), triggers.get(word)))
        for word in {*builds, *begins, *triggers}
    )


def _beginnings() -> dict[str, str]:
    """The words whose place matters, in small letters, and what they are."""
    words = lexicon()
    groups = {"pronoun": words.we, "number": words.numbers, "kind": words.kinds}
    return {word.lower(): what for what, every in groups.items() for word in every}


@cache
def _exact() -> ahocorasick.Automaton:
    """The words that stand as they are written in the packs."""
    heads = set(suffixed(lexicon().front_heads))
    return _automaton(
        (word, _Word(len(word), builds, "head" if word in heads else "")) for word, builds in exact_builds().items()
    )


def _automaton(words: Iterable[tuple[str, _Word]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word, found in words:
        if word:
            automaton.add_word(word, found)
    automaton.make_automaton()
    return automaton
