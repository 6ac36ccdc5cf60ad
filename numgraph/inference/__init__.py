"""OWL 2 RL: what follows from the agreed graph and the ontology, and by which rule from which premises.

The ontology is small and the data large, so each rule of ``rules.py`` is first joined with the ontology;
what remains has one or two atoms over the data, and a semi-naive worklist runs it to the fixpoint. The first
derivation of each triple is kept. Triples with blank nodes (classes without a name) take part and are not handed out.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from numgraph.inference.rules import (
    DECISIVE_SCHEMA_RULES,
    RULES,
    SAME_AS,
    SCHEMA_RULES,
    SUBCLASS,
    SUBPROPERTY,
    TYPE,
    Atom,
    Fact,
    Rule,
    list_rules,
)
from numgraph.terms import OWL, RDFS
from numgraph.vocabulary import Node

Bindings = dict[str, str]
Source = tuple[str, tuple[Fact, ...]]  # the rule and the premises that gave a fact first

_TRIVIAL_CLASSES = frozenset({f"<{OWL}Thing>", f"<{RDFS}Resource>", f"<{RDFS}Literal>"})
_ORDERS = frozenset({SUBCLASS, SUBPROPERTY})  # reflexive in every ontology


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
        fact = _fact(triple)
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
    schema = sorted({_fact(triple) for triple in ontology})
    axioms = _Engine(_join_with_ontology(SCHEMA_RULES, _Index()))
    axioms.run(schema)
    decisive = [fact for fact, (rule, _) in axioms.sources.items() if rule in DECISIVE_SCHEMA_RULES]
    index = _Index()
    for fact in (*schema, *decisive):
        index.add(fact)
    rules = [*_join_with_ontology(RULES, index), *list_rules(schema)]
    engine = _Engine(sorted(set(rules), key=lambda rule: (rule.name, rule.axioms, rule.body, rule.head)))
    asserted = {_fact(triple) for triple in triples}
    engine.run(sorted(asserted))
    return Closure(frozenset(asserted), {**axioms.sources, **engine.sources}, terms)


def _fact(triple: Triple) -> Fact:
    return str(triple.subject), str(triple.predicate), str(triple.object)


class _Index:
    """Facts by predicate, by subject and predicate, and by predicate and object, in the order they came."""

    def __init__(self) -> None:
        self._by_predicate: dict[str, list[Fact]] = defaultdict(list)
        self._by_subject: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self._by_object: dict[tuple[str, str], list[Fact]] = defaultdict(list)

    def add(self, fact: Fact) -> None:
        subject, predicate, value = fact
        self._by_predicate[predicate].append(fact)
        self._by_subject[subject, predicate].append(fact)
        self._by_object[predicate, value].append(fact)

    def candidates(self, atom: Atom) -> list[Fact]:
        """Facts that may match ``atom``, whose predicate is no variable."""
        subject, predicate, value = atom
        if not subject.startswith("?"):
            return self._by_subject.get((subject, predicate), [])
        if not value.startswith("?"):
            return self._by_object.get((predicate, value), [])
        return self._by_predicate.get(predicate, [])

    def solutions(self, atoms: tuple[Atom, ...], bindings: Bindings) -> Iterator[tuple[Bindings, tuple[Fact, ...]]]:
        """Every way to match all ``atoms``, with the facts that do."""
        if not atoms:
            yield bindings, ()
            return
        first = _bind(atoms[0], bindings)
        for fact in tuple(self.candidates(first)):
            extended = _match(first, fact, bindings)
            if extended is not None:
                for complete, facts in self.solutions(atoms[1:], extended):
                    yield complete, (fact, *facts)


def _bind(atom: Atom, bindings: Bindings) -> Atom:
    subject, predicate, value = atom
    return bindings.get(subject, subject), bindings.get(predicate, predicate), bindings.get(value, value)


def _match(atom: Atom, fact: Fact, bindings: Bindings) -> Bindings | None:
    found = dict(bindings)
    for pattern, term in zip(atom, fact, strict=True):
        if not pattern.startswith("?"):
            if pattern != term:
                return None
        elif found.setdefault(pattern, term) != term:
            return None
    return found


def _join_with_ontology(rules: Iterable[Rule], ontology: _Index) -> Iterator[Rule]:
    """Each rule once for each way its axioms hold in the ontology."""
    for rule in rules:
        for bindings, axioms in ontology.solutions(rule.axioms, {}):
            body = tuple(_bind(atom, bindings) for atom in rule.body)
            yield Rule(rule.name, axioms, body, _bind(rule.head, bindings))


class _Engine:
    """A semi-naive worklist over rules whose atoms all have a fixed predicate."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.sources: dict[Fact, Source] = {}
        self._index = _Index()
        self._known: set[Fact] = set()
        self._waiting: deque[Fact] = deque()
        self._unconditional: list[Rule] = []
        self._triggers: dict[tuple[str, str], list[tuple[Rule, Atom, tuple[Atom, ...], int]]] = defaultdict(list)
        for rule in rules:
            self._register(rule)

    def _register(self, rule: Rule) -> None:
        if not rule.body:
            self._unconditional.append(rule)
        for position, atom in enumerate(rule.body):
            others = rule.body[:position] + rule.body[position + 1 :]
            # A chain is joined outward from the trigger, so that each further atom shares a bound variable.
            ordered = tuple(reversed(rule.body[:position])) + rule.body[position + 1 :] if others else ()
            self._triggers[_trigger(atom)].append((rule, atom, ordered, position))

    def run(self, facts: Iterable[Fact]) -> None:
        """Take in ``facts`` and add all that follows."""
        for fact in facts:
            self._known.add(fact)
            self._waiting.append(fact)
        for rule in self._unconditional:
            self._conclude(rule, {}, ())
        while self._waiting:
            fact = self._waiting.popleft()
            self._index.add(fact)
            self._apply(fact)

    def _apply(self, fact: Fact) -> None:
        _, predicate, value = fact
        for key in ((predicate, ""), (predicate, value)):
            for rule, atom, others, position in self._triggers.get(key, ()):
                bindings = _match(atom, fact, {})
                if bindings is None:
                    continue
                for complete, facts in self._index.solutions(others, bindings):
                    self._conclude(rule, complete, _in_body_order(fact, facts, position))

    def _conclude(self, rule: Rule, bindings: Bindings, premises: tuple[Fact, ...]) -> None:
        head = _bind(rule.head, bindings)
        if head not in self._known and _is_meant(head):
            self._known.add(head)
            self._waiting.append(head)
            self.sources[head] = (rule.name, (*premises, *rule.axioms))


def _trigger(atom: Atom) -> tuple[str, str]:
    """What a fact must have to touch ``atom``: its predicate, and its object where the atom fixes one."""
    return atom[1], "" if atom[2].startswith("?") else atom[2]


def _in_body_order(fact: Fact, others: tuple[Fact, ...], position: int) -> tuple[Fact, ...]:
    before, after = others[:position], others[position:]
    return (*reversed(before), fact, *after)


def _is_meant(head: Fact) -> bool:
    """No literal as a subject or property, no identity, no triviality."""
    subject, predicate, value = head
    if subject.startswith('"') or not predicate.startswith("<") or predicate == SAME_AS:
        return False
    is_trivial = value in _TRIVIAL_CLASSES if predicate == TYPE else subject == value and predicate in _ORDERS
    return not is_trivial
