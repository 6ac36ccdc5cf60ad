"""Contact blocks: whose name, title, role, organisation, phone, e-mail and address stand together.

A block is read line by line. A line that is a person's name opens a card; lines above the first name belong to every
card of the block; a block without a person is the card of an organisation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from numgraph.extraction.context import ORGANISATIONS, WORKS, Context
from numgraph.extraction.languages import lexicon
from numgraph.extraction.linking import person
from numgraph.extraction.persons import bare_name, find_titled, without_salutation
from numgraph.extraction.rules.roles import role_claims, role_in
from numgraph.extraction.values.contacts import find_emails, find_phones
from numgraph.iris import slug
from numgraph.model import Block, BlockKind, Claim, Entity, Value

_AFFILIATIONS = (*ORGANISATIONS, "OrganisationalUnit", "Company", "Funder")
_HOSTS = ("UniversityHospital", "University")
_POSTAL = re.compile(
    r"^(?:D-|A-|CH-|NL-|B-)?(?:\d{5}|\d{4}(?: ?[A-Z]{2}(?= ))?)\s+(?P<city>[A-ZÄÖÜ][\wäöüß.-]+(?:[ /-]+(?:am|an|der|im|den|[A-ZÄÖÜ(][\w.)-]+)){0,3})"
)
_BUILDING = re.compile(
    r"^(?:Geb(?:äude|\.)|Haus|Campus|Building|Gebouw|Postfach|Postbus|P\.?O\.? Box)\s?[\w ./-]{1,20}$", re.IGNORECASE
)
_LABEL = re.compile(r"^(?P<label>[^:\n]{2,45}):\s+(?=\S)")
_OF_PROJECT = re.compile(r"(?i:proje[ck]t|konsorti|consorti|netzwerk|netwerk|network)")
_REACHED = re.compile(r"\b(?:Tel|Telefon|Phone|Telefoon|Mobil)\b|\+\d\d")
_SHARED_BOXES = frozenset(
    {"info", "office", "kontakt", "contact", "presse", "press", "symposium", "sekretariat", "mail"}
)
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


def cards(context: Context) -> Iterator[Claim]:
    """Everything that contact blocks say of persons and of the organisations they stand for."""
    region = _region(context)
    for block in context.document.of_kind(BlockKind.CONTACT):
        for card in _cards(context, block):
            if card.who and card.name_line:
                yield from _of_person(context, card, card.who, card.name_line, region)
            else:
                yield from _of_organisation(context, card, region)


def _lines(context: Context, block: Block) -> Iterator[Line]:
    place = block.start
    for count, raw in enumerate(context.document.slice(block).split("\n")):
        text = raw.strip()
        if text and len(text) <= _LONGEST_LINE and count < _MOST_LINES:
            start = place + raw.index(text)
            yield Line(start, start + len(text), text)
        place += len(raw) + 1


def _cards(context: Context, block: Block) -> Iterator[Card]:
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
    rest = [*_segments(place + end, text[end:])]
    if label:
        rest.insert(0, Line(line.start, line.start + len(label["label"]), label["label"]))
    return Card(block, person(name), title, Line(place, place + end, text[:end]), rest)


def _segments(start: int, text: str) -> Iterator[Line]:
    for match in re.finditer(r"[^,;|]+", text):
        plain = match.group().strip(" ()")
        if plain:
            at = start + match.start() + match.group().index(plain)
            yield Line(at, at + len(plain), plain)


def _of_person(context: Context, card: Card, who: Entity, name_line: Line, region: str | None) -> Iterator[Claim]:
    context.linked.names.add(who)
    name = (name_line.start, name_line.end)
    if card.title:
        yield context.claim(who, "academicTitle", Value(card.title), name, "contact.title", 0.97)
    yield from _documents_contact(context, card, who, name)
    affiliations = _affiliations(context, card)
    for entity, place in affiliations:
        yield context.claim(who, "memberOf", entity, place, "contact.affiliation", 0.88)
    yield from _card_roles(context, card, who, [entity for entity, _ in affiliations])
    yield from _values(context, card, who, region)
    host = next((entity for entity, _ in affiliations if entity.type in _HOSTS), None)
    if host:
        yield from _places(context, card, host)
    yield from _nesting(context, card)


def _card_roles(context: Context, card: Card, who: Entity, affiliations: list[Entity]) -> Iterator[Claim]:
    segments = list(_role_segments(card))
    own = [line for line in segments if card.name_line and line.start > card.name_line.start]
    for line in own or segments:
        named = [m.entity for m in context.mentions(line.start, line.end) if m.kind in (*_AFFILIATIONS, *WORKS)]
        at = named[0] if named else (affiliations[0] if affiliations else None)
        yield from role_claims(
            context, who, line.text.rstrip(" ,;"), (line.start, line.end), at, said_there=bool(named)
        )
    heading = card.block.heading
    stated = any(True for _ in _role_segments(card))
    if (
        heading
        and (not stated or _OF_PROJECT.search(context.document.slice(heading)))
        and role_in(context.document.slice(heading).rstrip(":"))
        and not _is_section(context.document.slice(heading))
    ):
        text = context.document.slice(heading).rstrip(": ")
        named = [m.entity for m in context.mentions(heading.start, heading.end) if m.kind in (*_AFFILIATIONS, *WORKS)]
        project = _OF_PROJECT.search(text)
        at = (
            named[0]
            if named
            else (context.topic_of("Network", "ResearchProject", "Infrastructure", "Programme") if project else None)
        )
        yield from role_claims(context, who, text, (heading.start, heading.end), at, said_there=at is not None)


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
            yield from (part for part in _segments(line.start, line.text) if role_in(part.text))


def _affiliations(context: Context, card: Card) -> list[tuple[Entity, tuple[int, int]]]:
    """Organisations of lines that state no role, and of the heading of the block."""
    roles = [(line.start, line.end) for line in _role_segments(card)]
    found: dict[str, tuple[Entity, tuple[int, int]]] = {}
    for line in card.lines:
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
        faculty = re.search(r"[Ff]akult|[Ff]acult|[Dd]ekan", unit.label)
        wanted = ("University",) if faculty else _HOSTS
        host = next((entity for entity, _ in named if entity.type in wanted), None)
        if host:
            yield context.claim(unit, "partOf", host, span, "contact.unit", 0.85)


def _documents_contact(context: Context, card: Card, who: Entity, name: tuple[int, int]) -> Iterator[Claim]:
    """Press and scientific contacts of the document, where a heading or label says which they are."""
    words = lexicon()
    heading = context.document.slice(card.block.heading) if card.block.heading else ""
    label = card.lines[0].text if card.lines and card.name_line and card.lines[0].start < card.name_line.start else ""
    said = f"{heading} {label}"
    if _has(said, words.science_words) and re.search(r"(?i:contact|kontakt|ansprech|rückfrag)", said):
        yield context.claim(None, "scientificContact", who, name, "contact.scientific", 0.93)
    elif _has(said, words.press_words):
        yield context.claim(None, "pressContact", who, name, "contact.press", 0.9)


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in words)


def _values(context: Context, card: Card, subject: Entity | None, region: str | None) -> Iterator[Claim]:
    text = context.document.text
    own = [line for line in card.lines if card.name_line is None or line.start > card.name_line.start]
    for line in own:
        for mail in find_emails(line.text):
            yield context.claim(subject, "email", mail.value, (line.start, line.end), "contact.email", 0.97)
        before = text[max(0, line.start - 12) : line.start]
        for phone in find_phones(before + line.text, region):
            if phone.start >= len(before):
                yield context.claim(subject, "phone", phone.value, (line.start, line.end), "contact.phone", 0.95)
    yield from _address(context, own, subject)


def _address(context: Context, lines: list[Line], subject: Entity | None) -> Iterator[Claim]:
    for count, line in enumerate(lines):
        postal = _postal(line.text)
        if not postal:
            continue
        street = [other for other in lines[max(0, count - 2) : count] if _is_street(other.text)]
        parts = [part.text.strip(" ,") for part in (*street, line)]
        if not street and ", " not in line.text:
            continue
        start = street[0].start if street else line.start
        yield context.claim(subject, "address", Value(", ".join(parts)), (start, line.end), "contact.address", 0.92)


@cache
def _street() -> re.Pattern[str]:
    endings = "|".join(re.escape(word) for word in lexicon().streets)
    return re.compile(
        rf"(?:{endings})\.?,?\s+(?:[A-Z]\w+\s)?\d{{1,4}}\s?[a-z]?\b|^\d{{1,4}} .*(?:{endings})\b", re.IGNORECASE
    )


def _is_street(text: str) -> bool:
    return bool(_street().search(text) or _BUILDING.match(text))


def _places(context: Context, card: Card, host: Entity) -> Iterator[Claim]:
    for line in card.lines:
        postal = _postal(line.text)
        if postal:
            city = context.entity_at(line.start, line.end, "Place") or _place(postal["city"])
            yield context.claim(host, "locatedIn", city, (line.start, line.end), "contact.city", 0.85)


def _postal(text: str) -> re.Match[str] | None:
    return next((found for part in text.split(", ") if (found := _POSTAL.match(part))), None)


def _place(city: str) -> Entity:
    return Entity(f"place/{slug(city)}", city, "Place")


def in_text(context: Context) -> Iterator[Claim]:
    """Addresses and phones in running text and in lines like "Rückfragen an: X, Tel. ..., x@y.de"."""
    region = _region(context)
    for sentence in context.sentences:
        if "@" not in sentence.text and not _REACHED.search(sentence.text):
            continue
        place = (sentence.start, sentence.end)
        persons = {m.entity.key: m.entity for m in sentence.mentions if m.kind == "Person"}
        houses = [m.entity for m in sentence.mentions if m.kind in _AFFILIATIONS]
        subject = next(iter(persons.values())) if len(persons) == 1 else (houses[0] if houses and not persons else None)
        if subject is None:
            continue
        for mail in find_emails(sentence.text):
            if subject.type != "Person" or mail.value.value.split("@")[0] not in _SHARED_BOXES:
                yield context.claim(subject, "email", mail.value, place, "contact.email_in_text", 0.88)
        for phone in find_phones(sentence.text, region) if _REACHED.search(sentence.text) else ():
            yield context.claim(subject, "phone", phone.value, place, "contact.phone_in_text", 0.88)


def _of_organisation(context: Context, card: Card, region: str | None) -> Iterator[Claim]:
    """A card without a person speaks for the organisation it names, else for what the page is about."""
    spans = [(line.start, line.end) for line in card.lines]
    named = next(
        (
            e
            for span in spans
            if (e := context.entity_at(*span, *_HOSTS, "Organisation", "Company", "OrganisationalUnit"))
        ),
        None,
    )
    subject = (
        named
        or context.topic_of("Network", "ResearchProject", *ORGANISATIONS, "Company", "Infrastructure")
        or context.speaker
    )
    in_line = [m.entity for span in spans for m in context.named(*span) if m.kind == "Person"]
    reached = in_line[0] if len({e.key for e in in_line}) == 1 else subject
    yield from _values(context, card, reached, region)
    yield from _websites(context, card, subject)
    if named:
        yield from _places(context, card, named)
        yield from _nesting(context, card)


def _of_site(context: Context, address: str) -> Entity | None:
    """The work or organisation whose name the host of a web address spells."""
    host = re.sub(r"[^a-z0-9.]", "", address.lower())
    named = [e for e in context.linked.names.entities.values() if e.type in (*WORKS, *ORGANISATIONS, "Company")]
    fitting = [e for e in named if len(slug(e.label)) > 4 and slug(e.label).replace("-", "") in host]  # noqa: PLR2004
    return fitting[0] if len(fitting) == 1 else None


def _websites(context: Context, card: Card, subject: Entity | None) -> Iterator[Claim]:
    for line in card.lines:
        found = re.search(r"(?<![@\w.-])(?:https?://|www\.)[\w.-]+\.[a-z]{2,10}[^\s|,;)]*", line.text)
        owner = (_of_site(context, found.group()) or subject) if found else None
        if found and owner:
            value = Value(found.group().rstrip("."), "url")
            yield context.claim(owner, "website", value, (line.start, line.end), "contact.website", 0.88)


def _region(context: Context) -> str | None:
    """The country whose national phone numbers the document writes: by the addresses in it, else by its language."""
    text = context.document.text[:100_000]
    endings = Counter(match.group(1).upper() for match in re.finditer(r"[a-z0-9-]\.(de|at|ch|nl|be)\b", text))
    if endings:
        return endings.most_common(1)[0][0]
    return {"de": "DE", "nl": "NL"}.get(context.document.language)
