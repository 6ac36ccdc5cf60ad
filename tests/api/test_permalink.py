"""Links to answers: short, without anything stored, the same bytes for as long as the edition is kept."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from numgraph.errors import BadQuery
from numgraph.settings import Settings
from numgraph_api import permalink
from numgraph_api.faults import BadRequest, NoSuchThing
from numgraph_api.permalink import Cited

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
SELECT = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 200"
COUNT = "SELECT ?p (COUNT(*) AS ?n) (SAMPLE(?s) AS ?one) { ?s ?p ?o } GROUP BY ?p"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?s a ?class }"
QUERIES = [SELECT, COUNT, CONSTRUCT, "DESCRIBE <https://w3id.org/numgraph/id/network/num>", "ASK { ?s ?p ?o }"]
CITED = [
    Cited(1, SELECT),
    Cited(123456, "SELECT * {\n  ?äöü ?p '''北京 \\u0041''' }", "all"),
    Cited(7, COUNT, "source:a-source-0a1b2c3d"),
    Cited(2, CONSTRUCT, None, ("https://example.org/a", "https://example.org/b"), ("https://example.org/c",)),
]


@pytest.mark.parametrize("cited", CITED)
def test_a_token_gives_back_what_it_was_made_from(cited: Cited) -> None:
    token = permalink.encode(cited)
    assert permalink.decode(token) == cited
    assert token.isascii()
    assert all(sign.isalnum() or sign in "-_" for sign in token)


def test_a_usual_query_makes_a_short_link() -> None:
    query = """PREFIX num: <https://w3id.org/numgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?project ?name ?funder WHERE {
  ?project num:fundedBy ?funder ; skos:prefLabel ?name .
  FILTER(LANG(?name) = "de")
} ORDER BY ?name LIMIT 100"""
    assert len(query) > 250
    assert len(permalink.encode(Cited(12, query))) < 150


def test_links_made_today_are_understood_for_good() -> None:
    """The dictionary and the layout of version 1 are fixed: this token must never stop working."""
    token = "1q1ZKVbIy0lEqVLJSgirXUqgGhiAwxOzza6Gha6pUCwA"  # noqa: S105 - no secret
    assert permalink.decode(token) == Cited(2, "SELECT * {?s ?p ?o} LIMIT 5")


@pytest.mark.parametrize("token", ["", "1", "2abc", "1!!!!", "1AAAA", "x" * 500, "1q1ZKVbIy0lEqVLJSgirX", "ä"])
def test_a_damaged_link_is_unknown(token: str, later: httpx.Client) -> None:
    with pytest.raises(NoSuchThing):
        permalink.decode(token)
    if token:
        assert later.get(f"/q/{token}").status_code == 404


def test_a_small_link_cannot_unpack_to_something_large() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b'{"e":1,"q":"' + b" " * 50_000_000 + b'"}') + packer.flush()
    with pytest.raises(NoSuchThing):
        permalink.decode("1" + base64.urlsafe_b64encode(packed).decode().rstrip("="))


@pytest.mark.parametrize(
    "query",
    ["SELECT (RAND() AS ?r) {}", "SELECT (now() AS ?r) {}", "SELECT (UUID() AS ?r) {}", "SELECT (STRUUID() AS ?r) {}",
     "SELECT (BNODE() AS ?b) {}", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
     "CONSTRUCT { [] ?p ?o } { ?s ?p ?o }", "CONSTRUCT { _:b ?p ?o } WHERE { ?s ?p ?o }"],
)  # fmt: skip
def test_what_differs_each_time_gets_no_link(query: str, later: httpx.Client) -> None:
    with pytest.raises(BadRequest):
        permalink.encode(Cited(1, query))
    assert later.get("/q", params={"query": query}).status_code == 400


@pytest.mark.parametrize(
    "query", ["SELECT * { ?s ?p 'RAND() NOW()' }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . [] ?q ?s }"]
)
def test_what_only_looks_so_gets_one(query: str) -> None:
    assert permalink.is_lasting(query)


def test_no_query_no_link(later: httpx.Client) -> None:
    with pytest.raises(BadQuery):
        permalink.encode(Cited(1, "hello"))
    assert later.get("/q").status_code == 400
    assert later.get("/q", params={"query": "hello"}).status_code == 400


@pytest.mark.parametrize("suffix", ["json", "csv", "tsv", "xml"])
def test_a_link_answers_the_same_bytes_from_any_process(
    later: httpx.Client, past: Path, serve: Callable[[Settings], AbstractContextManager[str]], suffix: str
) -> None:
    made = later.get("/q", params={"query": SELECT, "edition": 2, "format": suffix})
    assert made.status_code == 303
    path = made.headers["location"]
    first = later.get(path)
    assert first.status_code == 200
    assert first.headers["x-numgraph-edition"] == "2"
    with serve(Settings(data=past, readers=1, page_cache=0)) as other:
        again = httpx.get(other + path)
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert not first.headers["etag"].startswith("W/")


@pytest.mark.parametrize("query", QUERIES)
def test_fresh_processes_answer_in_the_same_order(
    past: Path, serve: Callable[[Settings], AbstractContextManager[str]], query: str
) -> None:
    token, found = permalink.encode(Cited(3, query)), set()
    accept = {"Accept": "text/turtle, text/csv;q=0.9"}
    for _ in range(2):
        with serve(Settings(data=past, readers=1, page_cache=0)) as address:
            found |= {httpx.get(f"{address}/q/{token}", headers=accept).content for _ in range(2)}
    assert len(found) == 1


def test_a_link_is_made_for_programs_too(later: httpx.Client) -> None:
    got = later.get("/q", params={"query": SELECT}, headers={"Accept": "application/json"})
    posted = later.post("/q", data={"query": SELECT}, headers={"Accept": "application/json"})
    assert got.json() == posted.json()
    assert got.json()["edition"] == 3
    assert got.json()["link"] == str(later.base_url) + got.json()["path"]
    assert later.get(got.json()["path"], headers={"Accept": "text/csv"}).text.startswith("s,p,o")


def test_a_browser_is_led_to_the_page_of_the_query(later: httpx.Client) -> None:
    token = permalink.encode(Cited(2, "ASK { ?s ?p ?o }", "all"))
    found = later.get(f"/q/{token}", headers=BROWSER)
    assert found.status_code == 303
    assert found.headers["location"].startswith("/sparql?query=ASK+")
    assert "edition=2" in found.headers["location"]
    assert "view=all" in found.headers["location"]
    assert "As of edition 2" in later.get(found.headers["location"], headers=BROWSER).text


def test_the_page_of_a_query_shows_its_link(later: httpx.Client) -> None:
    page = later.get("/sparql", params={"query": SELECT, "edition": 2}, headers=BROWSER)
    assert f"/q/{permalink.encode(Cited(2, SELECT))}" in page.text
    fleeting = later.get("/sparql", params={"query": "SELECT (RAND() AS ?r) {}"}, headers=BROWSER)
    assert "/q/1" not in fleeting.text


def test_links_know_views_and_graphs(later: httpx.Client) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    plain, view, graph = (
        later.get("/q", params={"query": query, "format": "csv", **more}, follow_redirects=True).text
        for more in ({}, {"view": "all"}, {"default-graph-uri": "https://w3id.org/numgraph/graph/catalogue"})
    )
    assert len({plain, view, graph}) == 3


def test_an_edition_that_is_gone_is_said_to_be(later: httpx.Client) -> None:
    found = later.get(f"/q/{permalink.encode(Cited(1, SELECT))}.csv")
    assert found.status_code == 410
    assert "not kept any more" in found.json()["detail"]


def test_a_held_answer_is_not_sent_again_and_other_formats_are_refused(later: httpx.Client) -> None:
    path = f"/q/{permalink.encode(Cited(2, SELECT))}.csv"
    tag = later.get(path).headers["etag"]
    assert later.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert later.get(path.replace(".csv", ".ttl")).status_code == 406


def test_an_update_has_no_link(client: httpx.Client) -> None:
    answer = client.post("/q", data={"update": "CLEAR ALL"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
