"""Press releases as the idw portal (Informationsdienst Wissenschaft, idw-online.de) shows them, in English and German.

The layout is told by its labels and its date line, never by indentation, so that a saved page and its text read alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from numgraph.model import Block, BlockKind, Field, Span
from numgraph.sources import idw_terms, prose
from numgraph.sources.dates import date_line
from numgraph.sources.layout import Hints, Line, Reading, block, field, lines
from numgraph.sources.people import person

NAME = "idw"

_PORTAL = re.compile(r"idw\s*[–-]\s*Informationsdienst\s+Wissenschaft", re.IGNORECASE)
_DATE = re.compile(r"\d{2}(?P<mark>[/.])\d{2}(?P=mark)\d{4} \d{2}:\d{2}")
_HEAD = 60  # lines among which the date line stands
_LOOK = 20_000  # characters at both ends in which the portal shows itself

# What a label of the portal opens, in both interfaces.
_SECTIONS = {
    BlockKind.CONTACT: (
        "contact for scientific information",
        "wissenschaftliche ansprechpartner",
        "wissenschaftlicher ansprechpartner",
        "wissenschaftliche ansprechpartnerin",
    ),
    BlockKind.LINKS: (
        "more information",
        "weitere informationen",
        "original publication",
        "originalpublikation",
        "further information",
    ),
    BlockKind.CAPTION: ("images", "bilder", "attachment", "attachments", "anhang", "anhänge"),
    BlockKind.CRITERIA: (
        "criteria of this press release",
        "merkmale dieser pressemitteilung",
        "criteria of this event",
        "merkmale dieser veranstaltung",
    ),
}
_LABELS = {label: kind for kind, labels in _SECTIONS.items() for label in labels}
_CLOSING = frozenset({"for download", "zum download", "help", "hilfe", "x"})
_HELP = re.compile(
    r"(?:Search / advanced search of the idw archives|Suche / Erweiterte Suche im idw-Archiv)", re.IGNORECASE
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;:)]", re.IGNORECASE)
_OFFICE = re.compile(
    r"press|ressort|referent|kommunikation|öffentlichkeit|media\b|medien|stab|referat|abteil|dezernat|marketing|büro|office|relations|affairs|team\b|communicat|redaktion|geschäftsstelle|"
    r"wissenschaft|zentral|public|corporate|universit|hochschul|verwaltung|sekretariat|institut|unternehmens|strateg|transfer|pr\b|pressestelle",
    re.IGNORECASE,
)
_TWO_NAMES = re.compile(r"[A-ZÀ-ÖØ-Þ]\S+ [A-ZÀ-ÖØ-Þ]\S+")
_LONGEST_ISSUER = 160
_MOST_ISSUER_LINES = 4


def recognises(text: str) -> float:
    """0.3 each for the portal's name, its date line and its criteria, 0.2 for each other label of its own."""
    head, tail = text[:_LOOK], text[-_LOOK:]
    found = {line.text.rstrip(":").casefold() for part in {head, tail} for line in lines(part)}
    score = 0.3 * names_portal(text) + 0.3 * any(_DATE.fullmatch(one) for one in found)
    score += 0.3 * bool(found & set(_SECTIONS[BlockKind.CRITERIA])) + 0.2 * bool(
        found & set(_SECTIONS[BlockKind.CONTACT])
    )
    return min(1.0, score + 0.2 * bool("IDW" in tail.upper() and _HELP.search(tail)))


def names_portal(text: str) -> bool:
    """Whether the head of a text names the portal."""
    head = text[:_LOOK]
    return "INFORMATIONSDIENST" in head.upper() and bool(_PORTAL.search(head))


def read(text: str, hints: Hints) -> Reading:
    """Navigation, date, headline, issuer, body, then the sections that the portal's labels open."""
    every = lines(text)
    date = next(((at, stated) for at, line in enumerate(every[:_HEAD]) if (stated := _stated_date(line))), None)
    first = 0 if date is None else date[0] + 1
    opens = [at for at in range(first, len(every)) if _label(every[at]) is not None]
    head = _Head.read(every, first, opens[0] if opens else len(every))
    found = [*head.blocks, *prose.blocks(every[head.end : opens[0] if opens else len(every)], hints)]
    fields = list(head.fields)
    if date:
        at, stated = date
        found += [*(block(BlockKind.NOISE, run) for run in _runs(every[:at])), block(BlockKind.DATE_LINE, [every[at]])]
        fields.append(stated)
    for at, stop in pairwise([*opens, len(every)]):
        more, also_stated = _section(every[at:stop], hints)
        found += more
        fields += also_stated
    return Reading(tuple(sorted(found, key=lambda one: one.start)), tuple(sorted(fields, key=lambda one: one.start)))


def _stated_date(line: Line) -> Field | None:
    """The publication date of the portal's date line: with slashes in the order of the United States."""
    stated = date_line(line.text, american="/" in line.text) if _DATE.fullmatch(line.text) else None
    return (
        field("published_on", Span(line.start + stated.start, line.start + stated.end), stated.value)
        if stated
        else None
    )


def _label(line: Line) -> BlockKind | None:
    """What the label on a line opens; the portal writes all but its image heading with a colon."""
    text = line.text.casefold()
    kind = _LABELS.get(text.rstrip(": "))
    if kind is BlockKind.CAPTION or text.endswith(":"):
        return kind
    return BlockKind.NOISE if text in _CLOSING else None


