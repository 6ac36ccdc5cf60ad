"""What a layout reader gets and gives: lines with their places, marks from HTML, and a reading."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from lxml import etree

from numgraph.model import Block, BlockKind, Field, Span

# Marks that leave no trace on paper: byte order mark, NUL, zero width characters, soft space.
_INVISIBLE = "\ufeff\x00\u200b\u200c\u200d\u2060"


class MarkKind(StrEnum):
    """What the HTML said about a stretch of the rendered text."""

    HEADLINE = "headline"  # h1
    HEADING = "heading"  # h2 to h6, legend, dt
    CAPTION = "caption"
    NOISE = "noise"
    OUTSIDE = "outside the main content"  # as a library judges it
    TIME = "time"
    ISSUER = "issuer"  # who a feed says it is from
    LINK = "link"  # where the item of a feed stands on the web


@dataclass(frozen=True, slots=True)
class Mark:
    kind: MarkKind
    start: int
    end: int
    value: str = ""  # of a <time>: its datetime attribute


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known about a text besides its characters; empty for plain text."""

    marks: tuple[Mark, ...] = ()
    title: str = ""
    published_on: str = ""
    language: str = ""
    layout: str = ""  # the name of the only reader that can read it; empty where the content decides

    def of_kind(self, kind: MarkKind) -> Iterator[Mark]:
        return (mark for mark in self.marks if mark.kind is kind)

    def behind(self, start: int) -> Iterator[Mark]:
        """The marks of a text that now begins at ``start`` of a longer one."""
        return (Mark(mark.kind, mark.start + start, mark.end + start, mark.value) for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text of a file that is not plain text, and what its form says about stretches of it."""

    text: str
    hints: Hints
    notes: tuple[str, ...] = ()
    root: etree._Element | None = dataclasses.field(default=None, repr=False)  # of a page


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or the part of one that makes a document of its own and can be read alone."""

    name: str
    data: bytes = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its surrounding space. ``gap``: blank lines before it; ``indent``: its leading space."""

    start: int
    end: int
    text: str
    gap: int
    indent: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a layout reader made of a text."""

    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]


class Reader(Protocol):
    """A module of this package that knows one layout."""

    NAME: str

    def recognises(self, text: str) -> float:
        """How sure the reader is that the text has its layout, from 0 to 1."""
        ...

    def read(self, text: str, hints: Hints) -> Reading: ...


@lru_cache(maxsize=2)  # every layout reader is asked whether it recognises the same lines
def lines(text: str) -> tuple[Line, ...]:
    """The lines of ``text`` that have something on them, at offsets into it."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    at, gap = 0, 0
    for raw in text.splitlines(keepends=True):
        visible = _visible(raw)
        if visible:
            indent = raw.index(visible)
            yield Line(at + indent, at + indent + len(visible), visible, gap, indent)
        gap = 0 if visible else gap + 1
        at += len(raw)


def _visible(raw: str) -> str:
    """``raw`` without white space and invisible characters at its ends, in any order."""
    while (shorter := raw.strip().strip(_INVISIBLE)) != raw:
        raw = shorter
    return raw


def block(kind: BlockKind, group: Sequence[Line], heading: Span | None = None) -> Block:
    """One block over consecutive lines."""
    return Block(kind, group[0].start, group[-1].end, heading)


def field(name: str, span: Span, value: str) -> Field:
    return Field(name, value, span.start, span.end)
