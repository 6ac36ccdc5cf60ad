"""The corridor: files -> documents -> claims -> contributions -> agreement -> entailment -> validation -> edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from numgraph import extraction, resources, sources, validation
from numgraph.dataset import Dataset, Reading, assemble
from numgraph.disagreement import Policy
from numgraph.errors import InvalidData, NoSuchEdition, NumgraphError, UnreadableSource
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.mapping import Refusal, Statement
from numgraph.model import Finding, Severity
from numgraph.settings import Settings
from numgraph.store import EmbeddedStore
from numgraph.store.protocol import Edition
from numgraph.validation import Report

__all__ = ["BuildResult", "Dataset", "Reading", "Rejected", "assemble", "build"]

Progress = Callable[[str, int, int], None]  # stage, done, total

_POOL_FROM = 40  # documents: below, starting processes takes longer than they save
_QUOTES = 5  # source sentences shown with a finding; more are noise


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was set aside, and why."""

    name: str
    reason: str


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
        return len(self.dataset.contributions)

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
    """Read ``paths`` (files and folders) and publish what they say as an edition of the data folder ``into``.

    A file that cannot be read is set aside with its reason. Raises UnreadableSource when none can be read, and
    InvalidData, with nothing written, when the shapes find a violation.
    """
    tell = progress or _silence
    readings, rejected = read_all(sources.find(paths), settings, tell)
    tell("agree", 0, 1)
    dataset = assemble(readings, settings, resources.ontology(), resources.shapes(), policy)
    tell("agree", 1, 1)
    report = checked(dataset, tell)
    tell("publish", 0, 1)
    edition, created = _publish(dataset, report, into, message or _message(dataset), author)
    tell("publish", 1, 1)
    return BuildResult(edition, created, dataset, report, tuple(rejected))


def _silence(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def _message(dataset: Dataset) -> str:
    return f"Built from {len(dataset.contributions)} documents"


def read_all(files: list[Path], settings: Settings, progress: Progress) -> tuple[list[Reading], list[Rejected]]:
    """Every readable file, read and extracted, and the others with their reasons."""
    if not files:
        raise UnreadableSource("there is no .txt or .html file in what was given; name files or folders that have some")
    readings: list[Reading] = []
    rejected: list[Rejected] = []
    for done, outcome in enumerate(_outcomes(files, settings), start=1):
        (readings if isinstance(outcome, Reading) else rejected).append(outcome)
        progress("read", done, len(files))
    if not readings:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in rejected[:3])
        raise UnreadableSource(f"none of {len(files)} files could be read: {reasons}")
    return readings, rejected


def _outcomes(files: list[Path], settings: Settings) -> Iterator[Reading | Rejected]:
    gazetteer_folder = resources.data() / "directories"
    if settings.workers == 1 or len(files) < _POOL_FROM:
        yield from map(partial(read_one, gazetteer=Gazetteer.load(gazetteer_folder)), files)
        return
    # spawn: the caller may have threads (a progress bar), and a fork would copy their locks in whatever state.
    with ProcessPoolExecutor(settings.workers, get_context("spawn"), _Worker.start, (gazetteer_folder,)) as pool:
        yield from pool.map(_Worker.read, files, chunksize=8)


class _Worker:
    """What one reading process keeps: a gazetteer, loaded once."""

    gazetteer: Gazetteer

    @classmethod
    def start(cls, folder: Path) -> None:
        cls.gazetteer = Gazetteer.load(folder)

    @classmethod
    def read(cls, path: Path) -> Reading | Rejected:
        return read_one(path, cls.gazetteer)


def read_one(path: Path, gazetteer: Gazetteer) -> Reading | Rejected:
    """One file read and extracted, or why it was not."""
    try:
        data = path.read_bytes()
        document = sources.read_bytes(data, path.name)
        return Reading(document, tuple(extraction.extract(document, gazetteer)), data)
    except NumgraphError as error:
        return Rejected(path.name, str(error))
    except OSError as error:
        return Rejected(path.name, error.strerror or str(error))


def checked(dataset: Dataset, progress: Progress) -> Report:
    """The report of the shapes on the default graph and the catalogue. Raises InvalidData on a violation.

    Evidence graphs are left out: every claim node is written by one function, which the tests hold to the shapes, and
    with some thousand claims a document pySHACL would take longer than the rest of the build.
    """
    progress("validate", 0, 1)
    triples = dataset.published()
    report = validation.validate(triples, resources.shapes(), resources.ontology())
    report = replace(report, findings=tuple(with_sources(report.findings, dataset)))
    progress("validate", 1, 1)
    if not report.conforms:
        violations = tuple(one for one in report.findings if one.severity is Severity.VIOLATION)
        raise InvalidData(_refusal(violations), report.findings)
    return report


def _refusal(violations: tuple[Finding, ...]) -> str:
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return f"the shapes refuse the data, nothing is published: {first.focus_node}: {first.message_en}{more}"


def with_sources(findings: tuple[Finding, ...], dataset: Dataset) -> Iterator[Finding]:
    """Each finding with the sentences behind it: of the claims that give its value, else of those on its focus node."""
    by_subject: dict[str, list[Statement]] = {}
    for statements in dataset.agreement.agreed.values():
        for one in statements:
            by_subject.setdefault(str(one.subject), []).append(one)
    for finding in findings:
        said = by_subject.get(finding.focus_node, [])
        exact = [one for one in said if finding.value == str(one.object)]
        yield replace(finding, sources=_quotes(exact or said))


def _quotes(statements: list[Statement]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(one.source.value, one.evidence.quote) for one in statements})[:_QUOTES])


def _publish(dataset: Dataset, report: Report, into: Path, message: str, author: str) -> tuple[Edition, bool]:
    """A new edition, unless the current one holds the very same dataset."""
    store = EmbeddedStore(into)
    current = _current(store)
    if current is not None and current.content_hash == dataset.content_hash:
        return current, False
    archive = dataset.archive
    edition = store.commit(dataset.quads, message=message, author=author, findings=report.findings, archive=archive)
    return edition, True


def _current(store: EmbeddedStore) -> Edition | None:
    try:
        return store.current()
    except NoSuchEdition:
        return None
