"""Blocks into sentences, with offsets. Own splitter: abbreviations come from the packs, offsets are exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from numgraph.extraction.languages import lexicon

LONGEST = 1600  # characters; a longer stretch without a full stop is cut, so that work per sentence is bounded
# Begins with one class of characters, to which the engine can skip.
_STOP = re.compile(
    r"[.!?…:;\n](?:(?<=[.!?…])[\"“”’'»)\]]*(?=\s)|(?<=[:;])\n\s*\n|(?<=\n)(?:\s*\n|(?=\s*(?:[-–•*▪·]|\d{1,2}[.)])\s)))"
)
_LAST_WORD = re.compile(r"(?:^|[\s(„“\"/–—-])((?:\w+\.)*\w*)$")


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(lexicon().dots)


def split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of ``text[start:end]`` as offsets into ``text``, trimmed of white space."""
    here = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() - here < LONGEST and not _ends_sentence(text, here, stop, end):
            continue
        yield from _pieces(text, here, stop.end())
        here = stop.end()
    yield from _pieces(text, here, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if left < len(piece):
        yield start + left, start + len(piece.rstrip())


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    if not stop.group().startswith("."):
        return True
    after = text[stop.end() : min(end, stop.end() + 3)].lstrip()[:1]
    if after and after.islower():
        return False
    if len(stop.group()) > 1:
        return True
    word = _LAST_WORD.search(text[max(start, stop.start() - 24) : stop.start()])
    last = word.group(1).lower() if word else ""
    if last.isdigit():  # "1. Juli", but "im Jahr 2020."
        return len(last) > 2  # noqa: PLR2004 - more digits than a day or an ordinal has
    return last not in _abbreviations() and not (len(last) == 1 and last.isalpha())
