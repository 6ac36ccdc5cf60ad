"""200 hostile queries at once, again and again, while ordinary lookups go on: nobody who asks little may notice.

    python bench/siege.py [--data FOLDER] [--attackers 200] [--seconds 10]

First the lookups alone, then the same under siege. Prints one JSON object: latencies, failures, the longest stall of
the event loop, the memory of all processes, and how long after the siege no query was left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import graph
from load import run
from peers import free_port, metric, waited_for

from numgraph.store.editions import EmbeddedStore

_PREFIXES = "PREFIX num: <https://w3id.org/numgraph/ontology#> "
_MEGABYTE = 1_000_000


def hostile() -> list[str]:
    """Queries that nobody means well with, each another way to take all time, all memory or the whole stack."""
    cross = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6))
    return [
        f"SELECT (COUNT(*) AS ?n) {{ {cross} }}",
        f"SELECT * {{ {cross} }}",
        f"SELECT * {{ {cross} }} ORDER BY ?c0 ?c1 ?c2 DESC(?c3)",
        f"SELECT DISTINCT ?a0 ?c3 ?c5 {{ {cross} }}",
        "SELECT (COUNT(*) AS ?n) { ?a (!<http://x/>|^!<http://x/>)* ?b . ?c (!<http://x/>|^!<http://x/>)* ?d }",
        "SELECT * { ?a (!<http://x/>)+ ?b . ?b (!<http://y/>)+ ?c } ORDER BY ?b ?c ?a",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f)); separator='|') AS ?bomb) { ?a ?b ?c . ?d ?e ?f }",
        "SELECT (MAX(?x) AS ?y) { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?c), STR(?f), STR(?a), STR(?d)) AS ?x) }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(STR(?c), '(a|aa|.*)*(b|.*)*$') && REGEX(STR(?f), 'q.*z')) }",
        "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?f = ?i && ?c != ?f && ?a = ?g) } }",
        f"SELECT * {{ {'{ ' * 390} ?a ?b ?c . ?d ?e ?f {'} ' * 390} ?g ?h ?i }}",
        "ASK { " + "{" * 5000 + "}" * 5000 + " }",
        f"ASK {{ FILTER({' || '.join(['?a = 1'] * 10_000)}) }}",
        f"SELECT ({' + '.join(['1'] * 10_000)} AS ?x) {{ ?a ?b ?c . ?d ?e ?f }}",
        f"SELECT * {{ {' '.join(f'OPTIONAL {{ ?a{i} ?b{i} ?c{i} }}' for i in range(40))} }}",
        f"SELECT * {{ {' '.join(f'?a{i} <http://x/p> ?a{i + 1} .' for i in range(500))} }}",
        "SELECT * { VALUES ?x { " + "1 " * 400_000 + "} ?a ?b ?c }",
        "SELECT * { ?a ?b ?c } # " + "x" * 5_000_000,
        "CONSTRUCT { ?a ?e ?i . ?d ?h ?c } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "DESCRIBE ?a { ?a ?b ?c . ?d ?e ?f }",
    ]


class Siege:
    """The attackers: each sends a query, reads slowly what comes, and begins again when it is over."""

    def __init__(self, port: int, attackers: int) -> None:
        self._port = port
        self._attackers = attackers
        self._tasks: list[asyncio.Task[None]] = []
        self.outcomes: Counter[str] = Counter()

    async def __aenter__(self) -> Siege:
        queries = hostile()
        every = (queries[number % len(queries)] for number in range(self._attackers))
        self._tasks = [asyncio.ensure_future(self._attack(query)) for query in every]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _attack(self, query: str) -> None:
        body = query.encode()
        head = "POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query"
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                    line = await reader.readline()
                    self.outcomes[line.decode().split()[1] if line else "lost"] += 1
                    while await reader.read(65536):  # noqa: ASYNC110 - a slow client
                        await asyncio.sleep(0.01)
                finally:
                    writer.transport.abort()
            await asyncio.sleep(0.1)


@contextmanager
def served(data: Path) -> Iterator[tuple[int, int]]:
    """A server over a data folder with the settings as they come: its port and its process number."""
    port = free_port()
    command = [sys.executable, "-m", "numgraph", "serve", "--data", str(data), "--port", str(port), "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            waited_for(f"http://127.0.0.1:{port}/readyz")
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(timeout=60)


def lookups(data: Path) -> list[str]:
    """Request targets, each for one thing."""
    found = EmbeddedStore(data).reader().solve(_PREFIXES + "SELECT ?s { ?s num:fundedBy ?f } LIMIT 200")
    return ["/sparql?query=" + quote(f"SELECT ?p ?o {{ {row['s']} ?p ?o }} LIMIT 20") for row in found]  # type: ignore[union-attr,index,call-overload]


def memory(root: int) -> int:
    """Bytes of all processes below one and its own, what they share counted once."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
    family, added = {root}, True
    while added:
        added = {pid for pid, parent in parents.items() if parent in family} - family
        family |= added
    return sum(map(_proportional, family))


def _proportional(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return 0


async def measured(data: Path, attackers: int, seconds: float) -> dict[str, Any]:
    targets = lookups(data)
    with served(data) as (port, pid):
        address = f"http://127.0.0.1:{port}"
        await run(address, targets, 4, 1)
        quiet = await asyncio.to_thread(_asked, address, targets, seconds)
        before = memory(pid)
        async with Siege(port, attackers) as siege:
            seen = [before]
            watching = asyncio.ensure_future(_watch_memory(pid, seen))
            under = await asyncio.to_thread(_asked, address, targets, seconds)
            watching.cancel()
        recovered = await asyncio.to_thread(_recovered, port)
        stall = metric(port, "numgraph_event_loop_longest_stall_seconds")
    return {
        "quiet": quiet,
        "under_siege": under,
        "p95_ratio": round(under["p95"] / quiet["p95"], 2),
        "attackers": attackers,
        "answers_to_attackers": dict(siege.outcomes),
        "longest_stall_ms": round(1000 * stall, 1),
        "megabytes_before": before // _MEGABYTE,
        "megabytes_most": max(seen) // _MEGABYTE,
        "recovered_ms": recovered,
    }


async def _watch_memory(pid: int, seen: list[int]) -> None:
    while True:
        seen.append(await asyncio.to_thread(memory, pid))
        await asyncio.sleep(0.5)


def _asked(address: str, targets: list[str], seconds: float) -> dict[str, Any]:
    """What ``load.py`` measures, in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("load.py")), address, "--clients", "4"]
    command += ["--seconds", str(seconds), "--pause", "0.01"]
    done = subprocess.run(command, input=json.dumps(targets), capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _recovered(port: int) -> float | None:
    """Milliseconds until no query is at work and none waits."""
    start = time.perf_counter()
    while time.perf_counter() - start < 10:  # noqa: PLR2004 - long enough to give up
        if metric(port, "numgraph_queries_at_work") == metric(port, "numgraph_queries_waiting") == 0:
            return round(1000 * (time.perf_counter() - start), 1)
        time.sleep(0.005)
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--attackers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--quads", type=int, default=20_000, help="size of the graph that is made where none is given")
    given = parser.parse_args()
    os.environ.setdefault("NUMGRAPH_QUERY_LOG", "false")
    with tempfile.TemporaryDirectory() as folder:
        data = given.data or Path(folder)
        if given.data is None:
            graph.build(data, given.quads)
        json.dump(asyncio.run(measured(data, given.attackers, given.seconds)), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
