"""The records of the ontology hold what its pages show."""

from __future__ import annotations

from pathlib import Path

import pytest

from numgraph import ontology_docs
from numgraph.ontology_docs import Alignment, Term

SHAPE = """
@prefix num: <https://w3id.org/numgraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/shape> a sh:NodeShape ; sh:targetClass num:FundingPhase ; sh:property <https://example.org/end> .
<https://example.org/end> a sh:PropertyShape ; sh:path num:fundingEnd .
"""


@pytest.fixture(scope="module")
def terms(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Term]:
    shapes = tmp_path_factory.mktemp("shapes")
    (shapes / "funding.ttl").write_text(SHAPE, encoding="utf-8")
    return {term.name: term for term in ontology_docs.terms(checkout / "ontology", shapes)}


def test_classes_come_first_and_each_kind_is_in_alphabetical_order(checkout: Path) -> None:
    found = ontology_docs.terms(checkout / "ontology")
    kinds = [term.kind for term in found]
    assert kinds == sorted(kinds, key=["class", "relation", "attribute"].index)
    names = [term.name.casefold() for term in found if term.kind == "relation"]
    assert names == sorted(names)


def test_a_class_knows_its_place_its_properties_and_its_shapes(terms: dict[str, Term]) -> None:
    phase = terms["FundingPhase"]
    assert phase.labels == {"de": "Förderphase", "en": "funding phase"}
    assert "num:phaseOf" in phase.subject_of
    assert "num:Organisation" in phase.disjoint
    assert phase.shapes == ("https://example.org/shape",)
    assert terms["University"].above == ("num:Organisation",)
    assert "num:University" in terms["Organisation"].below


def test_disjointness_is_shown_from_both_sides(terms: dict[str, Term]) -> None:
    assert "num:Person" in terms["Organisation"].disjoint
    assert "num:Organisation" in terms["Person"].disjoint


def test_a_property_says_how_several_values_are_read(terms: dict[str, Term]) -> None:
    assert terms["fundingEnd"].traits == ("SingleValued",)
    assert terms["hasMemberCount"].traits == ("SingleValued", "TimeVarying")
    assert terms["participatesIn"].traits == ("TimeVarying",)
    assert terms["within"].traits == ("transitive",)
    assert terms["fundingEnd"].shapes == ("https://example.org/end",)


def test_alignments_are_told_apart_from_the_hierarchy(terms: dict[str, Term]) -> None:
    funded = terms["fundedBy"]
    assert funded.above == ()
    assert Alignment("subPropertyOf", "https://schema.org/funder", "schema:funder") in funded.alignments


def test_the_head_names_version_licence_and_prefix(checkout: Path) -> None:
    head = ontology_docs.ontology(checkout / "ontology")
    assert head.version_iri == f"{head.iri}/{head.version}"
    assert head.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert (head.prefix, head.namespace) == ("num", "https://w3id.org/numgraph/ontology#")


def test_a_deprecated_term_leads_to_its_replacement(tmp_path: Path) -> None:
    turtle = """
        @prefix num: <https://w3id.org/numgraph/ontology#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        num:old a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy num:New .
    """
    (tmp_path / "num.ttl").write_text(turtle, encoding="utf-8")
    (term,) = ontology_docs.terms(tmp_path)
    assert (term.deprecated, term.replaced_by) == (True, "num:New")


def test_an_iri_without_a_known_prefix_stays_as_it_is() -> None:
    assert ontology_docs.prefixed("https://example.org/x") == "https://example.org/x"
