"""The gate before every commit: the shapes on what is published, the rules over the whole dataset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import DefaultGraph, NamedNode, Store, Triple

from numgraph import resources, validation
from numgraph.errors import InvalidData
from numgraph.iris import Namespace
from numgraph.mapping import recollection
from numgraph.model import Finding, Severity
from numgraph.validation import Report

_QUOTES = 5  # source sentences shown with a finding; more are noise


def checked(engine: Store, namespace: Namespace) -> Report:
    """The report of the shapes on the default graph and the catalogue, and of the rules over the whole dataset.

    Raises InvalidData on a violation. Evidence graphs are not shown to pySHACL: every claim node is written by one
    function, which the tests hold to the shapes, and they would take longer than the rest of the build.
    """
    report = validation.validate(_published(engine, namespace), resources.shapes(), resources.ontology())
    report = report.with_findings(validation.check_dataset(engine, namespace, shapes=resources.shapes()))
    report = replace(report, findings=_with_sources(report.findings, engine))
    if not report.conforms:
        violations = tuple(one for one in report.findings if one.severity is Severity.VIOLATION)
        raise InvalidData(_refusal(violations), report.findings)
    return report


def _published(engine: Store, namespace: Namespace) -> Iterator[Triple]:
    """The triples of the default graph and of the catalogue: what the shapes are for."""
    for graph in (DefaultGraph(), NamedNode(namespace.graph("catalogue"))):
        for quad in engine.quads_for_pattern(None, None, None, graph):
            yield quad.triple


def _refusal(violations: tuple[Finding, ...]) -> str:
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return f"the shapes refuse the data, nothing is published: {first.focus_node}: {first.message_en}{more}"


def _with_sources(findings: tuple[Finding, ...], engine: Store) -> tuple[Finding, ...]:
    """Each finding with the first sentences behind it."""
    claims = [row for name in sorted({one.focus_node for one in findings}) for row in _claims(engine, name)]
    found = validation.with_sources(findings, validation.evidence_of(claims))
    return tuple(replace(one, sources=one.sources[:_QUOTES]) for one in found)


def _claims(engine: Store, focus_node: str) -> Iterator[tuple[str, str, str, str, str]]:
    """What sources state of a focus node, given as an N-Triples term: subject, predicate, object, source, quote."""
    if focus_node.startswith("<"):
        for row in recollection.stated_about(engine, NamedNode(focus_node[1:-1])):
            yield focus_node, *row
