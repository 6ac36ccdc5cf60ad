"""A thing and what it is related to, as a small picture: the same input gives the same picture.

Two columns, drawn as text is read: what points at the thing on the left, what it points at on the right. Each relation
is one bundle of lines with its name on it, so that nothing overlaps however long the names are. The picture is SVG with
links and no script; the page lists the same relations in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from .display import Shown, unturned

MOST = 9  # things on each side
LINE = 26  # units from one line of text to the next
GAP = 14  # more between two relations
WIDTH, SIDE, CENTRE = 900, 250, 210  # units: the whole picture, a column of things, the thing itself
_LETTERS = 30  # of a name in a column
_TOP = 12


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation to a neighbour; ``order`` is the place of its property on the page."""

    name: str
    other: Shown
    outward: bool
    order: tuple[float, float, str] = (0, 0, "")


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of text at its place; ``full`` is the whole text where it was cut."""

    x: int
    y: int
    text: str
    full: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A line from the thing to a neighbour, as the ``d`` of an SVG path."""

    d: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the SVG needs, in its own units. ``edges`` are what it shows, ``hidden`` how many it leaves out."""

    left: int
    width: int
    height: int
    centre: Mark
    things: dict[str, list[Mark]]  # by side: "in", "out"
    names: dict[str, list[Mark]]
    curves: list[Curve]
    edges: list[Edge]
    hidden: int


def draw(centre: Shown, edges: Iterable[Edge]) -> Picture | None:
    """The picture of a thing and its relations; None where it has none."""
    ordered = sorted(_once(edges), key=lambda edge: (edge.order, edge.other.text.casefold(), edge.other.href or ""))
    sides = {"in": [one for one in ordered if not one.outward], "out": [one for one in ordered if one.outward]}
    kept = {side: _fair(of_side) for side, of_side in sides.items()}
    if not any(kept.values()):
        return None
    height = max(_height(of_side) for of_side in kept.values())
    middle = height // 2
    things: dict[str, list[Mark]] = {}
    names: dict[str, list[Mark]] = {}
    curves: list[Curve] = []
    for side, of_side in kept.items():
        things[side], names[side], found = _column(of_side, side, middle, height)
        curves += found
    shown = [*kept["out"], *kept["in"]]
    left = 0 if kept["in"] else (WIDTH - CENTRE) // 2 - _TOP
    right = WIDTH if kept["out"] else (WIDTH + CENTRE) // 2 + _TOP
    thing = _mark(centre, WIDTH // 2, middle, 24)
    return Picture(left, right - left, height, thing, things, names, curves, shown, len(ordered) - len(shown))


def _fair(edges: list[Edge]) -> list[Edge]:
    """As many edges as there is room for, every relation getting its turn, in their order."""
    by_name: dict[str, list[Edge]] = {}
    for edge in edges:
        by_name.setdefault(edge.name, []).append(edge)
    turns = [edge for turn in zip_longest(*by_name.values()) for edge in turn if edge is not None]
    kept = turns[:MOST]
    return [edge for edge in edges if edge in kept]


def _once(edges: Iterable[Edge]) -> list[Edge]:
    return list({(edge.outward, edge.name, edge.other): edge for edge in edges}.values())


def _height(edges: list[Edge]) -> int:
    return 2 * _TOP + LINE * len(edges) + (LINE + GAP) * len({edge.name for edge in edges})


def _column(edges: list[Edge], side: str, middle: int, height: int) -> tuple[list[Mark], list[Mark], list[Curve]]:
    """The things of one side under the names of their relations, centred in height."""
    x, inner = (SIDE, WIDTH // 2 - CENTRE // 2) if side == "in" else (WIDTH - SIDE, WIDTH // 2 + CENTRE // 2)
    y = _TOP + (height - _height(edges)) // 2
    things: list[Mark] = []
    names: list[Mark] = []
    curves: list[Curve] = []
    last = None
    for edge in edges:
        if edge.name != last:
            y += LINE + (GAP if last is not None else GAP // 2)
            names.append(Mark(x, y, _cut(edge.name, _LETTERS), edge.name))
            last = edge.name
        y += LINE
        things.append(_mark(edge.other, x, y, _LETTERS))
        curves.append(_curve(inner, middle, x + (8 if side == "in" else -8), y - 5))
    return things, names, curves


def _curve(x1: int, y1: int, x2: int, y2: int) -> Curve:
    half = (x1 + x2) // 2
    return Curve(f"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}")


def _mark(shown: Shown, x: int, y: int, letters: int) -> Mark:
    text = unturned(shown.text)
    return Mark(x, y, _cut(text, letters), _cut(text, 300), shown.href)


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
