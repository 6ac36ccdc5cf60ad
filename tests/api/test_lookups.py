"""The short way for lookups gives what the long way gives, and leaves to it whatever is not plain."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph_api import lookups

EX = "http://example.org/"
Serve = Callable[[Settings], AbstractContextManager[str]]


def made(path: Path, size: int, marker: str) -> None:
    quads = [Quad(NamedNode(f"{EX}{i}"), NamedNode(EX + "p"), Literal(f"{marker} {i}")) for i in range(size)]
    EmbeddedStore(path).commit(quads, message="", author="")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Which requests that could go the short way were answered there."""
    seen: list[bool] = []
    answered = lookups._answered

    async def watched(*given: object) -> bool:
        seen.append(await answered(*given))  # type: ignore[arg-type]
        return seen[-1]

    monkeypatch.setattr(lookups, "_answered", watched)
    return seen


def ask(client: httpx.Client, query: str, rest: str = "", **headers: str) -> httpx.Response:
    return client.get(f"/sparql?query={quote(query)}{rest}", headers={"Accept-Encoding": "identity", **headers})


def lookup(number: int) -> str:
    return f"SELECT ?o {{ <{EX}{number}> <{EX}p> ?o }}"


def plain(answer: httpx.Response) -> dict[str, str]:
    """Its headers, without those that differ each time or by address."""
    return {name: value for name, value in answer.headers.items() if name not in {"date", "cache-status", "etag"}}


@pytest.mark.parametrize("root", ["", "/graph"])
def test_the_short_way_answers_as_the_long_way(tmp_path: Path, serve: Serve, short: list[bool], root: str) -> None:
    made(tmp_path, 50, "ä")
    with serve(Settings(data=tmp_path, root_path=root)) as address, httpx.Client(base_url=address) as client:
        for query in (lookup(1), "ASK { ?s ?p 'x' }", "SELECT * { ?s ?p ?o } ORDER BY ?o", "SELECT ?x {} # é"):
            for accept in ("*/*", "application/json", "text/csv, */*;q=0.1", "application/sparql-results+xml"):
                first = ask(client, query, Accept=accept)
                again = ask(client, query + " ", Accept=accept)
                long = ask(client, query, "&timeout=20", Accept=accept)
                assert again.content == first.content == long.content
                assert plain(again) == plain(long)
                held = ask(client, query + " ", **{"Accept": accept, "If-None-Match": again.headers["etag"]})
                assert held.status_code == 304
    assert short.count(True) > short.count(False)


def test_what_is_not_plain_goes_the_long_way(tmp_path: Path, serve: Serve, short: list[bool]) -> None:
    made(tmp_path, 50, "a")
    with serve(Settings(data=tmp_path)) as address, httpx.Client(base_url=address) as client:
        statuses = [
            ask(client, lookup(1), "&edition=1").status_code,
            ask(client, lookup(1), Accept="text/html").status_code,
            ask(client, lookup(1), Accept="image/png").status_code,
            ask(client, "SELECT (NOW() AS ?n) {}").status_code,
            ask(client, "CONSTRUCT WHERE { ?s ?p ?o }").status_code,
            ask(client, "").status_code,
            client.head(f"/sparql?query={quote(lookup(1))}").status_code,
            ask(client, "SELECT", "").status_code,
            ask(client, "CLEAR ALL").status_code,
        ]
    assert statuses == [200, 200, 406, 200, 200, 200, 200, 400, 403]
    assert True not in short


def test_a_fault_of_a_known_shape_is_told_as_ever(tmp_path: Path, serve: Serve, short: list[bool]) -> None:
    made(tmp_path, 50, "a")
    with serve(Settings(data=tmp_path)) as address, httpx.Client(base_url=address) as client:
        for number in range(3):
            ask(client, f"SELECT ?o {{ <{EX}{number}> ?p ?o }}")
        wrong = ask(client, "SELECT ?o { <relative> ?p ?o }").json(), ask(client, "SELECT ?o { <a b> ?p ?o }")
    assert short[-1] is False
    assert wrong[1].status_code == 400
    assert wrong[1].headers["content-type"] == "application/problem+json"


def test_a_commit_is_seen_by_the_next_lookup(tmp_path: Path, serve: Serve, short: list[bool]) -> None:
    made(tmp_path, 50, "1")
    with serve(Settings(data=tmp_path)) as address, httpx.Client(base_url=address) as client:
        for number in range(2, 8):
            before = ask(client, lookup(3), Accept="text/csv"), ask(client, lookup(3), Accept="text/csv")
            made(tmp_path, 50, str(number))
            after = ask(client, lookup(3), Accept="text/csv")
            assert [one.text for one in (*before, after)] == [*2 * [f"o\r\n{number - 1} 3\r\n"], f"o\r\n{number} 3\r\n"]
            assert after.headers["x-numgraph-edition"] == str(number)
    assert short.count(True) > 6


def test_with_a_row_limit_no_lookup_goes_the_short_way(tmp_path: Path, serve: Serve, short: list[bool]) -> None:
    made(tmp_path, 50, "1")
    with serve(Settings(data=tmp_path, row_limit=5)) as address, httpx.Client(base_url=address) as client:
        for _ in range(3):
            assert "next" in ask(client, "SELECT * { ?s ?p ?o }", Accept="text/csv").links
    assert short == []


def test_a_lookup_that_is_long_after_all_is_answered_whole(tmp_path: Path, serve: Serve, short: list[bool]) -> None:
    """A shape that was quick, with a constant that makes it long."""
    made(tmp_path, 5000, "a long text of some eighty letters, so that all of them are more than one frame")
    query = "SELECT * { ?s ?p ?o } LIMIT %d"
    with serve(Settings(data=tmp_path)) as address, httpx.Client(base_url=address) as client:
        for number in range(1, 5):
            ask(client, query % number)
        answer = ask(client, query % 5000, Accept="text/csv")
    assert short[-1] is False
    assert answer.text.count("\r\n") == 5001
