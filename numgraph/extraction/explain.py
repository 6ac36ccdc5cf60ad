"""What the rules made of a document, place by place: for whoever checks claims or writes rules.

A document becomes a row of segments without gaps. A segment knows the claims that quote it, and a sentence that no
claim quotes although it looks as if it held a fact is *unread*, with the clues that make it look so: amounts, dates,
names, and words that the language packs use to say who funds, leads or takes part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from numgraph.extraction import sentences
from numgraph.extraction.extent import searched
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.extraction.languages import lexicon
from numgraph.extraction.linking import link
from numgraph.extraction.mentions import Mention
from numgraph.model import Block, BlockKind, Claim, Document, Entity, Modality, Span

_STATING = (BlockKind.HEADLINE, BlockKind.ISSUER, BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.CONTACT)
_ENOUGH = 2  # the weight of clues that makes a sentence look like a fact
_NAMES = 2  # names that count, however many there are
_TELLING = ("Funder", "FundingPhase")  # kinds of names that hardly stand in a sentence without a fact
_SHORTEST_WORD = 6  # letters of a trigger; shorter ones are in every sentence


@dataclass(frozen=True, slots=True)
class Note:
    """A claim in words, with the number that its place carries."""

    number: int
    subject: str
    predicate: str
    object: str
    rule: str
    confidence: float
    span: Span
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A sentence that looks as if it held a fact that no rule found, and what makes it look so."""

    span: Span
    clues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that is the same throughout: quoted by the same claims, or unread, or neither."""

    text: str = field(repr=False)
    start: int
    notes: tuple[int, ...] = ()  # numbers of the claims that quote it
    ending: tuple[int, ...] = ()  # those of them whose quote ends with this segment
    confidence: float | None = None  # of the surest of them
    unread: Unread | None = None
    last: bool = False  # whether the unread sentence ends here


@dataclass(frozen=True, slots=True)
class Explanation:
    """A document with its claims marked."""

    document: Document = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    notes: tuple[Note, ...]
    unread: tuple[Unread, ...]


def explain(document: Document, claims: Sequence[Claim], gazetteer: Gazetteer) -> Explanation:
    """The text of ``document`` cut into segments, the claims as numbered notes in order of place."""
    ordered = sorted(claims, key=lambda claim: (claim.evidence.start, claim.evidence.end))
    notes = tuple(_note(number, claim) for number, claim in enumerate(ordered, start=1))
    part = searched(document)
    unread = tuple(_unread(part, [note.span for note in notes], link(part, gazetteer).mentions))
    return Explanation(document, tuple(_segments(document.text, notes, unread)), notes, unread)


def _note(number: int, claim: Claim) -> Note:
    obj = claim.object
    said = obj.label if isinstance(obj, Entity) else " ".join(filter(None, (obj.value, obj.currency)))
    return Note(
        number,
        claim.subject.label if claim.subject else "this document",
        claim.predicate,
        f"{said} (at {claim.at.label})" if claim.at else said,
        claim.rule,
        claim.confidence,
        Span(claim.evidence.start, claim.evidence.end),
        planned=claim.modality is Modality.PLANNED,
    )


def _segments(text: str, notes: Sequence[Note], unread: Sequence[Unread]) -> Iterator[Segment]:
    """One pass over all the places where a quote or an unread sentence begins or ends."""
    marks = (*(note.span for note in notes), *(one.span for one in unread))
    edges = sorted({0, len(text), *(edge for span in marks for edge in (span.start, span.end))})
    waiting, silent, open_notes = list(notes), list(unread), list[Note]()
    for start, end in pairwise(edges):
        while waiting and waiting[0].span.start <= start:
            open_notes.append(waiting.pop(0))
        open_notes = [note for note in open_notes if note.span.end > start]
        while silent and silent[0].span.end <= start:
            silent.pop(0)
        missed = silent[0] if silent and silent[0].span.start <= start else None
        yield Segment(
            text[start:end],
            start,
            tuple(note.number for note in open_notes),
            tuple(note.number for note in open_notes if note.span.end == end),
            max((note.confidence for note in open_notes), default=None),
            missed,
            last=missed is not None and missed.span.end == end,
        )


def _unread(document: Document, quoted: Sequence[Span], mentions: Sequence[Mention]) -> Iterator[Unread]:
    for block in document.of_kind(*_STATING):
        for sentence in _sentences(document, block):
            if any(sentence.overlaps(span) for span in quoted):
                continue
            inside = [one for one in mentions if sentence.start <= one.start and one.end <= sentence.end]
            clues = tuple(_clues(document.slice(sentence), inside, document))
            if sum(weight for weight, _ in clues) >= _ENOUGH:
                yield Unread(sentence, tuple(words for _, words in clues))


def _sentences(document: Document, block: Block) -> Iterator[Span]:
    return (Span(start, end) for start, end in sentences.split(document.text, block.start, block.end))


def _clues(text: str, mentions: Iterable[Mention], document: Document) -> Iterator[tuple[int, str]]:
    """What makes a sentence look like a fact, each with its weight: a value nearly alone, names and words together."""
    names = 0
    for one in mentions:
        surface = " ".join(document.text[one.start : one.end].split())
        if isinstance(one.thing, Entity):
            names += 1
            if names <= _NAMES:
                yield _ENOUGH if one.kind in _TELLING else 1, f"name: {surface}"
        elif one.kind != "count":
            yield _ENOUGH, f"{one.kind}: {surface}"
    for counted in _counted().finditer(text):
        yield _ENOUGH, f"count: {' '.join(counted.group().split())}"
    trigger = _triggers().search(text)
    if trigger:
        yield 1, f"word: {trigger.group()}"


@cache
def _counted() -> re.Pattern[str]:
    """A number before a noun that the packs count."""
    words = lexicon()
    nouns = {*words.members, *words.institutions, *words.infrastructures, *words.projects, *words.guests}
    numbers = "|".join(sorted(map(re.escape, words.numbers), key=len, reverse=True))
    return re.compile(rf"\b(?:\d[\d.]{{0,8}}|{numbers})\s(?:[\w-]{{3,30}}\s){{0,2}}(?:{_any_of(nouns)})\b")


@cache
def _triggers() -> re.Pattern[str]:
    """The words of the packs by which their phrases and lists say who funds, leads, founds or takes part."""
    words = lexicon()
    spoken = " ".join((*(phrase.text for phrase in words.phrases), *words.leading, *words.speaking))
    plain = re.sub(r"\{[^}]*\}|%\w+%|\\\w|\(\?[a-z]*[:!=<]+", " ", spoken)
    found = {word for word in re.findall(r"[^\W\d_]+", plain) if len(word) >= _SHORTEST_WORD}
    found |= {
        word
        for word in (*words.participation, *words.member_nouns, *words.partner_nouns)
        if len(word) >= _SHORTEST_WORD
    }
    return re.compile(rf"(?i:\b(?:{_any_of(found)})\w{{0,4}}\b)")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
