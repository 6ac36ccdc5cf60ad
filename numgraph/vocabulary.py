"""What the ontology says that agreement and inference need: read once from its Turtle files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from numgraph.errors import InvalidData
from numgraph.terms import OWL, RDF, RDFS, num

Node = NamedNode | BlankNode | Literal | Triple

TYPE = NamedNode(RDF + "type")
SUBCLASS_OF = NamedNode(RDFS + "subClassOf")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ontology's triples, and the facts about properties and classes that decide between values."""

    triples: tuple[Triple, ...] = field(repr=False)
    single_valued: frozenset[str]  # IRIs of properties of which one value wins
    time_varying: frozenset[str]  # IRIs of properties whose earlier values are history
    superclasses: dict[str, frozenset[str]] = field(repr=False)  # of each class, transitive, without itself
    disjoint: frozenset[tuple[str, str]] = field(repr=False)  # pairs of classes, in both directions

    def are_disjoint(self, one: str, other: str) -> bool:
        """Whether nothing can be of both classes, their superclasses considered."""
        above = {one, *self.superclasses.get(one, ())}
        beside = {other, *self.superclasses.get(other, ())}
        return any((left, right) in self.disjoint for left in above for right in beside)

    def depth(self, class_iri: str) -> int:
        """How specific a class is: the number of classes above it."""
        return len(self.superclasses.get(class_iri, ()))


def load(folder: Path) -> Vocabulary:
    """The vocabulary in the Turtle files right inside ``folder``."""
    return of(triple for path in sorted(folder.glob("*.ttl")) for triple in read(path))


def read(path: Path) -> Iterator[Triple]:
    """The triples of one Turtle file, its blank nodes renamed so that files cannot share them."""
    try:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True):
            yield quad.triple
    except SyntaxError as error:
        raise InvalidData(f"{path.name} is not Turtle: {error}") from error


def of(triples: Iterable[Triple]) -> Vocabulary:
    """The vocabulary that ``triples`` state."""
    triples = tuple(triples)
    types = defaultdict(set)
    for triple in triples:
        if triple.predicate == TYPE and isinstance(triple.subject, NamedNode):
            types[str(triple.object)].add(triple.subject.value)
    return Vocabulary(
        triples=triples,
        single_valued=frozenset(types[str(NamedNode(num("SingleValued")))]),
        time_varying=frozenset(types[str(NamedNode(num("TimeVarying")))]),
        superclasses=_superclasses(triples),
        disjoint=frozenset(_disjoint(triples)),
    )


def members(triples: Iterable[Triple]) -> dict[Node, list[Node]]:
    """Each RDF list of ``triples`` by its head."""
    triples = tuple(triples)
    first: dict[Node, Node] = {t.subject: t.object for t in triples if t.predicate == NamedNode(RDF + "first")}
    rest: dict[Node, Node] = {t.subject: t.object for t in triples if t.predicate == NamedNode(RDF + "rest")}
    return {head: _walk(head, first, rest) for head in first}


def _walk(head: Node, first: dict[Node, Node], rest: dict[Node, Node]) -> list[Node]:
    found: list[Node] = []
    seen: set[Node] = set()
    while head in first and head not in seen:
        seen.add(head)
        found.append(first[head])
        head = rest.get(head, head)
    return found


def _superclasses(triples: tuple[Triple, ...]) -> dict[str, frozenset[str]]:
    above: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        one, other = triple.subject, triple.object
        if triple.predicate == SUBCLASS_OF and isinstance(one, NamedNode) and isinstance(other, NamedNode):
            above[one.value].add(other.value)
    return {name: frozenset(_reachable(name, above) - {name}) for name in sorted(above)}


def _reachable(start: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in above.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _disjoint(triples: tuple[Triple, ...]) -> Iterator[tuple[str, str]]:
    for triple in triples:
        if triple.predicate == NamedNode(OWL + "disjointWith"):
            yield from _pairs([triple.subject, triple.object])
    lists = members(triples)
    groups = {t.subject for t in triples if t.object == NamedNode(OWL + "AllDisjointClasses")}
    for triple in triples:
        if triple.subject in groups and triple.predicate == NamedNode(OWL + "members"):
            yield from _pairs(lists.get(triple.object, []))


def _pairs(classes: list[Node]) -> Iterator[tuple[str, str]]:
    named = [one.value for one in classes if isinstance(one, NamedNode)]
    return ((one, other) for one in named for other in named if one != other)
