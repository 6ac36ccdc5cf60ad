"""Tables of projects: a row is a project, its columns say who funds it, with how much, from when to when, who leads it.

A table is told by its header: cells between bars, of which the first names works ("Project", "Projekt") and others are
labels of fact sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from numgraph.extraction.context import ORGANISATIONS, Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.linking import mint, person
from numgraph.extraction.persons import bare_name, find_titled
from numgraph.extraction.rules import items
from numgraph.extraction.rules.relations import hedged
from numgraph.extraction.values import Period
from numgraph.model import BlockKind, Claim, Entity, Value

_BAR = " | "
_FIRST = {"work": "ResearchProject", "unit": "OrganisationalUnit"}  # what the rows are about -> its class
_LEAST_LABELS = 2
_HOUSES = (*ORGANISATIONS, "Funder", "Company", "OrganisationalUnit")
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Cell:
    start: int
    end: int
    text: str


def projects(context: Context) -> Iterator[Claim]:
    """What the rows of tables of projects say; a row that is only applied for says nothing."""
    header: list[tuple[str, str]] = []
    for start, cells in _rows(context):
        kinds = [(_kind_of(cell.text), cell.text) for cell in cells]
        if kinds[0][0] in _FIRST and sum(bool(kind) for kind, _ in kinds) >= _LEAST_LABELS:
            header = kinds
        elif header and len(cells) == len(header):
            yield from _row(context, start, cells, header)
        else:
            header = []


def _rows(context: Context) -> Iterator[tuple[int, list[Cell]]]:
    """The lines that are rows of cells; a line right above a row belongs to its first cell."""
    for block in context.blocks(BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.CONTACT, BlockKind.SUBHEADING):
        place = block.start
        for line in context.document.slice(block).split("\n")[:_MOST_ROWS]:
            if _BAR in line:
                yield place, list(_cells(line, place))
            place += len(line) + 1


def _cells(line: str, place: int) -> Iterator[Cell]:
    for part in line.split(_BAR):
        text = part.strip()
        start = place + part.find(text)
        yield Cell(start, start + len(text), text)
        place += len(part) + len(_BAR)


@cache
def _labels() -> dict[str, str]:
    words = lexicon()
    works = {noun.lower(): "work" for noun, kind in words.kinds.items() if kind in ("ResearchProject", "Register")}
    units = {noun.lower(): "unit" for noun, head in words.front_heads.items() if head.type == "OrganisationalUnit"}
    return units | works | {label.lower(): kind for label, kind in words.labels.items()}


def _kind_of(text: str) -> str:
    return _labels().get(text.strip(" *:").lower(), "")


def _row(context: Context, start: int, cells: list[Cell], header: list[tuple[str, str]]) -> Iterator[Claim]:
    place = (start, cells[-1].end)
    written = context.document.text[slice(*place)]
    work = _work(context, cells[0], start, _FIRST[header[0][0]])
    if work is None or cue("pending").search(written) or hedged(written):
        return
    for cell, (kind, label) in zip(cells[1:], header[1:], strict=True):
        if kind == "leader":
            role = Value(label, language=context.document.language)
            yield from (
                context.claim(who, "role", role, place, "grid.role", 0.88, at=work) for who in _persons(cell.text)
            )
        for predicate, obj, turned in _said(context, cell, kind):
            if not isinstance(obj, Entity):
                yield context.claim(work, predicate, obj, place, "grid.value", 0.9)
            elif obj.key != work.key:
                who, what = (obj, work) if turned else (work, obj)
                yield context.claim(who, predicate, what, place, "grid.name", 0.88)


def _work(context: Context, cell: Cell, start: int, type_: str) -> Entity | None:
    """What a row is about: what the tables or the text know by that name, else a new project or unit."""
    if type_ == "OrganisationalUnit":
        return context.linked.names.add(mint(type_, cell.text, context.linked.site, context.document))
    named = context.entity_at(cell.start, cell.end, "ResearchProject", "Network", "Infrastructure", "Register")
    name = cell.text.strip(" *")
    above = context.document.text[:start].rstrip("\n").rsplit("\n", 1)[-1].strip()
    title = above if not re.search(r"[|.:]", above) and re.fullmatch(r"[A-Z][\w-]{2,20}", above) else name
    if named or not (title and title[0].isupper()):
        return named
    return context.linked.names.add(mint("ResearchProject", title, "", context.document))


def _said(context: Context, cell: Cell, kind: str) -> Iterator[tuple[str, Entity | Value, bool]]:
    mentions = context.mentions(cell.start, cell.end)
    if kind == "amount":
        money = [m for m in mentions if m.kind == "money"]
        after = context.text[money[0].end : cell.end] if money else ""
        yield from (("fundingAmount", m.value, False) for m in money[:1] if not cue("each").match(after))
    elif kind == "time":
        for m in mentions:
            if isinstance(m.thing, Period):
                yield "fundingStart", m.thing.first, False
                yield "fundingEnd", m.thing.last, False
    elif kind == "leader":
        yield from (("leads", who, True) for who in _persons(cell.text))
    elif kind in ("funder", "partners", "participants", "coordinator"):
        predicate = {"funder": "fundedBy", "partners": "partnerOf", "participants": "participatesIn"}.get(
            kind, "coordinates"
        )
        yield from ((predicate, house, kind != "funder") for house in _houses(context, cell))


def _persons(text: str) -> Iterator[Entity]:
    for part in re.split(r";|,\s(?=[A-Z])", text):
        if cue("left").search(part):
            continue
        plain = re.sub(r"\s?\([^()]*\)", "", part).strip()
        titled = next(iter(find_titled(plain)), None)
        name = titled.name if titled and titled.title_start == 0 else bare_name(plain)
        if name:
            yield person(name)


def _houses(context: Context, cell: Cell) -> Iterator[Entity]:
    named = [m.entity for m in context.mentions(cell.start, cell.end) if m.kind in (*_HOUSES, "Programme")]
    if named:
        yield from named
        return
    for item in items.split(cell.text, cell.start):
        house = items.entity(context, item, "Organisation")
        if house:
            yield house
