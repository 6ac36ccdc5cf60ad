"""Claims against gold: how much of what a careful reader found was found, how much of what was found is right.

A gold file is JSON: ``document`` with the name of its file, ``entities``, ``facts`` and ``must_not``. A fact has a
subject and an object (an entity's id, ``doc`` for the document, or a value), a predicate in snake case, its evidence
and a level (core or stretch). A claim matches a fact when

* its predicate is that of the fact or one of ``predicate_alt``,
* its subject is the gold entity that its names fit best (``subject_alt`` counts too), no worse than ``_SAME_NAME``,
* its object is the same entity or value; where both have an ``at``, that is the same entity too.

Recall counts gold facts that some claim matches. Precision counts the claims whose predicate the gold uses at all: gold
says nothing about the others.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from numgraph.errors import UnreadableSource
from numgraph.model import Claim, Document, Entity, Span, Value

DOCUMENT = "doc"
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)

_SAME_NAME = 0.88  # likeness of names that fit an entity
_SAME_WORDS = 0.85  # likeness of free text
_SHORT = 6  # characters: shorter names must be equal
_TELLING = 8  # characters: so long a value may also stand within a longer one
_SUBSCRIBER = 9  # last digits of a phone number, which do without the country's prefix
_HALF = 0.5  # units of currency that amounts may differ by
_EXACT = frozenset({"date", "gYear", "gYearMonth", "dateTime", "lang", "url"})
_NOT_GOLD = frozenset({"cross", "index"})


@dataclass(frozen=True)
class Fact:
    """One gold fact."""

    predicates: frozenset[str]  # camel case; any of them will do
    subjects: tuple[str, ...]
    object: str | dict[str, Any]
    at: str | None
    level: str
    places: tuple[Span, ...]
    predicate: str  # the first, as it is written in the gold


@dataclass(frozen=True)
class Gold:
    """What a careful reader found in one document."""

    name: str
    file: str
    characters: int | None
    names: dict[str, tuple[str, ...]] = field(repr=False)  # of each entity
    facts: tuple[Fact, ...] = field(repr=False)
    must_not: tuple[Fact, ...] = field(repr=False)
    _resolved: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def entities(self, names: tuple[str, ...]) -> frozenset[str]:
        """The entities that these names fit best; none if they fit none well."""
        if names not in self._resolved:
            self._resolved[names] = _best(names, self.names)
        return self._resolved[names]

    @cached_property
    def predicates(self) -> frozenset[str]:
        """Every predicate that the gold uses."""
        return frozenset().union(*(fact.predicates for fact in self.facts))


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim that the gold has an opinion about."""

    claim: Claim
    right: bool


