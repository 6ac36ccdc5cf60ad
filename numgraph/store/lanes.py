"""Who is served when: lookups do not wait behind monsters, and nobody has to say which is which.

A query is known by its shape, its text without constants. Shapes that have been quick before take the quick lane, those
that were not the slow lane; a shape never seen is tried out in a lane of its own. What is quick is measured in
processor time: a busy machine makes no lookup slow.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict, deque
from enum import Enum

from numgraph.errors import Busy

SLICE = 0.05  # seconds of processor time within which a quick query is answered
_MOST_SHAPES = 4096
_LONGEST_SHAPE = 4000  # characters of a query that count
_TRUST = 8  # quick answers in a row that are remembered
_BLAME = 4  # quick answers that one slow answer outweighs
_CONSTANT = re.compile(r"""<[^<>\s]*>|"[^"\n]*"|'[^'\n]*'|\d+""")


class Speed(Enum):
    """What a shape promises; as often right as wrong is as good as new."""

    QUICK = "quick"
    NEW = "new"
    SLOW = "slow"


class Shapes:
    """What is known of the shapes seen last. A wrong guess costs time and nothing else."""

    def __init__(self) -> None:
        self._scores: OrderedDict[int, int] = OrderedDict()

    def speed(self, shape: int) -> Speed:
        score = self._scores.get(shape, 0)
        if score == 0:
            return Speed.NEW
        self._scores.move_to_end(shape)
        return Speed.QUICK if score > 0 else Speed.SLOW

    def learn(self, shape: int, *, quick: bool) -> None:
        score = self._scores.get(shape, 0)
        self._scores[shape] = min(score + 1, _TRUST) if quick else max(score - _BLAME, -_BLAME)
        self._scores.move_to_end(shape)
        if len(self._scores) > _MOST_SHAPES:
            self._scores.popitem(last=False)


def shape_of(query: str, *dataset: object) -> int:
    """A number for all queries that differ in constants only, over a dataset of the same make."""
    return hash((_CONSTANT.sub("", query[:_LONGEST_SHAPE]), len(query) // _LONGEST_SHAPE, *dataset))


class Lane:
    """At most ``places`` queries at a time; ``queue`` more may wait, no longer than ``patience`` seconds."""

    def __init__(self, places: int, queue: int, patience: float) -> None:
        self._places = self._free = places
        self._queue = queue
        self._patience = patience
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.is_closed = False

    async def enter(self) -> None:
        """Wait for a place; raises Busy when too many wait already, or it takes too long."""
        if self.is_closed:
            raise Busy("the service is shutting down")
        if self.take():
            return
        if len(self._waiting) >= self._queue:
            raise Busy(f"all {self._places} readers are at work and {self._queue} queries wait; try again soon")
        try:
            async with asyncio.timeout(self._patience):
                await self._turn()
        except TimeoutError:
            raise Busy("no reader became free in time; try again soon", round(self._patience) or 1) from None

    def take(self) -> bool:
        """Whether there is a place at once."""
        if self._free == 0:
            return False
        self._free -= 1
        return True

    def leave(self) -> None:
        """Give a place up to who has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting.remove(turn)
            else:  # it was given a place in the same moment
                self.leave()
            raise
        if self.is_closed:
            self.leave()
            raise Busy("the service is shutting down")

    def close(self) -> None:
        """Let nobody in any more."""
        self.is_closed = True

    @property
    def taken(self) -> int:
        return self._places - self._free

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def is_empty(self) -> bool:
        return self.taken == 0
