"""One edition in a data folder: what its files say, and a reader of its data in this process.

store/           the data, opened read-only
manifest.json    number, time, author, message, content hash, findings by severity, statements, added, removed
content.json     the sum behind the content hash, statements per graph: what the next edition is reckoned from
patch.rdfp.gz    what changed since the edition before; the first has none
findings.json    what validation said
archive.json     names of archived files and the SHA-256 that each is kept under
"""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Unpack, cast

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse
from pyoxigraph import Store as Engine

from numgraph.errors import BrokenStore, NotAcceptable
from numgraph.formats import Format, Kind
from numgraph.model import Finding, Severity
from numgraph.store.content import Content, lines
from numgraph.store.evaluation import ENGINE_FAULTS, Asked, Results, evaluate, kind_of, write
from numgraph.store.patch import Patch

PATCH = "patch.rdfp.gz"


@dataclass(frozen=True, slots=True)
class EmbeddedEdition:
    """One published state of the dataset: immutable, numbered from 1."""

    path: Path
    number: int
    time: datetime
    author: str
    message: str
    content_hash: str
    severities: Mapping[str, int]  # findings by severity

    @property
    def counts(self) -> Mapping[str, int]:
        return self.content().counts

    def content(self) -> Content:
        """The sum behind the content hash and the counts; worked out anew where an older numgraph left none."""
        place = self.path / "content.json"
        if not place.exists():
            return Content.of(open_edition(self.path))
        row = read_json(place)
        try:
            return Content(int(row["total"], 16), Counter(row["counts"]))
        except (KeyError, TypeError, ValueError) as fault:
            raise BrokenStore(f"{place} is not what numgraph writes: {fault!r}") from fault

    def patch(self) -> Patch:
        """What changed since the edition before; all that is in it for the first, or where that one is gone."""
        place = self.path / PATCH
        if place.exists():
            with gzip.open(place) as packed:
                return Patch.read(cast("IO[bytes]", packed))
        before = self.path.with_name(f"{self.number - 1:06d}")
        return difference(open_edition(before) if before.is_dir() else Engine(), open_edition(self.path))

    def findings(self) -> tuple[Finding, ...]:
        return tuple(_finding(row) for row in read_json(self.path / "findings.json"))

    def archived(self, name: str) -> bytes:
        digest = self.digests().get(name)
        if digest is None:
            raise BrokenStore(f"edition {self.number} has no {name!r} in its archive")
        return archive_path(self.path.parent.parent, digest).read_bytes()

    def archive_names(self) -> tuple[str, ...]:
        return tuple(self.digests())

    def digests(self) -> dict[str, str]:
        """The SHA-256 of each archived file by its name."""
        return dict(read_json(self.path / "archive.json"))

    def texts(self) -> dict[str, bytes]:
        """The archived texts by name: all at once, for who needs them all."""
        root = self.path.parent.parent
        return {name: archive_path(root, sha).read_bytes() for name, sha in self.digests().items() if _is_text(name)}


def read_edition(folder: Path) -> EmbeddedEdition:
    """What stands in an edition's folder; raises BrokenStore."""
    row = read_json(folder / "manifest.json")
    try:
        return EmbeddedEdition(
            folder, row["number"], datetime.fromisoformat(row["time"]), row["author"], row["message"],
            row["content_hash"], row["findings"],
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as fault:
        raise BrokenStore(f"{folder / 'manifest.json'} is not what numgraph writes: {fault!r}") from fault


@dataclass(frozen=True, slots=True)
class EmbeddedReader:
    """One edition, opened read-only in this process. A query here cannot be stopped: servers use ReaderPool."""

    edition: EmbeddedEdition
    engine: Engine

    def solve(self, query: str, **asked: Unpack[Asked]) -> Results:
        return evaluate(self.engine, query, **asked)

    def answer(self, query: str, wanted: Format, output: IO[bytes], **asked: Unpack[Asked]) -> None:
        write_in(wanted, self.solve(query, **asked), output)

    def dump(self, wanted: Format, output: IO[bytes], graph: str | None = None) -> None:
        check_holds(wanted, Kind.QUADS if graph is None else Kind.TRIPLES)
        if graph is None:
            self.engine.dump(output, wanted.rdf)
        else:
            self.engine.dump(output, wanted.rdf, from_graph=NamedNode(graph) if graph else DefaultGraph())

    def canonical(self) -> Iterator[bytes]:
        return iter(sorted(lines(self.engine)))


def write_in(wanted: Format, results: Results, output: IO[bytes]) -> None:
    """Write results in a format; raises NotAcceptable before anything is written."""
    check_holds(wanted, Kind(kind_of(results)))
    write(results, wanted.registered, output)


def check_holds(wanted: Format, kind: Kind) -> None:
    """Raise NotAcceptable where a format cannot hold what is to be written in it."""
    if kind not in wanted.kinds:
        raise NotAcceptable(f"{wanted.label} cannot hold {kind}")


def open_edition(folder: Path) -> Engine:
    """The engine on an edition's data, read-only; raises BrokenStore."""
    before = _identity(folder)
    try:
        return Engine.read_only(str(folder / "store"))
    except ENGINE_FAULTS as fault:
        if _identity(folder) != before:  # it was tidied in this very moment, and another folder has taken its place
            return open_edition(folder)
        raise BrokenStore(f"the data of edition {folder.name} cannot be opened: {fault}") from fault


def _identity(folder: Path) -> int:
    return folder.stat().st_ino if folder.exists() else 0


def difference(before: Engine, after: Engine) -> Patch:
    """What leads from one dataset to another, by looking at all of both."""
    gone, new = set(lines(before)), []
    for line in lines(after):
        if line in gone:
            gone.discard(line)
        else:
            new.append(line)
    return Patch(*(frozenset(parse(b"".join(some), format=RdfFormat.N_QUADS)) for some in (new, gone)))


def packed(patch: Patch) -> bytes:
    """A patch as the bytes of its file, the same for equal patches: the file carries no time (RFC 1952)."""
    output = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=output, compresslevel=6, mtime=0) as file:
        patch.write(cast("IO[bytes]", file))
    return output.getvalue()


def archive_path(root: Path, digest: str) -> Path:
    return root / "archive" / digest[:2] / digest


def _is_text(name: str) -> bool:
    return name.endswith(".txt")


def _finding(row: dict[str, Any]) -> Finding:
    sources = tuple((source, quote) for source, quote in row["sources"])
    return Finding(**{**row, "severity": Severity(row["severity"]), "sources": sources})


def finding_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [asdict(one) for one in findings]


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise BrokenStore(f"{path} cannot be read: {fault}") from fault
