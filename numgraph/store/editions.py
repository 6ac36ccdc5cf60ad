"""The embedded store: a folder of whole editions, each an Oxigraph store of its own that is never written again.

    editions/000001/store/       the data, opened read-only
    editions/000001/manifest.json, findings.json, archive.json
    editions/000001/...          what the committer attaches, such as the index of the search
    archive/ab/abcdef...         document texts and raw bytes, named by their SHA-256; archive.json maps names to these
    current                      the number of the published edition
    lock                         held by the writer

A commit builds its edition aside, makes it durable, renames it into place and then replaces ``current``. A reader that
follows ``current`` sees whole editions only, whenever a writer was killed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, RdfFormat
from pyoxigraph import Store as Engine

from numgraph.errors import BrokenStore, EditionGone, NoSuchEdition, NotAcceptable, UnknownEdition
from numgraph.formats import Format, Kind
from numgraph.model import Finding, Severity
from numgraph.store.evaluation import ENGINE_FAULTS, Results, evaluate, kind_of, write
from numgraph.store.files import TEMPORARY, exclusive, sync, sync_tree, write_atomically

_LAYOUT = 1  # of the data folder; raised when older code could not read newer folders


@dataclass(frozen=True, slots=True)
class EmbeddedEdition:
    """One published state of the dataset: immutable, numbered from 1."""

    path: Path
    number: int
    time: datetime
    author: str
    message: str
    content_hash: str
    counts: Mapping[str, int]
    severities: Mapping[str, int]  # findings by severity

    def findings(self) -> tuple[Finding, ...]:
        return tuple(_finding(row) for row in _read_json(self.path / "findings.json"))

    def archived(self, name: str) -> bytes:
        digest = _read_json(self.path / "archive.json").get(name)
        if digest is None:
            raise BrokenStore(f"edition {self.number} has no {name!r} in its archive")
        return _archive_path(self.path.parent.parent, digest).read_bytes()

    def archive_names(self) -> tuple[str, ...]:
        return tuple(_read_json(self.path / "archive.json"))

    def texts(self) -> dict[str, bytes]:
        """The archived texts by name: all at once, for who needs them all."""
        root, digests = self.path.parent.parent, _read_json(self.path / "archive.json")
        return {name: _archive_path(root, sha).read_bytes() for name, sha in digests.items() if name.endswith(".txt")}


@dataclass(frozen=True, slots=True)
class EmbeddedReader:
    """One edition, opened read-only in this process. A query here cannot be stopped: servers use ReaderPool."""

    edition: EmbeddedEdition
    engine: Engine

    def solve(
        self,
        query: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        prefixes: Mapping[str, str] | None = None,
    ) -> Results:
        return evaluate(self.engine, query, default_graphs=default_graphs, named_graphs=named_graphs, prefixes=prefixes)

    def answer(
        self,
        query: str,
        wanted: Format,
        output: IO[bytes],
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        results = self.solve(query, default_graphs=default_graphs, named_graphs=named_graphs, prefixes=prefixes)
        if kind_of(results) not in wanted.kinds:
            raise NotAcceptable(f"{wanted.label} cannot hold what this query gives: {kind_of(results)}")
        write(results, wanted.registered, output)

    def dump(self, wanted: Format, output: IO[bytes], graph: str | None = None) -> None:
        kind = Kind.QUADS if graph is None else Kind.TRIPLES
        if kind not in wanted.kinds:
            raise NotAcceptable(f"{wanted.label} cannot hold {kind}")
        if graph is None:
            self.engine.dump(output, wanted.rdf)
        else:
            self.engine.dump(output, wanted.rdf, from_graph=NamedNode(graph) if graph else DefaultGraph())

    def canonical(self) -> Iterator[bytes]:
        return iter(_canonical(self.engine))


class EmbeddedStore:
    """The editions in one data folder. Any number of processes may read; one may write."""

    def __init__(self, path: Path, keep: int | None = None) -> None:
        """``keep`` is how many editions stay after a commit, at least 2; None keeps all."""
        if keep is not None and keep < 2:  # noqa: PLR2004 - readers may still be on the one before
            raise ValueError(f"at least 2 editions must be kept, got {keep}")
        self.path = path
        self._keep = keep

    def commit(
        self,
        quads: Iterable[Quad],
        *,
        message: str,
        author: str,
        findings: Sequence[Finding] = (),
        archive: Mapping[str, bytes] | None = None,
        attach: Callable[[Path], None] | None = None,
    ) -> EmbeddedEdition:
        """As the protocol says; ``attach`` puts more beside the data, such as an index, before it is published."""
        self._make_folders()
        with exclusive(self.path / "lock"):
            before = self._published()
            self._clean(before)
            folder = self._folder(before + 1)
            with _aside(folder) as aside:
                stamp = {"layout": _LAYOUT, "number": before + 1, "time": datetime.now(UTC).isoformat("T", "seconds")}
                severities = {level.value: sum(one.severity == level for one in findings) for level in Severity}
                said = {"author": author, "message": message, "findings": severities}
                _write_json(aside / "manifest.json", {**stamp, **said, **_load(aside / "store", quads)})
                _write_json(aside / "findings.json", [asdict(one) for one in findings])
                _write_json(aside / "archive.json", self._archive(archive or {}))
                if attach is not None:
                    attach(aside)
                self._publish(aside, folder)
            self._prune(before + 1)
            return self.edition(before + 1)

    def current_number(self) -> int:
        """The number of the published edition, cheaply; raises NoSuchEdition before the first commit."""
        number = self._published()
        if number == 0:
            raise NoSuchEdition(f"{self.path} holds no edition yet; make one with: numgraph build SOURCE --into DIR")
        return number

    def current(self) -> EmbeddedEdition:
        return self.edition(self.current_number())

    def edition(self, number: int) -> EmbeddedEdition:
        folder = self._kept_folder(number)
        row = _read_json(folder / "manifest.json")
        try:
            return EmbeddedEdition(
                folder, row["number"], datetime.fromisoformat(row["time"]), row["author"], row["message"],
                row["content_hash"], row["counts"], row["findings"],
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as fault:
            raise BrokenStore(f"{folder / 'manifest.json'} is not what numgraph writes: {fault!r}") from fault

    def editions(self) -> tuple[EmbeddedEdition, ...]:
        return tuple(self.edition(number) for number in self._kept())

    def reader(self, number: int | None = None) -> EmbeddedReader:
        edition = self.current() if number is None else self.edition(number)
        return EmbeddedReader(edition, open_edition(edition.path))

    def store_path(self, number: int) -> Path:
        """Where the engine's files of an edition are, for a reader in another process; raises NoSuchEdition."""
        return self._kept_folder(number) / "store"

    def stamp(self, number: int) -> int:
        """Changes when an edition is replaced on disk, as by an erasure; raises NoSuchEdition."""
        return self._kept_folder(number).stat().st_ctime_ns

    def _kept_folder(self, number: int) -> Path:
        """The folder of a published edition. Raises UnknownEdition or EditionGone."""
        folder, published = self._folder(number), self._published()
        if not 0 < number <= published:
            raise UnknownEdition(f"there is no edition {number}; the latest is {published}")
        if not folder.is_dir():
            raise EditionGone(f"edition {number} is not kept any more; the latest is {published}")
        return folder

    def _folder(self, number: int) -> Path:
        return self.path / "editions" / f"{number:06d}"

    def _published(self) -> int:
        pointer = self.path / "current"
        try:
            return int(pointer.read_text("ascii"))
        except FileNotFoundError:
            return 0
        except ValueError:
            raise BrokenStore(f"{pointer} should hold the number of an edition and nothing else") from None

    def _kept(self) -> list[int]:
        folders = (self.path / "editions").glob("[0-9]*")
        return sorted(number for number in (int(one.name) for one in folders) if number <= self._published())

    def _make_folders(self) -> None:
        for folder in (self.path, self.path / "editions", self.path / "archive"):
            folder.mkdir(parents=True, exist_ok=True)

    def _clean(self, published: int) -> None:
        """Remove what a killed writer left: half-built editions, finished ones never published, temporary files."""
        for pattern in (f"{TEMPORARY}*", f"editions/{TEMPORARY}*", f"archive/*/{TEMPORARY}*"):
            for left in self.path.glob(pattern):
                _remove(left)
        for folder in (self.path / "editions").glob("[0-9]*"):
            if int(folder.name) > published:
                _remove(folder)

    def _archive(self, content: Mapping[str, bytes]) -> dict[str, str]:
        """Store each content once; returns the digest for each name."""
        digests = {}
        for name, data in sorted(content.items()):
            digests[name] = hashlib.sha256(data).hexdigest()
            place = _archive_path(self.path, digests[name])
            if not place.exists():
                place.parent.mkdir(exist_ok=True)
                write_atomically(place, data)
        sync(self.path / "archive")
        return digests

    def _publish(self, aside: Path, folder: Path) -> None:
        sync_tree(aside)
        aside.rename(folder)
        sync(folder.parent)
        write_atomically(self.path / "current", f"{int(folder.name)}\n".encode("ascii"))

    def _prune(self, published: int) -> None:
        for number in self._kept():
            if self._keep is not None and number <= published - self._keep:
                _remove(self._folder(number))


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A fresh folder to build ``folder`` in; gone afterwards unless it was renamed."""
    aside = folder.with_name(f"{TEMPORARY}{folder.name}-{secrets.token_hex(4)}")
    aside.mkdir()
    try:
        yield aside
    finally:
        if aside.exists():
            shutil.rmtree(aside)


def open_edition(folder: Path) -> Engine:
    """The engine on an edition's data, read-only; raises BrokenStore."""
    try:
        return Engine.read_only(str(folder / "store"))
    except ENGINE_FAULTS as fault:
        raise BrokenStore(f"the data of edition {folder.name} cannot be opened: {fault}") from fault


