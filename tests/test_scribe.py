"""The process that writes: one at a time, a bounded queue, ended at the limit and replaced."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from numgraph.errors import Busy, MalformedRdf, QueryFailed, QueryTimeout
from numgraph.scribe import Scribe
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, settle
from numgraph.writing import Operation, Part, Write

ENDLESS = (
    "INSERT { <urn:a> <urn:b> ?a } WHERE { "
    + "".join(f"VALUES ?{name} {{ {' '.join(map(str, range(300)))} }} " for name in "abcdef")
    + "FILTER(?a + ?b + ?c + ?d + ?e + ?f = -1) }"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    settle(tmp_path / "data", Kind.PLAIN)
    EmbeddedStore(tmp_path / "data").commit([], message="", author="tests")
    return tmp_path / "data"


def put(folder: Path, text: str) -> Write:
    path = folder.with_name(f"sent-{len(text)}")
    path.write_text(text)
    return Write(Operation.PUT, "tests", "https://example.org/", "", (Part(str(path), "text/turtle"),))


def update(folder: Path, text: str) -> Write:
    path = folder.with_name("update")
    path.write_text(text)
    return Write(
        Operation.UPDATE, "tests", "https://example.org/", None, (Part(str(path), "application/sparql-update"),)
    )


def test_writes_are_done_by_one_process_and_faults_keep_their_place(data: Path) -> None:
    async def story() -> None:
        scribe = Scribe(Settings(data=data))
        assert (await scribe.write(put(data, "<a> <b> 1 ."))).edition == 2
        first = scribe._process.pid if scribe._process else None
        with pytest.raises(MalformedRdf) as fault:
            await scribe.write(put(data, "<a> <b>\n oops ."))
        assert fault.value.line == 2
        assert (await scribe.write(put(data, "<a> <b> 22 ."))).edition == 3
        assert scribe._process is not None
        assert scribe._process.pid == first
        await scribe.close()

    asyncio.run(story())


def test_a_write_that_takes_too_long_is_ended_and_the_next_one_is_done(data: Path) -> None:
    async def story() -> None:
        scribe = Scribe(Settings(data=data, write_time_limit=3, queue=0))
        await scribe.write(put(data, "<a> <b> 1 ."))  # the process stands
        heavy = asyncio.ensure_future(scribe.write(update(data, ENDLESS)))
        await asyncio.sleep(0.2)
        with pytest.raises(Busy):
            await scribe.write(put(data, "<a> <b> 2 ."))
        with pytest.raises(QueryTimeout):
            await heavy
        await scribe.close()

    asyncio.run(story())
    assert EmbeddedStore(data).current_number() == 2


def test_a_process_that_dies_costs_its_write_alone(data: Path) -> None:
    async def story() -> None:
        scribe = Scribe(Settings(data=data))
        await scribe.write(put(data, "<a> <b> 1 ."))
        heavy = asyncio.ensure_future(scribe.write(update(data, ENDLESS)))
        await asyncio.sleep(0.2)
        assert scribe._process is not None
        os.kill(scribe._process.pid, signal.SIGKILL)
        with pytest.raises(QueryFailed):
            await heavy
        assert (await scribe.write(put(data, "<a> <b> 22 ."))).edition == 3
        await scribe.close()

    asyncio.run(story())
