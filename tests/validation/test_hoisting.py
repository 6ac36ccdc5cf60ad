from __future__ import annotations

import pytest
from rdflib import SH, Graph, URIRef

from numgraph.validation.hoisting import hoist

PREFIX = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <urn:> .
"""
CHILD = ":child sh:path :p ; sh:minCount 1 .\n"


def hoisted(text: str) -> Graph:
    shapes = Graph().parse(data=PREFIX + CHILD + text, format="turtle")
    hoist(shapes)
    return shapes


def test_property_shapes_take_over_the_targets_of_all_their_node_shapes() -> None:
    shapes = hoisted(":one sh:targetClass :A ; sh:property :child . :two sh:targetSubjectsOf :q ; sh:property :child .")
    child = URIRef("urn:child")
    assert set(shapes.objects(child, SH.targetClass)) == {URIRef("urn:A")}
    assert set(shapes.objects(child, SH.targetSubjectsOf)) == {URIRef("urn:q")}
    assert not set(shapes.subject_objects(SH.property))


@pytest.mark.parametrize(
    "shape",
    [
        ":one sh:targetClass :A ; sh:property :child . :other sh:node :one .",
        ":one sh:targetClass :A ; sh:property :child ; sh:closed true .",
        ":one sh:targetClass :A ; sh:property :child ; sh:deactivated true .",
        ":one a rdfs:Class ; sh:targetClass :A ; sh:property :child .",
        ":one sh:targetClass :A ; sh:property :child . :child sh:qualifiedValueShape :other .",
        ":one sh:path :q ; sh:targetClass :A ; sh:property :child .",
    ],
    ids=["referred to", "closed", "deactivated", "class", "siblings", "property shape"],
)
def test_a_shape_stays_as_it_is_where_that_could_change_a_result(shape: str) -> None:
    assert (URIRef("urn:one"), SH.property, URIRef("urn:child")) in hoisted(shape)
