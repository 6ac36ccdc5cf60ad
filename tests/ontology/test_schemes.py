"""The concept schemes hold the vocabularies of the press portal that the reader knows, label by label."""

from __future__ import annotations

from pathlib import Path

import pytest

from numgraph import ontology_docs
from numgraph.iris import slug
from numgraph.sources import idw_terms

FOLDER = Path(__file__).resolve().parents[2] / "ontology"
SCHEMES = {scheme.name: scheme for scheme in ontology_docs.schemes(FOLDER)}


def pairs(scheme: str) -> set[tuple[str, str]]:
    """The English label of each concept with each of its German labels."""
    return {
        (concept.labels["en"], german)
        for concept in SCHEMES[scheme].concepts
        for german in (concept.labels["de"], *(text for language, text in concept.alternatives if language == "de"))
    }


@pytest.mark.parametrize(
    ("scheme", "known"),
    [("subject-area", idw_terms.SUBJECT_AREA), ("release-type", idw_terms.RELEASE_TYPE)],
    ids=["subject areas", "release types"],
)
def test_a_scheme_and_the_reader_of_press_pages_know_the_same_terms(
    scheme: str, known: tuple[tuple[str, str], ...]
) -> None:
    assert pairs(scheme) == set(known)


def test_every_reach_that_the_reader_knows_is_a_region() -> None:
    assert set(idw_terms.REGION) <= pairs("region")


def test_all_sixteen_federal_states_stand_below_germany_with_their_iso_codes() -> None:
    states = [one for one in SCHEMES["region"].concepts if one.broader and one.broader.endswith("/germany")]
    assert len(states) == 16
    assert all(state.notation.startswith("DE-") for state in states)


@pytest.mark.parametrize("scheme", ["subject-area", "release-type", "region"])
def test_the_iri_of_a_concept_follows_from_its_english_label(scheme: str) -> None:
    for concept in SCHEMES[scheme].concepts:
        assert concept.iri == f"https://w3id.org/numgraph/scheme/{scheme}/{slug(concept.labels['en'])}"


def test_concepts_come_after_the_concept_above_them() -> None:
    for scheme in SCHEMES.values():
        seen: set[str] = set()
        for concept in scheme.concepts:
            assert concept.broader is None or concept.broader in seen
            seen.add(concept.iri)
