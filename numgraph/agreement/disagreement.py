"""Several values where one is wanted: which one wins, why, and how the others disagree with it.

The order of the criteria is MODEL's: ruling, authority, precision, recency; what changes with time turns to recency
first. The last criterion is a fixed order, so that the verdict never depends on the order of the inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import Literal, NamedNode

from numgraph.mapping.statement import Statement
from numgraph.terms import XSD

Term = NamedNode | Literal
Score = tuple[int | float | str, ...]

DATES = frozenset(XSD + name for name in ("date", "gYearMonth", "gYear"))


class Kind(StrEnum):
    """How a value disagrees with the one that wins."""

    CONTRADICTS = "contradicts"
    REFINES = "refines"  # the same, at another precision: no contradiction
    SUPERSEDES = "supersedes"  # true at its time: history
    SCOPE = "different scope"  # each true of its own event, organisation or network


@dataclass(frozen=True, slots=True)
class Policy:
    """What people decide and data cannot: rulings by subject and property, authority by source (0 by default)."""

    rulings: Mapping[tuple[str, str], Term] = field(default_factory=dict)
    authority: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value, the statements that give it, and those that back it: they give it at less precision, too."""

    value: Term
    statements: tuple[Statement, ...]
    backing: tuple[Statement, ...]

    @property
    def as_of(self) -> str:
        """The latest date of a source that backs the value; empty where all sources are undated."""
        return max(one.as_of.value if one.as_of else "" for one in self.backing)

    @property
    def sources(self) -> int:
        return len({one.source.value for one in self.backing})

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(one.at.value for one in self.statements if one.at)

    @property
    def best(self) -> Statement:
        """The statement to show for the value: the surest, of the latest source."""
        return max(self.statements, key=lambda one: (str(one.as_of or ""), one.confidence, one.claim.value))


@dataclass(frozen=True, slots=True)
class Criterion:
    """A reason to prefer a value: the greater score wins. The sentences get ``winner`` and ``loser``."""

    name: str
    score: Callable[[Candidate, Policy], Score]
    en: str
    de: str


def _ruling(candidate: Candidate, policy: Policy) -> Score:
    one = candidate.statements[0]
    return (int(policy.rulings.get((one.subject.value, one.predicate.value)) == candidate.value),)


def _authority(candidate: Candidate, policy: Policy) -> Score:
    return (max(policy.authority.get(one.source.value, 0) for one in candidate.backing),)


def _precision(candidate: Candidate, _: Policy) -> Score:
    return (len(candidate.value.value) if _is_date(candidate.value) else 0,)


def _dated(candidate: Candidate, _: Policy) -> Score:
    return (int(bool(candidate.as_of)),)


def _recency(candidate: Candidate, _: Policy) -> Score:
    return (candidate.as_of,)


def _sources(candidate: Candidate, _: Policy) -> Score:
    return (candidate.sources,)


def _confidence(candidate: Candidate, _: Policy) -> Score:
    return (max(one.confidence for one in candidate.backing),)


def _directory(candidate: Candidate, _: Policy) -> Score:
    return (int(any(one.known for one in candidate.statements)),)


def _order(candidate: Candidate, _: Policy) -> Score:
    return (str(candidate.value),)


RULING = Criterion(
    "ruling", _ruling, "a steward ruled for it against {loser}", "die Kuratierung hat so gegen {loser} entschieden"
)
AUTHORITY = Criterion(
    "authority",
    _authority,
    "its source has more authority than that of {loser}",
    "seine Quelle hat mehr Gewicht als die von {loser}",
)
PRECISION = Criterion("precision", _precision, "it is more precise than {loser}", "er ist genauer als {loser}")
DATED = Criterion(
    "dated",
    _dated,
    "its source is dated {winner_date}, that of {loser} is not ({loser_date})",
    "seine Quelle ist vom {winner_date}, die von {loser} nennt keinen Tag ({loser_date})",
)
RECENCY = Criterion(
    "recency",
    _recency,
    "its source ({winner_date}) is more recent than that of {loser} ({loser_date})",
    "seine Quelle ({winner_date}) ist jünger als die von {loser} ({loser_date})",
)
SOURCES = Criterion("sources", _sources, "more sources give it than {loser}", "mehr Quellen nennen ihn als {loser}")
CONFIDENCE = Criterion(
    "confidence",
    _confidence,
    "it was read with more confidence than {loser}",
    "er wurde mit mehr Sicherheit gelesen als {loser}",
)
DIRECTORY = Criterion(
    "directory", _directory, "a directory vouches for it, not for {loser}", "ein Verzeichnis kennt ihn, nicht {loser}"
)
ORDER = Criterion(
    "order",
    _order,
    "nothing but a fixed order decides between it and {loser}",
    "zwischen ihm und {loser} entscheidet nur eine feste Reihenfolge",
)

