"""In which order a page shows properties: the groups and orders that the shapes give them (SHACL 1.0, section 2.3.2.4).

Read once when the server starts; a property without a place in the shapes comes last, by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from numgraph.terms import RDFS, SH

_LAST = 1_000  # the place of what the shapes do not place


@dataclass(frozen=True, slots=True)
class Group:
    """A heading under which properties stand. ``name`` is the last part of its IRI."""

    name: str
    order: float
    labels: Mapping[str, str] = field(repr=False)

    def label(self, language: str) -> str:
        return self.labels.get(language) or self.labels.get("en") or self.name


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups, and the place of each property: its group and its order within."""

    places: Mapping[str, tuple[Group, float]]

    def group(self, predicate: str) -> Group | None:
        """The group of a property; None where no shape places it."""
        found = self.places.get(predicate)
        return found[0] if found else None

    def order(self, predicate: str) -> tuple[float, float]:
        """Where a property stands among all: its group first, then its order within the group."""
        found = self.places.get(predicate)
        return (found[0].order, found[1]) if found else (_LAST, _LAST)


def read(shapes: Path) -> Grouping:
    """The grouping that the Turtle files of a folder give. Not for the event loop."""
    about: dict[str, dict[str, list[NamedNode | Literal]]] = {}
    for subject, predicate, value in _statements(shapes.glob("*.ttl")):
        about.setdefault(subject, {}).setdefault(predicate, []).append(value)
    groups = {iri: _group(iri, said) for iri, said in about.items() if _is_group(iri)}
    places: dict[str, tuple[Group, float]] = {}
    for said in about.values():
        for path, group in _placed(said, groups):
            place = (group, _number(said.get(SH + "order", ())))
            places[path] = min(places.get(path, place), place, key=lambda one: (one[0].order, one[1]))
    return Grouping(places)


def _statements(files: Iterable[Path]) -> Iterator[tuple[str, str, NamedNode | Literal]]:
    for file in sorted(files):
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                yield quad.subject.value, quad.predicate.value, quad.object


def _is_group(iri: str) -> bool:
    return "#group-" in iri


def _group(iri: str, said: Mapping[str, list[NamedNode | Literal]]) -> Group:
    labels = {one.language or "": one.value for one in said.get(RDFS + "label", ()) if isinstance(one, Literal)}
    return Group(iri.rpartition("#group-")[2], _number(said.get(SH + "order", ())), labels)


def _placed(said: Mapping[str, list[NamedNode | Literal]], groups: Mapping[str, Group]) -> Iterator[tuple[str, Group]]:
    """The property of a property shape with its group."""
    for path in said.get(SH + "path", ()):
        for group in said.get(SH + "group", ()):
            if isinstance(path, NamedNode) and group.value in groups:
                yield path.value, groups[group.value]


def _number(values: Iterable[NamedNode | Literal]) -> float:
    return min((float(one.value) for one in values), default=_LAST)
