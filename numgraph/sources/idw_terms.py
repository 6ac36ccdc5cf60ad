"""The closed vocabularies of the idw press portal (idw-online.de), in its English and German interface.

Source: the criteria lines of releases as the portal shows them. Checked in both interfaces on
idw-online.de/de/news43891 and /en/news43891 (Buntes aus der Wissenschaft, Personalia, fachunabhängig, regional); the
other pairs are as known from the portal, which publishes no list to check them against. Early releases have no line of
audiences, so a line is told by its terms and not by its place. An unknown term costs no more than a comma inside it.
Event types hold slashes and no commas, and need no list.

Terms hold commas and slashes of their own ("transregional, national", "Nutrition / healthcare / nursing"), so a line of
terms can only be split by knowing them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Each row: the English term, the German term.
SUBJECT_AREA = (
    ("Art / design", "Kunst / Design"),
    ("Biology", "Biologie"),
    ("Chemistry", "Chemie"),
    ("Construction / architecture", "Bauwesen / Architektur"),
    ("Cultural sciences", "Kulturwissenschaften"),
    ("Economics / business administration", "Wirtschaft"),
    ("Electrical engineering", "Elektrotechnik"),
    ("Energy", "Energie"),
    ("Environment / ecology", "Umwelt / Ökologie"),
    ("Geosciences", "Geowissenschaften"),
    ("History / archaeology", "Geschichte / Archäologie"),
    ("Information technology", "Informationstechnik"),
    ("interdisciplinary", "fachunabhängig"),
    ("Language / literature", "Sprache / Literatur"),
    ("Law", "Recht"),
    ("Materials sciences", "Werkstoffwissenschaften"),
    ("Mathematics", "Mathematik"),
    ("Mechanical engineering", "Maschinenbau"),
    ("Media and communication sciences", "Medien- und Kommunikationswissenschaften"),
    ("Medicine", "Medizin"),
    ("Music / theatre", "Musik / Theater"),
    ("Nutrition / healthcare / nursing", "Ernährung / Gesundheit / Pflege"),
    ("Oceanology / climate", "Meer / Klima"),
    ("Philosophy / ethics", "Philosophie / Ethik"),
    ("Physics / astronomy", "Physik / Astronomie"),
    ("Politics", "Politik"),
    ("Psychology", "Psychologie"),
    ("Religion", "Religion"),
    ("Social studies", "Gesellschaft"),
    ("Sport science", "Sportwissenschaft"),
    ("Teaching / education", "Pädagogik / Bildung"),
    ("Traffic / transport", "Verkehr / Transport"),
    ("Zoology / agricultural and forest sciences", "Tier / Land / Forst"),
    ("Zoology / agricultural and forest sciences", "Tier- / Agrar- / Forstwissenschaften"),
)
RELEASE_TYPE = (
    ("Advanced scientific education", "Wissenschaftliche Weiterbildung"),
    ("Contests / awards", "Wettbewerbe / Auszeichnungen"),
    ("Cooperation agreements", "Kooperationen"),
    ("Miscellaneous scientific news/publications", "Buntes aus der Wissenschaft"),
    ("Organisational matters", "Organisatorisches"),
    ("Personnel announcements", "Personalia"),
    ("Press events", "Pressetermine"),
    ("Research projects", "Forschungsprojekte"),
    ("Research results", "Forschungsergebnisse"),
    ("Schools and science", "Schule und Wissenschaft"),
    ("Science policy", "Wissenschaftspolitik"),
    ("Scientific conferences", "Wissenschaftliche Tagungen"),
    ("Scientific Publications", "Wissenschaftliche Publikationen"),
    ("Studies and teaching", "Studium und Lehre"),
    ("Transfer of Science or Research", "Forschungs- / Wissenstransfer"),
)
REGION = (
    ("transregional, national", "überregional"),
    ("regional", "regional"),
    ("local", "lokal"),
    ("international", "international"),
)
AUDIENCE = (
    ("Journalists", "Journalisten"),
    ("Scientists and scholars", "Wissenschaftler"),
    ("Students", "Studierende"),
    ("Teachers and pupils", "Lehrer/Schüler"),
    ("Teachers and pupils", "Lehrer und Schüler"),
    ("Business and commerce", "Wirtschaftsvertreter"),
    ("all interested persons", "jedermann"),
    ("all interested persons", "Jedermann"),
)
# Names of languages with their BCP 47 tags.
LANGUAGE = {
    "German": "de", "Deutsch": "de", "English": "en", "Englisch": "en", "Dutch": "nl", "Niederländisch": "nl",
    "French": "fr", "Französisch": "fr", "Italian": "it", "Italienisch": "it", "Spanish": "es", "Spanisch": "es",
    "Polish": "pl", "Polnisch": "pl", "Czech": "cs", "Tschechisch": "cs", "Russian": "ru", "Russisch": "ru",
}  # fmt: skip

SCHEMES = {
    "audience": AUDIENCE,
    "subject_area": SUBJECT_AREA,
    "region": REGION,
    "release_type": RELEASE_TYPE,
    "language": tuple((name, name) for name in LANGUAGE),
}

_SEPARATOR = re.compile(r"\s*[,;]\s*")


@dataclass(frozen=True, slots=True)
class Term:
    """One controlled term as a line spells it, at offsets into that line."""

    text: str
    start: int
    end: int


def split(line: str, scheme: str) -> tuple[Term, ...] | None:
    """The terms of a line that holds nothing but terms of ``scheme``; None for any other line.

    >>> [term.text for term in split("Medicine, Nutrition / healthcare / nursing", "subject_area")]
    ['Medicine', 'Nutrition / healthcare / nursing']
    >>> [term.text for term in split("transregional, national", "region")]
    ['transregional, national']
    """
    known = sorted({term for pair in SCHEMES[scheme] for term in pair}, key=len, reverse=True)
    found, at = [], 0
    while at < len(line):
        term = next((term for term in known if _stands_at(line, at, term)), None)
        if term is None:
            return None
        found.append(Term(line[at : at + len(term)], at, at + len(term)))
        separator = _SEPARATOR.match(line, at + len(term))
        at = separator.end() if separator else at + len(term)
    return tuple(found) or None


def english(term: str, scheme: str) -> str | None:
    """The English spelling of a term of ``scheme`` in either language; None for what is no term of it.

    >>> english("Medizin", "subject_area")
    'Medicine'
    """
    wanted = term.casefold()
    return next((pair[0] for pair in SCHEMES[scheme] if wanted in (pair[0].casefold(), pair[1].casefold())), None)


def _stands_at(line: str, at: int, term: str) -> bool:
    end = at + len(term)
    return line[at:end].casefold() == term.casefold() and (end == len(line) or bool(_SEPARATOR.match(line, end)))


def pieces(line: str) -> Iterator[Term]:
    """The parts between commas, for a line whose terms the vocabularies do not know yet."""
    for found in re.finditer(r"[^,;\s](?:[^,;]*[^,;\s])?", line):
        yield Term(found[0], found.start(), found.end())
