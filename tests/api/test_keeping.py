"""What is kept never grows beyond its room, and what was used last stays longest."""

from __future__ import annotations

from dataclasses import dataclass

from numgraph_api.keeping import Keep


@dataclass
class Thing:
    size: int


def test_the_least_recently_used_goes_first_and_the_room_is_kept_to() -> None:
    keep: Keep[int, Thing] = Keep(1)
    for number in range(100):
        keep.put(number, Thing(20_000))
        keep.get(10)
    assert (len(keep), keep.size) == (50, 1_000_000)
    assert keep.get(10) is not None
    assert keep.get(50) is None
    assert keep.get(99) is not None


def test_a_value_that_is_replaced_counts_once() -> None:
    keep: Keep[str, Thing] = Keep(1)
    keep.put("a", Thing(10)), keep.put("a", Thing(30))
    assert (len(keep), keep.size) == (1, 30)


def test_what_is_too_large_is_not_kept() -> None:
    keep: Keep[str, Thing] = Keep(1)
    keep.put("a", Thing(keep.largest)), keep.put("b", Thing(keep.largest + 1))
    assert keep.get("a") is not None
    assert keep.get("b") is None


def test_without_room_nothing_is_kept() -> None:
    keep: Keep[str, Thing] = Keep(0)
    keep.put("a", Thing(1))
    assert not keep
    assert keep.get("a") is None
