"""SPARQL JSON results (W3C SPARQL 1.1 Query Results JSON Format) as frozen records that templates can show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from numgraph.terms import XSD

Row = dict[str, "Term"]


class Term(NamedTuple):
    """An RDF term of an answer. ``kind`` is one of uri, literal, bnode, triple.

    A page has hundreds: a tuple is made and compared three times as fast as a dataclass.
    """

    kind: str
    value: str
    datatype: str | None = None
    language: str | None = None

    @property
    def is_iri(self) -> bool:
        return self.kind == "uri"

    @property
    def is_literal(self) -> bool:
        return self.kind == "literal"

    @property
    def local_datatype(self) -> str | None:
        """``date`` for xsd:date; None for literals without a datatype of XML Schema."""
        return self.datatype.removeprefix(XSD) if self.datatype and self.datatype.startswith(XSD) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query form gives: rows of named terms, or a boolean."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    boolean: bool | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def parse(data: bytes) -> Answer:
    """An ``application/sparql-results+json`` body as records."""
    document = json.loads(data)
    if "boolean" in document:
        return Answer((), (), bool(document["boolean"]))
    rows = tuple({name: term(found) for name, found in row.items()} for row in document["results"]["bindings"])
    return Answer(tuple(document["head"].get("vars", ())), rows)


def term(found: dict[str, Any]) -> Term:
    """One binding. A quoted triple of RDF 1.2 is shown as text: nothing here computes with it."""
    kind, value = found["type"], found["value"]
    if kind == "triple":
        return Term(kind, " ".join(term(value[part]).value for part in ("subject", "predicate", "object")))
    kind = "literal" if kind == "typed-literal" else kind
    return Term(kind, value, found.get("datatype"), found.get("xml:lang"))
