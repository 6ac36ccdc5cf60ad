"""A directory folder: a table, its mapping and a description, as one source among others.

    <folder>/about.yaml   title, publisher, licence, published_on, table, mapping; which columns cite and date a row
    <folder>/mapping.yml  YARRRML (or RML): relative IRIs are keys of things, so ``$(key)`` names ``<base>/id/<key>``
    <folder>/<table>      CSV, TSV, XLSX, JSON, JSON Lines, YAML or XML

What is archived as the source's text is one ``column: value`` line for each cell that the mapping reads, so that every
statement of a directory leads to its cell just as every statement of a press text leads to its sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from numgraph import iris
from numgraph.errors import BadMapping, UnreadableSource
from numgraph.iris import Namespace
from numgraph.mapping import catalogue, evidence, literals
from numgraph.mapping.rml import Fault, Produced, load_mapping, open_records, run
from numgraph.mapping.rml.plan import TriplesMap, columns_of
from numgraph.mapping.statement import Contribution, Refusal, Rejections, Statement, ruled
from numgraph.model import Block, BlockKind, Document, Evidence, Field, Span
from numgraph.terms import DCTERMS, num

DESCRIPTION = "about.yaml"


@dataclass(frozen=True, slots=True)
class About:
    """What a directory says of itself. ``cites`` and ``dated`` name the columns with a row's own source and date."""

    title: str
    publisher: str
    table: str
    mapping: str
    licence: str | None = None
    published_on: str | None = None
    language: str = "de"
    cites: str | None = None
    dated: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell stands: the row as its file counts it, the column, and the line of the archived text."""

    row: int
    column: str
    span: Span


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory, read: its document (the archived text), its cells, and the bytes of its table."""

    about: About
    document: Document
    mapping: tuple[TriplesMap, ...] = field(repr=False)
    cells: dict[tuple[int, str], Cell] = field(repr=False)
    values: dict[tuple[int, str], str] = field(repr=False)
    folder: Path
    data: bytes = field(repr=False)


def is_directory(folder: Path) -> bool:
    return (folder / DESCRIPTION).is_file()


def read_directory(folder: Path) -> Directory:
    """A directory folder as a source. Raises UnreadableSource or BadMapping, naming the file and what it lacks."""
    about = _about(folder / DESCRIPTION)
    mapping = load_mapping(folder / about.mapping)
    lines, cells, values = _rendered(mapping, folder, about)
    data = (folder / about.table).read_bytes()
    text = "".join(lines)
    sha256 = hashlib.sha256(data + (folder / about.mapping).read_bytes()).hexdigest()
    document = Document(
        id=f"{iris.slug(about.title, longest=60)}-{sha256[:8]}",
        name=about.table,
        text=text,
        blocks=(Block(BlockKind.LIST_ITEM, 0, len(text)),) if text else (),
        language=about.language,
        layout=catalogue.DIRECTORY,
        media_type="text/plain",
        sha256=sha256,
        fields=tuple(_fields(about)),
    )
    return Directory(about, document, mapping, cells, values, folder, data)


def _about(path: Path) -> About:
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return About(**{name: str(value) for name, value in rows.items() if value is not None})
    except (yaml.YAMLError, TypeError, AttributeError) as error:
        known = ", ".join(About.__dataclass_fields__)
        raise UnreadableSource(f"{path.parent.name}/{path.name}: {error}; its keys are {known}") from error


def _fields(about: About) -> Iterator[Field]:
    yield Field("title", about.title, 0, 0)
    if about.published_on:
        yield Field("published_on", about.published_on, 0, 0)


def _rendered(
    mapping: tuple[TriplesMap, ...], folder: Path, about: About
) -> tuple[list[str], dict[tuple[int, str], Cell], dict[tuple[int, str], str]]:
    """One line a cell, a blank line after each row; the place and the value of each."""
    records = open_records(mapping[0].source, folder)
    names = [name for name in (*columns_of(mapping), about.cites, about.dated) if name]
    columns = {name: records.column(name) for name in dict.fromkeys(names)}
    lines: list[str] = []
    cells: dict[tuple[int, str], Cell] = {}
    values: dict[tuple[int, str], str] = {}
    position = 0
    for row, record in records.rows():
        for name, column in columns.items():
            value = " | ".join(str(each) for each in column(record))
            if not value:
                continue
            line = f"{name}: {' '.join(value.split())}\n"
            cells[row, name] = Cell(row, name, Span(position, position + len(line) - 1))
            values[row, name] = value
            lines.append(line)
            position += len(line)
        lines.append("\n")
        position += 1
    return lines, cells, values


