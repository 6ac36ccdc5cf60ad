"""The page of a source: the archived text with the stretches that say something, and what was read from each."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from numgraph.model import Block
from numgraph.terms import NUM, RDF, num

from . import evidence, naming, parts, purposes, queries, tables
from .answers import Term
from .display import Reader, Shown, expand
from .evidence import Said, Statement, statement, words
from .marking import Piece, spans
from .naming import Names
from .parts import Part
from .site import Site
from .tables import Table


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked of a source: the part that holds a character, and the claims of one property only."""

    at: int = 0
    only: str | None = None


def wanted(asked: Mapping[str, str]) -> Wanted:
    """What the query of a request asks for; what it asks in vain is not asked."""
    at = asked.get("at", "")
    return Wanted(int(at[:9]) if at.isascii() and at.isdigit() else 0, asked.get("only") or None)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a source that carries claims; ``anchor`` names it in the page."""

    anchor: str
    start: int
    end: int
    statements: list[Statement]

    @property
    def is_pending(self) -> bool:
        """Whether nothing of what it says counts: it is planned, waits for review or was rejected."""
        return all(one.condition for one in self.statements)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of archived text and the sentence it belongs to; the piece that ``opens`` it gets its anchor.

    ``purpose`` is what the layout says the piece is for: a kind of block with hyphens, empty where nothing is known.
    """

    pieces: list[Piece]
    sentence: Sentence | None
    opens: bool
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A property that a reader may choose to see alone."""

    name: str
    count: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Source:
    """All that the page of a source needs. Without its text in the archive it has neither stretches nor a table."""

    iri: str
    key: str
    title: Shown
    kind: str | None
    details: dict[str, list[Shown]]
    sentences: list[Sentence]
    stretches: list[Stretch] | None
    table: Table | None
    part: Part | None
    choices: list[Choice]
    all_href: str

    @property
    def purposes(self) -> list[str]:
        """The purposes that the page marks."""
        return sorted({one.purpose for one in self.stretches or () if one.purpose})

    @property
    def has_pending(self) -> bool:
        return any(one.condition for sentence in self.sentences for one in sentence.statements)


async def load_source(site: Site, document_id: str, reader: Reader, asked: Wanted | None = None) -> Source | None:
    """The page of a source; None when this edition has no such source."""
    iri, asked = site.namespace.source(document_id), asked or Wanted()
    facts = [(row["p"].value, row["o"]) for row in await site.select(queries.source(iri, site.namespace))]
    text, plain = await site.archived(document_id), _plain(facts)
    is_table = plain.get("layout") == tables.LAYOUT
    shown = parts.part(text, asked.at, is_table=is_table) if text is not None else None
    claims = await _claims(site, document_id, shown, names=is_table)
    if not facts and not claims:
        return None
    names = await _names(site, {iri}, facts, claims, reader)
    chosen = [one for one in claims if asked.only is None or one.predicate == expand(asked.only)]
    sentences = _sentences(chosen, reader, names)
    blocks: tuple[Block, ...] = ()
    if text is not None and not is_table:
        blocks = await purposes.blocks(site, plain.get("sha256"), plain.get("fileName"), text)
    marks = _marks(chosen, names, site)
    return Source(
        iri=iri,
        key=f"source/{document_id}",
        title=reader.show(Term("uri", iri), names.label(iri)),
        kind=_kind(facts, reader),
        details=_details(facts, reader, names),
        sentences=sentences,
        stretches=None if text is None or shown is None or is_table else cut(text, sentences, marks, shown, blocks),
        table=_table(text, shown, chosen, reader, names)
        if text is not None and shown is not None and is_table
        else None,
        part=shown,
        choices=_choices(claims, asked, f"source/{document_id}", reader),
        all_href=reader.links.to(f"/doc/source/{document_id}", at=asked.at or None),
    )


async def _claims(site: Site, document_id: str, shown: Part | None, *, names: bool) -> list[Said]:
    """The claims of the part shown; all of them where there is no text."""
    between = (shown.start, shown.end) if shown and shown.total > 1 else None
    query = queries.claims_of_source(site.namespace.evidence_graph(document_id), between, names=names)
    return [evidence.said(row) for row in await site.select(query)]


async def _names(
    site: Site, things: set[str], facts: Sequence[tuple[str, Term]], claims: Iterable[Said], reader: Reader
) -> Names:
    about = {value.value for _, value in facts if value.is_iri}
    return await naming.look_up(site, {*things, *about, *evidence.things(claims)}, reader.language)


def _plain(facts: Iterable[tuple[str, Term]]) -> dict[str, str]:
    return {p.removeprefix(NUM): value.value for p, value in facts}


def _table(text: str, shown: Part, claims: Iterable[Said], reader: Reader, names: Names) -> Table:
    claims = list(claims)
    anchors = {(one.start, one.end): f"{one.start}-{one.end}" for one in claims}
    subjects = {one.start: reader.show(one.subject, names.label(one.subject.value)) for one in claims}
    return tables.table(text[shown.start : shown.end], shown.start, anchors, subjects)


def _choices(claims: Iterable[Said], asked: Wanted, key: str, reader: Reader) -> list[Choice]:
    """The properties of the claims shown, the most frequent first; none where there is nothing to choose."""
    counted = Counter(one.predicate for one in claims)
    if len(counted) < 2:  # noqa: PLR2004 - a choice needs two
        return []
    return [
        Choice(
            name=reader.term(predicate),
            count=reader.wording.number(n),
            href=reader.links.to(f"/doc/{key}", only=f"num:{predicate.removeprefix(NUM)}", at=asked.at or None),
            is_chosen=asked.only is not None and expand(asked.only) == predicate,
        )
        for predicate, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def _kind(facts: Sequence[tuple[str, Term]], reader: Reader) -> str | None:
    classes = [value.value for p, value in facts if p == RDF + "type" and value.value != num("Source")]
    return reader.term(classes[0]) if classes else None


def _details(facts: Sequence[tuple[str, Term]], reader: Reader, names: Names) -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    for p, value in facts:
        found.setdefault(p.removeprefix(num("")), []).append(reader.show(value, names.label(value.value)))
    return found


def _sentences(claims: Iterable[Said], reader: Reader, names: Names) -> list[Sentence]:
    by_place: dict[tuple[int, int], list[Said]] = {}
    for one in claims:
        by_place.setdefault((one.start, one.end), []).append(one)
    return [
        Sentence(f"{start}-{end}", start, end, [statement(one, reader, names) for one in told])
        for (start, end), told in sorted(by_place.items())
    ]


def _marks(claims: Iterable[Said], names: Names, site: Site) -> list[tuple[int, int]]:
    """Where the words stand that carry each claim, as offsets into the text."""
    by_quote: dict[tuple[int, str], set[str]] = {}
    for one in claims:
        by_quote.setdefault((one.start, one.quote), set()).update(words(one, names, site.wordings))
    found = {(at + a, at + b) for (at, quote), said in by_quote.items() for a, b in spans(quote, said)}
    return sorted(found)


def cut(
    text: str,
    sentences: Sequence[Sentence],
    marks: Iterable[tuple[int, int]],
    shown: Part | None = None,
    blocks: Sequence[Block] = (),
) -> list[Stretch]:
    """The part of the text in order, cut at every edge of a sentence and of a block.

    Where sentences overlap, the shortest one counts.
    """
    first, last = (shown.start, shown.end) if shown else (0, len(text))
    marked = _marked(marks, first, last)
    owner: list[Sentence | None] = [None] * (last - first)
    for sentence in sorted(sentences, key=lambda one: one.start - one.end):  # the longest first, shorter ones over it
        start, end = max(sentence.start, first), min(sentence.end, last)
        if start < end:
            owner[start - first : end - first] = [sentence] * (end - start)
    inner = {edge - first for block in blocks for edge in (block.start, block.end) if first < edge < last}
    changes = {i for i in range(1, len(owner)) if owner[i] is not owner[i - 1]}
    edges = [0, *sorted(inner | changes), len(owner)]
    starts = [block.start for block in blocks]
    opened: set[str] = set()
    stretches: list[Stretch] = []
    for start, end in pairwise(edges):
        one = owner[start] if start < len(owner) else None
        opens = one is not None and one.anchor not in opened
        if one is not None:
            opened.add(one.anchor)
        pieces = _runs(text, marked, first, (start, end))
        purpose = _purpose(blocks, starts, first + start)
        if not purpose and stretches and not text[first + start : first + end].strip():
            purpose = "noise" if stretches[-1].purpose == "noise" else ""  # the room between two lines of noise
        stretches.append(Stretch(pieces, one, opens, purpose))
    return stretches


def _marked(marks: Iterable[tuple[int, int]], first: int, last: int) -> bytearray:
    marked = bytearray(last - first)
    for start, end in marks:
        if first < end and start < last:
            inner = slice(max(start, first) - first, min(end, last) - first)
            marked[inner] = b"\x01" * (inner.stop - inner.start)
    return marked


def _purpose(blocks: Sequence[Block], starts: Sequence[int], at: int) -> str:
    """The kind of the block that holds a character; blocks are sorted and do not overlap."""
    found = bisect.bisect_right(starts, at) - 1
    inside = found >= 0 and at < blocks[found].end
    return blocks[found].kind.value.replace(" ", "-") if inside else ""


def _runs(text: str, marked: bytearray, first: int, stretch: tuple[int, int]) -> list[Piece]:
    found = []
    start, end = stretch
    while start < end:
        stop = marked.find(1 - marked[start], start, end)
        stop = end if stop < 0 else stop
        found.append(Piece(text[first + start : first + stop], marked=bool(marked[start])))
        start = stop
    return found
