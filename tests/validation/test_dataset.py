"""The whole-dataset rules on a dataset of two sources; the cases in shapes/cases/dataset/ try each rule alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from numgraph.errors import ValidationFailed
from numgraph.iris import Namespace
from numgraph.validation import check_dataset

CASES = "shapes/cases/dataset"


def store_of(text: str) -> Store:
    store = Store()
    store.load(text, format=RdfFormat.TRIG, base_iri="https://example.org/")
    return store


def test_a_contradiction_names_both_sources_and_both_values(checkout: Path) -> None:
    text = (checkout / CASES / "contradiction-fail.trig").read_text(encoding="utf-8")
    (found,) = check_dataset(store_of(text), Namespace())
    for message in (found.message_en, found.message_de):
        assert all(word in message for word in ("Erste Meldung", "Zweite Meldung", "2030-06-30", "2030-12-31"))


def test_the_rules_hold_under_any_base(checkout: Path) -> None:
    text = (checkout / CASES / "missing-evidence-fail.trig").read_text(encoding="utf-8")
    elsewhere = text.replace("https://w3id.org/numgraph/", "https://data.example.org/")
    elsewhere = elsewhere.replace("https://data.example.org/ontology#", "https://w3id.org/numgraph/ontology#")
    (found,) = check_dataset(store_of(elsewhere), Namespace("https://data.example.org"))
    assert found.focus_node == "<https://data.example.org/id/network/x>"
    assert found.shape == "<https://w3id.org/numgraph/shapes#MissingEvidence>"


def test_an_empty_store_has_nothing_to_find() -> None:
    assert check_dataset(Store(), Namespace()) == []


def test_a_rule_that_is_no_query_is_named(tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    rule = '<urn:rule> <{0}sparql> <urn:c> . <urn:c> <{0}select> "SELECT WHERE" .'
    (tmp_path / "dataset/rule.ttl").write_text(rule.format("http://www.w3.org/ns/shacl#"), encoding="utf-8")
    with pytest.raises(ValidationFailed, match="urn:rule"):
        check_dataset(Store(), Namespace(), shapes=tmp_path)
