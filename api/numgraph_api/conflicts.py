"""Disagreements between sources: every value, who says it in which words, and why one of them won."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from . import evidence, naming, queries
from .answers import Row, Term
from .display import Reader, Shown
from .evidence import Note, Notes, Said
from .naming import Names
from .site import Site
from .wording import Wording

CONTRADICTS = "contradicts"
_PLAIN = re.compile(r"\b(?:(?P<date>\d{4}-\d\d(?:-\d\d)?)|\d{5,15})\b(?![-/\w]|\.\d)")
# Kinds of disagreement, as agreement names them, to keys of the wording.
KINDS = {
    CONTRADICTS: "kind_contradicts",
    "refines": "kind_refines",
    "supersedes": "kind_supersedes",
    "different scope": "kind_scope",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a dispute."""

    value: Term
    shown: Shown
    is_agreed: bool
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One property of one thing on which sources differ; the agreed side comes first."""

    iri: str
    key: str
    subject: Shown
    predicate: str
    predicate_iri: str
    kind: str
    reason: str | None
    sides: list[Side]

    @property
    def anchor(self) -> str:
        """Its name within a page that lists several, and in feeds; as stable as its IRI."""
        return self.key.replace("/", "-")

    @property
    def is_contradiction(self) -> bool:
        return self.kind == CONTRADICTS

    @property
    def kind_words(self) -> str:
        """What kind it is, as a key of the wording."""
        return KINDS.get(self.kind, KINDS[CONTRADICTS])


async def disputes_about(site: Site, thing: str, reader: Reader) -> dict[str, Dispute]:
    """The contradictions about one thing by property."""
    found = await _load(site, reader, queries.conflicts(site.namespace, about=thing))
    return {one.predicate_iri: one for one in found if one.kind == CONTRADICTS}


async def dispute(site: Site, conflict: str, reader: Reader) -> Dispute | None:
    """One disagreement by its IRI."""
    found = await _load(site, reader, queries.conflicts(site.namespace, conflict=conflict))
    return found[0] if found else None


async def disputes(
    site: Site, reader: Reader, *, limit: int, offset: int = 0, kind: str | None = None
) -> list[Dispute]:
    """A page of disagreements, all or those of one of :data:`KINDS`, contradictions first."""
    return await _load(site, reader, queries.conflicts(site.namespace, kind=kind, limit=limit, offset=offset))


async def kinds(site: Site) -> dict[str, int]:
    """How many disagreements there are of each kind, in the order of :data:`KINDS`."""
    rows = await site.kept("kinds of disagreement", lambda: site.select(queries.conflict_kinds(site.namespace)))
    found = {row["kind"].value: int(row["n"].value) for row in rows if "kind" in row}
    return {kind: found[kind] for kind in KINDS if kind in found}


async def _load(site: Site, reader: Reader, query: str) -> list[Dispute]:
    rows = (await site.select(query)).rows
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["conflict"].value, []).append(row)
    names = await naming.look_up(site, evidence.things(map(evidence.said, rows)), reader.language)
    return [_dispute(iri, of_one, reader, names, site) for iri, of_one in grouped.items()]


def _dispute(iri: str, rows: list[Row], reader: Reader, names: Names, site: Site) -> Dispute:
    notes = Notes(reader, names, site.wordings)
    won = {evidence.said(row).object for row in rows if row["won"].value == "true"}
    claims = list({one.claim: one for one in map(evidence.said, rows)}.values())
    first = claims[0]
    return Dispute(
        iri=iri,
        key=reader.links.key(iri) or "",
        subject=reader.show(first.subject, names.label(first.subject.value)),
        predicate=reader.term(first.predicate),
        predicate_iri=first.predicate,
        kind=rows[0]["kind"].value if "kind" in rows[0] else CONTRADICTS,
        reason=_reason(rows, reader.wording),
        sides=_sides(claims, won, notes, reader, names),
    )


def _sides(claims: Iterable[Said], won: set[Term], notes: Notes, reader: Reader, names: Names) -> list[Side]:
    by_value: dict[Term, list[Said]] = {}
    for one in claims:
        by_value.setdefault(one.object, []).append(one)
    for told in by_value.values():
        for one in told:
            notes.voice(one)
    order = sorted(by_value, key=lambda value: (value not in won, value.value))
    return [
        Side(
            value=value,
            shown=reader.show(value, names.label(value.value) if value.is_iri else None),
            is_agreed=value in won,
            notes=notes.of(by_value[value]),
        )
        for value in order
    ]


def _reason(rows: Iterable[Row], wording: Wording) -> str | None:
    """Why one value won, with dates and large figures as the reader's language writes them."""
    said = {row["reason"].language: row["reason"].value for row in rows if "reason" in row}
    found = said.get(wording.language) or said.get("en") or next(iter(said.values()), None)
    return _PLAIN.sub(lambda one: wording.date(one[0]) if one["date"] else wording.number(one[0]), found or "") or None
