"""Which rules are worth trying on a text: one pass over it finds the words that their patterns cannot do without.

The patterns of the packs are many and most say nothing about most sentences. From each pattern the words are read of
which every match holds at least one; an index of all those words leaves a handful of patterns per sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import ahocorasick

from numgraph.extraction.languages import Pack, codes, lexicon, pack

_SLOT = re.compile(r"\{(\w+):(\w+)(\*?)\}")
_LITERAL = re.compile(r"[A-Za-zÀ-ÿ]{3,}")
_SHIELDED = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[.^$*+]|\{[\d,]*\}")  # of a regular expression, no literals
_MAYBE = re.compile(r".\?", re.DOTALL)
HEDGE = "hedge"  # words that deny or hope


@dataclass(frozen=True, slots=True)
class Triggers:
    """What may be found in a text: numbers of phrases and frames, names of cues."""

    phrases: frozenset[int]
    frames: frozenset[int]
    cues: frozenset[str]


NOTHING = Triggers(frozenset(), frozenset(), frozenset())


def read(text: str) -> Triggers:
    """The phrases, frames and cues that could match in ``text``; no other can."""
    index, always = _index()
    found = {one for _, one in index.iter(text.lower())} | {always}
    return Triggers(
        frozenset[int]().union(*(one.phrases for one in found)),
        frozenset[int]().union(*(one.frames for one in found)),
        frozenset[str]().union(*(one.cues for one in found)),
    )


@cache
def _index() -> tuple[ahocorasick.Automaton, Triggers]:
    """An index from words to what they trigger, and what no word is needed for."""
    phrases, frames, cues = (_by_word(needs) for needs in _needs(lexicon()))
    every = {*phrases, *frames, *cues}
    index = {word: Triggers(_numbers(phrases, word), _numbers(frames, word), _names(cues, word)) for word in every}
    automaton = ahocorasick.Automaton()
    for word, triggers in index.items():
        if word:
            automaton.add_word(word, triggers)
    automaton.make_automaton()
    return automaton, index.get("", NOTHING)


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
        ],
    )


def spelled(text: str, words: Pack) -> str:
    """The phrase with the pack's words in the place of ``%members%`` and the like."""
    return re.sub(r"%(\w+)%", lambda m: "|".join(map(re.escape, getattr(words, m.group(1)))), text)


def needed(text: str) -> tuple[str, ...]:
    """Words of which every match of a phrase or cue holds at least one; none where there are no such words.

    >>> needed(r"{s:work} (?:wird|wurde) ~ von {o:org} ~ (?:gefördert|finanziert)")
    ('gefördert', 'finanziert')
    """
    plain = _SLOT.sub("\n", text).replace(" ~ ", "\n").replace(" ~~ ", "\n")
    best = _required(plain)
    return best if best and min(map(len, best)) > 2 else ()  # noqa: PLR2004 - "am" stands everywhere


def _required(text: str) -> tuple[str, ...]:
    """The words of which any match of a regular expression holds one; of a sequence its most telling part."""
    alternatives = _alternatives(text)
    if len(alternatives) > 1:
        every = [_required(one) for one in alternatives]
        return tuple(dict.fromkeys(word for words in every for word in words)) if all(every) else ()
    return max(_parts(text), key=lambda words: min(map(len, words)), default=())


def _alternatives(text: str) -> list[str]:
    """The alternatives of a regular expression at its top level."""
    parts, depth, place = [""], 0, 0
    while place < len(text):
        char = text[place : place + 2] if text[place] == "\\" else text[place]
        depth += (char in ("(", "[")) - (char in (")", "]"))
        if char == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
        place += len(char)
    return parts


