"""The terms the code uses are those of the ontology, in both directions and of the same kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from numgraph import ontology_docs, terms


@pytest.fixture(scope="module")
def kinds(checkout: Path) -> dict[str, str]:
    """The kind of each term of num.ttl: class, relation or attribute."""
    return {term.name: term.kind for term in ontology_docs.terms(checkout / "ontology")}


def test_the_code_and_the_ontology_have_the_same_terms(kinds: dict[str, str]) -> None:
    listed = [*terms.CLASSES, *terms.RELATIONS, *terms.ATTRIBUTES, *terms.BOOKKEEPING]
    assert sorted(listed) == sorted(kinds), "keep numgraph/terms.py and ontology/num.ttl equal"


@pytest.mark.parametrize(
    ("names", "kind"),
    [(terms.CLASSES, "class"), (terms.RELATIONS, "relation"), (terms.ATTRIBUTES, "attribute")],
    ids=["classes", "relations", "attributes"],
)
def test_a_term_is_of_the_kind_that_the_code_takes_it_for(
    names: tuple[str, ...], kind: str, kinds: dict[str, str]
) -> None:
    assert {name: kinds[name] for name in names} == dict.fromkeys(names, kind)


def test_what_the_project_states_itself_is_said_with_properties(kinds: dict[str, str]) -> None:
    assert {kinds[name] for name in terms.BOOKKEEPING} == {"relation", "attribute"}
