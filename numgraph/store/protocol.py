"""What every store can do, whatever keeps its data. ``tests/store/test_contract.py`` holds the tests each must pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Protocol

from pyoxigraph import Quad

from numgraph.formats import Format
from numgraph.model import Finding
from numgraph.store.evaluation import Results


class Edition(Protocol):
    """One published state of the dataset: immutable, numbered from 1."""

    @property
    def number(self) -> int: ...
    @property
    def time(self) -> datetime: ...
    @property
    def author(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def content_hash(self) -> str:
        """SHA-256 of the dataset as sorted canonical N-Quads: equal exactly when the data are."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Statements per graph; the default graph goes by the empty string."""

    def findings(self) -> tuple[Finding, ...]:
        """What validation said about this edition."""

    def archived(self, name: str) -> bytes:
        """A file of the archive as it was in this edition; raises BrokenStore where it has none of that name."""


class Reader(Protocol):
    """One edition, to be asked in this process."""

    @property
    def edition(self) -> Edition: ...
    def solve(
        self,
        query: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        prefixes: Mapping[str, str] | None = None,
    ) -> Results:
        """The results of a query; raises BadQuery, RefusedQuery or QueryFailed."""

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
        """Write the answer to a query; raises what ``solve`` does, and NotAcceptable before anything is written."""

    def dump(self, wanted: Format, output: IO[bytes], graph: str | None = None) -> None:
        """Write the whole dataset (a format for quads) or one graph of it; "" is the default graph."""

    def canonical(self) -> Iterator[bytes]:
        """The dataset as sorted canonical N-Quads, line by line, each with its line end."""


class Store(Protocol):
    """Keeps editions, and publishes a new one whole or not at all."""

    def commit(
        self,
        quads: Iterable[Quad],
        *,
        message: str,
        author: str,
        findings: Sequence[Finding] = (),
        archive: Mapping[str, bytes] | None = None,
    ) -> Edition:
        """Publish ``quads`` as the next edition; raises StoreBusy while another writer is at work."""

    def current(self) -> Edition:
        """The edition published last; raises NoSuchEdition before the first."""

    def edition(self, number: int) -> Edition:
        """An edition by number; raises NoSuchEdition."""

    def editions(self) -> tuple[Edition, ...]:
        """All published editions that are kept, oldest first."""

    def reader(self, number: int | None = None) -> Reader:
        """A reader of that edition, or of the current one."""
