"""Our endpoint and its peers over the same graph: answers a second, latencies, time to the first byte.

    python bench/service.py [--quads 100000 1000000] [--clients 1 8 32] [--seconds 2] [--only numgraph fuseki]

Each system is started alone, asked from a process of its own (``load.py``), and ended before the next begins. Prints a
table and the ratios to ours, and writes .bench/service.json and .bench/service.svg.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import graph
from peers import BENCH, PEERS, Absent

from numgraph import formats
from numgraph.store.editions import EmbeddedStore

_PREFIXES = (
    "PREFIX num: <https://w3id.org/numgraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX org: <http://www.w3.org/ns/org#> "
)
_COLOURS = ("#1b6ca8", "#0f3d5e", "#74b3dd", "#c8553d", "#e9a178", "#6a994e", "#8d6a9f", "#888888")
_MOST_ASKED = 400  # different questions of a kind
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Things:
    """IRIs that questions are made from."""

    projects: list[str]
    hospitals: list[str]
    funders: list[str]


def things(store: EmbeddedStore) -> Things:
    def found(pattern: str) -> list[str]:
        query = f"{_PREFIXES} SELECT DISTINCT ?x {{ {pattern} }} ORDER BY ?x LIMIT {_MOST_ASKED}"
        rows = cast("Any", store.reader().solve(query))
        return [str(row["x"]) for row in rows]

    return Things(found("?x num:fundedBy ?y"), found("?y num:hostedAt ?x"), found("?y num:fundedBy ?x"))


def workloads(of: Things) -> dict[str, list[str]]:
    """Questions by kind, each of a kind another, so that no cache of answers helps; "repeated" is one alone."""
    star = "?p num:hostedAt %s ; num:fundedBy ?f ; skos:prefLabel ?l ; num:fundingEnd ?e"
    aggregate = "SELECT ?f (COUNT(?p) AS ?n) { ?p num:fundedBy ?f ; num:hostedAt ?h FILTER(?h != %s) } GROUP BY ?f"
    return {
        "lookup": [f"SELECT ?p ?o {{ {one} ?p ?o }}" for one in of.projects],
        "star join": [f"SELECT * {{ {star % one} }}" for one in of.hospitals],
        "aggregate": [aggregate % one for one in of.hospitals],
        "path": [f"SELECT DISTINCT ?x {{ {one} (num:hostedAt|num:partOf|^num:leads)+ ?x }}" for one in of.projects],
        "large": [f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {50_000 + number}" for number in range(50)],
        "repeated": [aggregate % "<http://example.org/>"],
    }


def prepare(data: Path, quads: int) -> None:
    """The data folder, and the same statements in the files that the peers load."""
    graph.build(data, quads)
    reader = EmbeddedStore(data).reader()
    for name, wanted, part in (("data.nq", formats.N_QUADS, None), ("default.nt", formats.N_TRIPLES, "")):
        if not (data / name).exists():
            with (data / name).open("wb") as output:
                reader.dump(wanted, output, part)


def measured(address: str, queries: list[str], clients: int, seconds: float) -> Row:
    place, _, parameters = address.partition("?")
    path = "/" + place.split("/", 3)[3]
    rest = f"&{parameters}" if parameters else ""
    targets = [f"{path}?query={quote(_PREFIXES + query)}{rest}" for query in queries]
    random.Random(1).shuffle(targets)  # noqa: S311 - the same each time
    command = [sys.executable, str(Path(__file__).with_name("load.py")), place.removesuffix(path)]
    command += ["--clients", str(clients), "--seconds", str(seconds)]
    done = subprocess.run(command, input=json.dumps(targets), capture_output=True, text=True, check=True)
    row: Row = json.loads(done.stdout)
    return row


def compare(data: Path, given: argparse.Namespace) -> list[Row]:
    asked = workloads(things(EmbeddedStore(data)))
    rows: list[Row] = []
    for name in given.only or PEERS:
        serve = cast("AbstractContextManager[str]", PEERS[name](data))
        try:
            with serve as address:
                for kind, queries in asked.items():
                    measured(address, queries, 2, 0.5)  # what is read for the first time is not measured
                    for clients in given.clients:
                        row = measured(address, queries, clients, given.seconds)
                        rows.append({"system": name, "kind": kind, "clients": clients, **row})
                        print(_line(rows[-1]), flush=True)
        except Absent as reason:
            print(f"{name}: absent, {reason}", flush=True)
    return rows


def _line(row: Row) -> str:
    times = "  ".join(f"{name} {_number(row[name]):>8}" for name in ("first_byte", "p50", "p95", "p99"))
    failed = f"  failed {row['failed']}" if row["failed"] else ""
    return f"{row['system']:<17} {row['kind']:<10} {row['clients']:>3}  {row['per_second']:>9.1f}/s  {times} ms{failed}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def ratios(rows: list[Row]) -> None:
    """How many times the answers a second of each peer ours gives, for each kind and number of clients."""
    peers = [name for name in PEERS if name != "numgraph" and any(row["system"] == name for row in rows)]
    cells = {(row["system"], row["kind"], row["clients"]): row["per_second"] for row in rows}
    print(f"\nours as a multiple of   {'  '.join(f'{name:>17}' for name in peers)}")
    for (system, kind, clients), ours in cells.items():
        if system == "numgraph":
            found = (cells.get((name, kind, clients), 0.0) for name in peers)
            print(f"{kind:<10} {clients:>3} clients  {'  '.join(f'{_times(ours, one):>17}' for one in found)}")


def _times(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else "-"


def plot(rows: list[Row], place: Path) -> None:
    """Answers a second by kind and system at the largest number of clients, on a logarithmic scale, as SVG."""
    most = max(row["clients"] for row in rows)
    shown = [row for row in rows if row["clients"] == most]
    systems, kinds = (list(dict.fromkeys(row[name] for row in shown)) for name in ("system", "kind"))
    colours = dict(zip(PEERS, _COLOURS, strict=True))
    parts = [f'<text x="10" y="20">answers a second, {most} clients, logarithmic</text>']
    for number, name in enumerate(systems):
        x = 10 + 150 * (number % 4)
        y = 40 + 18 * (number // 4)
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colours[name]}"/>')
        parts.append(f'<text x="{x + 15}" y="{y}">{name}</text>')
    for row in shown:
        x = 10 + kinds.index(row["kind"]) * 160 + systems.index(row["system"]) * 16
        height = max(0.0, 50 * (1 + _log10(row["per_second"])))
        colour, top = colours[row["system"]], 360 - height
        parts.append(f'<rect x="{x}" y="{top:.1f}" width="14" height="{height:.1f}" fill="{colour}"/>')
        parts.append(f'<text x="{x}" y="{355 - height:.1f}" font-size="8">{row["per_second"]:.0f}</text>')
    parts += [f'<text x="{10 + number * 160}" y="378">{kind}</text>' for number, kind in enumerate(kinds)]
    style = 'font-family="sans-serif" font-size="12"'
    place.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="980" height="390" {style}>{"".join(parts)}</svg>\n'
    )


def _log10(value: float) -> float:
    return math.log10(max(value, 0.1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quads", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--only", nargs="+", choices=list(PEERS))
    given = parser.parse_args()
    BENCH.mkdir(exist_ok=True)
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    found = {}
    for quads in given.quads:
        data = BENCH / f"graph-{quads}"
        prepare(data, quads)
        print(f"\n{quads:,} statements")
        found[quads] = rows = compare(data, given)
        ratios(rows)
        plot(rows, BENCH / f"service-{quads}.svg")
    (BENCH / "service.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
