"""A query cannot hurt anyone else: it is answered whole, or it is ended with its process and says so."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TypeVar

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph import formats
from numgraph.errors import (
    BadQuery,
    BrokenAnswer,
    Busy,
    EditionGone,
    NoSuchEdition,
    NotAcceptable,
    QueryFailed,
    QueryTimeout,
    RefusedQuery,
    UnknownEdition,
)
from numgraph.formats import Format, Kind
from numgraph.store.editions import EmbeddedStore
from numgraph.store.readers import ReaderPool, kind_of_query

T = TypeVar("T")
SIZE = 2_000
EX = "http://example.org/"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"  # four million rows
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


def commit(path: Path, marker: int) -> None:
    subjects = (NamedNode(f"{EX}{i}") for i in range(SIZE))
    quads = [Quad(s, NamedNode(EX + "p"), Literal(i)) for i, s in enumerate(subjects)]
    quads.append(Quad(NamedNode(EX + "edition"), NamedNode(EX + "is"), Literal(marker)))
    quads.append(Quad(NamedNode(EX + "x"), NamedNode(EX + "p"), Literal("named"), NamedNode(EX + "graph")))
    EmbeddedStore(path).commit(quads, message="", author="")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data")
    commit(path, 1)
    return path


async def ask(pool: ReaderPool, query: str, wanted: Format = formats.CSV, **options: object) -> str:
    async with pool.query(query, wanted, **options) as answer:  # type: ignore[arg-type]
        return b"".join([chunk async for chunk in answer]).decode()


def lookup(number: int) -> str:
    return f"SELECT ?o {{ <{EX}{number}> <{EX}p> ?o }}"


def run(data: Path, work: Callable[[ReaderPool], Awaitable[T]], **options: object) -> T:
    """Run ``work`` with a pool, and see that no process of the pool outlives it."""

    async def with_pool() -> T:
        pids: set[int] = set()
        async with ReaderPool(data, **options) as pool:  # type: ignore[arg-type]
            pids.update(pool.pids())
            result = await work(pool)
            pids.update(pool.pids())
        assert not [pid for pid in pids if exists(pid)]
        return result

    return asyncio.run(with_pool())


async def standing(pool: ReaderPool) -> set[int]:
    """The process numbers of the readers, once they have the edition in memory and all stand ready."""
    for _ in range(400):
        if pool.in_memory and len(pool.pids()) == sum(pool._crew._sizes.values()):
            return set(pool.pids())
        await asyncio.sleep(0.01)
    raise AssertionError("the readers were not ready within four seconds")


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(("query", "kind"), [
    ("SELECT * { ?s ?p ?o }", Kind.BINDINGS),
    ("ASK {}", Kind.BOOLEAN),
    ("CONSTRUCT WHERE { ?s ?p ?o }", Kind.TRIPLES),
    ("DESCRIBE <http://example.org/1>", Kind.TRIPLES),
])  # fmt: skip
def test_every_form_is_answered_in_every_format_that_can_hold_it(data: Path, query: str, kind: Kind) -> None:
    async def work(pool: ReaderPool) -> None:
        for row in formats.of_kind(kind):
            async with pool.query(query, row) as answer:
                assert (answer.kind, answer.content_type) == (kind, row.content_type)
                assert b"".join([chunk async for chunk in answer])
                assert answer.complete

    assert kind_of_query(query) is kind
    run(data, work, size=1)


def test_the_answer_is_the_engines_answer(data: Path) -> None:
    async def work(pool: ReaderPool) -> list[str]:
        questions = (lookup(7), "ASK { ?s ?p 7 }", "ASK { ?s ?p -7 }")
        return [await ask(pool, question) for question in questions]

    assert run(data, work, size=1) == ["o\r\n7\r\n", "true", "false"]


def test_the_format_can_be_chosen_when_the_kind_is_known(data: Path) -> None:
    async def work(pool: ReaderPool) -> tuple[str, str]:
        def choose(kind: Kind) -> Format:
            return formats.negotiate("text/turtle, text/csv;q=0.5, application/json;q=0.1", formats.of_kind(kind))

        async with pool.query("ASK {}", choose) as boolean, pool.query("DESCRIBE <http://a/>", choose) as triples:
            return boolean.format.name, triples.format.name

    assert run(data, work) == ("csv", "turtle")


def test_an_alias_is_answered_under_the_name_the_client_used(data: Path) -> None:
    async def work(pool: ReaderPool) -> tuple[str, bool]:
        async with pool.query("ASK {}", lambda kind: formats.negotiate("application/json", formats.of_kind(kind))) as a:
            return a.content_type, json.loads(b"".join([chunk async for chunk in a]))["boolean"]

    assert run(data, work, size=1) == ("application/json", True)


def test_graphs_of_the_protocol_are_the_dataset(data: Path) -> None:
    async def work(pool: ReaderPool) -> list[str]:
        query = "SELECT ?o { ?s <http://example.org/p> ?o } ORDER BY ?o LIMIT 1"
        return [await ask(pool, query), await ask(pool, query, default_graphs=[EX + "graph"])]

    assert run(data, work, size=1) == ["o\r\n0\r\n", "o\r\nnamed\r\n"]


@pytest.mark.parametrize(("query", "wanted", "fault", "words"), [
    ("SELECT * { ?s ?p ", formats.CSV, BadQuery, "too early"),
    ("nonsense", formats.CSV, BadQuery, "starts with SELECT"),
    ('ASK { ?s ?p "\ud800" }', formats.CSV, BadQuery, "surrogate"),
    ("ASK " + "{" * 100_000, formats.CSV, BadQuery, "nested"),
    ("CLEAR ALL", formats.CSV, RefusedQuery, "update"),
    ("ASK { SERVICE <http://127.0.0.1:1/> {} }", formats.CSV, RefusedQuery, "SERVICE"),
    ("SELECT * {}", formats.TURTLE, NotAcceptable, "text/csv"),
    ("CONSTRUCT WHERE {}", formats.JSON, NotAcceptable, "text/turtle"),
])  # fmt: skip
def test_a_query_that_cannot_be_answered_costs_no_reader(
    data: Path, query: str, wanted: Format, fault: type[Exception], words: str
) -> None:
    async def work(pool: ReaderPool) -> None:
        before = await standing(pool)
        with pytest.raises(fault, match=words):
            await ask(pool, query, wanted)
        assert set(pool.pids()) == before
        assert await ask(pool, lookup(1)) == "o\r\n1\r\n"

    run(data, work, size=1)


def test_a_fault_in_the_query_keeps_its_place(data: Path) -> None:
    async def work(pool: ReaderPool) -> tuple[int | None, int | None]:
        with pytest.raises(BadQuery) as fault:
            await ask(pool, "SELECT * {\n  ?s ?p ?o ?q }")
        return fault.value.line, fault.value.column

    assert run(data, work, size=1) == (2, 12)


def test_a_service_can_be_asked_when_it_is_allowed_and_only_then(data: Path) -> None:
    reply = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"from afar"}}]}}'

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.send_header("Content-Type", formats.JSON.media_type)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_port}/sparql"
        query = f"SELECT ?o {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"
        try:
            allowed = run(data, lambda pool: ask(pool, query), size=1, allowed_services={endpoint})
            with pytest.raises(RefusedQuery):
                run(data, lambda pool: ask(pool, query), size=1, allowed_services={endpoint + "/other"})
        finally:
            server.shutdown()
            thread.join()
    assert allowed == "o\r\nfrom afar\r\n"


def test_a_runaway_is_stopped_in_time_and_only_its_reader_is_replaced(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        before, start = await standing(pool), time.perf_counter()
        with pytest.raises(QueryTimeout, match=r"0\.3 seconds"):
            await ask(pool, RUNAWAY, timeout=0.3)
        assert time.perf_counter() - start < 1.5
        assert len(before & set(pool.pids())) == len(before) - 1
        assert len(await standing(pool)) == len(before)
        assert await ask(pool, lookup(1)) == "o\r\n1\r\n"

    run(data, work)


def test_a_caller_cannot_raise_the_time_limit(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        with pytest.raises(QueryTimeout):
            await ask(pool, RUNAWAY, timeout=1000)

    run(data, work, size=1, time_limit=0.3)


def test_the_first_byte_has_a_limit_of_its_own(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        with pytest.raises(QueryTimeout, match=r"0\.2 seconds"):
            await ask(pool, RUNAWAY)

    run(data, work, size=1, first_result=0.2)


def test_others_are_served_while_one_runs_away_and_the_loop_never_waits(data: Path) -> None:
    async def work(pool: ReaderPool) -> float:
        longest, end = 0.0, asyncio.Event()

        async def watch() -> None:
            nonlocal longest
            while not end.is_set():
                start = time.thread_time()  # a query in the loop's thread would use it; others' load does not
                await asyncio.sleep(0.001)
                longest = max(longest, time.thread_time() - start)

        watcher = asyncio.create_task(watch())
        runaway = asyncio.create_task(ask(pool, RUNAWAY, timeout=1.5))
        await asyncio.sleep(0.1)
        answers = await asyncio.gather(*(ask(pool, lookup(number)) for number in range(20)))
        assert not runaway.done()
        with pytest.raises(QueryTimeout):
            await runaway
        end.set()
        await watcher
        assert answers == [f"o\r\n{number}\r\n" for number in range(20)]
        return longest

    assert run(data, work, queue=20) < 0.1


def test_a_client_that_leaves_ends_its_query(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        before = await standing(pool)
        async with pool.query(LARGE, formats.CSV) as answer:
            async for chunk in answer:
                assert chunk
                break
        assert not answer.complete
        assert len(before & await standing(pool)) == len(before) - 1
        assert await ask(pool, lookup(1)) == "o\r\n1\r\n"

    run(data, work, size=1)


def test_a_client_that_leaves_before_the_first_byte_ends_its_query(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        before = await standing(pool)
        task = asyncio.create_task(ask(pool, RUNAWAY))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(before & await standing(pool)) == len(before) - 1

    run(data, work, size=1)


def test_an_answer_cut_by_the_time_limit_is_broken_and_never_ends_well(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.query(LARGE, formats.CSV, timeout=0.5) as answer:
            with pytest.raises(BrokenAnswer, match="time"):
                async for _ in answer:
                    pass
            assert not answer.complete
        await standing(pool)

    run(data, work, size=1)


def test_an_answer_whose_reader_dies_is_broken(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.query(LARGE, formats.CSV) as answer:
            for pid in pool.pids():
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(BrokenAnswer, match="crashed"):
                async for _ in answer:
                    pass

    run(data, work, size=1)


def test_a_reader_that_died_at_rest_is_replaced(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        for pid in pool.pids():
            os.kill(pid, signal.SIGKILL)
        assert await ask(pool, lookup(1)) == "o\r\n1\r\n"

    run(data, work, size=1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory limits of processes need Linux")
def test_a_query_that_eats_memory_dies_alone(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        with pytest.raises(QueryFailed, match="memory"):
            await ask(pool, HUNGRY)
        assert await ask(pool, lookup(1)) == "o\r\n1\r\n"

    run(data, work, memory_limit=300 * 1024**2)


def test_a_slow_client_slows_its_reader_and_fills_no_memory(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.query(LARGE, formats.CSV) as answer:
            chunks = aiter(answer)
            await anext(chunks)
            await asyncio.sleep(0.3)
            first = sum(map(cpu, pool.pids()))
            await asyncio.sleep(0.5)
            assert sum(map(cpu, pool.pids())) - first <= 2  # hundredths of a second: it waits
            await anext(chunks)

    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc to see what a process does")
    run(data, work, size=1)


def cpu(pid: int) -> int:
    """Clock ticks that a process used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_beyond_the_queue_a_query_is_turned_away(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        with pytest.raises(QueryTimeout):
            await ask(pool, RUNAWAY, timeout=0.1)  # now it is known
        tasks = [asyncio.create_task(ask(pool, RUNAWAY, timeout=0.3)) for _ in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="2 queries wait") as fault:
            await ask(pool, RUNAWAY)
        assert fault.value.retry_after >= 1
        assert await ask(pool, lookup(1)) == "o\r\n1\r\n"
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [QueryTimeout] * 3

    run(data, work, size=1, queue=2)


def test_waiting_for_a_reader_has_a_limit(data: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.query(LARGE, formats.CSV):  # begun, and not yet fetched
            with pytest.raises(Busy, match="in time"):
                await ask(pool, LARGE)

    run(data, work, size=1, time_limit=0.3)


def test_a_commit_is_seen_by_the_next_query_and_not_by_the_running_one(tmp_path: Path) -> None:
    query = f"SELECT ?o {{ <{EX}edition> ?p ?o . }}"

    async def work(pool: ReaderPool) -> None:
        async with pool.query(f"SELECT ?m {{ ?a ?b ?c . ?d ?e ?f . <{EX}edition> ?p ?m }}", formats.CSV) as running:
            await asyncio.to_thread(commit, tmp_path, 2)
            start = time.perf_counter()
            async with pool.query(query, formats.CSV) as answer:
                assert answer.edition == 2
                assert [chunk async for chunk in answer] == [b"o\r\n2\r\n"]
            assert time.perf_counter() - start < 1
            rows = set()
            async for chunk in running:
                rows.update(chunk.split(b"\r\n")[1:-1])
                if len(rows) > 1 or len(chunk) < 1000:
                    break
            assert running.edition == 1
            assert rows == {b"1"}

    commit(tmp_path, 1)
    run(tmp_path, work)


EDITION = f"SELECT ?o {{ <{EX}edition> <{EX}is> ?o }}"


def test_an_earlier_edition_can_be_asked_and_others_say_why_not(tmp_path: Path) -> None:
    for marker in range(1, 6):
        commit(tmp_path, marker)
    shutil.rmtree(tmp_path / "editions" / "000001")

    async def work(pool: ReaderPool) -> None:
        for number in (2, 5, 3, 4, 2, 5):  # more than a reader keeps open
            assert await ask(pool, EDITION, edition=number) == f"o\r\n{number}\r\n"
        assert await ask(pool, EDITION) == "o\r\n5\r\n"
        async with pool.query(EDITION, formats.CSV, edition=3) as answer:
            assert answer.edition == 3
        for number in (0, 6):
            with pytest.raises(UnknownEdition, match=f"no edition {number}"):
                await ask(pool, EDITION, edition=number)
        with pytest.raises(EditionGone, match="not kept any more"):
            await ask(pool, EDITION, edition=1)

    run(tmp_path, work, size=1)


def test_an_edition_that_was_replaced_on_disk_is_opened_anew(tmp_path: Path) -> None:
    commit(tmp_path / "a", 1)
    commit(tmp_path / "b", 2)

    async def work(pool: ReaderPool) -> None:
        assert await ask(pool, EDITION) == "o\r\n1\r\n"
        shutil.rmtree(tmp_path / "a" / "editions" / "000001")
        shutil.copytree(tmp_path / "b" / "editions" / "000001", tmp_path / "a" / "editions" / "000001")
        assert await ask(pool, EDITION) == "o\r\n2\r\n"

    run(tmp_path / "a", work, size=1)


def test_without_an_edition_the_fault_says_what_to_do_and_the_first_commit_helps(tmp_path: Path) -> None:
    async def work(pool: ReaderPool) -> str:
        with pytest.raises(NoSuchEdition, match="numgraph build"):
            await ask(pool, "ASK {}")
        await asyncio.to_thread(commit, tmp_path, 1)
        return await ask(pool, "ASK {}")

    assert run(tmp_path, work, size=1) == "true"


def test_a_graceful_close_lets_running_queries_finish(data: Path) -> None:
    async def work() -> str:
        pool = ReaderPool(data, 1)
        async with pool:
            task = asyncio.create_task(ask(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"))
            await asyncio.sleep(0.05)
            await pool.close(grace=20)
            with pytest.raises(Busy, match="shutting down"):
                await ask(pool, lookup(1))
            return await task

    assert asyncio.run(work()) == f"n\r\n{(SIZE + 1) ** 2}\r\n"


def test_an_immediate_close_breaks_what_is_running(data: Path) -> None:
    async def work() -> None:
        async with ReaderPool(data, 1) as pool:
            task = asyncio.create_task(ask(pool, RUNAWAY))
            await asyncio.sleep(0.2)
        with pytest.raises(QueryFailed):
            await task

    asyncio.run(work())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs prctl, which only Linux has")
def test_readers_do_not_outlive_a_killed_server(data: Path) -> None:
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom numgraph import formats\n"
        "from numgraph.store.readers import ReaderPool\n"
        "async def main():\n"
        "    async with ReaderPool(Path(sys.argv[1]), 2) as pool:\n"
        "        print(*pool.pids(), flush=True)\n"
        "        async with pool.query(sys.argv[2], formats.CSV):\n            pass\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(data), RUNAWAY], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        pids = [int(pid) for pid in server.stdout.readline().split()]
        time.sleep(0.2)
        server.kill()
    deadline = time.perf_counter() + 5
    while running := [pid for pid in pids if exists(pid) and not is_zombie(pid)]:
        assert time.perf_counter() < deadline, running
        time.sleep(0.02)


def is_zombie(pid: int) -> bool:
    """Dead, and only waiting for an adoptive parent that never asks, as in some containers."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
