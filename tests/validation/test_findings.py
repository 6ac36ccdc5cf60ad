from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from numgraph.model import Finding, Severity
from numgraph.validation.findings import evidence_of, finding, in_order, with_sources

FOUND = Finding(
    Severity.WARNING, "<urn:phase>", "<urn:end>", '"2030"', "<urn:shape>", "MaxCountConstraintComponent", "en", "de"
)
CLAIMS = [
    ("<urn:phase>", "<urn:end>", '"2030"', "urn:b", "until 2030"),
    ("<urn:phase>", "<urn:end>", '"2031"', "urn:a", "until 2031"),
    ("<urn:phase>", "<urn:start>", '"2025"', "urn:a", "from 2025"),
]


def test_a_finding_shows_the_sentence_of_its_value() -> None:
    (found,) = with_sources([FOUND], evidence_of(CLAIMS))
    assert found.sources == (("urn:b", "until 2030"),)


def test_without_a_value_a_finding_shows_every_sentence_of_its_property() -> None:
    (found,) = with_sources([replace(FOUND, value=None)], evidence_of(CLAIMS))
    assert found.sources == (("urn:a", "until 2031"), ("urn:b", "until 2030"))


def test_where_a_property_is_missing_a_finding_shows_where_its_subject_is_spoken_of() -> None:
    (found,) = with_sources([replace(FOUND, path="<urn:amount>", value=None)], evidence_of(CLAIMS))
    assert len(found.sources) == 3


def test_a_finding_on_something_unknown_has_no_sources() -> None:
    (found,) = with_sources([replace(FOUND, focus_node="<urn:other>")], evidence_of(CLAIMS))
    assert found.sources == ()


def test_a_severity_of_somebodys_own_counts_as_a_violation() -> None:
    result = {
        "severity": "urn:worse", "focus": "<urn:a>", "path": None, "value": None, "shape": "<urn:s>",
        "component": "urn:component", "messages": {"": "Nein."},
    }  # fmt: skip
    found = finding(result)
    assert found.severity is Severity.VIOLATION
    assert (found.component, found.message_en, found.message_de) == ("urn:component", "Nein.", "Nein.")


@given(
    st.permutations([replace(FOUND, severity=severity, value=value) for severity in Severity for value in (None, "1")])
)
def test_findings_have_one_order_and_no_duplicates(findings: list[Finding]) -> None:
    assert in_order([*findings, findings[0]]) == in_order(sorted(findings, key=repr))
    assert [found.severity for found in in_order(findings)] == [severity for severity in Severity for _ in range(2)]
