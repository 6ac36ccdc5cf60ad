"""The picture of neighbours is the same for the same thing, has room for every relation, and stays in its frame."""

from __future__ import annotations

from numgraph_api.display import Shown
from numgraph_api.neighbours import MOST, Edge, draw

THING = Shown("NUM", "/doc/network/num")


def edges(name: str, count: int, *, outward: bool, order: float = 0) -> list[Edge]:
    return [Edge(name, Shown(f"{name} {n:03}", f"/doc/x/{n}"), outward, (order, 0, name)) for n in range(count)]


def test_the_same_edges_in_any_order_give_the_same_picture() -> None:
    some = [*edges("part of", 3, outward=True), *edges("members", 4, outward=False)]
    assert draw(THING, some) == draw(THING, some[::-1])


def test_a_large_relation_leaves_room_for_the_small_ones() -> None:
    picture = draw(THING, [*edges("members", 500, outward=False), *edges("parts", 1, outward=False, order=1)])
    assert picture is not None
    assert len(picture.edges) == MOST
    assert {edge.name for edge in picture.edges} == {"members", "parts"}
    assert picture.hidden == 501 - MOST


def test_everything_is_within_the_frame() -> None:
    picture = draw(THING, [*edges("a", 9, outward=True), *edges("b", 2, outward=False), *edges("c", 2, outward=False)])
    assert picture is not None
    marks = [*picture.things["in"], *picture.things["out"], *picture.names["in"], *picture.names["out"]]
    assert all(0 < mark.y < picture.height for mark in marks)


def test_nothing_is_drawn_of_what_has_no_neighbours() -> None:
    assert draw(THING, []) is None


def test_controls_that_turn_text_round_are_left_out_and_long_names_are_cut() -> None:
    picture = draw(Shown("\u202eevil"), [Edge("x", Shown("\u2067" + "long " * 1000, "/doc/a/b"), outward=True)])
    assert picture is not None
    (mark,) = picture.things["out"]
    assert picture.centre.text == "evil"
    assert len(mark.text) < 40
    assert len(mark.full) < 400
    assert "\u2067" not in mark.full
