"""What a stretch of text names: entities and values with their place, and the mask of a sentence built from them."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field

from numgraph.extraction.languages import cue
from numgraph.extraction.triggers import NOTHING, Triggers
from numgraph.extraction.values import Found, Period
from numgraph.model import Block, Entity, Value

# One private-use character per kind of mention; a second one counts the mentions of the sentence.
LETTERS = {
    "Organisation": "\ue001", "UniversityHospital": "\ue002", "University": "\ue003", "OrganisationalUnit": "\ue004",
    "Funder": "\ue005", "Company": "\ue006", "Network": "\ue007", "Undertaking": "\ue008", "Infrastructure": "\ue009",
    "ResearchProject": "\ue00a", "Programme": "\ue00b", "Register": "\ue00c", "FundingPhase": "\ue00d",
    "Person": "\ue00e", "Event": "\ue00f", "Place": "\ue010", "date": "\ue011", "period": "\ue012", "money": "\ue013",
    "count": "\ue014", "SoftwareTool": "\ue015", "DataSource": "\ue016", "DataPool": "\ue017", "Service": "\ue018",
}  # fmt: skip
FIRST_INDEX = 0xE100
MOST_MENTIONS = 400
_MEANING = re.compile("[\ue000-\uf8ff\n\u00a0]")
VALUES = frozenset({"date", "period", "money", "count"})
_YIELDING = ("Place", "count", "date")  # give way to a name of the same length


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or value at its place. ``thing`` is an entity, a value, or for periods the two dates."""

    start: int
    end: int
    kind: str  # a class of the ontology, or date, period, money, count
    thing: Entity | Found | Period
    resolved: bool = False  # True for a reference ("der Standort", "we") that stands for a name elsewhere

    @property
    def is_name(self) -> bool:
        return self.kind not in VALUES

    @property
    def entity(self) -> Entity:
        if not isinstance(self.thing, Entity):
            raise TypeError(f"{self.kind} is no entity")
        return self.thing

    @property
    def value(self) -> Value:
        if not isinstance(self.thing, Found):
            raise TypeError(f"{self.kind} is no value")
        return self.thing.value


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its mentions in order; ``mask`` is its text with each mention replaced by two characters."""

    start: int
    end: int
    block: Block
    text: str
    mentions: tuple[Mention, ...]
    mask: str = field(repr=False, default="")
    _mask_starts: tuple[int, ...] = field(repr=False, default=())
    triggers: Triggers = field(repr=False, default=NOTHING)
    kinds: frozenset[str] = field(repr=False, default=frozenset())

    def may_say(self, name: str) -> bool:
        """Whether the text has a word that a cue cannot do without."""
        return name in self.triggers.cues

    def says(self, name: str) -> re.Match[str] | None:
        """The first place where a cue of the packs stands in the text."""
        return cue(name).search(self.text) if name in self.triggers.cues else None

    @classmethod
    def of(  # noqa: PLR0917 - a sentence has as many parts as it has
        cls, start: int, end: int, block: Block, text: str, mentions: tuple[Mention, ...], triggers: Triggers
    ) -> Sentence:
        pieces, starts, here, length = [], [], start, 0
        for index, mention in enumerate(mentions[:MOST_MENTIONS]):
            plain = _plain(text[here - start : mention.start - start])
            length += len(plain)
            starts.append(length)
            pieces += [plain, LETTERS[mention.kind], chr(FIRST_INDEX + index)]
            length += 2
            here = mention.end
        pieces.append(_plain(text[here - start :]))
        mask, kinds = "".join(pieces), frozenset(mention.kind for mention in mentions)
        return cls(start, end, block, text, mentions, mask, tuple(starts), triggers, kinds)

    def offset(self, masked: int) -> int:
        """The place in the document that a place in the mask stands for."""
        nearest = bisect.bisect_right(self._mask_starts, masked) - 1
        if nearest < 0:
            return self.start + masked
        inside = masked - self._mask_starts[nearest]
        mention = self.mentions[nearest]
        return mention.start if inside == 0 else mention.end + max(0, inside - 2)

    def mask_of(self, mention: Mention) -> str:
        """The two characters that stand for a mention in the mask."""
        return LETTERS[mention.kind] + chr(FIRST_INDEX + self.mentions.index(mention))

    def place_of(self, mention: Mention) -> int:
        """Where a mention stands in the mask."""
        return self._mask_starts[self.mentions.index(mention)]

    def entities(self, *kinds: str) -> list[Mention]:
        """The names in the sentence, of these kinds or all."""
        if kinds and self.kinds.isdisjoint(kinds):
            return []
        return [m for m in self.mentions if m.is_name and (not kinds or m.kind in kinds)]

    def of_kind(self, kind: str) -> list[Mention]:
        return [m for m in self.mentions if m.kind == kind] if kind in self.kinds else []


def _plain(text: str) -> str:
    """``text`` without characters that mean something in a mask, same length."""
    return _MEANING.sub(" ", text)


def without_overlaps(mentions: list[Mention]) -> list[Mention]:
    """The longest mentions first, then the earlier; what overlaps a kept one is dropped. In order of place."""
    kept: list[Mention] = []
    starts: list[int] = []
    ends: list[int] = []
    for mention in sorted(mentions, key=_precedence):
        start, end = mention.start, mention.end
        place = bisect.bisect_left(starts, start)
        if (place == 0 or ends[place - 1] <= start) and (place == len(starts) or end <= starts[place]):
            kept.insert(place, mention)
            starts.insert(place, start)
            ends.insert(place, end)
    return kept


def _precedence(mention: Mention) -> tuple[int, bool, int]:
    return mention.start - mention.end, mention.kind in _YIELDING, mention.start
