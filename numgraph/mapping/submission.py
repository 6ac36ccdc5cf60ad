"""RDF that somebody put forward, as a source among others: each statement with the line that says it.

What is archived as the source's text is one line of N-Triples for each statement, in the order they came. A line is
never taken out again, so that the offsets of all claims hold whatever is added or taken back later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, Triple

from numgraph.errors import RefusedWrite
from numgraph.iris import Namespace
from numgraph.mapping import catalogue, evidence, literals
from numgraph.mapping.statement import Contribution, Statement
from numgraph.model import Block, BlockKind, Document, Evidence, Field
from numgraph.terms import DCTERMS

RULE = "submission"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who puts it forward, and on which day: the date that its statements are true as of."""

    name: str
    on: date


def contribute_submission(
    triples: Iterable[Triple], name: str, said: str, sender: Sender, namespace: Namespace
) -> tuple[Document, Contribution]:
    """``triples`` added to the submission called ``name``, whose text so far is ``said``.

    The contribution holds what is new, and the whole catalogue entry. Raises RefusedWrite for what RDF 1.1 does not
    know; blank nodes are to be named before.
    """
    lines = {f"{triple} .\n": triple for triple in triples}
    document = _document(name, said + "".join(sorted(lines)), sender)
    statements = tuple(_statements(lines, len(said), document, sender, namespace))
    graph = NamedNode(namespace.source_graph(name))
    quads = chain(
        (Quad(one.subject, one.predicate, one.object, graph) for one in statements),
        chain.from_iterable(evidence.reify(one, namespace) for one in statements),
        catalogue.describe(document, (), namespace),
        _attribution(document, sender, namespace),
    )
    source = NamedNode(namespace.source(name))
    return document, Contribution(source, statements, tuple(dict.fromkeys(quads)))


def _document(name: str, text: str, sender: Sender) -> Document:
    return Document(
        id=name,
        name=f"{name}.nt",
        text=text,
        blocks=(Block(BlockKind.LIST_ITEM, 0, len(text)),) if text else (),
        language="und",
        layout=catalogue.SUBMISSION,
        media_type="application/n-triples",
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        fields=(Field("title", name.replace("-", " "), 0, 0), Field("published_on", sender.on.isoformat(), 0, 0)),
    )


def _statements(
    lines: Mapping[str, Triple], start: int, document: Document, sender: Sender, namespace: Namespace
) -> Iterator[Statement]:
    source = NamedNode(namespace.source(document.id))
    as_of = literals.date(sender.on.isoformat())
    for line, triple in sorted(lines.items()):
        subject, value = triple.subject, triple.object
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
            raise RefusedWrite(f"a source says plain statements about named things, not: {line.strip()[:200]}")
        statement = Statement(
            subject=subject,
            predicate=triple.predicate,
            object=value,
            claim=source,  # replaced below: the IRI is derived from the rest
            source=source,
            evidence=Evidence.at(document, start, start + len(line) - 1),
            rule=RULE,
            confidence=1.0,
            as_of=as_of,
            known=True,
        )
        yield replace(statement, claim=evidence.claim_iri(statement, namespace))
        start += len(line)


def _attribution(document: Document, sender: Sender, namespace: Namespace) -> Iterator[Quad]:
    source, graph = NamedNode(namespace.source(document.id)), NamedNode(namespace.graph("catalogue"))
    yield Quad(source, NamedNode(DCTERMS + "publisher"), literals.text(sender.name), graph)
