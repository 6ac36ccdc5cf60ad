"""What rules in SPARQL look at: the patterns of their queries, and how each hangs together with ``$this``.

Every solution of a query binds all of its basic graph patterns at once, so a statement that takes part in a solution
leads to the ``$this`` of it along any chain of patterns that share variables. One chain is enough: the shortest, which
makes a tree of the patterns with ``$this`` as its root. What is under MINUS or NOT EXISTS hangs below the patterns it
is taken from. A query that has more to it than that is opaque, and asked of the whole dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

import pyoxigraph
from pyoxigraph import NamedNode
from rdflib import BNode, Literal, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from numgraph.validation.looks import OBJECT, PREDICATE, SUBJECT, Graph, Looks, Positions, State, Step, Term

Graphs: TypeAlias = frozenset[Graph] | None
Pattern: TypeAlias = tuple[tuple[Any, ...], Graphs]  # three rdflib terms, and where they are looked up
_Known: TypeAlias = dict[str, tuple[int, State]]  # a variable's distance from $this, and its state

_THROUGH = {"SelectQuery", "Project", "Distinct", "Reduced", "Extend", "Filter"}


_NOWHERE: tuple[Pattern, int] = (((), None), 0)


class Opaque(Exception):
    """A query of which we cannot say what it looks at."""


def rule_looks(queries: Iterable[str], default: frozenset[Graph]) -> Looks:
    """The automaton of queries over ``$this``; patterns outside of GRAPH are looked up in the ``default`` graphs."""
    looks = Looks()
    try:
        for query in queries:
            for variant in _variants(translateQuery(parseQuery(query)).algebra):
                _Tree(looks, _group(variant, default)).plant()
    except Opaque:
        looks.opaque = True
    return looks


def _variants(node: Any) -> Iterator[Any]:
    """The query once for each choice of a branch of its unions."""
    union = next((one for one in _parts(node) if getattr(one, "name", "") == "Union"), None)
    if union is None:
        yield node
        return
    for branch in (union.p1, union.p2):
        yield from _variants(_with(node, union, branch))


def _with(node: Any, union: CompValue, branch: CompValue) -> Any:
    if node is union:
        return branch
    if not isinstance(node, CompValue):
        return node
    return CompValue(node.name, **{name: _with(value, union, branch) for name, value in node.items()})


def _parts(node: Any) -> Iterator[CompValue]:
    """A part of a query and all parts of it."""
    if isinstance(node, CompValue):
        yield node
    for value in node.values() if isinstance(node, CompValue) else node if isinstance(node, list) else ():
        yield from _parts(value)


@dataclass(slots=True)
class _Group:
    """Patterns that hold together, and those (MINUS, NOT EXISTS) whose absence is asked for."""

    patterns: list[Pattern] = field(default_factory=list)
    absent: list[_Group] = field(default_factory=list)


def _group(node: CompValue, graphs: Graphs) -> _Group:
    group = _Group()
    _gather(node, group, graphs, graphs)
    return group


def _gather(node: Any, group: _Group, graphs: Graphs, default: Graphs) -> None:
    name = node.name
    if name in _THROUGH:
        _gather_filter(node, group, graphs, default)
        _gather(node.p, group, graphs, default)
    elif name == "BGP":
        group.patterns += [(tuple(triple), graphs) for triple in node.triples]
    elif name == "Graph":
        named = frozenset({NamedNode(str(node.term))}) if isinstance(node.term, URIRef) else None
        _gather(node.p, group, named, default)
    elif name == "Join":
        _gather(node.p1, group, graphs, default)
        _gather(node.p2, group, graphs, default)
    elif name == "Minus":
        _gather(node.p1, group, graphs, default)
        group.absent.append(_Group())
        _gather(node.p2, group.absent[-1], graphs, default)
    else:
        raise Opaque(name)


def _gather_filter(node: CompValue, group: _Group, graphs: Graphs, default: Graphs) -> None:
    """The patterns inside of the tests of a filter, which the parser leaves as they were written."""
    for part in _parts(node.expr if node.name in {"Filter", "Extend"} else None):
        if part.name in {"Builtin_NOTEXISTS", "Builtin_EXISTS"}:
            group.absent.append(_Group(_written(dict(part)["graph"], graphs)))
        elif part.name.startswith("Aggregate"):
            raise Opaque(part.name)


def _written(node: CompValue, graphs: Graphs) -> list[Pattern]:
    patterns: list[Pattern] = []
    for part in dict(node)["part"]:
        if part.name != "TriplesBlock":
            raise Opaque(part.name)
        patterns += [(triple, graphs) for triple in _threes(dict(part)["triples"])]
    return patterns


def _threes(blocks: Any) -> Iterator[tuple[Any, ...]]:
    for block in blocks:
        yield from (tuple(block[at : at + 3]) for at in range(0, len(block), 3))


@dataclass(slots=True)
class _Tree:
    """The patterns of one query, hung onto ``$this``."""

    looks: Looks
    group: _Group

    def plant(self) -> None:
        self._hang(self.group, {"this": (0, self.looks.start())}, is_absent=False)

    def _hang(self, group: _Group, known: _Known, *, is_absent: bool) -> None:
        """All patterns of a group, nearest first; then what must be absent, which sees the group's variables."""
        waiting = list(group.patterns)
        is_test = is_absent and len(waiting) == 1 and not group.absent
        outer = frozenset(known) if is_test else None
        while waiting:
            pattern, at = min(
                _entries(waiting, known), key=lambda one: _distance(one[0], one[1], known), default=_NOWHERE
            )
            if pattern is _NOWHERE[0]:
                raise Opaque("patterns apart")
            self._add(pattern, at, known, outer)
            waiting.remove(pattern)
        for absent in group.absent:
            self._hang(absent, dict(known), is_absent=True)

    def _add(self, pattern: Pattern, at: int, known: _Known, outer: frozenset[str] | None) -> None:
        parts, graphs = pattern
        depth, entry = known[str(_name(parts[at]))]
        exits = []
        for position, part in enumerate(parts):
            name = _name(part)
            if name is not None and name not in known:
                known[name] = (depth + 1, self.looks.state())
                exits.append((position, known[name][1]))
        if isinstance(parts[PREDICATE], Path):
            self._follow(parts[PREDICATE], at, entry, graphs, exits)
            return
        bound = None if outer is None else frozenset(place for place, part in enumerate(parts) if _name(part) in outer)
        fixed: Positions = (_fixed(parts[0]), _fixed(parts[1]), _fixed(parts[2]))
        self.looks.add(Step(entry, at, fixed, graphs, tuple(exits), bound))

    def _follow(self, path: Path, at: int, entry: State, graphs: Graphs, exits: list[tuple[int, State]]) -> None:
        end = exits[0][1] if exits else self.looks.state()
        self._path(path, entry, end, graphs, inverse=at == OBJECT)

    def _path(self, path: Any, start: State, end: State, graphs: Graphs, *, inverse: bool) -> None:
        walk: Callable[..., None] = self._path
        match path:
            case URIRef():
                at, to = (OBJECT, SUBJECT) if inverse else (SUBJECT, OBJECT)
                self.looks.add(Step(start, at, (None, NamedNode(str(path)), None), graphs, ((to, end),)))
            case InvPath():
                walk(path.arg, start, end, graphs, inverse=not inverse)
            case SequencePath():
                states = [start, *(self.looks.state() for _ in path.args[1:]), end]
                for one, (here, there) in zip(path.args[::-1] if inverse else path.args, pairwise(states), strict=True):
                    walk(one, here, there, graphs, inverse=inverse)
            case AlternativePath():
                for one in path.args:
                    walk(one, start, end, graphs, inverse=inverse)
            case MulPath():
                between = self.looks.state()
                walk(path.path, start, between, graphs, inverse=inverse)
                walk(path.path, between, between, graphs, inverse=inverse)
                self.looks.link(between, end)
                if path.zero:
                    self.looks.link(start, end)
            case _:
                raise Opaque(str(path))


def _name(part: Any) -> str | None:
    """The variable that stands in a position; a blank node of a query is one as well."""
    return str(part) if isinstance(part, Variable | BNode) else None


def _fixed(part: Any) -> Term | None:
    match part:
        case URIRef():
            return NamedNode(str(part))
        case Literal() if part.language:
            return pyoxigraph.Literal(str(part), language=part.language)
        case Literal():
            return pyoxigraph.Literal(str(part), datatype=NamedNode(str(part.datatype)) if part.datatype else None)
    return None


def _entries(patterns: list[Pattern], known: _Known) -> Iterator[tuple[Pattern, int]]:
    """Where patterns can be looked up from what is known."""
    for pattern in patterns:
        yield from ((pattern, at) for at, part in enumerate(pattern[0]) if _name(part) in known)


def _distance(pattern: Pattern, at: int, known: _Known) -> tuple[int, int]:
    """How near to ``$this``; from a subject rather than from an object, for fewer statements begin there."""
    return known[str(_name(pattern[0][at]))][0], (SUBJECT, OBJECT, PREDICATE).index(at)
