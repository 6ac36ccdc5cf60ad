"""Asks one server the same few questions over and over, from a process of its own, and says how long it waited.

    python bench/load.py http://127.0.0.1:8000 --clients 8 --seconds 2 < requests.json

Standard input is a JSON list of request targets; standard output one JSON object. Clients keep their connections and
ask the next question when the last is answered (a closed loop). Only what is needed of HTTP is parsed, in C.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httptools
import uvloop

_ACCEPT = "application/sparql-results+json"


class Client(asyncio.Protocol):
    """One connection that asks until the time is up."""

    def __init__(self, requests: list[bytes], turns: Iterator[int], until: float, pause: float) -> None:
        self._requests, self._turns, self._until, self._pause = requests, turns, until, pause
        self._parser: Any = None
        self._asked = self._first = 0.0
        self.times: list[tuple[float, float]] = []  # seconds to the first byte and to the last
        self.failed: dict[str, int] = {}
        self.bytes = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._ask()

    def _ask(self) -> None:
        self._parser, self._first, self._asked = httptools.HttpResponseParser(self), 0.0, time.perf_counter()
        if self._asked > self._until:
            self._end()
        else:
            self._transport.write(self._requests[next(self._turns) % len(self._requests)])

    def _end(self) -> None:
        self._transport.close()
        if not self.done.done():
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._first = self._first or time.perf_counter()
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.bytes += len(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status == 200:  # noqa: PLR2004 - HTTP's own number
            self.times.append((self._first - self._asked, time.perf_counter() - self._asked))
        else:
            self.failed[str(status)] = self.failed.get(str(status), 0) + 1
        asyncio.get_running_loop().call_later(self._pause, self._ask)

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.failed["lost"] = self.failed.get("lost", 0) + 1
            self.done.set_result(None)


async def run(address: str, targets: list[str], clients: int, seconds: float, pause: float = 0) -> dict[str, Any]:
    place = urlsplit(address)
    head = f"HTTP/1.1\r\nHost: {place.netloc}\r\nAccept: {_ACCEPT}\r\n\r\n"
    requests = [f"GET {target} {head}".encode() for target in targets]
    turns, start, loop = count(), time.perf_counter(), asyncio.get_running_loop()
    asked: list[Client] = []
    for _ in range(clients):
        made = Client(requests, turns, start + seconds, pause)
        asked.append(made)
        await loop.create_connection(lambda made=made: made, place.hostname, place.port)
    await asyncio.gather(*(one.done for one in asked))
    return _summary(asked, time.perf_counter() - start)


def _summary(clients: list[Client], took: float) -> dict[str, Any]:
    times = [one for client in clients for one in client.times]
    failed: dict[str, int] = {}
    for client in clients:
        for why, number in client.failed.items():
            failed[why] = failed.get(why, 0) + number
    firsts, lasts = sorted(first for first, _ in times), sorted(last for _, last in times)
    quantiles = {f"p{q}": _at(lasts, q) for q in (50, 95, 99)}
    size = sum(client.bytes for client in clients)
    return {"per_second": len(times) / took, "answers": len(times), "failed": failed, "bytes": size,
            "first_byte": _at(firsts, 50), **quantiles}  # fmt: skip


def _at(ordered: list[float], percent: int) -> float | None:
    """A quantile in milliseconds."""
    return round(1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 3) if ordered else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--pause", type=float, default=0, help="seconds between an answer and the next question")
    given = parser.parse_args()
    asking = run(given.address, json.load(sys.stdin), given.clients, given.seconds, given.pause)
    json.dump(uvloop.run(asking), sys.stdout)


if __name__ == "__main__":
    main()
