"""The page of a claim: its sentence where it stands, how sure it is, what else it says, who says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from . import evidence, naming, queries
from .answers import Term
from .display import Reader, Shown
from .evidence import Said, Statement, statement, words
from .marking import Piece, pieces
from .naming import Names
from .parts import Part, part
from .site import Site

CONTEXT = 900  # characters of a paragraph shown before and after the sentence of a claim
MOST_BESIDE = 60  # other claims of the same sentence, and of other sources
# How sure a claim is, in words: the lowest confidence that earns them, and their key in the wording.
CERTAINTY = ((0.95, "certainty_sure"), (0.85, "certainty_good"), (0.7, "certainty_fair"), (0.0, "certainty_low"))


@dataclass(frozen=True, slots=True)
class Voice:
    """What another source says about the same."""

    statement: Statement
    source: Shown
    date: str | None
    quote: list[Piece]
    place: str


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
    certainty: str  # key of the wording
    same_sentence: list[Statement]
    agreeing: list[Voice]
    differing: list[Voice]


async def load(site: Site, document_id: str, fingerprint: str, reader: Reader) -> ClaimPage | None:
    """The page of a claim; None when this edition has no such claim."""
    iri = site.namespace.claim(document_id, fingerprint)
    graph = site.namespace.evidence_graph(document_id)
    found = await _claims(site, queries.claim(iri, graph))
    if not found:
        return None
    one = found[0]
    beside = await _claims(site, queries.claims_of_source(graph, (one.start, one.start + 1)))
    same = [other for other in beside if other.place == one.place and other.claim != one.claim][:MOST_BESIDE]
    about = await _claims(site, queries.claims_about(one.subject.value, one.predicate))
    others = [other for other in about if other.source != one.source][:MOST_BESIDE]
    names = await naming.look_up(site, evidence.things([one, *same, *others]), reader.language)
    before, after = _around(await site.archived(document_id), one)
    voices = [(other, _voice(other, reader, names, site)) for other in others]
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
        certainty=certainty(one.confidence or 0.0),
        same_sentence=[statement(other, reader, names) for other in same],
        agreeing=[voice for other, voice in voices if other.object == one.object],
        differing=[voice for other, voice in voices if other.object != one.object],
    )


def certainty(confidence: float) -> str:
    """How sure a confidence between 0 and 1 is, as a key of the wording."""
    return next(words for least, words in CERTAINTY if confidence >= least)


async def _claims(site: Site, query: str) -> list[Said]:
    return [evidence.said(row) for row in await site.select(query)]


def _voice(one: Said, reader: Reader, names: Names, site: Site) -> Voice:
    return Voice(
        statement=statement(one, reader, names),
        source=reader.show(Term("uri", one.source), names.label(one.source)),
        date=reader.wording.date(one.as_of) if one.as_of else None,
        quote=pieces(one.quote, words(one, names, site.wordings)),
        place=evidence.place_href(one, reader),
    )


def _around(text: str | None, one: Said) -> tuple[str, str]:
    """The text around a claim: its paragraph; of a table, the rest of its row."""
    if text is None:
        return "", ""
    if one.is_cell:
        row: Part = part(text, one.start, is_table=True)
        start = max(text.rfind("\n\n", row.start, one.start) + 2, row.start)
        end = text.find("\n\n", one.end, row.end)
        return text[start : one.start], text[one.end : end if end >= 0 else row.end]
    return context(text, one.start, one.end)


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """The paragraph around a stretch; of a paragraph that is too long, what stands next to it, cut at a word."""
    before = text[max(0, start - CONTEXT) : start]
    after = text[end : end + CONTEXT]
    paragraph = before.rfind("\n\n")
    if paragraph >= 0:
        before = before[paragraph + 2 :]
    elif start > CONTEXT:
        before = "… " + before.partition(" ")[2]
    paragraph = after.find("\n\n")
    if paragraph >= 0:
        after = after[:paragraph]
    elif end + CONTEXT < len(text):
        after = after.rpartition(" ")[0] + " …"
    return before, after
