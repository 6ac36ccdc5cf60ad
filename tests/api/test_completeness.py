"""An answer is complete or visibly broken: in every format and coding, whatever ends it.

``NUMGRAPH_TRIES=10000`` makes the fuzzed time limits as many as the promise says; there are some hundred otherwise.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
import zstandard

from numgraph.settings import Settings

Serve = Callable[[Settings], AbstractContextManager[str]]
Answer = tuple[bytes, bytes]  # head and body as they came

NUMBERS = " ".join(map(str, range(100)))
# Ten million rows out of nothing: no data is needed, and the first come at once.
ROWS = (
    f"VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} VALUES ?c {{ {NUMBERS} }} VALUES ?d {{ 0 1 2 3 4 5 6 7 8 9 }}"
)
SELECT = f"SELECT * {{ {ROWS} }}"
NAME = 'BIND(IRI(CONCAT("https://example.org/", STR(?b), "/", STR(?c), "/", STR(?d))) AS ?s)'
CONSTRUCT = f"CONSTRUCT {{ ?s <https://example.org/p> ?a }} WHERE {{ {ROWS} {NAME} }}"
# Rows from the start, and soon all the memory: every row is remembered.
GREEDY = f"SELECT DISTINCT * {{ {ROWS} BIND(CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), 'and some more') AS ?x) }}"
FORMATS = {
    "json": SELECT, "xml": SELECT, "csv": SELECT, "tsv": SELECT,
    "turtle": CONSTRUCT, "ntriples": CONSTRUCT, "rdfxml": CONSTRUCT, "jsonld": CONSTRUCT,
}  # fmt: skip
CODINGS = ("identity", "gzip", "zstd")


def connected(address: str, query: str, form: str, coding: str, timeout: float | None = None) -> socket.socket:
    """A connection on which the question is asked."""
    host, port = address.removeprefix("http://").split(":")
    told = {"query": query, "format": form, **({"timeout": timeout} if timeout else {})}
    body = str(httpx.QueryParams(told)).encode()
    head = (
        f"POST /sparql HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(head.encode() + body)
    return connection


def received(connection: socket.socket, before: bytes = b"") -> Answer:
    with connection:
        data = before + b"".join(iter(lambda: connection.recv(1 << 16), b""))
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


def is_whole(answer: Answer) -> bool:
    """Whether HTTP says that the body is whole: the promised length, or a last chunk."""
    head, body = answer
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"content-length" in fields:
        return len(body) == int(fields[b"content-length"])
    return body.endswith(b"0\r\n\r\n")


def ends_decoded(answer: Answer) -> bool:
    """Whether the content coding of a chunked body comes to its end."""
    head, body = answer
    if b"content-encoding: " not in head.lower():
        return False
    is_gzip = b"content-encoding: gzip" in head.lower()
    decoder = zlib.decompressobj(31) if is_gzip else zstandard.ZstdDecompressor().decompressobj()
    decoder.decompress(unchunked(body))
    return decoder.eof


def unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size or b"0", 16)
        parts.append(body[:length])
        body = body[length + 2 :]
    return b"".join(parts)


def expect_broken(answer: Answer) -> None:
    assert answer[0].startswith(b"HTTP/1.1 200"), answer
    assert len(answer[1]) > 100, "it should have begun"
    assert not is_whole(answer)
    assert not ends_decoded(answer)


@pytest.fixture(scope="module")
def address(data: Path, serve: Serve) -> Iterator[str]:
    with serve(Settings(data=data, readers=3, memory_limit=64)) as address:
        yield address


@pytest.mark.parametrize("coding", CODINGS)
def test_a_time_out_amid_the_answer_is_visible_in_every_format(address: str, coding: str) -> None:
    def ask(form: str) -> Answer:
        return received(connected(address, FORMATS[form], form, coding, 1.5))

    with ThreadPoolExecutor(3) as pool:
        for answer in pool.map(ask, FORMATS):
            expect_broken(answer)


def readers() -> list[int]:
    """The process numbers of all readers: grandchildren of this process, which is the server."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return [pid for pid, parent in parents.items() if parents.get(parent) == os.getpid()]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="readers are found through /proc")
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("form", ["json", "csv", "ntriples"])
def test_a_reader_that_is_killed_amid_the_answer_is_visible(address: str, form: str, coding: str) -> None:
    connection = connected(address, FORMATS[form], form, coding)
    begun = connection.recv(5000)
    for pid in readers():
        os.kill(pid, signal.SIGKILL)
    expect_broken(received(connection, begun))
    assert httpx.get(f"{address}/sparql", params={"query": "ASK {}", "format": "csv"}, timeout=20).text == "true"


