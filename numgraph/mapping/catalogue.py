"""A source in the catalogue: what it is, who published it when, and the reading that made its graphs (PROV-O)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from numgraph import __version__
from numgraph.iris import Namespace
from numgraph.mapping import facts, literals
from numgraph.model import BlockKind, Claim, Document, Entity, Value
from numgraph.terms import DCTERMS, PROV, RDF, RDFS, num

TYPE = NamedNode(RDF + "type")
LABEL = NamedNode(RDFS + "label")
DIRECTORY = "directory"  # the layout of a document that is a table of known things
SUBMISSION = "submission"  # the layout of a document that is RDF somebody put forward
_BY_LAYOUT = {DIRECTORY: "Directory", SUBMISSION: "Submission"}
_PRESS = (BlockKind.ISSUER, BlockKind.CRITERIA)


def kind(document: Document) -> str:
    """The class of a source: by its layout, what a press office issued, else a page of the web, else a report."""
    if document.layout in _BY_LAYOUT:
        return _BY_LAYOUT[document.layout]
    is_press = any(document.of_kind(*_PRESS)) or any(one.name == "release_type" for one in document.fields)
    if is_press:
        return "PressRelease"
    return "WebPage" if "html" in document.media_type else "Report"


def published_on(document: Document, claims: Iterable[Claim]) -> Literal | None:
    """The date of the source: the layout's own statement, else the surest claim about the document itself."""
    stated = [one.value for one in document.fields if one.name == "published_on"]
    claimed = [
        (-claim.confidence, claim.evidence.start, claim.object.value)
        for claim in claims
        if claim.subject is None and claim.predicate == "publishedOn" and isinstance(claim.object, Value)
    ]
    for value in (*stated, *(value for _, _, value in sorted(claimed))):
        try:
            return literals.date(value)
        except ValueError:  # refused where the claim itself is written; an undated source is no fault
            continue
    return None


def title(document: Document) -> str:
    """The title as the layout states it, else the first headline, else the file name."""
    stated = next((one.value for one in document.fields if one.name == "title"), None)
    headline = next((document.slice(block) for block in document.of_kind(BlockKind.HEADLINE)), None)
    return " ".join((stated or headline or document.name).split())


def describe(document: Document, claims: Iterable[Claim], namespace: Namespace) -> Iterator[Quad]:
    """The source and the activity that read it, in the catalogue graph; no clock and no path."""
    graph = NamedNode(namespace.graph("catalogue"))
    source = NamedNode(namespace.source(document.id))
    claims = list(claims)
    for predicate, value in (*_of_source(document, claims), *_of_publisher(document, claims, namespace)):
        yield Quad(source, predicate, value, graph)
    yield from _reading(document, source, namespace, graph)


def _of_source(document: Document, claims: list[Claim]) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield TYPE, NamedNode(num("Source"))
    yield TYPE, NamedNode(num(kind(document)))
    yield NamedNode(num("title")), literals.text(title(document), document.language)
    yield LABEL, literals.text(title(document), document.language)
    yield NamedNode(num("sha256")), Literal(document.sha256)
    yield NamedNode(num("layout")), literals.text(document.layout)
    yield NamedNode(num("mediaType")), literals.text(document.media_type)
    yield NamedNode(num("fileName")), literals.text(document.name)
    if document.language != "und":
        yield NamedNode(num("language")), literals.literal(Value(document.language, "lang"))
    date = published_on(document, claims)
    if date is not None:
        yield NamedNode(num("publishedOn")), date


def _of_publisher(
    document: Document, claims: list[Claim], namespace: Namespace
) -> Iterator[tuple[NamedNode, NamedNode]]:
    for claim in claims:
        if claim.subject is None and claim.predicate == "publisher" and isinstance(claim.object, Entity):
            yield NamedNode(num("publisher")), facts.node(claim.object, document, namespace)


def _reading(document: Document, source: NamedNode, namespace: Namespace, graph: NamedNode) -> Iterator[Quad]:
    activity = NamedNode(namespace.thing(f"reading/{document.id}"))
    software = NamedNode(namespace.thing(f"software/numgraph-{__version__}"))
    evidence = NamedNode(namespace.evidence_graph(document.id))
    said = NamedNode(namespace.source_graph(document.id))
    yield Quad(activity, TYPE, NamedNode(PROV + "Activity"), graph)
    yield Quad(activity, LABEL, literals.text(f"Reading of {title(document)}", "en"), graph)
    yield Quad(activity, NamedNode(PROV + "used"), source, graph)
    yield Quad(activity, NamedNode(PROV + "wasAssociatedWith"), software, graph)
    yield Quad(software, TYPE, NamedNode(PROV + "SoftwareAgent"), graph)
    yield Quad(software, LABEL, literals.text("numgraph", "en"), graph)
    yield Quad(software, NamedNode(DCTERMS + "hasVersion"), Literal(__version__), graph)
    for made in (evidence, said):
        yield Quad(made, NamedNode(PROV + "wasGeneratedBy"), activity, graph)
        yield Quad(made, NamedNode(PROV + "wasDerivedFrom"), source, graph)
