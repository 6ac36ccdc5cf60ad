"""The timeline: funding phases with every end that sources give, events, foundings and sources, on one axis of years.

Everything is a share of the span shown, so that the bars fit every width of a screen while the words beside them stay
words. What is said is agreed; a date that another source gives differently is shown beside it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from numgraph.terms import num

from . import naming, queries
from .answers import Row, Term
from .display import Reader, Shown
from .site import Site

MOST = 4000  # dated things that are looked at
MOST_ROWS = 80  # of one kind that are listed; the rest is counted by year
EARLIEST, LATEST = 1300, 2200  # years that a reader may ask for; universities are old
NARROWEST = 2  # years
_DATE = re.compile(r"(-?\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")

START, END = num("fundingStart"), num("fundingEnd")
# Which dates make which lane, in the order of the page.
LANES = {
    "lane_funding": (START, END),
    "lane_events": (num("eventDate"),),
    "lane_foundings": (num("foundedOn"),),
    "lane_sources": (num("publishedOn"),),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the axis, in per cent of what is shown. ``is_agreed`` is false for what only some source says."""

    left: float
    width: float
    words: str
    is_agreed: bool = True
    href: str | None = None

    @property
    def right(self) -> float:
        return round(self.left + self.width, 2)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a lane: its name, its dates in words, its marks on the axis."""

    shown: Shown
    words: str
    marks: list[Mark]
    disputed: list[Mark]
    first: float


@dataclass(frozen=True, slots=True)
class Lane:
    """Things of one kind; ``unlisted`` are in the years' counts and not in the list."""

    name: str  # key of the wording
    entries: list[Entry]
    by_year: list[tuple[int, int, Mark]]  # year, how many, where
    unlisted: int

    @property
    def most(self) -> int:
        return max((count for _, count, _ in self.by_year), default=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the page shows: the years, the ticks between them, the lanes, and other spans to go to."""

    first: int
    last: int
    ticks: list[tuple[int, float]]
    lanes: list[Lane]
    zooms: list[tuple[str, int, int]]  # key of the wording, first and last year


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that the graph or some source gives a thing."""

    thing: str
    predicate: str
    value: Term
    is_agreed: bool
    kind: str | None
    claim: str | None = None


async def load(site: Site, reader: Reader, first: int | None, last: int | None) -> Timeline:
    """The timeline between two years; without them, the years in which most happens."""
    rows = (await site.kept("dated", lambda: _dated(site))) or []
    found = list(rows)
    span = _span(found, first, last)
    names = await naming.look_up(site, {one.thing for one in found}, reader.language)
    drawing = _Drawing(span[0], span[1], reader, names)
    lanes = [drawing.lane(name, [one for one in found if one.predicate in wanted]) for name, wanted in LANES.items()]
    return Timeline(span[0], span[1], _ticks(*span), [one for one in lanes if one], _zooms(found, *span))


async def _dated(site: Site) -> list[Dated]:
    predicates = [predicate for wanted in LANES.values() for predicate in wanted]
    answer = await site.select(queries.dated(predicates, site.namespace, limit=MOST))
    return [_one(row) for row in answer if _DATE.match(row["date"].value)]


def _one(row: Row) -> Dated:
    kind = row["kind"].value if "kind" in row else None
    claim = row["claim"].value if "claim" in row else None
    return Dated(row["s"].value, row["p"].value, row["date"], claim is None, kind, claim)


def years(text: str) -> tuple[float, float]:
    """When a date begins and ends, in years with fractions: "2025-07" is [2025.5, 2025.583).

    >>> years("2030")
    (2030.0, 2031.0)
    """
    found = _DATE.match(text)
    if found is None:
        raise ValueError(f"no date: {text[:40]!r}")
    year, month, day = int(found[1]), found[2], found[3]
    if month is None:
        return float(year), year + 1.0
    number = min(max(int(month), 1), 12)
    if day is None:
        return year + (number - 1) / 12, year + number / 12
    length = 366 if calendar.isleap(year) else 365
    begun = date(max(year, 1), number, min(max(int(day), 1), calendar.monthrange(max(year, 1), number)[1]))
    at = year + (begun.timetuple().tm_yday - 1) / length
    return at, at + 1 / length


def _span(found: Iterable[Dated], first: int | None, last: int | None) -> tuple[int, int]:
    """The years shown: as asked, kept in order and in bounds."""
    usual = _usual(found)
    first = usual[0] if first is None else first
    last = usual[1] if last is None else last
    first = min(max(first, EARLIEST), LATEST - NARROWEST)
    return first, min(max(last, first + NARROWEST), LATEST)


def _usual(found: Iterable[Dated]) -> tuple[int, int]:
    """From the earliest to the latest funding phase, event or source; foundings go far back and do not count."""
    seen = [years(one.value.value) for one in found if one.predicate != num("foundedOn")]
    if not seen:
        return 2020, 2032
    return int(min(begin for begin, _ in seen)) - 1, int(max(end for _, end in seen)) + 1


def _ticks(first: int, last: int) -> list[tuple[int, float]]:
    """Round years, at most about ten, with their places in per cent."""
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (last - first) / one <= 12)  # noqa: PLR2004
    years_shown = range(-(-first // step) * step, last + 1, step)
    return [(year, round(100 * (year - first) / (last - first), 2)) for year in years_shown]


def _zooms(found: list[Dated], first: int, last: int) -> list[tuple[str, int, int]]:
    """Nearer, farther, earlier, later, everything."""
    width, middle = last - first, (first + last) // 2
    begins = [int(years(one.value.value)[0]) for one in found]
    step = max(1, width // 3)
    near = max(NARROWEST, width // 2)
    zooms = [
        ("zoom_in", middle - near // 2, middle - near // 2 + near),
        ("zoom_out", first - width // 2, last + width // 2),
        ("zoom_earlier", first - step, last - step),
        ("zoom_later", first + step, last + step),
    ]
    if begins:
        zooms.append(("zoom_all", min(begins), max(begins) + 1))
    return [(name, max(a, EARLIEST), min(b, LATEST)) for name, a, b in zooms if (a, b) != (first, last) and b > a]


@dataclass(frozen=True, slots=True)
class _Drawing:
    first: int
    last: int
    reader: Reader
    names: naming.Names

    def lane(self, name: str, found: list[Dated]) -> Lane | None:
        """A lane of the page; None where nothing of it falls into the span."""
        by_thing: dict[str, list[Dated]] = {}
        for one in found:
            by_thing.setdefault(one.thing, []).append(one)
        make = self._phase if name == "lane_funding" else self._moment
        entries = [entry for thing, dates in by_thing.items() for entry in make(thing, dates)]
        entries.sort(key=lambda entry: (entry.first, entry.shown.text.casefold()))
        if not entries:
            return None
        return Lane(name, entries[:MOST_ROWS], self._by_year(entries), max(0, len(entries) - MOST_ROWS))

    def _phase(self, thing: str, dates: list[Dated]) -> Iterator[Entry]:
        """A bar from start to end; every other end that some source gives is a mark of its own."""
        begins = [one for one in dates if one.predicate == START and one.is_agreed]
        ends = [one for one in dates if one.predicate == END and one.is_agreed]
        if not begins and not ends:
            return
        begin = years(begins[0].value.value)[0] if begins else years(ends[0].value.value)[0]
        end = years(ends[0].value.value)[1] if ends else years(begins[0].value.value)[1]
        bar = self._mark(begin, end, self._words([*begins[:1], *ends[:1]]))
        others = {one.value.value: one for one in dates if not one.is_agreed}
        disputed = [self._disputed(one) for _, one in sorted(others.items())]
        if bar is not None:
            yield Entry(self._show(thing), bar.words, [bar], [one for one in disputed if one], begin)

    def _moment(self, thing: str, dates: list[Dated]) -> Iterator[Entry]:
        agreed = [one for one in dates if one.is_agreed]
        others = {one.value.value: one for one in dates if not one.is_agreed}
        marks = [mark for one in agreed[:1] if (mark := self._at(one))]
        if marks:
            disputed = [mark for _, one in sorted(others.items()) if (mark := self._disputed(one))]
            begin = years(agreed[0].value.value)[0]
            yield Entry(self._show(thing), marks[0].words, marks, disputed, begin)

    def _at(self, one: Dated) -> Mark | None:
        begin, end = years(one.value.value)
        return self._mark(begin, end, self.reader.wording.date(one.value.value))

    def _disputed(self, one: Dated) -> Mark | None:
        """Where another source puts a date: its last moment for an end, else its first."""
        begin, end = years(one.value.value)
        at = end if one.predicate == END else begin
        href = self.reader.links.href(one.claim) if one.claim else None
        words = self.reader.wording.say("also_said", date=self.reader.wording.date(one.value.value))
        return self._mark(at, at, words, is_agreed=False, href=href)

    def _mark(
        self, begin: float, end: float, words: str, *, is_agreed: bool = True, href: str | None = None
    ) -> Mark | None:
        """A stretch of the axis, cut at the edges of what is shown; None where it lies outside."""
        if end < self.first or begin > self.last:
            return None
        whole = self.last - self.first
        left, right = ((min(max(at, self.first), self.last) - self.first) / whole * 100 for at in (begin, end))
        return Mark(round(left, 2), round(right - left, 2), words, is_agreed, href)

    def _words(self, dates: Iterable[Dated]) -> str:
        return " – ".join(self.reader.wording.date(one.value.value) for one in dates)

    def _show(self, thing: str) -> Shown:
        return self.reader.show(Term("uri", thing), self.names.label(thing))

    def _by_year(self, entries: list[Entry]) -> list[tuple[int, int, Mark]]:
        counted: dict[int, int] = {}
        for entry in entries:
            counted[int(entry.first)] = counted.get(int(entry.first), 0) + 1
        found = [(year, n, self._mark(year, year + 1, f"{year}: {n}")) for year, n in sorted(counted.items())]
        return [(year, n, mark) for year, n, mark in found if mark]
