"""Which words of a quote carry a value: how a source may have written it, and where that stands in the text.

Pure functions over text. The marks help the eye; the evidence is the quote itself, at its offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .answers import Term
from .wording import Wording

_SHORTEST = 2  # a single letter would light up everywhere; a single digit is a value
_STEM = 5  # words this long may take an ending of their language
_ENDINGS = ("es", "en", "er", "em", "e", "s", "n")  # German and Dutch; the longer ones first
_MOST_WORDS = 200  # that are looked for in one text
_GAP = re.compile(r"[\s\u00ad]+")
_LETTERS = re.compile(r"\w*")
_PHONE = re.compile(r"\+\d{6,15}")
_PHONES = re.compile(r"(?<!\w)[+(]?\d[\d\s()/.–-]{5,40}")
_LAST = 6  # digits by which a phone number is known, however its beginning is written
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# An address with its signs as they are, or spelled out to keep robots away.
_AT = r"\s*(?:@|[(\[]\s*(?:at|ät)\s*[)\]]|\sat\s)\s*"
_DOT = r"\s*(?:\.|[(\[]\s*(?:dot|punkt|punt)\s*[)\]])\s*"
_MAILS = re.compile(rf"(?i)(?<![\w.+%-])([\w.+%-]+){_AT}([\w-]+(?:{_DOT}[\w-]+)+)")
_DOTS = re.compile(rf"(?i){_DOT}")
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
    taken = bytearray(len(text))
    found = []
    for word in sorted(telling, key=lambda word: (-len(word), word))[:_MOST_WORDS]:
        for start, end in _places(word, text):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append((start, end))
    return sorted(found)


def _is_telling(word: str) -> bool:
    return len(word) >= _SHORTEST or word.isdigit()


def _places(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a text holds a word, in whatever spelling its kind allows.

    Without patterns of its own for each word: compiling them was the dearest part of a page.
    """
    if _PHONE.fullmatch(word):
        return _phones(word, text)
    if _MAIL.fullmatch(word):
        return _mails(word, text)
    return _figures_in(word, text) if word.isdigit() else _names(word, text)


def _phones(number: str, text: str) -> Iterator[tuple[int, int]]:
    """A number with what people put between its digits, and whatever digits go before the last six."""
    for one in _PHONES.finditer(text):
        digits = [at for at in range(one.start(), one.end()) if text[at].isdigit()]
        before = "".join(text[at] for at in digits).find(number[-_LAST:], 1)
        if before > 0 and not _is_word(text, end := digits[before + _LAST - 1] + 1):
            yield one.start(), end


def _mails(address: str, text: str) -> Iterator[tuple[int, int]]:
    for one in _MAILS.finditer(text):
        if f"{one[1]}@{_DOTS.sub('.', one[2])}".casefold() == address.casefold():
            yield one.span()


def _figures_in(digits: str, text: str) -> Iterator[tuple[int, int]]:
    """A figure that is no part of a longer one."""
    for start, end in _found(digits, text):
        is_tail = start > 1 and text[start - 1] in ".," and text[start - 2].isdigit()
        is_head = text[end : end + 1] in {".", ","} and text[end + 1 : end + 2].isdigit()
        if not (is_tail or is_head or _is_word(text, end)):
            yield start, end


def _names(name: str, text: str) -> Iterator[tuple[int, int]]:
    """A name in running text: any white space between its words, an ending of the language after each."""
    parts = _parts(name)
    for start, _ in _found(parts[0][0], text):
        end = _end(parts, text, start)
        if end is not None:
            yield start, end


def _found(beginning: str, text: str) -> Iterator[tuple[int, int]]:
    """Where ``beginning`` stands at the start of a word."""
    start = text.find(beginning)
    while start >= 0:
        if start == 0 or not _is_word(text, start - 1):
            yield start, start + len(beginning)
        start = text.find(beginning, start + 1)


def _is_word(text: str, at: int) -> bool:
    """Whether a letter, a digit or an underscore stands there."""
    character = text[at : at + 1]
    return character.isalnum() or character == "_"


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[tuple[str, bool], ...]:
    """The words of a name without their endings, and whether each may take one."""
    return tuple((_stem(part), len(part) >= _STEM and part.isalpha()) for part in name.split())


def _stem(part: str) -> str:
    """A word without an ending of its language, where it is long enough to have one."""
    if len(part) <= _STEM + 1 or not part.isalpha():
        return part
    return part.removesuffix(next(filter(part.endswith, _ENDINGS), ""))


def _end(parts: tuple[tuple[str, bool], ...], text: str, at: int) -> int | None:
    """Where the name that may begin at ``at`` ends; None where it does not stand there."""
    for number, (stem, takes_ending) in enumerate(parts):
        if number:
            gap = _GAP.match(text, at)
            if gap is None or not text.startswith(stem, gap.end()):
                return None
            at = gap.end()
        at += len(stem)
        if takes_ending:
            ending = _LETTERS.match(text, at)
            at += len(ending[0]) if ending and ending[0] in _ENDINGS else 0
    return None if _is_word(text, at) else at


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