LASTING = (RULING, AUTHORITY, PRECISION, DATED, RECENCY, SOURCES, CONFIDENCE, ORDER)
BY_DIRECTORY = (DIRECTORY, SOURCES, CONFIDENCE, ORDER)
CHANGING = (RULING, DATED, RECENCY, AUTHORITY, PRECISION, SOURCES, CONFIDENCE, ORDER)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The winner, and each other value with how it disagrees and the first criterion that it fails by."""

    winner: Candidate
    losers: tuple[tuple[Candidate, Kind, Criterion], ...] = ()


def decide(statements: Iterable[Statement], criteria: tuple[Criterion, ...], policy: Policy) -> Verdict:
    """The verdict over the statements of one subject and property; at least one statement is needed."""
    heard = candidates(statements)
    scores = {one.value: [criterion.score(one, policy) for criterion in criteria] for one in heard}
    eligible = [one for one in heard if not _is_only_vaguer(one, heard) or _ruling(one, policy) == (1,)]
    winner = max(eligible, key=lambda one: scores[one.value])
    return Verdict(
        winner,
        tuple(
            (one, _kind(winner, one, criteria), _first_difference(scores[winner.value], scores[one.value], criteria))
            for one in heard
            if one is not winner
        ),
    )


def compatible(one: Term, other: Term) -> bool:
    """Whether two values say the same at different precision.

    >>> compatible(Literal("2020", datatype=NamedNode(XSD + "gYear")),
    ...            Literal("2020-04", datatype=NamedNode(XSD + "gYearMonth")))
    True
    """
    return one == other or _refines(one, other) or _refines(other, one)


def _refines(precise: Term, vague: Term) -> bool:
    return _is_date(precise) and _is_date(vague) and precise.value.startswith(vague.value + "-")


def _is_date(value: Term) -> bool:
    return isinstance(value, Literal) and value.datatype.value in DATES


def candidates(statements: Iterable[Statement]) -> list[Candidate]:
    """The distinct values that the statements give, in a fixed order."""
    by_value: dict[Term, list[Statement]] = {}
    for statement in sorted(statements, key=lambda one: one.claim.value):
        by_value.setdefault(statement.object, []).append(statement)
    return [
        Candidate(
            value,
            tuple(given),
            tuple(
                one for same, backing in by_value.items() if same == value or _refines(value, same) for one in backing
            ),
        )
        for value, given in sorted(by_value.items(), key=lambda item: str(item[0]))
    ]


def _is_only_vaguer(candidate: Candidate, others: list[Candidate]) -> bool:
    return any(_refines(other.value, candidate.value) for other in others)


def _kind(winner: Candidate, loser: Candidate, criteria: tuple[Criterion, ...]) -> Kind:
    if compatible(winner.value, loser.value):
        return Kind.REFINES
    if winner.scopes and loser.scopes and not winner.scopes & loser.scopes:
        return Kind.SCOPE
    if criteria is CHANGING and _is_later(winner.as_of, loser.as_of):
        return Kind.SUPERSEDES
    return Kind.CONTRADICTS


def _is_later(one: str, other: str) -> bool:
    """Surely later: both dated, and "2026" is not surely later than "2026-01-30" nor the reverse."""
    return bool(one and other) and one > other and not one.startswith(other)


def _first_difference(winner: list[Score], loser: list[Score], criteria: tuple[Criterion, ...]) -> Criterion:
    differing = (row for row, mine, theirs in zip(criteria, winner, loser, strict=True) if mine != theirs)
    return next(differing, criteria[-1])


def reasons(verdict: Verdict, kind: Kind) -> tuple[str, str]:
    """Why the winner won over the values of one kind: a plain sentence in English and one in German."""
    rows = [(loser, criterion) for loser, of_kind, criterion in verdict.losers if of_kind is kind]
    english = "; ".join(_sentence(criterion.en, verdict.winner, loser, "undated") for loser, criterion in rows)
    german = "; ".join(_sentence(criterion.de, verdict.winner, loser, "ohne Datum") for loser, criterion in rows)
    name = _shown(verdict.winner)
    return f"{name} stands: {english}.", f"Es gilt {name}: {german}."


def _sentence(template: str, winner: Candidate, loser: Candidate, undated: str) -> str:
    return template.format(loser=_shown(loser), winner_date=winner.as_of or undated, loser_date=loser.as_of or undated)


def _shown(candidate: Candidate) -> str:
    value = candidate.value.value
    return value if isinstance(candidate.value, Literal) else value.rpartition("/")[2].rpartition("#")[2]
