"""Dates in German, Dutch and English, at the precision the text states: day, month or year.

No date is ever completed: "Juli 2030" stays a month. An ambiguous 07/01/2025 yields nothing here; only a layout that
is known to write month first (a portal's interface) may read it, and that is the reader's business.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from numgraph.extraction.languages import lexicon, small_letters
from numgraph.extraction.values import Found, Period
from numgraph.model import Value

_YEAR = r"(?:19|20)\d\d"
_WORD = re.compile(r"\w+")
_ANY_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE_YEAR, _AFTER_YEAR = 60, 40  # characters that a date takes beside its year at most, with what must follow it
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"


@cache
def _shapes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = lexicon()
    month, until, before, bare, after, participles = map(
        _small,
        (
            words.months,
            words.until,
            words.before_year,
            words.before_bare_year,
            words.after_bare_year,
            words.year_participles,
        ),
    )
    ending = "|".join(words.day_endings).lower() or r"(?!)"
    joint_word = "|".join(words.joints).lower()
    links = "|".join(link for link in words.links if " " not in link).lower()
    dates = re.compile(
        rf"""(?<![\w.,/-])(?:
        (?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])-{_DAY})(?!\d)
      | (?P<d1>{_DAY})(?P<sep>[.\-/])[ ]?(?P<m1>0?[1-9]|1[0-2])(?P=sep)[ ]?(?P<y1>{_YEAR})(?!\d)
      | (?P<m2>0?[1-9]|1[0-2])/(?P<y2>{_YEAR})(?!\d)
      | (?:(?P<d0>{_DAY})(?:\.|{ending})?\s?(?:-|–|—|/|&|{until}|{joint_word})\s?)?
        (?P<d3>{_DAY})(?:\.|{ending})?\s(?:(?:{links})\s)?(?P<m3>{month})\.?,?\s(?P<y3>{_YEAR})(?!\d)
      | (?P<m4>{month})\.?\s(?P<d4>{_DAY})(?:{ending})?,\s(?P<y4>{_YEAR})(?!\d)
      | (?:(?P<m0>{month})\s?(?:-|–|—|/|{until})\s?)?(?P<m5>{month})\.?,?\s(?P<y5>{_YEAR})(?!\d)
      | (?P<y6>(?<=\()(?:{_YEAR})(?=\s?[–\-)])|(?:(?<=\s)|(?<=^)){_YEAR}(?=\s?(?:-|–|—)\s?{_YEAR}(?!\d)))
      | (?P<y8>(?:(?<=\d\d[–—])|(?<=\d\d[ ][–—-][ ])){_YEAR})(?![\d/:])
      | (?P<lead>(?:{before})\s)(?P<y7>{_YEAR})(?![\d/:]|-\d)
      | (?:(?<=\s)|^)(?:(?:{bare})\s)(?P<y9>{_YEAR})(?=\s[a-zäöü]|[,.)]|\s\()
      | (?<=\s)(?P<y11>{_YEAR})(?=\s(?:{participles})\b)
      | (?:(?<=[.!?]\s)|(?<=\n)|^)(?P<y10>{_YEAR})(?=\s(?:{after})\s)
        )""",
        re.VERBOSE,
    )
    joint = re.compile(
        rf"\s?(?:-|–|—|{until})\s?(?:(?:zum|einschließlich|the end of|eind|ende|incl\.)\s)?", re.IGNORECASE
    )
    return dates, joint


@cache
def _first_words() -> frozenset[str]:
    """The words that a date may begin with."""
    words = lexicon()
    groups = (words.months, words.before_year, words.before_bare_year)
    return frozenset(match[0] for group in groups for word in group if (match := _WORD.match(word.lower())))


def _small(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, map(str.lower, words)), key=len, reverse=True))


def find_dates(text: str, language: str = "und") -> Iterator[Found]:
    """Every date of ``text`` in order; a shared month or year ("1. bis 3. Juli 2025") is given to both days."""
    plain, done = small_letters(text), 0
    for low, high in _windows(text):
        for word in _WORD.finditer(plain, low, high):  # no date begins inside a word
            begins = word.start() >= done and (word[0][0].isdigit() or word[0] in _first_words())
            match = _shapes()[0].match(plain, word.start(), high) if begins else None
            if match:
                done = match.end()
                yield from _read(match, language)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches around years, which every date has; neighbouring ones as one."""
    low = high = -1
    for year in _ANY_YEAR.finditer(text):
        if high >= 0 and year.start() - _BEFORE_YEAR > high:
            yield low, high
            low = -1
        low = max(0, year.start() - _BEFORE_YEAR) if low < 0 else low
        high = min(len(text), year.end() + _AFTER_YEAR)
    if high >= 0:
        yield low, high


def _read(match: re.Match[str], language: str) -> Iterator[Found]:
    part = match.groupdict()
    if part["iso"]:
        yield from _day(match.start(), match.end(), *map(int, part["iso"].split("-")))
    elif part["d1"]:
        if part["sep"] != "/" or language != "en" or int(part["d1"]) > 12:  # noqa: PLR2004 - months of a year
            yield from _day(match.start(), match.end(), int(part["y1"]), int(part["m1"]), int(part["d1"]))
    elif part["m2"]:
        yield _month(match.start(), match.end(), int(part["y2"]), int(part["m2"]))
    elif part["d3"]:
        yield from _days(match, int(part["y3"]), _month_number(part["m3"]))
    elif part["d4"]:
        yield from _day(match.start(), match.end(), int(part["y4"]), _month_number(part["m4"]), int(part["d4"]))
    elif part["m5"]:
        yield from _months(match, int(part["y5"]))
    else:
        group = next(name for name in ("y6", "y7", "y8", "y9", "y10", "y11") if part[name])
        yield Found(match.start(group), match.end(group), Value(part[group], "gYear"))


def _days(match: re.Match[str], year: int, month: int) -> Iterator[Found]:
    if match["d0"]:
        yield from _day(match.start("d0"), match.end("d0"), year, month, int(match["d0"]))
    yield from _day(match.start("d3"), match.end(), year, month, int(match["d3"]))


def _months(match: re.Match[str], year: int) -> Iterator[Found]:
    if match["m0"]:
        yield _month(match.start("m0"), match.end("m0"), year, _month_number(match["m0"]))
    yield _month(match.start("m5"), match.end(), year, _month_number(match["m5"]))


def _month_number(word: str) -> int:
    return lexicon().months[word.lower()]


def _month(start: int, end: int, year: int, month: int) -> Found:
    return Found(start, end, Value(f"{year:04}-{month:02}", "gYearMonth"))


def _day(start: int, end: int, year: int, month: int, day: int) -> Iterator[Found]:
    try:
        value = datetime.date(year, month, day).isoformat()
    except ValueError:  # 31 June is no day
        return
    yield Found(start, end, Value(value, "date"))


def find_periods(text: str, dates: list[Found]) -> Iterator[Period]:
    """Pairs of neighbouring dates with nothing but "bis", "until", "tot" or a dash between them."""
    joint = _shapes()[1]
    for first, last in pairwise(dates):
        if joint.fullmatch(text[first.end : last.start]) or text[first.end : last.start].strip() in (
            "-",
            "–",
            "—",
            "→",
            "->",
        ):
            yield Period(first.start, last.end, first.value, last.value)
