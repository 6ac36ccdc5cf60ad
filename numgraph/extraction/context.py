"""What a rule sees of a document: its sentences with their mentions, what it is about, and references resolved."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from numgraph.extraction import frames, sentences
from numgraph.extraction.calibration import calibrated
from numgraph.extraction.frames import Filled
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.linking import Linked, link
from numgraph.extraction.markers import article
from numgraph.extraction.mentions import Mention, Sentence
from numgraph.extraction.paragraphs import flow
from numgraph.model import Block, BlockKind, Claim, Document, Entity, Evidence, Modality, Value

ORGANISATIONS = ("Organisation", "UniversityHospital", "University")
WORKS = ("Network", "Undertaking", "Infrastructure", "ResearchProject", "Programme", "Register")
_SPEAKERS = (*ORGANISATIONS, "OrganisationalUnit", "Network", "Company", "ResearchProject", "Infrastructure")
_HEAD = 40  # characters
_LEAST_NOUN = 5  # letters of a noun that a name holds: "the institute" for "Institute for Child Health"
_OPENING = 2  # sentences that may speak of what they do not name yet
_OPENED = ("Network", "ResearchProject")
_WINDOW = 3  # sentences that a reference may look back
_QUOTATION_MARK = re.compile(r"[„“»\"]")
_QUOTE = re.compile(r"[„“»]([^„“”«»]{25,1200})[“”«]|\"([^\"]{25,1200})\"|“([^“”]{25,1200})”")
# What a common noun of the packs may stand for when it refers back.
STANDS_FOR = {
    "Network": ("Network",),
    "ResearchProject": ("ResearchProject", "Network", "Infrastructure", "Register"),
    "Organisation": (*ORGANISATIONS, "OrganisationalUnit"),
    "University": ("University",),
    "Company": ("Company",),
    "Event": ("Event",),
    "Programme": ("Programme",),
    "Infrastructure": ("Infrastructure",),
    "Register": ("Register",),
    "OrganisationalUnit": ("OrganisationalUnit", "Organisation"),
}


@dataclass(frozen=True, eq=False)
class Context:
    """One document prepared for the rules."""

    document: Document
    gazetteer: Gazetteer
    linked: Linked

    @classmethod
    def of(cls, document: Document, gazetteer: Gazetteer) -> Context:
        return cls(document, gazetteer, link(document, gazetteer))

    def blocks(self, *kinds: BlockKind) -> list[Block]:
        """The blocks of these kinds, paragraphs whole."""
        return [block for block in self.linked.blocks if block.kind in kinds]

    @cached_property
    def _starts(self) -> list[int]:
        return [mention.start for mention in self.linked.mentions]

    def mentions(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that lie within a stretch of the document."""
        low, high = bisect.bisect_left(self._starts, start), bisect.bisect_left(self._starts, end)
        return tuple(m for m in self.linked.mentions[low:high] if m.end <= end)

    def named(self, start: int, end: int) -> list[Mention]:
        """The entities named in a stretch."""
        return [m for m in self.mentions(start, end) if m.is_name]

    def entity_at(self, start: int, end: int, *kinds: str) -> Entity | None:
        """The first entity in a stretch, of the kinds wanted."""
        return next(
            (m.entity for m in self.mentions(start, end) if m.is_name and (not kinds or m.kind in kinds)),
            None,
        )

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of body and lists, references resolved, without those that quote somebody."""
        done: list[Sentence] = []
        for block in self.blocks(BlockKind.BODY, BlockKind.LIST_ITEM):
            quoted = self._quoted(block)
            for start, end in sentences.split(self.document.text, block.start, block.end):
                if self.document.text[end - 1] == "?" or any(
                    a <= start < b - 1 or (start < a and (b - a) * 2 > end - start and a < end) for a, b in quoted
                ):
                    continue
                done.append(self._sentence(start, end, block, done))
        return tuple(done)

    def _quoted(self, block: Block) -> list[tuple[int, int]]:
        if not _QUOTATION_MARK.search(self.document.text, block.start, block.end):
            return []
        return [match.span() for match in _QUOTE.finditer(self.document.text, block.start, block.end)]

    def _sentence(self, start: int, end: int, block: Block, before: list[Sentence]) -> Sentence:
        text = self.document.text[start:end].replace("\n", " ")
        plain, triggers = list(self.mentions(start, end)), self.linked.scan.triggers(start, end)
        inner = self._inner(start, text, block, before) if "inner_pronoun" in triggers.cues else ()
        found = sorted([*plain, *self._references(start, text, plain, block, before), *inner], key=lambda m: m.start)
        return Sentence.of(start, end, block, text, tuple(found), triggers)

    def _references(
        self, start: int, text: str, plain: list[Mention], block: Block, before: list[Sentence]
    ) -> Iterator[Mention]:
        taken = [(m.start, m.end) for m in plain]
        pronoun = _pronoun().match(text)
        meant = _subject(before[-1]) if pronoun and before and before[-1].block == block else None
        if pronoun and meant:
            yield Mention(start, start + pronoun.end("pronoun"), meant.type, meant, resolved=True)
        introduced = _introduction().match(text) if len(before) < _OPENING and not _works(plain) else None
        topic = self.main_topic("Network", "ResearchProject") if introduced else None
        if introduced and topic:
            a, b = start + introduced.start(), start + introduced.end()
            if not any(a < y and x < b for x, y in taken):
                yield Mention(a, b, topic.type, topic, resolved=True)
        for match in _referring(text, self.linked.scan.references(start, start + len(text))):
            a, b = start + match.start(), start + match.end()
            if any(a < y and x < b + 3 for x, y in taken):
                continue
            entity = self.speaker if match["we"] else self._antecedent(match["noun"], a, plain, block, before)
            if entity:
                yield Mention(a, b, entity.type, entity, resolved=True)

    def _inner(self, start: int, text: str, block: Block, before: list[Sentence]) -> Iterator[Mention]:
        """A pronoun behind its verb stands for what the sentence before is about: "Gefördert wird es von ..."."""
        inner = cue("inner_pronoun").search(text)
        last = _subject(before[-1]) if inner and before and before[-1].block.heading == block.heading else None
        if inner and last and last.type in (*WORKS, "OrganisationalUnit"):
            yield Mention(start + inner.start("it"), start + inner.end("it"), last.type, last, resolved=True)

    def _antecedent(
        self, noun: str, place: int, plain: list[Mention], block: Block, before: list[Sentence]
    ) -> Entity | None:
        kinds = STANDS_FOR.get(kind_of(noun), ())
        near = [m for m in plain if m.end <= place]
        for sentence in reversed(before[-_WINDOW:]):
            if sentence.block.heading == block.heading:
                near = [*sentence.mentions, *near]
        fitting = [m.entity for m in near if m.kind in kinds and (kinds != ORGANISATIONS or m.kind in ORGANISATIONS)]
        if noun in lexicon().site_nouns:
            fitting = [entity for entity in fitting if entity.type in ORGANISATIONS]
        called = {e.key: e for e in self._counts if e.type in kinds and noun.lower() in e.label.lower()}
        if len(called) == 1 and len(noun) >= _LEAST_NOUN:
            return next(iter(called.values()))
        if len({entity.key for entity in fitting}) == 1:
            return fitting[-1]
        section = self.section(block, *kinds)
        if section:
            return section
        topic = self.topic_of(*kinds)
        return topic if topic and (topic in fitting or not fitting) else None

    def filled(self, sentence: Sentence) -> tuple[Filled, ...]:
        """The frames that a sentence fills, found once."""
        key = id(sentence)
        if key not in self._filled:
            self._filled[key] = tuple(frames.find(sentence, self.document.language))
        return self._filled[key]

    @cached_property
    def _filled(self) -> dict[int, tuple[Filled, ...]]:
        return {}

    def going_on(self, sentence: Sentence) -> Entity | None:
        """The one network or project of the two sentences before this one, in its section; programmes do not count."""
        place = self._places[id(sentence)]
        for before in reversed(self.sentences[max(0, place - 2) : place]):
            near = {m.entity.key: m.entity for m in before.entities("Network", "ResearchProject", "Infrastructure")}
            if near and before.block.heading == sentence.block.heading:
                return next(iter(near.values())) if len(near) == 1 else None
        return None

    def before(self, sentence: Sentence) -> Sentence | None:
        """The sentence before this one in its block."""
        place = self._places[id(sentence)]
        last = self.sentences[place - 1] if place else None
        return last if last and last.block == sentence.block else None

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(sentence): place for place, sentence in enumerate(self.sentences)}

    def section(self, block: Block, *kinds: str) -> Entity | None:
        """The entity that the heading above a block names."""
        return self.entity_at(block.heading.start, block.heading.end, *kinds) if block.heading else None

    @cached_property
    def _counts(self) -> Counter[Entity]:
        """How often each entity is named; the title counts more, and what it names first counts most."""
        counts: Counter[Entity] = Counter()
        title = next((f for f in self.document.fields if f.name == "title"), None)
        for mention in self.linked.mentions:
            if mention.is_name:
                in_title = title is not None and title.start <= mention.start < title.end
                counts[mention.entity] += 6 if in_title else 1
        return counts

    @cached_property
    def _topics(self) -> dict[tuple[str, ...], Entity | None]:
        return {}

    def topic_of(self, *kinds: str) -> Entity | None:
        """What the document is about among these kinds, if one clearly leads."""
        if kinds not in self._topics:  # functools.cache would keep every document of a long run alive
            ranked = [(n, e) for e, n in self._counts.most_common() if not kinds or e.type in kinds]
            unclear = not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0])
            self._topics[kinds] = None if unclear else ranked[0][1]
        return self._topics[kinds]

    def main_topic(self, *kinds: str) -> Entity | None:
        """What the document is about, if it is named more than in passing."""
        topic = self.topic_of(*kinds)
        return topic if topic and self._counts[topic] > 1 else None

    @cached_property
    def speaker(self) -> Entity | None:
        """Who says "we": the publisher, else the organisation or network the document is about."""
        for field in self.document.fields:
            if field.name == "publisher":
                return self.entity_at(field.start, field.end) or None
        return self.topic_of(*_SPEAKERS)

    @cached_property
    def text(self) -> str:
        """The document's text with hard-wrapped lines joined by spaces; same length, for matching only."""
        return flow(self.document.text)

    def standing(self, block: Block, *kinds: str) -> Entity | None:
        """What the nearest heading above a block names, however far above it stands."""
        headings = [b for b in self.document.of_kind(BlockKind.HEADLINE, BlockKind.SUBHEADING) if b.end <= block.start]
        found = (self.entity_at(heading.start, heading.end, *kinds) for heading in reversed(headings))
        return next((entity for entity in found if entity), None)

    def final(self, entity: Entity) -> Entity:
        return self.linked.names.final(entity)

    def claim(  # noqa: PLR0917 - a claim has as many parts as it has
        self,
        subject: Entity | None,
        predicate: str,
        obj: Entity | Value,
        place: tuple[int, int],
        rule: str,
        confidence: float,
        at: Entity | None = None,
        modality: Modality = Modality.ASSERTED,
    ) -> Claim:
        """A claim with the text at ``place`` as evidence."""
        return Claim(
            subject=self.final(subject) if subject else None,
            predicate=predicate,
            object=self.final(obj) if isinstance(obj, Entity) else obj,
            evidence=Evidence.at(self.document, *place),
            rule=rule,
            confidence=calibrated(rule, confidence),
            at=self.final(at) if at else None,
            modality=modality,
        )


