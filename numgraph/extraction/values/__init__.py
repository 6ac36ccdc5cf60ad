"""Values in running text: each finder yields what it found and where, at the precision the text has."""

from __future__ import annotations

from dataclasses import dataclass

from numgraph.model import Value


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the half-open stretch of the searched text that states it."""

    start: int
    end: int
    value: Value


@dataclass(frozen=True, slots=True)
class Period:
    """Two dates that bound a time. Either end may be missing where the text leaves it open."""

    start: int
    end: int
    first: Value
    last: Value
