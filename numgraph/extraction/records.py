"""Claims as JSON records, one per line: what ``numgraph extract --format jsonl`` prints."""

from __future__ import annotations

from typing import Any

from numgraph.iris import Namespace
from numgraph.model import Claim, Entity, Modality, Value


def record(claim: Claim, namespace: Namespace) -> dict[str, Any]:
    """The claim as a JSON object; a claim about the document has its source as subject."""
    source = namespace.source(claim.evidence.document.id)
    made: dict[str, Any] = {
        "source": {"iri": source},
        "subject": _entity(claim.subject, namespace) if claim.subject else {"iri": source, "label": _title(claim)},
        "predicate": f"num:{claim.predicate}",
        "object": _entity(claim.object, namespace) if isinstance(claim.object, Entity) else _value(claim.object),
    }
    if claim.at:
        made["at"] = _entity(claim.at, namespace)
    made |= {
        "quote": claim.evidence.quote,
        "start": claim.evidence.start,
        "end": claim.evidence.end,
        "rule": claim.rule,
        "confidence": claim.confidence,
    }
    if claim.modality is not Modality.ASSERTED:
        made["modality"] = claim.modality.value
    return made


def _title(claim: Claim) -> str:
    document = claim.evidence.document
    return next((field.value for field in document.fields if field.name == "title"), document.name)


def _entity(entity: Entity, namespace: Namespace) -> dict[str, Any]:
    return {
        "iri": namespace.thing(entity.key),
        "label": entity.label,
        "type": entity.type,
        "aliases": list(entity.aliases),
    }


def _value(value: Value) -> dict[str, Any]:
    made: dict[str, Any] = {"value": value.value, "datatype": value.datatype}
    if value.language:
        made["language"] = value.language
    if value.currency:
        made["currency"] = value.currency
    return made
