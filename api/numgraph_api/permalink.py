"""Short permanent links to answers: edition, query and dataset in the link itself, so that nothing has to be stored.

A token is a version letter and base64url over raw DEFLATE (RFC 1951) with a preset dictionary of the words that
queries are made of: a query of 300 characters makes a link of about 120. The dictionary and the layout of version 1
are fixed for good; whatever changes gets the next letter. Who reads a link can read the query in it, as in any address.

An edition never changes, and the engine answers a query over the same files in the same order each time (a test asks
fresh processes). ORDER BY is still the asker's business: without it that order means nothing. A query that asks for
chance, the clock or fresh blank nodes, or another endpoint, has no lasting answer and gets no link.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from numgraph.store.guard import Form, query_form
from numgraph.store.lexer import Token, tokens

from .faults import BadRequest, NoSuchThing
from .protocol import Asked

LARGEST = 20_000  # characters of a query; no link can be that long anyway
_VERSION = "1"
FLEETING = ("RAND", "UUID", "STRUUID", "NOW", "BNODE", "SERVICE")
_DICTIONARY = (
    b"PREFIX foaf: <http://xmlns.com/foaf/0.1/>\nPREFIX org: <http://www.w3.org/ns/org#>\n"
    b"PREFIX schema: <https://schema.org/>\nPREFIX prov: <http://www.w3.org/ns/prov#>\n"
    b"PREFIX sh: <http://www.w3.org/ns/shacl#>\nPREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
    b"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    b"PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\nPREFIX dcterms: <http://purl.org/dc/terms/>\n"
    b"PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nPREFIX num: <https://w3id.org/numgraph/ontology#>\n"
    b"https://w3id.org/numgraph/graph/catalogue> https://w3id.org/numgraph/source/ https://w3id.org/numgraph/evidence/"
    b"<https://w3id.org/numgraph/id/ HAVING GROUP_CONCAT(DISTINCT SAMPLE(MIN(MAX(AVG(SUM(COUNT(*) AS ?n) MINUS BIND("
    b"VALUES UNION REGEX(STRSTARTS(STR(LANGMATCHES(LANG( NOT EXISTS CONSTRUCT ASK ORDER BY DESC(GROUP BY OFFSET LIMIT "
    b"rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; prov:wasDerivedFrom ?source ; num:quote ?quote ; num:asOf "
    b"num:fundingAmount num:fundedBy num:participatesIn num:memberOf num:partOf num:leads a num: rdfs:label ?label "
    b"GRAPH ?g { FILTER( OPTIONAL { skos:prefLabel ?name . } }\\nSELECT DISTINCT ?thing WHERE {\\n  ?"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """What a link names: a query over one edition, in a view or over graphs of its own."""

    edition: int
    query: str
    view: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def of(asked: Asked, edition: int) -> str:
    """The token for what was asked of an edition; see :func:`encode`."""
    if asked.view:  # stands for its graphs
        return encode(Cited(edition, asked.query or "", asked.view))
    return encode(Cited(edition, asked.query or "", None, asked.default_graphs, asked.named_graphs))


def encode(cited: Cited) -> str:
    """The token of a link. Raises BadRequest for a query without a lasting answer, BadQuery for none at all."""
    expect_lasting(cited.query)
    row = {"e": cited.edition, "q": cited.query, "v": cited.view, "d": cited.default_graphs, "n": cited.named_graphs}
    row = {name: value for name, value in row.items() if value}
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    packed = packer.compress(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()) + packer.flush()
    return _VERSION + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def decode(token: str) -> Cited:
    """What a token names. Raises NoSuchThing for a text that :func:`encode` did not make."""
    try:
        return _read(token)
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error) as fault:
        raise NoSuchThing("this is no link to an answer, or a part of it is missing; copy all of it") from fault


def _read(token: str) -> Cited:
    if token[:1] != _VERSION:
        raise ValueError("another version")
    packed = base64.b64decode(token[1:] + "=" * (-len(token[1:]) % 4), altchars=b"-_", validate=True)
    opened = zlib.decompressobj(-15, _DICTIONARY)
    text = opened.decompress(packed, 4 * LARGEST)
    if not opened.eof or opened.unused_data:
        raise ValueError("too long, or cut off")
    row = json.loads(text)
    graphs = (tuple(str(one) for one in row.get(name, ())) for name in ("d", "n"))
    return Cited(int(row["e"]), str(row["q"]), row.get("v") and str(row["v"]), *graphs)


def expect_lasting(query: str) -> None:
    """Raises BadRequest for a query whose answer may differ each time."""
    if len(query) > LARGEST:
        raise BadRequest(f"a query with a permanent link may have {LARGEST:,} characters")
    fleeting = next((one for one in tokens(query) if one.is_word(*FLEETING)), None)
    if fleeting:
        raise BadRequest(f"{fleeting.text.upper()} gives another answer each time: such a query has no permanent link")
    if query_form(query) is Form.CONSTRUCT and any(one.kind == "blank" or one.text == "[" for one in _template(query)):
        raise BadRequest("new blank nodes have other names each time: give them IRIs to get a permanent link")


def is_lasting(query: str) -> bool:
    try:
        expect_lasting(query)
    except BadRequest:
        return False
    return True


def _template(query: str) -> Iterator[Token]:
    """The tokens that a CONSTRUCT makes triples from; in its short form these are those of its pattern."""
    depth, is_open = 0, False
    for token in tokens(query):
        is_open = is_open or token.is_word(Form.CONSTRUCT)
        depth += (token.text == "{") - (token.text == "}") if is_open else 0
        if is_open and depth:
            yield token
        if is_open and token.text == "}" and not depth:
            return
