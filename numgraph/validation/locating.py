"""Where in an RDF file a finding comes from: the line that ends its statement, and the column of what is wrong there.

Oxigraph tells the place of syntax errors only. Fed line by line, it gives out each statement with the line that ended
it, in every format but JSON-LD, which it reads to its end first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from numgraph.model import Finding
from numgraph.validation.findings import Statement, statement
from numgraph.validation.reading import FORMATS, numbered

_BEFORE_LOCAL_NAME = re.compile(r".*[/#:]")


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, counted from 1 in characters."""

    line: int
    column: int


@dataclass(slots=True)
class Places:
    """The places of a file's statements; those of a subject with a predicate, and of a subject, are its first."""

    _known: dict[Statement, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, *, label: str = "b") -> Places:
        """The places of a file that reads.read_triples can read; none for JSON-LD."""
        places, rdf_format = cls(), FORMATS[path.suffix.lower()]
        if rdf_format == RdfFormat.JSON_LD:
            return places
        lines = _Lines(path.read_bytes())
        parsed = parse(cast("IO[bytes]", lines), format=rdf_format, base_iri=path.resolve().as_uri())
        for triple in numbered((quad.triple for quad in parsed), label):
            places._add(triple, lines)
        return places

    def _add(self, triple: Triple, lines: _Lines) -> None:
        place = Place(lines.number, _column(lines.line, triple))
        subject, predicate, value = map(str, triple)
        for key in ((subject, predicate, value), (subject, predicate, None), (subject, None, None)):
            self._known.setdefault(key, place)

    def find(self, found: Finding) -> Place | None:
        """The statement that the finding is about, else the first of its property, else of its focus node."""
        subject, predicate, _ = about = statement(found)
        keys: tuple[Statement, ...] = (about, (subject, predicate, None), (subject, None, None))
        return next((self._known[key] for key in keys if key in self._known), None)


class _Lines:
    """A file for a reader that takes what it gets: a line at a time."""

    def __init__(self, data: bytes) -> None:
        self._lines: Iterator[bytes] = iter(data.splitlines(keepends=True))
        self._rest = b""
        self.line = ""
        self.number = 0

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._lines, b"")
            if self._rest:
                self.number += 1
                self.line = self._rest.decode("utf-8", "replace")
        size = len(self._rest) if size < 0 else size
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def _column(line: str, triple: Triple) -> int:
    """Where in its last line a statement is told apart: its object, else its predicate, else the first character."""
    for term in (triple.object, triple.predicate):
        at = line.rfind(_spelled(term))
        if at >= 0 and _spelled(term):
            return at + 1
    return len(line) - len(line.lstrip()) + 1


def _spelled(term: object) -> str:
    """A part of a term that every spelling of it has."""
    if isinstance(term, NamedNode):
        return _BEFORE_LOCAL_NAME.sub("", term.value)
    return term.value if isinstance(term, Literal) else ""
