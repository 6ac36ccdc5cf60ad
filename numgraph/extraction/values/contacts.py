"""E-mail addresses, however they are veiled, and phone numbers in E.164 (never fax numbers)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

import phonenumbers

from numgraph.extraction.languages import lexicon
from numgraph.extraction.values import Found
from numgraph.model import Value

_LOCAL = r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_BETWEEN = r"[\d ()/.\u00a0\u2009\u200a\u202f\u2011–-]"
_CANDIDATE = re.compile(rf"(?<![\w/])(?:\+|00(?=[1-9])|\(?0)[\d(]{_BETWEEN}{{4,24}}\d")
# Without a trunk prefix, as in North America; only where the region has none.
_TRUNKLESS = re.compile(r"(?<![\w/.+])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])")
_TRUNKLESS_REGIONS = ("US", "CA")
_ANTI_SPAM = re.compile(
    r"(?i:\b(?:remove-?this|no-?spam|nospam|delete-?this|entfernen|bitte-?entfernen|spam-?schutz|loeschen)[.-])"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_FEWEST_DIGITS = 6


@cache
def _veils() -> tuple[re.Pattern[str], ...]:
    words = lexicon()
    ats = "|".join(map(re.escape, words.at_words))
    dots = "|".join(map(re.escape, words.dot_words))
    at = rf"(?:\s?[(\[{{<]\s?(?:{ats}|@)\s?[)\]}}>]\s?|\s?_(?:{ats})_\s?|\s?[\"“”„'](?:{ats})[\"“”']\s?|[\u200b\u2060]*@[\u200b\u2060]*)"  # noqa: E501 - a pattern is read best on one line
    dot = rf"(?:\s?[(\[{{<]\s?(?:{dots}|\.)\s?[)\]}}>]\s?|\.)"
    framed = re.compile(
        rf"(?<![\w.@])(?P<local>{_LOCAL}(?:{dot}[\w%+-]{{1,30}}){{0,3}}){at}(?P<domain>{_LABEL}(?:{dot}{_LABEL}){{1,5}})",
        re.IGNORECASE,
    )
    spelled_dot = rf"(?:\s(?:{dots})\s|\.)"
    spelled = re.compile(
        rf"(?<![\w.@])(?P<local>[a-z0-9]{{1,40}}(?:{spelled_dot}|[-_])[a-z0-9]{{1,40}}(?:{spelled_dot}[a-z0-9]{{1,40}})?|(?<=:\s)[a-z0-9]{{1,40}})"
        rf"\s(?:{ats})\s(?P<domain>{_LABEL}(?:{spelled_dot}{_LABEL}){{1,4}})",
        re.IGNORECASE,
    )
    shouted = re.compile(  # "jo AT example DOT org"
        rf"(?<![\w.@])(?P<local>{_LOCAL}) (?:{ats.upper()}) (?P<domain>{_LABEL}(?: (?:{dots.upper()}) {_LABEL}){{1,4}})"
    )
    return framed, spelled, shouted


@cache
def _unveil() -> re.Pattern[str]:
    dots = "|".join(map(re.escape, lexicon().dot_words))
    return re.compile(rf"\s?[(\[{{<]\s?(?:{dots}|\.)\s?[)\]}}>]\s?|\s(?:{dots})\s", re.IGNORECASE)


def find_emails(text: str) -> Iterator[Found]:
    """Addresses as text gives them: plain, with (at) and [dot], or spelled out beside a dotted local part.

    "E-Mail senden" and "look at example.org" are no addresses.
    """
    seen: list[Found] = []
    for shape in _veils():
        for match in shape.finditer(text):
            domain = _ANTI_SPAM.sub("", match["domain"])
            domain = _unveil().sub(".", domain).strip(".- ")
            domain = _INVISIBLE.sub("", domain)
            address = f"{_unveil().sub('.', match['local'])}@{domain}".lower()
            if not re.search(r"\.[a-z]{2,18}$", address) or " " in address:
                continue
            if not any(found.start < match.end() and match.start() < found.end for found in seen):
                seen.append(Found(match.start(), match.end(), Value(address, "email")))
    yield from sorted(seen, key=lambda found: found.start)


@cache
def _fax() -> re.Pattern[str]:
    return re.compile(rf"(?:\b(?:{'|'.join(lexicon().fax_labels)}|(?<![\w])F))[.:\s–-]{{0,4}}$", re.IGNORECASE)


def find_phones(text: str, region: str | None) -> Iterator[Found]:
    """Numbers that can be phones in their country; ``region`` (ISO 3166) reads the national ones.

    A number whose nearest label says fax is left out, also where the label stands on the line before.
    """
    shapes = (_CANDIDATE, _TRUNKLESS) if region in _TRUNKLESS_REGIONS else (_CANDIDATE,)
    for match in chain.from_iterable(shape.finditer(text) for shape in shapes):
        if _fax().search(text[max(0, match.start() - 20) : match.start()]):
            continue
        number = _parse(match.group(), region)
        if number:
            yield Found(match.start(), match.end(), Value(number, "phone"))


def _parse(written: str, region: str | None) -> str | None:
    plain = re.sub(r"(?<=\d)\s*\(0\)\s*", " ", re.sub("[\u2009\u200a\u202f]", " ", written.replace("\u2011", "-")))
    if not plain.startswith(("+", "00")) and region is None:
        return None
    if sum(map(str.isdigit, plain)) < _FEWEST_DIGITS or re.fullmatch(r"0?\d[./]\d{1,2}[./]\d{2,4}", plain):
        return None
    try:
        number = phonenumbers.parse(plain, region or "DE")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
