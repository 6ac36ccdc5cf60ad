"""Documents to claims: what a document says, each with the exact sentence that says it. Knows no RDF."""

from __future__ import annotations

from dataclasses import replace

from numgraph.extraction.context import Context
from numgraph.extraction.extent import notes, searched
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.extraction.records import record
from numgraph.extraction.rules import RULES
from numgraph.model import Claim, Document, Entity, Evidence

__all__ = ["Gazetteer", "extract", "notes", "record"]


def extract(document: Document, gazetteer: Gazetteer) -> list[Claim]:
    """What ``document`` says, in order of place; of claims that say the same thing the surest one is kept."""
    context = Context.of(searched(document), gazetteer)
    best: dict[tuple[str, ...], Claim] = {}
    for rule in RULES:
        for claim in rule(context):
            key = _said(claim)
            if key not in best or claim.confidence > best[key].confidence:
                best[key] = claim
    ranked = sorted((claim.evidence.start, claim.evidence.end, said) for said, claim in best.items())
    claims = [best[said] for _, _, said in ranked]
    return claims if context.document is document else [_of(document, claim) for claim in claims]


def _of(document: Document, claim: Claim) -> Claim:
    """A claim made of the searched part of a document, as one of the whole."""
    return replace(claim, evidence=Evidence.at(document, claim.evidence.start, claim.evidence.end))


def _said(claim: Claim) -> tuple[str, ...]:
    obj = claim.object.key if isinstance(claim.object, Entity) else f"{claim.object.datatype}:{claim.object.value}"
    return (claim.subject.key if claim.subject else "", claim.predicate, obj, claim.at.key if claim.at else "")
