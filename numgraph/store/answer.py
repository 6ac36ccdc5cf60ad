"""An answer on its way from a reader, and what its first frame tells."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from numgraph.errors import BadQuery, BrokenAnswer, NumgraphError, QueryFailed, RefusedQuery
from numgraph.formats import Format, Kind
from numgraph.store import frames
from numgraph.store.lanes import Speed
from numgraph.store.process import Process

LOST = "its reader ran out of memory or crashed; ask for less at once"


@dataclass(slots=True)
class Visit:
    """A query with a place in a lane and a reader that works on it. ``deadline`` is in the loop's time."""

    speed: Speed
    process: Process
    edition: int = 0
    began: float | None = None
    deadline: float = 0.0
    whole: bytes | None = None


class Answer:
    """An answer whose first byte is there. Iterate over it for the bytes; only an iteration that ends is complete.

    ``whole`` is all of a short answer. Iterating raises BrokenAnswer when the reader is lost or the time is up: what
    was sent so far counts for nothing.
    """

    def __init__(self, kind: Kind, wanted: Format, visit: Visit) -> None:
        self.kind = kind
        self.format = wanted
        self.edition = visit.edition
        self.whole = visit.whole
        self.complete = visit.whole is not None
        self._process = visit.process
        self._deadline = visit.deadline

    @property
    def content_type(self) -> str:
        return self.format.content_type

    @property
    def spent(self) -> float:
        """Seconds of processor time that the query took so far."""
        return self._process.spent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self.whole is not None:
            yield self.whole
        while not self.complete:
            letter, body = await self._next()
            if letter == frames.FAULT:
                raise BrokenAnswer(f"the answer broke off: {json.loads(body)['message']}")
            if letter == frames.DATA:
                yield body
            self.complete = letter == frames.END

    async def _next(self) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._process.receive()
        except TimeoutError:
            raise BrokenAnswer("the answer broke off: its time was up") from None
        except ConnectionError:
            raise BrokenAnswer(f"the answer broke off: {LOST}") from None


def whole(letter: bytes, body: bytes) -> bytes | None:
    """What the first frame holds of the answer: all of it, or nothing yet; raises the fault that it tells."""
    if letter == frames.FAULT:
        raise _fault(json.loads(body))
    return body if letter == frames.WHOLE else None


def _fault(row: dict[str, Any]) -> NumgraphError:
    if row["fault"] == BadQuery.__name__:
        return BadQuery(row["message"], row["line"], row["column"])
    kind = RefusedQuery if row["fault"] == RefusedQuery.__name__ else QueryFailed
    return kind(row["message"])
