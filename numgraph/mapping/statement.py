"""What mapping hands on: statements, each with the claim behind it, and the quads that keep them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Triple

from numgraph.model import Evidence, Modality


class Status(StrEnum):
    """Whether a claim takes part in the agreed graph."""

    ACCEPTED = "accepted"
    QUEUED = "queued"  # below the threshold: waits for a steward
    REJECTED = "rejected"  # a steward has said no


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple that one source states at one place. ``claim`` is the IRI of its node in the evidence graph."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal
    claim: NamedNode
    source: NamedNode
    evidence: Evidence = field(repr=False)
    rule: str
    confidence: float
    status: Status = Status.ACCEPTED
    modality: Modality = Modality.ASSERTED
    as_of: Literal | None = None
    at: NamedNode | None = None  # the organisation, event or network that bounds what is stated
    known: bool = False  # a directory vouches for it: types and labels of entities that the gazetteer knows
    principal: NamedNode | None = None  # the claim of the statement this one completes: an amount for its currency
    restated: NamedNode | None = None  # the claim that agreement turned into this: a name that lost

    @property
    def triple(self) -> Triple:
        return Triple(self.subject, self.predicate, self.object)

    @property
    def counts(self) -> bool:
        """Whether the source asserts it and we trust the reading: only then can it be agreed."""
        return self.status is Status.ACCEPTED and self.modality is Modality.ASSERTED


Rejections: TypeAlias = Collection[tuple[NamedNode, Triple]]  # what a steward does not take from a source


def ruled(statements: Iterable[Statement], rejections: Rejections) -> tuple[Statement, ...]:
    """The statements, those that a steward does not take marked so."""
    return tuple(
        replace(one, status=Status.REJECTED) if (one.source, one.triple) in rejections and one.counts else one
        for one in statements
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A claim that cannot be written in RDF, and why."""

    rule: str
    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """All that one document brings: statements, the quads of its graphs and its part of the catalogue."""

    source: NamedNode
    statements: tuple[Statement, ...] = field(repr=False)
    quads: tuple[Quad, ...] = field(repr=False)
    refused: tuple[Refusal, ...] = ()
