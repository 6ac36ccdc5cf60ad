"""Graphs read and written over HTTP, and updates, on a plain dataset: what the W3C's tests leave open."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Dataset, RdfFormat, parse

from numgraph.access import Keyring, Right
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, settle

TURTLE = {"Content-Type": "text/turtle"}
UPDATE = {"Content-Type": "application/sparql-update"}
GRAPH = "https://example.org/graph"
ONE = "<https://example.org/s> <https://example.org/p> <https://example.org/o> ."

XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
    '<rdf:Description rdf:about="https://example.org/s"><e:p rdf:resource="https://example.org/o"/></rdf:Description>'
    "</rdf:RDF>"
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    settle(folder, Kind.PLAIN)
    EmbeddedStore(folder).commit([], message="An empty dataset", author="tests")
    return folder


@pytest.fixture(scope="module")
def address(plain: Path, serve) -> Iterator[str]:
    with serve(Settings(data=plain, upload_limit=1, write_time_limit=20)) as address:
        yield address


@pytest.fixture(scope="module")
def anybody(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def writer(address: str, plain: Path) -> Iterator[httpx.Client]:
    bearer = Keyring(plain).make("tests", {Right.WRITE})
    with httpx.Client(base_url=address, timeout=30, headers={"Authorization": f"Bearer {bearer}"}) as client:
        yield client


def put(writer: httpx.Client, turtle: str, graph: str = GRAPH, **headers: str) -> httpx.Response:
    return writer.put("/data", params={"graph": graph}, content=turtle, headers={**TURTLE, **headers})


def ask(client: httpx.Client, query: str) -> bool:
    answer = client.get("/sparql", params={"query": query, "format": "json"})
    assert answer.status_code == 200, answer.text
    return answer.json()["boolean"]


# Who may write.


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    "given", [None, "Bearer", "Bearer nonsense", "Bearer ng_000000000000_" + "x" * 43, "Basic eA=="]
)
def test_nobody_writes_without_a_token_that_is_good(anybody: httpx.Client, method: str, given: str | None) -> None:
    headers = {**TURTLE, **({"Authorization": given} if given else {})}
    answer = anybody.request(method, "/data", params={"graph": GRAPH}, content=ONE, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    update = anybody.post("/sparql", content="CLEAR ALL", headers={**headers, **UPDATE})
    assert update.status_code == 401


def test_a_token_without_the_right_is_forbidden(anybody: httpx.Client, plain: Path) -> None:
    bearer = Keyring(plain).make("looker", set())
    headers = {**TURTLE, "Authorization": f"Bearer {bearer}"}
    answer = anybody.put("/data?default", content=ONE, headers=headers)
    assert answer.status_code == 403
    assert "insufficient_scope" in answer.headers["www-authenticate"]


# Graphs.


def test_a_new_graph_is_201_with_its_address_and_its_edition_says_who_wrote(writer: httpx.Client, plain: Path) -> None:
    answer = put(writer, ONE, "https://example.org/new")
    assert answer.status_code == 201
    assert writer.get(answer.headers["location"], headers={"Accept": "application/n-triples"}).text.strip() == ONE
    edition = EmbeddedStore(plain).current()
    assert str(edition.number) == answer.headers["x-numgraph-edition"]
    assert (edition.author, edition.message) == ("tests", "PUT https://example.org/new")
    assert f"/editions/{edition.number}>" in answer.headers["link"]
    again = put(writer, ONE, "https://example.org/new")
    assert again.status_code == 204
    assert again.headers["x-numgraph-edition"] == answer.headers["x-numgraph-edition"], "nothing changed"


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/turtle", "@prefix : <https://example.org/> . :s :p :o ."),
        ("application/n-triples", ONE),
        ("application/rdf+xml", XML),
        (
            "application/ld+json",
            '{"@id":"https://example.org/s","https://example.org/p":{"@id":"https://example.org/o"}}',
        ),
        ("application/trig", "@prefix : <https://example.org/> . :s :p :o ."),
        ("application/n-quads", ONE),
    ],
)
def test_every_format_goes_in_and_out(writer: httpx.Client, media_type: str, body: str) -> None:
    graph = f"https://example.org/formats/{media_type}"
    assert put(writer, body, graph, **{"Content-Type": media_type}).status_code == 201
    answer = writer.get("/data", params={"graph": graph}, headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    found = Dataset(parse(answer.content, RdfFormat.from_media_type(media_type)))
    assert [str(quad.triple) for quad in found] == [str(next(parse(ONE, RdfFormat.N_TRIPLES)).triple)]


def test_post_adds_put_replaces_delete_removes(writer: httpx.Client) -> None:
    graph = {"graph": "https://example.org/changing"}
    put(writer, ONE, graph["graph"])
    writer.post("/data", params=graph, content=ONE.replace("/o>", "/other>"), headers=TURTLE)
    lines = writer.get("/data", params={**graph, "format": "ntriples"}).text
    assert lines.count(" .\n") == 2
    put(writer, "<#a> <#b> 1 .", graph["graph"])
    assert "changing#a" in writer.get("/data", params={**graph, "format": "ntriples"}).text, "relative to the graph"
    assert writer.delete("/data", params=graph).status_code == 204
    assert writer.get("/data", params=graph).status_code == 404
    assert writer.delete("/data", params=graph).status_code == 404


def test_the_default_graph_is_always_there(writer: httpx.Client) -> None:
    writer.delete("/data?default")
    assert writer.get("/data?default").status_code == 200
    assert writer.put("/data?default", content=ONE, headers=TURTLE).headers["location"].endswith("/data?default")
    assert ask(writer, f"ASK {{ {ONE} }}")


def test_blank_nodes_of_two_uploads_are_two(writer: httpx.Client) -> None:
    graph = {"graph": "https://example.org/blank"}
    for _ in range(2):
        writer.post("/data", params=graph, content='_:b <https://example.org/p> "x" .', headers=TURTLE)
    assert writer.get("/data", params={**graph, "format": "nt"}).text.count("\n") == 2


def test_the_store_names_a_graph_that_is_posted_without_one(writer: httpx.Client) -> None:
    answer = writer.post("/data", content=ONE, headers=TURTLE)
    assert answer.status_code == 201
    assert writer.get(answer.headers["location"], headers={"Accept": "text/turtle"}).status_code == 200


def test_quads_go_into_the_graphs_that_they_name(writer: httpx.Client) -> None:
    quads = f"{ONE[:-1]}<https://example.org/quads> ."
    answer = writer.post("/data", content=quads, headers={"Content-Type": "application/n-quads"})
    assert answer.status_code == 204
    assert ask(writer, f"ASK {{ GRAPH <https://example.org/quads> {{ {ONE} }} }}")
    elsewhere = put(writer, quads, **{"Content-Type": "application/n-quads"})
    assert elsewhere.status_code == 400, "one graph is named by the request, another by the body"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/data?graph={GRAPH}&default", 400),
        ("GET", "/data?graph=relative", 400),
        ("GET", f"/data?graph={GRAPH}&graph={GRAPH}", 400),
        ("GET", "/data/x?default", 400),
        ("GET", "/data?graph=https://example.org/nowhere", 404),
        ("HEAD", "/data?graph=https://example.org/nowhere", 404),
        ("GET", "/data?default&format=docx", 406),
        ("PUT", "/data", 400),
        ("DELETE", "/data", 400),
        ("PUT", "/data?default&edition=1", 400),
        ("PATCH", "/data?default", 405),
        ("PUT", "/sparql", 405),
    ],
)
def test_what_is_asked_wrongly_is_told_so(writer: httpx.Client, method: str, path: str, status: int) -> None:
    body = {"content": ONE, "headers": TURTLE} if method in {"PUT", "PATCH"} else {}
    answer = writer.request(method, path, **body)
    assert answer.status_code == status, answer.text
    if status == 405:
        assert {"GET", "HEAD", "OPTIONS", "POST"} <= set(answer.headers["allow"].split(", "))


def test_bad_rdf_says_where_and_changes_nothing(writer: httpx.Client) -> None:
    answer = put(writer, f"{ONE}\n<https://example.org/s> <https://example.org/p> oops .", "https://example.org/bad")
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("#malformed-rdf")
    assert answer.json()["line"] == 2
    assert answer.json()["column"] > 40
    assert writer.get("/data", params={"graph": "https://example.org/bad"}).status_code == 404


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "", "text/turtle; charset=utf-16"])
def test_a_body_of_another_kind_is_415(writer: httpx.Client, media_type: str) -> None:
    assert put(writer, ONE, **{"Content-Type": media_type}).status_code == 415


def test_a_body_that_is_too_large_is_413(writer: httpx.Client) -> None:
    assert put(writer, ONE + "#" * 1_000_001).status_code == 413
    assert writer.post("/sparql", content="CLEAR ALL #" + "x" * 1_000_001, headers=UPDATE).status_code == 413


def test_a_remote_context_is_never_fetched(writer: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        body = f'{{"@context": "http://127.0.0.1:{trap.getsockname()[1]}/c", "name": "x"}}'
        answer = put(writer, body, **{"Content-Type": "application/ld+json"})
        assert answer.status_code == 400
        assert "not fetched" in answer.json()["detail"]
        with pytest.raises(TimeoutError):
            trap.accept()


def test_files_of_a_form_are_added_together(writer: httpx.Client) -> None:
    files = [
        ("a", ("a.ttl", ONE, "text/turtle")),
        ("b", ("b.nt", ONE.replace("/o>", "/b>"), "application/n-triples")),
    ]
    answer = writer.post("/data", params={"graph": "https://example.org/form"}, files=files)
    assert answer.status_code == 201, answer.text
    assert writer.get("/data", params={"graph": "https://example.org/form", "format": "nt"}).text.count("\n") == 2
    untyped = writer.post("/data", params={"graph": GRAPH}, files=[("a", ("a.png", b"x", "image/png"))])
    assert untyped.status_code == 415


def test_if_match_writes_only_onto_what_was_seen(writer: httpx.Client) -> None:
    graph = "https://example.org/matched"
    put(writer, ONE, graph)
    tag = writer.get("/data", params={"graph": graph}).headers["etag"]
    assert not tag.startswith("W/")
    assert put(writer, "<#a> <#b> 1 .", graph, **{"If-Match": tag}).status_code == 204
    late = put(writer, "<#a> <#b> 2 .", graph, **{"If-Match": tag})
    assert late.status_code == 412
    assert "<#a>" not in writer.get("/data", params={"graph": graph}).text
    assert put(writer, ONE, graph, **{"If-None-Match": "*"}).status_code == 412
    assert put(writer, ONE, "https://example.org/missing", **{"If-Match": "*"}).status_code == 412
    assert put(writer, ONE, graph, **{"If-Match": '"somebody-elses"'}).status_code == 412


def test_a_graph_that_the_client_holds_is_304(writer: httpx.Client) -> None:
    put(writer, ONE, GRAPH)
    tag = writer.get("/data", params={"graph": GRAPH}).headers["etag"]
    assert writer.get("/data", params={"graph": GRAPH}, headers={"If-None-Match": tag}).status_code == 304


def test_a_triple_can_be_a_term(writer: httpx.Client) -> None:
    """RDF 1.2: a statement about a statement, uploaded, asked for and given back."""
    graph = "https://example.org/triple-terms"
    assert put(writer, f"<#r> <https://example.org/says> <<( {ONE[:-1]} )>> .", graph).status_code == 201
    assert "<<(" in writer.get("/data", params={"graph": graph}).text
    query = f"ASK {{ GRAPH <{graph}> {{ ?r <https://example.org/says> <<( ?s ?p <https://example.org/o> )>> }} }}"
    assert ask(writer, query)


def test_the_whole_dataset_is_a_dump(anybody: httpx.Client) -> None:
    for accept, name in (("application/n-quads", "dataset.nq.gz"), ("application/trig", "dataset.trig.gz")):
        answer = anybody.get("/data", headers={"Accept": accept})
        assert answer.status_code == 303
        assert answer.headers["location"].endswith(name)


# Updates.


def test_an_update_is_an_edition_that_the_next_query_sees(writer: httpx.Client, plain: Path) -> None:
    answer = writer.post("/sparql", content="INSERT DATA { <a> <b> 'update' }", headers=UPDATE)
    assert answer.status_code == 204
    assert ask(writer, "ASK { ?s ?p 'update' }")
    assert str(EmbeddedStore(plain).current_number()) == answer.headers["x-numgraph-edition"]
    assert writer.post("/sparql", data={"update": "DELETE WHERE { ?s ?p 'update' }"}).status_code == 204
    assert not ask(writer, "ASK { ?s ?p 'update' }")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"content": "INSERT DATA {\n <a> <b> }", "headers": UPDATE}, 400),
        ({"content": "SELECT * {}", "headers": UPDATE}, 400),
        ({"content": "LOAD <http://127.0.0.1/x>", "headers": UPDATE}, 403),
        ({"content": b"CLEAR ALL #\xff", "headers": UPDATE}, 400),
        ({"data": {"update": "CLEAR ALL", "query": "ASK {}"}}, 400),
        ({"data": {"update": "CLEAR ALL", "default-graph-uri": GRAPH}}, 400),
        ({"data": {"update": ["CLEAR ALL", "CLEAR ALL"]}}, 400),
        ({"data": {"update": "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "using-graph-uri": GRAPH}}, 400),
        ({"data": {"update": "DELETE WHERE { ?s ?p ?o }", "using-graph-uri": "relative"}}, 400),
        ({"content": "CLEAR ALL", "headers": {**UPDATE, "Content-Encoding": "gzip"}}, 415),
    ],
)
def test_an_update_that_cannot_be_done_changes_nothing(writer: httpx.Client, request_: dict, status: int) -> None:
    before = writer.get("/healthz").json()["edition"]
    answer = writer.post("/sparql", **request_)
    assert answer.status_code == status, answer.text
    assert writer.get("/healthz").json()["edition"] == before


def test_a_wrong_update_says_where_it_is_wrong(writer: httpx.Client) -> None:
    problem = writer.post("/sparql", content="INSERT DATA {\n <a> <b> }", headers=UPDATE).json()
    assert problem["line"] == 2


def test_an_update_asks_the_graphs_that_the_request_names(writer: httpx.Client) -> None:
    put(writer, "<https://example.org/s> <https://example.org/using> 1 .", "https://example.org/using")
    form = {
        "update": "INSERT { ?s <https://example.org/found> ?o } WHERE { ?s <https://example.org/using> ?o }",
        "using-graph-uri": "https://example.org/using",
    }
    assert writer.post("/sparql", data=form).status_code == 204
    assert ask(writer, "ASK { ?s <https://example.org/found> 1 }")


def test_writes_at_once_all_count(writer: httpx.Client, address: str) -> None:
    answers: list[int] = []

    def insert(number: int) -> None:
        update = f"INSERT DATA {{ <https://example.org/n> <https://example.org/counts> {number} }}"
        answers.append(
            httpx.post(f"{address}/sparql", content=update, headers={**writer.headers, **UPDATE}).status_code
        )

    threads = [threading.Thread(target=insert, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [204] * 8
    assert ask(writer, "ASK { { SELECT (COUNT(*) AS ?n) { ?s <https://example.org/counts> ?o } } FILTER(?n = 8) }")


def test_an_update_that_never_ends_is_stopped_and_the_next_write_is_done(plain: Path, serve) -> None:
    bearer = Keyring(plain).make("patient", {Right.WRITE})
    headers = {**UPDATE, "Authorization": f"Bearer {bearer}"}
    numbers = " ".join(map(str, range(300)))
    endless = "INSERT { <a> <b> ?x } WHERE { " + "".join(
        f"VALUES ?v{one} {{ {numbers} }} " for one in range(6)
    ) + "FILTER(?v0 + ?v1 + ?v2 = -1) BIND(1 AS ?x) }"  # fmt: skip
    with serve(Settings(data=plain, write_time_limit=3)) as address:
        began = time.monotonic()
        answer = httpx.post(f"{address}/sparql", content=endless, headers=headers, timeout=30)
        assert answer.status_code == 503
        assert "retry-after" in answer.headers
        assert time.monotonic() - began < 15
        assert (
            httpx.post(f"{address}/sparql", content="INSERT DATA { <x> <y> <z> }", headers=headers).status_code == 204
        )


# What everybody sees.


def test_any_origin_may_ask_to_write_with_a_token(anybody: httpx.Client) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type,if-match",
    }
    answer = anybody.options("/data", headers=asked)
    assert answer.status_code == 204
    assert "PUT" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert {"authorization", "content-type", "if-match"} <= {one.strip() for one in allowed.split(",")}
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/sparql", "/data", "/data/some/graph", "/editions", "/healthz", "/openapi.json", "/static/site.css"]
)
def test_every_address_tells_its_methods(anybody: httpx.Client, path: str) -> None:
    answer = anybody.options(path)
    assert answer.status_code == 204
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize(
    "path", ["/", "/?lang=de", "/sparql", "/sparql?query=SELECT+*+{?s+?p+?o}", "/editions", "/editions/1", "/problems"]
)
def test_pages_of_a_plain_dataset_need_nothing_of_our_model(anybody: httpx.Client, path: str) -> None:
    answer = anybody.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for gone in ('href="/conflicts', 'href="/dataset', 'href="/feeds', 'href="/browse', 'href="/search'):
        assert gone not in answer.text


@pytest.mark.parametrize("path", ["/conflicts", "/browse", "/sources", "/search", "/map"])
def test_pages_of_our_model_are_not_there(anybody: httpx.Client, path: str) -> None:
    assert anybody.get(path, headers={"Accept": "text/html"}).status_code == 404


def test_openapi_describes_writing_and_the_token_that_it_needs(anybody: httpx.Client) -> None:
    found = anybody.get("/openapi.json").json()
    assert found["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path in ("/data", "/data/{path}"):
        assert {"get", "put", "post", "delete"} <= set(found["paths"][path])
        for method in ("put", "post", "delete"):
            assert {"token": []} in found["paths"][path][method]["security"]
    assert "application/sparql-update" in found["paths"]["/sparql"]["post"]["requestBody"]["content"]
    assert found["paths"]["/sparql"]["post"]["security"] == [{}, {"token": []}]
