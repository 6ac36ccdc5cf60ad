"""What a change of the asserted triples does to those that follow, without closing everything anew.

Delete and rederive (A. Gupta, I. S. Mumick, V. S. Subrahmanian: Maintaining Views Incrementally, SIGMOD 1993): all that
was derived with the help of something that goes is taken out, what still follows is put back, and what is new is
followed to its end. The cost is that of the change, not of the graph.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from pyoxigraph import NamedNode, Triple

from numgraph.inference import entail, rules_of
from numgraph.inference.chaining import Index, Rulebook, fact_of
from numgraph.inference.rules import TYPE, Atom, Fact
from numgraph.vocabulary import Node


class Present(Protocol):
    """A graph before the change: what is asserted in it, and what follows from that."""

    def matching(self, subject: Node | None, predicate: Node, value: Node | None) -> Iterable[Triple]:
        """The asserted and the entailed triples that match; None matches everything."""

    def asserted(self) -> Iterable[Triple]: ...

    def entailed(self) -> Iterable[Triple]: ...

    def is_entailed(self, triple: Triple) -> bool: ...


@dataclass(frozen=True, slots=True)
class Followed:
    """What is entailed now and was not, and what was and is no more."""

    new: frozenset[Triple]
    gone: frozenset[Triple]


def follow(
    present: Present, added: frozenset[Triple], removed: frozenset[Triple], ontology: Iterable[Triple]
) -> Followed:
    """What follows otherwise when ``added`` is asserted too and ``removed`` no longer.

    Exactly the difference between the two closures. Where the ontology has classes without a name, what is derived
    about them is nowhere to be looked up, and both closures are worked out.
    """
    ontology = tuple(ontology)
    rulebook, _ = rules_of(ontology)
    if any(part.startswith("_:") for rule in rulebook.rules for part in rule.head):
        return _in_full(present, added, removed, ontology)
    terms: dict[str, Node] = {str(part): part for triple in (*ontology, *added, *removed) for part in triple}
    work = _Work(rulebook, _Lookup(present, terms | {TYPE: NamedNode(TYPE[1:-1])}))
    work.delete({fact_of(triple) for triple in removed - added})
    work.insert({fact_of(triple) for triple in added})
    return work.outcome({fact_of(triple) for triple in added}, {fact_of(triple) for triple in removed - added})


def _in_full(
    present: Present, added: frozenset[Triple], removed: frozenset[Triple], ontology: tuple[Triple, ...]
) -> Followed:
    before = frozenset(present.entailed())
    after = frozenset(entail((frozenset(present.asserted()) - removed) | added, ontology))
    return Followed(after - before, before - after)


class _Lookup:
    """The graph as it is during the work: what was there, less what has gone, and what is new."""

    def __init__(self, present: Present, terms: dict[str, Node]) -> None:
        self.present = present
        self.gone: set[Fact] = set()
        self.new: set[Fact] = set()
        self._index = Index()
        self._terms = terms

    def __contains__(self, fact: Fact) -> bool:
        return fact in self.new or (fact not in self.gone and self.was_there(fact))

    def was_there(self, fact: Fact) -> bool:
        return any(fact == one for one in self._before(fact))

    def was_entailed(self, fact: Fact) -> bool:
        return self.present.is_entailed(self.triple(fact))

    def triple(self, fact: Fact) -> Triple:
        subject, predicate, value = (self.term(part) for part in fact)
        return Triple(subject, predicate, value)  # type: ignore[arg-type]  # no rule makes a literal a subject

    def term(self, text: str) -> Node:
        if text not in self._terms:
            self._terms[text] = NamedNode(text[1:-1])  # literals come from facts only, and have been seen
        return self._terms[text]

    def add(self, fact: Fact) -> None:
        self.gone.discard(fact)
        if not self.was_there(fact):
            self.new.add(fact)
            self._index.add(fact)

    def candidates(self, atom: Atom) -> Iterator[Fact]:
        yield from (fact for fact in self._before(atom) if fact not in self.gone)
        yield from self._index.candidates(atom)

    def _before(self, atom: Atom) -> Iterator[Fact]:
        subject, predicate, value = (None if part.startswith("?") else self.term(part) for part in atom)
        if predicate is None:
            return
        for triple in self.present.matching(subject, predicate, value):
            self._terms.update((str(part), part) for part in triple)
            yield fact_of(triple)


@dataclass(slots=True)
class _Work:
    rulebook: Rulebook
    lookup: _Lookup
    _doubted: set[Fact] = field(default_factory=set)

    def delete(self, removed: set[Fact]) -> None:
        """Take out what goes and all that was derived with it, then put back what still follows without it."""
        waiting = deque(sorted(removed))
        self._doubted.update(removed)
        while waiting:
            fact = waiting.popleft()
            for _, head, _ in self.rulebook.steps(fact, self.lookup):
                if head not in self._doubted and self.lookup.was_entailed(head):
                    self._doubted.add(head)
                    waiting.append(head)
        self.lookup.gone.update(self._doubted)
        self.insert({fact for fact in sorted(self._doubted) if self.rulebook.follows(fact, self.lookup)})

    def insert(self, facts: set[Fact]) -> None:
        """Put in facts and all that follows from them."""
        waiting = deque(sorted(fact for fact in facts if fact not in self.lookup))
        while waiting:
            fact = waiting.popleft()
            if fact in self.lookup:
                continue
            self.lookup.add(fact)
            waiting.extend(head for _, head, _ in self.rulebook.steps(fact, self.lookup) if head not in self.lookup)

    def outcome(self, added: set[Fact], removed: set[Fact]) -> Followed:
        """What is entailed, and not asserted, before and after."""
        touched = self._doubted | self.lookup.new | added
        before = {fact for fact in touched if self.lookup.was_entailed(fact)}
        asserted = {fact for fact in touched if self._is_asserted(fact, before, added, removed)}
        after = {fact for fact in touched if fact in self.lookup and fact not in asserted}
        triples = [frozenset(map(self.lookup.triple, facts)) for facts in (after - before, before - after)]
        return Followed(*triples)

    def _is_asserted(self, fact: Fact, before: set[Fact], added: set[Fact], removed: set[Fact]) -> bool:
        if fact in added:
            return True
        return fact not in removed and fact not in before and self.lookup.was_there(fact)
