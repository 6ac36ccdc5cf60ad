"""Which words of a quote carry a value: how a source may have written it, and where that stands in the text.

Pure functions over text. The marks help the eye; the evidence is the quote itself, at its offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .answers import Term
from .wording import Wording

_SHORTEST = 2  # a single letter would light up everywhere; a single digit is a value
_STEM = 5  # words this long may take an ending of their language
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ENDING = re.compile(r"(?:es|en|er|em|e|s|n)$")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    marked: bool


def excerpt(found: list[Piece], margin: int = 90) -> list[Piece]:
    """The marked pieces and what stands around them; nothing where nothing is marked."""
    marked = [index for index, piece in enumerate(found) if piece.marked]
    if not marked:
        return []
    kept = found[max(0, marked[0] - 1) : marked[-1] + 2]
    return [_shortened(piece, index == 0, index == len(kept) - 1, margin) for index, piece in enumerate(kept)]


def _shortened(piece: Piece, is_first: bool, is_last: bool, margin: int) -> Piece:
    """Plain text beside the marks, cut at a word; what lies between two marks is cut in its middle."""
    text = piece.text
    if piece.marked or len(text) <= margin * (1 if is_first or is_last else 3):
        return piece
    head = "" if is_first else text[:margin].rpartition(" ")[0]
    tail = "" if is_last else text[-margin:].partition(" ")[2]
    cut = f"{head} … {tail}"
    return Piece(cut.lstrip() if is_first else cut.rstrip() if is_last else cut, marked=False)


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
    telling = {word.strip() for word in words if _is_telling(word.strip())}
    wanted = sorted((word for word in telling if _may_stand(word, text)), key=lambda word: (-len(word), word))
    if not wanted:
        return []
    taken = bytearray(len(text))
    found = []
    for word in wanted[:200]:
        for match in _compiled(word).finditer(text):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append((start, end))
    return sorted(found)


@lru_cache(maxsize=4096)
def _compiled(word: str) -> re.Pattern[str]:
    """Names come back on page after page; compiling them anew was the dearest part of a page."""
    return re.compile(rf"(?<!\w)(?:{_pattern(word)})(?!\w)")


def _is_telling(word: str) -> bool:
    return len(word) >= _SHORTEST or word.isdigit()


def _may_stand(word: str, text: str) -> bool:
    """False where a look at the text rules ``word`` out: compiling patterns in vain was a third of a page's time."""
    if word[0] == "+" or "@" in word:
        return True
    return all(_stem(part) in text for part in word.split())


def _pattern(word: str) -> str:
    """A name in running text: any white space between its words, a German or Dutch ending after each."""
    if re.fullmatch(r"\+\d{6,15}", word):
        return _phone(word)
    if _MAIL.fullmatch(word):
        return _mail(word)
    if word.isdigit():
        return rf"(?<!\d[.,]){word}(?![.,]\d)"
    return r"[\s­]+".join(_inflected(part) for part in word.split())


def _phone(number: str) -> str:
    """The last digits of a number with what people put between them, and whatever digits go before."""
    last = r"[\s()/.–-]*".join(number[-6:])
    return rf"[+(]?\d[\d\s()/.–-]*?{last}"


def _mail(address: str) -> str:
    """An address with its signs as they are, or spelled out to keep robots away."""
    name, _, host = address.partition("@")
    dot = r"\s*(?:\.|[(\[]\s*(?:dot|punkt|punt)\s*[)\]])\s*"
    at = r"\s*(?:@|[(\[]\s*(?:at|ät)\s*[)\]]|\s(?:at)\s)\s*"
    return rf"(?i:{re.escape(name)}{at}{dot.join(re.escape(part) for part in host.split('.'))})"


def _inflected(part: str) -> str:
    takes_ending = len(part) >= _STEM and part.isalpha()
    return re.escape(_stem(part)) + (r"(?:es|en|er|em|e|s|n)?" if takes_ending else "")


def _stem(part: str) -> str:
    """A word without an ending of its language, where it is long enough to have one."""
    return _ENDING.sub("", part) if len(part) > _STEM + 1 and part.isalpha() else part


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
