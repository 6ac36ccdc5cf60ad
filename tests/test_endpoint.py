"""Asking an endpoint over HTTP: what it answers, what it refuses, and what it breaks off."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from numgraph import endpoint, formats
from numgraph.errors import BadQuery, NotAcceptable, NumgraphError, QueryFailed, QueryTimeout, RefusedQuery

JSON = "application/sparql-results+json"
PROBLEM = "application/problem+json"


class Endpoint(BaseHTTPRequestHandler):
    """Says what it was told to say, and remembers what it was asked."""

    says: ClassVar[tuple[int, str, bytes, dict[str, str]]] = (200, JSON, b"{}", {})
    asked: ClassVar[list[tuple[str, str, str]]] = []

    def do_GET(self) -> None:
        self._answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def do_POST(self) -> None:
        self._answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0])

    def _answer(self, query: str) -> None:
        self.asked.append((self.command, query, self.headers["Accept"]))
        status, media_type, body, more = self.says
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    Endpoint.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


def ask(address: str, query: str = "ASK {}", timeout: float | None = 5) -> bytes:
    output = io.BytesIO()
    endpoint.answer(address, query, formats.JSON, output, timeout)
    return output.getvalue()


def test_an_answer_comes_as_it_is_and_was_asked_for_in_its_format(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Endpoint, "says", (200, JSON, b'{"boolean": true}', {}))
    assert ask(address) == b'{"boolean": true}'
    assert ask(f"{address}?key=1", "ASK { ?s ?p 'ä&+' }") == b'{"boolean": true}'
    assert [one[:2] for one in Endpoint.asked] == [("GET", "ASK {}"), ("GET", "ASK { ?s ?p 'ä&+' }")]
    assert Endpoint.asked[0][2].startswith(JSON)


def test_a_long_query_goes_into_the_body(address: str) -> None:
    long = f"ASK {{}} #{'x' * 5000}"
    ask(address, long)
    assert Endpoint.asked[0][:2] == ("POST", long)


@pytest.mark.parametrize(
    ("says", "fault", "said"),
    [
        ((400, PROBLEM, b'{"detail": "at line 2", "line": 2, "column": 7}'), BadQuery, "at line 2"),
        ((400, "text/plain", b"Parse error: no"), BadQuery, "Parse error: no"),
        ((400, "text/html", b"<html>no</html>"), BadQuery, "status 400"),
        ((403, PROBLEM, b'{"detail": "SERVICE"}'), RefusedQuery, "SERVICE"),
        ((406, "text/plain", b""), NotAcceptable, "status 406"),
        ((504, "text/plain", b"slow"), QueryTimeout, "slow"),
        ((500, "text/plain", b"broken"), QueryFailed, "broken"),
        ((200, "text/html", b"<html>welcome</html>"), NotAcceptable, "text/html"),
    ],
)
def test_what_goes_wrong_there_is_named_here(
    address: str, monkeypatch: pytest.MonkeyPatch, says: tuple[int, str, bytes], fault: type[NumgraphError], said: str
) -> None:
    monkeypatch.setattr(Endpoint, "says", (*says, {}))
    with pytest.raises(fault, match=said) as raised:
        ask(address)
    if says[1] == PROBLEM and isinstance(raised.value, BadQuery):
        assert (raised.value.line, raised.value.column) == (2, 7)


def test_an_answer_that_breaks_off_is_a_fault(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Endpoint, "says", (200, JSON, b'{"boolean": tr', {"Content-Length": "100"}))
    with pytest.raises(QueryFailed):
        ask(address)


def test_nobody_there_is_a_fault() -> None:
    with pytest.raises(QueryFailed, match="could not be asked"):
        ask("http://127.0.0.1:9/sparql")


def test_an_address_is_told_from_a_folder() -> None:
    assert endpoint.is_address("https://example.org/sparql")
    assert not any(map(endpoint.is_address, ("graph", "/data/http", "http:", "file:///etc/passwd", "httpdata")))
