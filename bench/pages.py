"""Pages at a million statements: how long eight clients wait for distinct ones, for repeated ones, for 304, for hits.

    python bench/pages.py [--quads 1000000] [--data .bench/graph] [--pages 400] [--clients 8]

The graph is made up (``graph.py``) and kept in ``--data``. The server is the real one, in a process of its own with two
readers; the clients share the machine's cores with it, as they would on a laptop. Goals (issue 6): p95 of a page under
50 ms, of a 304 under 5 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import graph

from numgraph.store.editions import EmbeddedStore

KINDS = ("person", "research-project", "university-hospital", "infrastructure", "funder", "network")
WARMING = (
    200  # pages asked for before the clock starts: a server that has just begun reads its tables for the first time
)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--quads", type=int, default=1_000_000)
    wanted.add_argument("--data", type=Path, default=Path(".bench/graph"))
    wanted.add_argument("--pages", type=int, default=400)
    wanted.add_argument("--clients", type=int, default=8)
    chosen = wanted.parse_args()
    edition = graph.build(chosen.data, chosen.quads)
    print(f"{sum(edition.counts.values()):,} statements in {len(edition.counts):,} graphs")
    paths = things(chosen.data, chosen.pages + WARMING)
    command = [sys.executable, "-m", "numgraph", "serve", "--data", str(chosen.data), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            asyncio.run(measure(server.pid, address(server), paths[:WARMING], paths[WARMING:], chosen.clients))
        finally:
            server.terminate()


def things(data: Path, count: int) -> list[str]:
    """Addresses of ``count`` things, most of them people and projects, hubs among them; each once."""
    reader = EmbeddedStore(data).reader()
    rows = reader.solve("SELECT DISTINCT ?s WHERE { ?s a ?class FILTER(STRSTARTS(STR(?s), 'https://w3id.org/')) }")
    found = sorted(row["s"].value.partition("/id/")[2] for row in rows)  # type: ignore[union-attr, index]
    chance = random.Random(1)  # noqa: S311 - the same pages each time
    picked = chance.sample([one for one in found if one.partition("/")[0] in KINDS], count)
    return [f"/doc/{one}" for one in picked]


def address(server: subprocess.Popen[str]) -> int:
    """The port that the server says it listens on."""
    for line in server.stderr or ():
        if found := re.search(r"http://127\.0\.0\.1:(\d+)/sparql", line):
            return int(found[1])
    raise SystemExit("the server did not start")


async def measure(server: int, port: int, warming: list[str], paths: list[str], clients: int) -> None:
    await wait_for(port)
    await wait_for_memory(port)
    await run(port, warming, clients)
    tags: dict[str, str] = {}

    async def told(name: str, paths: list[str], clients: int, **options: dict[str, str]) -> None:
        before = spent(server)
        took, whole = await run(port, paths, clients, **options)
        report(
            name, took, whole, [(after - past) / len(paths) for past, after in zip(before, spent(server), strict=True)]
        )

    await told("distinct pages", paths, clients, tags=tags)
    await told("the same again", paths * 3, clients)
    await told("304 for a held page", paths * 3, clients, held=tags)
    await told("searches", searches(len(paths) // 2), clients)
    await told("Turtle, one client", [f"{path}.ttl" for path in paths[:100]], 1)


async def wait_for_memory(port: int) -> None:
    """Return once the readers hold the edition in memory: a server that has just begun reads from disk meanwhile."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        told = (await reader.read()).decode()
        writer.close()
        if re.search(r"edition_in_memory 1", told):
            return
        await asyncio.sleep(0.5)


def searches(count: int) -> list[str]:
    """Questions of one to three words, names and text, each once."""
    chance = random.Random(2)  # noqa: S311 - the same questions each time
    words = (*graph.FIRST, *graph.CITIES, *graph.TOPICS, "Geldgeber", "gefördert", "Netzwerk", "INFRA", "beteiligt")
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(chance.sample(words, chance.randint(1, 3)))] = None
    return [f"/search?q={quote(question)}" for question in found]


def spent(server: int) -> tuple[float, float]:
    """Seconds of processor time that the server and its readers have used so far."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
    return used(server), sum(used(int(one)) for one in children)


def used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return


async def run(
    port: int, paths: list[str], clients: int, tags: dict[str, str] | None = None, held: dict[str, str] | None = None
) -> tuple[list[float], float]:
    """Seconds for each request, and for all of them together."""
    waiting, took = list(reversed(paths)), []
    start = time.perf_counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            path = waiting.pop()
            begin = time.perf_counter()
            tag = await fetch(reader, writer, path, (held or {}).get(path))
            took.append(time.perf_counter() - begin)
            if tags is not None:
                tags[path] = tag
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return took, time.perf_counter() - start


async def fetch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, held: str | None) -> str:
    """One request on an open connection; returns the entity tag."""
    asked = "text/turtle" if path.endswith(".ttl") else "text/html"
    condition = f"If-None-Match: {held}\r\n" if held else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: {asked}\r\n{condition}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    status = head.split(" ", 2)[1]
    if status != ("304" if held else "200"):
        raise SystemExit(f"{path} answered {status}")
    if found := re.search(r"content-length: (\d+)", head):
        await reader.readexactly(int(found[1]) if status != "304" else 0)
    elif "chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    tag = re.search(r"etag: (.+?)\r", head)
    return tag[1].replace("w/", "W/") if tag else ""


def report(name: str, took: list[float], whole: float, spent: list[float]) -> None:
    cuts = statistics.quantiles(took, n=100)
    print(
        f"{name:<20} p50 {cuts[49] * 1000:6.1f} ms   p95 {cuts[94] * 1000:6.1f} ms   most {max(took) * 1000:6.1f} ms   "
        f"{len(took) / whole:6.0f} a second   "
        f"processor: server {spent[0] * 1000:5.2f} ms, readers {spent[1] * 1000:5.2f} ms"
    )


if __name__ == "__main__":
    main()
