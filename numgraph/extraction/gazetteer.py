"""The known entities: read from the directory tables, found in text with inflection, linked with care.

Names are compared as sequences of word stems, so that "der Technischen Universität Dresden" is found by its nominative;
short forms that are common words or ambiguous elsewhere are hits that need support from the document (``Hit.weak``).
"""

from __future__ import annotations

import bisect
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

import ahocorasick
from rapidfuzz import fuzz

from numgraph.model import Entity

_WORD = re.compile(r"\w+\+?")  # "Erasmus+" is another name than "Erasmus"
_GAP = re.compile(r"[ \t\u00a0]?(?:[-–/&’']|\.(?!\s)|, )?[ \t\u00a0]?")
_ENDING = re.compile(r"(?<=\w{4})(?:en|er|em|es|e|s|n)$")
_SHORT = 5
_OWNER = re.compile(r"\s(?:der|des|am|an der|of the|of|van)\s.*$")
_LOCAL = ("OrganisationalUnit", "Network")
_LIKE = 92
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a directory table."""

    key: str
    type: str
    labels: Mapping[str, str]  # by language
    aliases: tuple[str, ...] = ()
    city: str = ""
    country: str = ""
    parent: str = ""
    short: str = ""  # a name that alone proves little, unless it is among the aliases too

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (*self.labels.values(), *self.aliases, self.short))))

    def is_weak(self, name: str) -> bool:
        """Whether a name means the entry only where its document supports it."""
        if name == self.short:
            return name not in self.aliases
        mixed = sum(map(str.isupper, name)) > 1 and not name.isupper()  # "ZonMw" is no common word
        return " " not in name and "-" not in name and (len(name) <= _SHORT or name.isupper()) and not mixed

    def __hash__(self) -> int:
        return hash(self.key)

    @lru_cache(maxsize=20_000)  # noqa: B019 - entries live as long as the process
    def entity(self, language: str, seen: tuple[str, ...] = ()) -> Entity:
        """The entity with its label in ``language`` where the table has one, and the names a document used."""
        spoken = language if language in self.labels else next(iter(self.labels))
        label = self.labels[spoken]
        aliases = tuple(sorted({name for name in seen if name != label}))
        neutral = len(set(self.labels.values())) == 1 and len(self.labels) > 1
        return Entity(self.key, label, self.type, None if neutral else spoken, aliases, known=True)


@dataclass(frozen=True, slots=True)
class Hit:
    """A known name in a text. A weak hit means its entry only if the document supports it."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    name: str
    weak: bool


@lru_cache(maxsize=50_000)  # the words of a language come again and again
def stem(word: str) -> str:
    """A crude stem that makes inflected forms of one word equal; words with capitals inside keep their form."""
    if len(word) <= _SHORT or word[1:].lower() != word[1:]:
        return word.lower()
    return _ENDING.sub("", word.lower())


def _folded(name: str) -> str:
    return " ".join(stem(word) for word in _WORD.findall(name))


def _short_names(entry: Entry) -> tuple[str, ...]:
    """What a site calls its own unit: its names without the city and without what follows "der", "des", "of"."""
    names = {name for name in entry.names if " " in name or "-" in name}
    names |= {re.sub(rf"\s?\(?{re.escape(entry.city)}\)?", "", name) for name in names}
    names |= {_OWNER.sub("", name) for name in names}
    return tuple(sorted({_folded(name) for name in names if " " in name or "-" in name}))


@dataclass(frozen=True, slots=True)
class _Name:
    written: str
    entry: Entry
    is_word: bool
    weak: bool

    @classmethod
    def of(cls, name: str, entry: Entry) -> _Name:
        return cls(name, entry, " " not in name and "-" not in name, entry.is_weak(name))

    def fits(self, surface: str) -> bool:
        """One-word names must be written as the table has them, but for a genitive s; longer ones with a capital."""
        if self.is_word:
            plain = self.written
            return surface == plain or (len(plain) > _SHORT and surface in (plain + "s", plain + "es"))
        return surface[:1].isupper() or surface[:1] == self.written[:1] or surface[:1].isdigit()


