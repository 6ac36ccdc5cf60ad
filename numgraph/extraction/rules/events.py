"""Events: where and when they were, their motto, how many came, and who was there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from numgraph.extraction.context import ORGANISATIONS, Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.mentions import Mention, Sentence
from numgraph.extraction.rules.relations import is_hedged, is_sound
from numgraph.extraction.values import Period
from numgraph.model import BlockKind, Claim, Entity, Value

_QUOTED = re.compile(r"[^„“\"‘»«.]{0,40}[„“\"‘»«](?P<motto>[^„“”\"’«»]{4,200})[“”\"’«»]")
_SLOT_LINE = re.compile(r"^[ \t]*\d{1,2}[:.]\d\d\b[^\n]{5,300}", re.MULTILINE)


@cache
def _guests() -> re.Pattern[str]:
    words = lexicon()
    nouns = "|".join(sorted(map(re.escape, words.guests), key=len, reverse=True))
    return re.compile(rf"\s(?:[\w:*äöüß-]+\s){{0,3}}?(?:{nouns})\b")


@cache
def _group_of() -> re.Pattern[str]:
    nouns = "|".join(map(re.escape, lexicon().delegations))
    links = "|".join(map(re.escape, (*lexicon().links, *lexicon().place_words)))
    return re.compile(rf"(?i:\b(?:{nouns})\s(?:{links})\s)$")


@cache
def _placed_name() -> re.Pattern[str]:
    return re.compile(rf" (?:{'|'.join(map(re.escape, lexicon().place_words))}) ([A-ZÄÖÜ]\w+)$")


def programme(context: Context) -> Iterator[Claim]:
    """Speakers in the lines of a programme ("10:00 Keynote - Dr. X") take part in the event of the page."""
    event = context.topic_of("Event")
    for block in context.blocks(BlockKind.BODY, BlockKind.LIST_ITEM) if event else ():
        for line in _SLOT_LINE.finditer(context.document.text, block.start, block.end):
            for mention in context.mentions(*line.span()):
                if mention.kind == "Person" and event:
                    yield context.claim(mention.entity, "participatesIn", event, line.span(), "event.programme", 0.88)


def happenings(context: Context) -> Iterator[Claim]:
    """What sentences say of events; a sentence without an event's name speaks of the last one named in its section."""
    last: Entity | None = None
    for sentence in context.sentences:
        named = sentence.of_kind("Event")
        event = named[-1].entity if named else last
        last = event or last
        sure = [mention for mention in named if is_sound(sentence, mention)]
        if sure:
            yield from _places(context, sentence, sure)
            yield from _dates(context, sentence, sure)
        if event or context.topic_of("Event"):
            yield from _said(context, sentence, event or context.topic_of("Event"), bool(named))


def _places(context: Context, sentence: Sentence, named: list[Mention]) -> Iterator[Claim]:
    text = context.text
    for mention in named:
        inside = _placed_name().search(text[mention.start : mention.end])
        entry = context.gazetteer.lookup(inside.group(1)) if inside else None
        if entry and entry.type == "Place":
            where_in = context.linked.names.add(entry.entity(context.document.language))
            yield context.claim(
                mention.entity, "eventPlace", where_in, (sentence.start, sentence.end), "event.place", 0.9
            )
        for where in sentence.of_kind("Place"):
            if where.start >= mention.end and cue("at_place").fullmatch(text[mention.end : where.start]):
                yield context.claim(
                    mention.entity, "eventPlace", where.entity, (sentence.start, sentence.end), "event.place", 0.9
                )


def _dates(context: Context, sentence: Sentence, named: list[Mention]) -> Iterator[Claim]:
    """The one date of a sentence that tells of one event; without it the year in the event's name."""
    place = (sentence.start, sentence.end)
    dates = [m for m in sentence.mentions if m.kind in ("date", "period")]
    events = {m.entity.key: m.entity for m in named}
    if len(dates) == 1 and len(events) == 1 and sentence.says("happens"):
        thing = dates[0].thing
        value = thing.first if isinstance(thing, Period) else dates[0].value
        yield context.claim(named[0].entity, "eventDate", value, place, "event.date", 0.9)
        return
    for event in events.values() if not dates else ():
        year = re.search(r"\b(20\d\d)$", event.label)
        if year:
            yield context.claim(event, "eventDate", Value(year.group(1), "gYear"), place, "event.year", 0.72)


def _said(context: Context, sentence: Sentence, event: Entity | None, named: bool) -> Iterator[Claim]:
    if event is None or is_hedged(sentence):
        return
    place = (sentence.start, sentence.end)
    named_so = sentence.says("motto")
    motto = _QUOTED.match(sentence.text, named_so.end()) if named_so else None
    if motto:
        value = Value(motto["motto"].strip(), language=context.document.language)
        yield context.claim(event, "eventMotto", value, place, "event.motto", 0.92)
    yield from _heads(context, sentence, event)
    if sentence.says("present"):
        for mention in _present(context, sentence):
            yield context.claim(mention.entity, "participatesIn", event, place, "event.present", 0.88)


def _heads(context: Context, sentence: Sentence, event: Entity) -> Iterator[Claim]:
    place, text = (sentence.start, sentence.end), context.text
    heads = sentence.says("sized")
    sender = next((m.entity for m in sentence.entities(*ORGANISATIONS, "Network")), None)
    if heads and sender:
        number = (
            heads["number"] if heads["number"].isdigit() else str(lexicon().numbers.get(heads["number"].lower(), ""))
        )
        if number:
            yield context.claim(
                sender, "delegationSize", Value(number, "integer"), place, "event.delegation", 0.9, at=event
            )
    for count in sentence.of_kind("count"):
        if _guests().match(text, count.end, sentence.end):
            yield context.claim(event, "attendees", count.value, place, "event.attendees", 0.9)
        size = _group_of().search(text[max(sentence.start, count.start - 25) : count.start])
        if size and sender:
            yield context.claim(sender, "delegationSize", count.value, place, "event.delegation", 0.9, at=event)


def _present(context: Context, sentence: Sentence) -> Iterator[Mention]:
    """Persons, and units after "Vertreter aus dem ..."; the unit of a person's role is not itself present."""
    origin = sentence.says("origin")
    for mention in sentence.entities("Person", "OrganisationalUnit", *ORGANISATIONS):
        sent = origin is not None and mention.start >= sentence.start + origin.start()
        if mention.kind == "Person" or sent or (origin is None and mention.kind in ORGANISATIONS):
            yield mention
