"""The process that writes: one for a server, started by the first write, confined like a reader, killed at the limit.

Parsing what strangers send and comparing it with the dataset take time and memory that an event loop does not have.
Writes come one after the other, since each makes an edition of the one before. A process that is killed leaves nothing
half: an edition is published in one step.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from numgraph import confine, errors
from numgraph.errors import Busy, NumgraphError, QueryFailed, QueryTimeout
from numgraph.settings import Settings
from numgraph.writing import Write, Written, perform

_MEMORY = 4 * 1024**3  # bytes
_NICENESS = 5  # the server's event loop goes before
_WITH_PLACE = ("BadQuery", "MalformedRdf")


class Scribe:
    """Hands writes to the process and gives back what became of them. ``settings`` say limits and folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._running: set[asyncio.Task[Written]] = set()

    async def write(self, write: Write) -> Written:
        """Do a write, to its end whoever goes away meanwhile. Raises what ``perform`` does, Busy, QueryTimeout,
        QueryFailed; only the last two leave open whether the write was done.
        """
        if len(self._running) > self._settings.queue:
            raise Busy(f"{len(self._running)} writes wait already; try again soon")
        task = asyncio.ensure_future(self._in_turn(write))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Let the writes at hand come to their ends, and end the process."""
        if self._running:
            await asyncio.wait(self._running)
        await self._end()

    async def _in_turn(self, write: Write) -> Written:
        limit = self._settings.write_time_limit
        try:
            async with asyncio.timeout(limit):
                await self._turn.acquire()
        except TimeoutError:
            raise Busy("other writes take long; try again soon", round(limit) or 1) from None
        try:
            return await self._done(write)
        finally:
            self._turn.release()

    async def _done(self, write: Write) -> Written:
        limit = self._settings.write_time_limit
        try:
            async with asyncio.timeout(limit):
                answer = await self._ask(json.dumps(asdict(write)))
        except TimeoutError:
            await self._end()
            raise QueryTimeout(f"the write was stopped after {limit:g} seconds; send less at once") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._end()
            raise QueryFailed("the write was not finished: its process ended, perhaps for want of memory") from None
        if "fault" in answer:
            raise _fault(answer)
        return Written(**answer)

    async def _ask(self, line: str) -> dict[str, Any]:
        if self._process is None:
            self._process = await self._started()
        asked, told = self._process.stdin, self._process.stdout
        if asked is None or told is None:
            raise ConnectionError("the process has no pipes")
        asked.write(f"{line}\n".encode())
        await asked.drain()
        answer: dict[str, Any] = json.loads(await told.readuntil(b"\n"))
        return answer

    async def _started(self) -> Process:
        arguments = ("-P", "-m", "numgraph.scribe", str(os.getpid()), self._settings.model_dump_json())
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=PIPE, stdout=PIPE, start_new_session=True
        )

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _fault(row: dict[str, Any]) -> NumgraphError:
    kind = getattr(errors, row["fault"], NumgraphError)
    if row["fault"] in _WITH_PLACE:
        return kind(row["message"], row["line"], row["column"])
    return kind(row["message"])


def _described(fault: NumgraphError) -> dict[str, Any]:
    row: dict[str, Any] = {"fault": type(fault).__name__, "message": str(fault)}
    if row["fault"] in _WITH_PLACE:
        row |= {"line": getattr(fault, "line", None), "column": getattr(fault, "column", None)}
    return row


def _answer(line: str, settings: Settings) -> dict[str, Any]:
    try:
        return asdict(perform(Write.of(json.loads(line)), settings))
    except NumgraphError as fault:
        return _described(fault)
    except MemoryError:
        return _described(QueryFailed("the write takes more memory than it may have; send less at once"))
    except Exception:  # noqa: BLE001 - the edge of a process: a fault of ours costs one write, not the next ones
        traceback.print_exc()
        return _described(QueryFailed("the write was not done; the fault is ours, and logged"))


def main(parent: int, settings: Settings) -> None:
    """Write what comes in on standard input, line by line, until it ends."""
    confine.die_with(parent)
    confine.limit_memory(_MEMORY)
    confine.deepen_stack()
    confine.close_network()
    os.nice(_NICENESS)
    told, sys.stdout = sys.stdout, sys.stderr  # nobody else may speak on this line
    for line in sys.stdin:
        print(json.dumps(_answer(line, settings)), file=told, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Settings.model_validate_json(sys.argv[2]))
