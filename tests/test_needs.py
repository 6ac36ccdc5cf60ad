"""What a class needs is read from shapes and ontology, whatever they say."""

from __future__ import annotations

from typing import Any

import pytest

from numgraph import needs, resources

SHAPES = """@prefix num: <https://w3id.org/numgraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <urn:x:> .
x:Organisation sh:targetClass num:Organisation ; sh:property x:label , x:goal , x:place .
x:Hospital sh:targetClass num:UniversityHospital ; sh:property x:place-needed , x:either .
x:label sh:path skos:prefLabel ; sh:minCount 1 ; sh:severity sh:Warning ; sh:name "name"@en , "Name"@de .
x:goal sh:path num:goal ; sh:minCount 0 ; sh:or ( [ sh:datatype xsd:string ] [ sh:class num:Place ] ) .
x:place sh:path num:locatedIn ; sh:class num:Place .
x:place-needed sh:path num:locatedIn ; sh:minCount 1 ; sh:severity sh:Info .
x:either sh:path [ sh:alternativePath ( num:partOf num:memberOf ) ] ; sh:minCount 1 .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("shapes")
    (folder / "small.ttl").write_text(SHAPES, encoding="utf-8")
    return needs.read(resources.ontology(), folder)


def needed(found: dict[str, Any], name: str) -> dict[str, str]:
    (one,) = [one for one in found["classes"] if one["name"] == name]
    return {each["name"]: each["need"] for each in one["properties"]}


def expects(found: dict[str, Any], name: str) -> list[str]:
    (one,) = [one for one in found["properties"] if one["name"] == name]
    return list(one["expects"])


def test_a_class_inherits_what_its_superclass_needs(small: dict[str, Any]) -> None:
    found = needed(small, "num:UniversityHospital")
    assert found["skos:prefLabel"] == "mandatory"
    assert found["num:goal"] == "optional"


def test_the_stronger_need_counts_and_mandatory_comes_first(small: dict[str, Any]) -> None:
    assert needed(small, "num:Organisation")["num:locatedIn"] == "optional"
    found = needed(small, "num:UniversityHospital")
    assert found["num:locatedIn"] == "recommended"
    assert list(found.values()) == sorted(found.values(), key=["mandatory", "recommended", "optional"].index)


def test_none_of_several_paths_is_mandatory_by_itself(small: dict[str, Any]) -> None:
    found = needed(small, "num:UniversityHospital")
    assert (found["num:partOf"], found["num:memberOf"]) == ("optional", "optional")


def test_a_class_that_no_shape_targets_needs_its_type_only(small: dict[str, Any]) -> None:
    assert needed(small, "num:Event") == {"rdf:type": "mandatory"}


def test_a_property_expects_what_its_shapes_take_alternatives_included(small: dict[str, Any]) -> None:
    assert expects(small, "num:goal") == ["num:Place", "xsd:string"]
    assert expects(small, "num:locatedIn") == ["num:Place"]


def test_properties_of_other_vocabularies_are_called_as_the_shapes_say(small: dict[str, Any]) -> None:
    (label,) = [one for one in small["properties"] if one["name"] == "skos:prefLabel"]
    assert label["label"] == {"en": "name", "de": "Name"}


def test_every_class_and_property_of_the_ontology_is_there_with_german_and_english_labels() -> None:
    found = needs.read(resources.ontology(), resources.shapes())
    own = [one for kind in ("classes", "properties") for one in found[kind] if one["name"].startswith("num:")]
    assert len(own) > 60
    assert all({"de", "en"} <= one["label"].keys() for one in own)
