"""Since when what is said of a thing has been said so: the edition in which a source that speaks of it came or changed.

Every source has a graph of its own, and an edition knows how many statements each of its graphs has. So the sizes tell
which sources are new or changed in which edition; what a source that went had spoken of is asked of the edition before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import anyio.to_thread

from numgraph.iris import Namespace
from numgraph.store.editions import EmbeddedEdition

from .queries import values
from .site import Site

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Freshness:
    """``times`` of editions; ``since`` which one a graph has been as it is; ``left``: when a thing lost a source."""

    times: Mapping[int, datetime]
    since: Mapping[str, int]
    left: Mapping[str, int]
    present: int

    def of(self, thing: str, graphs: Iterable[str]) -> datetime:
        """When what is said of a thing last changed; ``graphs`` are those of the sources that speak of it."""
        found = [self.since[graph] for graph in graphs if graph in self.since]
        found += [self.left[thing]] if thing in self.left else []
        return self.times[max(found, default=self.present)]


async def load(site: Site) -> Freshness:
    """How fresh things are in the present edition, among the editions that are kept."""
    return await site.kept("freshness", lambda: _load(site))


async def _load(site: Site) -> Freshness:
    present = site.edition()
    kept = [one for one in await anyio.to_thread.run_sync(site.store.editions) if one.number <= present.number]
    counts = {one.number: await anyio.to_thread.run_sync(_sources, one, site.namespace) for one in kept}
    left: dict[str, int] = {}
    for before, after in pairwise(one.number for one in kept):
        if gone := counts[before].keys() - counts[after].keys():
            left |= dict.fromkeys(await _spoken_of(site.at(str(before)), gone), after)
    return Freshness({one.number: one.time for one in kept}, since(counts), left, present.number)


def _sources(edition: EmbeddedEdition, namespace: Namespace) -> Counts:
    start = namespace.source_graph("")
    return {graph: count for graph, count in edition.counts.items() if graph.startswith(start)}


def since(counts: Mapping[int, Counts]) -> dict[str, int]:
    """Since which edition each graph of the last one has had the size it has.

    >>> since({1: {"a": 2, "b": 1}, 2: {"a": 2, "b": 3}})
    {'a': 1, 'b': 2}
    """
    found: dict[str, int] = {}
    before: Counts = {}
    for number in sorted(counts):
        now = counts[number]
        found = {graph: found[graph] if before.get(graph) == size else number for graph, size in now.items()}
        before = now
    return found


async def _spoken_of(site: Site, graphs: Iterable[str]) -> list[str]:
    query = f"SELECT DISTINCT ?thing WHERE {{ {values('g', sorted(graphs))} GRAPH ?g {{ ?thing ?p ?o }} }}"
    return [row["thing"].value for row in await site.select(query)]
