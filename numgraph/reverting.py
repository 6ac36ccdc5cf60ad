"""Undoing an edition of a managed dataset: its sources go back to what they were, and all else follows from them.

A source that nobody has changed since goes back whole: statements, claims, catalogue entry and text. Of one that a
later edition has changed as well, single statements are taken back or put back where that still means anything. What
cannot be undone is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Literal, NamedNode, Store

from numgraph import resources
from numgraph.amending import Archive, revise
from numgraph.checking import checked_draft, get_ready
from numgraph.errors import EditionGone, RefusedWrite
from numgraph.iris import Namespace
from numgraph.mapping import recollection
from numgraph.mapping.submission import Sender
from numgraph.resettling import resettle
from numgraph.settings import Settings
from numgraph.store.edition import EmbeddedEdition, open_edition
from numgraph.store.editions import EmbeddedStore
from numgraph.store.history import Undone
from numgraph.store.patch import Patch
from numgraph.terms import num
from numgraph.vocabulary import load

_BY_NAME = ("ontology", "shapes")  # graphs that stand for themselves


def revert(store: EmbeddedStore, number: int, settings: Settings, *, sender: Sender, message: str = "") -> Undone:
    """Undo what edition ``number`` changed in sources, ontology and shapes.

    Raises NoSuchEdition, EditionGone where the edition before is not kept, RefusedWrite where nothing of it is left to
    undo, InvalidData where the shapes refuse what would be left; nothing is written then.
    """
    namespace = Namespace(settings.base)
    get_ready(namespace)
    with store.draft() as draft:
        undoing = _Undoing.of(store, number, draft.engine, Archive(draft.base), namespace)
        for patch in undoing.patches(sender):
            draft.apply(patch)
        if not draft.patch:
            raise RefusedWrite(f"nothing that edition {number} changed is left to undo: {'; '.join(undoing.left)}")
        draft.apply(resettle(draft.engine, draft.patch, undoing.archive.text, namespace, load(resources.ontology())))
        report = checked_draft(draft, namespace)
        edition = draft.publish(
            message=message or f"Reverts edition {number}",
            author=sender.name,
            findings=report.findings,
            archive=undoing.archive.changed,
        )
    return Undone(edition, tuple(undoing.left))


@dataclass(frozen=True, slots=True)
class _Undoing:
    """An edition between the one before it and the present state."""

    done: EmbeddedEdition
    before: EmbeddedEdition | None
    engine_done: Store
    engine_before: Store
    engine: Store  # of the draft: the present state
    archive: Archive
    namespace: Namespace
    left: list[str]

    @classmethod
    def of(cls, store: EmbeddedStore, number: int, engine: Store, archive: Archive, namespace: Namespace) -> _Undoing:
        done = store.edition(number)
        try:
            before = store.edition(number - 1) if number > 1 else None
        except EditionGone as fault:
            raise EditionGone(f"edition {number} cannot be undone: {fault}") from None
        earlier = open_edition(before.path) if before else Store()
        return cls(done, before, open_edition(done.path), earlier, engine, archive, namespace, [])

    def patches(self, sender: Sender) -> Iterator[Patch]:
        """What leads back, source by source; fills ``archive`` and ``left``."""
        for name in self._touched(self.namespace.source_graph("")):
            yield self._source(name, sender)
        for name in self._touched(self.namespace.graph("")):
            if name in _BY_NAME:
                yield self._graph(name)

    def _touched(self, prefix: str) -> list[str]:
        """The names of graphs with that prefix, and of sources, that the edition changed."""
        patch = self.done.patch()
        named = (quad.graph_name for quad in chain(patch.added, patch.removed))
        graphs = {graph.value for graph in named if isinstance(graph, NamedNode)}
        claimed = self.namespace.evidence_graph("")
        names = {graph.removeprefix(prefix) for graph in graphs if graph.startswith(prefix)}
        if prefix == self.namespace.source_graph(""):
            names |= {graph.removeprefix(claimed) for graph in graphs if graph.startswith(claimed)}
        return sorted(names)

    def _graph(self, name: str) -> Patch:
        graph = NamedNode(self.namespace.graph(name))
        present, done, before = (
            frozenset(engine.quads_for_pattern(None, None, None, graph))
            for engine in (self.engine, self.engine_done, self.engine_before)
        )
        if present != done:
            self.left.append(f"{graph} has been changed by a later edition and stays as it is")
            return Patch()
        return Patch(before - present, present - before)

    def _source(self, name: str, sender: Sender) -> Patch:
        present, done, before = (
            frozenset(recollection.said(engine, name, self.namespace))
            for engine in (self.engine, self.engine_done, self.engine_before)
        )
        if done == before:
            return Patch()  # only what is derived of it changed
        if present == done:
            self._texts_back(name)
            evidence = NamedNode(self.namespace.evidence_graph(name))
            ranked = present.union(self.engine.quads_for_pattern(None, None, None, evidence))
            return Patch(before - ranked, ranked - before)  # ranks go as well: they are derived anew
        return self._statements_back(name, sender)

    def _texts_back(self, name: str) -> None:
        """The archive's files of a source as they were: its text, and the bytes as they came."""
        for file in {f"{name}.txt", *_digests(self.engine_done, name, self.namespace)}:
            self.archive.changed[file] = None
        for file in {f"{name}.txt", *_digests(self.engine_before, name, self.namespace)}:
            if self.before and file in self.before.archive_names():
                self.archive.changed[file] = self.before.archived(file)

    def _statements_back(self, name: str, sender: Sender) -> Patch:
        """The statements that the edition added or removed, one by one."""
        graph = NamedNode(self.namespace.source_graph(name))
        present, done, before = (
            frozenset(engine.quads_for_pattern(None, None, None, graph))
            for engine in (self.engine, self.engine_done, self.engine_before)
        )
        again, gone = before - done, done - before
        for quad in sorted((again & present) | (gone - present), key=str):
            self.left.append(f"{quad.triple} in <{graph.value}>: a later edition has undone it already")
        wanted = Patch(again - present, gone & present)
        try:
            return revise(self.engine, wanted, self.archive, sender, self.namespace).patch if wanted else Patch()
        except RefusedWrite as fault:
            self.left.append(f"<{graph.value}>: {fault}")
            return Patch()


def _digests(engine: Store, name: str, namespace: Namespace) -> Iterator[str]:
    for quad in recollection.entry(engine, name, namespace):
        if quad.predicate.value == num("sha256") and isinstance(quad.object, Literal):
            yield quad.object.value
