"""Dates as layouts state them: a line of its own, a <time>, a meta element. No dates in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january januari jänner jan",
            "februar february februari feb",
            "märz march maart mrz mar",
            "april apr",
            "mai may mei",
            "juni june jun",
            "juli july jul",
            "august augustus aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}

_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = (
    r"(?:(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
    r"|mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo|tue|wed|thu|sat),?\.?\s+)"
)
_CLOCK = (
    r"(?:\s*(?:,|\||·|–|-|um|at|om|T)?\s*\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:uhr|uur|h|am|pm)?(?:\s*(?:cet|cest|mesz?))?)?"
)
_LABEL = (
    r"(?:(?:pressemitteilung|pressemeldung|presseinformation|medienmitteilung|press release|persbericht|nieuwsbericht"
    r"|news|nieuws|aktuelles|meldung|veröffentlicht|veröffentlichungsdatum|publiziert|erschienen|erstellt|published"
    r"|posted|publication date|gepubliceerd|geplaatst|stand|vom|am|on|op)\b[\s:,|–-]*){0,3}"
)
_PLACE = r"(?:[A-ZÄÖÜ][\w./-]+(?: [\w./-]+){0,2},\s+(?:den\s+|am\s+)?)?"
_DAY_FORMS = (
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:T\d{2}:\d{2}\S*)?",
    r"(?P<day>\d{1,2})\s?\.\s?(?P<month>\d{1,2})\s?\.\s?(?P<year>\d{4}|\d{2})(?!\d)",
    r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>\d{4})",
    rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*{_MONTH}\s*,?\s*(?P<year>\d{{4}})",
    rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>\d{{4}})",
)
_DAYS = tuple(re.compile(form, re.IGNORECASE) for form in _DAY_FORMS)
# A place may stand before the date ("Dresden, 30. Januar 2026"), a place or topic after it ("30.01.2026 | Forschung").
_LINES = tuple(
    re.compile(
        rf"{_LABEL}{_PLACE}{_WEEKDAY}?(?P<date>{form}){_CLOCK}"
        rf"(?:\s*[|/·•–,-]\s*[^.!?]{{2,60}})?",
        re.IGNORECASE,
    )
    for form in _DAY_FORMS
)
_LABELLED = re.compile(
    r"(?:veröffentlicht|veröffentlichungsdatum|publiziert|erschienen|erstellt|published|posted|publication date"
    r"|gepubliceerd|geplaatst)\b",
    re.IGNORECASE,
)
_LONGEST_LINE = 120
_DIGIT = re.compile(r"\d")
_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class Stated:
    """A date with its place inside the text it was found in. ``value`` is ISO 8601."""

    value: str
    start: int
    end: int


def date_line(text: str, *, american: bool = False) -> Stated | None:
    """The date of a line that says nothing else. ``american`` reads 07/01/2025 as the first of July.

    >>> date_line("30.01.2026").value
    '2026-01-30'
    >>> date_line("07/01/2025 16:31", american=True).value
    '2025-07-01'
    >>> date_line("Am 1. Juli 2025 startet das NUM in seine dritte Förderphase.") is None
    True
    """
    if len(text) > _LONGEST_LINE or not _DIGIT.search(text):
        return None
    for line in _LINES:
        found = line.fullmatch(text)
        value = _value(found, american=american) if found else None
        if found and value:
            return Stated(value, found.start("date"), found.end("date"))
    return None


_LABEL_FIRST = re.compile(r"[^:|·•]{2,40}:\s")
_PARTS = re.compile(r"\s*(?:[|·•]|\s[–—]\s|\s{3,})\s*")
_OPENING = tuple(
    re.compile(
        rf"(?:[A-ZÄÖÜ][\w./-]+(?: [\w./()-]+){{0,3}}[,:]?\s+(?:den\s+|am\s+)?\(?)?{_WEEKDAY}?(?P<date>{form})\)?\s*(?:[–—:.]|-\s|\|)",  # noqa: E501 - a pattern is read best on one line
        re.IGNORECASE,
    )
    for form in _DAY_FORMS
)


def date_in_strip(text: str) -> Stated | None:
    """The date that is one of the parts of a line: "Presse | 28. März 2024 | Lesezeit: 3 Minuten"."""
    if len(text) > _LONGEST_LINE or not _PARTS.search(text) or (_LABEL_FIRST.match(text) and not says_published(text)):
        return None
    start = 0
    for between in (*_PARTS.finditer(text), None):
        end = between.start() if between else len(text)
        stated = date_line(text[start:end])
        if stated:
            return Stated(stated.value, start + stated.start, start + stated.end)
        start = between.end() if between else end
    return None


def opening_date(text: str) -> Stated | None:
    """The date that a paragraph begins with, after a place: "Oldenburg, 24.08.2023 – Der Minister ..."."""
    for opening in _OPENING:
        found = opening.match(text[:_LONGEST_LINE])
        value = _value(found, american=False) if found else None
        if found and value:
            return Stated(value, found.start("date"), found.end("date"))
    return None


def says_published(text: str) -> bool:
    """Whether a date line says in words that its date is the one of publication."""
    return bool(_LABELLED.match(text))


def first_date(text: str, *, american: bool = False) -> Stated | None:
    """The first date inside ``text``, for places that are known to hold one."""
    found = ((hit, _value(hit, american=american)) for form in _DAYS for hit in form.finditer(text[:_LONGEST_LINE]))
    stated = [Stated(value, hit.start(), hit.end()) for hit, value in found if value]
    return min(stated, key=lambda one: one.start, default=None)


def _value(found: re.Match[str], *, american: bool) -> str | None:
    parts = found.groupdict()
    year = int(parts["year"]) + (_CENTURY if len(parts["year"]) == 2 else 0)  # noqa: PLR2004 (digits of a short year)
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        month, day = (first, second) if american else (second, first)
        return _iso(year, month, day) or _iso(year, day, month)
    named = parts["month"].lower()
    return _iso(year, _MONTHS.get(named) or int(named), int(parts["day"]))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
