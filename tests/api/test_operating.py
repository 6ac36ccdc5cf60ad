"""The server as those see it who run it: ready or not, counted, logged, stopped in good order."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from numgraph.settings import Settings

Serve = Callable[[Settings], AbstractContextManager[str]]
SECONDS = (
    "SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} VALUES ?c {{ {0} }} FILTER(?a + ?b > ?c) }}"
)


def working(size: int) -> str:
    """A query of ``size`` cubed steps; 100 is a second or two."""
    return SECONDS.format(" ".join(map(str, range(size))))


# Counters.


def samples(text: str) -> dict[str, float]:
    return {
        name: float(value) for name, value in re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", text, flags=re.MULTILINE)
    }


def test_metrics_count_queries_by_outcome_and_cache(data: Path, serve: Serve) -> None:
    with serve(Settings(data=data)) as address, httpx.Client(base_url=address) as client:
        for query in ("ASK {}", "ASK {}", "nonsense", "SELECT (NOW() AS ?n) {}"):
            last = client.get("/sparql", params={"query": query, "format": "csv"})
            if tag := last.headers.get("etag"):
                client.get("/sparql", params={"query": query, "format": "csv"}, headers={"If-None-Match": tag})
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(answer.text)
    assert found['numgraph_queries_total{cache="miss",outcome="complete"}'] == 1
    assert found['numgraph_queries_total{cache="hit",outcome="complete"}'] == 1
    assert found['numgraph_queries_total{cache="bypass",outcome="complete"}'] == 1
    assert found['numgraph_queries_total{cache="hit",outcome="not-modified"}'] == 2
    assert found["numgraph_reader_seconds_total"] > 0
    assert found["numgraph_result_cache_entries"] == 1
    assert (found["numgraph_queries_at_work"], found["numgraph_queries_waiting"]) == (0, 0)
    assert found["numgraph_event_loop_stall_seconds_count"] > 0


def test_each_application_counts_for_itself(data: Path, serve: Serve) -> None:
    with serve(Settings(data=data)) as one, serve(Settings(data=data)) as other:
        httpx.get(f"{one}/sparql", params={"query": "ASK {}", "format": "csv"})
        assert "numgraph_queries_total{" in httpx.get(f"{one}/metrics").text
        assert "numgraph_queries_total{" not in httpx.get(f"{other}/metrics").text


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Via": "1.1 x"}]
)
def test_metrics_are_not_for_who_comes_through_a_proxy_that_nobody_trusts(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    refused = client.get("/metrics", headers=headers)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")


def test_metrics_are_for_the_networks_that_the_setting_names(data: Path, serve: Serve) -> None:
    settings = Settings(
        data=data,
        metrics_allow=frozenset({ip_network("192.0.2.0/24")}),
        trusted_proxies=frozenset({ip_network("127.0.0.1")}),
    )
    with serve(settings) as address:
        for client, status in (("192.0.2.7", 200), ("192.0.3.7", 403), ("2001:db8::1", 403)):
            assert httpx.get(f"{address}/metrics", headers={"X-Forwarded-For": client}).status_code == status
        assert httpx.get(f"{address}/metrics").status_code == 403


# Alive and ready.


def test_ready_is_who_has_an_edition_and_a_reader_that_answers(data: Path, tmp_path: Path, serve: Serve) -> None:
    with serve(Settings(data=data)) as address:
        assert httpx.get(f"{address}/readyz").json() == {"status": "ready"}
    with serve(Settings(data=tmp_path)) as address:
        assert httpx.get(f"{address}/healthz").status_code == 200
        empty = httpx.get(f"{address}/readyz")
    assert (empty.status_code, empty.json()) == (503, {"status": "no edition"})


def test_readers_that_are_all_at_work_are_ready(data: Path, serve: Serve) -> None:
    with serve(Settings(data=data, readers=1, queue=0, time_limit=6)) as address:
        asking = [
            threading.Thread(target=ask, args=(address, working(1000) + f" LIMIT {number}")) for number in range(1, 4)
        ]
        for one in asking:
            one.start()
        time.sleep(0.5)
        assert httpx.get(f"{address}/readyz", timeout=10).status_code == 200
        for one in asking:
            one.join()


def ask(address: str, query: str) -> int | None:
    try:
        return httpx.get(f"{address}/sparql", params={"query": query, "format": "csv"}, timeout=30).status_code
    except httpx.TransportError:
        return None


# A server of its own, by the command line.


@contextmanager
def server(data: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str], list[str]]]:
    """Address, process, and the lines on its standard error."""
    chosen = {f"NUMGRAPH_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "numgraph", "serve", "--data", str(data), "--port", "0"],
        env={**os.environ, **chosen}, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    lines: list[str] = []
    address = ""
    while not address:
        line = process.stderr.readline()
        assert line, "the server ended before it was ready"
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        address = found[0] if found else ""
    reading = threading.Thread(target=lambda: lines.extend(process.stderr or ()), daemon=True)
    reading.start()
    try:
        wait_until(lambda: ask(address, "ASK {}") == 200)
        yield address, process, lines
    finally:
        process.kill()
        process.wait()
        reading.join(5)
        process.stderr.close()


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_told_to_stop_it_finishes_what_runs_takes_nothing_new_and_exits_with_zero(data: Path) -> None:
    with server(data) as (address, process, _):
        status: list[int | None] = []
        asking = threading.Thread(target=lambda: status.append(ask(address, working(110))))
        asking.start()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert ask(address, "ASK { ?late ?to ?ask }") is None
        asking.join(30)
        assert status == [200]
        assert process.wait(10) == 0


def test_what_does_not_finish_in_its_grace_is_broken_off(data: Path) -> None:
    with server(data, shutdown_grace="1", time_limit="60") as (address, process, _):
        status: list[int | None] = []
        asking = threading.Thread(target=lambda: status.append(ask(address, working(2000))))
        asking.start()
        time.sleep(0.5)
        before = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - before < 10
        asking.join(5)
        assert status != [200]


def test_every_query_is_a_line_for_machines_without_its_text_or_address(data: Path) -> None:
    with server(data, log_format="json") as (address, process, lines):
        httpx.get(f"{address}/sparql", params={"query": "SELECT ?s { ?s ?p ?o } LIMIT 7", "format": "tsv"})
        httpx.get(f"{address}/sparql", params={"query": "SELECT ?s\n{ ?s ?p ?o } LIMIT 7", "format": "tsv"})
        httpx.get(f"{address}/sparql", params={"query": "SELECT ?secret {", "format": "tsv"})
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    rows = [json.loads(line) for line in lines if line.startswith("{")]
    first, again, bad = [row for row in rows if row["message"] == "query" and row["format"] == "tsv"]
    assert (first["outcome"], first["rows"], first["edition"], first["cache"]) == ("complete", 7, 1, "miss")
    assert first["bytes"] > 7
    assert first["milliseconds"] > 0
    assert (again["query"], again["cache"], again["rows"]) == (first["query"], "hit", 7)
    assert bad["outcome"] == "bad-query"
    said = "\n".join(lines)
    assert "secret" not in said
    assert "127.0.0.1" not in said.replace(address, "")


def test_slow_queries_are_shown_where_the_operator_wants_to_see_them(data: Path) -> None:
    with server(data, slow_query="0.05", query_log="false") as (address, process, lines):
        assert ask(address, "ASK { }") == 200
        assert ask(address, working(120)) == 200
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    (line,) = [line for line in lines if "slow query" in line]
    assert "VALUES ?a" in line
    assert " warning " in line
    assert not [line for line in lines if " info " in line]


# The event loop.


def test_no_step_of_the_event_loop_takes_long(data: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long queries, long forms and large answers in every coding. Processor time is measured: others may be busy."""
    longest = [0.0]
    run = asyncio.events.Handle._run

    def timed(handle: asyncio.events.Handle) -> None:
        before = time.thread_time()
        run(handle)
        longest[0] = max(longest[0], time.thread_time() - before)

    long = "SELECT * { VALUES ?x { " + " ".join(f"<https://example.org/{number}>" for number in range(25_000)) + " } }"
    with serve(Settings(data=data)) as address:
        monkeypatch.setattr(asyncio.events.Handle, "_run", timed)
        for coding in ("identity", "gzip", "zstd"):
            with httpx.Client(base_url=address, headers={"Accept-Encoding": coding}, timeout=60) as client:
                assert client.post("/sparql", data={"query": long, "format": "json"}).status_code == 200
                assert client.post("/sparql", data={"query": long[:8000] + "> } }", "format": "xml"}).status_code == 200
                client.post("/sparql", data={"query": long.replace("VALUES", "VALUE"), "format": "json"})
        monkeypatch.undo()
    assert longest[0] < 0.05
