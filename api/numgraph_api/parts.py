"""Long sources in parts: where a text is cut so that a page stays light, and which part a place belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

PART = 24_000  # characters of running text on one page
TABLE_PART = 6_000  # characters of a table, about 15 rows
FIRST_PART = PART * 2 // 3  # characters that the first part has in any case


@dataclass(frozen=True, slots=True)
class Part:
    """Part ``number`` of ``total``: the half-open stretch of the text, and where its neighbours begin."""

    start: int
    end: int
    number: int
    total: int
    before: int | None
    after: int | None

    def holds(self, start: int) -> bool:
        return self.start <= start < self.end


def part(text: str, at: int, *, is_table: bool) -> Part:
    """The part of ``text`` that holds the character ``at``.

    Cut after a row of a table or a paragraph, where one ends in the last third of a part; else after a line or word.
    """
    size, ends = (TABLE_PART, ("\n\n",)) if is_table else (PART, ("\n\n", "\n", " "))
    edges = [0]
    while len(text) - edges[-1] > size:
        edges.append(_cut(text, edges[-1], size, ends))
    edges.append(len(text))
    stretches = list(pairwise(edges))
    number = next((n for n, (_, end) in enumerate(stretches) if at < end), len(stretches) - 1)
    start, end = stretches[number]
    before = stretches[number - 1][0] if number else None
    after = stretches[number + 1][0] if number + 1 < len(stretches) else None
    return Part(start, end, number + 1, len(stretches), before, after)


def _cut(text: str, start: int, size: int, ends: tuple[str, ...]) -> int:
    for mark in ends:
        found = text.rfind(mark, start + size * 2 // 3, start + size)
        if found >= 0:
            return found + len(mark)
    return start + size
