"""The map puts places where they lie, names those that fit, and lists them all."""

from __future__ import annotations

import httpx
import pytest

from numgraph_api.display import Shown
from numgraph_api.places import AREAS, Spot, _box, _labelled, _overlap, _room, project


def spot(x: float, y: float, name: str, count: int = 1) -> Spot:
    return Spot(x, y, 6.0, count, Shown(name), name, "")


def test_north_is_up_and_east_is_right() -> None:
    oslo, rome = project(10.75, 59.91), project(12.5, 41.9)
    lisbon = project(-9.14, 38.7)
    assert oslo[1] < rome[1] < lisbon[1]
    assert lisbon[0] < oslo[0] < rome[0]


def test_the_poles_have_a_place_too() -> None:
    assert project(0, 90) == project(0, 89)
    assert project(0, -90) == project(0, -89)


@pytest.mark.parametrize("area", AREAS)
def test_each_area_holds_its_own_corners(area: str) -> None:
    x, y, width, height = _box(area)
    west, east, south, north = AREAS[area]
    assert project(west, north) == (x, y)
    assert project(east, south) == (pytest.approx(x + width), pytest.approx(y + height))


def test_no_name_covers_another() -> None:
    crowd = [spot(100 + step, 100 + step / 2, f"Town {step}") for step in range(0, 400, 3)]
    rooms = [_room(one, 1.0) for one in _labelled(crowd, 1.0) if one.label]
    assert rooms
    assert not any(_overlap(one, other) for one in rooms for other in rooms if one is not other)


def test_a_map_without_places_says_so_and_an_unknown_area_is_refused(client: httpx.Client) -> None:
    page = client.get("/map", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "No place of this edition has coordinates." in page.text
    assert client.get("/map?area=atlantis").status_code == 400
