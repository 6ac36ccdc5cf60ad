"""How long it takes to validate a change, against validating everything: ``python bench/validation.py``.

Datasets of 100,000 and a million statements (agreed facts, each with the claim behind it) on disk; ordinary changes of
1 to 50 facts, applied, validated, taken back. pySHACL validates all that is published at the smaller size.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from numgraph import resources, validation
from numgraph.iris import Namespace
from numgraph.terms import PROV, RDF, RDFS, XSD, num
from numgraph.validation.looks import Graph
from numgraph.validation.scoped import Change, Checks

NAMESPACE = Namespace()
TYPE, LABEL = NamedNode(RDF + "type"), NamedNode(RDFS + "label")
CATALOGUE, EVIDENCE = NamedNode(NAMESPACE.graph("catalogue")), NamedNode(NAMESPACE.evidence_graph("bench"))
SOURCE = NamedNode(NAMESPACE.source("bench"))
GRAPHS = frozenset[Graph]({DefaultGraph(), CATALOGUE})
PER_FACT = 13  # statements: the fact and its claim
HUBS = 20  # places and funders that everything is linked to
SIZES = (1, 5, 20, 50)  # facts of a change

Fact = tuple[NamedNode, NamedNode, NamedNode | Literal]


def thing(kind: str, number: int) -> NamedNode:
    return NamedNode(NAMESPACE.thing(f"{kind}/{number}"))


def facts(number: int, chance: random.Random) -> Iterator[Fact]:
    """What is agreed of one network: class, name, date, place, funder, a whole it is part of."""
    network = thing("network", number)
    yield network, TYPE, NamedNode(num("Network"))
    yield network, LABEL, Literal(f"Netz {number}", language="de")
    yield network, NamedNode(num("foundedOn")), Literal(f"{1990 + number % 30}", datatype=NamedNode(XSD + "gYear"))
    yield network, NamedNode(num("locatedIn")), thing("place", chance.randrange(HUBS))
    yield network, NamedNode(num("fundedBy")), thing("funder", chance.randrange(HUBS))
    yield network, NamedNode(num("partOf")), thing("network", chance.randrange(max(1, number)))


def hubs() -> Iterator[Fact]:
    for number in range(HUBS):
        for kind, name in (("place", "Place"), ("funder", "Funder")):
            yield thing(kind, number), TYPE, NamedNode(num(name))
            yield thing(kind, number), LABEL, Literal(f"{name} {number}", language="de")


def quads(fact: Fact, claim: NamedNode) -> Iterator[Quad]:
    """A fact with the claim behind it."""
    subject, predicate, value = fact
    yield Quad(subject, predicate, value, DefaultGraph())
    said = {
        RDF + "type": NamedNode(num("Claim")), RDF + "subject": subject, RDF + "predicate": predicate,
        RDF + "object": value, PROV + "wasDerivedFrom": SOURCE, num("quote"): Literal("Satz"),
        num("startOffset"): Literal(0), num("endOffset"): Literal(4), num("rule"): Literal("bench"),
        num("confidence"): Literal("0.9", datatype=NamedNode(XSD + "decimal")), num("status"): Literal("accepted"),
        num("modality"): Literal("asserted"),
    }  # fmt: skip
    yield from (Quad(claim, NamedNode(name), term, EVIDENCE) for name, term in said.items())


def dataset(statements: int, chance: random.Random) -> Iterator[Quad]:
    yield Quad(SOURCE, TYPE, NamedNode(num("PressRelease")), CATALOGUE)
    yield Quad(SOURCE, NamedNode(num("title")), Literal("Meldung", language="de"), CATALOGUE)
    for at, fact in enumerate(hubs()):
        yield from quads(fact, thing("claim", -1 - at))
    number = claims = 0
    while claims * PER_FACT < statements:
        for fact in facts(number, chance):
            yield from quads(fact, thing("claim", claims))
            claims += 1
        number += 1


def change(size: int, things: int, number: int, chance: random.Random) -> frozenset[Quad]:
    """New facts about things that are there, and now and then one too many."""
    added: set[Quad] = set()
    for at in range(size):
        network = thing("network", chance.randrange(things))
        new: list[Fact] = [
            (network, NamedNode(num("alias")), Literal(f"N{number}-{at}")),
            (network, NamedNode(num("locatedIn")), thing("place", chance.randrange(HUBS))),
            (network, NamedNode(num("foundedOn")), Literal("im Mai")),
            (thing("place", chance.randrange(HUBS)), NamedNode(num("alias")), Literal(f"P{number}-{at}")),
        ]
        added.update(quads(chance.choice(new), thing("claim-new", number * 1000 + at)))
    return frozenset(added)


def measured(engine: Store, checks: Checks, statements: int, rounds: int, chance: random.Random) -> list[float]:
    """Seconds of each change, and a line about each size."""
    taken: list[float] = []
    for size in SIZES:
        times = []
        for number in range(rounds):
            added = frozenset(
                one for one in change(size, statements // PER_FACT // 6, number, chance) if one not in engine
            )
            engine.extend(added)
            start = time.perf_counter()
            checks.recheck(Change(engine, added, frozenset()))
            times.append(time.perf_counter() - start)
            for quad in added:
                engine.remove(quad)
        print(f"  {size:>3} facts changed: p50 {statistics.median(times):6.3f} s, p95 {p95(times):6.3f} s")
        taken += times
    return taken


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def whole(engine: Store) -> float:
    """Seconds that pySHACL takes for all that is published."""
    triples = [quad.triple for graph in GRAPHS for quad in engine.quads_for_pattern(None, None, None, graph)]
    start = time.perf_counter()
    validation.validate(triples, resources.shapes(), resources.ontology())
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    checks = validation.standing_checks(resources.shapes(), resources.ontology(), GRAPHS, NAMESPACE)
    everything = None
    for statements in sorted(asked.statements):
        chance = random.Random(statements)  # noqa: S311 - the same data each time
        with tempfile.TemporaryDirectory() as folder:
            engine = Store(str(Path(folder) / "store"))
            engine.bulk_extend(dataset(statements, chance))
            print(f"{len(engine):,} statements (load average {os.getloadavg()[0]:.1f})")
            times = measured(engine, checks, statements, asked.rounds, chance)
            everything = everything or whole(engine)
            print(f"  all changes: p50 {statistics.median(times):.3f} s, p95 {p95(times):.3f} s")
            ratio = f"{everything:.1f} s, {everything / p95(times):.0f} x p95"
            print(f"  pySHACL on all that is published at {min(asked.statements):,} statements: {ratio}")


if __name__ == "__main__":
    main()
