"""Small graphs, shapes and cases for the tests of validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from numgraph.terms import SH

PREFIXES = """
@prefix shapes: <https://w3id.org/numgraph/shapes#> .
@prefix num: <https://w3id.org/numgraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://example.org/> .
"""

Verdict = frozenset[tuple[str, str]]  # (shape IRI, component IRI) of what must be broken


@dataclass(frozen=True)
class Case:
    """An example that says itself what it breaks: ``about`` names shape and components, ``broken`` is empty if none."""

    file: Path
    quads: tuple[Quad, ...]
    about: Verdict
    broken: Verdict
    focus_node: str | None


@pytest.fixture(scope="session")
def turtle() -> Callable[[str], tuple[Triple, ...]]:
    """The triples of a Turtle text, the usual prefixes understood."""

    def read(text: str) -> tuple[Triple, ...]:
        return tuple(quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE))

    return read


@pytest.fixture(scope="session")
def cases(checkout: Path) -> list[Case]:
    return [read_case(file) for file in sorted((checkout / "shapes/cases").rglob("*.t[tr]*"))]


def read_case(file: Path) -> Case:
    base = file.as_uri()
    rdf_format = RdfFormat.TRIG if file.suffix == ".trig" else RdfFormat.TURTLE
    quads = list(parse(path=str(file), format=rdf_format, base_iri=base, rename_blank_nodes=True))
    verdict = [quad for quad in quads if str(quad.subject).startswith(f"<{base}")]
    about = frozenset(pairs(verdict))
    conforms = values(verdict, "conforms") == ["true"]
    data = tuple(quad for quad in quads if quad not in verdict)
    focus_node = next((str(quad.object) for quad in verdict if quad.predicate.value == SH + "focusNode"), None)
    return Case(file, data, about, frozenset() if conforms else about, focus_node)


def values(quads: list[Quad], name: str) -> list[str]:
    found = [quad.object for quad in quads if quad.predicate == NamedNode(SH + name)]
    return [getattr(term, "value", "") for term in found]


def pairs(quads: list[Quad]) -> Iterator[tuple[str, str]]:
    (shape,) = values(quads, "sourceShape")
    return ((shape, component) for component in values(quads, "sourceConstraintComponent"))
