"""What things are called: one query for all the names on a page, and the one that suits the reader best.

Names never change within an edition, and a few things (networks, hospitals, funders) are named on most pages: what was
looked up is kept for the next page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import queries
from .answers import Row, Term
from .site import Site

_MOST = 4000  # things that one page names
_KEPT = 20_000  # things whose names are kept
_LONG = 2000  # characters of the names of one thing that are worth keeping
Rows = dict[str, list[Row]]  # by thing


@dataclass(frozen=True, slots=True)
class Names:
    """Labels and aliases by IRI. Something without a label has none here; the page falls back on its address."""

    language: str
    labels: dict[str, list[Term]] = field(default_factory=dict)
    aliases: dict[str, list[Term]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)  # currencies of amounts

    def label(self, iri: str) -> Term | None:
        """The label in the reader's language, else without language, else in English, else any."""
        found = self.labels.get(iri)
        return min(found, key=self._distance) if found else None

    def all(self, iri: str) -> list[str]:
        return [name.value for name in (*self.labels.get(iri, ()), *self.aliases.get(iri, ()))]

    def _distance(self, label: Term) -> tuple[int, str]:
        order = (self.language, None, "en", "de")
        language = label.language.partition("-")[0] if label.language else None
        return (order.index(language) if language in order else len(order)), label.value


def collect(rows: Iterable[Row], language: str) -> Names:
    """Names from the rows of :func:`queries.names`."""
    names = Names(language)
    for row in rows:
        if "unit" in row:
            names.units[row["thing"].value] = row["unit"].value
        for column, table in (("label", names.labels), ("alias", names.aliases)):
            if column in row:
                table.setdefault(row["thing"].value, []).append(row[column])
    return names


async def look_up(site: Site, things: Iterable[str], language: str, told: Rows | None = None) -> Names:
    """The names of ``things``, of the first few thousand where there are more; ``told`` are those known already.

    What only claims speak of that do not count (planned, queued) is called as those claims call it.
    """
    wanted = sorted(set(things))[:_MOST]
    known = await site.kept("names", _none)
    found = {one: known[one] for one in wanted if one in known}
    fresh = {one: rows for one, rows in (told or {}).items() if not _may_be_claimed(site, one, rows)}
    missing = [one for one in wanted if one not in found and one not in fresh]
    fresh |= await _ask(site, missing) if missing else {}
    rows = [row for one in wanted for row in (fresh[one] if one in fresh else found[one])]
    known.update((one, rows) for one, rows in fresh.items() if _is_short(rows))
    while len(known) > _KEPT:
        del known[next(iter(known))]
    return collect(rows, language)


async def _none() -> Rows:
    return {}


async def _ask(site: Site, things: list[str]) -> Rows:
    """The rows about each of ``things``, none for what nothing names."""
    found: Rows = {one: [] for one in things}
    for row in await site.select(queries.names(things, site.namespace)):
        found[row["thing"].value].append(row)
    unnamed = [one for one in things if _may_be_claimed(site, one, found[one])]
    for row in await site.select(queries.claimed_names(unnamed)) if unnamed else ():
        found[row["thing"].value].append(row)
    return found


def _may_be_claimed(site: Site, thing: str, rows: list[Row]) -> bool:
    """Whether a thing of this graph has no name that counts: claims that do not count may have one."""
    return thing.startswith(f"{site.settings.base}/id/") and not any("label" in row for row in rows)


def _is_short(rows: list[Row]) -> bool:
    return sum(len(term.value) for row in rows for term in row.values()) < _LONG