@dataclass(frozen=True, slots=True)
class _Head:
    """Headline and issuer: the lines between the date and the body."""

    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]
    end: int

    @classmethod
    def read(cls, every: Sequence[Line], first: int, last: int) -> _Head:
        if first >= last:
            return cls((), (), first)
        title = every[first]
        issuer = _issuer(every[first + 1 : last])
        blocks = [block(BlockKind.HEADLINE, [title])]
        fields = [field("title", title.span, " ".join(title.text.split()))]
        if issuer:
            blocks.append(block(BlockKind.ISSUER, issuer))
            fields += _issuer_fields(issuer)
        return cls(tuple(blocks), tuple(fields), first + 1 + len(issuer))


def _issuer(following: Sequence[Line]) -> Sequence[Line]:
    """The lines that name who put the release out: the first lines after the headline that stand together."""
    count = 0
    for line in following[:_MOST_ISSUER_LINES]:
        apart = count > 1 and line.gap
        if apart or len(line.text) > _LONGEST_ISSUER or line.text.endswith("."):
            break
        count += 1
    return following[:count] if count > 1 else ()


def _issuer_fields(issuer: Sequence[Line]) -> list[Field]:
    institution = issuer[-1]
    found = [field("publisher", institution.span, " ".join(institution.text.split()))]
    name, office = _name_and_office(issuer[0].text)
    start = issuer[0].start
    if name:
        found.append(field("press_contact", Span(start, start + len(name)), " ".join(name.split())))
    if office:
        found.append(
            field("press_office", Span(start + office[0], start + office[1]), issuer[0].text[office[0] : office[1]])
        )
    elif len(issuer) > 2:  # noqa: PLR2004 (name, office, institution on a line each)
        found.append(field("press_office", issuer[1].span, issuer[1].text))
    return found


def _name_and_office(text: str) -> tuple[str, tuple[int, int] | None]:
    """The name at the start of an issuer line and the place of the department after it.

    >>> _name_and_office("Benjamin Griebe Pressestelle")
    ('Benjamin Griebe', (16, 28))
    >>> _name_and_office("Pressestelle")
    ('', (0, 12))
    """
    words = list(re.finditer(r"\S+", text))
    for count in range(len(words), 1, -1):
        name = text[: words[count - 1].end()]
        if not _OFFICE.search(name) and (person(name) or _TWO_NAMES.fullmatch(name)):
            rest = (words[count].start(), len(text)) if count < len(words) else None
            return name, rest
    return "", (0, len(text))


def _section(group: Sequence[Line], hints: Hints) -> tuple[list[Block], list[Field]]:
    """A label and the lines under it."""
    label, rest = group[0], group[1:]
    kind = _label(label)
    if kind is BlockKind.NOISE or kind is None:
        return [block(BlockKind.NOISE, run) for run in _runs(group)], []
    heading = block(BlockKind.SUBHEADING, [label])
    if not rest:
        return [heading], []
    if kind is BlockKind.CONTACT:
        return [heading, *prose.blocks(rest, hints, label.span)], []
    if kind is BlockKind.CRITERIA:
        blocks, fields = _criteria(rest, label.span)
        return [heading, *blocks], fields
    if kind is BlockKind.LINKS:
        return [heading, block(kind, rest, label.span)], [one for line in rest for one in links_in(line)]
    return [heading, *(block(kind, [line], label.span) for line in rest)], []


def links_in(line: Line) -> list[Field]:
    """The addresses on a line as fields."""
    return [
        field("more_information", Span(line.start + url.start(), line.start + url.end()), url[0])
        for url in _URL.finditer(line.text)
    ]


_ORDER = ("audience", "subject_area", "region", "release_type", "language")


def _criteria(rest: Sequence[Line], heading: Span) -> tuple[list[Block], list[Field]]:
    """The portal's classification: a line for each scheme, told by its terms, else by its place in the list."""
    far = next((at for at, line in enumerate(rest) if at and line.gap > 1), len(rest))
    listed = rest[: min(far, len(_ORDER))]
    fields: list[Field] = []
    for at, line in enumerate(listed):
        scheme = next((one for one in _ORDER if idw_terms.split(line.text, one)), None)
        fields += terms_in(line, scheme or (_ORDER[at] if len(listed) == len(_ORDER) else "audience"))
    blocks = [block(BlockKind.CRITERIA, listed, heading)] if listed else []
    return blocks + [block(BlockKind.NOISE, run) for run in _runs(rest[len(listed) :])], fields


def terms_in(line: Line, scheme: str) -> list[Field]:
    """The terms of a line of the portal's classification as fields named after their scheme."""
    if scheme == "audience":
        return []
    terms = idw_terms.split(line.text, scheme) or tuple(idw_terms.pieces(line.text))
    spans = ((Span(line.start + term.start, line.start + term.end), term.text) for term in terms)
    if scheme == "language":
        return [field(scheme, span, idw_terms.LANGUAGE[text]) for span, text in spans if text in idw_terms.LANGUAGE]
    return [field(scheme, span, text) for span, text in spans]


def _runs(group: Sequence[Line]) -> list[Sequence[Line]]:
    """Consecutive lines as one run; an empty group has none."""
    return [group] if group else []
