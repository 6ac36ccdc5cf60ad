"""What an operator watches, for Prometheus: a registry of its own for each application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

_STEPS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)  # seconds
_STALLS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)  # seconds
_PULSE = 0.05  # seconds between two looks at the event loop
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters that the application moves, and gauges that are read when they are asked for."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.queries = Counter(
            "numgraph_queries", "Queries by outcome and by where the answer came from.", ["outcome", "cache"],
            registry=registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "numgraph_query_seconds", "From the question to the last byte of its answer.", buckets=_STEPS,
            registry=registry,
        )  # fmt: skip
        self.bytes = Counter("numgraph_answer_bytes", "Bytes of answers, before compression.", registry=registry)
        self.reader_seconds = Counter("numgraph_reader_seconds", "Time that readers were at work.", registry=registry)
        self.stalls = Histogram(
            "numgraph_event_loop_stall_seconds", "How late the event loop was, looked at twenty times a second.",
            buckets=_STALLS, registry=registry,
        )  # fmt: skip
        self.longest_stall = Gauge(
            "numgraph_event_loop_longest_stall_seconds", "The longest stall since the start.", registry=registry
        )
        self._longest = 0.0

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A gauge ``numgraph_<name>`` that is read each time somebody asks."""
        Gauge(f"numgraph_{name}", about, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    async def watch(self) -> None:
        """Measure for as long as the application runs how late the event loop is."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(_PULSE)
            late = max(0.0, loop.time() - before - _PULSE)
            self.stalls.observe(late)
            self._longest = max(self._longest, late)
            self.longest_stall.set(self._longest)


@asynccontextmanager
async def watching(metrics: Metrics) -> AsyncIterator[None]:
    """Watch the event loop during the block."""
    task = asyncio.ensure_future(metrics.watch())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
