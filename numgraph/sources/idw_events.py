"""Event pages of the idw portal (Informationsdienst Wissenschaft, idw-online.de), in English and German.

A page is a title, a text and labelled facts. What a label says becomes list items under that label, and fields:
``event_date`` and ``event_end`` (ISO 8601), ``event_place`` (the town), ``event_organiser``; the day of entry is the
day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from numgraph.model import Block, BlockKind, Field, Span
from numgraph.sources import idw, prose
from numgraph.sources.dates import first_date
from numgraph.sources.layout import Hints, Line, Reading, block, field, lines
from numgraph.sources.people import person

NAME = "idw event"

_LABELS = {
    "attending": ("hinweise zur teilnahme", "information on participating / attending", "information on participating"),
    "date": ("termin", "date", "zeitraum"),
    "deadline": ("anmeldeschluss", "anmeldefrist", "registration deadline", "event deadline", "deadline"),
    "venue": ("veranstaltungsort", "event venue", "venue"),
    "organiser": ("veranstalter", "veranstaltende institution", "organiser", "organizer", "host"),
    "audience": ("zielgruppe", "target group"),
    "contact": ("e-mail-adresse", "email address", "e-mail address", "kontakt", "contact"),
    "region": ("relevanz", "relevance"),
    "subject_area": ("sachgebiete", "subject areas"),
    "release_type": ("arten", "types of events", "types of event"),
    "entry": ("eintrag", "entry"),
    "sender": ("absender", "sender / author", "sender/author", "sender"),
    "department": ("abteilung", "department"),
    "free": ("veranstaltung ist kostenlos", "event is free"),
    "language": ("textsprache", "language of the text"),
    "more_information": (
        "weitere informationen", "more information", "url dieser veranstaltung", "url of this event",
    ),
}  # fmt: skip
_KINDS = {label: kind for kind, labels in _LABELS.items() for label in labels}
_PROSE = frozenset({"attending"})
_WHOLE = {
    **dict.fromkeys(("audience", "region", "subject_area", "release_type", "language", "free"), BlockKind.CRITERIA),
    "entry": BlockKind.DATE_LINE,
    "sender": BlockKind.CONTACT,
    "department": BlockKind.ISSUER,
    "contact": BlockKind.CONTACT,
    "more_information": BlockKind.LINKS,
}
_FIRST = {
    "entry": "published_on",
    "sender": "press_contact",
    "department": "press_office",
    "organiser": "event_organiser",
}
_SINGLE = frozenset({"event_date", "event_end", "event_place", "published_on"})
_SHARE = re.compile(r"(?:teilen|share on)\s?:?", re.IGNORECASE)
_LINE = re.compile(r"(?P<label>[^:]{4,50}):\s*(?P<value>.*)")
_HEAD_DATE = re.compile(r"\d{2}[./]\d{2}[./]\d{4}(?: - \d{2}[./]\d{2}[./]\d{4})? \| (?P<place>\S.{1,60})")
_TOWN = re.compile(r"(?:[A-Z]{1,2}-)?\d{4,5} (?P<town>[A-ZÄÖÜ][\w. /()-]+)")
_HEAD = 60  # lines among which the title stands
_LEAST_LABELS = 4


def recognises(text: str) -> float:
    """Sure for a page of the portal that says when and where, and four things more."""
    found = [label.kind for line in lines(text[:100_000]) if (label := _label(line))]
    both = {"date", "venue"} <= set(found)
    portal = idw.names_portal(text)
    return 0.3 * portal + (0.7 if both and len(set(found)) >= _LEAST_LABELS + 2 * (not portal) else 0.0)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of the portal, and what stands behind it on its line."""

    kind: str
    place: Span
    value: Line | None


def _label(line: Line) -> _Label | None:
    found = _LINE.fullmatch(line.text)
    kind = _KINDS.get(found["label"].casefold().strip()) if found else None
    if found is None or kind is None:
        return None
    start = line.start + found.start("value")
    value = Line(start, line.end, found["value"], 0, 0) if found["value"] else None
    return _Label(kind, Span(line.start, line.start + found.end("label") + 1), value)


@dataclass(frozen=True, slots=True)
class _Section:
    """A label and the lines that it stands for."""

    label: _Label
    values: Sequence[Line]
    below: Sequence[Line]