def _parts(text: str) -> Iterator[tuple[str, ...]]:
    """The words that each part of a sequence asks for; what may be missing asks for none."""
    flat, depth, start = [], 0, 0
    for place, char in enumerate(text):
        escaped = place > 0 and text[place - 1] == "\\"
        if char == "(" and not escaped:
            start = place if depth == 0 else start
            depth += 1
        elif char == ")" and not escaped:
            depth -= 1
            if depth == 0:
                flat.append("\n")
                if text[start : start + 3] in ("(?:", "(?i") and text[place + 1 : place + 2] not in ("?", "*", "{"):
                    yield from filter(None, [_required(text[text.index(":", start) + 1 : place])])
        elif depth == 0:
            flat.append(char)
    # What follows a group with a question mark is that mark alone: harmless, it shields the line break before it.
    outside = _MAYBE.sub("\n", _SHIELDED.sub("\n", "".join(flat)))
    yield from ((word,) for word in _LITERAL.findall(outside))


@cache
def _families() -> ahocorasick.Automaton:
    """The words that names and values of each build hold, in small letters, and whether such a word ends its word."""
    words = lexicon()
    groups: dict[str, tuple[bool, Iterable[str]]] = {
        "kind": (True, words.kinds),
        "front": (True, words.front_heads),
        "end": (True, (head.removeprefix("-") for head in words.end_heads)),
        "lone": (True, words.lone_heads),
        "event": (True, (*words.event_heads, *words.common_events)),
        "money": (False, (*words.currencies, *words.bare_scales)),
        "number": (True, words.numbers),
        "plural": (False, (*words.plural_names, *words.owned)),
    }
    for name, patterns in (("role", words.roles), ("head", (*words.leading, *words.speaking, *words.coordinating))):
        groups[name] = (False, [word for pattern in patterns for word in needed(f"(?:{pattern})")])
    groups |= {f"slot {number}": (False, needed_in_slot(form)) for number, (_, form) in enumerate(words.name_slots)}
    found: dict[str, tuple[set[str], set[str]]] = {}
    for name, (ends, every) in groups.items():
        for word in every:
            found.setdefault(word.lower(), (set(), set()))[ends].add(name)
    automaton = ahocorasick.Automaton()
    for word, names in found.items():
        automaton.add_word(word, tuple(map(frozenset, names)))
    automaton.make_automaton()
    return automaton


def needed_in_slot(form: str) -> tuple[str, ...]:
    """The words of which every match of a place for unknown names holds one."""
    return needed(form.replace("{", "\n").replace("}", "\n"))


_ENDING = re.compile(r"(?:e?s|e?n|er|innen)?(?![a-zäöüß])")


def families(text: str) -> frozenset[str]:
    """The builds of names and values that could stand in ``text``, see ``_families``; no other can."""
    found: set[str] = set()
    plain = text.lower()
    for end, (anywhere, at_end) in _families().iter(plain):
        if not anywhere <= found:
            found |= anywhere
        if not at_end <= found and _ENDING.match(plain, end + 1):
            found |= at_end
    return frozenset(found)


def kind_nouns(text: str) -> Iterator[int]:
    """Where a common noun begins that may say what the name beside it names."""
    plain = _small_letters(text)
    seen = -1
    for start in sorted(end - length + 1 for end, length in _lengths("kinds").iter(plain)):
        if start != seen and not (start and (plain[start - 1].isalnum() or plain[start - 1] in "-_")):
            seen = start
            yield start


def head_words(text: str) -> Iterator[int]:
    """Where a word begins that is a head noun of names going on to the right, or ends with one: "Zentralinstitut"."""
    plain = _small_letters(text)
    seen = -1
    for head in sorted(end - length + 1 for end, length in _lengths("front_heads").iter(plain)):
        start = head
        while start and (plain[start - 1].isalnum() or plain[start - 1] in "-._"):
            start -= 1
        if start > seen:
            seen = start
            yield start


def _small_letters(text: str) -> str:
    """The text in small letters, as long as it was: "İ" would be two characters."""
    plain = text.lower()
    return plain if len(plain) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


@cache
def _lengths(part: str) -> ahocorasick.Automaton:
    """An index of the words of one part of the packs, each with its length."""
    automaton = ahocorasick.Automaton()
    for word in getattr(lexicon(), part):
        automaton.add_word(word.lower(), len(word))
    automaton.make_automaton()
    return automaton
