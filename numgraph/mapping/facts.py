"""What one claim says in RDF: which triples, and which of them only hold together with the first.

A role is said twice: as words (``num:role``), and as a node that carries its organisation (W3C ORG, org:Membership).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from numgraph import iris
from numgraph.errors import InvalidData
from numgraph.iris import Namespace
from numgraph.mapping import literals
from numgraph.model import Claim, Document, Entity, Value
from numgraph.sources import idw_terms
from numgraph.terms import DCTERMS, RDF, SCHEMES, num

TYPE = NamedNode(RDF + "type")


@dataclass(frozen=True, slots=True)
class _Leads:
    predicate: str
    scheme: str


CONCEPTS = {
    "subjectArea": _Leads(DCTERMS + "subject", "subject_area"),
    "releaseType": _Leads(DCTERMS + "type", "release_type"),
    "region": _Leads(DCTERMS + "coverage", "region"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple to be stated."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal


def node(entity: Entity | None, document: Document, namespace: Namespace) -> NamedNode:
    """The IRI of what a claim is about; None stands for the document itself."""
    if entity is None:
        return NamedNode(namespace.source(document.id))
    try:
        return NamedNode(namespace.thing(entity.key))
    except ValueError as error:
        raise InvalidData(f"the key {entity.key!r} of {entity.label!r} makes no IRI: {error}") from error


def facts(claim: Claim, document: Document, namespace: Namespace) -> Iterator[Fact]:
    """The triples of a claim: the claimed one first, then those that are void without it.

    Raises InvalidData where a value is not of its datatype.
    """
    subject = node(claim.subject, document, namespace)
    first = Fact(subject, NamedNode(num(claim.predicate)), _object(claim, document, namespace))
    yield first
    if isinstance(claim.object, Value) and claim.object.currency:
        yield Fact(subject, NamedNode(num("currency")), literals.currency(claim.object.currency))
    concept = _concept(claim)
    if concept is not None:
        yield Fact(subject, *concept)
    if claim.predicate == "role":
        yield from _role(claim, first, document, namespace)
    if claim.predicate == "joinedOn" and claim.at is not None:
        yield from _membership(claim, first, document, namespace)


def _object(claim: Claim, document: Document, namespace: Namespace) -> NamedNode | Literal:
    if isinstance(claim.object, Entity):
        return node(claim.object, document, namespace)
    value = claim.object
    if claim.predicate == "role" and value.language is None and document.language != "und":
        value = replace(value, language=document.language)  # a title is in the words of its document
    return literals.literal(value)


def _concept(claim: Claim) -> tuple[NamedNode, NamedNode] | None:
    """The concept behind a portal's controlled term, and the property that leads there (ontology/schemes)."""
    leads = CONCEPTS.get(claim.predicate)
    term = idw_terms.english(claim.object.value, leads.scheme) if leads and isinstance(claim.object, Value) else None
    if leads is None or term is None:
        return None
    return NamedNode(leads.predicate), NamedNode(f"{SCHEMES}{leads.scheme.replace('_', '-')}/{iris.slug(term)}")


def _role(claim: Claim, first: Fact, document: Document, namespace: Namespace) -> Iterator[Fact]:
    role = _role_node(claim, first, namespace)
    yield from _held(claim, first, role, document, namespace)
    yield Fact(role, NamedNode(num("roleTitle")), first.object)


def _membership(claim: Claim, first: Fact, document: Document, namespace: Namespace) -> Iterator[Fact]:
    role = _role_node(claim, first, namespace)
    yield from _held(claim, first, role, document, namespace)
    yield Fact(role, NamedNode(num("validFrom")), first.object)


def _held(claim: Claim, first: Fact, role: NamedNode, document: Document, namespace: Namespace) -> Iterator[Fact]:
    yield Fact(first.subject, NamedNode(num("hasRole")), role)
    yield Fact(role, TYPE, NamedNode(num("Role")))
    if claim.at is not None:
        yield Fact(role, NamedNode(num("at")), node(claim.at, document, namespace))


def _role_node(claim: Claim, first: Fact, namespace: Namespace) -> NamedNode:
    """The same holder, title and organisation make the same role, whichever source names them."""
    holder = first.subject.value.rpartition("/")[2]
    title = first.object.value
    at = claim.at.key if claim.at else ""
    fingerprint = iris.digest("\n".join((first.subject.value, title, at)), 8)
    return NamedNode(namespace.thing(f"role/{iris.slug(f'{holder} {title}', longest=60)}-{fingerprint}"))