def _subject(sentence: Sentence) -> Entity | None:
    """What a sentence is about: what it introduces ("ein Netzwerk X"), names first, near its head, or names alone."""
    new = [m.entity for m in sentence.entities(*WORKS) if article(sentence.mask, sentence.place_of(m)) in _indefinite()]
    if len(new) == 1:
        return new[0]
    named = sentence.entities(*WORKS, *ORGANISATIONS, "OrganisationalUnit", "Company")
    if named and (named[0].start - sentence.start <= _HEAD or len({m.entity.key for m in named}) == 1):
        return named[0].entity
    return None


@cache
def _indefinite() -> frozenset[str]:
    return frozenset(lexicon().indefinite)


def _referring(text: str, places: list[int]) -> Iterator[re.Match[str]]:
    """The references among the places of common nouns and of pronouns; a noun refers after a pointing word."""
    shape, done = _reference(), 0
    for place in places:
        word = place - 1
        while word > 0 and text[word - 1].isalpha():
            word -= 1
        before = text[max(word, 0) : max(place - 1, 0)].lower()
        start = word if before in _pointing() else place
        match = shape.match(text, start) if start >= done else None
        if match:
            done = match.end()
            yield match


@cache
def _pointing() -> frozenset[str]:
    return frozenset(map(str.lower, lexicon().pointing))


