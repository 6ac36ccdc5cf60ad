"""The map: the places that have coordinates, with how much is located at each, over an outline of Europe.

Mercator, as ``api/ui/scripts/outline.mjs`` draws the outline: UNITS units a degree of longitude, the corner WEST, NORTH
at 0,0. Where the outline was not built, the map shows the places alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from . import naming, queries
from .answers import Row
from .display import Reader, Shown, cut, unturned
from .site import HERE, Site

WEST, NORTH, UNITS = -11.0, 61.5, 20.0
AREAS = {  # west, east, south, north in degrees
    "europe": (-11.0, 32.0, 35.5, 61.5),
    "de": (5.2, 15.6, 47.0, 55.2),
    "benelux": (2.2, 7.6, 49.3, 53.8),
}
MOST = 3000  # places
LABELLED = 40  # names written on the map, as far as they fit
_POLE = 85.0  # degrees of latitude beyond which Mercator has no use
_BUILT = "outline.svg"

Room = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, in its units. ``label`` is empty where there was no room for the name."""

    x: float
    y: float
    radius: float
    count: int
    shown: Shown
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    """What the page shows of one area. ``spots`` are drawn in this order, the large ones first."""

    area: str
    areas: list[str]
    box: tuple[float, float, float, float]  # x, y, width, height
    letters: float  # the size of a label
    spots: list[Spot]
    listed: list[Spot]
    outside: int
    has_outline: bool


async def load(site: Site, reader: Reader, area: str) -> Map:
    """The map of one of :data:`AREAS`."""
    rows = await site.kept("places", lambda: _rows(site))
    names = await naming.look_up(site, [row["place"].value for row in rows], reader.language)
    x, y, width, height = box = _box(area)
    scale = width / 900
    found = [spot for row in rows if (spot := _spot(row, reader, names, scale)) is not None]
    inside = [one for one in found if x <= one.x <= x + width and y <= one.y <= y + height]
    inside.sort(key=lambda one: (-one.count, one.name.casefold(), one.x))
    return Map(
        area=area,
        areas=list(AREAS),
        box=box,
        letters=round(15 * scale, 2),
        spots=_labelled(inside, scale),
        listed=sorted(inside, key=lambda one: one.name.casefold()),
        outside=len(found) - len(inside),
        has_outline=(HERE / "static" / "built" / _BUILT).is_file(),
    )


async def _rows(site: Site) -> tuple[Row, ...]:
    return (await site.select(queries.places(limit=MOST))).rows


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees (WGS 84) to units of the map.

    >>> project(-11.0, 61.5)
    (0.0, 0.0)
    """
    x = (longitude - WEST) * UNITS
    y = (_mercator(NORTH) - _mercator(latitude)) * UNITS
    return round(x, 2), round(y, 2)


def _mercator(latitude: float) -> float:
    """Degrees of longitude that a latitude is away from the equator on the map."""
    bounded = min(max(latitude, -_POLE), _POLE)
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(bounded) / 2)))


def _box(area: str) -> tuple[float, float, float, float]:
    west, east, south, north = AREAS[area]
    (x0, y0), (x1, y1) = project(west, north), project(east, south)
    return x0, y0, round(x1 - x0, 2), round(y1 - y0, 2)


def _spot(row: Row, reader: Reader, names: naming.Names, scale: float) -> Spot | None:
    """A place with its coordinates; None for what is no position on earth."""
    try:
        latitude, longitude = float(row["lat"].value), float(row["long"].value)
    except ValueError:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
        return None
    x, y = project(longitude, latitude)
    count = int(row["n"].value)
    shown = reader.show(row["place"], names.label(row["place"].value))
    radius = round((4 + 2.2 * math.sqrt(min(count, 400))) * scale, 2)
    return Spot(x, y, radius, count, shown, cut(unturned(shown.text), 60), "")


def _labelled(spots: list[Spot], scale: float) -> list[Spot]:
    """The spots, the first of them with their names where these cover no other name and no other spot."""
    circles = {id(one): _around(one) for one in spots}
    taken: list[Room] = []
    done = []
    for one in spots:
        room = _room(one, scale)
        in_the_way = (*taken, *(circle for other, circle in circles.items() if other != id(one)))
        fits = len(taken) < LABELLED and not any(_overlap(room, other) for other in in_the_way)
        if fits:
            taken.append(room)
        done.append(replace(one, label=one.name if fits else ""))
    return done


def _room(one: Spot, scale: float) -> Room:
    """What a name takes up beside its spot: letters are about half as wide as they are high."""
    width, height = len(one.name) * 8.2 * scale, 17 * scale
    left, top = one.x + one.radius + 3 * scale, one.y - height / 2
    return left, top, left + width, top + height


def _around(one: Spot) -> Room:
    inner = one.radius * 0.7
    return one.x - inner, one.y - inner, one.x + inner, one.y + inner


def _overlap(one: Room, other: Room) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
