"""The templates of SPARQL updates, read by the engine and filled in from solutions."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolution, Triple
from pyoxigraph import Store as Engine

from numgraph.errors import BadQuery
from numgraph.store.lexer import tokens

Graph: TypeAlias = NamedNode | BlankNode | DefaultGraph

_VARIABLE = f"urn:uuid:{secrets.token_hex(16)}:"  # with its name, a variable while the engine reads a template


@dataclass(frozen=True, slots=True)
class Prologue:
    """What the names of an operation mean: the declarations before it, and the base that the request gives."""

    text: str
    base: str | None

    def iri(self, name: str) -> NamedNode:
        """An IRI or a prefixed name, resolved."""
        (quad,) = self.quads(f"{{ {name} <urn:p> <urn:o> }}")
        return cast("NamedNode", quad.subject)

    def quads(self, template: str, graph: Graph | None = None) -> frozenset[Quad]:
        """The quads in braces, each variable as an IRI of its own; those outside GRAPH are put into ``graph``."""
        read = Engine()
        try:
            read.update(f"{self.text}\nINSERT DATA {_without_variables(template)}", base_iri=self.base)
        except SyntaxError as fault:
            raise BadQuery(f"the update cannot be read: {fault}") from None
        return frozenset(placed(one, graph) if graph and one.graph_name == DefaultGraph() else one for one in read)


def placed(quad: Quad, graph: Graph) -> Quad:
    """The statement in another graph."""
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def filled(template: Iterable[Quad], solution: QuerySolution) -> Iterator[Quad]:
    """The quads that a solution makes of a template; those with an unbound variable or in a wrong place are left out.

    A blank node of the template is another one in each solution (section 4.1.4, 4.2.3).
    """
    fresh: dict[BlankNode, BlankNode] = {}
    for quad in template:
        with suppress(TypeError):  # such as a literal for a subject
            yield Quad(*(_value(term, solution, fresh) for term in quad))


def _value(term: Any, solution: QuerySolution, fresh: dict[BlankNode, BlankNode]) -> Any:
    if isinstance(term, NamedNode) and term.value.startswith(_VARIABLE):
        return solution[term.value.removeprefix(_VARIABLE)]
    if isinstance(term, BlankNode):
        return fresh.setdefault(term, BlankNode())
    if isinstance(term, Triple):
        return Triple(*(_value(part, solution, fresh) for part in term))
    return term


def _without_variables(template: str) -> str:
    pieces, done = [], 0
    for token in tokens(template):
        if token.kind == "var":
            pieces += [template[done : token.start], f"<{_VARIABLE}{token.text[1:]}>"]
            done = token.start + len(token.text)
    return "".join((*pieces, template[done:]))