@dataclass(frozen=True)
class Score:
    """One document's claims against its gold."""

    gold: Gold
    found: tuple[Fact, ...]
    missed: tuple[Fact, ...]
    grounded: int  # facts found with a quote that overlaps the gold's evidence
    judged: tuple[Judged, ...]
    forbidden: tuple[tuple[Fact, Claim], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; 1 where there is nothing to find, because nothing is missing."""

    of: int = 0
    all: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.of + other.of, self.all + other.all)

    @property
    def value(self) -> float:
        return self.of / self.all if self.all else 1.0


@dataclass(frozen=True, slots=True)
class Bin:
    """The claims said to be at least ``low`` and less than ``high`` sure (1 belongs to the last bin)."""

    low: float
    high: float
    said: float  # their mean confidence
    right: Share


def load(folder: Path) -> list[Gold]:
    """The gold files of a folder, by name. Raises UnreadableSource for what is not gold."""
    paths = [path for path in sorted(folder.glob("*.json")) if path.stem not in _NOT_GOLD]
    if not paths:
        raise UnreadableSource(f"there is no gold (*.json) in {folder}; give a folder that has some")
    return [_load(path) for path in paths]


def _load(path: Path) -> Gold:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        document = data["document"]
        return Gold(
            path.stem,
            document["file"],
            document.get("chars"),
            {one["id"]: (one["label"], *one.get("aliases", ()), *one.get("label_alt", ())) for one in data["entities"]},
            tuple(map(_fact, data["facts"])),
            tuple(map(_fact, data.get("must_not", ()))),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise UnreadableSource(f"{path} is no gold file: {error}") from error
    except KeyError as error:
        raise UnreadableSource(f"{path} is no gold file: {error} is missing") from error


def _fact(data: dict[str, Any]) -> Fact:
    places = [data["evidence"], *data.get("evidence_alt", ())]
    places += [data[key] for key in ("context", "mention") if isinstance(data.get(key), dict)]
    return Fact(
        frozenset(map(camel, [data["predicate"], *data.get("predicate_alt", ())])),
        (data["subject"], *data.get("subject_alt", ())),
        data["object"],
        data.get("at"),
        data.get("level", "core"),
        tuple(Span(place["start"], place["end"]) for place in places),
        data["predicate"],
    )


def camel(name: str) -> str:
    """A gold predicate as the ontology spells it.

    >>> camel("funding_end")
    'fundingEnd'
    """
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def score(gold: Gold, document: Document, claims: Sequence[Claim]) -> Score:
    """Judge the claims of one document. Raises UnreadableSource when the gold was made for another text."""
    if gold.characters is not None and gold.characters != len(document.text):
        raise UnreadableSource(
            f"the gold {gold.name} is for a text of {gold.characters:,} characters, {document.name} has "
            f"{len(document.text):,}; its offsets would point elsewhere"
        )
    hits = [(fact, [claim for claim in claims if matches(gold, fact, claim)]) for fact in gold.facts]
    right = {id(claim) for _, found in hits for claim in found}
    return Score(
        gold,
        tuple(fact for fact, found in hits if found),
        tuple(fact for fact, found in hits if not found),
        sum(_is_grounded(fact, found) for fact, found in hits),
        tuple(Judged(claim, id(claim) in right) for claim in claims if claim.predicate in gold.predicates),
        tuple((f, c) for f in gold.must_not for c in claims if id(c) not in right and matches(gold, f, c)),
    )


def matches(gold: Gold, fact: Fact, claim: Claim) -> bool:
    """Whether a claim states a fact."""
    if claim.predicate not in fact.predicates:
        return False
    if not any(_is_subject(gold, subject, claim) for subject in fact.subjects):
        return False
    if fact.at and claim.at and not _is_entity(gold, fact.at, claim.at):
        return False
    if isinstance(fact.object, str):
        return isinstance(claim.object, Entity) and _is_entity(gold, fact.object, claim.object)
    return same_value(fact.object, claim.object)


def recall(scores: Iterable[Score], level: str) -> Share:
    """Of the facts of a level (core, stretch), those that were found."""
    found = missed = 0
    for one in scores:
        found += sum(fact.level == level for fact in one.found)
        missed += sum(fact.level == level for fact in one.missed)
    return Share(found, found + missed)


def precision(scores: Iterable[Score]) -> Share:
    """Of the judged claims, those that are right."""
    judged = [each.right for one in scores for each in one.judged]
    return Share(sum(judged), len(judged))


def by_predicate(scores: Sequence[Score]) -> dict[str, tuple[Share, Share]]:
    """Recall and precision of each predicate that gold or claims use, in camel case."""
    table: dict[str, list[Share]] = {}
    for one in scores:
        facts = [(fact, 1) for fact in one.found] + [(fact, 0) for fact in one.missed]
        for fact, found in facts:
            _row(table, camel(fact.predicate))[0] += Share(found, 1)
        for each in one.judged:
            _row(table, each.claim.predicate)[1] += Share(each.right, 1)
    return {name: (row[0], row[1]) for name, row in sorted(table.items())}


def _row(table: dict[str, list[Share]], name: str) -> list[Share]:
    return table.setdefault(name, [Share(), Share()])


def calibration(scores: Iterable[Score]) -> tuple[list[Bin], float]:
    """Bins of confidence with the share that is right, and the Brier score (Brier 1950): 0 is perfect."""
    judged = [each for one in scores for each in one.judged]
    bins = []
    for low, high in pairwise(BINS):
        inside = [
            one for one in judged if low <= one.claim.confidence < high or one.claim.confidence == high == BINS[-1]
        ]
        if inside:
            said = sum(one.claim.confidence for one in inside) / len(inside)
            bins.append(Bin(low, high, said, Share(sum(one.right for one in inside), len(inside))))
    brier = sum((one.claim.confidence - one.right) ** 2 for one in judged) / max(1, len(judged))
    return bins, brier


def _is_grounded(fact: Fact, claims: Iterable[Claim]) -> bool:
    return any(
        place.overlaps(Span(claim.evidence.start, claim.evidence.end)) for claim in claims for place in fact.places
    )


def _is_subject(gold: Gold, subject: str, claim: Claim) -> bool:
    if claim.subject is None:
        return subject == DOCUMENT or subject in gold.entities((_title(claim.evidence.document),))
    return subject != DOCUMENT and _is_entity(gold, subject, claim.subject)


def _title(document: Document) -> str:
    return next((one.value for one in document.fields if one.name == "title"), document.name)


def _is_entity(gold: Gold, wanted: str, entity: Entity) -> bool:
    return wanted in gold.entities(tuple(filter(None, (entity.label, *entity.aliases))))


def _best(names: tuple[str, ...], entities: dict[str, tuple[str, ...]]) -> frozenset[str]:
    fits = {
        key: max((likeness(known, name, _SAME_NAME) for known in called for name in names), default=0.0)
        for key, called in entities.items()
    }
    top = max(fits.values(), default=0.0)
    return frozenset(key for key, fit in fits.items() if fit == top) if top >= _SAME_NAME else frozenset()


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Text as names are compared: no case, no punctuation, single spaces.

    >>> plain("Mini-Puls / NUM")
    'mini puls num'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w ]", "", re.sub(r"[\s\u00ad‐-―\-_/]+", " ", folded)).strip()


def likeness(one: str, other: str, least: float) -> float:
    """How alike two names are, from 0 to 1; short ones are alike or not. Below ``least`` it may be 0."""
    a, b = plain(one), plain(other)
    if not a or not b or min(len(a), len(b)) < _SHORT:
        return float(bool(a) and a == b)
    matcher = SequenceMatcher(None, a, b)
    return matcher.ratio() if matcher.real_quick_ratio() >= least else 0.0


def same_value(wanted: dict[str, Any], stated: Entity | Value) -> bool:
    """Whether a claim's object is a gold value; an entity is then taken by its label."""
    mine = stated.label if isinstance(stated, Entity) else stated.value
    accepted = [str(value) for value in (wanted["value"], *wanted.get("value_alt", ()))]
    kind = wanted.get("datatype", "string")
    if kind in _EXACT:
        return _folded(mine) in map(_folded, accepted)
    if kind == "money":
        return any(_same_amount(mine, value) for value in accepted)
    if kind in _REDUCED:
        return _REDUCED[kind](mine) in map(_REDUCED[kind], accepted)
    return any(_same_words(value, mine) for value in (*accepted, *map(str, wanted.get("surface", ()))))


def _folded(text: str) -> str:
    return text.strip().rstrip("/").casefold()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


_REDUCED: dict[str, Callable[[str], str]] = {
    "integer": _digits,
    "phone": lambda text: _digits(text)[-_SUBSCRIBER:],
    "email": lambda text: text.removeprefix("mailto:").casefold(),
}


def _same_amount(one: str, other: str) -> bool:
    try:
        return abs(float(one) - float(other)) < _HALF
    except ValueError:
        return False


def _same_words(wanted: str, mine: str) -> bool:
    short = plain(wanted)
    return likeness(wanted, mine, _SAME_WORDS) >= _SAME_WORDS or (len(short) >= _TELLING and short in plain(mine))
