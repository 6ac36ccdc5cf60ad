"""Many sources, one graph: what holds when all are read together, and where they disagree (MODEL, "Agreement").

Many-valued properties take the union. Of a ``num:SingleValued`` property one value wins; the others stay in their
source graphs and make a ``num:Conflict`` in the catalogue. Types are united unless the ontology holds them disjoint;
of the labels in one language one is preferred. Every agreed triple keeps the statements behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, Triple

from numgraph.agreement.disagreement import (
    BY_DIRECTORY,
    CHANGING,
    LASTING,
    Candidate,
    Kind,
    Policy,
    Verdict,
    candidates,
    decide,
    reasons,
)
from numgraph.iris import Namespace, digest, slug
from numgraph.mapping import Statement
from numgraph.mapping.evidence import claim_iri, evidence_graph, reify
from numgraph.mapping.mentions import ALT_LABEL, PREF_LABEL, TYPE
from numgraph.terms import num
from numgraph.vocabulary import Vocabulary

Key = tuple[str, str, str]  # subject, property, language of the value


@dataclass(frozen=True, slots=True)
class Conflict:
    """The values of one property of one thing that disagree in one way with the value that holds."""

    subject: NamedNode
    predicate: NamedNode
    kind: Kind
    winner: Candidate
    losers: tuple[Candidate, ...]
    reason_en: str
    reason_de: str

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(chain(self.winner.statements, *(loser.statements for loser in self.losers)))


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreed triples, each with the statements behind it; the conflicts; the quads that tell of both.

    The default graph takes the keys of ``agreed``; ``quads`` are the ranks of claims (in the evidence graphs) and the
    conflicts (in the catalogue).
    """

    agreed: dict[Triple, tuple[Statement, ...]] = field(repr=False)
    conflicts: tuple[Conflict, ...]
    quads: tuple[Quad, ...] = field(repr=False)


def agree(
    statements: Iterable[Statement],
    vocabulary: Vocabulary,
    namespace: Namespace,
    policy: Policy | None = None,
) -> Agreement:
    """The agreed reading of all that sources state; the order it comes in does not matter."""
    claims = {one.claim.value: one for one in statements}
    court = _Court(vocabulary, namespace, policy or Policy())
    court.settle([claims[iri] for iri in sorted(claims) if claims[iri].counts])
    renamed = [one for one in court.held if one.claim.value not in claims]
    quads = {
        *_ranks([*claims.values(), *renamed], court.conflicts, namespace),
        *chain.from_iterable(_conflict_quads(one, namespace) for one in court.conflicts),
        *chain.from_iterable(reify(one, namespace) for one in renamed),
    }
    return Agreement(
        agreed=_by_triple(court.held),
        conflicts=tuple(sorted(court.conflicts, key=lambda one: str(_conflict_iri(one, namespace)))),
        quads=tuple(sorted(quads, key=str)),
    )


def _by_triple(statements: Iterable[Statement]) -> dict[Triple, tuple[Statement, ...]]:
    found: dict[Triple, list[Statement]] = defaultdict(list)
    for statement in sorted(statements, key=lambda one: one.claim.value):
        found[statement.triple].append(statement)
    return {triple: tuple(found[triple]) for triple in sorted(found, key=str)}


