"""The entities that a document's claims mention: their classes and names, each with the sentence that mentions them.

Where the label is a directory's and not the text's own, the rule says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from numgraph.errors import InvalidData
from numgraph.mapping import literals
from numgraph.model import Claim, Entity, Modality
from numgraph.terms import RDF, SKOS, num

TYPE = NamedNode(RDF + "type")
PREF_LABEL = NamedNode(SKOS + "prefLabel")
ALT_LABEL = NamedNode(SKOS + "altLabel")


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing said of an entity by naming it."""

    entity: Entity
    predicate: NamedNode
    object: NamedNode | Literal
    claim: Claim
    rule: str


def mentions(claims: Iterable[Claim], threshold: float) -> Iterator[Mention]:
    """Types and labels of every entity in ``claims``, each entity once, by the best claim that mentions it."""
    seen: dict[str, list[tuple[Entity, Claim]]] = defaultdict(list)
    for claim in claims:
        for entity in _entities(claim):
            seen[entity.key].append((entity, claim))
    for _, found in sorted(seen.items()):
        yield from _of_one(found, threshold)


def check_names(claim: Claim) -> None:
    """Raises InvalidData where a name in ``claim`` makes no label."""
    for entity in _entities(claim):
        list(_names(entity))


def _entities(claim: Claim) -> Iterator[Entity]:
    return (part for part in (claim.subject, claim.object, claim.at) if isinstance(part, Entity))


def _of_one(found: list[tuple[Entity, Claim]], threshold: float) -> Iterator[Mention]:
    best = min((claim for _, claim in found), key=lambda claim: _worth(claim, threshold))
    entity = min((entity for entity, _ in found), key=lambda entity: (not entity.known, entity.label, entity.type))
    for class_name in sorted({entity.type for entity, _ in found}):
        yield Mention(entity, TYPE, NamedNode(num(class_name)), best, "mention")
    preferred = _preferred(entity for entity, _ in found)
    for label in preferred:
        yield Mention(entity, PREF_LABEL, label, best, _naming_rule(label, best, entity))
    others = {name for entity, _ in found for name in _names(entity)} - set(preferred)
    for label in sorted(others, key=str):
        yield Mention(entity, ALT_LABEL, label, best, _naming_rule(label, best, entity))


def _worth(claim: Claim, threshold: float) -> tuple[bool, bool, int, int, str, str]:
    """Trusted and asserted claims first, then the first in the text; the rest makes the order complete."""
    return (
        claim.confidence < threshold,
        claim.modality is Modality.PLANNED,
        claim.evidence.start,
        claim.evidence.end,
        claim.rule,
        claim.predicate,
    )


def _preferred(entities: Iterable[Entity]) -> list[Literal]:
    """One label for each language: a directory's before a text's, the more frequent, the longer."""
    counts = Counter((literals.text(entity.label, entity.language), entity.known) for entity in entities)
    ranked = sorted(counts, key=lambda one: (not one[1], -counts[one], -len(one[0].value), str(one[0])))
    chosen: dict[str | None, Literal] = {}
    for label, _ in ranked:
        chosen.setdefault(label.language, label)
    return [chosen[language] for language in sorted(chosen, key=lambda language: language or "")]


def _names(entity: Entity) -> Iterator[Literal]:
    try:
        yield literals.text(entity.label, entity.language)
        for alias in entity.aliases:
            yield literals.text(alias, entity.language)
    except ValueError as error:
        raise InvalidData(f"{entity.language!r}, the language of {entity.label!r}, is not BCP 47: {error}") from error


def _naming_rule(label: Literal, claim: Claim, entity: Entity) -> str:
    return "directory" if entity.known and label.value not in claim.evidence.quote else "mention"
