"""The search indexes that a running server holds open: one an edition, made first where an edition has none."""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from numgraph import indexing
from numgraph.errors import BrokenStore, Busy
from numgraph.search import index
from numgraph.search.engine import Searcher
from numgraph.store.editions import EmbeddedEdition

Result = TypeVar("Result")

_OPEN = 4  # editions; those asked longest ago are closed
_PATIENCE = 8.0  # seconds that a request waits for an index in the making
_AT_ONCE = 2  # searches: more threads would only wait for Python's lock, and the event loop with them


class Indexes:
    """Opens and keeps searchers. Searching runs on threads, making an index in a process of its own."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._searchers: OrderedDict[tuple[str, str], Searcher] = OrderedDict()
        self._making: dict[str, asyncio.Task[None]] = {}
        self._threads = anyio.CapacityLimiter(_AT_ONCE)

    async def ask(self, edition: EmbeddedEdition, question: Callable[[Searcher], Result]) -> Result:
        """What ``question`` finds in the index of an edition. Raises Busy while that is being made, BrokenStore."""
        searcher = await self._searcher(edition)
        return await anyio.to_thread.run_sync(question, searcher, limiter=self._threads)

    def prepare(self, edition: EmbeddedEdition) -> None:
        """Begin to make the index of an edition that has none, before anybody asks."""
        if not index.is_there(indexing.place(edition)):
            self._make_soon(str(edition.path))

    def _make_soon(self, folder: str) -> asyncio.Task[None]:
        if folder not in self._making or self._making[folder].done():
            self._making[folder] = asyncio.create_task(self._make(folder))
        return self._making[folder]

    async def close(self) -> None:
        """End what is being made."""
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _searcher(self, edition: EmbeddedEdition) -> Searcher:
        key = (str(edition.path), edition.content_hash)
        if key not in self._searchers:
            await self._expect_index(edition)
            self._searchers[key] = await anyio.to_thread.run_sync(Searcher, indexing.place(edition))
        self._searchers.move_to_end(key)
        while len(self._searchers) > _OPEN:
            self._searchers.popitem(last=False)
        return self._searchers[key]

    async def _expect_index(self, edition: EmbeddedEdition) -> None:
        if index.is_there(indexing.place(edition)):
            return
        making = self._make_soon(str(edition.path))
        try:
            async with asyncio.timeout(_PATIENCE):
                await asyncio.shield(making)
        except TimeoutError:
            raise Busy(f"the search index of edition {edition.number} is being made", retry_after=5) from None

    async def _make(self, folder: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "numgraph.indexing", folder, self._base, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise BrokenStore(f"the search index could not be made: {said.decode(errors='replace')[-200:].strip()}")
