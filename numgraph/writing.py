"""One write that came in over HTTP, done in this process: read, compared with the current edition, published.

The SPARQL 1.1 Graph Store HTTP Protocol is three things to do with a graph, SPARQL 1.1 Update is one more. Each becomes
a patch of the current edition, and the patch an edition: in a plain folder as it is, in a managed one through the
corridor. A write that changes nothing makes no edition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Store as Engine

from numgraph.errors import BadQuery, EditionMoved, MalformedRdf, NoSuchGraph, StoreBusy
from numgraph.settings import Settings
from numgraph.store.draft import Draft
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, kind_of
from numgraph.store.patch import Patch
from numgraph.store.using import with_dataset

_LONGEST_MESSAGE = 200  # characters of an update
_ATTEMPTS = 3  # at a write that others go before


class Operation(StrEnum):
    """What to do: with a graph as HTTP's methods have it, or what an update says."""

    PUT = "put"  # these statements instead of those in the graph
    POST = "post"  # these statements besides
    DELETE = "delete"  # no graph any more
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was sent: RDF, or an update."""

    path: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Write:
    """One write. ``graph`` is an IRI, "" for the default graph, None for the graphs that the statements name.

    ``base`` resolves relative IRIs; ``expected`` is the number that the current edition must have.
    """

    operation: Operation
    author: str
    base: str
    graph: str | None = None
    parts: tuple[Part, ...] = ()
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()
    expected: int | None = None

    @classmethod
    def of(cls, row: dict[str, Any]) -> Write:
        """A write from its record, as JSON has it."""
        parts = tuple(Part(**one) for one in row["parts"])
        lists = {name: tuple(row[name]) for name in ("using", "using_named")}
        return cls(**{**row, **lists, "operation": Operation(row["operation"]), "parts": parts})

    @property
    def update(self) -> str:
        """The text of an update, over the graphs that its request names. Raises BadQuery."""
        try:
            text = "".join(Path(part.path).read_text("utf-8") for part in self.parts)
        except UnicodeDecodeError as fault:
            raise BadQuery(f"the update is not UTF-8: byte {fault.start} cannot be read") from None
        return with_dataset(text, self.using, self.using_named)

    @property
    def message(self) -> str:
        """What the edition is called."""
        if self.operation is Operation.UPDATE:
            return f"SPARQL update: {' '.join(self.update.split())[:_LONGEST_MESSAGE]}"
        named = {None: "graphs", "": "the default graph"}.get(self.graph, self.graph)
        return f"{self.operation.upper()} {named}"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write. ``created`` says that its graph was not there before."""

    edition: int
    created: bool
    added: int
    removed: int


def perform(write: Write, settings: Settings) -> Written:
    """Do it. Raises MalformedRdf, BadQuery, RefusedQuery, RefusedWrite, NoSuchGraph, EditionMoved, StoreBusy."""
    store = EmbeddedStore(settings.data)
    for _ in range(_ATTEMPTS):
        try:
            return _attempt(write, store, settings)
        except EditionMoved:
            if write.expected is not None:
                raise
    raise StoreBusy("others publish one edition after the other; try again soon")


def _attempt(write: Write, store: EmbeddedStore, settings: Settings) -> Written:
    is_plain = kind_of(settings.data) is Kind.PLAIN
    with store.draft() as draft:
        if write.expected not in {None, draft.number}:
            raise EditionMoved(f"the current edition is {draft.number}, not {write.expected}: somebody wrote meanwhile")
        number = draft.number
        created = write.graph is not None and not draft.content.counts.get(write.graph)
        patch = _change(write, draft)
        if patch and is_plain:
            number = draft.publish(message=write.message, author=write.author).number
    if patch and not is_plain:
        number = _amended(write, patch, store, settings)
    return Written(number, created and bool(patch.added), len(patch.added), len(patch.removed))


def _amended(write: Write, patch: Patch, store: EmbeddedStore, settings: Settings) -> int:
    from numgraph.amending import amend  # noqa: PLC0415 - half a second of imports that a plain dataset never needs

    return amend(store, patch, settings, author=write.author, message=write.message).number


def _change(write: Write, draft: Draft) -> Patch:
    """Change the draft; returns what changed."""
    if write.operation is Operation.UPDATE:
        return draft.update(write.update, base=write.base)
    sent = frozenset(_sent(write))
    if write.operation is Operation.POST:
        return draft.apply(Patch(added=sent))
    there = frozenset(_there(write, draft.engine))
    if write.operation is Operation.DELETE and write.graph and not there:
        raise NoSuchGraph(f"there is no graph {write.graph} in edition {draft.number}")
    return draft.apply(Patch(sent, there))  # what is in both stays


def _there(write: Write, engine: Engine) -> Iterator[Quad]:
    if write.graph is None:
        return iter(engine)
    return iter(engine.quads_for_pattern(None, None, None, _named(write.graph)))


def _sent(write: Write) -> Iterator[Quad]:
    """The statements of all parts; blank nodes of different parts are different, and from all in the store."""
    for part in write.parts:
        wanted = RdfFormat.from_media_type(part.media_type)
        if wanted is None:
            raise MalformedRdf(f"{part.media_type} is no RDF format of the engine")
        try:
            yield from _placed(part.path, wanted, write)
        except SyntaxError as fault:
            raise _malformed(fault) from None


def _placed(path: str, wanted: RdfFormat, write: Write) -> Iterator[Quad]:
    whole = write.graph is None
    found = parse(
        path=path, format=wanted, base_iri=write.base, without_named_graphs=not whole, rename_blank_nodes=True
    )
    if whole:
        return found
    graph = _named(write.graph or "")
    return (Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found)


def _named(graph: str) -> NamedNode | DefaultGraph:
    return NamedNode(graph) if graph else DefaultGraph()


def _malformed(fault: SyntaxError) -> MalformedRdf:
    """The engine's complaint with its place, and with a hint where it refuses to fetch."""
    said = str(fault.msg)
    if "LoadDocumentCallback" in said:
        said = "a remote JSON-LD context is not fetched; write the context into the document"
    return MalformedRdf(f"the RDF cannot be read: {said}", fault.lineno, fault.offset)
