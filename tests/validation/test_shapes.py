"""The shapes as material for forms, query builders and documentation: complete, in two languages, true to the terms."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode
from pyshacl import validate as pyshacl_validate
from rdflib import Graph

from numgraph import terms
from numgraph.terms import RDF, SH, num
from numgraph.validation.reading import read_triples

TARGETS = {SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")}
Shapes = dict[str, dict[str, list[Any]]]


@pytest.fixture(scope="module")
def shapes(checkout: Path) -> Shapes:
    """Named shape -> predicate -> objects, of all shape files."""
    files = [*sorted((checkout / "shapes").glob("*.ttl")), *sorted((checkout / "shapes/dataset").glob("*.ttl"))]
    found: Shapes = defaultdict(lambda: defaultdict(list))
    for triple in (triple for file in files for triple in read_triples(file)):
        found[str(triple.subject)][triple.predicate.value].append(triple.object)
    kinds = {NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape")}
    return {name: about for name, about in found.items() if kinds & set(about[RDF + "type"])}


@pytest.mark.parametrize("property", ["name", "description", "message"])
def test_every_shape_speaks_german_and_english(property: str, shapes: Shapes) -> None:
    for name, about in shapes.items():
        texts = about[SH + property]
        assert sorted(str(text.language) for text in texts) == ["de", "en"], f"{name}: sh:{property}"
        assert all(text.value.strip() for text in texts)


@pytest.mark.parametrize("property", ["severity", "order", "group"])
def test_every_shape_has_one(property: str, shapes: Shapes) -> None:
    assert [name for name, about in shapes.items() if len(about[SH + property]) != 1] == []


def test_every_group_has_labels_and_a_place(checkout: Path, shapes: Shapes) -> None:
    stated = read_triples(checkout / "shapes/shapes.ttl")
    for group in {about[SH + "group"][0] for about in shapes.values()}:
        about = [triple for triple in stated if triple.subject == group]
        labels = [triple.object for triple in about if isinstance(triple.object, Literal) and triple.object.language]
        assert {label.language for label in labels} == {"de", "en"}
        assert any(triple.predicate.value == SH + "order" for triple in about)


def test_every_property_shape_has_a_name_of_its_own(shapes: Shapes) -> None:
    linked = {str(child) for about in shapes.values() for child in about[SH + "property"]}
    assert not {child for child in linked if child.startswith("_:")}
    assert linked <= shapes.keys(), "sh:property leads to a shape that is not there"


def test_every_property_shape_is_reached(shapes: Shapes) -> None:
    linked = {str(child) for about in shapes.values() if TARGETS & about.keys() for child in about[SH + "property"]}
    own = {name for name, about in shapes.items() if SH + "path" in about}
    assert sorted(own - linked) == []


def test_every_class_of_things_has_a_node_shape(shapes: Shapes) -> None:
    targeted = {target.value for about in shapes.values() for target in about[SH + "targetClass"]}
    kinds_of_properties = {"SingleValued", "TimeVarying"}
    assert {num(name) for name in set(terms.CLASSES) - kinds_of_properties} <= targeted


def test_every_property_has_a_property_shape(shapes: Shapes) -> None:
    paths = {path.value for about in shapes.values() for path in about[SH + "path"] if not isinstance(path, BlankNode)}
    wanted = {num(name) for name in (*terms.RELATIONS, *terms.ATTRIBUTES, *terms.BOOKKEEPING)}
    assert sorted(wanted - paths) == []


def test_the_shapes_are_shacl_by_shacls_own_shapes(checkout: Path) -> None:
    shapes = Graph()
    for file in sorted((checkout / "shapes").glob("*.ttl")):
        shapes.parse(file)
    conforms, _, text = pyshacl_validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text
