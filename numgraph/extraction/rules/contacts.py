"""Contact blocks: whose name, title, role, organisation, phone, e-mail and address stand together.

A block is read line by line. A line that is a person's name opens a card; lines above the first name belong to every
card of the block; a block without a person is the card of an organisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from numgraph.extraction.context import ORGANISATIONS, WORKS, Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.rules import reach
from numgraph.extraction.rules.cards import Card, Line, read, segments
from numgraph.extraction.rules.roles import meant_work, role_claims, role_in
from numgraph.model import BlockKind, Claim, Entity, Value

_AFFILIATIONS = (*ORGANISATIONS, "OrganisationalUnit", "Company", "Funder")
_HOSTS = ("UniversityHospital", "University")
_FEWEST_DIGITS = 4  # a line with more says how to reach somebody
_SPEAKING = (*_HOSTS, "Organisation", "Company", "OrganisationalUnit", "Network", "ResearchProject", "Infrastructure")


def cards(context: Context) -> Iterator[Claim]:
    """Everything that contact blocks say of persons and of the organisations they stand for."""
    region = reach.region(context)
    for block in context.blocks(BlockKind.CONTACT):
        for card in read(context, block):
            if card.who and card.name_line:
                yield from _of_person(context, card, card.who, card.name_line, region)
            else:
                yield from _of_organisation(context, card, region)


def _of_person(context: Context, card: Card, who: Entity, name_line: Line, region: str | None) -> Iterator[Claim]:
    context.linked.names.add(who)
    name = (name_line.start, name_line.end)
    if card.title:
        yield context.claim(who, "academicTitle", Value(card.title), name, "contact.title", 0.97)
    yield from _documents_contact(context, card, who, name)
    affiliations = _affiliations(context, card)
    for entity, place in affiliations:
        yield context.claim(who, "memberOf", entity, place, "contact.affiliation", 0.9)
    yield from _card_roles(context, card, who, [entity for entity, _ in affiliations])
    yield from reach.values(context, card, who, region)
    host = next((entity for entity, _ in affiliations if entity.type in _HOSTS), None)
    if host:
        yield from reach.places(context, card, host)
    yield from _nesting(context, card)


def _card_roles(context: Context, card: Card, who: Entity, affiliations: list[Entity]) -> Iterator[Claim]:
    segments_of = list(_role_segments(card))
    own = [line for line in segments_of if card.name_line and line.start > card.name_line.start]
    for line in own or segments_of:
        named = [m.entity for m in context.mentions(line.start, line.end) if m.kind in (*_AFFILIATIONS, *WORKS)]
        meant = None if named else meant_work(context, line.text)
        at = named[0] if named else meant or (affiliations[0] if affiliations else None)
        yield from role_claims(
            context, who, line.text.rstrip(" ,;"), (line.start, line.end), at, said_there=bool(named or meant)
        )
    yield from _heading_role(context, card, who, stated=bool(segments_of))


def _heading_role(context: Context, card: Card, who: Entity, *, stated: bool) -> Iterator[Claim]:
    """The heading right above a card as a role: of the page's project, or where the card itself states none."""
    heading = card.block.heading
    text = context.document.slice(heading).rstrip(": ") if heading else ""
    project = cue("of_project").search(text)
    if (
        heading is None
        or (stated and not project and not _is_label(context, card))
        or not role_in(text)
        or _is_section(text)
    ):
        return
    named = [m.entity for m in context.mentions(heading.start, heading.end) if m.kind in (*_AFFILIATIONS, *WORKS)]
    bare = role_in(text)
    whole = bare is not None and bare.group().strip() == text.strip()  # "Director", on a page of what is directed
    topic = context.topic_of("Network", "ResearchProject", "Infrastructure", "Programme") if project or whole else None
    at = named[0] if named else topic
    yield from role_claims(context, who, text, (heading.start, heading.end), at, said_there=at is not None)


def _is_label(context: Context, card: Card) -> bool:
    """Whether the heading stands right above this card alone, as the term of a definition list does."""
    heading = card.block.heading
    return heading is not None and card.block.start - heading.end <= 2  # noqa: PLR2004 - line ends


