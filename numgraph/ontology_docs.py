"""The ontology as records: what a page, a form or a JSON-LD context needs to know of each term.

Nothing here renders; the server has the templates. Shapes are read where a folder of them is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from numgraph.terms import DCTERMS, NUM, PREFIXES, SH

Texts = dict[str, str]  # a text by its language

# How the ontology says what a term is, and how the pages call it.
_KINDS = {OWL.Class: "class", OWL.ObjectProperty: "relation", OWL.DatatypeProperty: "attribute"}
_TRAITS = {
    URIRef(NUM + "SingleValued"): "SingleValued",
    URIRef(NUM + "TimeVarying"): "TimeVarying",
    OWL.TransitiveProperty: "transitive",
    OWL.SymmetricProperty: "symmetric",
}
_ALIGNMENTS = (OWL.equivalentClass, OWL.equivalentProperty, RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch)
_REPLACED_BY = URIRef(DCTERMS + "isReplacedBy")
_SHACL = Namespace(SH)

# The vocabularies that alignments.ttl refers to, besides the prefixes that the code uses itself.
VOCABULARIES = {
    **PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "frapo": "http://purl.org/cerif/frapo/",
    "vivo": "http://vivoweb.org/ontology/core#",
}


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a term stands to one of another vocabulary. ``relation`` is the local name of the linking property."""

    relation: str
    iri: str
    name: str  # prefixed, "schema:Organization"


