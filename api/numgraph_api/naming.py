"""What things are called: one query for all the names on a page, and the one that suits the reader best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import queries
from .answers import Row, Term
from .site import Site

_MOST = 4000  # things that one page names


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


async def look_up(site: Site, things: Iterable[str], language: str) -> Names:
    """The names of ``things``, of the first few thousand where there are more.

    What only claims speak of that do not count (planned, queued) is called as those claims call it.
    """
    wanted = sorted(set(things))[:_MOST]
    if not wanted:
        return Names(language)
    names = collect(await site.select(queries.names(wanted, site.namespace)), language)
    things_here = f"{site.namespace.base}/id/"
    unnamed = [one for one in wanted if one not in names.labels and one.startswith(things_here)]
    if unnamed:
        claimed = collect(await site.select(queries.claimed_names(unnamed)), language)
        names.labels.update(claimed.labels)
    return names
