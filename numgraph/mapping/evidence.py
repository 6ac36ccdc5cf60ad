"""The evidence graph: every statement as a ``num:Claim`` with the exact text that says it (MODEL, "A claim")."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from numgraph import iris
from numgraph.iris import Namespace
from numgraph.mapping import literals
from numgraph.mapping.statement import Statement
from numgraph.terms import PROV, RDF, num

TYPE = NamedNode(RDF + "type")


def claim_iri(statement: Statement, namespace: Namespace) -> NamedNode:
    """Derived from source, triple, scope and offsets: the same input gives the same claims."""
    place = f"{statement.evidence.start}-{statement.evidence.end}"
    fingerprint = iris.digest(f"{statement.triple}\n{statement.at}\n{statement.principal}\n{place}")
    return NamedNode(namespace.claim(statement.evidence.document.id, fingerprint))


def evidence_graph(statement: Statement, namespace: Namespace) -> NamedNode:
    return NamedNode(namespace.evidence_graph(statement.evidence.document.id))


def reify(statement: Statement, namespace: Namespace) -> Iterator[Quad]:
    """The claim node of a statement, but for its rank, which depends on the other sources."""
    graph = evidence_graph(statement, namespace)
    return (Quad(statement.claim, predicate, value, graph) for predicate, value in _properties(statement))


def _properties(statement: Statement) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    evidence = statement.evidence
    yield TYPE, NamedNode(num("Claim"))
    yield NamedNode(RDF + "subject"), statement.subject
    yield NamedNode(RDF + "predicate"), statement.predicate
    yield NamedNode(RDF + "object"), statement.object
    yield NamedNode(PROV + "wasDerivedFrom"), statement.source
    yield NamedNode(num("quote")), literals.text(evidence.quote)
    yield NamedNode(num("startOffset")), literals.integer(evidence.start)
    yield NamedNode(num("endOffset")), literals.integer(evidence.end)
    yield NamedNode(num("rule")), literals.text(statement.rule)
    yield NamedNode(num("confidence")), literals.decimal(round(statement.confidence, 4))
    yield NamedNode(num("status")), Literal(statement.status.value)
    yield NamedNode(num("modality")), Literal(statement.modality.value)
    if statement.as_of is not None:
        yield NamedNode(num("asOf")), statement.as_of
    if statement.at is not None:
        yield NamedNode(num("at")), statement.at
    if statement.principal is not None:
        yield NamedNode(num("completes")), statement.principal
    if statement.restated is not None:
        yield NamedNode(num("restates")), statement.restated
    if statement.known:
        yield NamedNode(num("vouched")), Literal(statement.known)
