"""Source and claim pages: the archived text with the stretches that say something, and one claim in its context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from numgraph.terms import RDF, num

from . import evidence, naming, queries
from .answers import Term
from .display import Reader, Shown
from .evidence import Said, Statement, statement, words
from .marking import Piece, pieces, spans
from .naming import Names
from .site import Site

CONTEXT = 320  # characters of text shown before and after the sentence of a claim


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a source that carries claims; ``anchor`` names it in the page."""

    anchor: str
    start: int
    end: int
    statements: list[Statement]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of archived text and the sentence it belongs to; the piece that ``opens`` it gets its anchor."""

    pieces: list[Piece]
    sentence: Sentence | None
    opens: bool


@dataclass(frozen=True, slots=True)
class Source:
    """All that the page of a source needs. ``text`` is None when the archive lacks it."""

    iri: str
    key: str
    title: Shown
    kind: str | None
    details: dict[str, list[Shown]]
    sentences: list[Sentence]
    stretches: list[Stretch] | None


async def load_source(site: Site, document_id: str, reader: Reader) -> Source | None:
    """The page of a source; None when this edition has no such source."""
    iri = site.namespace.source(document_id)
    facts = [(row["p"].value, row["o"]) for row in await site.select(queries.source(iri, site.namespace))]
    found = await site.select(queries.claims_of_source(site.namespace.evidence_graph(document_id)))
    claims = [evidence.said(row) for row in found]
    if not facts and not claims:
        return None
    about = {value.value for _, value in facts if value.is_iri}
    names = await naming.look_up(site, {iri, *about, *evidence.things(claims)}, reader.language)
    sentences = _sentences(claims, reader, names)
    text = await site.archived(document_id)
    return Source(
        iri=iri,
        key=f"source/{document_id}",
        title=reader.show(Term("uri", iri), names.label(iri)),
        kind=_kind(facts, reader),
        details=_details(facts, reader, names),
        sentences=sentences,
        stretches=None if text is None else cut(text, sentences, _marks(claims, names, site)),
    )


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


def cut(text: str, sentences: Sequence[Sentence], marks: Iterable[tuple[int, int]]) -> list[Stretch]:
    """The whole text in order, cut at every edge of a sentence; where sentences overlap, the shortest one counts."""
    marked = bytearray(len(text))
    for start, end in marks:
        marked[start:end] = b"\x01" * (min(end, len(text)) - start)
    owner: list[Sentence | None] = [None] * len(text)
    for sentence in sorted(sentences, key=lambda one: one.start - one.end):  # the longest first, shorter ones over it
        end = min(sentence.end, len(text))
        owner[sentence.start : end] = [sentence] * max(0, end - sentence.start)
    edges = [0, *(i for i in range(1, len(text)) if owner[i] is not owner[i - 1]), len(text)]
    opened: set[str] = set()
    stretches = []
    for start, end in pairwise(edges):
        one = owner[start] if start < len(text) else None
        is_first = one is not None and one.anchor not in opened
        if one is not None:
            opened.add(one.anchor)
        stretches.append(Stretch(_runs(text, marked, start, end), one, is_first))
    return stretches


def _runs(text: str, marked: bytearray, start: int, end: int) -> list[Piece]:
    found = []
    while start < end:
        stop = marked.find(1 - marked[start], start, end)
        stop = end if stop < 0 else stop
        found.append(Piece(text[start:stop], marked=bool(marked[start])))
        start = stop
    return found


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """All that the page of a claim needs."""

    iri: str
    key: str
    claim: Said
    predicate: Term
    statement: Statement
    before: str
    pieces: list[Piece]
    after: str
    source: Shown
    source_href: str
    date: str | None
    rule: str
    same_sentence: list[Statement]
    others: list[tuple[Statement, Shown, str | None]]  # statement, source, date


async def load_claim(site: Site, document_id: str, fingerprint: str, reader: Reader) -> ClaimPage | None:
    """The page of a claim; None when this edition has no such claim."""
    iri = site.namespace.claim(document_id, fingerprint)
    found = await site.select(queries.claim(iri, site.namespace.evidence_graph(document_id)))
    claims = [evidence.said(row) for row in found]
    if not claims:
        return None
    one = claims[0]
    beside = await _claims(site, queries.claims_of_source(site.namespace.evidence_graph(document_id)))
    same = [other for other in beside if other.place == one.place and other.claim != one.claim]
    about = await _claims(site, queries.claims_about(one.subject.value))
    others = [other for other in about if other.predicate == one.predicate and other.source != one.source]
    names = await naming.look_up(site, evidence.things([one, *same, *others]), reader.language)
    text = await site.archived(document_id)
    before, after = context(text, one.start, one.end) if text is not None else ("", "")
    return ClaimPage(
        iri=iri,
        key=f"claim/{document_id}/{fingerprint}",
        claim=one,
        predicate=Term("uri", one.predicate),
        statement=statement(one, reader, names),
        before=before,
        pieces=pieces(one.quote, words(one, names, site.wordings)),
        after=after,
        source=reader.show(Term("uri", one.source), names.label(one.source)),
        source_href=evidence.place_href(one, reader),
        date=reader.wording.date(one.as_of) if one.as_of else None,
        rule=one.rule,
        same_sentence=[statement(other, reader, names) for other in same],
        others=[_other(other, reader, names) for other in others],
    )


async def _claims(site: Site, query: str) -> list[Said]:
    return [evidence.said(row) for row in await site.select(query)]


def _other(one: Said, reader: Reader, names: Names) -> tuple[Statement, Shown, str | None]:
    source = reader.show(Term("uri", one.source), names.label(one.source))
    return statement(one, reader, names), source, reader.wording.date(one.as_of) if one.as_of else None


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """The text around a stretch, cut where a paragraph or at least a word begins and ends."""
    before = text[max(0, start - CONTEXT) : start]
    after = text[end : end + CONTEXT]
    if start > CONTEXT:
        before = "… " + before[_edge(before) :]
    if end + CONTEXT < len(text):
        after = after[: len(after) - _edge(after[::-1])] + " …"
    return before, after


def _edge(text: str) -> int:
    """Where to cut: after the first paragraph break of ``text``, else after its first white space."""
    for mark in ("\n", " "):
        at = text.find(mark)
        if 0 <= at < len(text) - 1:
            return at + 1
    return 0
