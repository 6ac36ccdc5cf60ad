"""Every format the project can answer in is a row here; negotiation picks one row or says that none will do.

Content negotiation follows RFC 9110, section 12.5.1. A new output format is one new row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pyoxigraph import QueryResultsFormat, RdfFormat

from numgraph.errors import NotAcceptable


class Kind(StrEnum):
    """What an answer is made of. SELECT gives bindings, ASK a boolean, CONSTRUCT and DESCRIBE triples."""

    BINDINGS = "bindings"
    BOOLEAN = "boolean"
    TRIPLES = "triples"
    QUADS = "quads"
    PAGE = "page"  # for people


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write an answer down. Two formats are equal when they have the same name.

    ``media_type`` is the registered one; a row that was chosen under one of its ``aliases`` carries that alias,
    so that a client which asked for ``application/json`` is told just that.
    """

    name: str
    label: str = field(compare=False)
    media_type: str = field(compare=False)
    suffix: str = field(compare=False)  # the file extension, without the dot
    kinds: frozenset[Kind] = field(compare=False)
    engine: QueryResultsFormat | RdfFormat | None = field(compare=False, default=None)
    aliases: tuple[str, ...] = field(compare=False, default=())  # media types that clients use for the same thing
    nicknames: tuple[str, ...] = field(compare=False, default=())  # what people write in ``?format=``
    parameters: tuple[tuple[str, str], ...] = field(compare=False, default=())  # true of every answer, in lower case
    hints: tuple[str, ...] = field(compare=False, default=())  # parameters that do not change what an answer means

    @property
    def registered(self) -> str:
        """The media type of the row, whichever alias it was chosen under."""
        return _BY_NAME[self.name].media_type

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header; text says that it is UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type

    @property
    def results(self) -> QueryResultsFormat:
        """The engine's format for bindings and booleans."""
        if not isinstance(self.engine, QueryResultsFormat):
            raise TypeError(f"{self.label} does not hold query results")
        return self.engine

    @property
    def rdf(self) -> RdfFormat:
        """The engine's format for triples and quads."""
        if not isinstance(self.engine, RdfFormat):
            raise TypeError(f"{self.label} does not hold RDF")
        return self.engine


_RESULTS = frozenset({Kind.BINDINGS, Kind.BOOLEAN})
_GRAPH = frozenset({Kind.TRIPLES})
_DATASET = frozenset({Kind.TRIPLES, Kind.QUADS})
_UTF8 = (("charset", "utf-8"),)