def contribute_directory(
    directory: Directory, namespace: Namespace, rejections: Rejections = frozenset()
) -> Contribution:
    """What a directory says, in RDF: each statement with the cell that says it. A row with a fault is refused whole."""
    faults: list[Fault] = []
    base = namespace.thing("")
    produced = run(directory.mapping, directory.folder, base=base, on_fault=faults.append)
    stated = [pair for made in produced for pair in _statements(made, directory, namespace)]
    cells = {statement.claim: cell for statement, cell in stated}
    by_claim = {statement.claim.value: statement for statement, _ in stated}
    statements = ruled((by_claim[iri] for iri in sorted(by_claim)), rejections)
    graph = NamedNode(namespace.source_graph(directory.document.id))
    quads = {
        *(Quad(one.subject, one.predicate, one.object, graph) for one in statements if one.counts),
        *(quad for one in statements for quad in _evidence(one, cells[one.claim], directory, namespace)),
        *catalogue.describe(directory.document, (), namespace),
        *_description(directory, namespace),
    }
    return Contribution(
        source=NamedNode(namespace.source(directory.document.id)),
        statements=statements,
        quads=tuple(sorted(quads, key=str)),
        refused=tuple(Refusal(_rule(directory), str(fault), fault.reason) for fault in faults),
    )


def _statements(made: Produced, directory: Directory, namespace: Namespace) -> Iterator[tuple[Statement, Cell]]:
    as_of = _dated(made.row, directory)
    source = NamedNode(namespace.source(directory.document.id))
    for line, columns in zip(made.lines, made.columns, strict=True):
        subject, predicate, value = _triple(line)
        cell = _cell(made.row, columns, directory)
        statement = Statement(
            subject=subject,
            predicate=predicate,
            object=value,
            claim=source,  # replaced below: the IRI is derived from the rest
            source=source,
            evidence=Evidence.at(directory.document, cell.span.start, cell.span.end),
            rule=_rule(directory),
            confidence=1.0,
            as_of=as_of,
            known=True,
        )
        yield replace(statement, claim=evidence.claim_iri(statement, namespace)), cell


def _triple(line: str) -> tuple[NamedNode, NamedNode, NamedNode | Literal]:
    quad = next(parse(line.encode(), format=RdfFormat.N_QUADS))
    if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
        return quad.subject, quad.predicate, quad.object
    raise BadMapping("a directory's mapping makes a blank node; give the thing a key, so that others can name it")


def _cell(row: int, columns: Sequence[str], directory: Directory) -> Cell:
    """The cell to show for a statement: of the columns that its object was made from, the first with a value."""
    for name in columns:
        if (row, name) in directory.cells:
            return directory.cells[row, name]
    return next(cell for (number, _), cell in directory.cells.items() if number == row)


def _dated(row: int, directory: Directory) -> Literal | None:
    about = directory.about
    value = directory.values.get((row, about.dated)) if about.dated else None
    stated = value or about.published_on
    if not stated:
        return None
    try:
        return literals.date(stated)
    except ValueError as error:
        raise UnreadableSource(f"{about.table}, row {row}: {stated!r} is no date: {error}") from error


def _rule(directory: Directory) -> str:
    return f"mapping {directory.folder.name}"


def _evidence(one: Statement, cell: Cell, directory: Directory, namespace: Namespace) -> Iterator[Quad]:
    yield from evidence.reify(one, namespace)
    graph = evidence.evidence_graph(one, namespace)
    yield Quad(one.claim, NamedNode(num("row")), literals.integer(cell.row), graph)
    yield Quad(one.claim, NamedNode(num("column")), literals.text(cell.column), graph)
    cited = directory.values.get((cell.row, directory.about.cites or ""))
    if cited:
        yield Quad(one.claim, NamedNode(DCTERMS + "source"), NamedNode(cited), graph)


def _description(directory: Directory, namespace: Namespace) -> Iterator[Quad]:
    graph = NamedNode(namespace.graph("catalogue"))
    source = NamedNode(namespace.source(directory.document.id))
    yield Quad(source, NamedNode(DCTERMS + "publisher"), Literal(directory.about.publisher), graph)
    if directory.about.licence:
        yield Quad(source, NamedNode(DCTERMS + "license"), NamedNode(directory.about.licence), graph)
