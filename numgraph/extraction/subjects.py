"""Units called by their subject alone: "der Neurologie" where the document has a "Klinik für Neurologie".

A subject is also a common noun, so it names a unit only in a list with other units, or after people who come from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter

from numgraph.extraction.languages import lexicon
from numgraph.extraction.name_shapes import alternation
from numgraph.model import Entity

_LEAST = 5  # letters of a subject
_LONGEST_BEFORE = 60  # characters of what stands before an item of a list
_ADJECTIVE = re.compile(r"[a-zäöüß]{3}e$")
_CASES = ("n", "r", "m", "s")


def subjects(units: Iterable[Entity], site: str) -> dict[str, Entity]:
    """What may stand for each unit: the subject of its name, and everyday names of that subject; no ambiguous ones."""
    found: dict[str, list[Entity]] = {}
    for unit in units:
        if unit.label in lexicon().everyday_units and not unit.known:
            continue  # built from the everyday name itself
        subject = _subject(unit.label.removesuffix(f" {site}"))
        everyday = [short for short, full in lexicon().everyday_units.items() if subject.startswith(full)]
        for name in {subject, *everyday}:
            if len(name) >= _LEAST:
                found.setdefault(name, []).append(unit)
    return {name: of[0] for name, of in found.items() if len({unit.key for unit in of}) == 1}


def _subject(label: str) -> str:
    found = _linked().search(label)
    return found["subject"] if found else label


@cache
def _linked() -> re.Pattern[str]:
    """The subject of a name, after the link that follows its head: "Institut für Pathologie"."""
    links = alternation(link for link in lexicon().links if " " not in link)
    return re.compile(rf" (?:{links}) (?P<subject>[A-ZÄÖÜ].*)$")


def find_subjects(text: str, names: Mapping[str, Entity]) -> Iterator[tuple[int, int, Entity]]:
    """Where such names stand in a list after articles, adjectives in any form."""
    found = [
        (start, end, names[name])
        for name in sorted(names, key=len, reverse=True)
        for start in _starts(text, name.split(" ", 1)[0])
        if (end := _end(text, start, name)) and _before().search(text, max(0, start - _LONGEST_BEFORE), start)
    ]
    done = 0
    for start, end, entity in sorted(found, key=itemgetter(0)):
        if start >= done:
            yield start, end, entity
            done = end


def _starts(text: str, word: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + 1)


def _end(text: str, start: int, name: str) -> int | None:
    """Where a name ends that begins at ``start`` and ends an item of a list; None where it does not."""
    place = start
    for word in name.split(" "):
        if not text.startswith(word, place):
            return None
        place += len(word)
        place += bool(_ADJECTIVE.search(word)) and text[place : place + 1] in _CASES
        place += 1
    return place - 1 if _after().match(text, place - 1) else None


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"[,.;)]| (?:{_joints()}) ")


@cache
def _before() -> re.Pattern[str]:
    words = lexicon()
    return re.compile(
        rf"(?:, |\b(?:{_joints()}|{alternation(words.prepositions)}) )(?:(?:{_joints()}) )?(?:{alternation(words.determiners)}) $"  # noqa: E501 - a pattern is read best on one line
    )


@cache
def _joints() -> str:
    return alternation(lexicon().joints)
