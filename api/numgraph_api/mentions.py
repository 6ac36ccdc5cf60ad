"""All that point at a thing by one property, page by page: what the page of the thing has no room for."""

from __future__ import annotations

from dataclasses import dataclass

from . import naming, queries
from .answers import Term
from .display import Reader, Shown, expand
from .faults import NoSuchThing
from .site import Site
from .start import PAGE, Pager, pager


@dataclass(frozen=True, slots=True)
class Mentions:
    """One page of the list. ``query`` gives the whole of it."""

    key: str
    thing: Shown
    name: str
    prefixed: str
    total: str
    rows: list[tuple[Shown, Shown | None]]  # who, and for a role its title
    pager: Pager
    query: str


async def load(site: Site, reader: Reader, key: str, prefixed: str, page: int) -> Mentions:
    """Page ``page`` of those who have ``prefixed`` (``num:participatesIn``) of a thing. Raises NoSuchThing."""
    thing, predicate = site.namespace.thing(key), expand(prefixed)
    counted = await site.select(queries.count_incoming(thing))
    total = {row["p"].value: int(row["n"].value) for row in counted if "p" in row}.get(predicate, 0)
    if not total:
        raise NoSuchThing(f"nothing has {prefixed[:80]!r} of {key[:200]!r} in this edition")
    where = pager(page, total)
    found = (await site.select(queries.mentions(thing, predicate, limit=PAGE, offset=where.offset))).rows
    things = {thing, *(term.value for row in found for term in row.values() if term.is_iri)}
    names = await naming.look_up(site, things, reader.language)
    rows = [
        (reader.show(who, names.label(who.value)), reader.show(row["title"]) if "title" in row else None)
        for row in found
        for who in (row.get("holder", row["s"]),)
    ]
    return Mentions(
        key=key,
        thing=reader.show(Term("uri", thing), names.label(thing)),
        name=reader.inverse(predicate),
        prefixed=prefixed,
        total=reader.wording.number(total),
        rows=rows,
        pager=where,
        query=f"SELECT ?thing WHERE {{ ?thing {queries.iri(predicate)} {queries.iri(thing)} }}",
    )