# The order breaks ties, so the first row of a kind is what a client gets that does not care.
# An ASK in CSV or TSV is the bare word true or false: the W3C notes leave it open, and rdf4j's text/boolean
# and Oxigraph write it so.
JSON = Format(
    "json", "SPARQL results in JSON", "application/sparql-results+json", "srj", _RESULTS, QueryResultsFormat.JSON,
    aliases=("application/json",), parameters=_UTF8,
)  # fmt: skip
XML = Format(
    "xml", "SPARQL results in XML", "application/sparql-results+xml", "srx", _RESULTS, QueryResultsFormat.XML,
    aliases=("application/xml", "text/xml"), parameters=_UTF8,
)  # fmt: skip
CSV = Format(
    "csv", "CSV", "text/csv", "csv", _RESULTS, QueryResultsFormat.CSV, parameters=(*_UTF8, ("header", "present")),
)  # fmt: skip
TSV = Format(
    "tsv", "TSV", "text/tab-separated-values", "tsv", _RESULTS, QueryResultsFormat.TSV,
    aliases=("text/tsv",), parameters=(*_UTF8, ("header", "present")),
)  # fmt: skip
TURTLE = Format(
    "turtle", "Turtle", "text/turtle", "ttl", _GRAPH, RdfFormat.TURTLE,
    aliases=("application/x-turtle", "application/turtle"), parameters=_UTF8,
)  # fmt: skip
JSON_LD = Format(
    "jsonld", "JSON-LD", "application/ld+json", "jsonld", _DATASET, RdfFormat.JSON_LD,
    aliases=("application/json",), nicknames=("json-ld", "json"), parameters=_UTF8,
    hints=("profile",),  # RFC 6906, section 3: a profile does not alter the meaning of the document
)  # fmt: skip
N_TRIPLES = Format(
    "ntriples", "N-Triples", "application/n-triples", "nt", _GRAPH, RdfFormat.N_TRIPLES,
    nicknames=("n-triples",), parameters=_UTF8,
)  # fmt: skip
RDF_XML = Format(
    "rdfxml", "RDF/XML", "application/rdf+xml", "rdf", _GRAPH, RdfFormat.RDF_XML,
    aliases=("application/xml", "text/xml"), nicknames=("rdf/xml", "rdf-xml", "xml"), parameters=_UTF8,
)  # fmt: skip
TRIG = Format(
    "trig", "TriG", "application/trig", "trig", _DATASET, RdfFormat.TRIG,
    aliases=("application/x-trig",), parameters=_UTF8,
)  # fmt: skip
N_QUADS = Format(
    "nquads", "N-Quads", "application/n-quads", "nq", _DATASET, RdfFormat.N_QUADS,
    aliases=("text/x-nquads", "text/nquads"), nicknames=("n-quads",), parameters=_UTF8,
)  # fmt: skip
N3 = Format(
    "n3", "Notation3", "text/n3", "n3", _GRAPH, RdfFormat.N3, aliases=("text/rdf+n3",), parameters=_UTF8,
)  # fmt: skip
HTML = Format("html", "HTML", "text/html", "html", frozenset({Kind.PAGE}), parameters=_UTF8)

FORMATS: tuple[Format, ...] = (JSON, XML, CSV, TSV, TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS, N3, HTML)


_BY_NAME = {row.name: row for row in FORMATS}


def of_kind(*kinds: Kind) -> tuple[Format, ...]:
    """The formats that can hold any of these kinds, in our order."""
    return tuple(row for row in FORMATS if row.kinds & set(kinds))


def by_name(name: str, offered: Iterable[Format] = FORMATS) -> Format:
    """The first offered format that goes by ``name``: its name, nickname, suffix or media type, in any case.

    Raises NotAcceptable.

    >>> by_name("TTL").name, by_name("json").name, by_name("json", of_kind(Kind.TRIPLES)).name
    ('turtle', 'json', 'jsonld')
    """
    rows, wanted = tuple(offered), name.strip().lower()
    for row in rows:
        if wanted in {row.name, row.suffix, *row.nicknames, row.media_type, *row.aliases}:
            return row
    raise _not_acceptable(f"the format {name!r}", rows)


def by_suffix(suffix: str, offered: Iterable[Format] = FORMATS) -> Format:
    """The first offered format with this file extension, with or without its dot. Raises NotAcceptable."""
    rows, wanted = tuple(offered), suffix.removeprefix(".").lower()
    for row in rows:
        if row.suffix == wanted:
            return row
    raise _not_acceptable(f"the suffix .{wanted}", rows)


