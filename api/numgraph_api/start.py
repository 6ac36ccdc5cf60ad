"""What the lists show: figures, sources, kinds of things and their members, and one sentence to begin with."""

from __future__ import annotations

from dataclasses import dataclass

from numgraph.terms import num

from . import evidence, naming, queries
from .answers import Term
from .conflicts import CONTRADICTS, Dispute, disputes
from .display import Reader, Shown, kind_of
from .evidence import Statement, place_href, statement, words
from .marking import Piece, pieces
from .site import Site

PAGE = 50  # rows of a list
PROMINENT = 10  # things to begin with


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list of sources."""

    title: Shown
    date: str | None
    publisher: Shown | None
    kind: str | None
    claims: str


@dataclass(frozen=True, slots=True)
class Specimen:
    """One claim with its sentence, to show on the start page what this is about."""

    statement: Statement
    pieces: list[Piece]
    source: Shown
    href: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a list one is."""

    page: int
    pages: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE


@dataclass(frozen=True, slots=True)
class Start:
    figures: list[tuple[str, str]]  # key of the wording, figure
    kinds: list[tuple[str, str, str]]
    sources: list[Listed]
    specimen: Specimen | None
    dispute: Dispute | None
    prominent: list[tuple[Shown, str]]  # a thing and its class


def pager(page: int, total: int) -> Pager:
    """Page ``page`` of ``total`` rows; beyond the last page it is the last."""
    pages = max(1, -(-total // PAGE))
    return Pager(min(max(page, 1), pages), pages)


async def load(site: Site, reader: Reader) -> Start:
    counted = (await site.select(queries.counts(site.namespace))).rows[0]
    found = await disputes(site, reader, limit=1)
    return Start(
        figures=[(f"count_{name}", reader.wording.number(term.value)) for name, term in counted.items()],
        kinds=await kinds(site, reader),
        sources=await sources(site, reader, limit=6),
        specimen=await _specimen(site, reader),
        dispute=found[0] if found and found[0].kind == CONTRADICTS else None,
        prominent=await _prominent(site, reader),
    )


async def _prominent(site: Site, reader: Reader) -> list[tuple[Shown, str]]:
    """The things of which most is said, places apart: everything lies somewhere."""
    things = [row["thing"].value for row in await site.select(queries.prominent(limit=PROMINENT)) if "thing" in row]
    names = await naming.look_up(site, things, reader.language)
    found = []
    for thing in things:
        kind = kind_of(thing, reader.links)
        found.append((reader.show(Term("uri", thing), names.label(thing)), reader.term(num(kind)) if kind else ""))
    return found


async def kinds(site: Site, reader: Reader) -> list[tuple[str, str, str]]:
    """Name, address and number of each class that has members, the largest first."""
    rows = await site.select(queries.classes())
    found = [(row["class"].value, row["n"].value) for row in rows if "class" in row]
    return [
        (reader.term(iri), reader.links.to(f"/browse/{iri.removeprefix(num(''))}"), reader.wording.number(n))
        for iri, n in found
    ]


async def sources(site: Site, reader: Reader, *, limit: int, offset: int = 0) -> list[Listed]:
    rows = (await site.select(queries.sources(site.namespace, limit=limit, offset=offset))).rows
    publishers = {row["publisher"].value for row in rows if "publisher" in row}
    names = await naming.look_up(site, publishers, reader.language)
    return [
        Listed(
            title=reader.show(row["source"], row.get("title")),
            date=reader.wording.date(row["date"].value) if "date" in row else None,
            publisher=reader.show(row["publisher"], names.label(row["publisher"].value))
            if "publisher" in row
            else None,
            kind=reader.term(row["kind"].value) if "kind" in row else None,
            claims=row["claims"].value,
        )
        for row in rows
    ]


async def _specimen(site: Site, reader: Reader) -> Specimen | None:
    claims = [evidence.said(row) for row in await site.select(queries.specimen())]
    if not claims:
        return None
    one = claims[0]
    names = await naming.look_up(site, evidence.things([one]), reader.language)
    marked = {*words(one, names, site.wordings), *names.all(one.subject.value)}
    return Specimen(
        statement=statement(one, reader, names),
        pieces=pieces(one.quote, marked),
        source=reader.show(Term("uri", one.source), names.label(one.source)),
        href=place_href(one, reader),
        date=reader.wording.date(one.as_of) if one.as_of else None,
    )
