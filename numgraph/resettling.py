"""What a change in the sources does to all that is derived from them, at the cost of the change.

Agreement is reached subject by subject, so only things of which something else is said now are heard again; what
follows from the difference is found by delete and rederive (``inference.change``). The result is exactly that of
settling the whole dataset, which the tests hold it to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from numgraph.agreement import agree
from numgraph.inference.change import Followed, follow
from numgraph.iris import Namespace
from numgraph.mapping import recollection
from numgraph.mapping.recollection import Texts
from numgraph.store.content import as_stored
from numgraph.store.patch import Patch
from numgraph.terms import RDF, num
from numgraph.vocabulary import Node, Vocabulary

_SUBJECT = NamedNode(RDF + "subject")
_DEFAULT = DefaultGraph()
_ABOUT, _COMPLETES = (NamedNode(num(name)) for name in ("about", "completes"))


def resettle(engine: Store, changed: Patch, texts: Texts, namespace: Namespace, vocabulary: Vocabulary) -> Patch:
    """What ``changed`` in the graphs of sources, already done in ``engine``, makes of ranks, conflicts, the agreed
    graph and its entailments: the patch that brings them up to it."""
    settled = _Settled(engine, namespace)
    subjects = _affected(engine, changed)
    agreement = agree(recollection.about(engine, subjects, texts, namespace), vocabulary, namespace)
    agreed, before = frozenset(agreement.agreed), frozenset(settled.agreed(subjects))
    followed = follow(settled, agreed - before, before - agreed, vocabulary.triples)
    told, retold = frozenset(settled.told_of(subjects)), frozenset(as_stored(agreement.quads))
    published = _published(agreed - before, before - agreed, followed, namespace)
    return Patch((retold - told) | published.added, (told - retold) | published.removed)


def _published(added: frozenset[Triple], removed: frozenset[Triple], followed: Followed, namespace: Namespace) -> Patch:
    """The change of the default graph, which holds what is agreed and what follows, and of the latter's own graph."""
    entailed = NamedNode(namespace.graph("entailed"))
    stay = added | followed.new
    return Patch(
        added=frozenset(chain(_quads(stay, _DEFAULT), _quads(followed.new, entailed))),
        removed=frozenset(chain(_quads((removed | followed.gone) - stay, _DEFAULT), _quads(followed.gone, entailed))),
    )


def _quads(triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
    return (Quad(one.subject, one.predicate, one.object, graph) for one in triples)


def _affected(engine: Store, changed: Patch) -> set[NamedNode]:
    """The things of which something else is said, and those whose statements complete or are completed by that."""
    claims = {quad.subject for quad in chain(changed.added, changed.removed) if isinstance(quad.subject, NamedNode)}
    subjects: set[NamedNode] = set()
    said_before = (quad for quad in changed.removed if quad.predicate == _SUBJECT)
    waiting = {*_things(said_before), *chain.from_iterable(_linked(engine, claim) for claim in claims)}
    while waiting:
        subject = waiting.pop()
        subjects.add(subject)
        about = (claim for claim, _ in recollection.claims_about(engine, subject))
        waiting.update(chain.from_iterable(_linked(engine, claim) for claim in about))
        waiting -= subjects
    return subjects


def _linked(engine: Store, claim: NamedNode) -> Iterator[NamedNode]:
    """The things that a claim, the one it completes, and those that complete it are about."""
    completed = (quad.object for quad in engine.quads_for_pattern(claim, _COMPLETES, None, None))
    completing = (quad.subject for quad in engine.quads_for_pattern(None, _COMPLETES, claim, None))
    for one in (claim, *completed, *completing):
        if isinstance(one, NamedNode):
            yield from _things(engine.quads_for_pattern(one, _SUBJECT, None, None))


def _things(quads: Iterable[Quad]) -> Iterator[NamedNode]:
    return (quad.object for quad in quads if isinstance(quad.object, NamedNode))


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was derived before the change: the graph that ``follow`` looks things up in."""

    engine: Store
    namespace: Namespace

    @property
    def _entailed(self) -> NamedNode:
        return NamedNode(self.namespace.graph("entailed"))

    def matching(self, subject: Node | None, predicate: Node, value: Node | None) -> Iterator[Triple]:
        if isinstance(subject, Literal | Triple) or not isinstance(predicate, NamedNode):
            return iter(())
        return self._triples(subject, predicate, value, _DEFAULT)

    def asserted(self) -> Iterator[Triple]:
        return (one for one in self._triples(None, None, None, _DEFAULT) if not self.is_entailed(one))

    def entailed(self) -> Iterator[Triple]:
        return self._triples(None, None, None, self._entailed)

    def is_entailed(self, triple: Triple) -> bool:
        return Quad(triple.subject, triple.predicate, triple.object, self._entailed) in self.engine

    def agreed(self, subjects: Iterable[NamedNode]) -> Iterator[Triple]:
        for subject in subjects:
            found = self._triples(subject, None, None, _DEFAULT)
            yield from (one for one in found if not self.is_entailed(one))

    def told_of(self, subjects: Iterable[NamedNode]) -> Iterator[Quad]:
        """The ranks of the claims about some things, the names restated, the conflicts."""
        catalogue = NamedNode(self.namespace.graph("catalogue"))
        for subject in subjects:
            for claim, graph in recollection.claims_about(self.engine, subject):
                restates = next(self.engine.quads_for_pattern(claim, recollection.RESTATES, None, graph), None)
                yield from self.engine.quads_for_pattern(claim, None if restates else recollection.RANK, None, graph)
            for found in self.engine.quads_for_pattern(None, _ABOUT, subject, catalogue):
                yield from self.engine.quads_for_pattern(found.subject, None, None, catalogue)

    def _triples(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        value: Node | None,
        graph: NamedNode | DefaultGraph,
    ) -> Iterator[Triple]:
        return (quad.triple for quad in self.engine.quads_for_pattern(subject, predicate, value, graph))
