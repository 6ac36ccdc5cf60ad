"""What is said of a thing is as old as the edition in which it last changed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from numgraph import resources
from numgraph.dataset import assemble
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.readers import ReaderPool
from numgraph_api import freshness
from numgraph_api.freshness import Freshness, since
from numgraph_api.site import Site, templates

BASE = "https://w3id.org/numgraph"


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({1: {"a": 2}}, {"a": 1}),
        ({1: {"a": 2}, 2: {"a": 2, "b": 1}}, {"a": 1, "b": 2}),
        ({1: {"a": 2}, 2: {"a": 3}}, {"a": 2}),
        ({1: {"a": 2}, 2: {}, 3: {"a": 2}}, {"a": 3}),
        ({4: {"a": 2}, 7: {"a": 2}}, {"a": 4}),
        ({}, {}),
    ],
)
def test_a_graph_is_as_old_as_its_size(counts: dict, found: dict) -> None:
    assert since(counts) == found


def test_the_latest_source_decides_and_so_does_one_that_left() -> None:
    times = {number: datetime(2026, 1, number, tzinfo=UTC) for number in (1, 2, 3)}
    fresh = Freshness(times, {"a": 1, "b": 2}, {"gone": 3}, 3)
    assert fresh.of("thing", ["a"]) == times[1]
    assert fresh.of("thing", ["a", "b"]) == times[2]
    assert fresh.of("gone", ["a", "b"]) == times[3]
    assert fresh.of("said by nobody", []) == times[3]


def test_a_source_that_goes_makes_what_it_spoke_of_fresh(tmp_path: Path, sample) -> None:
    settings, store, readings = Settings(data=tmp_path), EmbeddedStore(tmp_path), sample()
    for part in (readings, readings[:2]):
        dataset = assemble(part, settings, resources.ontology(), resources.shapes())
        store.commit(dataset.quads, message="", author="tests", archive=dataset.archive)

    async def load() -> Freshness:
        async with ReaderPool(tmp_path, 1) as pool:
            site = Site(settings, store, pool, {}, templates(), None, ())  # type: ignore[arg-type]
            return await freshness.load(site.at(None))

    found = asyncio.run(load())
    assert found.left[f"{BASE}/id/funding-phase/num-3"] == 2
    assert f"{BASE}/id/person/clara-weber" not in found.left
    assert set(found.since.values()) == {1}
