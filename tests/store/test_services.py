"""An allowed SERVICE leads to what the operator listed and nowhere else: not by a redirect, not by a name."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from numgraph import formats
from numgraph.errors import NumgraphError, QueryFailed, RefusedQuery
from numgraph.store import guard
from numgraph.store.editions import EmbeddedStore
from numgraph.store.readers import ReaderPool
from numgraph.store.services import expect_public

REPLY = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"secret"}}]}}'


@contextmanager
def endpoint(redirects: tuple[int, str] | None = None) -> Iterator[tuple[str, list[str]]]:
    """An endpoint on loopback, which may send its guests on; and what it was asked."""
    asked: list[str] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.command)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, target = redirects or (200, "")
            self.send_response(status)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", str(len(REPLY)))
            self.send_header("Content-Type", formats.JSON.media_type)
            self.end_headers()
            self.wfile.write(REPLY)

        do_GET = do_POST  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql", asked
        finally:
            server.shutdown()
            thread.join()


def ask(data: Path, query: str, *allowed: str) -> str:
    async def work() -> str:
        async with ReaderPool(data, 1, allowed_services=allowed) as pool, pool.query(query, formats.CSV) as answer:
            return b"".join([chunk async for chunk in answer]).decode()

    return asyncio.run(work())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, node = tmp_path_factory.mktemp("data"), NamedNode("https://example.org/")
    EmbeddedStore(folder).commit([Quad(node, node, node)], message="", author="tests")
    return folder


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(data: Path, status: int) -> None:
    with endpoint() as (inner, asked), endpoint((status, inner)) as (outer, knocked):
        with pytest.raises(QueryFailed):
            ask(data, f"SELECT ?o {{ SERVICE <{outer}> {{ ?s ?p ?o }} }}", outer)
        assert knocked
        silent = ask(data, f"SELECT ?o {{ SERVICE SILENT <{outer}> {{ ?s ?p ?o }} }}", outer)
        assert "secret" not in silent
    assert not asked


def test_a_private_address_can_be_allowed_as_what_it_is_and_nothing_beside_it(data: Path) -> None:
    with endpoint() as (listed, asked), endpoint() as (other, others):
        assert "secret" in ask(data, f"SELECT ?o {{ SERVICE <{listed}> {{ ?s ?p ?o }} }}", listed)
        for refused in (other, listed + "/", listed.replace("127.0.0.1", "127.0.0.2"), listed.upper()):
            with pytest.raises(RefusedQuery):
                ask(data, f"SELECT ?o {{ SERVICE SILENT <{refused}> {{ ?s ?p ?o }} }}", listed)
        with pytest.raises(NumgraphError):
            ask(data, f"SELECT ?o {{ VALUES ?e {{ <{other}> }} SERVICE ?e {{ ?s ?p ?o }} }}", listed)
        with pytest.raises(NumgraphError):
            ask(data, f"PREFIX e: <{other}> SELECT ?o {{ SERVICE e: {{ ?s ?p ?o }} }}", listed)
    assert len(asked) == 1
    assert not others


@pytest.mark.parametrize(
    ("addresses", "is_refused"),
    [
        (["127.0.0.1"], True),
        (["10.0.0.1"], True),
        (["192.168.1.1"], True),
        (["169.254.169.254"], True),
        (["100.64.0.1"], True),
        (["0.0.0.0"], True),  # noqa: S104 - nothing is bound: an address that means this machine
        (["::1"], True),
        (["fd00::1"], True),
        (["fe80::1%eth0"], True),
        (["::ffff:127.0.0.1"], True),
        (["93.184.215.14", "127.0.0.1"], True),
        (["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"], False),
    ],
)
def test_a_name_must_not_lead_to_a_private_address(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], is_refused: bool
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (one, 0)) for one in addresses])
    listed = "https://sparql.example.org/"
    query = f"SELECT * {{ SERVICE <{listed}> {{ ?s ?p ?o }} }}"
    if not is_refused:
        guard.check(query, [listed])
        return
    with pytest.raises(RefusedQuery, match="private address"):
        guard.check(query, [listed])


@pytest.mark.parametrize("listed", ["http://127.0.0.1:7878/query", "http://[::1]/query", "http://localhost/query"])
def test_an_address_that_is_listed_itself_is_meant(listed: str) -> None:
    expect_public(listed)


def test_a_name_that_leads_nowhere_is_the_engines_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    expect_public("https://nowhere.example.org/")
