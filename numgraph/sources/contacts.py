"""Contact blocks: one person, or one address without a person, with the lines that say how to reach them."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from enum import Enum
from functools import lru_cache

from numgraph.sources import labelled
from numgraph.sources.layout import Line
from numgraph.sources.people import leading_person, person, titles

_LONGEST_LINE = 160  # longer lines are prose
_LONGEST_ENTRY = 320  # a whole contact on one line: "Dr. Jo Doe, Institute X, Tel. ..., jo@example.org"
APART = 5  # blank lines that nothing reaches across
_LEAST_WORDS = 5  # that end like a sentence and read like one
_MOST_WORDS = 12  # more are a sentence, if they read like one
_LONGEST_NAME = 3  # lines of an institution's name above its address
_LONGEST_BLOCK = 12  # lines after which a contact block is something else


class Cue(Enum):
    """What a line tells about a contact."""

    PERSON = "person"
    REACH = "phone, mail, postal address"
    LABEL = "a word that announces the next line"
    PLAIN = "a short line: role, institution"
    PROSE = "no part of a contact"


_MAIL = re.compile(
    r"[\w.+-]+\s?(?:@|☞|[(\[{]\s?(?:at|ät|a|@)\s?[)\]}])\s?[\w.-]+",
    re.IGNORECASE,
)
_MAIL_SIGN = re.compile(r"[@☞(\[{]")
_MAIL_WORDS = re.compile(
    r"e?-?mail(?:\s+(?:senden|schreiben|an\b.*|to\b.*|us|versturen))?:?|(?:send|write) (?:an? )?e-?mail"
    r"|stuur (?:een )?e-?mail",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_DIGITS = r"[+(]?\d[\d\s()/.–-]{4,}"
_PHONE = re.compile(
    r"\b(?:tel(?:efon|ephone|efoon)?|phone|fon|ruf|mobil(?:e|telefon)?|mobiel|handy|(?:tele)?fax|t|f|m)\s?\.?\s?(?:nr\.?)?"
    rf"\s?[.:]?\s*{_DIGITS}|[☎✆]\s*{_DIGITS}|^[+(]?[\d(][\d\s()/.–-]{{6,24}}$|\+\d{{2}}[\d\s()/.–-]{{6,}}",
    re.IGNORECASE,
)
_STREET = re.compile(  # in small letters, with a number
    r"(?:str(?:\.|aße|asse)|weg|platz|allee|ring|damm|ufer|gasse|chaussee|straat|laan|plein|kade|singel|gracht|street"
    r"|road|avenue|drive)\b\s*\d+\s?[a-z]?\b"
    r"|^\d{1,4}[a-z]? (?:[a-z][\w'.-]+ ){1,4}(?:street|road|avenue|drive|lane|square|place|way|close|court)\b",
)
_DOOR = re.compile(
    r"(?:postfach|postbus|p\.?\s?o\.? box|po box)\b"
    r"|(?:haus|gebäude|geb\.|building|gebouw|raum|room|kamer|etage|ebene)\s+[\w.]+",
    re.IGNORECASE,
)
_TOWN = re.compile(
    r"(?:^|,\s)(?:D-|DE-|A-|CH-)?\d{5}\s+[A-ZÄÖÜ][\w/ .-]{2,40}|(?:^|,\s)\d{4}\s?[A-Z]{2}\s+[A-Z][\w -]{2,30}"
    r"|(?:^|\s)[A-Z]{1,2}\d{1,2}[A-Z]?\s\d[A-Z]{2}$"
)
_WEB = re.compile(r"(?:(?:web(?:site|seite)?|internet|homepage|www|url)\s?:\s*)?(?:https?://|www\.)\S+$", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:tel(?:efon|ephone|efoon)?|phone|(?:tele)?fax|mobile?|e?-?mail|adress?e?|address|web(?:site|seite)?|anschrift"
    r"|besucheradresse|postadresse?|bezoekadres|(?:postal|visiting) address|(?:post|haus)anschrift|sekretariat|raum)"
    r"\s?[.:]+",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\b(?:(?:presse-?|medien-?)?kontakt\w*|ansprech(?:partner|person)\w*|(?:press |media )?contacts?\b"
    r"|contact ?(?:person|persoon|information)\w*|contactgegevens|perscontact\w*|verantwortliche?\b"
    r"|(?:projekt|standort|studien|netzwerk|gesamt|wissenschaftliche )?"
    r"(?:leit(?:ung|er(?:in)?)|koordinat\w+|sprecher\w*)\b"
    r"|project ?(?:leider|manager|coordinator|coördinator|lead)\w*|projektmanag\w*|coordinator|rückfragen"
    r"|für (?:weitere )?(?:fragen|informationen)|voor (?:meer informatie|vragen)|neem contact|anschrift|besucheradresse"
    r"|(?:for )?(?:more|further) information|get in touch|team\b|mitarbeiter\w*|anmeldung|registration|aanmelden"
    r"|impressum)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"leit|direktor|director|sprecher|dekan|dean|decaan|koordinat|coordinat|coördinat|manager|referent|vorstand"
    r"|professor|hoogleraar|head\b|chair|officer|lead\b|leider|adviseur|mitarbeit|assist|sekret|geschäfts"
    r"|wissenschaftl|oberarzt|oberärzt|chefarzt|chefärzt|facharzt|fachärzt|onderzoeker|researcher|physician|speaker"
    r"|investigator|\bpi\b|president|präsident|rektor|rector|kanzler",
    re.IGNORECASE,
)


_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\.?\d)(?!\s?[/-]?\s?\d)")
_DATE = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})\b|\d{2}/\d{4}|(?:19|20)\d{2}\s?[-–]\s?(?:19|20)\d{2}")
# Where and when an event is, and how to register: no contact, though there may be an address.
EVENT_LABEL = re.compile(
    r"(?:ort|veranstaltungsort|wo|wann|uhrzeit|beginn|zeit|datum|termin|anmeldung|location|venue|where|when|date|time"
    r"|registration|locatie|waar|wanneer|tijd|aanmelden)\s?:",
    re.IGNORECASE,
)


def cue(line: Line) -> Cue:
    """What the line tells about a contact, without looking at its neighbours."""
    text = line.text
    if len(text) > _LONGEST_ENTRY or text.endswith("?") or EVENT_LABEL.match(text) or _CLOCK.match(text):
        return Cue.PROSE
    if person(text):
        return Cue.PERSON
    reach = _reach(text)
    if _announces_person(text) or _leads_with_person(text, reached=reach):
        return Cue.PERSON
    if len(text) > _LONGEST_LINE or (_sentence(text) and not reach):
        return Cue.PROSE
    if reach:
        return Cue.REACH if not _sentence(text) else Cue.PROSE
    return Cue.LABEL if _LABEL.fullmatch(text) else Cue.PLAIN


def _leads_with_person(text: str, *, reached: bool) -> bool:
    """Whether a line begins with a person and goes on with what they are or how to reach them."""
    return bool(leading_person(text) and (reached or titles(text) or _ROLE.search(text)) and not _sentence(text))


def _announces_person(text: str) -> bool:
    """Whether a line is a whole contact behind its label: "Ansprechpartnerin: Dr. Jo Doe, Tel. ..."."""
    label, _, value = text.partition(": ")
    return bool(value and is_heading(label) and leading_person(value) and _reach(value))


def _reach(text: str) -> bool:
    """Whether a line has a phone number, an address or the like; what has no digit and no sign costs little."""
    if _DIGIT.search(text) and (_is_phone(text) or _STREET.search(text.lower()) or _TOWN.search(text)):
        return True
    if _MAIL_SIGN.search(text) and _MAIL.search(text):
        return True
    return any(map(bool, (_WEB.match(text), _DOOR.match(text), _MAIL_WORDS.fullmatch(text))))


def _is_phone(text: str) -> bool:
    found = _PHONE.search(text)
    return found is not None and not _DATE.search(found[0])


def _sentence(text: str) -> bool:
    """Whether a line is running prose: many words that end like a sentence, or a verb among small words."""
    words = text.split()
    small = sum(word[:1].islower() for word in words) * 2
    if text.endswith((".", "!", "?")) and len(words) >= _LEAST_WORDS and small >= len(words):
        return True
    return len(words) > _MOST_WORDS and (text.endswith((".", "!", "?")) or small > len(words))


@lru_cache(maxsize=1024)  # asked several times of each line of a page
def is_heading(text: str) -> bool:
    """Whether a heading announces contacts ("Ansprechpartner", "Projektleiter", "Contact")."""
    return len(text) <= _LONGEST_LINE and bool(_HEADING.search(text))


def groups(lines: Sequence[Line], announced: Sequence[bool], headings: Container[int] = frozenset()) -> list[range]:
    """The contacts among ``lines`` as ranges of indices; ``announced[i]`` where line i is under a contact heading.

    What the page marks as one of its ``headings`` belongs to no contact above it, unless it names a person.
    """
    profile = labelled.runs(lines)
    told = [_cue_among(profile, at, line) for at, line in enumerate(lines)]
    cues = [Cue.PROSE if at in headings and one is not Cue.PERSON else one for at, one in enumerate(told)]
    found: list[range] = []
    at = 0
    while at < len(lines):
        under_role = at - 1 in headings and bool(_ROLE.search(lines[at - 1].text))
        told_who = announced[at] or under_role
        group = _group_at(lines, cues, told_who, at, found[-1].stop if found else 0)
        if group is None and under_role and cues[at] is Cue.PERSON:
            group = range(at, at + 1)  # the term of a definition list is the role of the person beside it
        if group is None:
            at += 1
            continue
        found.append(group)
        at = group.stop
    return found


def _cue_among(profile: frozenset[int], at: int, line: Line) -> Cue:
    """A labelled fact among others is no part of a contact, unless it says how to reach somebody."""
    told = cue(line)
    return Cue.PROSE if at in profile and told in (Cue.PLAIN, Cue.PERSON) and not _reach(line.text) else told


def _group_at(lines: Sequence[Line], cues: Sequence[Cue], announced: bool, at: int, free: int) -> range | None:
    """The contact that begins at line ``at``, or whose person or first way to be reached stands there."""
    stop = _end(lines, cues, at)
    if cues[at] is Cue.PERSON:
        if not _is_contact(lines[at:stop], cues[at:stop], announced):
            return None
        start = _start(lines, cues, at, free)
        # Lines above a name are its institution only right under a heading; elsewhere they are a heading themselves.
        return range(start if 0 < start < at and is_heading(lines[start - 1].text) else at, stop)
    if cues[at] in (Cue.REACH, Cue.LABEL):
        start = _start(lines, cues, at, free)
        return range(start, stop) if _is_address(cues[start:stop]) else None
    return None


def _is_contact(group: Sequence[Line], cues: Sequence[Cue], announced: bool) -> bool:
    text = group[0].text
    if Cue.REACH in cues or _reach(text):
        return True
    if titles(text) and (announced or any(_ROLE.search(line.text) for line in group[1:])):
        return True
    if person(text) and titles(text) and len(group) > 1 and group[1].gap == 0:
        return True  # a name alone above a department, as lists of partners have it
    return announced and len(group) > 1


def _is_address(cues: Sequence[Cue]) -> bool:
    """An address without a person: at least two ways to reach it, or one with a name above."""
    return cues.count(Cue.REACH) + (len(cues) > cues.count(Cue.REACH)) > 1 and Cue.REACH in cues


def _start(lines: Sequence[Line], cues: Sequence[Cue], at: int, free: int) -> int:
    """Where the name above an address begins: short lines without a gap."""
    start = at
    while (
        start > free
        and lines[start].gap == 0
        and cues[start - 1] is Cue.PLAIN
        and at - start < _LONGEST_NAME
        and not is_heading(lines[start - 1].text)
    ):
        start -= 1
    return start


def _end(lines: Sequence[Line], cues: Sequence[Cue], start: int) -> int:
    """Where the contact that begins at ``start`` ends."""
    at = start + 1
    while at < len(lines) and at - start < _LONGEST_BLOCK and _continues(lines, cues, start, at):
        at += 1
    while at - 1 > start and cues[at - 1] is Cue.LABEL:
        at -= 1
    return at


def _continues(lines: Sequence[Line], cues: Sequence[Cue], start: int, at: int) -> bool:
    if cues[at] in (Cue.PERSON, Cue.PROSE) or lines[at].gap >= APART:
        return False
    if cues[at] in (Cue.REACH, Cue.LABEL):
        return lines[at].gap <= 1 or at == start + 1
    if is_heading(lines[at].text) and at + 1 < len(lines) and cues[at + 1] is Cue.PERSON and cues[at - 1] is Cue.REACH:
        return False
    heads = is_heading(lines[at].text) or labelled.is_label(lines[at].text)
    if lines[at].gap and heads and not (at == start + 1 and _is_role(lines, cues, at)):
        return False
    if lines[at].gap and at + 1 < len(lines) and cues[at + 1] is Cue.PERSON:
        return False  # the heading of the next person
    reached = Cue.REACH in cues[start:at]
    return lines[at].gap == 0 or (not reached and at == start + 1)


def _is_role(lines: Sequence[Line], cues: Sequence[Cue], at: int) -> bool:
    """Whether a line right below a name says what the person is, and goes on: "Sprecherin des Verbunds"."""
    goes_on = at + 1 < len(lines) and lines[at + 1].gap == 0 and cues[at + 1] is not Cue.PERSON
    return goes_on and bool(_ROLE.search(lines[at].text)) and not lines[at].text.endswith(":")
