"""One document's claims as a contribution: statements, source graph, evidence graph, catalogue entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad

from numgraph.errors import InvalidData
from numgraph.iris import Namespace
from numgraph.mapping import catalogue, evidence
from numgraph.mapping.facts import Fact, facts, node
from numgraph.mapping.mentions import Mention, check_names, mentions
from numgraph.mapping.statement import Contribution, Refusal, Rejections, Statement, Status, ruled
from numgraph.model import Claim, Document, Modality


@dataclass(frozen=True, slots=True)
class _Reading:
    """What all statements of one document share."""

    document: Document
    namespace: Namespace
    threshold: float
    as_of: Literal | None

    def statement(
        self, fact: Fact, claim: Claim, rule: str, *, known: bool = False, principal: NamedNode | None = None
    ) -> Statement:
        draft = Statement(
            subject=fact.subject,
            predicate=fact.predicate,
            object=fact.object,
            claim=fact.subject,  # replaced below: the IRI is derived from the rest
            source=NamedNode(self.namespace.source(self.document.id)),
            evidence=claim.evidence,
            rule=rule,
            confidence=round(claim.confidence, 4),  # as it is written, so that it reads back the same
            status=Status.QUEUED if claim.confidence < self.threshold else Status.ACCEPTED,
            modality=claim.modality,
            as_of=self.as_of,
            at=node(claim.at, self.document, self.namespace) if claim.at else None,
            known=known,
            principal=principal,
        )
        return replace(draft, claim=evidence.claim_iri(draft, self.namespace))

    def of_claim(self, claim: Claim) -> list[Statement]:
        stated = list(facts(claim, self.document, self.namespace))
        first = self.statement(stated[0], claim, claim.rule)
        return [first, *(self.statement(fact, claim, claim.rule, principal=first.claim) for fact in stated[1:])]

    def of_mention(self, mention: Mention) -> Statement:
        subject = node(mention.entity, self.document, self.namespace)
        fact = Fact(subject, mention.predicate, mention.object)
        claim = replace(mention.claim, at=None)  # a name holds everywhere
        return self.statement(fact, claim, mention.rule, known=mention.entity.known)


def contribute(
    document: Document,
    claims: Iterable[Claim],
    namespace: Namespace,
    threshold: float = 0.5,
    rejections: Rejections = frozenset(),
) -> Contribution:
    """What one document says, in RDF.

    Source graph: the triples that the document asserts in claims at or above ``threshold``. Planned, queued and
    rejected claims stay in the evidence graph. A claim that RDF cannot carry is refused, with its reason, and the
    others go on.
    """
    claims = list(claims)
    reading = _Reading(document, namespace, threshold, catalogue.published_on(document, claims))
    stated, sound, refused = _attempt(reading, claims)
    named = (reading.of_mention(mention) for mention in mentions(sound, threshold))
    statements = ruled(_once(chain(stated, named)), rejections)
    quads = chain(
        _source_graph(statements, document, namespace),
        chain.from_iterable(evidence.reify(one, namespace) for one in statements),
        sorted(catalogue.describe(document, sound, namespace), key=str),
    )
    return Contribution(
        source=NamedNode(namespace.source(document.id)),
        statements=statements,
        quads=tuple(dict.fromkeys(quads)),
        refused=tuple(sorted(refused, key=lambda refusal: (refusal.quote, refusal.rule, refusal.reason))),
    )


def _attempt(reading: _Reading, claims: list[Claim]) -> tuple[list[Statement], list[Claim], list[Refusal]]:
    stated: list[Statement] = []
    sound: list[Claim] = []
    refused: list[Refusal] = []
    for claim in claims:
        try:
            stated.extend(reading.of_claim(claim))
            check_names(claim)
            sound.append(claim)
        except InvalidData as error:
            refused.append(Refusal(claim.rule, claim.evidence.quote, str(error)))
    return stated, sound, refused


def _once(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Each claim IRI once, by its strongest statement: two rules that read the same in one place make one claim."""
    best: dict[str, Statement] = {}
    for statement in statements:
        key = statement.claim.value
        if key not in best or _strength(statement) > _strength(best[key]):
            best[key] = statement
    return tuple(best[key] for key in sorted(best))


def _strength(statement: Statement) -> tuple[bool, float, bool, str]:
    is_asserted = statement.modality is Modality.ASSERTED
    return is_asserted, statement.confidence, statement.principal is None, statement.rule


def _source_graph(statements: Iterable[Statement], document: Document, namespace: Namespace) -> Iterator[Quad]:
    graph = NamedNode(namespace.source_graph(document.id))
    return (Quad(one.subject, one.predicate, one.object, graph) for one in statements if one.counts)
