"""What ``validate`` promises: findings a person can act on, a fixed order, clear errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Triple

from numgraph.errors import MalformedRdf, UnreadableSource, ValidationFailed
from numgraph.model import Severity
from numgraph.validation import Report, validate, validate_file

Turtle = Callable[[str], tuple[Triple, ...]]
WRONG = 'ex:it num:email "erika(at)example.org" ; num:fundingAmount 5.0 .'


@pytest.fixture(scope="module")
def report(checkout: Path, turtle: Turtle) -> Report:
    return validate(turtle(WRONG), checkout / "shapes", checkout / "ontology")


def test_a_finding_names_place_value_shape_and_constraint(report: Report) -> None:
    violation = report.findings[0]
    assert violation.severity is Severity.VIOLATION
    assert violation.focus_node == "<https://example.org/it>"
    assert violation.path == "<https://w3id.org/numgraph/ontology#email>"
    assert violation.value == '"erika(at)example.org"'
    assert violation.shape == "<https://w3id.org/numgraph/shapes#email>"
    assert violation.component == "PatternConstraintComponent"


def test_a_finding_says_what_to_do_in_both_languages(report: Report) -> None:
    assert report.findings[0].message_en.startswith("Write the e-mail address plainly")
    assert report.findings[0].message_de.startswith("Schreiben Sie die E-Mail-Adresse schlicht")


def test_violations_come_first_and_warnings_do_not_stop_a_commit(
    checkout: Path, turtle: Turtle, report: Report
) -> None:
    assert [found.severity for found in report.findings] == [Severity.VIOLATION, Severity.WARNING]
    assert not report.conforms
    only_warned = validate(turtle("ex:it num:fundingAmount 5.0 ."), checkout / "shapes", checkout / "ontology")
    assert only_warned.conforms
    assert only_warned.counts == {"violation": 0, "warning": 1, "info": 0}


def test_the_order_of_the_triples_does_not_matter(checkout: Path, turtle: Turtle, report: Report) -> None:
    backwards = validate(reversed(turtle(WRONG)), checkout / "shapes", checkout / "ontology")
    assert backwards.to_dict() == report.to_dict()
    assert backwards.turtle() == report.turtle()


def test_a_report_is_plain_json(report: Report) -> None:
    assert json.loads(json.dumps(report.to_dict()))["counts"] == {"violation": 1, "warning": 1, "info": 0}


def test_subclasses_are_known_from_the_ontology(checkout: Path, turtle: Turtle) -> None:
    nameless = validate(turtle("ex:it a num:Company ."), checkout / "shapes", checkout / "ontology")
    assert [found.shape for found in nameless.findings] == ["<https://w3id.org/numgraph/shapes#label>"]


def test_a_misspelt_term_is_found_with_its_user(checkout: Path, turtle: Turtle) -> None:
    report = validate(turtle('ex:it num:fundngEnd "2030" .'), checkout / "shapes", checkout / "ontology")
    (found,) = report.findings
    assert found.path == "<https://w3id.org/numgraph/ontology#fundngEnd>"
    assert "num:fundngEnd" in found.message_de


def test_a_finding_of_a_sparql_rule_is_in_the_rdf_report(checkout: Path, turtle: Turtle) -> None:
    report = validate(turtle('ex:it num:fundngEnd "2030" .'), checkout / "shapes", checkout / "ontology")
    assert "sh:conforms false" in report.turtle()
    assert "sh:sourceShape <https://w3id.org/numgraph/shapes#UnknownProperty>" in report.turtle()


def test_periods_are_compared_at_the_precision_that_both_dates_have(checkout: Path, turtle: Turtle) -> None:
    data = """
    ex:same num:fundingStart "2030-12-31"^^xsd:date ; num:fundingEnd "2030"^^xsd:gYear .
    ex:after num:fundingStart "2031-01"^^xsd:gYearMonth ; num:fundingEnd "2030-12-31"^^xsd:date .
    """
    report = validate(turtle(data), checkout / "shapes", checkout / "ontology")
    assert [found.focus_node for found in report.findings] == ["<https://example.org/after>"]


def test_a_shape_without_words_gets_a_sentence_in_both_languages(tmp_path: Path, turtle: Turtle) -> None:
    shape = "<urn:s> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:q> ; sh:minCount 1 ] ."
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(f"@prefix sh: <http://www.w3.org/ns/shacl#> . {shape}", encoding="utf-8")
    (found,) = validate(turtle("ex:it <urn:p> 1 ."), shapes, tmp_path).findings
    assert found.message_en == "A value is missing; add it."
    assert found.message_de == "Ein Wert fehlt; ergänzen Sie ihn."


def test_a_folder_that_is_not_there_is_no_empty_set_of_shapes(tmp_path: Path, checkout: Path) -> None:
    with pytest.raises(ValidationFailed, match="nowhere"):
        validate([], tmp_path / "nowhere", checkout / "ontology")


def test_a_file_is_validated_by_its_suffix(tmp_path: Path, checkout: Path) -> None:
    file = tmp_path / "mine.nq"
    line = '<urn:a> <https://w3id.org/numgraph/ontology#email> "x" <urn:graph> .\n'
    file.write_text(line, encoding="utf-8")
    assert validate_file(file, checkout / "shapes", checkout / "ontology").counts["violation"] == 1


def test_a_broken_file_is_named_with_line_and_column(tmp_path: Path, checkout: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text("<urn:a> <urn:b>\n  <urn:c> <urn:d> .\n", encoding="utf-8")
    with pytest.raises(MalformedRdf, match=r"mine\.ttl:2:11") as caught:
        validate_file(file, checkout / "shapes", checkout / "ontology")
    assert (caught.value.line, caught.value.column) == (2, 11)


def test_a_file_of_an_unknown_kind_is_refused(tmp_path: Path, checkout: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"\.docx"):
        validate_file(tmp_path / "mine.docx", checkout / "shapes", checkout / "ontology")
