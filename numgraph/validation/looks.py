"""What a check looks at: from the node it is about, along which statements, to which other nodes.

A SHACL shape and a SPARQL rule are both read as an automaton. A *state* is a role that a node plays in the check (the
focus node, a value, the claim about it); a *step* is a pattern of statements that is looked up from a node in one state
and leads to nodes in others. Walked forwards it gives all that a verdict on a node rests on; walked backwards from a
changed statement it gives the nodes whose verdict can change (scope.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Graph: TypeAlias = NamedNode | BlankNode | DefaultGraph
Positions: TypeAlias = tuple[Term | None, Term | None, Term | None]  # subject, predicate, object; None for any
State: TypeAlias = int

SUBJECT, PREDICATE, OBJECT = range(3)
BESIDE = NamedNode("urn:numgraph:beside")  # where the ontology stands beside a dataset, in no dataset itself
_DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Step:
    """Statements of a pattern, looked up from a node at position ``at`` that is in state ``entry``.

    ``graphs`` are where they may stand, None for every named graph. ``bound`` is given where only matters whether there
    is such a statement: the positions that tell one question from another.
    """

    entry: State
    at: int
    fixed: Positions
    graphs: frozenset[Graph] | None
    exits: tuple[tuple[int, State], ...] = ()
    bound: frozenset[int] | None = None

    def asks(self, node: Term) -> Positions:
        """The pattern for a node at the entry."""
        return replaced(self.fixed, self.at, node)

    def question(self, quad: Quad) -> Positions:
        """What is asked of a statement that fits, where only its existence matters."""
        bound = self.bound or ()
        subject, predicate, value = (
            part if position in bound else fixed
            for position, (part, fixed) in enumerate(zip(quad.triple, self.fixed, strict=True))
        )
        return subject, predicate, value

    @property
    def needs_one(self) -> bool:
        """Whether one statement decides it, as any other would."""
        return self.bound is not None and self.bound <= {self.at}

    def fits(self, quad: Quad) -> bool:
        return within(quad, self.graphs) and all(
            fixed is None or fixed == part for fixed, part in zip(self.fixed, quad.triple, strict=True)
        )


@dataclass(slots=True)
class Looks:
    """The automaton of one or more checks. ``opaque`` where one of them can look anywhere."""

    steps: dict[State, list[Step]] = field(default_factory=lambda: defaultdict(list))
    into: dict[State, list[tuple[Step, int]]] = field(default_factory=lambda: defaultdict(list))
    onward: dict[State, list[State]] = field(default_factory=lambda: defaultdict(list))
    backward: dict[State, list[State]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[State, set[Term]] = field(default_factory=lambda: defaultdict(set))  # asked of a node in a state
    targeted: dict[State, frozenset[Term]] = field(default_factory=dict)  # starts with targets: the nodes named in them
    starts: set[State] = field(default_factory=set)  # of the nodes that are checked
    reports: set[State] = field(default_factory=set)  # of other nodes that findings can be about
    opaque: bool = False
    _states: int = 0
    _about: dict[Term | None, list[Step]] = field(default_factory=lambda: defaultdict(list))  # by predicate

    def state(self) -> State:
        self._states += 1
        return self._states

    def start(self) -> State:
        self.starts.add(self.state())
        return self._states

    def add(self, step: Step) -> None:
        self.steps[step.entry].append(step)
        self._about[step.fixed[PREDICATE]].append(step)
        for position, state in step.exits:
            self.into[state].append((step, position))

    def link(self, one: State, other: State) -> None:
        """A node in the one state is in the other as well."""
        self.onward[one].append(other)
        self.backward[other].append(one)

    def about(self, quad: Quad) -> Iterator[Step]:
        """The steps that a statement can be part of."""
        for steps in (self._about.get(quad.predicate, ()), self._about.get(None, ())):
            yield from (step for step in steps if step.fits(quad))


def replaced(pattern: Positions, at: int, node: Term) -> Positions:
    subject, predicate, value = (node if position == at else part for position, part in enumerate(pattern))
    return subject, predicate, value


def within(quad: Quad, graphs: frozenset[Graph] | None) -> bool:
    """Whether a statement stands in one of the graphs; None means every named graph of the dataset."""
    return quad.graph_name not in (_DEFAULT, BESIDE) if graphs is None else quad.graph_name in graphs
