"""One line for each query: what it cost and how it ended. Nobody's address is in it, and no text of a query either,
unless the operator wants to see the slow ones.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2s

from numgraph import logs
from numgraph.errors import NumgraphError

from .metrics import Metrics
from .results import Flight, Whole

_LOG = logging.getLogger(__name__)
_LONGEST_SHOWN = 10_000  # characters of a slow query
_CACHE_STATUS = {
    "hit": "hit",
    "collapsed": "fwd=uri-miss; collapsed",
    "miss": "fwd=uri-miss",
    "bypass": "fwd=bypass",
}


class Entry:
    """A query on its way. Whoever ends it without saying how has left."""

    def __init__(self, diary: Diary, name: str, text: str, form: str) -> None:
        self.name, self.text, self.form = name, text, form
        self.outcome, self.cache = "left", "bypass"
        self.edition: int | None = None
        self.rows: int | None = None
        self.bytes = 0
        self._diary, self._began = diary, time.perf_counter()

    @property
    def cache_status(self) -> str:
        """For the header of that name (RFC 9211)."""
        return f"numgraph; {_CACHE_STATUS[self.cache]}"

    @contextmanager
    def written(self) -> Iterator[Entry]:
        """Write the entry down when the block ends."""
        try:
            with self.failing():
                yield self
        finally:
            self._diary.write(self, time.perf_counter() - self._began)

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Note a fault of the block. The outcome is named like it: ``QueryTimeout`` is query-timeout."""
        try:
            yield
        except NumgraphError as fault:
            self.outcome = re.sub(r"(?<=.)(?=[A-Z])", "-", type(fault).__name__).lower()
            raise

    def complete(self, found: Whole | Flight) -> None:
        self.outcome, self.rows = "complete", found.rows
        if isinstance(found, Whole):
            self.bytes = len(found.body)


class Diary:
    """Where entries are written: the log, and the counters. ``slow`` is in seconds; 0 shows no query."""

    def __init__(self, metrics: Metrics, *, is_kept: bool = True, slow: float = 0.0) -> None:
        self._metrics, self._is_kept, self._slow = metrics, is_kept, slow

    def begin(self, name: str, text: str, form: str) -> Entry:
        return Entry(self, name, text, form)

    def write(self, entry: Entry, seconds: float) -> None:
        self._metrics.queries.labels(entry.outcome, entry.cache).inc()
        self._metrics.seconds.observe(seconds)
        self._metrics.bytes.inc(entry.bytes)
        is_slow = bool(self._slow) and seconds >= self._slow
        if not (self._is_kept or is_slow):
            return
        told = logs.fields(
            query=entry.name, milliseconds=round(seconds * 1000, 1), outcome=entry.outcome, cache=entry.cache,
            edition=entry.edition, format=entry.form, rows=entry.rows, bytes=entry.bytes,
            text=entry.text[:_LONGEST_SHOWN] if is_slow else None,
        )  # fmt: skip
        _LOG.log(logging.WARNING if is_slow else logging.INFO, "slow query" if is_slow else "query", extra=told)


def name_of(text: str) -> str:
    """The name of a normalised query in the log: 16 hexadecimal digits."""
    return blake2s(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
