"""What an edition holds, as a pure function of documents, claims, ontology, shapes and settings.

No clock, no host, no path: the same inputs give the same quads, byte for byte, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)
from pyoxigraph import Dataset as RdfDataset

from numgraph import inference
from numgraph.agreement import Agreement, Conflict, agree
from numgraph.agreement.disagreement import Policy
from numgraph.errors import InvalidData
from numgraph.iris import Namespace
from numgraph.mapping import Contribution, Statement, contribute
from numgraph.mapping.contacts import without_contact_details
from numgraph.mapping.directory import Directory, contribute_directory
from numgraph.mapping.statement import Rejections
from numgraph.model import Reading
from numgraph.settings import Settings
from numgraph.store.content import content_hash, line, total
from numgraph.vocabulary import Vocabulary, load


@dataclass(frozen=True, slots=True)
class Dataset:
    """Quads sorted by their canonical N-Quads line, and what was learned on the way to them."""

    quads: tuple[Quad, ...] = field(repr=False)
    documents: int  # the readings, each content once; directories are not counted
    contributions: tuple[Contribution, ...] = field(repr=False)
    agreement: Agreement = field(repr=False)
    entailed: tuple[Triple, ...] = field(repr=False)
    archive: dict[str, bytes] = field(repr=False)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return self.agreement.conflicts

    @property
    def content_hash(self) -> str:
        """What the store calls an edition's content hash."""
        return content_hash(total(map(line, self.quads)))


@dataclass(frozen=True, slots=True)
class Written:
    """What people have put forward, and what they have rejected: it outlives the next reading of all documents."""

    submissions: tuple[Contribution, ...] = ()
    rejections: Rejections = frozenset()
    texts: Mapping[str, bytes] = field(default_factory=dict)  # of the submissions, by their names in the archive


def assemble(
    readings: Iterable[Reading],
    settings: Settings,
    ontology: Path,
    shapes: Path,
    *,
    directories: Iterable[Directory] = (),
    policy: Policy | None = None,
    written: Written | None = None,
) -> Dataset:
    """The dataset that readings and directories make with the ontology and shapes in two folders of Turtle files.

    What has been ``written`` into the dataset before, beside what was read, stays.
    """
    written = written or Written()
    namespace = Namespace(settings.base)
    kept = [_permitted(one, settings) for one in _once(readings)]
    tables = sorted(directories, key=lambda one: one.document.id)
    contributions = (
        *(
            contribute(one.document, one.claims, namespace, settings.confidence_threshold, written.rejections)
            for one in kept
        ),
        *(contribute_directory(one, namespace, written.rejections) for one in tables),
        *written.submissions,
    )
    stated = chain.from_iterable(one.statements for one in contributions)
    settlement = settle(stated, load(ontology), namespace, policy)
    quads = chain(
        chain.from_iterable(one.quads for one in contributions),
        settlement.quads,
        described([*ontology.glob("*.ttl"), *ontology.glob("schemes/*.ttl")], "ontology", namespace),
        described([*shapes.glob("*.ttl"), *shapes.glob("dataset/*.ttl")], "shapes", namespace),
    )
    archive = {**_archive(kept, tables, settings), **written.texts}
    return Dataset(as_stored(quads), len(kept), contributions, settlement.agreement, settlement.entailed, archive)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What follows from all that the sources say: ``quads`` are the part of the dataset that is derived."""

    agreement: Agreement = field(repr=False)
    entailed: tuple[Triple, ...] = field(repr=False)
    quads: tuple[Quad, ...] = field(repr=False)


def settle(
    statements: Iterable[Statement], vocabulary: Vocabulary, namespace: Namespace, policy: Policy | None = None
) -> Settlement:
    """Agreement and entailment over all statements, and the quads that publish both."""
    agreement = agree(statements, vocabulary, namespace, policy)
    entailed = inference.entail(agreement.agreed, vocabulary.triples)
    published = _published(agreement.agreed, entailed, namespace)
    return Settlement(agreement, entailed, (*agreement.quads, *published))


def _once(readings: Iterable[Reading]) -> list[Reading]:
    """Each content once, under the first of its names, sorted."""
    found: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda one: (one.document.sha256, one.document.name)):
        found.setdefault(reading.document.sha256, reading)
    return sorted(found.values(), key=lambda one: one.document.id)


def _permitted(reading: Reading, settings: Settings) -> Reading:
    if settings.publish_contacts:
        return reading
    document, claims = without_contact_details(reading.document, reading.claims)
    return Reading(document, tuple(claims), reading.data)


def _published(agreed: Iterable[Triple], entailed: Iterable[Triple], namespace: Namespace) -> Iterator[Quad]:
    """The default graph: what is agreed and what follows from it; the latter once more in a graph of its own."""
    graph = NamedNode(namespace.graph("entailed"))
    for triple in agreed:
        yield Quad(triple.subject, triple.predicate, triple.object)
    for triple in entailed:
        yield Quad(triple.subject, triple.predicate, triple.object)
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


def described(files: Iterable[Path], name: str, namespace: Namespace) -> Iterator[Quad]:
    """Turtle files as one named graph, their blank nodes turned into IRIs that depend on the content alone.

    Skolem IRIs as in RDF 1.1 Concepts, section 3.5, over the labels of RDF Dataset Canonicalization (RDFC-1.0).
    """
    graph = NamedNode(namespace.graph(name))
    triples = RdfDataset(quad for path in files for quad in _quads(path))
    triples.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    for quad in triples:
        subject = _skolem(quad.subject, name, namespace) if isinstance(quad.subject, BlankNode) else quad.subject
        value = _skolem(quad.object, name, namespace) if isinstance(quad.object, BlankNode) else quad.object
        yield Quad(subject, quad.predicate, value, graph)


def _quads(path: Path) -> Iterator[Quad]:
    try:
        yield from parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True)
    except SyntaxError as error:
        raise InvalidData(f"{path.name} is not Turtle: {error}") from error


def _skolem(node: BlankNode, name: str, namespace: Namespace) -> NamedNode:
    return NamedNode(f"{namespace.base}/.well-known/genid/{name}-{node.value}")


def as_stored(quads: Iterable[Quad]) -> tuple[Quad, ...]:
    """The quads as the engine gives them back, each once: it writes some numbers in a form of its own."""
    engine = Store()
    engine.bulk_extend(quads)
    return tuple(sorted(engine, key=line))


def _archive(readings: Iterable[Reading], tables: Iterable[Directory], settings: Settings) -> dict[str, bytes]:
    """The text that offsets point into, and the bytes as they came: not these where contact details are left out."""
    archive = {}
    for reading in readings:
        document = reading.document
        archive[f"{document.id}.txt"] = document.text.encode("utf-8")
        if settings.publish_contacts:
            archive[document.sha256] = reading.data
    for table in tables:
        archive[f"{table.document.id}.txt"] = table.document.text.encode("utf-8")
        archive[table.document.sha256] = table.data
    return dict(sorted(archive.items()))
