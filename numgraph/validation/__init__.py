"""SHACL for what is published and for what people submit: findings with focus node, path, value and plain words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Triple

from numgraph.errors import ValidationFailed
from numgraph.iris import Namespace
from numgraph.validation import engine
from numgraph.validation.dataset import check_dataset, dataset_rules
from numgraph.validation.findings import evidence_of, finding, with_sources
from numgraph.validation.judge import Judge
from numgraph.validation.looks import Graph
from numgraph.validation.reading import rdf_files, read_triples
from numgraph.validation.report import Report
from numgraph.validation.scoped import Checks
from numgraph.validation.sparql import broken, read_rules, store_of

__all__ = [
    "Report",
    "check_dataset",
    "evidence_of",
    "standing_checks",
    "validate",
    "validate_file",
    "with_sources",
]


def validate(triples: Iterable[Triple], shapes: Path, ontology: Path, *, seconds: float = engine.SECONDS) -> Report:
    """The report on ``triples`` against the shapes, with the ontology mixed in for its classes and properties.

    ``shapes`` and ``ontology`` are a Turtle file or a folder of them (its own files, no subfolders). Raises
    ValidationFailed where there is no verdict: broken shapes, a validator that died or took longer than ``seconds``.
    """
    return validate_graphs(tuple(triples), _read(shapes), _read(ontology), seconds=seconds)


def validate_file(path: Path, shapes: Path, ontology: Path, *, seconds: float = engine.SECONDS) -> Report:
    """The report on somebody's RDF file; a file that cannot be read raises UnreadableSource, by line and column."""
    return validate(read_triples(path), shapes, ontology, seconds=seconds)


def validate_graphs(
    data: tuple[Triple, ...],
    shapes: tuple[Triple, ...],
    ontology: tuple[Triple, ...] = (),
    *,
    seconds: float = engine.SECONDS,
) -> Report:
    """As ``validate``, for graphs that are read already: SHACL Core by pySHACL, SPARQL targets by Oxigraph."""
    rules = read_rules(shapes)
    store = store_of(data, ontology) if rules else None
    sparql = [found for rule in rules if store for found in broken(rule, store, Namespace())]
    texts = [engine.n_triples(graph) for graph in (data, shapes, ontology)]
    outcome = engine.run([engine.Job(*texts)], seconds=seconds)[0]
    return Report.of(map(finding, outcome.results), outcome.report).with_findings(sparql)


def standing_checks(shapes: Path, ontology: Path, graphs: frozenset[Graph], namespace: Namespace) -> Checks:
    """The checks of a folder of shapes for changes of the ``graphs`` of a dataset, by a validator that stays."""
    stated, known = _read(shapes), _read(ontology)
    judge = Judge(engine.n_triples(stated), engine.n_triples(known))
    judge.start()
    return Checks.of(stated, known, dataset_rules(shapes), graphs=graphs, namespace=namespace, judging=judge.results)


def _read(place: Path) -> tuple[Triple, ...]:
    """All triples of a file or folder; blank nodes of different files are different."""
    if not place.exists():
        raise ValidationFailed(f"{place}: there are no shapes or ontology here; name a Turtle file or a folder of them")
    files = enumerate(rdf_files(place))
    return tuple(triple for number, file in files for triple in read_triples(file, label=f"f{number}b"))
