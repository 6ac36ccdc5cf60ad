"""Readers share one edition in memory, follow every commit at once, and are mended when anything breaks."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from numgraph import formats
from numgraph.store.editions import EmbeddedStore
from numgraph.store.nursery import apply, load
from numgraph.store.patch import Patch
from numgraph.store.readers import ReaderPool

T = TypeVar("T")
EX = "http://example.org/"
MARKER, IS, GRAPH = NamedNode(EX + "marker"), NamedNode(EX + "is"), NamedNode(EX + "graph")
ASKED = f"SELECT ?o {{ <{EX}marker> <{EX}is> ?o }}"


def marked(number: int) -> Quad:
    return Quad(MARKER, IS, Literal(number))


def step(number: int) -> Patch:
    return Patch(frozenset([marked(number)]), frozenset([marked(number - 1)]))


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    made = EmbeddedStore(tmp_path)
    others = [Quad(NamedNode(f"{EX}{i}"), IS, Literal(i), GRAPH) for i in range(1000)]
    made.commit([marked(1), *others], message="", author="")
    return made


def run(store: EmbeddedStore, work: Callable[[ReaderPool], Awaitable[T]], **options: object) -> T:
    async def with_pool() -> T:
        async with ReaderPool(store.path, 1, **options) as pool:  # type: ignore[arg-type]
            return await work(pool)

    return asyncio.run(with_pool())


async def ask(pool: ReaderPool, query: str, **options: object) -> str:
    async with pool.query(query, formats.CSV, **options) as answer:  # type: ignore[arg-type]
        return b"".join([chunk async for chunk in answer]).decode()


async def until(true: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        await asyncio.sleep(0.005)


def nursery(pool: ReaderPool) -> int:
    return pool._crew.nursery._process.pid


def test_every_commit_is_seen_by_the_next_query(store: EmbeddedStore) -> None:
    """Whether the answer comes from memory or, in the first milliseconds after the commit, from disk."""

    async def work(pool: ReaderPool) -> int:
        from_memory = 0
        for number in range(2, 102):
            await asyncio.to_thread(store.apply, step(number), message="", author="")
            assert await ask(pool, ASKED) == f"o\r\n{number}\r\n"
            await asyncio.sleep(0.005 * (number % 3))
            from_memory += pool.in_memory
            assert await ask(pool, ASKED) == f"o\r\n{number}\r\n"
        return from_memory

    assert run(store, work) > 0


def test_memory_follows_by_patches_and_holds_what_is_on_disk(store: EmbeddedStore) -> None:
    async def work(pool: ReaderPool) -> None:
        await until(lambda: pool.in_memory)
        before = nursery(pool)
        for number in range(2, 6):
            store.apply(step(number), message="", author="")
        await until(lambda: pool.in_memory)
        assert nursery(pool) == before, "the nursery should go on by patches, and not begin anew"
        everything = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        held = set((await ask(pool, everything)).splitlines())
        store.path.joinpath("editions/000005/store").rename(store.path / "hidden")
        assert set((await ask(pool, everything)).splitlines()) == held, "it should not have been read from disk"
        assert len(held) == 1002

    run(store, work)


def test_the_readers_that_are_at_rest_are_replaced_after_a_commit(store: EmbeddedStore) -> None:
    async def work(pool: ReaderPool) -> None:
        await until(lambda: pool.in_memory and len(pool.pids()) == 4)
        before = set(pool.pids())
        store.apply(step(2), message="", author="")
        await until(lambda: pool.in_memory and len(pool.pids()) == 4)
        assert not before & set(pool.pids())

    run(store, work)


def test_a_patch_that_does_not_lead_to_its_edition_costs_only_time(store: EmbeddedStore) -> None:
    async def work(pool: ReaderPool) -> str:
        await until(lambda: pool.in_memory)
        os.kill(nursery(pool), signal.SIGSTOP)  # so that the patch is there to be broken before it is read
        edition = store.apply(step(2), message="", author="")
        (edition.path / "patch.rdfp.gz").write_bytes(b"broken")
        os.kill(nursery(pool), signal.SIGCONT)
        await asyncio.sleep(0.1)
        assert await ask(pool, ASKED) == "o\r\n2\r\n"
        store.apply(step(3), message="", author="")
        await until(lambda: pool.in_memory)
        return await ask(pool, ASKED)

    assert run(store, work) == "o\r\n3\r\n"


def test_a_nursery_that_dies_is_replaced_and_no_lookup_fails(store: EmbeddedStore) -> None:
    async def work(pool: ReaderPool) -> None:
        await until(lambda: pool.in_memory)
        for _ in range(3):
            os.kill(nursery(pool), signal.SIGKILL)
            assert await ask(pool, ASKED) == "o\r\n1\r\n"
            await until(lambda: pool.in_memory)
            await until(lambda: len(pool.pids()) == 4)

    run(store, work)


def test_an_edition_above_the_setting_is_read_from_disk(store: EmbeddedStore) -> None:
    async def work(pool: ReaderPool) -> bool:
        assert await ask(pool, ASKED) == "o\r\n1\r\n"
        store.apply(step(2), message="", author="")
        assert await ask(pool, ASKED) == "o\r\n2\r\n"
        await asyncio.sleep(0.2)
        return pool.in_memory

    assert run(store, work, memory_edition=1000) is False


def test_an_earlier_edition_comes_from_disk_beside_the_current_one(store: EmbeddedStore) -> None:
    async def work(pool: ReaderPool) -> list[str]:
        store.apply(step(2), message="", author="")
        await until(lambda: pool.in_memory)
        return [await ask(pool, ASKED, edition=number) for number in (1, 2, 1)]

    assert run(store, work) == [f"o\r\n{number}\r\n" for number in (1, 2, 1)]


def test_what_a_reader_makes_up_is_never_made_up_by_another(store: EmbeddedStore) -> None:
    """Forks begin with the same memory, but not with the same chance."""

    async def work(pool: ReaderPool) -> list[str]:
        await until(lambda: pool.in_memory)
        return await asyncio.gather(*(ask(pool, "SELECT (UUID() AS ?u) (RAND() AS ?r) {}") for _ in range(20)))

    answers = run(store, work)
    assert len(set(answers)) == len(answers)


def test_what_is_loaded_is_what_is_on_disk_down_to_blank_nodes_and_empty_graphs(tmp_path: Path) -> None:
    blank, graph = BlankNode("mine"), NamedNode(EX + "empty")
    disk = Store(str(tmp_path / "store"))
    disk.extend([Quad(blank, IS, BlankNode(), GRAPH), Quad(blank, IS, Literal("ü\n", language="de"))])
    disk.add_graph(graph)
    disk.flush()
    expected = set(disk)
    del disk
    loaded = load(str(tmp_path / "store"))
    assert set(loaded) == expected
    assert graph in set(loaded.named_graphs())


def test_a_graph_goes_with_its_last_statement(tmp_path: Path) -> None:
    engine, gone = Store(), frozenset([Quad(MARKER, IS, Literal(1), GRAPH), marked(1)])
    engine.extend(gone)
    with gzip.open(tmp_path / "patch", "wb") as packed:
        Patch(removed=gone).write(packed)  # type: ignore[arg-type]
    apply(engine, str(tmp_path / "patch"))
    assert (len(engine), list(engine.named_graphs())) == (0, [])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory limits of processes need Linux")
def test_a_readers_memory_limit_counts_from_what_it_inherits(store: EmbeddedStore) -> None:
    async def work(pool: ReaderPool) -> str:
        await until(lambda: pool.in_memory)
        return await ask(pool, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")

    assert run(store, work, memory_limit=20 * 1024**2) == "n\r\n1000\r\n"
