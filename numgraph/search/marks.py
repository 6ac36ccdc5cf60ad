"""Where the words of a question stand in a hit: marks in its names, and the sentences that show them best.

Marks follow the rules by which the index finds: the word as folded, a stem of the text's language, a beginning, the
words of a phrase side by side. A part of a compound lights up the whole compound.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from numgraph.extraction import sentences
from numgraph.search import analysis
from numgraph.search.engine import Hit
from numgraph.search.syntax import Tree, Words, positive

Span = tuple[int, int]

_SCANNED = 60_000  # characters of a text that are looked at
_MOST_MARKS = 60  # in one text; sentences are chosen among these
_CANDIDATES = 8  # sentences among which they are chosen
_SHOWN = 3  # sentences of a hit
_AROUND = 700  # characters on each side of a word among which its sentence is sought
_LONGEST = 320  # characters of a sentence that are shown
_TELLING = 45  # characters that a sentence has at least, where there are others
_UNSEEN = ""  # no word of a question is empty
_SHORTEST_PART = 4  # letters of a word that may light up a compound


@dataclass(frozen=True, slots=True)
class Snippet:
    """A sentence of a hit, with marks in it. ``place`` is where the text carries it, ``is_claim`` if as evidence."""

    text: str
    marks: tuple[Span, ...]
    place: Span
    is_claim: bool


class Marker:
    """Finds what a question asked for; made once for a page of hits."""

    def __init__(self, tree: Tree | None) -> None:
        asked = [words for words in positive(tree) if words.field in {None, "title", "text", "publisher"}]
        self._singles = [one for one in asked if len(one.words) == 1 and not one.exactly and not one.prefix]
        self._sequences = [one for one in asked if one not in self._singles]
        self._known: dict[tuple[str, ...], dict[str, str | None]] = {}
        self._folded = {analysis.folded(one.words[0]): one.words[0] for one in self._singles}
        self._derived = {form: one.words[0] for one in self._singles for form in analysis.asked(one.words[0])}
        self._parts = {
            form[2:]: word for form, word in self._derived.items() if form[0] == "p" and len(form) > _SHORTEST_PART + 1
        }

    def marks(self, text: str, language: str | None) -> list[tuple[int, int, str]]:
        """Stretches of ``text`` with the word of the question that each answers; sorted."""
        text = text[:_SCANNED]
        found = list(islice(self._forms(text, analysis.spoken(language)), _MOST_MARKS)) if self._singles else []
        tokens = list(analysis.words(text)) if self._sequences else []
        for sequence in self._sequences:
            found += islice(_runs(tokens, sequence), _MOST_MARKS)
        return sorted(set(found))

    def _forms(self, text: str, languages: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
        known = self._known.setdefault(languages, {})
        for one in analysis.raw_places(text):
            raw = one.group()
            which = known.get(raw, _UNSEEN)
            if which is _UNSEEN:
                which = known[raw] = self._which(analysis.composed(raw), languages)
            if which is not None:
                yield one.start(), one.end(), which

    def _which(self, word: str, languages: tuple[str, ...]) -> str | None:
        """The word of the question that ``word`` is a form of."""
        plain = analysis.folded(word)
        if plain in self._folded:
            return self._folded[plain]
        for form in analysis.derived(word, languages):
            if form in self._derived:
                return self._derived[form]
        if "de" in languages and len(plain) >= 2 * _SHORTEST_PART:
            return next((asked for part, asked in self._parts.items() if _is_part(part, analysis.bare(word))), None)
        return None


def _is_part(part: str, word: str) -> bool:
    return word.startswith(part) or part in word[_SHORTEST_PART:]


def _runs(tokens: Sequence[tuple[str, int, int]], sequence: Words) -> Iterator[tuple[int, int, str]]:
    """Where the words of a phrase, the last of them perhaps a beginning, stand side by side."""
    wanted = [analysis.folded(word) for word in sequence.words]
    plain = [analysis.folded(word) for word, _, _ in tokens]
    label = " ".join(wanted)
    for at in range(len(plain) - len(wanted) + 1):
        last = plain[at + len(wanted) - 1]
        ends = last.startswith(wanted[-1]) if sequence.prefix else last == wanted[-1]
        if ends and plain[at : at + len(wanted) - 1] == wanted[:-1]:
            yield tokens[at][1], tokens[at + len(wanted) - 1][2], label


def snippets(hit: Hit, marker: Marker) -> list[Snippet]:
    """The sentences of a hit that answer most of the question, in the order of the text; else its beginning."""
    marks = marker.marks(hit.text, hit.language)
    places: dict[Span, set[str]] = {}
    for start, _, which in marks:
        if len(places) < _CANDIDATES and not any(a <= start < b for a, b in places):
            places[_sentence(hit, start)] = set()
        for (a, b), said in places.items():
            if a <= start < b:
                said.add(which)
    telling = [place for place in places if _is_telling(hit, place)] or list(places)
    best = sorted(telling, key=lambda place: (-len(places[place]), place not in hit.spans, place))[:_SHOWN]
    return [_snippet(hit, place, marks) for place in sorted(best or _beginning(hit))]


def _is_telling(hit: Hit, place: Span) -> bool:
    """Whether a sentence says more than the title or a lone name."""
    text = hit.text[place[0] : place[1]]
    return len(text) >= _TELLING and text.strip() not in {name for name, _ in hit.names}


def _beginning(hit: Hit) -> list[Span]:
    """The first stretch of prose after the title, for a search without words."""
    start = len(hit.names[0][0]) if hit.text.startswith(hit.names[0][0]) else 0
    found = (place for place in sentences.split(hit.text, start, min(len(hit.text), start + 2000)))
    return [place for place in found if place[1] - place[0] > 60][:1]  # noqa: PLR2004 - shorter lines are dates and names


def _sentence(hit: Hit, at: int) -> Span:
    """The stretch with a claim in which a word stands, else its sentence."""
    for place in reversed(hit.spans[: bisect_right(hit.spans, (at, len(hit.text)))]):
        if place[0] <= at < place[1]:
            return place
    start, end = max(0, at - _AROUND), min(len(hit.text), at + _AROUND)
    before = hit.text.rfind("\n\n", start, at)
    start = before + 2 if before >= 0 else hit.text.find(" ", start, at) + 1 if start else 0
    return next(((a, b) for a, b in sentences.split(hit.text, start, end) if a <= at < b), (at, end))


def _snippet(hit: Hit, place: Span, marks: Iterable[tuple[int, int, str]]) -> Snippet:
    inside = [(a, b) for a, b, _ in marks if place[0] <= a and b <= place[1]]
    start, end = _cut(place, inside)
    shown = tuple((a - start, b - start) for a, b in merged(inside) if start <= a and b <= end)
    lead, trail = "… " if start > place[0] else "", " …" if end < place[1] else ""
    moved = tuple((a + len(lead), b + len(lead)) for a, b in shown)
    return Snippet(lead + hit.text[start:end] + trail, moved, place, place in hit.spans)


def _cut(place: Span, inside: Sequence[Span]) -> Span:
    """At most so much of a long sentence that a page stays readable, the first mark in its first half."""
    start, end = place
    if end - start <= _LONGEST:
        return place
    if inside and inside[0][0] - start > _LONGEST // 2:
        start = inside[0][0] - _LONGEST // 3
    return start, min(end, start + _LONGEST)


def merged(marks: Iterable[Span]) -> list[Span]:
    """Marks that overlap as one."""
    found: list[Span] = []
    for start, end in sorted(marks):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def name_marks(text: str, language: str | None, marker: Marker) -> tuple[Span, ...]:
    return tuple(merged((start, end) for start, end, _ in marker.marks(text, language)))
