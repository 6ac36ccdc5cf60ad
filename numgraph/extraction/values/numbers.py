"""Counts and amounts of money, written with digits or words, with scale words and either decimal sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.values import Found
from numgraph.model import Value

_DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,3})?(?!\d)"


def _alternation(words: object) -> str:
    return "|".join(sorted((re.escape(str(word)) for word in words), key=len, reverse=True))  # type: ignore[attr-defined]


@cache
def _money() -> re.Pattern[str]:
    words = lexicon()
    number = f"(?:{_DIGITS}|\\b(?:{_alternation(words.numbers)})\\b)"
    scale, unit = _alternation(words.scales), _alternation(words.currencies)
    return re.compile(
        rf"(?<![\w.,])(?:(?P<c1>{unit})\s?(?P<n1>{number})(?:[\s-]?(?P<s1>{scale})(?!\w))?"
        rf"|(?P<n2>{number})(?:[\s-]?(?P<s2>{scale})(?!\w))?\s?(?P<c2>{unit})(?!\w))"
    )


_DIGIT = re.compile(r"\d")
_DIGIT_COUNT = re.compile(r"(?<![\w.,/+€$§-])(\d{1,3}(?:[.,]\d{3})+|\d{1,7})(?![\w%°€.,/:]*\d)(?!\w|\s?[%°€])")
_WORD = re.compile(r"(?<![\w-])[^\W\d_]{3,20}(?:-[^\W\d_]{3,6})?(?![\w%°€])")


def decimal(digits: str, *, scaled: bool) -> Decimal:
    """The number that ``digits`` write, in German, Dutch, Swiss or English style.

    One mark before exactly three digits parts thousands, unless a scale word follows ("1,125 million").

    >>> decimal("1.250.000,50", scaled=False), decimal("3,6", scaled=True), decimal("1,250", scaled=False)
    (Decimal('1250000.50'), Decimal('3.6'), Decimal('1250'))
    """
    plain = re.sub(r"[\s'’]", "", digits)
    marks = re.findall(r"[.,]", plain)
    last = max(plain.rfind("."), plain.rfind(","))
    tail = len(plain) - last - 1
    thousands = not marks or (len(set(marks)) == 1 and tail == 3 and (len(marks) > 1 or not scaled))  # noqa: PLR2004
    if thousands:
        return Decimal(re.sub(r"[.,]", "", plain))
    return Decimal(re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :])


def find_money(text: str) -> Iterator[Found]:
    """Amounts with a currency, as plain decimals: "12,8 miljoen euro" is 12800000 EUR."""
    words = lexicon()
    yield from _tons(text)
    for match in _money().finditer(text):
        number, scale, unit = (match[a] or match[b] for a, b in (("n1", "n2"), ("s1", "s2"), ("c1", "c2")))
        amount = _number(number, scaled=bool(scale)) * words.scales.get(scale or "", 1)
        plain = f"{amount:f}"
        if "." in plain:
            plain = plain.rstrip("0").rstrip(".")
        yield Found(match.start(), match.end(), Value(plain, "money", currency=words.currencies[unit]))


@cache
def _scaled() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.,])(?P<number>\d+(?:,\d+)?) (?P<scale>{_alternation(lexicon().bare_scales) or '(?!)'})\b(?! [A-Z])"
    )


def _tons(text: str) -> Iterator[Found]:
    """Scales that need no currency (Dutch "8,5 ton": 850,000 euro), where the text before speaks of a grant."""
    words = lexicon()
    for match in _scaled().finditer(text):
        granted = cue("bare_grant").search(text[max(0, match.start() - 120) : match.start()])
        if granted and not cue("bare_weight").match(text[match.end() : match.end() + 30]):
            amount = decimal(match["number"], scaled=True) * words.scales[match["scale"]]
            value = Value(f"{amount:f}".split(".")[0], "money", currency=words.bare_scales[match["scale"]])
            yield Found(match.start(), match.end(), value)


def _number(text: str, *, scaled: bool) -> Decimal:
    word = lexicon().numbers.get(text.lower())
    return Decimal(word) if word is not None else decimal(text, scaled=scaled)


def find_counts(text: str, words: Iterable[int] | None = None) -> Iterator[Found]:
    """Whole numbers, as digits or spelled; never years, shares or parts of larger numbers.

    ``words`` are the places where spelled numbers may begin, by default every word.
    """
    spelled = lexicon().numbers
    for match in _DIGIT_COUNT.finditer(text) if _DIGIT.search(text) else ():
        value = int(re.sub(r"[.,]", "", match.group(1)))
        if value:
            yield Found(match.start(), match.end(), Value(str(value), "integer"))
    places = (match.start() for match in _WORD.finditer(text)) if words is None else words
    for match in filter(None, (_WORD.match(text, place) for place in places)):
        number = spelled.get(match.group().lower())
        if number:
            yield Found(match.start(), match.end(), Value(str(number), "integer"))