@dataclass(frozen=True, slots=True)
class _Court:
    """Hears all statements, property by property, and collects what holds and what conflicts."""

    vocabulary: Vocabulary
    namespace: Namespace
    policy: Policy
    held: list[Statement] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def settle(self, statements: list[Statement]) -> None:
        """Principal statements first: one that completes another is heard only where the other holds."""
        self._hear(one for one in statements if one.principal is None)
        standing = {one.claim for one in self.held}
        self._hear(one for one in statements if one.principal in standing)

    def _hear(self, statements: Iterable[Statement]) -> None:
        groups: dict[Key, list[Statement]] = defaultdict(list)
        labels: dict[str, list[Statement]] = defaultdict(list)
        for one in statements:
            if one.predicate in (PREF_LABEL, ALT_LABEL):
                labels[one.subject.value].append(one)
            else:
                groups[self._key(one)].append(one)
        for group in groups.values():
            self._property(group)
        for group in labels.values():
            self._labels(group)

    def _key(self, one: Statement) -> Key:
        language = (one.object.language or "") if isinstance(one.object, Literal) else ""
        return one.subject.value, one.predicate.value, language

    def _property(self, group: list[Statement]) -> None:
        predicate = group[0].predicate
        if predicate == TYPE:
            self._types(group)
        elif predicate.value in self.vocabulary.single_valued:
            criteria = CHANGING if predicate.value in self.vocabulary.time_varying else LASTING
            self._verdict(decide(group, criteria, self.policy))
        else:
            self.held.extend(group)

    def _verdict(self, verdict: Verdict) -> None:
        self.held.extend(verdict.winner.statements)
        for kind in sorted({kind for _, kind, _ in verdict.losers}):
            self._record(verdict, kind)

    def _record(self, verdict: Verdict, kind: Kind) -> None:
        one = verdict.winner.statements[0]
        losers = tuple(loser for loser, of_kind, _ in verdict.losers if of_kind is kind)
        english, german = reasons(verdict, kind)
        self.conflicts.append(Conflict(one.subject, one.predicate, kind, verdict.winner, losers, english, german))

    def _types(self, group: list[Statement]) -> None:
        """The union, but of classes that exclude each other the one a directory knows, else the more specific."""
        accepted: list[Candidate] = []
        for candidate in sorted(candidates(group), key=self._specificity, reverse=True):
            against = next((one for one in accepted if self._exclude(one, candidate)), None)
            if against is None:
                accepted.append(candidate)
                self.held.extend(candidate.statements)
            else:
                self._record(
                    decide([*against.statements, *candidate.statements], BY_DIRECTORY, self.policy), Kind.CONTRADICTS
                )

    def _specificity(self, candidate: Candidate) -> tuple[bool, int, int, str]:
        is_known = any(one.known for one in candidate.statements)
        return is_known, self.vocabulary.depth(candidate.value.value), candidate.sources, candidate.value.value

    def _exclude(self, one: Candidate, other: Candidate) -> bool:
        return self.vocabulary.are_disjoint(one.value.value, other.value.value)

    def _labels(self, group: list[Statement]) -> None:
        """One preferred label for each language; what others prefer becomes an alternative label."""
        by_language: dict[str, list[Statement]] = defaultdict(list)
        for one in group:
            if one.predicate == PREF_LABEL:
                by_language[self._key(one)[2]].append(one)
        preferred = [decide(labels, BY_DIRECTORY, self.policy).winner for labels in by_language.values()]
        taken = {candidate.value for candidate in preferred}
        self.held.extend(chain.from_iterable(candidate.statements for candidate in preferred))
        self.held.extend(self._alternative(one) for one in group if one.object not in taken)

    def _alternative(self, one: Statement) -> Statement:
        if one.predicate == ALT_LABEL:
            return one
        renamed = replace(one, predicate=ALT_LABEL, restated=one.claim)
        return replace(renamed, claim=claim_iri(renamed, self.namespace))


def _ranks(statements: Iterable[Statement], conflicts: Iterable[Conflict], namespace: Namespace) -> Iterator[Quad]:
    """Preferred: won against others. Deprecated: contradicted by the winner. Normal: all the rest, history too."""
    ranks: dict[NamedNode, str] = {}
    for conflict in conflicts:
        ranks.update(dict.fromkeys((one.claim for one in conflict.winner.statements), "preferred"))
        if conflict.kind is Kind.CONTRADICTS:
            lost = chain.from_iterable(loser.statements for loser in conflict.losers)
            ranks.update(dict.fromkeys((one.claim for one in lost), "deprecated"))
    rank = NamedNode(num("rank"))
    for one in statements:
        yield Quad(one.claim, rank, Literal(ranks.get(one.claim, "normal")), evidence_graph(one, namespace))


def _conflict_iri(conflict: Conflict, namespace: Namespace) -> NamedNode:
    value = conflict.winner.value
    language = value.language if isinstance(value, Literal) else None
    what = "\n".join((conflict.subject.value, conflict.predicate.value, str(language), conflict.kind))
    parts = (conflict.subject.value.rpartition("/")[2], conflict.predicate.value.rpartition("#")[2])
    return NamedNode(namespace.thing(f"conflict/{slug(' '.join(parts))}-{digest(what, 8)}"))


def _conflict_quads(conflict: Conflict, namespace: Namespace) -> Iterator[Quad]:
    graph = NamedNode(namespace.graph("catalogue"))
    properties: list[tuple[NamedNode, NamedNode | Literal]] = [
        (TYPE, NamedNode(num("Conflict"))),
        (NamedNode(num("about")), conflict.subject),
        (NamedNode(num("onProperty")), conflict.predicate),
        (NamedNode(num("kindOfDisagreement")), Literal(conflict.kind.value)),
        (NamedNode(num("winner")), conflict.winner.best.claim),
        (NamedNode(num("reason")), Literal(conflict.reason_en, language="en")),
        (NamedNode(num("reason")), Literal(conflict.reason_de, language="de")),
        *((NamedNode(num("candidate")), one.claim) for one in conflict.statements),
    ]
    return (Quad(_conflict_iri(conflict, namespace), predicate, value, graph) for predicate, value in properties)