@dataclass(frozen=True, slots=True)
class Term:
    """One class or property. IRIs are full; names in ``domain``, ``range``, ``above`` ... are prefixed."""

    iri: str
    name: str  # local: "fundingEnd"
    kind: str  # class, relation (between things) or attribute (with a literal)
    labels: Texts
    definitions: Texts
    notes: Texts
    examples: tuple[str, ...]  # Turtle
    above: tuple[str, ...]  # its direct superclasses or super-properties in num:
    below: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    disjoint: tuple[str, ...]
    inverse: tuple[str, ...]
    traits: tuple[str, ...]  # SingleValued, TimeVarying, transitive, symmetric
    alignments: tuple[Alignment, ...]
    deprecated: bool = False
    replaced_by: str | None = None
    subject_of: tuple[str, ...] = ()  # of a class: the properties that have it as their domain
    object_of: tuple[str, ...] = ()  # of a class: the properties that have it as their range
    shapes: tuple[str, ...] = ()  # IRIs of the shapes that target the class or constrain the property


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of a scheme."""

    iri: str
    notation: str
    labels: Texts
    alternatives: tuple[tuple[str, str], ...]  # (language, text)
    definitions: Texts
    broader: str | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A SKOS concept scheme with its concepts, each after the one above it."""

    iri: str
    name: str  # the last step of its IRI: "subject-area"
    titles: Texts
    descriptions: Texts
    concepts: tuple[Concept, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ontology:
    """What the head of the ontology says about it."""

    iri: str
    version_iri: str
    version: str
    titles: Texts
    descriptions: Texts
    licence: str
    modified: str
    prefix: str
    namespace: str


def prefixed(iri: str) -> str:
    """``iri`` with a known prefix, else as it is.

    >>> prefixed("https://schema.org/Organization")
    'schema:Organization'
    """
    for prefix, namespace in VOCABULARIES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def read(*folders: Path) -> Graph:
    """The Turtle files right inside ``folders`` as one graph."""
    graph = Graph()
    for folder in folders:
        for path in sorted(folder.glob("*.ttl")):
            graph.parse(path, format="turtle")
    return graph


def ontology(folder: Path) -> Ontology:
    """The head of ``num.ttl``."""
    graph = Graph().parse(folder / "num.ttl", format="turtle")
    head = URIRef(NUM.removesuffix("#"))
    vann = Namespace("http://purl.org/vocab/vann/")
    return Ontology(
        iri=str(head),
        version_iri=_one(graph, head, OWL.versionIRI),
        version=_one(graph, head, OWL.versionInfo),
        titles=_texts(graph, head, URIRef(DCTERMS + "title")),
        descriptions=_texts(graph, head, URIRef(DCTERMS + "description")),
        licence=_one(graph, head, URIRef(DCTERMS + "license")),
        modified=_one(graph, head, URIRef(DCTERMS + "modified")),
        prefix=_one(graph, head, vann.preferredNamespacePrefix),
        namespace=_one(graph, head, vann.preferredNamespaceUri),
    )


def terms(folder: Path, shapes: Path | None = None) -> tuple[Term, ...]:
    """Every term of the ontology in ``folder``, classes first, each kind by name."""
    graph = read(folder, shapes) if shapes else read(folder)
    found = [
        _term(graph, subject, kind)
        for type_, kind in _KINDS.items()
        for subject in graph.subjects(RDF.type, type_, unique=True)
        if isinstance(subject, URIRef) and subject.startswith(NUM)
    ]
    order = tuple(_KINDS.values())
    return tuple(sorted(found, key=lambda term: (order.index(term.kind), term.name.casefold())))


def schemes(folder: Path) -> tuple[Scheme, ...]:
    """The concept schemes in the folder ``schemes`` of the ontology's folder, by name."""
    graph = read(folder / "schemes")
    found = (one for one in graph.subjects(RDF.type, SKOS.ConceptScheme, unique=True) if isinstance(one, URIRef))
    return tuple(_scheme(graph, one) for one in sorted(found))


def _term(graph: Graph, term: URIRef, kind: str) -> Term:
    types = set(graph.objects(term, RDF.type))
    hierarchy = RDFS.subClassOf if kind == "class" else RDFS.subPropertyOf
    return Term(
        iri=str(term),
        name=term.removeprefix(NUM),
        kind=kind,
        labels=_texts(graph, term, RDFS.label),
        definitions=_texts(graph, term, SKOS.definition),
        notes=_texts(graph, term, SKOS.scopeNote),
        examples=tuple(sorted(str(one) for one in graph.objects(term, SKOS.example))),
        above=tuple(name for name in _names(graph.objects(term, hierarchy)) if name.startswith("num:")),
        below=_names(graph.subjects(hierarchy, term)),
        domain=_names(graph.objects(term, RDFS.domain)),
        range=_names(graph.objects(term, RDFS.range)),
        disjoint=_names([*graph.objects(term, OWL.disjointWith), *graph.subjects(OWL.disjointWith, term)]),
        inverse=_names([*graph.objects(term, OWL.inverseOf), *graph.subjects(OWL.inverseOf, term)]),
        traits=tuple(name for type_, name in _TRAITS.items() if type_ in types),
        alignments=_alignments(graph, term),
        deprecated=Literal(True) in graph.objects(term, OWL.deprecated),
        replaced_by=next(iter(_names(graph.objects(term, _REPLACED_BY))), None),
        subject_of=_names(graph.subjects(RDFS.domain, term)),
        object_of=_names(graph.subjects(RDFS.range, term)),
        shapes=_shapes(graph, term),
    )


def _alignments(graph: Graph, term: URIRef) -> tuple[Alignment, ...]:
    return tuple(
        Alignment(relation.rpartition("#")[2], str(other), prefixed(str(other)))
        for relation in _ALIGNMENTS
        for other in sorted(one for one in graph.objects(term, relation) if isinstance(one, URIRef))
        if not other.startswith(NUM)
    )


def _shapes(graph: Graph, term: URIRef) -> tuple[str, ...]:
    pointing = (_SHACL.targetClass, _SHACL.path, _SHACL.targetSubjectsOf, _SHACL.targetObjectsOf)
    found = {shape for predicate in pointing for shape in graph.subjects(predicate, term)}
    return tuple(sorted(str(shape) for shape in found if isinstance(shape, URIRef)))


def _scheme(graph: Graph, scheme: URIRef) -> Scheme:
    members = {one for one in graph.subjects(SKOS.inScheme, scheme) if isinstance(one, URIRef)}
    return Scheme(
        iri=str(scheme),
        name=scheme.rpartition("/")[2],
        titles=_texts(graph, scheme, URIRef(DCTERMS + "title")),
        descriptions=_texts(graph, scheme, URIRef(DCTERMS + "description")),
        concepts=tuple(_concept(graph, one) for one in sorted(members, key=lambda one: _place(graph, one))),
    )


def _concept(graph: Graph, concept: URIRef) -> Concept:
    alternatives = [one for one in graph.objects(concept, SKOS.altLabel) if isinstance(one, Literal)]
    broader = graph.value(concept, SKOS.broader)
    return Concept(
        iri=str(concept),
        notation=_one(graph, concept, SKOS.notation),
        labels=_texts(graph, concept, SKOS.prefLabel),
        alternatives=tuple(sorted((one.language or "", str(one)) for one in alternatives)),
        definitions=_texts(graph, concept, SKOS.definition),
        broader=str(broader) if broader else None,
    )


def _place(graph: Graph, concept: Node) -> tuple[str, ...]:
    """The English labels from the top of the scheme down to ``concept``: sorts each concept after the one above it."""
    broader = graph.value(concept, SKOS.broader)
    above = _place(graph, broader) if broader else ()
    return (*above, _texts(graph, concept, SKOS.prefLabel).get("en", str(concept)).casefold())


def _names(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(sorted({prefixed(str(node)) for node in nodes if isinstance(node, URIRef)}))


def _texts(graph: Graph, subject: Node, predicate: URIRef) -> Texts:
    found = [one for one in graph.objects(subject, predicate) if isinstance(one, Literal)]
    return {one.language or "": str(one) for one in sorted(found, key=lambda one: (one.language or "", str(one)))}


def _one(graph: Graph, subject: Node, predicate: URIRef) -> str:
    return str(graph.value(subject, predicate) or "")
