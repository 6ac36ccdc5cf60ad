"""``numgraph query`` on an endpoint and with a time limit: the words, formats, faults and exit codes of a folder."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from numgraph.cli import main
from numgraph.cli.console import Exit
from numgraph.errors import BadQuery
from numgraph.store.editions import EmbeddedStore
from numgraph.store.evaluation import evaluate, write
from numgraph.terms import SKOS

LABEL = Quad(NamedNode("https://example.org/thing"), NamedNode(f"{SKOS}prefLabel"), Literal("Thing"))


class Endpoint(BaseHTTPRequestHandler):
    """Any endpoint: it knows no prefixes, and answers in the first format that is asked for."""

    def do_GET(self) -> None:
        store = Store()
        store.add(LABEL)
        wanted = self.headers["Accept"].partition(",")[0]
        try:
            results = evaluate(store, parse_qs(urlsplit(self.path).query)["query"][0])
        except BadQuery as fault:
            problem = {"detail": str(fault), "line": fault.line, "column": fault.column}
            self._head(400, "application/problem+json")
            self.wfile.write(json.dumps(problem).encode())
            return
        self._head(200, wanted)
        write(results, wanted, self.wfile)

    def _head(self, status: int, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["numgraph", "query", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capfd.readouterr())

    return call


def test_an_endpoint_answers_like_a_folder_with_the_usual_prefixes(run: Run, address: str) -> None:
    code, said, _ = run("SELECT ?label { ?thing skos:prefLabel ?label }", "--endpoint", address)
    assert code == Exit.OK
    assert "Thing" in said
    assert "1 row" in said
    assert run("ASK { ?thing skos:prefLabel 'Thing' }", "--data", address)[1] == "yes\n"


@pytest.mark.parametrize(
    ("query", "name", "start"),
    [
        ("SELECT ?o { ?s ?p ?o }", "csv", "o\r\n"),
        ("SELECT ?o { ?s ?p ?o }", "json", "{"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "ntriples", "<https://example.org/thing> "),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "table", "@prefix"),
    ],
)
def test_an_endpoint_is_asked_in_the_wanted_format(run: Run, address: str, query: str, name: str, start: str) -> None:
    code, said, _ = run(query, "-e", address, "--format", name)
    assert code == Exit.OK
    assert said.startswith(start)


def test_a_fault_has_the_place_that_it_has_in_the_users_own_words(run: Run, address: str) -> None:
    code, said, told = run("SELECT ?s {\n ?s skos:prefLabel }", "-e", address)
    assert (code, said) == (Exit.QUERY, "")
    assert "line 2" in told


def test_a_prefix_that_the_query_declares_stays_its_own(run: Run, address: str) -> None:
    query = "PREFIX skos: <https://example.org/> ASK { ?s skos:prefLabel ?o }"
    assert run(query, "-e", address)[1] == "no\n"


def test_an_endpoint_that_is_not_there_is_named(run: Run) -> None:
    code, _, told = run("ASK {}", "-e", "http://127.0.0.1:9/sparql")
    assert code == Exit.QUERY
    assert "127.0.0.1:9" in told


def test_an_update_is_no_query(run: Run, address: str) -> None:
    assert run("CLEAR ALL", "-e", address)[0] == Exit.QUERY


def test_a_query_is_given_up_when_its_time_is_up(tmp_path: Path) -> None:
    node = NamedNode("https://example.org/n")
    quads = (Quad(node, node, Literal(number)) for number in range(400))
    EmbeddedStore(tmp_path).commit(quads, message="numbers", author="tests")
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c + ?f + ?i + ?l = -1) }"
    command = [sys.executable, "-m", "numgraph", "query", endless, "--data", str(tmp_path), "--timeout", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == Exit.QUERY
    assert "stopped after 1 seconds" in done.stderr
