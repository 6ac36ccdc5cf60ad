"""What is said of a thing is as old as the edition in which it last changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from lxml import etree

from numgraph import resources
from numgraph.dataset import assemble
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph_api.freshness import Freshness, since


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


def test_a_source_that_goes_makes_what_it_spoke_of_fresh(
    tmp_path: Path, sample: Callable[[], list], serve: Callable[[Settings], AbstractContextManager[str]]
) -> None:
    settings, store, readings = Settings(data=tmp_path, readers=1), EmbeddedStore(tmp_path), sample()
    for part in (readings, readings[:2]):
        dataset = assemble(part, settings, resources.ontology(), resources.shapes())
        store.commit(dataset.quads, message="", author="tests", archive=dataset.archive)
    with serve(settings) as address:
        rows = etree.fromstring(httpx.get(f"{address}/sitemaps/1.xml", timeout=30).content)
    fresh = {str(one[0].text).removeprefix(address): one[1].text for one in rows}
    first, second = (one.time.isoformat() for one in store.editions())
    assert fresh["/doc/funding-phase/num-3"] == fresh["/browse"] == second
    assert fresh["/doc/person/clara-weber"] == fresh["/doc/infrastructure/aktin"] == first
