"""Contact blocks cut into cards: the lines that belong to one person, or to an organisation.

A line that begins with a person's name opens a card; lines above the first name belong to every card of the block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from numgraph.extraction.context import Context
from numgraph.extraction.linking import person
from numgraph.extraction.persons import bare_name, find_titled, without_salutation
from numgraph.model import Block, Entity

_LABEL = re.compile(r"^(?P<label>[^:\n]{2,45}):\s+(?=\S)")
_LONGEST_LINE = 240
_MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Line:
    start: int
    end: int
    text: str


@dataclass(slots=True)
class Card:
    """The lines that belong to one person, or to an organisation where ``who`` is None."""

    block: Block
    who: Entity | None = None
    title: str = ""
    name_line: Line | None = None
    lines: list[Line] = field(default_factory=list)


def _lines(context: Context, block: Block) -> Iterator[Line]:
    place = block.start
    for count, raw in enumerate(context.document.slice(block).split("\n")):
        text = raw.strip()
        if text and len(text) <= _LONGEST_LINE and count < _MOST_LINES:
            start = place + raw.index(text)
            yield Line(start, start + len(text), text)
        place += len(raw) + 1


def read(context: Context, block: Block) -> Iterator[Card]:
    """The cards of a block, at least one."""
    shared: list[Line] = []
    current: Card | None = None
    for line in _lines(context, block):
        opened = _open(block, line)
        if opened:
            if current:
                yield current
            opened.lines = [*shared, *opened.lines]
            current = opened
        elif current:
            current.lines.append(line)
        else:
            shared.append(line)
    yield current or Card(block, lines=shared)


def _open(block: Block, line: Line) -> Card | None:
    """A card, if the line begins with a person; what follows the name on the line becomes lines of the card."""
    label = _LABEL.match(line.text)
    shift = label.end() if label else 0
    text = line.text[shift:]
    plain = without_salutation(text)
    shift, text = shift + len(text) - len(plain), plain
    titled = next((found for found in find_titled(text) if found.title_start == 0), None)
    if titled:
        name, title, end = titled.name, titled.title, titled.end
    else:
        head = text.split(",")[0]
        name, title, end = bare_name(head) or "", "", len(head)
    if not name:
        return None
    place = line.start + shift
    rest = [*segments(place + end, text[end:])]
    if label:
        rest.insert(0, Line(line.start, line.start + len(label["label"]), label["label"]))
    return Card(block, person(name), title, Line(place, place + end, text[:end]), rest)


def segments(start: int, text: str) -> Iterator[Line]:
    """The parts of a line between commas, semicolons and bars."""
    for match in re.finditer(r"[^,;|]+", text):
        plain = match.group().strip(" ()")
        if plain:
            at = start + match.start() + match.group().index(plain)
            yield Line(at, at + len(plain), plain)
