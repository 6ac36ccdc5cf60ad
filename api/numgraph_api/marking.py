"""Which words of a quote carry a value: how a source may have written it, and where that stands in the text.

Pure functions over text. The marks help the eye; the evidence is the quote itself, at its offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .answers import Term
from .wording import Wording

_SHORTEST = 2  # a single letter would light up everywhere
_STEM = 5  # words this long may take an ending of their language
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    marked: bool


def pieces(text: str, words: Iterable[str]) -> list[Piece]:
    """``text`` cut where ``words`` begin and end; the longest word wins where several fit.

    >>> [piece.text for piece in pieces("The NUM is funded.", ["NUM"]) if piece.marked]
    ['NUM']
    """
    found, cursor = [], 0
    for start, end in spans(text, words):
        if start > cursor:
            found.append(Piece(text[cursor:start], marked=False))
        found.append(Piece(text[start:end], marked=True))
        cursor = end
    if cursor < len(text):
        found.append(Piece(text[cursor:], marked=False))
    return found


def spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where ``words`` stand in ``text``: sorted, not overlapping."""
    wanted = sorted({word.strip() for word in words if len(word.strip()) >= _SHORTEST}, key=len, reverse=True)
    if not wanted:
        return []
    pattern = "|".join(_pattern(word) for word in wanted[:200])
    return [found.span() for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text)]


def _pattern(word: str) -> str:
    """A name in running text: any white space between its words, a German or Dutch ending after each."""
    return r"[\s­]+".join(_inflected(part) for part in word.split())


def _inflected(part: str) -> str:
    if len(part) < _STEM or not part.isalpha():
        return re.escape(part)
    stem = re.sub(r"(?:es|en|er|em|e|s|n)$", "", part) if len(part) > _STEM + 1 else part
    return re.escape(stem) + r"(?:es|en|er|em|e|s|n)?"


def surfaces(term: Term, names: Iterable[str], wordings: Iterable[Wording]) -> list[str]:
    """How a source may have written ``term``: the names of a thing, or the spellings of a value."""
    if term.is_iri:
        return list(names)
    found = _DATE.fullmatch(term.value)
    if found and term.local_datatype in {"date", "gYearMonth", "gYear"}:
        return _dates(term.value, found, wordings)
    if term.local_datatype in {"decimal", "integer"}:
        return _figures(term.value, wordings)
    return [term.value]


def _dates(iso: str, found: re.Match[str], wordings: Iterable[Wording]) -> list[str]:
    year, month, day = found.groups()
    said = [iso, *(wording.date(iso) for wording in wordings)]
    if day:
        said += [
            f"{day}.{month}.{year}",
            f"{int(day)}.{int(month)}.{year}",
            f"{day}/{month}/{year}",
            f"{month}/{day}/{year}",
        ]
        said += [wording.date(f"{year}-{month}") for wording in wordings]
    if month:
        said += [f"{month}/{year}", f"{int(month)}/{year}", f"{month}.{year}"]
    return [*said, year] if not month else said


def _figures(plain: str, wordings: Iterable[Wording]) -> list[str]:
    said = [plain, *(wording.number(plain) for wording in wordings)]
    value = float(plain)
    for size, words in ((1e9, "Milliarden|Mrd.|billion|miljard"), (1e6, "Millionen|Million|Mio.|million|miljoen")):
        if value >= size:
            short = f"{value / size:g}"
            said += [f"{number} {word}" for word in words.split("|") for number in {short, short.replace(".", ",")}]
    return said
