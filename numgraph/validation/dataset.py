"""Rules over the whole dataset: evidence, sources and conflicts, which no single data graph shows.

They are SHACL-SPARQL in form (one file a rule, in ``shapes/dataset/``) and run as one query each over all graphs. They
use GRAPH and MINUS, which SHACL leaves out: a missing claim among 100,000 is found in half a second this way.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Store

from numgraph import resources
from numgraph.iris import Namespace
from numgraph.model import Finding
from numgraph.validation.findings import in_order
from numgraph.validation.reading import rdf_files, read_triples
from numgraph.validation.sparql import Rule, broken, read_rules

FOLDER = "dataset"  # inside the shapes


def check_dataset(store: Store, namespace: Namespace, *, shapes: Path | None = None) -> list[Finding]:
    """The findings of every whole-dataset rule, sorted; ``shapes`` are our own unless given.

    Raises ValidationFailed for a rule that is no SPARQL query.
    """
    rules = dataset_rules(shapes or resources.shapes())
    return list(in_order(found for rule in rules for found in broken(rule, store, namespace)))


def dataset_rules(shapes: Path) -> list[Rule]:
    """The whole-dataset rules of a folder of shapes."""
    return [rule for file in rdf_files(shapes / FOLDER) for rule in read_rules(read_triples(file))]
