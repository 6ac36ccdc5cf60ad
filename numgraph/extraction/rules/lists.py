"""Lists that stand alone: bullets of members, partners or goals under what introduces them, and lists after a colon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from numgraph.extraction.context import ORGANISATIONS, WORKS, Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.mentions import Sentence
from numgraph.extraction.rules import items
from numgraph.iris import slug
from numgraph.model import Block, BlockKind, Claim, Entity, Value

_GROUPS = ("Network", "ResearchProject", "Infrastructure", *ORGANISATIONS)
_MEMBERS = (*ORGANISATIONS, "OrganisationalUnit", "Company", "Funder", "Network", "Infrastructure")
_LONGEST_LINE = 90
_LONGEST_MEMBER = 16  # words


@cache
def _words(*names: str) -> re.Pattern[str]:
    every = sorted({word for name in names for word in getattr(lexicon(), name)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?i:{'|'.join(map(re.escape, every))})(?!\w)")


def _bullets(context: Context) -> Iterator[tuple[Block, list[Block]]]:
    """Each run of list items with the block that introduces it."""
    blocks = [
        part
        for b in context.linked.blocks
        if b.kind not in (BlockKind.NOISE, BlockKind.CAPTION)
        for part in _itemised(context, b)
    ]
    place = 0
    for is_item, run in groupby(blocks, key=lambda block: block.kind is BlockKind.LIST_ITEM):
        group = list(run)
        if is_item and place:
            yield blocks[place - 1], group
        place += len(group)


def _itemised(context: Context, block: Block) -> list[Block]:
    """A body block of nothing but short lines, as the list items they are; any other block as it is."""
    lines = context.document.slice(block).split("\n")
    plain = all(0 < len(line.strip()) <= _LONGEST_LINE and line.strip()[-1] not in ".:!?," for line in lines)
    if block.kind is BlockKind.SUBHEADING and re.match(r"[*•▪·–-]\s", lines[0]):
        return [Block(BlockKind.LIST_ITEM, block.start + 2, block.end, block.heading)]
    if block.kind is not BlockKind.BODY or not plain:
        return [block]
    made, place = [], block.start
    for line in lines:
        start = place + len(line) - len(line.lstrip())
        made.append(Block(BlockKind.LIST_ITEM, start, place + len(line.rstrip()), block.heading))
        place += len(line) + 1
    return made


def _intro(context: Context, block: Block) -> str:
    """The sentence right before a list, with the heading above it."""
    text = context.document.slice(block)
    return re.split(r"(?<=[.!?])\s", text)[-1]


def members(context: Context) -> Iterator[Claim]:
    """Bullets under "umfasst 20 Einrichtungen:", "Partner", "Members of the consortium"."""
    for intro, bullets in _bullets(context):
        said = _intro(context, intro)
        heading = context.document.slice(intro.heading) if intro.heading else ""
        is_label = intro.kind is BlockKind.SUBHEADING or said.rstrip().endswith(":")
        if not is_label or len(bullets) < 2:  # noqa: PLR2004 - one line is no list
            continue
        partners = _words("partner_nouns").search(said)
        counted = _words("institutions", "member_nouns").search(said) or (
            not partners and _words("members").search(said)
        )
        if not (partners or counted) or _words("goal_headings").search(said):
            continue
        group = _group(context, intro, said, heading)
        if group:
            yield from _members(context, bullets, group, "partnerOf" if partners and not counted else "memberOf", said)


def _group(context: Context, intro: Block, said: str, heading: str) -> Entity | None:
    """The network, project or organisation whose members a list gives: the last named before it, else the topic."""
    start = intro.end - len(said)
    named = [m.entity for m in context.mentions(start, intro.end) if m.kind in _GROUPS]
    networks = [entity for entity in named if entity.type in WORKS]
    if networks or named:
        return (networks or named)[-1]
    return context.section(intro, *WORKS) or context.topic_of(*WORKS)


def _members(context: Context, bullets: list[Block], group: Entity, predicate: str, said: str) -> Iterator[Claim]:
    local = group.type == "Network" and bool(context.linked.site) and bool(_words("institutions").search(said))
    default = "OrganisationalUnit" if local else "Organisation"
    for block in bullets:
        text = context.document.slice(block).strip()
        if len(text.split()) > _LONGEST_MEMBER or "\n" in text:
            continue
        item = items.of(re.split(r"\s[–/-]\s|:\s", text)[0], block.start)
        item, city = _without_city(context, item)
        entity = items.entity(context, item, default)
        place = (block.start, block.start + len(text))
        if entity and entity.key != group.key and entity.type in _MEMBERS:
            yield context.claim(entity, predicate, group, place, "list.member", 0.92)
            yield from _inside(context, entity, item, place)
            yield from _since(context, entity, group, place)
            if city:
                yield context.claim(entity, "locatedIn", city, place, "list.city", 0.88)


def _since(context: Context, entity: Entity, group: Entity, place: tuple[int, int]) -> Iterator[Claim]:
    """ "Universitätsklinikum X (seit Januar 2025)": when the member joined."""
    for mention in context.mentions(*place):
        before = context.text[place[0] : mention.start]
        if mention.kind == "date" and cue("since").search(before.replace("(", " ")):
            yield context.claim(entity, "joinedOn", mention.value, place, "list.since", 0.85, at=group)


def _without_city(context: Context, item: items.Item) -> tuple[items.Item, Entity | None]:
    """ "Isala, Zwolle" as the name and its city."""
    name, _, rest = item.name.rpartition(", ")
    entry = context.gazetteer.lookup(rest) if name else None
    if entry is None or entry.type != "Place":
        return item, None
    city = context.linked.names.add(entry.entity(context.document.language))
    return items.Item(item.start, item.start + len(name), name, item.inside), city


def _inside(context: Context, entity: Entity, item: items.Item, place: tuple[int, int]) -> Iterator[Claim]:
    """Several names in the bracket of a unit are parts of it, never members of their own."""
    parts = [part.strip() for part in item.inside.split(",")]
    if len(parts) > 1 and entity.type == "OrganisationalUnit":
        for name in parts:
            start = place[0] + context.document.text[slice(*place)].find(name)
            part = items.entity(context, items.Item(start, start + len(name), name), "OrganisationalUnit")
            if part and part.key != entity.key:
                yield context.claim(part, "partOf", entity, place, "list.inside", 0.75)


def goals(context: Context) -> Iterator[Claim]:
    """Bullets and numbered items under "Ziele" or after a sentence that announces goals."""
    for intro, bullets in _bullets(context):
        said = _intro(context, intro)
        label = intro.kind is BlockKind.SUBHEADING or said.rstrip().endswith(":")
        if not label or not _words("goal_headings").search(said):
            continue
        start = intro.end - len(said)
        subject = context.entity_at(start, intro.end, *WORKS) or context.topic_of(*WORKS) or context.speaker
        for block in bullets if subject else ():
            text = context.document.slice(block).strip()
            value = Value(" ".join(text.split()).rstrip(" .;,"), language=context.document.language)
            yield context.claim(subject, "goal", value, (block.start, block.start + len(text)), "list.goal", 0.9)


@cache
def _announced() -> re.Pattern[str]:
    words = lexicon()
    nouns = {
        kind: "|".join(sorted(map(re.escape, getattr(words, kind)), key=len, reverse=True))
        for kind in ("partner_nouns", "member_nouns")
    }
    verbs = "|".join(sorted(map(re.escape, words.list_verbs), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?:(?P<partner>(?i:{nouns['partner_nouns']}))|(?P<member>(?i:{nouns['member_nouns']})))(?!\w)"
        rf"(?P<between>[^.:;]{{0,90}}?)(?:,? (?:{verbs}):?|:)\s(?P<list>[^\n]{{3,900}}?)"
        rf"(?:(?<=\b\w\.\w)\.$|(?=[.;](?:\s|$)|$))"
    )


def partners(context: Context) -> Iterator[Claim]:
    """ "Partner im Projekt X sind: A, B und C", "de partners in Y zijn: ...", "members include ..."."""
    for sentence in context.sentences:
        for match in _announced().finditer(sentence.text) if sentence.may_say("announced") else ():
            group = _announced_group(context, sentence, match)
            if group:
                yield from _announced_items(context, sentence, match, group)


def _announced_group(context: Context, sentence: Sentence, match: re.Match[str]) -> Entity | None:
    low, high = sentence.start + match.start(), sentence.start + match.start("list")
    near = [m.entity for m in sentence.mentions if low <= m.start < high and m.kind in _GROUPS]
    if near:
        return near[-1]
    clause = low - len(re.split(r";|:\s", context.document.text[sentence.start : low])[-1])
    before = [m.entity for m in sentence.mentions if clause <= m.start and m.end <= low and m.kind in _GROUPS]
    going_on = context.going_on(sentence)
    return before[-1] if before else context.section(sentence.block, *_GROUPS) or going_on or context.main_topic(*WORKS)


def _announced_items(context: Context, sentence: Sentence, match: re.Match[str], group: Entity) -> Iterator[Claim]:
    predicate = "partnerOf" if match["partner"] else "memberOf"
    place = (sentence.start, sentence.end)
    every = list(items.split(match["list"], sentence.start + match.start("list")))
    if not every or len(every[0].name.split()) > 8:  # noqa: PLR2004 - a clause, not a name
        return
    for item in every:
        for shared in _shared_names(context, item):
            yield context.claim(shared, predicate, group, place, "list.announced", 0.88)
        entity = None if _plural().match(item.name) else items.entity(context, item, "Organisation")
        if entity and entity.key != group.key and entity.type in _MEMBERS:
            yield context.claim(entity, predicate, group, place, "list.announced", 0.91)
            city = context.entity_at(*item.place, "Place") if item.place else None
            if city:
                yield context.claim(entity, "locatedIn", city, place, "list.place", 0.88)


@cache
def _plural() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, lexicon().plural_names), key=len, reverse=True))
    return re.compile(rf"(?:{words})\b")


def _shared_names(context: Context, item: items.Item) -> list[Entity]:
    """The names that a plural is shared out over: "Universities of Utrecht and Montpellier" are two items in one."""
    if not _plural().match(item.name):
        return []
    return [m.entity for m in context.named(item.start, item.end) if m.kind in _MEMBERS]


def courses(context: Context) -> Iterator[Claim]:
    """Courses and schools that somebody gives: "twee op Sicilië (certificate course), de Summer School in Utrecht"."""
    for sentence in context.sentences:
        if not sentence.may_say("course_verbs") or not _words("course_verbs").search(sentence.text):
            continue
        if not (sentence.of_kind("Event") or _words("courses").search(sentence.text)):
            continue
        hosts = [m for m in sentence.entities(*ORGANISATIONS, "Network") if m.kind != "Place"]
        host = hosts[0].entity if hosts else context.section(sentence.block, *ORGANISATIONS, "Network")
        if host:
            yield from _courses(context, sentence, host)


@cache
def _course_in_place() -> re.Pattern[str]:
    words = lexicon()
    places, links = ("|".join(map(re.escape, group)) for group in (words.place_words, words.links))
    return re.compile(
        rf"\b(?:{places})\s(?P<place>[A-ZÄÖÜ]\w+)\s\((?P<event>[a-zA-Z][\w -]{{4,60}}?)(?:\s(?:{links})\s[^()]*)?\)"
    )


def _courses(context: Context, sentence: Sentence, host: Entity) -> Iterator[Claim]:
    place = (sentence.start, sentence.end)
    for mention in sentence.of_kind("Event"):
        yield context.claim(host, "offers", mention.entity, place, "list.course", 0.82)
    for match in _course_in_place().finditer(sentence.text):
        where = context.entity_at(sentence.start + match.start("place"), sentence.start + match.end("place"), "Place")
        if where and _words("courses").search(match["event"]):
            event = context.linked.names.add(course(context, match["event"]))
            yield context.claim(host, "offers", event, place, "list.course_in_brackets", 0.8)
            yield context.claim(event, "eventPlace", where, place, "list.course_place", 0.8)


def course(context: Context, name: str) -> Entity:
    """An event known by a common name only; the document keeps it apart from others of that name."""
    return Entity(f"event/{slug(name)}-{context.document.id[-8:]}", name, "Event")
