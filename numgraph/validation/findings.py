"""From SHACL results to findings that a person can act on, and from a finding back to the sentences behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from numgraph.model import Finding, Severity
from numgraph.terms import SH
from numgraph.validation.messages import sentence

# (subject, predicate or None, object or None) as N-Triples terms: what a finding is about. Sources are looked up by it;
# a reader that knows lines and columns can key them in the same way.
Statement = tuple[str, str | None, str | None]
Evidence = tuple[str, str]  # source IRI, quote

_SEVERITIES = {
    SH + "Violation": Severity.VIOLATION,
    SH + "Warning": Severity.WARNING,
    SH + "Info": Severity.INFO,
}
_RANK = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


def finding(result: Mapping[str, Any]) -> Finding:
    """The finding of one SHACL result as ``worker.py`` hands it over.

    A severity of somebody's own counts as a violation: what we do not know, we do not let pass.
    """
    messages: Mapping[str, str] = result["messages"]
    component = local_name(result["component"])
    neutral = messages.get("")
    return Finding(
        severity=_SEVERITIES.get(result["severity"], Severity.VIOLATION),
        focus_node=result["focus"],
        path=result["path"],
        value=result["value"],
        shape=result["shape"],
        component=component,
        message_en=messages.get("en") or neutral or sentence(component, "en"),
        message_de=messages.get("de") or neutral or sentence(component, "de"),
    )


def local_name(iri: str) -> str:
    """``MinCountConstraintComponent`` of its IRI; an IRI outside the SHACL namespace stays whole."""
    return iri.removeprefix(SH)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Without duplicates; violations first, then by focus node, path and the rest: the same set, the same order."""
    return tuple(sorted(set(findings), key=_place))


def _place(found: Finding) -> tuple[object, ...]:
    return (
        _RANK[found.severity], found.focus_node, found.path or "", found.value or "", found.shape, found.component,
        found.message_en,
    )  # fmt: skip


def statement(found: Finding) -> Statement:
    """What the finding is about: the focus node, with path and value where the result has them."""
    return (found.focus_node, found.path, found.value)


def with_sources(
    findings: Iterable[Finding], evidence: Callable[[Statement], Iterable[Evidence]]
) -> tuple[Finding, ...]:
    """The findings with the (source IRI, quote) pairs of the claims behind each, sorted.

    ``evidence`` answers for a statement in which None stands for anything. Asked first for the very statement, then
    without the value, then for the focus node alone, so that a missing property still shows where its subject is
    spoken of.
    """
    return tuple(replace(found, sources=_nearest(statement(found), evidence)) for found in findings)


def _nearest(about: Statement, evidence: Callable[[Statement], Iterable[Evidence]]) -> tuple[Evidence, ...]:
    subject, predicate, _ = about
    for question in dict.fromkeys([about, (subject, predicate, None), (subject, None, None)]):
        found = tuple(sorted(set(evidence(question))))
        if found:
            return found
    return ()


def evidence_of(claims: Iterable[tuple[str, str, str, str, str]]) -> Callable[[Statement], Iterable[Evidence]]:
    """An ``evidence`` for ``with_sources`` out of rows (subject, predicate, object, source IRI, quote)."""
    index: dict[Statement, list[Evidence]] = {}
    for subject, predicate, value, source, quote in claims:
        for key in ((subject, predicate, value), (subject, predicate, None), (subject, None, None)):
            index.setdefault(key, []).append((source, quote))
    return lambda about: index.get(about, ())
