"""The W3C SHACL Core suite through our own validation: 98 of 98 entries, so there is no exclusion to argue.

All entries go to one validator process. A report must have exactly the expected results: focus node, path, value,
severity, constraint component and source shape. Blank nodes count as equal: reports share no labels with the tests.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from numgraph.validation import engine, worker

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SUITE = Path(os.environ.get("NUMGRAPH_W3C") or Path(__file__).resolve().parents[2].parent / "shared" / "w3c")
CORE = SUITE / "shacl" / "core"

pytestmark = pytest.mark.skipif(not CORE.is_dir(), reason="the W3C suite is not at ../shared/w3c: set NUMGRAPH_W3C")

Results = Counter[tuple[str | None, ...]]


def triples(file: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE, base_iri=file.as_uri())]


def named(file: Path, predicate: str) -> list[str]:
    """The names of the files that a manifest or entry points to."""
    found = [triple.object for triple in triples(file) if triple.predicate == NamedNode(predicate)]
    return [Path(node.value).name for node in found if isinstance(node, NamedNode)]


def entries() -> list[str]:
    """``folder/name`` of every entry that the manifests include."""
    manifests = sorted(CORE.glob("*/manifest.ttl"))
    return [f"{file.parent.name}/{Path(name).stem}" for file in manifests for name in named(file, MF + "include")]


def text(file: Path) -> str:
    return engine.n_triples(triples(file))


def job(entry: str) -> engine.Job:
    file = CORE / f"{entry}.ttl"
    data, shapes = (file.parent / named(file, SHT + role)[0] for role in ("dataGraph", "shapesGraph"))
    return engine.Job(text(data), text(shapes))


@pytest.fixture(scope="module")
def outcomes() -> dict[str, engine.Outcome]:
    names = entries()
    return dict(zip(names, engine.run([job(name) for name in names]), strict=True))


def summary(results: Any) -> Results:
    keys = ("severity", "focus", "path", "value", "component", "shape")
    return Counter(tuple(unlabelled(result[key]) for key in keys) for result in results)


def unlabelled(term: str | None) -> str | None:
    return "_:" if term is not None and term.startswith("_:") else term


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")  # an entry has one on purpose, and rdflib remarks on it
@pytest.mark.parametrize("entry", entries())
def test_an_entry_gives_exactly_the_expected_results(entry: str, outcomes: dict[str, engine.Outcome]) -> None:
    expected = worker.graph(text(CORE / f"{entry}.ttl"))
    assert summary(outcomes[entry].results) == summary(worker.results(expected))


def test_the_whole_suite_is_run() -> None:
    assert len(entries()) == 98
