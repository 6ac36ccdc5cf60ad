"""Writes into source graphs: the corridor from a patch of what sources say to an edition in which all else follows.

Only ``<base>/source/<name>`` can be written. What is added there is a submission, with a line of its own text behind
each statement. What is taken back from a submission is gone; what is taken back from a document that we read is
rejected: its claim stays, with its sentence, and is agreed no more. Taking back all of a graph withdraws the source.
The agreed graph, the entailments, ranks and conflicts are derived anew, and the shapes have the last word.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from numgraph import resources
from numgraph.checking import checked_draft, get_ready
from numgraph.dataset import assemble
from numgraph.errors import RefusedWrite
from numgraph.iris import Namespace
from numgraph.mapping import Statement, Status, recollection
from numgraph.mapping.submission import Sender, contribute_submission
from numgraph.model import Modality
from numgraph.resettling import resettle
from numgraph.settings import Settings
from numgraph.store.edition import EmbeddedEdition, archive_path
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch
from numgraph.terms import RDF, num
from numgraph.vocabulary import load

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,198}[a-z0-9])?")
_TYPE = NamedNode(RDF + "type")
_STATUS = NamedNode(num("status"))


def amend(
    store: EmbeddedStore,
    patch: Patch,
    settings: Settings,
    *,
    author: str,
    message: str = "",
    on: datetime.date | None = None,
) -> EmbeddedEdition:
    """The edition that follows when ``patch`` changes what sources say; ``on`` (today) dates what is added.

    Raises RefusedWrite for a write elsewhere than into a source, InvalidData when the shapes find a violation, and
    EditionMoved when somebody else has published meanwhile; nothing is written then.
    """
    namespace = Namespace(settings.base)
    get_ready(namespace)
    sender = Sender(author, on or datetime.datetime.now(datetime.UTC).date())
    with store.draft() as draft:
        if draft.base is None:
            start = assemble((), settings, resources.ontology(), resources.shapes())
            draft.apply(Patch(added=frozenset(start.quads)))
        revision = revise(draft.engine, patch, Archive(draft.base), sender, namespace)
        draft.apply(revision.patch)
        draft.apply(resettle(draft.engine, draft.patch, revision.archive.text, namespace, load(resources.ontology())))
        report = checked_draft(draft, namespace)
        return draft.publish(
            message=message or revision.summary,
            author=author,
            findings=report.findings,
            archive=revision.archive.changed,
        )


class Archive:
    """The texts of an edition, and what a write makes of them: new bytes by name, or None for what goes."""

    def __init__(self, base: EmbeddedEdition | None, changed: dict[str, bytes | None] | None = None) -> None:
        self.changed = changed or {}
        self._root = base.path.parent.parent if base else None
        self._digests = base.digests() if base else {}

    def text(self, name: str) -> str:
        """The text of a source; empty where there is none yet."""
        file = f"{name}.txt"
        if file in self.changed:
            return (self.changed[file] or b"").decode("utf-8")
        if self._root is None or file not in self._digests:
            return ""
        return archive_path(self._root, self._digests[file]).read_bytes().decode("utf-8")


@dataclass(frozen=True, slots=True)
class Revision:
    """What a write changes in the sources themselves, before anything is derived from them."""

    patch: Patch
    archive: Archive
    summary: str


def revise(engine: Store, patch: Patch, archive: Archive, sender: Sender, namespace: Namespace) -> Revision:
    """The source-level meaning of ``patch``: source, evidence and catalogue graphs, and texts."""
    added, removed = _by_source(patch.added, namespace), _by_source(patch.removed, namespace)
    names = sorted({*added, *removed})
    parts = [
        _Source(engine, name, archive, sender, namespace).revised(added.get(name, set()), removed.get(name, set()))
        for name in names
    ]
    whole = Patch(
        added=frozenset(chain.from_iterable(one.added for one in parts)),
        removed=frozenset(chain.from_iterable(one.removed for one in parts)),
    )
    return Revision(whole, archive, f"Written to {', '.join(names[:3])}{' and others' if len(names) > 3 else ''}")  # noqa: PLR2004 - as many names as a line holds


def _by_source(quads: Iterable[Quad], namespace: Namespace) -> dict[str, set[Triple]]:
    """The triples by the name of their source, blank nodes named. Raises RefusedWrite for any other graph."""
    found: dict[str, set[Triple]] = defaultdict(set)
    prefix = namespace.source_graph("")
    for quad in quads:
        graph = quad.graph_name
        name = graph.value.removeprefix(prefix) if isinstance(graph, NamedNode) else ""
        if not isinstance(graph, NamedNode) or not graph.value.startswith(prefix) or not _NAME.fullmatch(name):
            where = "the default graph" if isinstance(graph, DefaultGraph) else str(graph)
            raise RefusedWrite(
                f"{where} cannot be written: it is derived from what sources say. Write into a graph of your own, "
                f"<{prefix}name>, its name in lower-case letters, digits and hyphens"
            )
        found[name].add(_named(quad.triple, name, namespace))
    return found


def _named(triple: Triple, name: str, namespace: Namespace) -> Triple:
    """The triple with a name for each blank node (RDF 1.1 Concepts, section 3.5)."""
    subject, predicate, value = (
        NamedNode(f"{namespace.base}/.well-known/genid/{name}-{part.value}") if isinstance(part, BlankNode) else part
        for part in triple
    )
    return Triple(subject, predicate, value)


@dataclass(frozen=True, slots=True)
class _Source:
    """One source as the store knows it, and what a write makes of it."""

    engine: Store
    name: str
    archive: Archive
    sender: Sender
    namespace: Namespace

    def revised(self, added: set[Triple], removed: set[Triple]) -> Patch:
        held = {quad.triple for quad in self._quads(self._graph)}
        added, removed = added - held, removed & held
        if removed == held and removed and not added:
            return self._withdrawn()
        if self._is_submission(held):
            return self._rewritten(added, removed)
        return self._ruled(added, removed)

    @property
    def _graph(self) -> NamedNode:
        return NamedNode(self.namespace.source_graph(self.name))

    @property
    def _evidence(self) -> NamedNode:
        return NamedNode(self.namespace.evidence_graph(self.name))

    def _quads(self, graph: NamedNode) -> Iterator[Quad]:
        return self.engine.quads_for_pattern(None, None, None, graph)

    def _is_submission(self, held: set[Triple]) -> bool:
        source, graph = NamedNode(self.namespace.source(self.name)), NamedNode(self.namespace.graph("catalogue"))
        types = {str(quad.object) for quad in self.engine.quads_for_pattern(source, _TYPE, None, graph)}
        return not (held or types) or str(NamedNode(num("Submission"))) in types

    def _catalogue(self) -> Iterator[Quad]:
        return recollection.entry(self.engine, self.name, self.namespace)

    def _withdrawn(self) -> Patch:
        data = sorted(quad.object.value for quad in self._catalogue() if quad.predicate.value == num("sha256"))  # type: ignore[union-attr]  # a literal
        self.archive.changed.update(dict.fromkeys((f"{self.name}.txt", *data)))
        gone = (self._quads(self._graph), self._quads(self._evidence), self._catalogue())
        return Patch(removed=frozenset(chain(*gone)))

    def _rewritten(self, added: set[Triple], removed: set[Triple]) -> Patch:
        """A submission says more, or less."""
        document, contribution = contribute_submission(
            added, self.name, self.archive.text(self.name), self.sender, self.namespace
        )
        self.archive.changed[f"{self.name}.txt"] = document.text.encode("utf-8")
        gone = [one.claim for one in self._statements(removed)]
        old = {
            *self._catalogue(),
            *(Quad(triple.subject, triple.predicate, triple.object, self._graph) for triple in removed),
            *chain.from_iterable(self.engine.quads_for_pattern(claim, None, None, self._evidence) for claim in gone),
        }
        new = set(contribution.quads)
        return Patch(frozenset(new - old), frozenset(old - new))

    def _ruled(self, added: set[Triple], removed: set[Triple]) -> Patch:
        """A document says what it says; which of its claims we take can be told."""
        rejected = [one for one in self._statements(removed) if one.counts]
        taken = [one for one in self._statements(added) if one.status is Status.REJECTED]
        unsaid = added - {one.triple for one in taken if one.modality is Modality.ASSERTED}
        if unsaid:
            raise RefusedWrite(
                f"{self._graph} holds what a document says, and it does not say {min(map(str, unsaid))}; "
                f"write that into a graph of your own, such as <{self.namespace.source_graph('my-corrections')}>"
            )
        before = [*self._status(rejected, Status.ACCEPTED), *self._status(taken, Status.REJECTED)]
        after = [*self._status(rejected, Status.REJECTED), *self._status(taken, Status.ACCEPTED)]
        return Patch(frozenset((*after, *self._in_graph(added))), frozenset((*before, *self._in_graph(removed))))

    def _statements(self, triples: set[Triple]) -> Iterator[Statement]:
        said = recollection.of_source(self.engine, self.name, self.archive.text, self.namespace) if triples else ()
        return (one for one in said if one.triple in triples)

    def _status(self, statements: Iterable[Statement], status: Status) -> Iterator[Quad]:
        return (Quad(one.claim, _STATUS, Literal(status.value), self._evidence) for one in statements)

    def _in_graph(self, triples: set[Triple]) -> Iterator[Quad]:
        return (Quad(triple.subject, triple.predicate, triple.object, self._graph) for triple in triples)
