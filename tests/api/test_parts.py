"""The small parts the pages are made of: addresses, terms, answers, examples, validators, problems."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from numgraph import errors
from numgraph.terms import NUM, XSD
from numgraph_api import answers, caching, claim, examples, problems, queries, reading, wording
from numgraph_api.answers import Term
from numgraph_api.display import Reader, turtle, unturned
from numgraph_api.links import Links, is_key

BASE = "https://data.example/base"
LINKS = Links(BASE, "/graph")
READER = Reader(wording.load()["en"], LINKS, lambda iri, language: None)


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        (f"{BASE}/id/person/clara-weber", "/graph/doc/person/clara-weber"),
        (f"{BASE}/id/person/zoë b", "/graph/doc/person/zo%C3%AB%20b"),
        (f"{BASE}/evidence/doc-1", "/graph/doc/source/doc-1"),
        (f"{NUM}fundingEnd", "/graph/ontology#fundingEnd"),
        ("https://example.org/x", "https://example.org/x"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ('https://x" onclick=', None),
        (" https://example.org", None),
        ("urn:x:y", None),
    ],
)
def test_only_web_addresses_become_links_and_our_own_become_local(iri: str, href: str | None) -> None:
    assert LINKS.href(iri) == href


@pytest.mark.parametrize(
    ("key", "is_one"),
    [("a/b", True), ("claim/a/b", True), ("a", False), ("a/b c", False), ("a/<", False), ("a/", False)],
)
def test_a_key_has_a_kind_and_a_slug(key: str, is_one: bool) -> None:
    assert is_key(key) is is_one


@pytest.mark.parametrize("text", ["https://x/> } ", "https://x/\n", "no scheme", 'https://x/"', "https://x/{"])
def test_text_that_is_no_iri_cannot_enter_a_query(text: str) -> None:
    with pytest.raises(ValueError, match="not an IRI"):
        queries.iri(text)


def test_terms_are_shown_by_kind() -> None:
    assert READER.show(Term("literal", "a@b.de")).href == "mailto:a@b.de"
    assert READER.show(Term("literal", "+49351123456")).href == "tel:+49351123456"
    assert READER.show(Term("literal", "javascript:alert(1)", XSD + "anyURI")).href is None
    assert READER.show(Term("literal", "12", XSD + "integer")).is_number
    assert READER.show(Term("uri", "http://www.w3.org/2004/02/skos/core#prefLabel")).text == "skos:prefLabel"
    assert READER.show(Term("literal", "x" * 1_000_000)).text.endswith("…")


def test_turtle_escapes_what_cannot_be_seen() -> None:
    assert turtle(Term("literal", 'a"b\n\u202e', language="de")) == '"a\\"b\\n\\u202E"@de'
    assert turtle(Term("literal", "1", XSD + "integer")) == '"1"^^xsd:integer'
    assert unturned("a\u202eb\u2066c") == "abc"


def test_quoted_triples_in_answers_are_shown_as_text() -> None:
    triple = {part: {"type": "uri", "value": part} for part in ("subject", "predicate", "object")}
    assert answers.term({"type": "triple", "value": triple}).value == "subject predicate object"


def test_the_start_page_begins_with_one_example_of_each_topic(checkout: Path) -> None:
    every = examples.load(checkout / "data" / "queries")
    shown = examples.to_begin_with(every)
    assert len(shown) == 9
    assert len({one.topics["en"] for one in shown}) == min(9, len({one.topics["en"] for one in every}))


def test_examples_follow_the_base(tmp_path: Path) -> None:
    text = "# title: A\n# title@de: B\n# topic: C\nASK { <https://w3id.org/numgraph/id/a/b> ?p ?o } # comment\n"
    (tmp_path / "one.rq").write_text(text, encoding="utf-8")
    (one,) = examples.load(tmp_path, "https://data.example")
    assert (one.title("de"), one.title("en"), one.topic("de")) == ("B", "A", "C")
    assert one.query == "ASK { <https://data.example/id/a/b> ?p ?o } # comment\n"
    (tmp_path / "two.rq").write_text("ASK {}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"two\.rq"):
        examples.load(tmp_path)


@pytest.mark.parametrize(
    ("header", "value", "fresh"),
    [
        ("if-none-match", 'W/"tag"', True),
        ("if-none-match", '"tag"', True),
        ("if-none-match", '"a", W/"tag"', True),
        ("if-none-match", '"a"', False),
        ("if-modified-since", "Tue, 01 Jul 2025 12:00:00 GMT", True),
        ("if-modified-since", "Tue, 01 Jul 2025 11:59:59 GMT", False),
        ("if-modified-since", "some day", False),
    ],
)
def test_validators_are_compared_as_http_has_it(header: str, value: str, fresh: bool) -> None:
    current = caching.Validators('W/"tag"', datetime(2025, 7, 1, 12, tzinfo=UTC))
    request = Request({"type": "http", "headers": [(header.encode(), value.encode())]})
    assert (caching.not_modified(request, current, "Accept") is not None) is fresh


def test_every_fault_of_the_core_has_a_row_of_its_own_or_its_parent_s() -> None:
    site = SimpleNamespace(namespace=SimpleNamespace(base=BASE))
    for fault in (errors.BadQuery("x", 2, 5), errors.Busy("x", 7), errors.NotAcceptable("x", ("text/turtle",))):
        members = problems.details(fault, site)
        assert members["status"] == problems.kind_of(fault).status
        assert members["detail"] == "x"
    assert problems.details(errors.BadQuery("x", 2, 5), site)["column"] == 5
    assert problems.headers(errors.Busy("x", 7)) == {"Retry-After": "7"}
    names = [row.name for row in problems.TABLE]
    assert len(names) == len(set(names))


def test_the_context_of_a_sentence_ends_at_words() -> None:
    text = "wort " * 800
    before, after = claim.context(text, 2000, 2005)
    assert before.startswith("… wort")
    assert after.endswith("wort …")
    assert claim.context("kurz. Satz. Ende.", 6, 11) == ("kurz. ", " Ende.")


def test_overlapping_sentences_cut_the_text_without_losing_any() -> None:
    long, short = (reading.Sentence(f"{a}-{b}", a, b, []) for a, b in ((2, 9), (4, 6)))
    stretches = reading.cut("0123456789", [long, short], [(5, 8)])
    assert "".join(piece.text for one in stretches for piece in one.pieces) == "0123456789"
    owners = [(one.sentence.anchor if one.sentence else None, one.opens) for one in stretches]
    assert owners == [(None, False), ("2-9", True), ("4-6", True), ("2-9", False), (None, False)]
    assert "".join(piece.text for one in stretches for piece in one.pieces if piece.marked) == "567"


def test_no_module_of_the_server_touches_an_rdf_library(checkout: Path) -> None:
    for path in (checkout / "api" / "numgraph_api").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in named} & {"pyoxigraph", "rdflib", "pyshacl", "owlrl"}, path
