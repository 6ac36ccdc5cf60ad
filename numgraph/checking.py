"""The gate before every commit: the shapes on what is published, the rules over the whole dataset."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Store, Triple

from numgraph import resources, validation
from numgraph.errors import InvalidData
from numgraph.iris import Namespace
from numgraph.mapping import recollection
from numgraph.model import Finding, Severity
from numgraph.store.draft import Draft
from numgraph.store.patch import Patch
from numgraph.validation import Report
from numgraph.validation.looks import Graph
from numgraph.validation.scoped import Change, Checks

_QUOTES = 5  # source sentences shown with a finding; more are noise


def checked(engine: Store, namespace: Namespace) -> Report:
    """The report of the shapes on the default graph and the catalogue, and of the rules over the whole dataset.

    Raises InvalidData on a violation. Evidence graphs are not shown to pySHACL: every claim node is written by one
    function, which the tests hold to the shapes, and they would take longer than the rest of the build.
    """
    return _passed(_whole(engine, namespace), ())


def checked_change(engine: Store, patch: Patch, before: Iterable[Finding], namespace: Namespace) -> Report:
    """As ``checked``, for a dataset of which all but ``patch`` has been checked already, with the findings ``before``.

    Only what the change can alter is looked at: the time is that of the change, whatever the size of the dataset.
    Raises InvalidData on a violation that was not there before; those that were are listed still. The report has no
    RDF.
    """
    before = tuple(before)
    recheck = _checks(resources.shapes(), resources.ontology(), namespace, os.getpid()).recheck(
        Change(engine, patch.added, patch.removed)
    )
    if recheck is None:
        return _passed(_whole(engine, namespace), before)
    again = replace(recheck, findings=_with_sources(recheck.findings, engine))
    return _passed(Report.of(again.merged(before), ""), before)


def checked_draft(draft: Draft, namespace: Namespace) -> Report:
    """As ``checked_change``, for a draft: its findings before are those of the edition it began with."""
    if draft.base is None:
        return checked(draft.engine, namespace)
    return checked_change(draft.engine, draft.patch, draft.base.findings(), namespace)


def get_ready(namespace: Namespace) -> None:
    """Read shapes and rules and start the validator, so that the first change is checked as soon as any other."""
    _checks(resources.shapes(), resources.ontology(), namespace, os.getpid())


@cache
def _checks(shapes: Path, ontology: Path, namespace: Namespace, _process: int) -> Checks:
    """Our checks, with a validator that stays. A process that was forked off has its own."""
    graphs = frozenset[Graph](_graphs(namespace))
    return validation.standing_checks(shapes, ontology, graphs, namespace)


def _whole(engine: Store, namespace: Namespace) -> Report:
    report = validation.validate(_published(engine, namespace), resources.shapes(), resources.ontology())
    report = report.with_findings(validation.check_dataset(engine, namespace, shapes=resources.shapes()))
    return replace(report, findings=_with_sources(report.findings, engine))


def _passed(report: Report, before: tuple[Finding, ...]) -> Report:
    known = {replace(one, sources=()) for one in before if one.severity is Severity.VIOLATION}
    violations = tuple(one for one in report.findings if one.severity is Severity.VIOLATION)
    fresh = tuple(one for one in violations if replace(one, sources=()) not in known)
    if fresh:
        raise InvalidData(_refusal(fresh), report.findings)
    return report


def _published(engine: Store, namespace: Namespace) -> Iterator[Triple]:
    """The triples of the default graph and of the catalogue: what the shapes are for."""
    for graph in _graphs(namespace):
        for quad in engine.quads_for_pattern(None, None, None, graph):
            yield quad.triple


def _graphs(namespace: Namespace) -> tuple[DefaultGraph, NamedNode]:
    return DefaultGraph(), NamedNode(namespace.graph("catalogue"))


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
