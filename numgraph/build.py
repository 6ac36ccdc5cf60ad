"""The corridor: files -> documents -> claims -> contributions -> agreement -> entailment -> validation -> edition."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Store

from numgraph import indexing, resources, validation
from numgraph.agreement.disagreement import Policy
from numgraph.dataset import Dataset, assemble
from numgraph.errors import InvalidData, NoSuchEdition
from numgraph.iris import Namespace
from numgraph.mapping import Refusal
from numgraph.mapping.directory import Directory, is_directory, read_directory
from numgraph.model import Finding, Severity
from numgraph.reading import Progress, Rejected, read_all
from numgraph.settings import Settings
from numgraph.store import EmbeddedStore
from numgraph.store.protocol import Edition
from numgraph.validation import Report

__all__ = ["BuildResult", "Dataset", "Rejected", "assemble", "build"]

_QUOTES = 5  # source sentences shown with a finding; more are noise


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. ``created`` is False when the dataset is that of the edition before."""

    edition: Edition
    created: bool
    dataset: Dataset = field(repr=False)
    report: Report
    rejected: tuple[Rejected, ...] = ()

    @property
    def documents(self) -> int:
        return self.dataset.documents

    @property
    def quads(self) -> int:
        return len(self.dataset.quads)

    @property
    def conflicts(self) -> int:
        return len(self.dataset.conflicts)

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Claims that could not be written in RDF."""
        return tuple(one for part in self.dataset.contributions for one in part.refused)


def build(
    paths: list[Path],
    into: Path,
    settings: Settings,
    *,
    message: str = "",
    author: str = "numgraph",
    progress: Progress | None = None,
    policy: Policy | None = None,
) -> BuildResult:
    """Read ``paths`` (files, folders, archives, JSON Lines) and publish what they say as an edition of ``into``.

    A file that cannot be read is set aside with its reason. Raises UnreadableSource when none can be read, and
    InvalidData, with nothing written, when the shapes find a violation.
    """
    tell = progress or _silence
    folder = resources.data() / "directories"
    readings, rejected = read_all(paths, folder, settings.workers, tell)
    tell("agree", 0, 1)
    dataset = assemble(
        readings,
        settings,
        resources.ontology(),
        resources.shapes(),
        directories=_directories(folder) if settings.publish_directories else (),
        policy=policy,
    )
    tell("agree", 1, 1)
    store = EmbeddedStore(into)
    current = _current(store)
    if current is not None and current.content_hash == dataset.content_hash:  # ontology and shapes are in the dataset
        return BuildResult(current, False, dataset, Report(current.findings()), tuple(rejected))
    report = checked(dataset, Namespace(settings.base), tell)
    tell("publish", 0, 1)
    edition = store.commit(
        dataset.quads,
        message=message or f"Built from {dataset.documents} documents",
        author=author,
        findings=report.findings,
        archive=dataset.archive,
        attach=indexing.of(dataset, Namespace(settings.base)),
    )
    tell("publish", 1, 1)
    return BuildResult(edition, True, dataset, report, tuple(rejected))


def _silence(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def _directories(folder: Path) -> list[Directory]:
    return [read_directory(one) for one in sorted(folder.iterdir()) if is_directory(one)]


def checked(dataset: Dataset, namespace: Namespace, progress: Progress) -> Report:
    """The report of the shapes on the default graph and the catalogue, and of the rules over the whole dataset.

    Raises InvalidData on a violation. Evidence graphs are not shown to pySHACL: every claim node is written by one
    function, which the tests hold to the shapes, and they would take longer than the rest of the build.
    """
    progress("validate", 0, 1)
    report = validation.validate(dataset.published(), resources.shapes(), resources.ontology())
    engine = Store()
    engine.bulk_extend(dataset.quads)
    report = report.with_findings(validation.check_dataset(engine, namespace, shapes=resources.shapes()))
    report = replace(report, findings=_with_sources(report.findings, dataset))
    progress("validate", 1, 1)
    if not report.conforms:
        violations = tuple(one for one in report.findings if one.severity is Severity.VIOLATION)
        raise InvalidData(_refusal(violations), report.findings)
    return report


def _refusal(violations: tuple[Finding, ...]) -> str:
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return f"the shapes refuse the data, nothing is published: {first.focus_node}: {first.message_en}{more}"


def _with_sources(findings: tuple[Finding, ...], dataset: Dataset) -> tuple[Finding, ...]:
    """Each finding with the first sentences behind it."""
    claims = (
        (str(one.subject), str(one.predicate), str(one.object), one.source.value, one.evidence.quote)
        for statements in dataset.agreement.agreed.values()
        for one in statements
    )
    found = validation.with_sources(findings, validation.evidence_of(claims))
    return tuple(replace(one, sources=one.sources[:_QUOTES]) for one in found)


def _current(store: EmbeddedStore) -> Edition | None:
    try:
        return store.current()
    except NoSuchEdition:
        return None
