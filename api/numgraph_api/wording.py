"""The words of the interface in German and English, and how dates, figures and lists are written in each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "de")  # the first is spoken to those who ask for neither

_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
}
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_RANGE = re.compile(r"([a-z]{1,8})(?:-[a-z0-9]+)*\s*(?:;\s*q\s*=\s*([0-9.]+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """One language of the interface. ``say`` raises KeyError for a key that the catalogue lacks."""

    language: str
    catalogue: Mapping[str, str]

    def say(self, key: str, **places: object) -> str:
        return self.catalogue[key].format(**places)

    def date(self, iso: str) -> str:
        """An ISO 8601 date at whatever precision it has; text that is no date is given back unchanged."""
        found = _DATE.fullmatch(iso[:10])
        if not found:
            return iso
        year, month, day = found.groups()
        if not month or not 1 <= int(month) <= 12:  # noqa: PLR2004 - months
            return year if not month else iso
        name = _MONTHS[self.language][int(month) - 1]
        stop = "." if self.language == "de" else ""
        return f"{int(day)}{stop} {name} {year}" if day else f"{name} {year}"

    def number(self, text: str | int) -> str:
        """A plain decimal with the language's separators; anything else unchanged."""
        text = str(text)
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            return text
        whole, _, part = text.partition(".")
        grouped, part = f"{int(whole):,}", part.rstrip("0")
        english = grouped + (f".{part}" if part else "")
        return english if self.language == "en" else english.translate(str.maketrans(",.", ".,"))


def load() -> dict[str, Wording]:
    """The catalogue of each language."""
    catalogues = tomllib.loads((Path(__file__).parent / "wording.toml").read_text(encoding="utf-8"))
    return {language: Wording(language, catalogues[language]) for language in LANGUAGES}


def preferred(accept_language: str) -> str:
    """The language of ``LANGUAGES`` that an Accept-Language header (RFC 9110, section 12.5.4) likes best."""
    weights: dict[str, float] = {}
    for part in accept_language.split(","):
        found = _RANGE.fullmatch(part.strip())
        if found and found[1].lower() in LANGUAGES:
            weight = _weight(found[2])
            weights[found[1].lower()] = max(weight, weights.get(found[1].lower(), 0.0))
    return max(LANGUAGES, key=lambda language: weights.get(language, 0.0))


def _weight(text: str | None) -> float:
    try:
        return float(text) if text is not None else 1.0
    except ValueError:
        return 0.0
