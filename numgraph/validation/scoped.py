"""Validation of a change: what it can alter is checked again, all else stays as it was found.

The result is exactly that of validating everything; tests hold it to that with random shapes, graphs and changes. The
shapes and rules run as they are, over the part of the dataset that decides on the nodes in question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import DefaultGraph, Quad, Store, Triple

from numgraph.iris import Namespace
from numgraph.model import Finding
from numgraph.validation.engine import n_triples
from numgraph.validation.findings import finding, in_order
from numgraph.validation.judge import Results
from numgraph.validation.looks import BESIDE, Graph, Looks, Term, within
from numgraph.validation.rule_looks import rule_looks
from numgraph.validation.scope import SUBCLASS, Scope, View
from numgraph.validation.shape_looks import shape_looks
from numgraph.validation.sparql import Rule, broken, prologue, read_rules

MOST = 20_000  # nodes to check again; of more than that the whole dataset is validated sooner
DEFAULT: frozenset[Graph] = frozenset({DefaultGraph()})

_SOURCES = "SELECT $this WHERE { GRAPH ?evidence { ?claim rdf:subject $this ; ?says ?so } }"  # shown with a finding
Judging: TypeAlias = Callable[[str, Iterable[str]], Results]  # Judge.results, or what does the same


@dataclass(frozen=True, slots=True)
class Change:
    """A dataset after a change, and what the change added and removed."""

    engine: Store
    added: frozenset[Quad]
    removed: frozenset[Quad]


@dataclass(frozen=True, slots=True)
class Recheck:
    """The findings about the nodes that a change affects; all others are what they were."""

    nodes: frozenset[str]  # as N-Triples terms
    findings: tuple[Finding, ...]

    def merged(self, before: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings after the change."""
        return in_order([*(one for one in before if one.focus_node not in self.nodes), *self.findings])


@dataclass(frozen=True, slots=True)
class Checks:
    """Shapes and rules, each with what it looks at."""

    shapes: Looks
    rules: tuple[Rule, ...]
    rules_looks: Looks
    dataset_rules: tuple[Rule, ...]
    dataset_looks: Looks
    sources: Looks
    graphs: frozenset[Graph]  # of the dataset, what the shapes are for
    beside: Store
    namespace: Namespace
    judging: Judging

    @classmethod
    def of(
        cls,
        shapes: Iterable[Triple],
        ontology: Iterable[Triple],
        dataset_rules: Iterable[Rule],
        *,
        graphs: frozenset[Graph],
        namespace: Namespace,
        judging: Judging,
    ) -> Checks:
        """The checks of shapes for some graphs, and of rules over the whole dataset."""
        shapes, dataset_rules = tuple(shapes), tuple(dataset_rules)
        rules, seen = tuple(read_rules(shapes)), graphs | {BESIDE}
        beside = Store()
        beside.extend(Quad(one.subject, one.predicate, one.object, BESIDE) for one in ontology)
        return cls(
            shapes=shape_looks(shapes, seen),
            rules=rules,
            rules_looks=rule_looks(_queries(rules, namespace), seen),
            dataset_rules=dataset_rules,
            dataset_looks=rule_looks(_queries(dataset_rules, namespace), DEFAULT),
            sources=rule_looks([prologue(namespace) + _SOURCES], DEFAULT),
            graphs=graphs,
            beside=beside,
            namespace=namespace,
            judging=judging,
        )

    def recheck(self, change: Change) -> Recheck | None:
        """What a change makes of the findings; None where only the whole dataset can tell.

        That is where shapes can look anywhere, where the class hierarchy itself has changed, or where too many nodes
        are affected.
        """
        view = View(change.engine, change.added, change.removed, self.beside, self.graphs | {BESIDE})
        all_looks = (self.shapes, self.rules_looks, self.dataset_looks, self.sources)
        reclassified = any(quad.predicate == SUBCLASS and within(quad, self.graphs) for quad in view.changed)
        if reclassified or any(looks.opaque for looks in all_looks):
            return None
        nodes = set[Term]().union(*(Scope(looks, view).affected() for looks in all_looks))
        if len(nodes) > MOST:
            return None
        names = frozenset(map(str, nodes))
        found = [*self._of_shapes(view, nodes), *self._of_rules(view, nodes)]
        return Recheck(names, in_order(one for one in found if one.focus_node in names))

    def _of_shapes(self, view: View, nodes: set[Term]) -> Iterator[Finding]:
        checked, quads = Scope(self.shapes, view).decisive(nodes)
        if quads or checked:
            data = n_triples({quad.triple for quad in quads if quad.graph_name != BESIDE})
            yield from map(finding, self.judging(data, map(str, checked)))

    def _of_rules(self, view: View, nodes: set[Term]) -> Iterator[Finding]:
        _, quads = Scope(self.rules_looks, view).decisive(nodes)
        together = {Quad(*quad.triple) for quad in quads}  # as the shapes see them: in one graph
        _, dataset = Scope(self.dataset_looks, view).decisive(nodes)
        for rules, part in ((self.rules, together), (self.dataset_rules, dataset)):
            store = Store()
            store.extend(part)
            for rule in rules:
                yield from broken(rule, store, self.namespace)


def _queries(rules: Iterable[Rule], namespace: Namespace) -> list[str]:
    return [prologue(namespace) + query for rule in rules for query in (rule.select, rule.target) if query]
