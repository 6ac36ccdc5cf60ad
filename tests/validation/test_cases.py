"""Every constraint of the shapes has an example that passes and one that breaks it and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Store, Triple
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP

from numgraph.iris import Namespace
from numgraph.model import Finding
from numgraph.terms import SH
from numgraph.validation import Report, check_dataset, validate
from numgraph.validation.reading import read_triples

from .conftest import Case, Verdict

# The parameters of SHACL Core that state a constraint, and the components they state (SHACL, section 4).
COMPONENTS = {str(iri): str(kind.shacl_constraint_component) for iri, kind in CONSTRAINT_PARAMETERS_MAP.items()}
NO_VERDICT = {SH + "PropertyConstraintComponent"}  # sh:property: its results are those of the property shape


def constraints(folder: Path) -> set[tuple[str, str]]:
    """(shape, component) of every constraint of a named shape in the Turtle files of ``folder``."""
    found = [triple for file in folder.glob("*.ttl") for triple in read_triples(file)]
    named = [triple for triple in found if isinstance(triple.subject, NamedNode)]
    stated = {(triple.subject.value, COMPONENTS.get(triple.predicate.value, "")) for triple in named}  # type: ignore[union-attr]  # named
    return {(shape, component) for shape, component in stated if component and component not in NO_VERDICT}


@pytest.fixture(scope="module")
def report(cases: list[Case], checkout: Path) -> Report:
    """One validation of all cases together: each has IRIs of its own, so that they cannot touch each other."""
    triples = {quad.triple for case in cases if case.file.suffix == ".ttl" for quad in case.quads}
    return validate(triples, checkout / "shapes", checkout / "ontology")


def by_focus_node(findings: tuple[Finding, ...] | list[Finding]) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in findings:
        found[one.focus_node].add((one.shape.strip("<>"), SH + one.component))
    return found


def nodes(case: Case) -> Iterator[str]:
    for quad in case.quads:
        for term in (quad.subject, quad.object):
            if isinstance(term, NamedNode | BlankNode):
                yield str(term)


def broken(case: Case, found: dict[str, set[tuple[str, str]]]) -> Verdict:
    own = {node for node in nodes(case) if "example.org/case/" in node or node.startswith("_:")}
    return frozenset(verdict for node in own for verdict in found.get(node, ()))


def test_each_case_breaks_what_it_says_and_nothing_else(cases: list[Case], report: Report) -> None:
    found = by_focus_node(report.findings)
    wrong = {
        case.file.name: (sorted(case.broken), sorted(broken(case, found)))
        for case in cases
        if case.file.suffix == ".ttl" and broken(case, found) != case.broken
    }
    assert not wrong, "file: (what it says, what it breaks)"


def test_each_failing_case_is_broken_at_the_focus_node_it_names(cases: list[Case], report: Report) -> None:
    found = by_focus_node(report.findings)
    named = [case for case in cases if case.file.suffix == ".ttl" and case.focus_node and "_:" not in case.focus_node]
    assert named
    assert [case.file.name for case in named if not case.broken <= found.get(case.focus_node or "", set())] == []


def test_each_dataset_case_breaks_what_it_says_and_nothing_else(cases: list[Case]) -> None:
    datasets = [case for case in cases if case.file.suffix == ".trig"]
    assert datasets
    for case in datasets:
        store = Store()
        store.bulk_extend(case.quads)
        findings = check_dataset(store, Namespace())
        assert set().union(*by_focus_node(findings).values()) == case.broken, case.file.name
        assert {found.focus_node for found in findings} == ({case.focus_node} if case.broken else set())


@pytest.mark.parametrize("folder", ["", "dataset"])
def test_each_constraint_has_a_passing_and_a_failing_case(folder: str, cases: list[Case], checkout: Path) -> None:
    wanted = constraints(checkout / "shapes" / folder)
    assert wanted
    passing = {pair for case in cases if not case.broken for pair in case.about}
    failing = {pair for case in cases for pair in case.broken}
    assert sorted(wanted - passing) == []
    assert sorted(wanted - failing) == []


def test_no_case_is_about_a_constraint_that_is_gone(cases: list[Case], checkout: Path) -> None:
    known = constraints(checkout / "shapes") | constraints(checkout / "shapes/dataset")
    assert sorted({pair for case in cases for pair in case.about} - known) == []


def test_a_failing_case_states_the_severity_of_its_shape(cases: list[Case], report: Report) -> None:
    said = {found.shape.strip("<>"): found.severity.value for found in report.findings}
    for case in cases:
        for shape, _ in case.broken if case.file.suffix == ".ttl" else ():
            severity = f"sh:{said[shape].capitalize()}"
            assert f"sh:resultSeverity {severity} ;" in case.file.read_text(encoding="utf-8"), case.file.name


def test_cases_cannot_touch_each_other(cases: list[Case]) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        if case.file.suffix == ".ttl":
            for node in nodes(case):
                if "example.org/case/" in node:
                    owners[node].add(case.file.name)
    assert [node for node, files in owners.items() if len(files) > 1] == []


def test_a_wrong_verdict_would_be_noticed(checkout: Path) -> None:
    it = NamedNode("https://example.org/case/x#it")
    amount = NamedNode("https://w3id.org/numgraph/ontology#fundingAmount")
    report = validate([Triple(it, amount, it)], checkout / "shapes", checkout / "ontology")
    assert not report.conforms
