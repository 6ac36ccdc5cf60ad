"""RDF files of a person, of the ontology and of the shapes: read with Oxigraph, faults named by line and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from numgraph.errors import MalformedRdf, UnreadableSource

# Only what pyoxigraph parses itself: its JSON-LD reader refuses remote contexts, so no file makes us fetch an address.
FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
}


def read_triples(path: Path, *, label: str = "b") -> tuple[Triple, ...]:
    """The triples of one RDF file by its suffix, named graphs merged, relative IRIs resolved against the file.

    Blank nodes are called ``label`` and their number in order of appearance, so that a file always reads the same.

    Raises UnreadableSource for a missing file or an unknown suffix, MalformedRdf with line and column for a syntax
    error.
    """
    rdf_format = FORMATS.get(path.suffix.lower())
    if rdf_format is None:
        raise UnreadableSource(f"{path.name}: no RDF format has the suffix {path.suffix!r}; use {', '.join(FORMATS)}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"{path}: {error.strerror}; check the path and the right to read it") from error
    return parse_triples(data, rdf_format, name=str(path), base_iri=path.resolve().as_uri(), label=label)


def parse_triples(
    data: bytes, rdf_format: RdfFormat, *, name: str, base_iri: str | None = None, label: str = "b"
) -> tuple[Triple, ...]:
    """As ``read_triples``, for bytes; ``name`` is what messages call them."""
    try:
        parsed = parse(data, format=rdf_format, base_iri=base_iri)
        return tuple(numbered((quad.triple for quad in parsed), label))
    except SyntaxError as error:
        raise MalformedRdf(_complaint(name, error), error.lineno, error.offset) from error


def rdf_files(folder: Path) -> tuple[Path, ...]:
    """The Turtle file itself, or the Turtle files directly in a folder, sorted by name."""
    return (folder,) if folder.is_file() else tuple(sorted(folder.glob("*.ttl")))


def numbered(triples: Iterable[Triple], label: str) -> Iterator[Triple]:
    """The triples, blank nodes called ``label`` and their number in order of appearance."""
    names: dict[BlankNode, BlankNode] = {}

    def named(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"{label}{len(names)}"))

    for subject, predicate, value in triples:
        yield Triple(
            named(subject) if isinstance(subject, BlankNode) else subject,
            predicate,
            named(value) if isinstance(value, BlankNode) else value,
        )


def _complaint(name: str, error: SyntaxError) -> str:
    place = f"{name}:{error.lineno}:{error.offset}" if error.lineno else name
    return f"{place}: this is not well-formed: {error.msg}"
