"""Facts in the style of a fact sheet: "Laufzeit: 01/2024 - 12/2026", "Gefördert durch: BMFTR", "Wo: Berlin"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest

from numgraph.extraction.context import WORKS, Context
from numgraph.extraction.languages import lexicon
from numgraph.extraction.values import Period
from numgraph.iris import slug
from numgraph.model import Block, BlockKind, Claim, Entity, Value

_TURNED = frozenset({"coordinates", "participatesIn", "partnerOf", "speaksFor", "leads"})  # the value is the subject
_HOUSES = ("University", "UniversityHospital", "Organisation", "Company")
_VALUED = (BlockKind.BODY, BlockKind.CONTACT)
_MOST_WORDS = 8  # of a value that ends with a full stop
_LONGEST_VALUE = 160  # characters: more is a paragraph under a heading
_BY_LABEL = {
    "coordinator": ("coordinates", _HOUSES),
    "participants": ("participatesIn", _HOUSES),
    "partners": ("partnerOf", _HOUSES),
    "speaker": ("speaksFor", ("Person",)),
    "leader": ("leads", ("Person",)),
}


@cache
def _labels() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, lexicon().labels), key=len, reverse=True))
    return re.compile(
        rf"^[ \t]*(?P<label>(?i:{words}))[ \t]*(?::[ \t]*\n{{0,2}}|\n{{1,2}}|\|)[ \t]*(?P<value>\S[^\n]{{0,300}})",
        re.MULTILINE,
    )


def labelled(context: Context) -> Iterator[Claim]:
    """Facts of what the page, or the section under its own heading, is about; events have their when and where."""
    blocks = context.blocks(BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.CONTACT, BlockKind.SUBHEADING)
    for block, after in zip_longest(blocks, blocks[1:]):
        for match in _labels().finditer(context.document.text, block.start, _end(block, after)):
            if match["value"].rstrip().endswith(".") and len(match["value"].split()) > _MOST_WORDS:
                continue  # a sentence under a heading
            if (
                block.kind is BlockKind.CONTACT
                and "\n" in context.document.text[match.end("label") : match.start("value")]
            ):
                continue  # a role above an address
            place = (match.start("label"), match.end("value"))
            kind = _kinds()[match["label"].lower()]
            event = context.topic_of("Event")
            subject = context.standing(block, *WORKS) or context.topic_of(*WORKS)
            if event and kind in ("when", "where"):
                yield from _of_event(context, kind, event, match.span("value"), place)
            elif subject:
                yield from _of_work(context, kind, subject, match.span("value"), place)


def _end(block: Block, after: Block | None) -> int:
    """Where what a block labels ends: a heading that is a label has its value in the block below."""
    if block.kind is BlockKind.SUBHEADING and after is not None and after.kind in _VALUED:
        return after.end if after.end - after.start <= _LONGEST_VALUE else block.end
    return block.end


@cache
def _kinds() -> dict[str, str]:
    return {label.lower(): kind for label, kind in lexicon().labels.items()}


def _of_work(
    context: Context, kind: str, subject: Entity, span: tuple[int, int], place: tuple[int, int]
) -> Iterator[Claim]:
    for predicate, obj in _values(context, kind, span):
        if not isinstance(obj, Entity):
            yield context.claim(subject, predicate, obj, place, "factsheet.value", 0.9)
        elif obj.key != subject.key:
            who, what = (obj, subject) if predicate in _TURNED else (subject, obj)
            yield context.claim(who, predicate, what, place, "factsheet.name", 0.9)


def _of_event(
    context: Context, kind: str, event: Entity, span: tuple[int, int], place: tuple[int, int]
) -> Iterator[Claim]:
    named = context.mentions(*span)
    venue = re.match(r"[A-ZÄÖÜ][^,;|()\n]{2,50}", context.document.text[slice(*span)]) if kind == "where" else None
    if venue and not any(mention.kind == "Place" for mention in named):
        where = context.linked.names.add(Entity(f"place/{slug(venue.group().strip())}", venue.group().strip(), "Place"))
        yield context.claim(event, "eventPlace", where, place, "event.venue", 0.85)
    for mention in (m for m in named if kind == "when" or m.kind == "Place"):
        if kind == "when" and mention.kind in ("date", "period"):
            value = mention.thing.first if isinstance(mention.thing, Period) else mention.value
            yield context.claim(event, "eventDate", value, place, "event.labelled", 0.92)
            return
        elif kind == "where" and mention.kind == "Place":
            yield context.claim(event, "eventPlace", mention.entity, place, "event.labelled", 0.92)


def _values(context: Context, kind: str, span: tuple[int, int]) -> Iterator[tuple[str, Entity | Value]]:
    mentions = context.mentions(*span)
    if kind == "time":
        for mention in mentions:
            if isinstance(mention.thing, Period):
                yield "fundingStart", mention.thing.first
                yield "fundingEnd", mention.thing.last
    elif kind == "amount":
        yield from (("fundingAmount", m.value) for m in mentions if m.kind == "money")
    elif kind == "funder":
        yield from (("fundedBy", m.entity) for m in mentions if m.kind in ("Funder", "Organisation", "Programme"))
    elif kind in _BY_LABEL:
        predicate, wanted = _BY_LABEL[kind]
        yield from ((predicate, m.entity) for m in mentions if m.kind in wanted)