def _load(folder: Path, quads: Iterable[Quad]) -> dict[str, object]:
    """Write quads into a fresh engine and say what is in it then."""
    engine = Engine(str(folder))
    engine.bulk_extend(quads)
    engine.flush()
    digest = hashlib.sha256()
    for line in _canonical(engine):
        digest.update(line)
    return {"content_hash": digest.hexdigest(), "counts": _counts(engine)}


def _canonical(engine: Engine) -> list[bytes]:
    """Sorted canonical N-Quads; the dataset has no blank nodes, so sorting makes it canonical."""
    dumped = engine.dump(format=RdfFormat.N_QUADS)
    return sorted((dumped or b"").splitlines(keepends=True))


def _counts(engine: Engine) -> dict[str, int]:
    query = "SELECT ?g (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g"
    rows = cast("QuerySolutions", engine.query(query))
    return dict(sorted((row["g"].value if row["g"] else "", int(row["n"].value)) for row in rows))


def _archive_path(root: Path, digest: str) -> Path:
    return root / "archive" / digest[:2] / digest


def _finding(row: dict[str, Any]) -> Finding:
    sources = tuple((source, quote) for source, quote in row["sources"])
    return Finding(**{**row, "severity": Severity(row["severity"]), "sources": sources})


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise BrokenStore(f"{path} cannot be read: {fault}") from fault


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