def _not_acceptable(asked: str, offered: tuple[Format, ...]) -> NotAcceptable:
    types = tuple(row.media_type for row in offered)
    return NotAcceptable(f"{asked} cannot be had here; offered are {', '.join(types)}", types)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One readable member of an Accept header; ``main`` and ``sub`` may be ``*``, names are in lower case."""

    main: str
    sub: str
    parameters: tuple[tuple[str, str], ...]
    quality: float


_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_MEMBER = re.compile(r'(?:"(?:[^"\\]|\\.)*"?|[^,"])+')  # linear, whatever quotes are left open
_TYPE = re.compile(rf"({_WORD})/({_WORD})")
_PARAMETER = re.compile(rf"\s*({_WORD})\s*=\s*({_QUOTED}|{_WORD})\s*(?:;|$)|\s*(?:;|$)")
_WEIGHT = re.compile(r"\d+(?:\.\d*)?|\.\d+")


def parse_accept(header: str) -> list[MediaRange]:
    """The readable members of an Accept header, in its order.

    Empty members are skipped (RFC 9110, section 5.6.1.2). A member that is no media range or whose weight is not a
    number from 0 to 1 says nothing that could be relied on, and is skipped too. ``*`` alone is taken as ``*/*``: Java's
    own client sends it.
    """
    members = (_media_range(text.strip()) for text in _MEMBER.findall(header))
    return [member for member in members if member is not None]


def _media_range(text: str) -> MediaRange | None:
    name, _, rest = text.partition(";")
    found = _TYPE.fullmatch("*/*" if name.strip() == "*" else name.strip().lower())
    pairs = _parameters(rest)
    if found is None or pairs is None or (found[1] == "*" and found[2] != "*"):
        return None
    names = [name for name, _ in pairs]
    at = names.index("q") if "q" in names else len(pairs)  # what follows the weight is no part of the media type
    quality = _weight(pairs[at][1]) if at < len(pairs) else 1.0
    return None if quality is None else MediaRange(found[1], found[2], tuple(pairs[:at]), quality)


def _parameters(text: str) -> list[tuple[str, str]] | None:
    """The parameters after a media range, or None if they cannot be read."""
    pairs, position = [], 0
    while position < len(text):
        found = _PARAMETER.match(text, position)
        if found is None:
            return None
        if found[1]:
            pairs.append((found[1].lower(), _unquoted(found[2])))
        position = found.end()
    return pairs


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _weight(text: str) -> float | None:
    value = float(text) if _WEIGHT.fullmatch(text) else -1.0
    return value if 0 <= value <= 1 else None


def negotiate(accept: str | None, offered: Iterable[Format]) -> Format:
    """The offered format that the client wants most; raises NotAcceptable when it wants none of them.

    ``accept`` is the value of the Accept header (several fields joined by commas), None when there was none. The most
    specific range that fits a format sets its weight. Between equal weights a format that was named beats one that
    only a wildcard lets in, then the order of ``offered`` decides. Aliases count only when they are named: a wildcard
    is answered with the registered media type.
    """
    rows = tuple(offered)
    ranges = parse_accept(accept) if accept and accept.strip(" \t,") else [MediaRange("*", "*", (), 1.0)]
    choices = [(row, alias, *_judge(ranges, row, alias)) for row in rows for alias in (row.media_type, *row.aliases)]
    row, media_type, quality, _ = max(choices, key=lambda choice: choice[2:], default=(HTML, "", 0.0, 0))
    if quality <= 0:
        raise _not_acceptable(f"what {accept!r} accepts", rows)
    return row if media_type == row.media_type else replace(row, media_type=media_type)


def _judge(ranges: list[MediaRange], row: Format, media_type: str) -> tuple[float, int]:
    """How much the client wants ``row`` under ``media_type``: (weight, specificity of the range that says so)."""
    fits = [(_specificity(one, row, media_type), one.quality) for one in ranges]
    specificity, quality = max(fits, default=(0, 0.0))
    return (quality, specificity) if specificity else (0.0, 0)


def _specificity(wanted: MediaRange, row: Format, media_type: str) -> int:
    """0 when the range does not fit; otherwise the higher, the more exactly it describes the row."""
    main, _, sub = media_type.partition("/")
    known = dict(row.parameters)
    asked = [(name, value) for name, value in wanted.parameters if name not in row.hints]
    if any(known.get(name) != value.lower() for name, value in asked):
        return 0
    if (wanted.main, wanted.sub) == (main, sub):
        return 3 + len(asked)
    if media_type in row.aliases or (wanted.main, wanted.sub) not in {(main, "*"), ("*", "*")}:
        return 0
    return 1 if wanted.main == "*" else 2