class Gazetteer:
    """An index of entries by name."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._automaton = ahocorasick.Automaton()
        names: dict[str, list[_Name]] = {}
        for entry in self._entries.values():
            for name in entry.names:
                key = _SEPARATOR.join(stem(word) for word in _WORD.findall(name))
                if key and not name.isdigit():
                    names.setdefault(f"{_SEPARATOR}{key}{_SEPARATOR}", []).append(_Name.of(name, entry))
        for key, found in names.items():
            self._automaton.add_word(key, (key.count(_SEPARATOR) - 1, found))
        if names:
            self._automaton.make_automaton()
        self._empty = not names
        self.lookup = lru_cache(maxsize=20_000)(self._lookup)  # lists and cards ask for the same names again and again
        self._by_city: dict[str, list[tuple[Entry, tuple[str, ...]]]] = {}
        for entry in self._entries.values():
            if entry.city:
                self._by_city.setdefault(entry.city, []).append((entry, _short_names(entry)))

    @classmethod
    def empty(cls) -> Gazetteer:
        return cls(())

    @classmethod
    def load(cls, folder: Path) -> Gazetteer:
        """Every ``*.csv`` below ``folder``; the columns are described in data/directories."""
        return cls(entry for path in sorted(folder.rglob("*.csv")) for entry in _rows(path))

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def entry(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def ancestors(self, key: str) -> tuple[str, ...]:
        """What an entry is part of, and what that is part of, nearest first."""
        found: list[str] = []
        entry = self._entries.get(key)
        while entry and entry.parent and entry.parent not in found:
            found.append(entry.parent)
            entry = self._entries.get(entry.parent)
        return tuple(found)

    def _lookup(self, name: str) -> Entry | None:
        """The one entry whose name is ``name`` and nothing more, in whatever inflection."""
        words = list(_WORD.finditer(name))
        if self._empty or not words or words[0].start() or words[-1].end() < len(name.rstrip(")")):
            return None
        key = _SEPARATOR.join(stem(word.group()) for word in words)
        _, found = self._automaton.get(f"{_SEPARATOR}{key}{_SEPARATOR}", (0, []))
        hits = list(_hit(name, words, found)) if found else []
        return hits[0].entries[0] if hits and len(hits[0].entries) == 1 else None

    def local(self, name: str, city: str) -> Entry | None:
        """The entry of ``city`` that its own site calls ``name`` for short, misspelt by a letter or two at most."""
        wanted = _folded(name)
        near = [
            (max(fuzz.ratio(wanted, short) for short in shorts), entry)
            for entry, shorts in self._by_city.get(city, ())
            if entry.type in _LOCAL
        ]
        best = max((score for score, _ in near), default=0)
        fitting = [entry for score, entry in near if score == best]
        return fitting[0] if best >= _LIKE and len(fitting) == 1 else None

    def find(self, text: str) -> Iterator[Hit]:
        """Every known name in ``text``, overlapping ones too, in order of their end."""
        if self._empty:
            return
        stems = [stem(word) for word in _WORD.findall(text)]
        hits = list(self._automaton.iter(_SEPARATOR.join(("", *stems, ""))))
        if not hits:
            return
        words = list(_WORD.finditer(text))
        ends = list(accumulate(len(one) + 1 for one in stems))
        for end, (count, found) in hits:
            last = bisect.bisect_left(ends, end)
            yield from _hit(text, words[last - count + 1 : last + 1], found)


def _hit(text: str, words: list[re.Match[str]], names: list[_Name]) -> Iterator[Hit]:
    start, end = words[0].start(), words[-1].end()
    surface = text[start:end]
    fitting = [name for name in names if name.fits(surface)]
    if not fitting or _inside_compound(text, start, end):
        return
    if all(_is_one_name(text, a, b) for a, b in pairwise(words)):
        entries = tuple({name.entry.key: name.entry for name in fitting}.values())
        yield Hit(start, end, entries, fitting[0].written, all(name.weak for name in fitting))


def _is_one_name(text: str, one: re.Match[str], two: re.Match[str]) -> bool:
    """Whether nothing that ends a name stands between two words; a full stop may follow a short word ("St. Gallen")."""
    between = text[one.end() : two.start()]
    return between == " " or bool(_GAP.fullmatch(between)) or (between == ". " and len(one.group()) < _SHORT)


def _inside_compound(text: str, start: int, end: int) -> bool:
    """Whether a hyphen ties the name to a further word: "NUM" in "NUM-Akteure".

    Dutch ties common nouns to names ("UMC Utrecht-onderzoeker"), in small letters: there the name keeps its meaning."""
    after = text[end : end + 2]
    before = text[max(0, start - 2) : start]
    return (after[:1] == "-" and after[1:].isupper()) or (before[-1:] == "-" and before[:1].isalnum())


def _rows(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            labels = {code: row[f"label_{code}"].strip() for code in ("de", "en", "nl") if row.get(f"label_{code}")}
            if not row.get("key") or not row.get("type") or not labels:
                continue
            aliases = [alias.strip() for alias in (row.get("aliases") or "").split("|")]
            short = (row.get("abbreviation") or "").strip()
            yield Entry(
                key=row["key"].strip(),
                type=row["type"].strip(),
                labels=labels,
                aliases=tuple(dict.fromkeys(filter(None, aliases))),
                city=(row.get("city") or "").strip(),
                country=(row.get("country") or "").strip(),
                parent=(row.get("parent") or "").strip(),
                short=short,
            )
