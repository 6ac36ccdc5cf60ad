"""What every store can do, whatever keeps its data. ``tests/store/test_contract.py`` holds the tests each must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol, Required, TypedDict, Unpack

from pyoxigraph import Quad

from numgraph.formats import Format
from numgraph.model import Finding
from numgraph.store.evaluation import Asked, Results
from numgraph.store.patch import Patch


class Account(TypedDict, total=False):
    """What is said of an edition when it is published."""

    message: Required[str]
    author: Required[str]
    findings: Sequence[Finding]
    archive: Mapping[str, bytes | None] | None  # files by name; None as a value removes one
    attach: Callable[[Path], None] | None  # puts more beside the data, such as an index, before it is published


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
        """AdHash of the dataset's canonical N-Quads (``store.content``): equal exactly when the data are."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Statements per graph; the default graph goes by the empty string."""

    def patch(self) -> Patch:
        """What changed since the edition before; everything in it for the first."""

    def findings(self) -> tuple[Finding, ...]:
        """What validation said about this edition."""

    def archived(self, name: str) -> bytes:
        """A file of the archive as it was in this edition; raises BrokenStore where it has none of that name."""


class Reader(Protocol):
    """One edition, to be asked in this process."""

    @property
    def edition(self) -> Edition: ...
    def solve(self, query: str, **asked: Unpack[Asked]) -> Results:
        """The results of a query; raises BadQuery, RefusedQuery or QueryFailed."""

    def answer(self, query: str, wanted: Format, output: IO[bytes], **asked: Unpack[Asked]) -> None:
        """Write the answer to a query; raises what ``solve`` does, and NotAcceptable before anything is written."""

    def dump(self, wanted: Format, output: IO[bytes], graph: str | None = None) -> None:
        """Write the whole dataset (a format for quads) or one graph of it; "" is the default graph."""

    def canonical(self) -> Iterator[bytes]:
        """The dataset as sorted canonical N-Quads, line by line, each with its line end."""


class Store(Protocol):
    """Keeps editions, and publishes a new one whole or not at all."""

    def apply(self, patch: Patch, *, expect: int | None = None, **account: Unpack[Account]) -> Edition:
        """Publish the current edition with a change as the next one.

        Files of the archive that ``account`` does not name stay as they were. Raises EditionMoved when ``expect`` is
        not the number of the current edition, StoreBusy while another writer is at work.
        """

    def commit(self, quads: Iterable[Quad], **account: Unpack[Account]) -> Edition:
        """Publish exactly ``quads``, with exactly the files of ``account``, as the next edition; raises StoreBusy."""

    def current(self) -> Edition:
        """The edition published last; raises NoSuchEdition before the first."""

    def edition(self, number: int) -> Edition:
        """An edition by number; raises NoSuchEdition."""

    def editions(self) -> tuple[Edition, ...]:
        """All published editions that are kept, oldest first."""

    def reader(self, number: int | None = None) -> Reader:
        """A reader of that edition, or of the current one."""
