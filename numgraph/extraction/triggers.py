"""What the words of the packs trigger: the phrases, frames, cues and builds of names that could stand where they do.

The patterns of the packs are many and most say nothing about most sentences. From each pattern the words are read of
which every match holds at least one; an index of all those words leaves a handful of patterns per sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from numgraph.extraction.languages import Pack, codes, lexicon, pack
from numgraph.extraction.needs import needed, needed_in_slot, spelled

HEDGE = "hedge"  # words that deny or hope
_SUFFIX = 5  # letters; longer head nouns end compounds in small letters as well: "Zentralinstitut"


@dataclass(frozen=True, slots=True, eq=False)  # sets of them are made for each sentence
class Triggers:
    """What may be found in a text: numbers of phrases and frames, names of cues."""

    phrases: frozenset[int]
    frames: frozenset[int]
    cues: frozenset[str]

    @classmethod
    def union(cls, every: Iterable[Triggers]) -> Triggers:
        each = tuple(every)
        return cls(
            frozenset[int]().union(*[one.phrases for one in each]),
            frozenset[int]().union(*[one.frames for one in each]),
            frozenset[str]().union(*[one.cues for one in each]),
        )


NOTHING = Triggers(frozenset(), frozenset(), frozenset())


@cache
def by_word() -> Mapping[str, Triggers]:
    """What each word triggers, in small letters; by the empty word what needs none."""
    phrases, frames, cues = (_by_word(needs) for needs in _needs(lexicon()))
    every = {"", *phrases, *frames, *cues}
    return {word: Triggers(_numbers(phrases, word), _numbers(frames, word), _names(cues, word)) for word in every}


def _by_word(needs: Iterable[tuple[int | str, tuple[str, ...]]]) -> dict[str, set[int | str]]:
    """Patterns by the words they need, in small letters; those that need none by the empty word."""
    found: dict[str, set[int | str]] = {}
    for name, words in needs:
        for word in words or ("",):
            found.setdefault(word.lower(), set()).add(name)
    return found


def _numbers(found: dict[str, set[int | str]], word: str) -> frozenset[int]:
    return frozenset(name for name in found.get(word, ()) if isinstance(name, int))


def _names(found: dict[str, set[int | str]], word: str) -> frozenset[str]:
    return frozenset(name for name in found.get(word, ()) if isinstance(name, str))


def _needs(words: Pack) -> tuple[list[tuple[int | str, tuple[str, ...]]], ...]:
    """The words that each phrase, frame and cue needs."""
    forms = {name: [form for code in codes() for form in pack(code).cues.get(name, ())] for name in words.cues}
    return (
        [(number, needed(spelled(phrase.text, words))) for number, phrase in enumerate(words.phrases)],
        [(number, needed(f"(?:{frame.cue})")) for number, frame in enumerate(words.frames)],
        [
            *((name, needed("|".join(every))) for name, every in forms.items()),
            (HEDGE, (*words.negations, *words.plans)),
            ("announced", (*words.partner_nouns, *words.member_nouns)),
            ("courses", words.courses),
            ("course_verbs", words.course_verbs),
            ("participation", words.participation),
        ],
    )


@dataclass(frozen=True, slots=True)
class Builds:
    """The builds of names and values that a word may be part of, wherever it stands or only where it ends its word."""

    anywhere: frozenset[str] = frozenset()
    ending: frozenset[str] = frozenset()


@cache
def loose_builds() -> Mapping[str, Builds]:
    """By words in small letters, whose capitals do not matter."""
    words = lexicon()
    anywhere: dict[str, Iterable[str]] = {
        "role": _needed_by(words.roles),
    }
    anywhere |= {f"head {number}": needed(f"(?:{role})") for number, role in enumerate(words.heading_roles)}
    anywhere |= {f"slot {number}": needed_in_slot(form) for number, (_, form) in enumerate(words.name_slots)}
    return _builds(
        {name: map(str.lower, every) for name, every in anywhere.items()},
        {"kind": map(str.lower, words.kinds), "number": map(str.lower, words.numbers)},
    )


def _needed_by(patterns: Iterable[str]) -> list[str]:
    return [word for pattern in patterns for word in needed(f"(?:{pattern})")]


@cache
def exact_builds() -> Mapping[str, Builds]:
    """By words as they are written."""
    words = lexicon()
    return _builds(
        {
            "money": (*words.currencies, *words.bare_scales),
            "plural": (*words.plural_names, *words.owned),
            "phase": words.phase_nouns,
            "saying": words.sayings,
        },
        {
            "front": suffixed(words.front_heads),
            "end": (head.removeprefix("-") for head in words.end_heads),
            "lone": words.lone_heads,
            "event": (*suffixed(words.event_heads), *words.common_events),
        },
    )


def suffixed(heads: Iterable[str]) -> Iterator[str]:
    """Head nouns, and as ends of compounds."""
    for head in heads:
        yield head
        if len(head) > _SUFFIX:
            yield head.lower()


def _builds(anywhere: Mapping[str, Iterable[str]], ending: Mapping[str, Iterable[str]]) -> dict[str, Builds]:
    found: dict[str, tuple[set[str], set[str]]] = {}
    for place, groups in enumerate((anywhere, ending)):
        for name, words in groups.items():
            for word in words:
                found.setdefault(word, (set(), set()))[place].add(name)
    return {word: Builds(*map(frozenset, names)) for word, names in found.items()}
