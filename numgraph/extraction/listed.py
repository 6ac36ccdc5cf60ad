"""Names that only their list shows: "TNO" in "das UMC Utrecht, TNO und die TU Delft".

What stands between two organisations of one list, or ends a list of at least two, is an organisation as well, whatever
its name looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from numgraph.extraction.languages import lexicon
from numgraph.extraction.name_shapes import PROPER, WORD, alternation

_FARTHEST = 120  # characters between two organisations of one list


def find_listed(text: str, houses: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where names stand that ``houses``, the places of organisations in order, show to be organisations too."""
    joined = False
    for (_, end), (start, after) in zip(houses, (*houses[1:], (len(text), -1)), strict=True):
        gap = text[end:start] if start - end <= _FARTHEST else ""
        filled = _between().fullmatch(gap) if after >= 0 else None
        tail = _tail().match(text, end, start) if joined and not filled else None
        if filled:
            yield from ((end + low, end + high) for low, high in _names(filled))
        elif tail:
            yield from _names(tail)
        joined = bool(filled or (gap and _bare().fullmatch(gap)))


def _names(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    return (found.span(part) for part in ("one", "two") if found[part] and _is_name(found[part]))


@cache
def _common() -> frozenset[str]:
    words = lexicon()
    groups = (words.common_nouns, words.unnamed, words.members, words.institutions, words.projects, words.partner_nouns)
    return frozenset(word for group in (*groups, words.guests, words.people, words.kinds) for word in group)


def _is_name(text: str) -> bool:
    return not any(word in _common() for word in text.split())


@cache
def _parts() -> tuple[str, str, str]:
    """What joins two items of a list, the articles after it, and the name of an item."""
    words = lexicon()
    joint = rf"(?: ?, (?:(?:{alternation(words.conjunctions)}) )?| (?:{alternation(words.conjunctions)}) )"
    article = rf"(?:(?i:{alternation(words.determiners)}) )?"
    links = alternation(word for word in words.name_links if word not in words.joints)
    return joint, article, rf"(?:{PROPER}(?: {WORD}){{0,4}}|{WORD}(?:-{WORD})?(?: (?:(?:{links}) )?{WORD}){{1,5}})"


@cache
def _between() -> re.Pattern[str]:
    joint, article, name = _parts()
    return re.compile(rf"{joint}{article}(?P<one>{name})(?:{joint}{article}(?P<two>{name}))?{joint}{article}")


@cache
def _bare() -> re.Pattern[str]:
    joint, article, _ = _parts()
    return re.compile(joint + article)


@cache
def _tail() -> re.Pattern[str]:
    """The last item of a list."""
    joints, (_, article, name) = alternation(lexicon().joints), _parts()
    return re.compile(
        rf"(?:, {article}(?P<one>{name}))?,? (?:{joints}) {article}(?P<two>{name})(?=[.,;)]|$| [a-zà-ÿ(])"
    )
