"""SHACL for what is published and for what people submit: findings with focus node, path, value and plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import Triple

from numgraph.errors import ValidationFailed
from numgraph.validation import engine
from numgraph.validation.findings import finding, in_order
from numgraph.validation.reading import rdf_files, read_triples
from numgraph.validation.report import Report

__all__ = ["Report", "validate", "validate_each", "validate_file"]


def validate(triples: Iterable[Triple], shapes: Path, ontology: Path, *, seconds: float = engine.SECONDS) -> Report:
    """The report on ``triples`` against the shapes, with the ontology mixed in for its classes and properties.

    ``shapes`` and ``ontology`` are a Turtle file or a folder of them (its own files, no subfolders). Raises
    ValidationFailed where there is no verdict: broken shapes, a validator that died or took longer than ``seconds``.
    """
    return validate_each([triples], shapes, ontology, seconds=seconds)[0]


def validate_each(
    graphs: Iterable[Iterable[Triple]], shapes: Path, ontology: Path, *, seconds: float = engine.SECONDS
) -> list[Report]:
    """One report per graph, each checked on its own, in one process that loads shapes and ontology once."""
    rules, words = _text(shapes), _text(ontology)
    jobs = [engine.Job(engine.n_triples(triples), rules, words) for triples in graphs]
    return check(jobs, seconds=seconds)


def validate_file(path: Path, shapes: Path, ontology: Path, *, seconds: float = engine.SECONDS) -> Report:
    """The report on somebody's RDF file; a file that cannot be read raises UnreadableSource, by line and column."""
    return validate(read_triples(path), shapes, ontology, seconds=seconds)


def check(jobs: Sequence[engine.Job], *, seconds: float = engine.SECONDS) -> list[Report]:
    """One report per job: the way in for data that bring shapes of their own."""
    outcomes = engine.run(jobs, seconds=seconds)
    return [Report(in_order(map(finding, outcome.results)), outcome.report) for outcome in outcomes]


def _text(place: Path) -> str:
    if not place.exists():
        raise ValidationFailed(f"{place}: there are no shapes or ontology here; name a Turtle file or a folder of them")
    files = enumerate(rdf_files(place))  # blank nodes of different files are different
    return engine.n_triples(triple for number, file in files for triple in read_triples(file, label=f"f{number}b"))
