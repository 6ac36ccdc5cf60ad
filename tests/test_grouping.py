"""Pages group and order properties as the shapes do."""

from __future__ import annotations

from pathlib import Path

from numgraph import grouping, resources
from numgraph.terms import num


def test_the_groups_and_orders_of_our_shapes_are_read() -> None:
    found = grouping.read(resources.shapes())
    group = found.group(num("fundingEnd"))
    assert group is not None
    assert group.label("de") == "Förderung"
    assert group.label("nl") == "funding"
    assert found.order(num("fundingAmount")) < found.order(num("fundingEnd")) < found.order(num("phone"))


def test_a_property_without_a_shape_comes_last(tmp_path: Path) -> None:
    found = grouping.read(tmp_path)
    assert found.group(num("leads")) is None
    assert found.order(num("leads")) == found.order(num("goal"))
