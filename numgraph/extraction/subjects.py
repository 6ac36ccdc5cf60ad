"""Units called by their subject alone: "der Neurologie" where the document has a "Klinik und Poliklinik für Neurologie".

A subject is also a common noun, so it names a unit only in a list with other units, or after people who come from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from numgraph.extraction.languages import lexicon
from numgraph.extraction.name_shapes import alternation
from numgraph.model import Entity

_LEAST = 5  # letters of a subject


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
    shapes = {_shape(name): entity for name, entity in names.items()}
    listed = re.compile(
        rf"{_before()}(?P<name>{'|'.join(sorted(shapes, key=len, reverse=True))})(?=[,.;)]| (?:{_joints()}) )"
    )
    for match in listed.finditer(text):
        entity = next(of for shape, of in shapes.items() if re.fullmatch(shape, match["name"]))
        yield match.start("name"), match.end("name"), entity


def _shape(name: str) -> str:
    words = (re.escape(word) for word in name.split())
    return " ".join(re.sub(r"(?<=[a-zäöüß]{3})e$", "e[nrms]?", word) for word in words)


@cache
def _before() -> str:
    words = lexicon()
    return rf"(?:, |\b(?:{_joints()}|{alternation(words.prepositions)}) )(?:(?:{_joints()}) )?(?:{alternation(words.determiners)}) "


@cache
def _joints() -> str:
    return alternation(lexicon().joints)
