"""The example of a term is Turtle, is about that term, and uses no term that does not exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from numgraph import ontology_docs
from numgraph.terms import NUM, PREFIXES

FOLDER = Path(__file__).resolve().parents[2] / "ontology"
TERMS = ontology_docs.terms(FOLDER)
PRELUDE = "@base <https://w3id.org/numgraph/id/> .\n" + "".join(
    f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()
)


def used(example: str) -> set[str]:
    graph = Graph().parse(data=PRELUDE + example, format="turtle")
    nodes = (node for triple in graph for node in triple)
    return {node.removeprefix(NUM) for node in nodes if isinstance(node, URIRef) and node.startswith(NUM)}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_an_example_is_turtle_that_uses_its_term(term: ontology_docs.Term) -> None:
    for example in term.examples:
        assert term.name in used(example)
        assert used(example) <= {one.name for one in TERMS}