def read(text: str, hints: Hints) -> Reading:
    """Navigation, the line of date and town, the title, the text, then a section for each label."""
    every = lines(text)
    sections = list(_sections(every))
    first = next((at for at, line in enumerate(every) if _label(line)), len(every))
    american = any(re.search(r"\d{2}/\d{2}/\d{4}", line.text) for line in every)
    blocks, fields = _head(every[:first], hints, american=american)
    for section in sections:
        blocks += _blocks(section)
        known = {(one.name, one.value) for one in fields} | {(one.name, "") for one in fields if one.name in _SINGLE}
        fields += (
            one for one in _fields(section, american=american) if not {(one.name, one.value), (one.name, "")} & known
        )
    return Reading(tuple(sorted(blocks, key=lambda one: one.start)), tuple(sorted(fields, key=lambda one: one.start)))


def _sections(every: Sequence[Line]) -> Iterator[_Section]:
    labelled = [(at, label) for at, line in enumerate(every) if (label := _label(line))]
    stops = [at for at, _ in labelled[1:]] + [len(every)]
    for (at, label), stop in zip(labelled, stops, strict=True):
        rest = every[at + 1 : stop]
        # What stands far below the last label is the portal's own footer.
        said = [label.value] if label.value else []
        far = next((number for number, line in enumerate(rest) if (number or said) and line.gap > 1), len(rest))
        kept = len(rest) if label.kind in _PROSE else far
        yield _Section(label, [*said, *rest[:kept]], rest[kept:])


def _head(above: Sequence[Line], hints: Hints, *, american: bool) -> tuple[list[Block], list[Field]]:
    """Everything above the first label."""
    top = next((at for at, line in enumerate(above[:_HEAD]) if _HEAD_DATE.fullmatch(line.text)), None)
    shared = next((at for at, line in enumerate(above[:_HEAD]) if _SHARE.fullmatch(line.text)), -1)
    title = (shared if top is None else top) + 1
    blocks = [block(BlockKind.NOISE, [line]) for at, line in enumerate(above[:title]) if at != top]
    fields: list[Field] = []
    if top is not None:
        blocks.append(block(BlockKind.DATE_LINE, [above[top]]))
        fields += _days(above[top], american=american)
        if place := _HEAD_DATE.fullmatch(above[top].text):
            fields.append(_part(above[top], "event_place", place.span("place")))
    if title < len(above):
        blocks += [block(BlockKind.HEADLINE, [above[title]]), *prose.blocks(above[title + 1 :], hints)]
        fields.append(field("title", above[title].span, " ".join(above[title].text.split())))
    return blocks, fields


def _blocks(section: _Section) -> Iterator[Block]:
    label, values = section.label, section.values
    yield Block(BlockKind.SUBHEADING, label.place.start, label.place.end)
    yield from (block(BlockKind.NOISE, [line]) for line in section.below)
    if not values:
        return
    if label.kind in _PROSE:
        yield from prose.blocks(values, Hints(), label.place)
    elif label.kind in _WHOLE:
        yield block(_WHOLE[label.kind], values, label.place)
    else:
        yield from (block(BlockKind.LIST_ITEM, [line], label.place) for line in values)


def _fields(section: _Section, *, american: bool) -> Iterator[Field]:
    kind, values = section.label.kind, section.values
    if not values:
        return
    if kind in ("region", "subject_area", "release_type", "language"):
        yield from (one for line in values for one in idw.terms_in(line, kind))
    elif kind == "more_information":
        yield from (one for line in values for one in idw.links_in(line))
    elif kind == "date":
        yield from (one for line in values for one in _days(line, american=american))
    elif kind == "venue":
        yield from _town(values)
    elif kind in _FIRST:
        yield from _stated(kind, values[0], american=american)


def _stated(kind: str, line: Line, *, american: bool) -> Iterator[Field]:
    """The field of a label with one value."""
    if kind == "entry":
        if stated := first_date(line.text, american=american):
            yield _part(line, "published_on", (stated.start, stated.end), stated.value)
    elif kind != "sender" or person(line.text):
        yield field(_FIRST[kind], line.span, " ".join(line.text.split()))


def _days(line: Line, *, american: bool) -> Iterator[Field]:
    """The first and, where it is another, the last day on a line."""
    first = first_date(line.text, american=american)
    if first is None:
        return
    yield _part(line, "event_date", (first.start, first.end), first.value)
    last = first_date(line.text[first.end :], american=american)
    if last and last.value != first.value:
        yield _part(line, "event_end", (first.end + last.start, first.end + last.end), last.value)


def _town(values: Sequence[Line]) -> Iterator[Field]:
    """The town behind the postal code."""
    found = ((line, _TOWN.fullmatch(line.text)) for line in values)
    yield from (_part(line, "event_place", town.span("town")) for line, town in found if town)


def _part(line: Line, name: str, place: tuple[int, int], value: str = "") -> Field:
    start, end = place
    return field(name, Span(line.start + start, line.start + end), value or line.text[start:end].strip())
