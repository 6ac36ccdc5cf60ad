"""What a validation says: findings, whether a commit may pass, and the SHACL report as RDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize

from numgraph.model import Finding, Severity
from numgraph.terms import PREFIXES
from numgraph.validation.findings import in_order


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in a fixed order. ``report`` holds the SHACL validation report (section 3.6) as N-Triples."""

    findings: tuple[Finding, ...]
    report: str = field(default="", repr=False)

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
        return replace(self, findings=in_order([*self.findings, *more]))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; the same findings give the same dictionary."""
        listed = [{**asdict(found), "severity": found.severity.value} for found in self.findings]
        return {"conforms": self.conforms, "counts": self.counts, "findings": listed}

    def turtle(self) -> str:
        """The SHACL report in Turtle, with canonical blank nodes: the same report gives the same text.

        In SHACL's own sense ``sh:conforms`` is false as soon as there is any result, an info included.
        """
        triples = sorted((quad.triple for quad in _canonical(self.report)), key=str)
        return serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES).decode("utf-8")


def _canonical(report: str) -> Dataset:
    """The report with canonical blank node labels (RDFC-1.0)."""
    found = Dataset(Quad(*triple) for triple in parse(report, format=RdfFormat.N_TRIPLES))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found
