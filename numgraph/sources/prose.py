"""The running part of any page: subheadings, paragraphs, list items, captions, contacts, left-over chrome."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from numgraph.model import Block, BlockKind, Span
from numgraph.sources import chrome, contacts, labelled
from numgraph.sources.dates import date_line
from numgraph.sources.layout import Hints, Line, MarkKind, block

_BULLET = re.compile(r"(?:[-*•·‣▪►○◦■–—]|\d{1,2}[.)]|\(\d{1,2}\)|[a-z]\))[ \t\u00a0]+(?=\S)")
_MONTH_AFTER = re.compile(
    r"\s*(?:(?:und|bis|and|to|en|tot|[-–/])\s*\d{1,2}\b|jan|feb|m[äa]r|maart|apr|mai|may|mei|jun|jul|aug|sep|o[kc]t|nov|de[zc])",
    re.IGNORECASE,
)
_NO_HEADING = re.compile(
    r"^\d{1,2}[:.]\d{2}(?!\.?\d)|https?://|www\.|@|\(at\)|\d{1,2}[:.]\d{2} ?(?:Uhr|h\b|uur|am\b|pm\b)", re.IGNORECASE
)
_CELLS = " | "  # between the cells of a table row
_PROSE = 120  # characters from which a line is a paragraph rather than a heading
_LEAST_BROKEN = 60  # characters of a line that an editor broke
_SMALL_AT_END = re.compile(r"\s[a-zäöüß]+,?$")
_WRAP = range(45, 111)  # lengths of lines that somebody's editor wrapped
_MOST_WORDS_OF_HEADING = 14
_MOST_WORDS_BEFORE_COLON = 5
_LEAST_PAIRS, _SHARE_OF_PAIRS, _MOST_LONG, _SHORT_OF_MARGIN = 4, 0.6, 0.05, 0.55


class Marked:
    """Looks up which marks of one kind cover a line, in logarithmic time."""

    def __init__(self, hints: Hints, *kinds: MarkKind) -> None:
        marks = sorted((mark.start, mark.end) for mark in hints.marks if mark.kind in kinds)
        self._starts = [start for start, _ in marks]
        self._ends: list[int] = []
        for _, end in marks:  # the furthest end so far, so that an outer mark is found behind an inner one
            self._ends.append(max(end, self._ends[-1]) if self._ends else end)

    def covers(self, line: Line) -> bool:
        at = bisect_right(self._starts, line.start) - 1
        return at >= 0 and self._ends[at] >= line.end


def bullet(line: Line) -> int:
    """The length of the list marker at the start of a line; 0 where there is none ("1. Juli 2025" is a date)."""
    found = _BULLET.match(line.text)
    if not found or _MONTH_AFTER.match(line.text, found.end()):
        return 0
    return found.end()


def blocks(lines: Sequence[Line], hints: Hints, heading: Span | None = None) -> list[Block]:
    """The blocks of the running part of a page, in order; ``heading`` is the one it begins under."""
    content, chaff = _sift(lines, hints)
    found = _Builder(content, hints, heading).build()
    return sorted([*found, *(block(kind, [line]) for kind, line in chaff)], key=lambda one: one.start)


def _sift(lines: Sequence[Line], hints: Hints) -> tuple[list[Line], list[tuple[BlockKind, Line]]]:
    """Content apart from captions and chrome, which stand between content lines without belonging to them."""
    noise, captions = Marked(hints, MarkKind.NOISE), Marked(hints, MarkKind.CAPTION)
    teasers = _teasers(lines)
    boilerplate = [line for at, line in enumerate(lines) if at >= teasers or noise.covers(line)]
    kept = _contacts_in(boilerplate)
    dropped = {line.start for line in boilerplate} - kept
    kinds: dict[int, BlockKind] = {}
    for at, line in enumerate(lines):
        if line.start in dropped or (line.start not in kept and chrome.is_noise(line.text[bullet(line) :])):
            kinds[at] = BlockKind.NOISE
        elif captions.covers(line) or chrome.is_credit(line.text):
            kinds[at] = BlockKind.CAPTION
    return without(lines, kinds), [(kind, lines[at]) for at, kind in kinds.items()]


def without(lines: Sequence[Line], removed: Container[int]) -> list[Line]:
    """The lines whose index is not ``removed``; what stood around a removed line stands far apart."""
    return [
        replace(line, gap=contacts.APART) if at - 1 in removed else line
        for at, line in enumerate(lines)
        if at not in removed
    ]


def _teasers(lines: Sequence[Line]) -> int:
    """Where teasers of other pages begin, in the second half of a page; the number of lines where none do."""
    half = len(lines) // 2
    return next((at for at in range(half, len(lines)) if chrome.is_related(lines[at].text)), len(lines))


def _contacts_in(boilerplate: Sequence[Line]) -> set[int]:
    """The lines of footers and side boxes that say whom to contact, with the heading that announces them."""
    kept: set[int] = set()
    for group in contacts.groups(boilerplate, [False] * len(boilerplate)):
        first = group.start - (group.start > 0 and contacts.is_heading(boilerplate[group.start - 1].text))
        kept.update(line.start for line in boilerplate[first : group.stop])
    return kept


class _Builder:
    """Turns content lines into blocks, remembering the heading they stand under."""

    def __init__(self, lines: Sequence[Line], hints: Hints, heading: Span | None) -> None:
        self._lines = lines
        self._headings = Marked(hints, MarkKind.HEADING, MarkKind.HEADLINE)
        self._heading = heading
        self._profile = labelled.runs(lines)
        self._wrapped = _is_wrapped([line for at, line in enumerate(lines) if at not in self._profile])
        self._contact_headings: set[int] = set()
        self._blocks: list[Block] = []

    def build(self) -> list[Block]:
        marked = {at for at, line in enumerate(self._lines) if self._headings.covers(line)}
        people = {group.start: group for group in contacts.groups(self._lines, self._announced(), marked)}
        self._contact_headings = {at - 1 for at in people if at and contacts.is_heading(self._lines[at - 1].text)}
        at = 0
        while at < len(self._lines):
            group = people.get(at)
            if group:
                self._take_contact(self._lines[group.start : group.stop])
            else:
                self._take(at, next_is_contact=at + 1 in people)
            at = group.stop if group else at + 1
        return self._blocks

    def _take_contact(self, group: Sequence[Line]) -> None:
        """A contact stands under its heading; an address without a person after people is the page's own footer."""
        follows = bool(self._blocks) and self._blocks[-1].kind is BlockKind.CONTACT
        footer = follows and contacts.cue(group[0]) is not contacts.Cue.PERSON and group[0].gap > 0
        self._blocks.append(block(BlockKind.CONTACT, group, None if footer else self._heading))

    def _announced(self) -> list[bool]:
        """For each line, whether it stands under a heading that announces contacts."""
        announced, prose, found = False, 0, []
        for line in self._lines:
            is_prose = len(line.text) > _PROSE
            if not is_prose and contacts.is_heading(line.text):
                announced, prose = True, 0
            elif is_prose:
                prose += 1
                announced = announced and prose < 2  # noqa: PLR2004 (one sentence may introduce the contacts)
            found.append(announced)
        return found

    def _take(self, at: int, *, next_is_contact: bool) -> None:
        line = self._lines[at]
        marker = bullet(line)
        if marker and not self._is_numbered_heading(at, marker):
            self._blocks.append(Block(BlockKind.LIST_ITEM, line.start + marker, line.end, self._heading))
        elif self._is_heading(at, next_is_contact=next_is_contact):
            self._heading = line.span
            self._blocks.append(block(BlockKind.SUBHEADING, [line]))
        elif self._continues_last(at):
            last = self._blocks.pop()
            self._blocks.append(Block(last.kind, last.start, line.end, last.heading))
        else:
            self._blocks.append(block(BlockKind.BODY, [line], self._heading))

    def _is_heading(self, at: int, *, next_is_contact: bool) -> bool:
        line = self._lines[at]
        if self._headings.covers(line) or at in self._contact_headings:
            return True
        if at + 1 == len(self._lines) or at in self._profile or not _looks_like_heading(line.text):
            return False
        if next_is_contact:
            return contacts.cue(line) is not contacts.Cue.PERSON
        return self._heads(line, at + 1)

    def _heads(self, line: Line, below: int) -> bool:
        """Whether a line that looks like a heading has something below it that looks like its text."""
        following = self._lines[below]
        if line.gap and following.gap == 0 and _is_lone(line.text):
            return True
        if self._wrapped and (following.gap == 0 or line.gap == 0):
            # The first line of a wrapped paragraph is a long one.
            return bool(line.gap) and len(line.text) < _WRAP.start and not following.text[0].islower()
        if (line.gap and following.gap) or bullet(following) or (line.gap and below in self._profile):
            return True
        return _reads_like_paragraph(following.text)

    def _is_numbered_heading(self, at: int, marker: int) -> bool:
        """Whether a numbered line stands above a paragraph rather than among others."""
        line = self._lines[at]
        if not (line.gap and line.text[0].isdigit() and at + 1 < len(self._lines)):
            return False
        following = self._lines[at + 1]
        return following.gap == 0 and _looks_like_heading(line.text[marker:]) and _reads_like_paragraph(following.text)

    def _continues_last(self, at: int) -> bool:
        """Whether a line is the rest of the paragraph before it."""
        line = self._lines[at]
        if line.gap or not self._blocks or self._blocks[-1].kind not in (BlockKind.BODY, BlockKind.LIST_ITEM):
            return False
        before = self._lines[at - 1].text
        if at in self._profile:
            return False
        if at - 1 in self._profile:
            return line.text[0].islower() or before.endswith(",")
        if self._wrapped:
            return not self._ends_paragraph(before)
        return line.text[0].islower() or line.text[0] in ",;.)" or _breaks_off(before)

    def _ends_paragraph(self, text: str) -> bool:
        """Whether a wrapped line is the last of its paragraph: a sentence ends well before the margin."""
        return text.endswith((".", "!", "?", ":", "“", '"')) and len(text) < _SHORT_OF_MARGIN * _WRAP.stop


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether the paragraphs were broken into lines of about equal length by an editor."""
    pairs = [before for before, line in pairwise(lines) if line.gap == 0]
    wrapped = sum(len(before.text) in _WRAP for before in pairs)
    long = sum(len(line.text) > _PROSE for line in lines)
    return long <= _MOST_LONG * len(lines) and len(pairs) >= _LEAST_PAIRS and wrapped >= _SHARE_OF_PAIRS * len(pairs)


def _looks_like_heading(text: str) -> bool:
    words = len(text.split())
    if len(text) > _PROSE or words > _MOST_WORDS_OF_HEADING or text[0].islower() or _NO_HEADING.search(text):
        return False
    if _CELLS in text or date_line(text) or (contacts.EVENT_LABEL.match(text) and not _ends_colon(text)):
        return False
    if _ends_colon(text):
        return words <= _MOST_WORDS_BEFORE_COLON
    return not text.endswith((".", ",", ";", "!", "…", "“", '"'))


def _reads_like_paragraph(text: str) -> bool:
    if len(text) > _PROSE:
        return True
    return text.endswith((".", ":")) and len(text.split()) > _MOST_WORDS_BEFORE_COLON


def _is_lone(text: str) -> bool:
    """Whether a line that has nothing above it labels or asks what stands below it."""
    return _ends_colon(text) or text.endswith("?") or labelled.is_label(text)


def _breaks_off(text: str) -> bool:
    """Whether a line was broken in the middle of a sentence: it is long and its last word is a small one."""
    return len(text) >= _LEAST_BROKEN and bool(_SMALL_AT_END.search(text)) and _CELLS not in text


def _ends_colon(text: str) -> bool:
    return text.endswith(":")


def body_text(text: str, found: Iterable[Block]) -> Iterable[str]:
    """The texts that tell a document's language: its paragraphs, then its list items and headings."""
    order = (BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.HEADLINE, BlockKind.SUBHEADING)
    ranked = sorted((one for one in found if one.kind in order), key=lambda one: (order.index(one.kind), one.start))
    return (text[one.start : one.end] for one in ranked)