@cache
def _reference() -> re.Pattern[str]:
    words = lexicon()
    nouns = "|".join(sorted(map(re.escape, words.kinds), key=len, reverse=True))
    we = "|".join(re.escape(word) for word in words.we if len(word) <= 3)  # noqa: PLR2004 - pronouns, not "unsere"
    pointing = "|".join(map(re.escape, words.pointing))
    fused = "|".join(rf"(?<=\b[{word[0].upper()}{word[0]}]{re.escape(word[1:])} )" for word in words.fused)
    links = "|".join(map(re.escape, words.pointing_on))
    after = rf"(?:es|s)?(?![\w-])(?! (?:{links})\b| [A-ZÄÖÜ][a-zäöüß]+(?:[ ,.]|$))"
    before = rf"(?:(?i:{pointing})\s|{fused or '(?!)'})"
    return re.compile(rf"(?<![\w-])(?:{before}(?P<noun>{nouns}){after}|(?P<we>(?i:{we}))(?![\w-]))")


def _works(mentions: list[Mention]) -> bool:
    return any(mention.kind in WORKS for mention in mentions)


@cache
def _introduction() -> re.Pattern[str]:
    """A work that the text opens with and names later: "An international consortium has been awarded ..."."""
    words = lexicon()
    articles = "|".join(words.indefinite)
    nouns = "|".join(
        sorted((re.escape(noun) for noun, kind in words.kinds.items() if kind in _OPENED), key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?i:{articles}) (?:[\w-]+ ){{0,3}}(?i:{nouns})(?:es|s)?(?![\w-])(?! [„“\"‚‘A-ZÄÖÜ])")


@cache
def _pronoun() -> re.Pattern[str]:
    return re.compile(rf"(?P<pronoun>{'|'.join(lexicon().pronouns)})\s(?=[a-z])")


@cache
def kind_of(noun: str) -> str:
    kinds = {kind.lower(): of for kind, of in lexicon().kinds.items()}
    return kinds.get(noun.lower()) or kinds.get(noun.lower().rstrip("s")) or ""
