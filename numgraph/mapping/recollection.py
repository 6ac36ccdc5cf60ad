"""What a store remembers: claim nodes read back as the statements that mapping once made of them.

``evidence.reify`` writes, this module reads; what it gives is equal to what was written, so that agreement can be
reached again from the store alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from numgraph.iris import Namespace
from numgraph.mapping.statement import Contribution, Statement, Status
from numgraph.model import Document, Evidence, Modality
from numgraph.terms import PROV, RDF, num

Texts: TypeAlias = Callable[[str], str]  # the archived text of a document, by its id
_Node: TypeAlias = dict[str, Any]  # the properties of one claim node, each once

_SUBJECT, _PREDICATE, _OBJECT = (RDF + name for name in ("subject", "predicate", "object"))
_SOURCE = PROV + "wasDerivedFrom"
RANK, RESTATES = NamedNode(num("rank")), NamedNode(num("restates"))


def everything(engine: Store, texts: Texts, namespace: Namespace) -> Iterator[Statement]:
    """The statements of all sources in ``engine``; a text is asked for once a document."""
    prefix = namespace.evidence_graph("")
    for graph in engine.named_graphs():
        if isinstance(graph, NamedNode) and graph.value.startswith(prefix):
            yield from _recollected(engine.quads_for_pattern(None, None, None, graph), texts, namespace)


def of_source(engine: Store, document_id: str, texts: Texts, namespace: Namespace) -> Iterator[Statement]:
    """The statements of one source."""
    graph = NamedNode(namespace.evidence_graph(document_id))
    return _recollected(engine.quads_for_pattern(None, None, None, graph), texts, namespace)


def about(engine: Store, subjects: Iterable[NamedNode], texts: Texts, namespace: Namespace) -> Iterator[Statement]:
    """All that is said of some things, whoever says it."""
    by_graph: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for subject in subjects:
        for claim, graph in claims_about(engine, subject):
            by_graph[graph].append(claim)
    for graph, claims in by_graph.items():
        quads = (quad for claim in claims for quad in engine.quads_for_pattern(claim, None, None, graph))
        yield from _recollected(quads, texts, namespace)


def claims_about(engine: Store, subject: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
    """The claims that say something of a thing, each with its evidence graph."""
    for quad in engine.quads_for_pattern(None, NamedNode(_SUBJECT), subject, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
            yield quad.subject, quad.graph_name


def stated_about(engine: Store, subject: NamedNode) -> Iterator[tuple[str, str, str, str]]:
    """What sources assert of a thing and we take: predicate and object as N-Triples terms, source IRI, quote."""
    for claim, graph in claims_about(engine, subject):
        node: _Node = {quad.predicate.value: quad.object for quad in engine.quads_for_pattern(claim, None, None, graph)}
        if (node[num("status")].value, node[num("modality")].value) == (Status.ACCEPTED, Modality.ASSERTED):
            yield str(node[_PREDICATE]), str(node[_OBJECT]), node[_SOURCE].value, node[num("quote")].value


def submissions(engine: Store, texts: Texts, namespace: Namespace) -> Iterator[Contribution]:
    """What people have put forward, with the quads of its graphs, as it stood before agreement."""
    catalogue = NamedNode(namespace.graph("catalogue"))
    for found in engine.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(num("Submission")), catalogue):
        source = found.subject
        if isinstance(source, NamedNode):
            name = source.value.removeprefix(namespace.source(""))
            statements = tuple(of_source(engine, name, texts, namespace))
            yield Contribution(source, statements, tuple(said(engine, name, namespace)))


def said(engine: Store, name: str, namespace: Namespace) -> Iterator[Quad]:
    """The quads that a source brings by itself: its graph, its evidence but for what agreement adds, its entry."""
    yield from engine.quads_for_pattern(None, None, None, NamedNode(namespace.source_graph(name)))
    evidence = NamedNode(namespace.evidence_graph(name))
    restating = {quad.subject for quad in engine.quads_for_pattern(None, RESTATES, None, evidence)}
    for quad in engine.quads_for_pattern(None, None, None, evidence):
        if quad.predicate != RANK and quad.subject not in restating:
            yield quad
    yield from entry(engine, name, namespace)


def entry(engine: Store, name: str, namespace: Namespace) -> Iterator[Quad]:
    """The catalogue's entry of a source and of its reading; the software that read it is nobody's own."""
    catalogue = NamedNode(namespace.graph("catalogue"))
    iris = (namespace.source(name), namespace.thing(f"reading/{name}"), namespace.source_graph(name))
    for iri in (*iris, namespace.evidence_graph(name)):
        yield from engine.quads_for_pattern(NamedNode(iri), None, None, catalogue)


def rejections(engine: Store) -> frozenset[tuple[NamedNode, Triple]]:
    """What stewards do not take from which source."""
    found = engine.quads_for_pattern(None, NamedNode(num("status")), Literal(Status.REJECTED.value), None)
    return frozenset(_rejection(engine, quad) for quad in found)


def _rejection(engine: Store, quad: Quad) -> tuple[NamedNode, Triple]:
    properties = engine.quads_for_pattern(quad.subject, None, None, quad.graph_name)
    node: _Node = {one.predicate.value: one.object for one in properties}
    return node[_SOURCE], Triple(node[_SUBJECT], node[_PREDICATE], node[_OBJECT])


def _recollected(quads: Iterable[Quad], texts: Texts, namespace: Namespace) -> Iterator[Statement]:
    nodes: dict[NamedNode, _Node] = defaultdict(dict)
    document = None
    for quad in quads:
        nodes[quad.subject][quad.predicate.value] = quad.object  # type: ignore[index]  # a claim has an IRI
    for claim, node in nodes.items():
        if RESTATES.value in node:
            continue  # agreement says it anew
        document = document or _document(node[_SOURCE], texts, namespace)
        yield _statement(claim, node, document)


def _document(source: NamedNode, texts: Texts, namespace: Namespace) -> Document:
    """As much of the document as evidence needs: its id and its text."""
    name = source.value.removeprefix(namespace.source(""))
    return Document(name, name, texts(name), (), "und", "", "", "")


def _statement(claim: NamedNode, node: _Node, document: Document) -> Statement:
    start, end = (int(node[num(name)].value) for name in ("startOffset", "endOffset"))
    return Statement(
        subject=node[_SUBJECT],
        predicate=node[_PREDICATE],
        object=node[_OBJECT],
        claim=claim,
        source=node[_SOURCE],
        evidence=Evidence.at(document, start, end),
        rule=node[num("rule")].value,
        confidence=float(node[num("confidence")].value),
        status=Status(node[num("status")].value),
        modality=Modality(node[num("modality")].value),
        as_of=node.get(num("asOf")),
        at=node.get(num("at")),
        known=num("vouched") in node,
        principal=node.get(num("completes")),
    )