def _is_section(heading: str) -> bool:
    """Whether a heading names a section for contacts rather than the role of the one person under it."""
    words = lexicon()
    plain = heading.strip(" :")
    return any(
        plain.lower().startswith(word.lower())
        for word in (*words.contact_words, *words.press_words, *words.science_words)
    )


def _role_segments(card: Card) -> Iterator[Line]:
    for line in card.lines:
        if "@" in line.text or sum(map(str.isdigit, line.text)) > 4:  # noqa: PLR2004 - more digits than a role has
            continue
        whole = role_in(line.text)
        if whole and not re.match(rf"^.{{0,{max(whole.start() - 1, 0)}}},", line.text[: whole.start()]):
            yield line
        else:
            yield from (part for part in segments(line.start, line.text) if role_in(part.text))


def _affiliations(context: Context, card: Card) -> list[tuple[Entity, tuple[int, int]]]:
    """Organisations of lines that state no role, and of the heading of the block."""
    roles = [(line.start, line.end) for line in _role_segments(card)]
    found: dict[str, tuple[Entity, tuple[int, int]]] = {}
    for line in card.lines:
        shared = card.name_line is not None and line.start < card.name_line.start
        if shared and ("@" in line.text or sum(map(str.isdigit, line.text)) > _FEWEST_DIGITS):
            continue  # how to reach somebody else
        for mention in context.mentions(line.start, line.end):
            in_role = any(start <= mention.start < end for start, end in roles)
            if mention.kind in _AFFILIATIONS and not in_role:
                found.setdefault(mention.entity.key, (mention.entity, (line.start, line.end)))
    heading = card.block.heading
    for mention in context.mentions(heading.start, heading.end) if heading else ():
        if mention.kind in _HOSTS:
            found.setdefault(mention.entity.key, (mention.entity, (mention.start, mention.end)))
    return list(found.values())


def _nesting(context: Context, card: Card) -> Iterator[Claim]:
    """A unit named in a card is part of the university or hospital named beside it; a faculty only of the former."""
    heading = card.block.heading
    spans = [(line.start, line.end) for line in card.lines] + ([(heading.start, heading.end)] if heading else [])
    named = [(m.entity, span) for span in spans for m in context.named(*span)]
    for unit, span in named:
        if unit.type != "OrganisationalUnit":
            continue
        faculty = cue("faculty").search(unit.label)
        wanted = ("University",) if faculty else _HOSTS
        host = next((entity for entity, _ in named if entity.type in wanted), None)
        if host:
            yield context.claim(unit, "partOf", host, span, "contact.unit", 0.9)


def _documents_contact(context: Context, card: Card, who: Entity, name: tuple[int, int]) -> Iterator[Claim]:
    """Press and scientific contacts of the document, where a heading or label says which they are."""
    words = lexicon()
    heading = context.document.slice(card.block.heading) if card.block.heading else ""
    above = [line for line in card.lines if card.name_line and line.start < card.name_line.start]
    label = above[-1].text if above else ""
    said = f"{heading} {label}"
    if _has(said, words.science_words) and cue("contact").search(said):
        yield context.claim(None, "scientificContact", who, name, "contact.scientific", 0.93)
    elif _has(said, words.press_words):
        yield context.claim(None, "pressContact", who, name, "contact.press", 0.9)


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in words)


def _of_organisation(context: Context, card: Card, region: str | None) -> Iterator[Claim]:
    """A card without a person speaks for the organisation it names, else for what the page is about."""
    spans = [(line.start, line.end) for line in card.lines]
    found = (context.entity_at(*span, *_SPEAKING) for span in spans)
    named = next((entity for entity in found if entity), None)
    topic = context.topic_of("Network", "ResearchProject", *ORGANISATIONS, "Company", "Infrastructure")
    subject = named or topic or context.speaker
    in_line = [m.entity for span in spans for m in context.named(*span) if m.kind == "Person"]
    reached = in_line[0] if len({e.key for e in in_line}) == 1 else subject
    yield from reach.values(context, card, reached, region)
    yield from reach.websites(context, card, subject)
    if named:
        yield from reach.places(context, card, named)
        yield from _nesting(context, card)
