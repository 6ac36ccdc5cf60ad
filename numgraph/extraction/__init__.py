"""Documents to claims: what a document says, each with the exact sentence that says it. Knows no RDF."""

from __future__ import annotations

from numgraph.extraction.context import Context
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.extraction.records import record
from numgraph.extraction.rules import RULES
from numgraph.model import Claim, Document, Entity

__all__ = ["Gazetteer", "extract", "record"]


def extract(document: Document, gazetteer: Gazetteer) -> list[Claim]:
    """What ``document`` says, in order of place; of claims that say the same thing the surest one is kept."""
    context = Context.of(document, gazetteer)
    best: dict[tuple[str, ...], Claim] = {}
    for rule in RULES:
        for claim in rule(context):
            key = _said(claim)
            if key not in best or claim.confidence > best[key].confidence:
                best[key] = claim
    return sorted(best.values(), key=lambda claim: (claim.evidence.start, claim.evidence.end, *_said(claim)))


def _said(claim: Claim) -> tuple[str, ...]:
    obj = claim.object.key if isinstance(claim.object, Entity) else f"{claim.object.datatype}:{claim.object.value}"
    return (claim.subject.key if claim.subject else "", claim.predicate, obj, claim.at.key if claim.at else "")
