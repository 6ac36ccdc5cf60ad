"""What a validation says: findings, whether a commit may pass, and the SHACL report as RDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from numgraph.model import Finding, Severity
from numgraph.terms import PREFIXES, RDF, SH, XSD
from numgraph.validation.findings import in_order

_TYPE = NamedNode(RDF + "type")
_REPORT = NamedNode(SH + "ValidationReport")
_CONFORMS = NamedNode(SH + "conforms")
_BOOLEAN = NamedNode(XSD + "boolean")


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in a fixed order. ``report`` holds the SHACL validation report (section 3.6) as N-Triples."""

    findings: tuple[Finding, ...]
    report: str = field(default="", repr=False)

    @classmethod
    def of(cls, findings: Iterable[Finding], report: str) -> Report:
        """The report with its findings sorted, each once."""
        return cls(in_order(findings), report)

    @property
    def conforms(self) -> bool:
        """True when nothing stops a commit: warnings and infos are kept with the edition."""
        return not any(found.severity is Severity.VIOLATION for found in self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity, each severity named even where it has none."""
        counted = Counter(found.severity.value for found in self.findings)
        return {severity.value: counted[severity.value] for severity in Severity}

    def with_findings(self, more: Iterable[Finding]) -> Report:
        """The same report with findings of other checks, such as the whole-dataset rules, sorted in."""
        added = in_order(more)
        if not added:
            return self
        triples = [triple for triple in _triples(self.report) if triple.predicate != _CONFORMS]
        node = next((triple.subject for triple in triples if triple.object == _REPORT), BlankNode("report"))
        head = [Triple(node, _TYPE, _REPORT), Triple(node, _CONFORMS, Literal("false", datatype=_BOOLEAN))]
        results = [triple for number, found in enumerate(added) for triple in _result(node, number, found)]
        text = serialize({*triples, *head, *results}, format=RdfFormat.N_TRIPLES) or b""
        return Report.of([*self.findings, *added], text.decode("utf-8"))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; the same findings give the same dictionary."""
        listed = [{**asdict(found), "severity": found.severity.value} for found in self.findings]
        return {"conforms": self.conforms, "counts": self.counts, "findings": listed}

    def turtle(self) -> str:
        """The SHACL report in Turtle, with canonical blank nodes: the same report gives the same text.

        In SHACL's own sense ``sh:conforms`` is false as soon as there is any result, an info included.
        """
        canonical = Dataset(Quad(*triple) for triple in _triples(self.report))
        canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return turtle(sorted((quad.triple for quad in canonical), key=str))


def turtle(triples: Iterable[Triple]) -> str:
    """Turtle with our prefixes in alphabetical order: Oxigraph writes them in a different order each time."""
    text = (serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode("utf-8")
    lines = text.splitlines(keepends=True)
    return "".join(sorted(lines[: len(PREFIXES)]) + lines[len(PREFIXES) :])


def _triples(n_triples: str) -> Iterator[Triple]:
    return (quad.triple for quad in parse(n_triples, format=RdfFormat.N_TRIPLES))


def _result(report: NamedNode | BlankNode | Triple, number: int, found: Finding) -> Iterator[Triple]:
    """A finding of a SPARQL rule as a ``sh:ValidationResult``."""
    said = {
        "focusNode": found.focus_node,
        "resultPath": found.path,
        "value": found.value,
        "sourceShape": found.shape,
        "resultSeverity": f"<{SH}{found.severity.value.capitalize()}>",
        "sourceConstraintComponent": f"<{SH}{found.component}>",
        "resultMessage": str(Literal(found.message_en, language="en")),
    }
    german = Literal(found.message_de, language="de")
    node = f"_:rule{number}"
    lines = [f"{node} <{RDF}type> <{SH}ValidationResult> ."]
    lines += [f"{node} <{SH}{name}> {term} ." for name, term in said.items() if term is not None]
    lines.append(f"{node} <{SH}resultMessage> {german} .")
    yield from _triples("\n".join(lines))
    yield Triple(report, NamedNode(SH + "result"), BlankNode(f"rule{number}"))
