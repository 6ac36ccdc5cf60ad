"""How to reach somebody: e-mail, phone, address and website, in cards and in running text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

import phonenumbers

from numgraph.extraction.context import ORGANISATIONS, WORKS, Context
from numgraph.extraction.languages import lexicon
from numgraph.extraction.linking import person
from numgraph.extraction.persons import bare_name
from numgraph.extraction.rules.cards import Card, Line
from numgraph.extraction.values.contacts import find_emails, find_phones
from numgraph.iris import slug
from numgraph.model import Claim, Entity, Value

_AFFILIATIONS = (*ORGANISATIONS, "OrganisationalUnit", "Company", "Funder")
_POSTAL = re.compile(
    r"^(?:D-|A-|CH-|NL-|B-)?(?:\d{5}|\d{4}(?: ?[A-Z]{2}(?= ))?)\s+"
    r"(?P<city>[A-ZÄÖÜ][\wäöüß.-]+(?:[ /-]+(?:am|an|der|im|den|[A-ZÄÖÜ(][\w.)-]+)){0,3})"
)
_NUMBERED = re.compile(
    r"[A-ZÄÖÜ][^\W\d][\w.'’ -]{1,40} \d{1,4} ?[a-z]?(?:[-–/]\d{1,4}[a-z]?)?"
)  # above a postal code: a street
_MOST_STREETS = 2  # lines
_CODES_AT_END = {
    "GB": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b(?:, (?:UK|United Kingdom))?$"),
    "US": re.compile(r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b(?:, USA)?$"),
    "IE": re.compile(r"\b[A-Z]\d[\dW] [A-Z\d]{4}\b(?:, Ireland)?$"),
}
_LONGEST_CODE = 40  # characters, with the name of the country behind it
_DIGIT = re.compile(r"\d")
_DOMAIN = re.compile(r"[a-z0-9-]\.([a-z]{2,3})\b(?!\.\w)")
_NO_COUNTRY = frozenset(
    {"gb", "ai", "io", "tv", "me", "co", "st", "so", "am", "fm", "dr", "to", "ag", "la", "md", "pr", "no", "is"}
)
_SHARED_BOXES = frozenset(
    {"info", "office", "kontakt", "contact", "presse", "press", "symposium", "sekretariat", "mail"}
)  # the part of an address before the @ that no person has


def values(context: Context, card: Card, subject: Entity | None, region: str | None) -> Iterator[Claim]:
    """E-mail, phone and address of a card."""
    if subject is None:
        return
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
        if not postal and _foreign(line.text):
            yield from _trailing(context, lines, count, subject)
        if not postal:
            continue
        street = [other for other in lines[max(0, count - 2) : count] if _is_street(other.text)]
        if not street and count and _NUMBERED.fullmatch(lines[count - 1].text):
            street = [lines[count - 1]]
        parts = [part.text.strip(" ,") for part in (*street, line)]
        if not street and not re.search(r",\s|\s[·|•]\s", line.text):
            continue
        start = street[0].start if street else line.start
        yield context.claim(subject, "address", Value(", ".join(parts)), (start, line.end), "contact.address", 0.92)


def _foreign(text: str) -> str | None:
    """The country whose postal codes end addresses, where a line ends with one."""
    tail = text[-_LONGEST_CODE:]
    if not _DIGIT.search(tail):
        return None
    return next((country for country, code in _CODES_AT_END.items() if code.search(tail)), None)


def _trailing(context: Context, lines: list[Line], count: int, subject: Entity | None) -> Iterator[Claim]:
    """An address whose postal code stands at its end, with the lines of its street and building above."""
    above = count
    while (
        above
        and count - above < _MOST_STREETS
        and (_is_street(lines[above - 1].text) or _NUMBERED.fullmatch(lines[above - 1].text))
    ):
        above -= 1
    while above and _building().search(lines[above - 1].text):
        above -= 1
    if above < count or "," in lines[count].text:
        value = ", ".join(line.text.strip(" ,") for line in lines[above : count + 1])
        place = (lines[above].start, lines[count].end)
        yield context.claim(subject, "address", Value(value), place, "contact.address", 0.9)


@cache
def _street() -> re.Pattern[str]:
    endings = "|".join(re.escape(word) for word in lexicon().streets)
    return re.compile(
        rf"(?:{endings})\.?,?\s+(?:[A-Z]\w+\s)?\d{{1,4}}\s?[a-z]?\b|^\d{{1,4}} .*(?:{endings})\b", re.IGNORECASE
    )


def _is_street(text: str) -> bool:
    return bool(_street().search(text) or re.fullmatch(rf"{_building().pattern}\s?[\w ./-]{{1,20}}", text))


@cache
def _building() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, lexicon().buildings), key=len, reverse=True))
    return re.compile(rf"(?i:{words})")


def places(context: Context, card: Card, host: Entity) -> Iterator[Claim]:
    """The city of a card's address is where its organisation is."""
    for line in card.lines:
        postal = _postal(line.text)
        if postal:
            city = context.entity_at(line.start, line.end, "Place") or _place(postal["city"])
            yield context.claim(host, "locatedIn", city, (line.start, line.end), "contact.city", 0.85)


