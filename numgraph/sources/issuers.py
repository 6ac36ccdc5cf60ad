"""The institution inside the title of a feed or the name of a sender: what is left without the words of its office."""

from __future__ import annotations

import re
from collections.abc import Iterator

from numgraph.sources import chrome
from numgraph.sources.people import person

_PORTAL = re.compile(r"\bidw\b|informationsdienst wissenschaft|\bgoogle\b", re.IGNORECASE)
_BETWEEN = re.compile(
    r":\s+|\s*[|»›·,]\s*|\s+[-–—/]\s+|\s+(?:via|im auftrag von|namens|on behalf of)\s+", re.IGNORECASE
)
_OFFICE = (
    r"(?:(?:rss|feed|presse|medien|press\b|media\b|news|nieuws|pers(?:bericht|dienst|voorlicht)|aktuell|neueste|meldung"
    r"|nachricht|latest|kommunikation|communicati|öffentlichkeitsarbeit|redaktion|info\b|stabsstelle|marketing"
    r"|geschäftsstelle|sekretariat|office\b|corporate)[\w-]*)"
)
_WHOSE = re.compile(
    rf"(?i:{_OFFICE}(?:\s(?:und|and|en|&|\+)\s[\w-]+|\s[\w-]+)??"
    r"(?:\s(?:der|des|vom|von|aus der|aus dem|of the|of|from the|from|van de|van het|van))?)\s+(?=[A-ZÄÖÜ]\w{2})"
)
_ONLY_OFFICE = re.compile(rf"{_OFFICE}(?:\s(?:und|and|en|&|\+)\s[\w-]+|\s(?:office|team|releases?))*", re.IGNORECASE)


def institution(text: str) -> tuple[int, int] | None:
    """The place of the institution's name; None where only a person, an office or a portal is named.

    >>> said = "Pressemitteilungen der Universität Musterstadt | Aktuelles"
    >>> said[slice(*institution(said))]
    'Universität Musterstadt'
    >>> institution("Anna Muster"), institution("Pressestelle")
    (None, None)
    """
    return max(_named(text), key=lambda part: part[1] - part[0], default=None)


def _named(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for between in (*_BETWEEN.finditer(text), None):
        end = between.start() if between else len(text)
        part = text[start:end]
        if part and not _names_nobody(part):
            whose = _WHOSE.match(part)
            yield start + (whose.end() if whose else 0), end
        start = between.end() if between else end


def _names_nobody(part: str) -> bool:
    return bool(chrome.is_kicker(part) or _ONLY_OFFICE.fullmatch(part) or _PORTAL.search(part) or person(part))
