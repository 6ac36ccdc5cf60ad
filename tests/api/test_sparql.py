"""``/sparql`` keeps the SPARQL 1.1 Protocol, and none of the faults that other Python endpoints are known for."""

from __future__ import annotations

import collections
import concurrent.futures
import csv
import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from numgraph.settings import Settings

Serve = Callable[[Settings], AbstractContextManager[str]]
PREFIXES = """PREFIX num: <https://w3id.org/numgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
SELECT = PREFIXES + "SELECT ?end WHERE { <https://w3id.org/numgraph/id/funding-phase/num-3> num:fundingEnd ?end }"
ASK = PREFIXES + "ASK { ?s a num:FundingPhase }"
CONSTRUCT = PREFIXES + "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 5"
DESCRIBE = "DESCRIBE <https://w3id.org/numgraph/id/funding-phase/num-3>"
# A product of everything with everything with everything: hours of work, and no first row before the last.
HEAVY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . FILTER(?a != ?o) }"
# As much work, but rows from the start.
ENDLESS = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"

# Examples about what the demo has and the small sample here has not; and one that makes triples, which are no table.
NOT_A_TABLE_HERE = ("31-places-on-the-map.rq", "33-parts-of-num.rq")


# The five faults of ../shared/design/ANCHORS.md, one by one.


def test_a_heavy_query_does_not_hold_up_the_others(client: httpx.Client) -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        heavy = pool.submit(httpx.get, f"{client.base_url}/sparql", params={"query": HEAVY, "timeout": 2}, timeout=20)
        time.sleep(0.3)
        waits = []
        for _ in range(5):
            before = time.monotonic()
            assert client.get("/sparql", params={"query": ASK}).json()["boolean"] is True
            waits.append(time.monotonic() - before)
        assert not heavy.done(), "the heavy query should still be at work"
        assert max(waits) < 1
        assert heavy.result().status_code == 503


def test_json_keeps_datatype_and_language(client: httpx.Client) -> None:
    (row,) = client.get("/sparql", params={"query": SELECT}).json()["results"]["bindings"]
    assert row["end"] == {
        "type": "literal",
        "value": "2030-06-30",
        "datatype": "http://www.w3.org/2001/XMLSchema#date",
    }
    query = PREFIXES + "SELECT ?l WHERE { <https://w3id.org/numgraph/id/funding-phase/num-3> skos:prefLabel ?l }"
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert row["l"]["xml:lang"] == "de"


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "application/pdf, image/*;q=0.5", "text/csv;q=0"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_format_that_cannot_be_given_is_406_with_the_list_of_those_that_can(
    client: httpx.Client, accept: str, method: str
) -> None:
    place = {"params": {"query": SELECT}} if method == "GET" else {"data": {"query": SELECT}}
    answer = client.request(method, "/sparql", headers={"Accept": accept}, **place)
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "application/sparql-results+json" in answer.json()["offered"]


@pytest.mark.parametrize("form", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle; charset=utf-8"),
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.9", "application/rdf+xml"),
    ],
)
def test_construct_and_describe_say_which_rdf_they_send(
    client: httpx.Client, form: str, accept: str | None, media_type: str
) -> None:
    answer = client.get("/sparql", params={"query": form}, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type


def test_a_form_is_decoded_exactly_once(client: httpx.Client) -> None:
    query = 'SELECT ("100%25 + 1" AS ?text) ("a+b%2Bc" AS ?more) WHERE {}'
    (row,) = client.post("/sparql", data={"query": query}).json()["results"]["bindings"]
    assert (row["text"]["value"], row["more"]["value"]) == ("100%25 + 1", "a+b%2Bc")
    raw = "query=SELECT+(%22100%2525%22+AS+%3Fx)+WHERE+%7B%7D"
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    (row,) = client.post("/sparql", content=raw, headers=headers).json()["results"]["bindings"]
    assert row["x"]["value"] == "100%25"
    (row,) = client.get(f"/sparql?{raw}").json()["results"]["bindings"]
    assert row["x"]["value"] == "100%25"


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml"])
def test_an_ask_can_be_had_in_every_results_format(client: httpx.Client, format: str) -> None:
    answer = client.get("/sparql", params={"query": ASK, "format": format})
    assert answer.status_code == 200
    assert "true" in answer.text


def test_any_origin_may_read_but_never_with_credentials(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": ASK}, headers={"Origin": "https://example.org", "Cookie": "a=b"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("place", ["body", "query", "form"])
def test_updates_are_refused_where_nobody_has_a_token(client: httpx.Client, place: str) -> None:
    update = "DELETE WHERE { ?s ?p ?o }"
    if place == "body":
        answer = client.post("/sparql", content=update, headers={"Content-Type": "application/sparql-update"})
        assert answer.status_code == 401
    elif place == "query":
        assert client.get("/sparql", params={"query": update}).status_code == 403
    else:
        assert client.post("/sparql", data={"update": update}).status_code == 401
        assert client.get("/sparql", params={"update": update}).status_code == 400


# The protocol.


@pytest.mark.parametrize("way", ["get", "form", "body"])
def test_a_query_can_be_sent_in_three_ways(client: httpx.Client, way: str) -> None:
    if way == "get":
        answer = client.get("/sparql", params={"query": SELECT})
    elif way == "form":
        answer = client.post("/sparql", data={"query": SELECT})
    else:
        answer = client.post("/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert answer.headers["x-numgraph-edition"] == "1"
    assert len(answer.json()["results"]["bindings"]) == 1


def test_csv_comes_with_its_charset_and_the_exact_text(client: httpx.Client) -> None:
    query = 'SELECT ("a,\\"b\\"" AS ?x) ("Universität" AS ?y) WHERE {}'
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.content.decode()))) == [["x", "y"], ['a,"b"', "Universität"]]


def test_the_dataset_of_the_request_takes_the_place_of_the_default(client: httpx.Client) -> None:
    graphs = [row["g"]["value"] for row in _rows(client, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")]
    evidence = [graph for graph in graphs if "/evidence/" in graph][:2]
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?c a <https://w3id.org/numgraph/ontology#Claim> }"
    assert _rows(client, count)[0]["n"]["value"] == "0"
    one = int(_rows(client, count, **{"default-graph-uri": evidence[:1]})[0]["n"]["value"])
    two = int(_rows(client, count, **{"default-graph-uri": evidence})[0]["n"]["value"])
    assert 0 < one < two
    named = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert len(_rows(client, named, **{"named-graph-uri": evidence})) == 2


def _rows(client: httpx.Client, query: str, **more: list[str]) -> list[dict[str, dict[str, str]]]:
    return client.get("/sparql", params={"query": query, **more}).json()["results"]["bindings"]


def test_a_syntax_error_names_line_and_column(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": "SELECT ?s WHERE {\n  ?s ?p ?o ;;; FILTER x\n}"})
    problem = answer.json()
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["line"] == 2
    assert problem["column"] > 10
    assert problem["title"]
    assert problem["type"].endswith("/problems#bad-query")


def test_service_is_refused_before_anything_is_fetched(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        query = f"SELECT * WHERE {{ SERVICE <http://127.0.0.1:{trap.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        assert client.get("/sparql", params={"query": query}).status_code == 403
        with pytest.raises(TimeoutError):
            trap.accept()


def test_a_query_is_stopped_at_its_limit_and_says_when_to_try_again(client: httpx.Client) -> None:
    before = time.monotonic()
    answer = client.get("/sparql", params={"query": HEAVY, "timeout": "0.5"})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert 0.4 < time.monotonic() - before < 2


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "inf", "nan"])
def test_a_limit_that_is_no_number_of_seconds_is_refused(client: httpx.Client, timeout: str) -> None:
    assert client.get("/sparql", params={"query": ASK, "timeout": timeout}).status_code == 400


def test_a_caller_cannot_raise_the_limit(client: httpx.Client) -> None:
    before = time.monotonic()
    assert client.get("/sparql", params={"query": HEAVY, "timeout": "600"}).status_code == 503
    assert time.monotonic() - before < 5


def test_an_answer_that_breaks_off_never_ends_properly(client: httpx.Client) -> None:
    with client.stream("GET", "/sparql", params={"query": ENDLESS, "format": "csv", "timeout": 1}) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            collections.deque(answer.iter_bytes(), maxlen=0)


def test_a_broken_answer_does_not_look_whole_to_an_old_client_either(server: str) -> None:
    """HTTP/1.0 has no chunks: the end of the connection would pass for the end of the answer."""
    host, port = server.removeprefix("http://").split(":")
    query = httpx.QueryParams({"query": ENDLESS, "format": "csv", "timeout": 1})
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET /sparql?{query} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        head = connection.makefile("rb").readline()
    assert b"200" not in head


def test_readers_come_back_after_clients_that_go_away(client: httpx.Client) -> None:
    for _ in range(6):
        with pytest.raises(httpx.ReadTimeout):
            client.get("/sparql", params={"query": HEAVY}, timeout=0.15)
    before = time.monotonic()
    assert client.get("/sparql", params={"query": ASK}).status_code == 200
    assert time.monotonic() - before < 1.5


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    query = "ASK {} #" + "x" * 1_100_000
    answer = client.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 413


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_kind_is_refused(client: httpx.Client, media_type: str) -> None:
    answer = client.post("/sparql", content=b"ASK {}", headers={"Content-Type": media_type})
    assert answer.status_code == 415


def test_bytes_that_are_no_text_are_a_bad_request(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    assert client.post("/sparql", content=b"ASK {\xff}", headers=headers).status_code == 400


def test_two_queries_in_one_request_are_refused(client: httpx.Client) -> None:
    assert client.get("/sparql", params={"query": [ASK, ASK]}).status_code == 400


def test_format_goes_before_accept(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": SELECT, "format": "tsv"}, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert client.get("/sparql", params={"query": SELECT, "format": "docx"}).status_code == 406


def test_head_gives_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    got = client.get("/sparql", params={"query": SELECT})
    head = client.head("/sparql", params={"query": SELECT})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "vary", "x-numgraph-edition"):
        assert head.headers[name] == got.headers[name]


def test_options_tells_what_is_allowed(client: httpx.Client) -> None:
    answer = client.options("/sparql")
    assert answer.status_code == 204
    assert "POST" in answer.headers["allow"]
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    preflight = client.options("/sparql", headers=asked)
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_without_a_query_machines_get_a_description_of_the_service(client: httpx.Client) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert "sd:Service" in answer.text
    assert client.get("/sparql", headers={"Accept": "application/sparql-results+json"}).status_code == 400


def test_all_readers_busy_is_503_with_retry_after(data: Path, serve: Serve) -> None:
    settings = Settings(data=data, readers=1, queue=0, time_limit=3)
    with serve(settings) as address, concurrent.futures.ThreadPoolExecutor() as pool:
        heavy = pool.submit(httpx.get, f"{address}/sparql", params={"query": HEAVY, "timeout": 1.5}, timeout=10)
        time.sleep(0.4)
        answer = httpx.get(f"{address}/sparql", params={"query": HEAVY.replace("?o)", "1)")})
        lookup = httpx.get(f"{address}/sparql", params={"query": ASK})
        assert "stopped after 1.5 seconds" in heavy.result().text
    assert lookup.status_code == 200, "a lookup does not wait behind a long query"
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1


# The page for people.


@pytest.fixture
def browser(client: httpx.Client) -> Iterator[httpx.Client]:
    headers = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    with httpx.Client(base_url=client.base_url, headers=headers, timeout=20) as browser:
        yield browser


def test_browsers_get_the_result_in_the_query_page(browser: httpx.Client) -> None:
    answer = browser.get("/sparql", params={"query": SELECT})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "30 June 2030" in answer.text
    assert "<textarea" in answer.text


def test_the_page_shows_a_fault_beside_the_query_that_has_it(browser: httpx.Client) -> None:
    answer = browser.get("/sparql", params={"query": "SELECT ?mistake WHERE { ?s ?p }"})
    assert answer.status_code == 400
    assert "?mistake" in answer.text
    assert 'role="alert"' in answer.text


def test_the_page_escapes_what_the_query_says(browser: httpx.Client) -> None:
    answer = browser.get("/sparql", params={"query": 'SELECT ("</textarea><script>alert(1)</script>" AS ?x) WHERE {}'})
    assert "<script>alert" not in answer.text
    assert "</textarea><script" not in answer.text


def test_the_page_says_aloud_that_rows_are_left_out(browser: httpx.Client) -> None:
    query = "SELECT ?a ?c WHERE { ?a a ?b . ?c a ?d } LIMIT 1500"
    answer = browser.get("/sparql", params={"query": query})
    assert answer.text.count("<tr>") == 1001
    assert "first 1000 rows" in answer.text


def test_every_example_runs_and_finds_something_or_says_that_it_does_not(browser: httpx.Client, checkout: Path) -> None:
    examples = sorted((checkout / "data" / "queries").glob("*.rq"))
    assert len(examples) >= 30
    for path in examples:
        answer = browser.get("/sparql", params={"query": path.read_text(encoding="utf-8")})
        assert answer.status_code == 200, path.name
        told = ("<tbody>" in answer.text) != (">No rows. The graph holds nothing that matches." in answer.text)
        assert told or path.name in NOT_A_TABLE_HERE, path.name


def test_openapi_describes_the_endpoint(client: httpx.Client) -> None:
    paths = json.loads(client.get("/openapi.json").text)["paths"]
    assert {"get", "post"} <= set(paths["/sparql"])
    assert {"query", "timeout", "format"} <= {one["name"] for one in paths["/sparql"]["get"]["parameters"]}
    assert "application/sparql-query" in paths["/sparql"]["post"]["requestBody"]["content"]
    assert client.get("/docs").status_code == 404
