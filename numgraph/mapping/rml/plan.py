"""A mapping, read: frozen records that say what to make of each record. Names follow RML-Core.

https://kg-construct.github.io/rml-core/spec/docs/
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TermType(StrEnum):
    """RML-Core, section 'Term types'."""

    IRI = "IRI"
    URI = "URI"
    UNSAFE_IRI = "UnsafeIRI"
    UNSAFE_URI = "UnsafeURI"
    BLANK_NODE = "BlankNode"
    LITERAL = "Literal"

    @property
    def is_iri(self) -> bool:
        return self not in {TermType.BLANK_NODE, TermType.LITERAL}


@dataclass(frozen=True, slots=True)
class Constant:
    """A term that is the same for every record. ``term`` is its N-Triples form, ``text`` its lexical value."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A column, JSONPath or XPath."""

    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references in it; ``parts`` alternate as they stand."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function over expressions (RML-FNML), such as splitting a cell into many values."""

    function: str
    inputs: tuple[tuple[str, Expression], ...]


Expression = Constant | Reference | Template | Call


@dataclass(frozen=True, slots=True)
class TermMap:
    """How a term is made. ``expression`` is None for a fresh blank node a record."""

    expression: Expression | None
    term_type: TermType
    language: Expression | None = None
    datatype: Expression | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Objects that are the subjects of another triples map where child and parent values agree."""

    parent: str
    conditions: tuple[tuple[Expression, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class PredicateObject:
    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | Join, ...]
    graphs: tuple[TermMap, ...] = ()


@dataclass(frozen=True, slots=True)
class LogicalSource:
    """Where records come from. ``formulation`` is CSV, XLSX, JSONPath, JSONLines, YAML or XPath."""

    path: str
    formulation: str
    iterator: str | None = None
    sheet: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class TriplesMap:
    name: str
    source: LogicalSource
    subject: TermMap
    classes: tuple[str, ...] = ()  # N-Triples terms
    graphs: tuple[TermMap, ...] = ()
    predicate_objects: tuple[PredicateObject, ...] = ()
    base: str | None = None


def references(expression: Expression | None) -> tuple[str, ...]:
    """The names of the columns that an expression reads, in order, each once."""
    match expression:
        case Reference(name):
            found = [name]
        case Template(parts):
            found = [part.name for part in parts if isinstance(part, Reference)]
        case Call(_, inputs):
            found = [name for _, value in inputs for name in references(value)]
        case _:
            found = []
    return tuple(dict.fromkeys(found))


def columns_of(mapping: tuple[TriplesMap, ...]) -> tuple[str, ...]:
    """The names of all columns that a mapping reads for its own records, in order, each once."""
    found: list[str] = []
    for plan in mapping:
        found += references(plan.subject.expression)
        for pair in plan.predicate_objects:
            for term in (*pair.predicates, *pair.objects, *pair.graphs, *plan.graphs):
                found += _read_by(term)
    return tuple(dict.fromkeys(found))


def _read_by(term: TermMap | Join) -> tuple[str, ...]:
    if isinstance(term, Join):
        return tuple(name for child, _ in term.conditions for name in references(child))
    return (*references(term.expression), *references(term.language), *references(term.datatype))