@pytest.mark.parametrize("coding", CODINGS)
def test_a_reader_that_runs_out_of_memory_amid_the_answer_is_visible(address: str, coding: str) -> None:
    expect_broken(received(connected(address, GREEDY, "tsv", coding)))


def gauge(address: str, name: str) -> float:
    text = httpx.get(f"{address}/metrics", timeout=20).text
    return float(next(line for line in text.splitlines() if line.startswith(name)).split()[1])


def test_a_client_that_leaves_frees_its_reader_and_is_written_down(address: str) -> None:
    connections = [connected(address, SELECT, "json", coding) for coding in CODINGS]
    for connection in connections:
        assert connection.recv(1000)
        connection.close()
    deadline = time.monotonic() + 10
    while gauge(address, "numgraph_queries_at_work") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gauge(address, "numgraph_queries_at_work") == 0
    assert gauge(address, 'numgraph_queries_total{cache="miss",outcome="left"}') >= 3


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_ten_million_rows_flow_with_flat_memory_and_wait_for_a_slow_client(address: str) -> None:
    with connected(address, SELECT, "json", "identity") as connection:
        connection.recv(1000)
        before, seen, largest = resident(), 0, 0
        while seen < 60_000_000:
            seen += len(connection.recv(1 << 16))
            largest = max(largest, resident())
        assert largest - before < 30_000_000
        time.sleep(0.5)  # the buffers on the way fill up
        spent = gauge(address, "process_cpu_seconds_total")
        time.sleep(1)
        assert gauge(address, "process_cpu_seconds_total") - spent < 0.5  # nothing moves that nobody takes
        assert resident() - before < 30_000_000


LIMITED = f"SELECT * {{ {ROWS} }} LIMIT 40000"


def test_no_time_limit_makes_a_part_look_whole(data: Path, serve: Serve) -> None:
    """Whatever the limit, an answer is the whole one, or an error, or broken."""
    tries, outcomes = int(os.environ.get("NUMGRAPH_TRIES", "200")), {"whole": 0, "error": 0, "broken": 0}
    lock, dice = threading.Lock(), random.Random(5)  # noqa: S311 - the same tries each time
    asked = [(dice.choice(list(FORMATS)), dice.choice(CODINGS), dice.expovariate(8) + 0.001) for _ in range(tries)]
    with serve(Settings(data=data, readers=2, result_cache=0)) as address:
        wholes = {form: unfolded(received(connected(address, limited(form), form, "identity"))) for form in FORMATS}

        def ask(one: tuple[str, str, float]) -> None:
            form, coding, timeout = one
            answer = received(connected(address, limited(form), form, coding, timeout))
            outcome = judged(answer, wholes[form])
            with lock:
                outcomes[outcome] += 1

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, asked))
    assert sum(outcomes.values()) == tries
    assert min(outcomes.values()) > 0, outcomes  # else this has not tried what it says


def limited(form: str) -> str:
    return f"{FORMATS[form]} LIMIT {40_000 if FORMATS[form] is SELECT else 10_000}"


def judged(answer: Answer, whole: bytes) -> str:
    head, _ = answer
    if not head.startswith(b"HTTP/1.1 200"):
        assert b"application/problem+json" in head
        assert is_whole(answer)
        return "error"
    if is_whole(answer):
        assert unfolded(answer) == whole
        return "whole"
    assert not ends_decoded(answer)
    return "broken"


def unfolded(answer: Answer) -> bytes:
    """The bytes that the answer says, without chunks and coding."""
    head, body = answer[0].lower(), answer[1]
    body = unchunked(body) if b"transfer-encoding: chunked" in head else body
    if b"content-encoding: gzip" in head:
        return zlib.decompress(body, 31)
    return zstandard.ZstdDecompressor().decompressobj().decompress(body) if b"content-encoding: zstd" in head else body
