"""Claims as pages show them: who says it, when, in which words; and the numbered notes that lead there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .answers import Row, Term
from .display import Reader, Shown
from .marking import Piece, excerpt, pieces, surfaces
from .naming import Names
from .parts import FIRST_PART
from .wording import Wording

LONG_QUOTE = 260  # characters beyond which a quote is shown in full only once a page


@dataclass(frozen=True, slots=True)
class Said:
    """One claim: a statement, the exact words that make it, and the source they stand in."""

    claim: str
    subject: Term
    predicate: str
    object: Term
    source: str
    quote: str
    start: int
    end: int
    rule: str
    confidence: float | None
    status: str
    modality: str
    rank: str | None
    as_of: str | None
    at: Term | None

    @property
    def is_cell(self) -> bool:
        """Whether it was mapped from a table and not read in a text."""
        return self.rule.startswith("mapping ")

    @property
    def counts(self) -> bool:
        """Whether it takes part in the agreed graph."""
        return self.status == "accepted" and self.modality == "asserted"

    @property
    def place(self) -> tuple[str, int, int]:
        """The stretch of text that says it: several claims may share one."""
        return self.source, self.start, self.end

    @property
    def condition(self) -> str | None:
        """Why it does not count, as a key of the wording."""
        if self.status != "accepted":
            return self.status
        return "planned" if self.modality != "asserted" else None


def said(row: Row) -> Said:
    """A row of :data:`queries.CLAIM_VARIABLES`, or of those that a page asks for."""
    optional = {name: row[name].value if name in row else None for name in ("rank", "asOf")}
    return Said(
        claim=row["claim"].value,
        subject=row["s"],
        predicate=row["p"].value,
        object=row["o"],
        source=row["source"].value,
        quote=row["quote"].value,
        start=int(row["start"].value),
        end=int(row["end"].value),
        rule=row["rule"].value,
        confidence=float(row["confidence"].value) if "confidence" in row else None,
        status=row["status"].value if "status" in row else "accepted",
        modality=row["modality"].value if "modality" in row else "asserted",
        rank=optional["rank"],
        as_of=optional["asOf"],
        at=row.get("at"),
    )


def things(claims: Iterable[Said]) -> set[str]:
    """Every IRI in ``claims`` that a page may want to name."""
    found: set[str] = set()
    for one in claims:
        nodes = (one.subject, one.object, one.at)
        found.update(node.value for node in nodes if node is not None and node.is_iri)
        found.add(one.source)
    return found


@dataclass(slots=True)
class Note:
    """A numbered quote on a page: the words, who says them and since when, and all the values they carry."""

    number: int
    quote: str
    source: Shown
    date: str | None
    href: str
    pieces: list[Piece] = field(default_factory=list)
    was_shown: bool = False
    is_cell: bool = False  # of a table, "city: Dresden"


@dataclass(frozen=True, slots=True)
class Voice:
    """One claim in the company of its value: the note it belongs to, its own page, and its condition if any."""

    number: int
    href: str
    source: str
    condition: str | None


@dataclass(slots=True)
class Notes:
    """The notes of one page, numbered in the order in which they are first needed."""

    reader: Reader
    names: Names
    wordings: Mapping[str, Wording]
    _by_place: dict[tuple[str, int, int], Note] = field(default_factory=dict)

    def voice(self, one: Said) -> Voice:
        """The mark to put beside a value; makes or finds the note of its sentence."""
        note = self._by_place.get(one.place)
        if note is None:
            note = self._by_place[one.place] = self._note(one)
        href = self.reader.links.href(one.claim) or note.href
        return Voice(note.number, href, note.source.text, one.condition)

    def of(self, claims: Iterable[Said]) -> list[Note]:
        """The notes behind ``claims``, each once, with the words marked that carry these claims."""
        found: dict[tuple[str, int, int], set[str]] = {}
        for one in claims:
            found.setdefault(one.place, set()).update(words(one, self.names, self.wordings))
        return [self._showing(self._by_place[place], marked) for place, marked in found.items()]

    def _showing(self, note: Note, marked: set[str]) -> Note:
        """A note with its words marked: in full when it first appears on the page, later only what matters."""
        found = pieces(note.quote, marked)
        if note.was_shown and len(note.quote) > LONG_QUOTE:
            found = excerpt(found)
        note.was_shown = True
        return Note(note.number, note.quote, note.source, note.date, note.href, found, is_cell=note.is_cell)

    def _note(self, one: Said) -> Note:
        return Note(
            number=len(self._by_place) + 1,
            quote=one.quote,
            source=self.reader.show(Term("uri", one.source), self.names.label(one.source)),
            date=self.reader.wording.date(one.as_of) if one.as_of else None,
            href=place_href(one, self.reader),
            is_cell=one.is_cell,
        )


def place_href(one: Said, reader: Reader) -> str:
    """The sentence in its source. A long source is shown in parts, so the link says which part holds the place."""
    key = reader.links.key(one.source)
    if key is None:
        return ""
    is_first = one.start < FIRST_PART and not one.is_cell
    return reader.links.to(f"/doc/{key}", at=None if is_first else one.start) + f"#s{one.start}-{one.end}"


def words(one: Said, names: Names, wordings: Mapping[str, Wording]) -> set[str]:
    """The ways in which a source may have written the object of a claim."""
    return set(surfaces(one.object, names.all(one.object.value), wordings.values()))


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim as one line: subject, property, value."""

    subject: Shown
    predicate: str
    predicate_href: str | None
    object: Shown
    href: str | None
    condition: str | None
    at: Shown | None


def shown_object(one: Said, reader: Reader, names: Names) -> Shown:
    """The value of a claim, an amount with its currency."""
    if one.object.is_iri:
        return reader.show(one.object, names.label(one.object.value))
    shown, unit = reader.show(one.object), names.units.get(one.subject.value)
    is_amount = unit is not None and one.object.local_datatype == "decimal"
    return Shown(f"{shown.text} {unit}") if is_amount else shown


def statement(one: Said, reader: Reader, names: Names) -> Statement:
    return Statement(
        subject=reader.show(one.subject, names.label(one.subject.value)),
        predicate=reader.term(one.predicate),
        predicate_href=reader.links.href(one.predicate),
        object=shown_object(one, reader, names),
        href=reader.links.href(one.claim),
        condition=one.condition,
        at=reader.show(one.at, names.label(one.at.value)) if one.at else None,
    )
