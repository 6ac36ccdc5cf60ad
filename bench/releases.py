"""Made-up press releases of about 7 kB in German, English and Dutch, no two alike, with as many facts as real ones.

Each speaks of a network that does not exist, in one language throughout: headline, date, paragraphs in which sentences
with facts stand among sentences without, a list of partners, a quotation, a contact. The templates are in
releases.yaml; hospitals, universities, funders and places are those of the project's own directories. Topics are
compounds of many parts and names are put together from syllables, so that words come and go as they do in a year of
real releases.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SIZE = 6900  # characters
SHARE_OF_FACTS = 0.7  # of the sentences; gives as many claims per kB as the project's five acceptance documents hold

_HERE = Path(__file__).resolve().parent
_DIRECTORIES = _HERE.parent / "data" / "directories"
_SYLLABLES = (
    "ber bach dor falk gru hin kes lam mer nol pil ros sten tur wal zin hagen holt mann feld horst beek lund rau"
)
_GIVEN = (
    "Anna Bernd Clara Dirk Elif Frank Greta Ines Jonas Katrin Lars Maike Nils Olga Paul Regina Femke Joost Fiona Goran"
)
_TITLES = ("Prof. Dr.", "Dr.", "Prof. Dr. med.", "PD Dr.", "Dr. rer. nat.", "Prof.")
_SLOT = re.compile(r"\{(\w+?)2?\}")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_TYPES = {"hospital": "UniversityHospital", "university": "University", "funder": "Funder", "city": "Place"}


def press_release(number: int) -> str:
    """The release of that number; every number gives another."""
    return _Writer(random.Random(number)).release()  # noqa: S311 - made-up texts, no secrets


class _Writer:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        languages = list(_templates())
        self._code = chance.choices(languages, [_templates()[one]["share"] for one in languages])[0]
        self._words = _templates()[self._code]
        self._fixed: dict[str, str] = {}
        self._fixed = {"short": self._capitals(4), "network": self._filled(self._words["network"])}
        self._projects = [self._capitals(5) + chance.choice(("", "-Net", "2", " Plus")) for _ in range(3)]

    def release(self) -> str:
        """Headline, date, paragraphs up to ``SIZE`` with a list and a quotation among them, contact."""
        words, contact = self._words, self._filled(self._words["contact"])
        parts = [self._one_of(words["headlines"]), self._date(), self._paragraph(self._filled(words["opening"]))]
        parts += [self._filled(words["quotation"]), self._list()]
        while sum(map(len, parts)) + len(contact) < SIZE:
            parts.append(self._paragraph())
        return "\n\n".join([*parts, contact]) + "\n"

    def _paragraph(self, first: str = "") -> str:
        kinds = ("facts" if self._chance.random() < SHARE_OF_FACTS else "prose" for _ in range(self._count(2, 4)))
        return " ".join(filter(None, [first, *(self._one_of(self._words[kind]) for kind in kinds)]))

    def _list(self) -> str:
        items = dict.fromkeys(self._slot(self._chance.choice(("hospital", "university"))) for _ in range(7))
        return "\n".join([self._filled(self._words["list"]), *(f"- {item}" for item in items)])

    def _one_of(self, templates: list[str]) -> str:
        return self._filled(self._chance.choice(templates))

    def _filled(self, text: str) -> str:
        """The text with each choice made and each slot filled."""
        while _CHOICE.search(text):
            text = _CHOICE.sub(lambda found: self._chance.choice(found[1].split("|")), text)
        return _SLOT.sub(lambda found: self._filled(self._slot(found[1])), text)

    def _slot(self, name: str) -> str:
        if name in _TYPES:
            return self._chance.choice(_names(self._code, _TYPES[name]))
        return self._fixed.get(name) or self._made()[name]()

    def _made(self) -> dict[str, Callable[[], str]]:
        return {
            "project": lambda: self._chance.choice(self._projects),
            "topic": self._topic,
            "Topic": lambda: self._topic().title(),
            "person": lambda: f"{self._chance.choice(_GIVEN.split())} {self._name()}",
            "title": lambda: self._chance.choice(_TITLES),
            "amount": lambda: f"{self._count(1, 40)}{'.' if self._code == 'en' else ','}{self._count(1, 9)}",
            "n": lambda: str(self._count(2, 28)),
            "year": lambda: str(self._count(2015, 2024)),
            "later": lambda: str(self._count(2025, 2031)),
            "month": lambda: self._chance.choice(self._words["months"]),
            "aim": lambda: self._chance.choice(self._words["aims"]),
            "unit": lambda: self._words["unit"],
            "mail": lambda: f"{self._name().lower()}@example.org",
        }

    def _topic(self) -> str:
        return "".join(map(self._chance.choice, self._words["topics"]))

    def _name(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES.split(), k=2)).capitalize()

    def _capitals(self, size: int) -> str:
        return "".join(self._chance.choices("ABCDEFGHIKLMNOPRSTUVW", k=size))

    def _count(self, least: int, most: int) -> int:
        return self._chance.randint(least, most)

    def _date(self) -> str:
        return f"{self._count(1, 28):02}.{self._count(1, 12):02}.{self._count(2019, 2026)}"


@cache
def _templates() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((_HERE / "releases.yaml").read_text("utf-8"))
    return found


@cache
def _names(language: str, type_: str) -> list[str]:
    """What the directories call things of a type in a language."""
    tables = (path.read_text("utf-8").splitlines() for path in sorted(_DIRECTORIES.rglob("*.csv")))
    rows = (row for lines in tables for row in csv.DictReader(lines))
    return [name for row in rows if row.get("type") == type_ and (name := row[f"label_{language}"])]
