"""The frozen records that travel through the house: a document, its blocks, and the claims found in it.

Nothing here knows RDF, a file system or a network. Offsets are Python ``str`` indices into ``Document.text``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from numgraph.errors import EvidenceMismatch


class BlockKind(StrEnum):
    """What a stretch of a document is for; rules ask for kinds, never for positions."""

    HEADLINE = "headline"
    SUBHEADING = "subheading"
    DATE_LINE = "date line"
    ISSUER = "issuer"  # the institution and press office that put out a press release
    BODY = "body"
    LIST_ITEM = "list item"
    CONTACT = "contact"
    CAPTION = "caption"
    CRITERIA = "criteria"  # the portal's classification: subject areas, region, release types, language
    LINKS = "links"
    NOISE = "noise"  # navigation, help texts, image credits of the portal: never a source of facts


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch ``[start, end)`` of a document's text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document with one purpose. ``heading`` is the heading it stands under, where it has one.

    ``language`` is set where it is surely another than the document's (BCP 47), as on bilingual pages.
    """

    kind: BlockKind
    start: int
    end: int
    heading: Span | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A piece of document metadata that the layout itself states, with the place that states it.

    ``name`` is a predicate in snake case (``published_on``, ``publisher``, ``subject_area`` ...); ``value`` is the
    normalised value (ISO 8601 for dates, BCP 47 for languages), the text at the span is what the document says.
    """

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source document, read. ``text`` is the archived text: every offset in the project points into it.

    ``text`` is the decoded file and nothing else: byte order mark, line ends and NUL stay where they are
    (for HTML it is the text rendered from the file, which is archived beside it).
    ``blocks`` are sorted and do not overlap; they may leave white space between them.
    """

    id: str  # readable slug of the title, then eight hexadecimal digits of the content's SHA-256
    name: str  # the file name as given, for messages
    text: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    language: str  # BCP 47, "und" where nothing can be said
    layout: str  # the name of the reader that read it
    media_type: str
    sha256: str  # of the bytes as they came
    fields: tuple[Field, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()  # what the reader had to guess or replace, in plain words

    def slice(self, span: Span | Block) -> str:
        return self.text[span.start : span.end]

    def of_kind(self, *kinds: BlockKind) -> Iterator[Block]:
        return (block for block in self.blocks if block.kind in kinds)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a claim is about. ``key`` is ``<kind>/<slug>``; its IRI is that key under the base."""

    key: str
    label: str
    type: str  # local name of a class of the ontology: "University", "Person" ...
    language: str | None = None  # of the label; None for names that have no language
    aliases: tuple[str, ...] = ()
    known: bool = False  # True when the gazetteer knows it; False: minted from the text


@dataclass(frozen=True, slots=True)
class Value:
    """A literal. ``datatype`` is one of string, integer, date, gYearMonth, gYear, money, phone, email, url, lang.

    Dates are ISO 8601 at the precision of the source, money is a plain decimal in ``currency`` (ISO 4217),
    phones are E.164, e-mail addresses are plain addresses.
    """

    value: str
    datatype: str = "string"
    language: str | None = None
    currency: str | None = None


class Modality(StrEnum):
    """Whether the source says that something is so, or that it is meant to be."""

    ASSERTED = "asserted"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exact text that says something. Cannot be made with a quote that does not stand at its offsets."""

    document: Document = field(repr=False)
    quote: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not self.quote or self.start < 0 or self.document.text[self.start : self.end] != self.quote:
            raise EvidenceMismatch(self.document.name, self.quote, self.start, self.end)

    @classmethod
    def at(cls, document: Document, start: int, end: int) -> Evidence:
        return cls(document, document.text[start:end], start, end)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document says, once: subject, predicate, object, and the sentence that says it.

    ``subject`` is None when the claim is about the document itself. ``predicate`` is the local name of a property of
    the ontology. ``at`` is the organisation of a role, the event of a delegation, the network somebody joined.
    """

    subject: Entity | None
    predicate: str
    object: Entity | Value
    evidence: Evidence
    rule: str  # the name of the rule that found it
    confidence: float  # the share of such claims that are expected to be right, 0 < confidence <= 1
    at: Entity | None = None
    modality: Modality = Modality.ASSERTED

    def __post_init__(self) -> None:
        if not 0 < self.confidence <= 1:
            raise ValueError(f"confidence must lie in (0, 1], got {self.confidence} in rule {self.rule}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with the claims found in it. ``data`` are the bytes as they came, for the archive."""

    document: Document
    claims: tuple[Claim, ...] = field(repr=False)
    data: bytes = field(repr=False)


class Severity(StrEnum):
    """SHACL 1.0, section 2.1.4."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One validation result, in a form a person can act on. IRIs and literals are N-Triples terms."""

    severity: Severity
    focus_node: str
    path: str | None
    value: str | None
    shape: str
    component: str
    message_en: str
    message_de: str
    sources: tuple[tuple[str, str], ...] = ()  # (source IRI, quote) of the claims behind the focus node and value
