"""OWL 2 RL: what follows from the agreed graph and the ontology, and by which rule from which premises.

The ontology is small and the data large, so each rule of ``rules.py`` is first joined with the ontology;
what remains has one or two atoms over the data, and a semi-naive worklist runs it to the fixpoint. The first
derivation of each triple is kept. Triples with blank nodes (classes without a name) take part and are not handed out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from numgraph.inference.chaining import Index, Rulebook, fact_of, rules_over_data, schema_rules
from numgraph.inference.rules import TYPE, Fact, Rule
from numgraph.vocabulary import Node

Source = tuple[str, tuple[Fact, ...]]  # the rule and the premises that gave a fact first


@dataclass(frozen=True, slots=True)
class Derivation:
    """Why a triple holds. ``rule`` is None for a triple that is asserted in the data or stands in the ontology."""

    triple: Triple
    rule: str | None = None
    premises: tuple[Derivation, ...] = ()


@dataclass(frozen=True, slots=True)
class Closure:
    """Everything that follows, each triple with its first derivation."""

    asserted: frozenset[Fact] = field(repr=False)
    sources: dict[Fact, Source] = field(repr=False)
    terms: dict[str, Node] = field(repr=False)

    @property
    def entailed(self) -> tuple[Triple, ...]:
        """What is entailed and not asserted, sorted; nothing about blank nodes."""
        return tuple(self._triple(fact) for fact in sorted(self.sources) if self._is_published(fact))

    def explain(self, triple: Triple) -> Derivation | None:
        """The derivation of ``triple`` down to what is asserted; None when it does not follow."""
        fact = fact_of(triple)
        if fact in self.sources:
            return self._derivation(fact)
        return Derivation(triple) if fact in self.asserted else None

    def _derivation(self, fact: Fact) -> Derivation:
        rule, premises = self.sources.get(fact, (None, ()))
        return Derivation(self._triple(fact), rule, tuple(self._derivation(premise) for premise in premises))

    def _triple(self, fact: Fact) -> Triple:
        subject, predicate, value = (self.terms[part] for part in fact)
        return Triple(subject, predicate, value)  # type: ignore[arg-type]  # _conclude let no literal be a subject

    def _is_published(self, fact: Fact) -> bool:
        is_schema = self.sources[fact][0].startswith("scm-")
        return not is_schema and not any(part.startswith("_:") for part in fact)


def entail(triples: Iterable[Triple], ontology: Iterable[Triple]) -> tuple[Triple, ...]:
    """The OWL 2 RL entailments of ``triples`` under ``ontology``, without the triples themselves."""
    return close(triples, ontology).entailed


def explain(triple: Triple, triples: Iterable[Triple], ontology: Iterable[Triple]) -> Derivation | None:
    """Why ``triple`` follows from ``triples`` under ``ontology``; None when it does not."""
    return close(triples, ontology).explain(triple)


def close(triples: Iterable[Triple], ontology: Iterable[Triple]) -> Closure:
    """The closure of ``triples``; the same for any order of the inputs."""
    triples, ontology = tuple(triples), tuple(ontology)
    terms: dict[str, Node] = {str(part): part for triple in (*ontology, *triples) for part in triple}
    terms |= {TYPE: NamedNode(TYPE[1:-1])}
    rulebook, about_schema = rules_of(ontology)
    asserted = {fact_of(triple) for triple in triples}
    return Closure(frozenset(asserted), {**about_schema, **_run(rulebook, sorted(asserted))}, terms)


def rules_of(ontology: Iterable[Triple]) -> tuple[Rulebook, dict[Fact, Source]]:
    """What an ontology makes of OWL 2 RL: rules over data alone, and what follows about the ontology itself."""
    schema = sorted({fact_of(triple) for triple in ontology})
    about_schema = _run(Rulebook(schema_rules()), schema)
    return Rulebook(rules_over_data(schema, about_schema)), about_schema


def _run(rulebook: Rulebook, facts: Iterable[Fact]) -> dict[Fact, Source]:
    """All that follows from ``facts``, each with its first derivation: a semi-naive worklist."""
    waiting = deque(facts)
    known, index = set(waiting), Index()
    sources: dict[Fact, Source] = {}

    def conclude(rule: Rule, head: Fact, premises: tuple[Fact, ...]) -> None:
        if head not in known:
            known.add(head)
            waiting.append(head)
            sources[head] = (rule.name, (*premises, *rule.axioms))

    for rule in rulebook.unconditional:
        conclude(rule, rule.head, ())
    while waiting:
        fact = waiting.popleft()
        index.add(fact)
        for step in rulebook.steps(fact, index):
            conclude(*step)
    return sources
