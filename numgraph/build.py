"""The corridor: files -> documents -> claims -> contributions -> agreement -> entailment -> validation -> edition."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Store

from numgraph import indexing, resources
from numgraph.agreement.disagreement import Policy
from numgraph.checking import checked
from numgraph.dataset import Dataset, Written, assemble
from numgraph.errors import NoSuchEdition
from numgraph.iris import Namespace
from numgraph.mapping import Refusal, recollection
from numgraph.mapping.directory import Directory, is_directory, read_directory
from numgraph.reading import Progress, Rejected, read_all
from numgraph.settings import Settings
from numgraph.store import EmbeddedStore
from numgraph.store.kinds import Kind, expect
from numgraph.store.protocol import Edition
from numgraph.validation import Report

__all__ = ["BuildResult", "Dataset", "Rejected", "assemble", "build"]


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
    InvalidData, with nothing written, when the shapes find a violation, and WrongKind for a plain dataset.
    """
    expect(into, Kind.MANAGED)
    tell = progress or _silence
    folder = resources.data() / "directories"
    readings, rejected = read_all(paths, folder, settings.workers, tell)
    store = EmbeddedStore(into)
    tell("agree", 0, 1)
    dataset = assemble(
        readings,
        settings,
        resources.ontology(),
        resources.shapes(),
        directories=_directories(folder) if settings.publish_directories else (),
        policy=policy,
        written=_written(store, Namespace(settings.base)),
    )
    tell("agree", 1, 1)
    current = _current(store)
    if current is not None and current.content_hash == dataset.content_hash:  # ontology and shapes are in the dataset
        return BuildResult(current, False, dataset, Report(current.findings()), tuple(rejected))
    tell("validate", 0, 1)
    report = checked(_loaded(dataset), Namespace(settings.base))
    tell("validate", 1, 1)
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


def _written(store: EmbeddedStore, namespace: Namespace) -> Written:
    """What has been written into the folder since, or instead of, a build."""
    current = _current(store)
    if current is None:
        return Written()
    engine = store.reader(current.number).engine
    submissions = tuple(
        recollection.submissions(engine, lambda name: current.archived(f"{name}.txt").decode("utf-8"), namespace)
    )
    names = (f"{one.source.value.removeprefix(namespace.source(''))}.txt" for one in submissions)
    return Written(submissions, recollection.rejections(engine), {name: current.archived(name) for name in names})


def _loaded(dataset: Dataset) -> Store:
    engine = Store()
    engine.bulk_extend(dataset.quads)
    return engine


def _current(store: EmbeddedStore) -> Edition | None:
    try:
        return store.current()
    except NoSuchEdition:
        return None
