"""A repeated query is answered from memory, the same query is evaluated once, and nothing kept outlives its edition."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.errors import BrokenAnswer, QueryTimeout
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph_api.faults import OverBudget
from numgraph_api.results import Flight, Head, Results, Whole

Serve = Callable[[Settings], AbstractContextManager[str]]
HEAD = Head("text/csv", "text/csv", 1)
KEY = (1, 2, "SELECT")


class Evaluation:
    """An answer that comes when it is let, and says how often it was asked for and ended."""

    def __init__(self, *parts: bytes, fault: Exception | None = None, late_fault: Exception | None = None) -> None:
        self.parts, self.fault, self.late_fault = parts, fault, late_fault
        self.asked = self.left = self.sent = 0
        self.let = asyncio.Event()

    @property
    def head(self) -> Head:
        return HEAD

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            self.sent += 1
            yield part
        if self.late_fault:
            raise self.late_fault

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Evaluation]:
        self.asked += 1
        try:
            await self.let.wait()
            if self.fault:
                raise self.fault
            yield self
        finally:
            self.left += 1


async def read(
    results: Results, evaluation: Evaluation, key: Any = KEY, limit: float | None = None
) -> tuple[bytes, str]:
    async with results.answer(key, evaluation, limit) as (found, origin):  # type: ignore[arg-type]
        return b"".join([part async for part in found]), origin


async def turns(number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def run(work: Callable[[Results], Awaitable[None]], megabytes: int = 1) -> None:
    async def inner() -> None:
        await work(Results(megabytes))

    asyncio.run(inner())


def test_ten_who_ask_at_once_get_one_evaluation_and_the_next_gets_it_from_memory() -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(b"a,", b"b")
        asking = [asyncio.ensure_future(read(results, evaluation)) for _ in range(10)]
        await turns()
        evaluation.let.set()
        answers = await asyncio.gather(*asking)
        assert [body for body, _ in answers] == [b"a,b"] * 10
        assert sorted(origin for _, origin in answers) == ["collapsed"] * 9 + ["miss"]
        assert await read(results, evaluation) == (b"a,b", "hit")
        assert (evaluation.asked, evaluation.left) == (1, 1)

    run(work)


@pytest.mark.parametrize("leaving", [0, 3, 9])
def test_one_who_leaves_does_not_break_the_others(leaving: int) -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(b"a")
        asking = [asyncio.ensure_future(read(results, evaluation)) for _ in range(10)]
        await turns()
        asking.pop(leaving).cancel()
        await turns()
        evaluation.let.set()
        assert {body for body, _ in await asyncio.gather(*asking)} == {b"a"}
        assert evaluation.asked == 1

    run(work)


def test_when_all_have_left_the_query_is_ended_and_the_next_asks_anew() -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(b"a")
        asking = [asyncio.ensure_future(read(results, evaluation)) for _ in range(3)]
        await turns()
        for one in asking:
            one.cancel()
        await asyncio.sleep(0)  # they have left, and the evaluation has not ended yet
        again = asyncio.ensure_future(read(results, evaluation))
        await turns()
        assert evaluation.left == 1
        evaluation.let.set()
        assert await again == (b"a", "miss")

    run(work)


def test_a_fault_is_everybodys_and_is_not_kept() -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(fault=QueryTimeout("too long"))
        asking = [asyncio.ensure_future(read(results, evaluation)) for _ in range(3)]
        await turns()
        evaluation.let.set()
        for one in asking:
            with pytest.raises(QueryTimeout):
                await one
        assert evaluation.asked == 1
        evaluation.fault, evaluation.parts = None, (b"a",)
        assert await read(results, evaluation) == (b"a", "miss")

    run(work)


def test_who_may_not_ask_begins_nothing_that_others_would_wait_for() -> None:
    async def work(results: Results) -> None:
        def refuses() -> None:
            raise OverBudget("used up", 3)

        evaluation = Evaluation(b"a")
        with pytest.raises(OverBudget):
            await read(results, refuses)  # type: ignore[arg-type]
        asking = asyncio.ensure_future(read(results, evaluation))
        await turns()
        riding = asyncio.ensure_future(read(results, refuses))  # type: ignore[arg-type]
        await turns()
        evaluation.let.set()
        assert (await asking, await riding) == ((b"a", "miss"), (b"a", "collapsed"))

    run(work)


def test_an_answer_that_breaks_is_complete_for_nobody_and_is_not_kept() -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(b"a", b"b", late_fault=BrokenAnswer("gone"))
        evaluation.let.set()
        asking = [asyncio.ensure_future(read(results, evaluation)) for _ in range(3)]
        for one in asking:
            with pytest.raises(BrokenAnswer):
                await one
        evaluation.late_fault = None
        assert await read(results, evaluation) == (b"ab", "miss")

    run(work)


@pytest.mark.parametrize("key", [KEY, None])
def test_a_large_answer_waits_for_its_client_and_is_not_kept(key: Any) -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(*[b"x" * 65536] * 200)
        evaluation.let.set()
        async with results.answer(key, evaluation) as (found, _):  # type: ignore[arg-type]
            assert isinstance(found, Flight)
            await turns(1000)
            assert evaluation.sent < 10  # 12 MB stand ready and nobody reads
            body = b"".join([part async for part in found])
        assert len(body) == 200 * 65536
        assert len(results.kept) == 0
        with pytest.raises(AssertionError, match="left early"):
            async with results.answer(key, evaluation):  # type: ignore[arg-type]
                raise AssertionError("left early")
        await turns()
        assert evaluation.left == 2

    run(work)


def test_those_who_wait_for_what_turns_out_large_are_answered_on_their_own() -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(*[b"x" * 65536] * 50)
        asking = [asyncio.ensure_future(read(results, evaluation)) for _ in range(3)]
        await turns()
        evaluation.let.set()
        assert {len(body) for body, _ in await asyncio.gather(*asking)} == {50 * 65536}
        assert evaluation.asked == 3

    run(work)


def test_another_key_or_time_limit_is_another_evaluation() -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(b"a")
        asking = [
            read(results, evaluation),
            read(results, evaluation, (2, 2, "SELECT")),
            read(results, evaluation, KEY, 1.0),
        ]
        futures = [asyncio.ensure_future(one) for one in asking]
        await turns()
        evaluation.let.set()
        await asyncio.gather(*futures)
        assert evaluation.asked == 3

    run(work)


def test_what_has_no_key_is_evaluated_each_time() -> None:
    async def work(results: Results) -> None:
        evaluation = Evaluation(b"a")
        evaluation.let.set()
        assert [await read(results, evaluation, None) for _ in range(2)] == [(b"a", "miss")] * 2
        assert evaluation.asked == 2

    run(work)


def test_a_coding_of_a_kept_answer_is_made_once() -> None:
    async def work(results: Results) -> None:
        whole = Whole(HEAD, b"a" * 10_000, None)
        first = await results.encoded(KEY, whole, "gzip")
        assert await results.encoded(KEY, whole, "gzip") is first
        both = await asyncio.gather(*(results.encoded((*KEY, 2), whole, "gzip") for _ in range(2)))
        assert both[0] is both[1]
        assert await results.encoded(KEY, whole, "zstd") != first

    run(work)


# Through the server.

SLOW = "SELECT (COUNT(*) AS ?n) WHERE { VALUES ?a { %s } VALUES ?b { %s } VALUES ?c { %s } FILTER(?a + ?b + ?c > 3) }"
SLOW %= (" ".join(map(str, range(100))),) * 3


def ask(address: str, query: str = SLOW, **headers: str) -> httpx.Response:
    return httpx.get(f"{address}/sparql", params={"query": query, "format": "csv"}, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def address(data: Path, serve: Serve) -> Any:
    with serve(Settings(data=data)) as address:
        yield address


def status(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    return answer.headers["cache-status"].partition("; ")[2]


def test_a_repeated_query_is_at_least_fifty_times_faster(address: str) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        params = {"query": SLOW, "format": "csv"}
        before = time.perf_counter()
        first = client.get("/sparql", params=params)
        evaluated = time.perf_counter() - before
        repeated = []
        for _ in range(20):
            before = time.perf_counter()
            again = client.get("/sparql", params=params)
            repeated.append(time.perf_counter() - before)
    assert (status(first), status(again)) == ("fwd=uri-miss", "hit")
    assert again.content == first.content
    assert evaluated > 50 * min(repeated), f"{evaluated:.3f} s, then {min(repeated):.4f} s"


def test_spellings_methods_and_view_share_an_answer_and_formats_do_not(address: str) -> None:
    query = "SELECT ?x { VALUES ?x { 1 2 3 } } # once"
    assert status(ask(address, query)) == "fwd=uri-miss"
    assert status(ask(address, "SELECT ?x\n{ VALUES ?x { 1 2 # twice\n3 } }")) == "hit"
    posted = httpx.post(f"{address}/sparql", data={"query": query, "format": "csv"})
    assert (status(posted), posted.text) == ("hit", "x\r\n1\r\n2\r\n3\r\n")
    assert status(httpx.get(f"{address}/sparql", params={"query": query, "format": "tsv"})) == "fwd=uri-miss"
    assert status(httpx.get(f"{address}/sparql", params={"query": query, "format": "csv", "view": "all"})) != "hit"
    graph = {"query": query, "format": "csv", "default-graph-uri": "https://example.org/g"}
    assert status(httpx.get(f"{address}/sparql", params=graph)) != "hit"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (RAND() AS ?x) {}",
        "SELECT (now() AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (StrUUID() AS ?x) {}",
        "SELECT (BNODE() AS ?x) {}",
    ],
)
def test_what_gives_another_answer_each_time_is_never_kept(address: str, query: str) -> None:
    first, second = (ask(address, query) for _ in range(2))
    assert (status(first), status(second)) == ("fwd=bypass", "fwd=bypass")
    assert "etag" not in first.headers


def test_words_in_strings_and_comments_are_no_reason_not_to_keep(address: str) -> None:
    query = 'SELECT ("NOW() RAND()" AS ?x) {} # UUID()'
    assert [status(ask(address, query)) for _ in range(2)] == ["fwd=uri-miss", "hit"]


def test_who_holds_the_answer_is_told_so_without_an_evaluation(address: str) -> None:
    first = ask(address, "SELECT ?s { ?s ?p ?o } LIMIT 100")
    tag = first.headers["etag"]
    assert first.headers["content-encoding"] in {"gzip", "zstd"}
    assert {"accept", "accept-encoding"} <= {one.strip().lower() for one in first.headers["vary"].split(",")}
    assert "no-cache" in first.headers["cache-control"]
    held = ask(address, "SELECT ?s { ?s ?p ?o } LIMIT 100", **{"If-None-Match": tag})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", tag)
    fresh = {"query": f"{SLOW} # another", "format": "tsv"}
    with httpx.Client(base_url=address, timeout=30) as client:
        tag = client.get("/sparql", params=fresh, headers={"Accept-Encoding": "identity"}).headers["etag"]
        before = time.perf_counter()
        assert client.get("/sparql", params=fresh, headers={"If-None-Match": f'"a", {tag}'}).status_code == 304
        assert time.perf_counter() - before < 0.2


def test_ten_clients_at_once_cost_one_evaluation(data: Path, serve: Serve) -> None:
    with serve(Settings(data=data, readers=1, queue=0)) as address:
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: ask(address), range(10)))
        assert [one.status_code for one in answers] == [200] * 10
        assert len({one.content for one in answers}) == 1
        assert sum(status(one) == "fwd=uri-miss" for one in answers) == 1


def test_after_a_commit_the_answer_is_that_of_the_new_edition(tmp_path: Path, serve: Serve) -> None:
    thing, number = NamedNode("https://example.org/thing"), NamedNode("https://example.org/number")
    store = EmbeddedStore(tmp_path)
    store.commit([Quad(thing, number, Literal(0))], message="", author="tests")
    query = "SELECT ?n { ?s <https://example.org/number> ?n }"
    with serve(Settings(data=tmp_path)) as address:
        tags = set()
        for round_ in range(1, 6):
            for _ in range(3):
                answer = ask(address, query)
                assert answer.text.split() == ["n", str(round_ - 1)]
            tags.add(answer.headers["etag"])
            store.commit([Quad(thing, number, Literal(round_))], message="", author="tests")
        assert len(tags) == 5
        assert (
            httpx.get(f"{address}/sparql", params={"query": query, "format": "csv", "edition": 2}).text.split()[1]
            == "1"
        )


def test_a_kept_answer_waits_for_its_client_too(address: str) -> None:
    """A hundred slow clients of one large answer must not make the server hold it a hundred times."""
    numbers = " ".join(map(str, range(200)))
    query = f"SELECT * {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}"
    told = httpx.QueryParams({"query": query, "format": "xml"})
    whole = httpx.get(f"{address}/sparql?{told}", timeout=30)
    assert 8_000_000 < len(whole.content) < 16_000_000
    host, port = address.removeprefix("http://").split(":")
    head = f"GET /sparql?{told} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    before, connections = resident(), []
    try:
        for _ in range(20):
            connections.append(socket.create_connection((host, int(port)), timeout=20))
            connections[-1].sendall(head)
        assert b"; hit" in connections[-1].recv(2000)
        time.sleep(0.3)
        assert resident() - before < 60_000_000  # more than 160 MB otherwise
    finally:
        for one in connections:
            one.close()


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_without_room_nothing_is_kept(data: Path, serve: Serve) -> None:
    with serve(Settings(data=data, result_cache=0)) as address:
        assert [status(ask(address, "ASK {}")) for _ in range(2)] == ["fwd=uri-miss"] * 2
