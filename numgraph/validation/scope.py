"""Which nodes a change can give another verdict, and the part of the dataset that decides on them.

Exact on the safe side: a node that is named here may keep its verdict, one that is not named keeps it for certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from numgraph.terms import RDF, RDFS
from numgraph.validation.looks import BESIDE, Graph, Looks, Positions, State, Step, Term, within

TYPE, SUBCLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
Pair: TypeAlias = tuple[Term, State]


@dataclass(slots=True)
class View:
    """A dataset after a change, with what it held before. ``engine`` holds it as it is after.

    ``beside`` holds the ontology, in the graph BESIDE. ``graphs`` are those in which types are looked up.
    """

    engine: Store
    added: frozenset[Quad]
    removed: frozenset[Quad]
    beside: Store
    graphs: frozenset[Graph]
    _gone: Store = field(init=False)
    _said: dict[Term, dict[Term, list[Quad]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._gone = Store()
        self._gone.extend(self.removed)

    @property
    def changed(self) -> Iterator[Quad]:
        yield from self.added
        yield from self.removed

    def after(self, pattern: Positions, graphs: frozenset[Graph] | None) -> Iterator[Quad]:
        """The statements that fit, after the change."""
        subject, predicate, value = pattern
        if not (isinstance(subject, NamedNode | BlankNode | None) and isinstance(predicate, NamedNode | None)):
            return iter(())
        if subject is None:
            return self._found(subject, predicate, value, graphs)
        said = self._said_of(subject)
        quads = said.get(predicate, []) if predicate else [quad for some in said.values() for quad in some]
        return (quad for quad in quads if within(quad, graphs) and value in (None, quad.object))

    def _found(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        value: Term | None,
        graphs: frozenset[Graph] | None,
    ) -> Iterator[Quad]:
        if graphs is None:
            found = self.engine.quads_for_pattern(subject, predicate, value, None)
            yield from (quad for quad in found if within(quad, None))
            return
        for graph in graphs:
            store = self.beside if graph == BESIDE else self.engine
            yield from store.quads_for_pattern(subject, predicate, value, graph)

    def _said_of(self, subject: NamedNode | BlankNode) -> dict[Term, list[Quad]]:
        """All that is said of a node, by predicate: read once, for nodes are looked at from many sides."""
        if subject not in self._said:
            said: dict[Term, list[Quad]] = defaultdict(list)
            for store in (self.engine, self.beside):
                for quad in store.quads_for_pattern(subject, None, None, None):
                    said[quad.predicate].append(quad)
            self._said[subject] = said
        return self._said[subject]

    def lost(self, pattern: Positions, graphs: frozenset[Graph] | None) -> Iterator[Quad]:
        """The statements that fit and were removed."""
        subject, predicate, value = pattern
        if isinstance(subject, NamedNode | BlankNode | None) and isinstance(predicate, NamedNode | None):
            found = self._gone.quads_for_pattern(subject, predicate, value, None)
            yield from (quad for quad in found if within(quad, graphs))

    def ever(self, pattern: Positions, graphs: frozenset[Graph] | None) -> Iterator[Quad]:
        yield from self.after(pattern, graphs)
        yield from self.lost(pattern, graphs)

    def before(self, pattern: Positions, graphs: frozenset[Graph] | None) -> Iterator[Quad]:
        yield from (quad for quad in self.after(pattern, graphs) if quad not in self.added)
        yield from self.lost(pattern, graphs)

    def settles(self, step: Step, quad: Quad) -> bool:
        """Whether a changed statement changes what a step can see."""
        if step.bound is None:
            return True
        question = step.question(quad)
        return any(self.after(question, step.graphs)) != any(self.before(question, step.graphs))

    def retyped(self, node: Term) -> set[Term]:
        """The classes that a node has joined or left, superclasses included."""
        types = (node, TYPE, None)
        was = self.classes(quad.object for quad in self.before(types, self.graphs))
        return was ^ self.classes_of(node)

    def classes_of(self, node: Term) -> set[Term]:
        return self.classes(quad.object for quad in self.after((node, TYPE, None), self.graphs))

    def classes(self, types: Iterable[Term]) -> set[Term]:
        """The classes and all above them; the hierarchy itself has not changed."""
        found: set[Term] = set()
        todo = list(types)
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += [quad.object for quad in self.after((one, SUBCLASS, None), self.graphs)]
        return found


@dataclass(frozen=True, slots=True)
class Scope:
    """What one automaton says of a change."""

    looks: Looks
    view: View

    def affected(self) -> set[Term]:
        """The nodes that findings can be about which the change makes or unmakes."""
        starts = {pair for pair in self._upstream(self._touched()) if pair[1] in self.looks.starts}
        nodes = {node for node, _ in starts}
        if self.looks.reports:
            reached, _ = self._downstream(starts, ever=True)
            nodes |= {node for node, state in reached if state in self.looks.reports}
        return nodes

    def decisive(self, nodes: Iterable[Term]) -> tuple[set[Term], set[Quad]]:
        """The nodes to check for all findings about ``nodes``, and the statements that decide on them."""
        nodes = set(nodes)
        about = {(node, state) for node in nodes for state in self.looks.reports}
        checked = nodes | {node for node, state in self._upstream(about) if state in self.looks.starts}
        starts = {(node, start) for node in checked for start in self._starts(node)}
        _, quads = self._downstream(starts, ever=False)
        return {node for node, _ in starts}, quads

    def _starts(self, node: Term) -> Iterator[State]:
        """Where the checks of a node begin: shapes that it is no target of have nothing to say of it."""
        classes = self.view.classes_of(node)
        for start in self.looks.starts:
            named = self.looks.targeted.get(start)
            if (
                named is None
                or node in named
                or classes & self.looks.classes.get(start, set())
                or any(any(self.view.after(step.asks(node), step.graphs)) for step in self.looks.steps[start])
            ):
                yield start

    def _touched(self) -> set[Pair]:
        """Where the changed statements come into a check."""
        touched: set[Pair] = set()
        for quad in self.view.changed:
            for step in self.looks.about(quad):
                if self.view.settles(step, quad):
                    touched.add((quad.triple[step.at], step.entry))
        return touched | self._retyped()

    def _retyped(self) -> set[Pair]:
        if not self.looks.classes:
            return set()
        types = [quad for quad in self.view.changed if quad.predicate == TYPE and within(quad, self.view.graphs)]
        joined = {node: self.view.retyped(node) for node in {quad.subject for quad in types}}
        return {
            (node, state)
            for node, classes in joined.items()
            for state, asked in self.looks.classes.items()
            if asked & classes
        }

    def _upstream(self, pairs: set[Pair]) -> set[Pair]:
        """All from which a pair is reached, before or after the change."""
        seen, todo = set(pairs), list(pairs)
        while todo:
            node, state = todo.pop()
            found = [(node, earlier) for earlier in self.looks.backward[state]]
            for step, position in self.looks.into[state]:
                pattern = _asked(step, position, node)
                found += [
                    (quad.triple[step.at], step.entry)
                    for quad in (self.view.ever(pattern, step.graphs) if pattern else ())
                ]
            todo += [pair for pair in found if pair not in seen]
            seen.update(found)
        return seen

    def _downstream(self, pairs: set[Pair], *, ever: bool) -> tuple[set[Pair], set[Quad]]:
        """All that is reached from a pair, and the statements on the way: after the change, or ``ever``."""
        look = self.view.ever if ever else self.view.after
        seen, todo, quads = set(pairs), list(pairs), set[Quad]()
        typed: set[Term] = set()
        while todo:
            node, state = todo.pop()
            found = [(node, later) for later in self.looks.onward[state]]
            for step in self.looks.steps[state]:
                fitting = look(step.asks(node), step.graphs)
                for quad in islice(fitting, 1) if step.needs_one else fitting:
                    quads.add(quad)
                    found += [(quad.triple[position], later) for position, later in step.exits]
            if state in self.looks.classes:
                typed.add(node)
            todo += [pair for pair in found if pair not in seen]
            seen.update(found)
        return seen, quads.union(*map(self._ancestry, typed))

    def _ancestry(self, node: Term) -> set[Quad]:
        """The types of a node and what is above them."""
        types = set(self.view.after((node, TYPE, None), self.view.graphs))
        above = self.view.classes(quad.object for quad in types)
        return types.union(*(self.view.after((one, SUBCLASS, None), self.view.graphs) for one in above))


def _asked(step: Step, position: int, node: Term) -> Positions | None:
    """The pattern of a step that ends at a node; None where it ends elsewhere."""
    if step.fixed[position] not in (None, node):
        return None
    subject, predicate, value = (node if at == position else part for at, part in enumerate(step.fixed))
    return subject, predicate, value
