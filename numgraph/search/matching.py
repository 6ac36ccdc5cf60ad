"""How well a name fits the names of a thing, from 0 to 1, and what decides between things of like names.

Names are compared as folded words (``analysis``): case, umlauts and punctuation do not count, the order of words counts
little. A name that is just one of the thing's own is 1; below ``ALIKE`` a person would not think of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from numgraph.search import index
from numgraph.search.engine import Hit, Searcher

ALIKE = 0.45
_SURE = 0.98  # of a match that needs no person to look at it: every letter is there
_AHEAD = 0.08  # by how much the next must stay behind then
_RETRIEVED = 40  # things whose names are compared


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant. ``score`` is ``names`` until more is known than the name."""

    hit: Hit
    names: float
    score: float

    @property
    def key(self) -> str:
        return self.hit.key

    def label(self, name: str) -> str:
        """The label in the language that the name seems to be in: the one most like it."""
        return max((text for text, _ in self.hit.names[: self.hit.labels]), key=lambda text: similarity(name, [text]))

    @property
    def classes(self) -> tuple[str, ...]:
        """Local names of its classes, the most specific first."""
        return tuple(self.hit.facets.get("class", ()))


def candidates(searcher: Searcher, name: str, classes: Iterable[str] = (), *, strict: bool = True) -> list[Candidate]:
    """The things that a name may mean, best first. Of another class than wanted: none, or with half the score."""
    wanted = frozenset(classes)
    found = searcher.similar(name, wanted if strict else (), limit=_RETRIEVED)
    rated = [_candidate(name, hit, wanted) for hit in found]
    return ranked(one for one in rated if one.names >= ALIKE)


def ranked(found: Iterable[Candidate]) -> list[Candidate]:
    """By score; of equals, that of which more is known."""
    return sorted(found, key=lambda one: (-one.score, -one.hit.weight, one.key))


def similarity(name: str, others: Iterable[str]) -> float:
    """The likeness of a name to the most similar of others.

    >>> similarity("Universitaetsklinikum DRESDEN", ["Universitätsklinikum Dresden"])
    1.0
    """
    asked = index.whole(name)
    return max((_likeness(asked, index.whole(one)) for one in others), default=0.0)


def decided(found: Sequence[Candidate]) -> bool:
    """Whether the first of the candidates is meant, as far as can be told without a person."""
    if not found or found[0].score < _SURE:
        return False
    return len(found) == 1 or found[1].score <= found[0].score - _AHEAD


def _candidate(name: str, hit: Hit, wanted: frozenset[str]) -> Candidate:
    likeness = similarity(name, (text for text, _ in hit.names))
    is_wanted = not wanted or not wanted.isdisjoint(hit.facets.get("class", ()))
    return Candidate(hit, likeness, likeness if is_wanted else likeness / 2)


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    ordered, shared = fuzz.token_sort_ratio(one, other), fuzz.token_set_ratio(one, other)
    return round(min(0.7 * ordered + 0.3 * shared, 99.0) / 100, 4)