def _postal(text: str) -> re.Match[str] | None:
    return next((found for part in re.split(r",\s|\s[·|•–]\s", text) if (found := _POSTAL.match(part))), None)


def _place(city: str) -> Entity:
    return Entity(f"place/{slug(city)}", city, "Place")


def in_text(context: Context) -> Iterator[Claim]:
    """Addresses and phones in running text and in lines like "Rückfragen an: X, Tel. ..., x@y.de"."""
    country = region(context)
    for sentence in context.sentences:
        if "@" not in sentence.text and not sentence.says("reached"):
            continue
        place = (sentence.start, sentence.end)
        persons = {m.entity.key: m.entity for m in sentence.mentions if m.kind == "Person"}
        label = _press_label().match(sentence.text)
        name = bare_name(sentence.text[label.end() :].split(",")[0]) if label and not persons else None
        if label and name:
            persons = {name: context.linked.names.add(person(name))}
        if label and len(persons) == 1:
            yield context.claim(None, "pressContact", next(iter(persons.values())), place, "contact.press_label", 0.88)
        houses = [m.entity for m in sentence.mentions if m.kind in _AFFILIATIONS]
        subject = next(iter(persons.values())) if len(persons) == 1 else (houses[0] if houses and not persons else None)
        if subject is None:
            continue
        for mail in find_emails(sentence.text):
            if subject.type != "Person" or mail.value.value.split("@")[0] not in _SHARED_BOXES:
                yield context.claim(subject, "email", mail.value, place, "contact.email_in_text", 0.88)
        for phone in find_phones(sentence.text, country) if sentence.says("reached") else ():
            yield context.claim(subject, "phone", phone.value, place, "contact.phone_in_text", 0.88)


@cache
def _press_label() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, lexicon().press_words), key=len, reverse=True))
    return re.compile(rf"(?i:{words})\b[^:.]{{0,30}}:")


def _of_site(context: Context, address: str) -> Entity | None:
    """The work or organisation whose name the host of a web address spells."""
    host = re.sub(r"[^a-z0-9.]", "", address.lower())
    named = [e for e in context.linked.names.entities.values() if e.type in (*WORKS, *ORGANISATIONS, "Company")]
    fitting = [e for e in named if len(slug(e.label)) > 4 and slug(e.label).replace("-", "") in host]  # noqa: PLR2004
    return fitting[0] if len(fitting) == 1 else None


def websites(context: Context, card: Card, subject: Entity | None) -> Iterator[Claim]:
    """The web address of a card belongs to whom its host names, else to the card's own subject."""
    for line in card.lines:
        found = re.search(r"(?<![@\w.-])(?:https?://|www\.)[\w.-]+\.[a-z]{2,10}[^\s|,;)]*", line.text)
        owner = (_of_site(context, found.group()) or subject) if found else None
        if found and owner:
            value = Value(found.group().rstrip("."), "url")
            yield context.claim(owner, "website", value, (line.start, line.end), "contact.website", 0.88)


@lru_cache(maxsize=1)  # two rules ask it of each document
def region(context: Context) -> str | None:
    """The country whose national phone numbers the document writes: by the addresses in it, else by its language."""
    text = context.document.text[:100_000]
    found = (_by_domain().get(match.group(1).lower()) for match in _DOMAIN.finditer(text))
    domains = Counter(country for country in found if country)
    if domains:
        return domains.most_common(1)[0][0]
    coded = Counter(country for line in text.splitlines() if (country := _foreign(line.strip().rstrip("."))))
    if coded:
        return coded.most_common(1)[0][0]
    spoken = context.document.language.upper()
    return spoken if spoken in phonenumbers.SUPPORTED_REGIONS else None


@cache
def _by_domain() -> dict[str, str]:
    """Countries by the ends of web addresses; a country may be called otherwise there."""
    named = {country.lower(): country for country in phonenumbers.SUPPORTED_REGIONS}
    others = {"uk": "GB", "edu": "US", "gov": "US"}
    return {end: country for end, country in named.items() if end not in _NO_COUNTRY} | others
