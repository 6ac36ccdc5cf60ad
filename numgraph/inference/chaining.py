"""Rules over facts: how a rule meets the ontology, what sets it off, and what it concludes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol

from pyoxigraph import Triple

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

Bindings = dict[str, str]
Step = tuple[Rule, Fact, tuple[Fact, ...]]  # a rule, what it concludes, and the premises in the order of its body

_TRIVIAL_CLASSES = frozenset({f"<{OWL}Thing>", f"<{RDFS}Resource>", f"<{RDFS}Literal>"})
_ORDERS = frozenset({SUBCLASS, SUBPROPERTY})  # reflexive in every ontology


def fact_of(triple: Triple) -> Fact:
    return str(triple.subject), str(triple.predicate), str(triple.object)


class Facts(Protocol):
    """Facts that can be looked up."""

    def candidates(self, atom: Atom) -> Iterable[Fact]:
        """Facts that may match ``atom``, whose predicate is no variable."""


class Index:
    """Facts by predicate, by subject and predicate, and by predicate and object, in the order they came."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._by_predicate: dict[str, list[Fact]] = defaultdict(list)
        self._by_subject: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self._by_object: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        subject, predicate, value = fact
        self._by_predicate[predicate].append(fact)
        self._by_subject[subject, predicate].append(fact)
        self._by_object[predicate, value].append(fact)

    def candidates(self, atom: Atom) -> list[Fact]:
        subject, predicate, value = atom
        if not subject.startswith("?"):
            return self._by_subject.get((subject, predicate), [])
        if not value.startswith("?"):
            return self._by_object.get((predicate, value), [])
        return self._by_predicate.get(predicate, [])


def solutions(atoms: tuple[Atom, ...], bindings: Bindings, facts: Facts) -> Iterator[tuple[Bindings, tuple[Fact, ...]]]:
    """Every way to match all ``atoms``, with the facts that do."""
    if not atoms:
        yield bindings, ()
        return
    first = bind(atoms[0], bindings)
    for fact in tuple(facts.candidates(first)):
        extended = match(first, fact, bindings)
        if extended is not None:
            for complete, found in solutions(atoms[1:], extended, facts):
                yield complete, (fact, *found)


def bind(atom: Atom, bindings: Bindings) -> Atom:
    subject, predicate, value = atom
    return bindings.get(subject, subject), bindings.get(predicate, predicate), bindings.get(value, value)


def match(atom: Atom, fact: Fact, bindings: Bindings) -> Bindings | None:
    found = dict(bindings)
    for pattern, term in zip(atom, fact, strict=True):
        if not pattern.startswith("?"):
            if pattern != term:
                return None
        elif found.setdefault(pattern, term) != term:
            return None
    return found


def joined(rules: Iterable[Rule], ontology: Facts) -> Iterator[Rule]:
    """Each rule once for each way its axioms hold in the ontology."""
    for rule in rules:
        for bindings, axioms in solutions(rule.axioms, {}, ontology):
            body = tuple(bind(atom, bindings) for atom in rule.body)
            yield Rule(rule.name, axioms, body, bind(rule.head, bindings))


def rules_over_data(schema: Iterable[Fact], schema_sources: dict[Fact, tuple[str, tuple[Fact, ...]]]) -> list[Rule]:
    """The rules of OWL 2 RL joined with an ontology and with what its own rules conclude about it."""
    schema = tuple(schema)
    decisive = [fact for fact, (rule, _) in schema_sources.items() if rule in DECISIVE_SCHEMA_RULES]
    rules = [*joined(RULES, Index((*schema, *decisive))), *list_rules(schema)]
    return sorted(set(rules), key=lambda rule: (rule.name, rule.axioms, rule.body, rule.head))


def schema_rules() -> list[Rule]:
    """The rules among axioms, which need no ontology to be joined with."""
    return list(joined(SCHEMA_RULES, Index()))


class Rulebook:
    """Rules whose atoms all have a fixed predicate, by what sets them off and by what they conclude."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.unconditional = tuple(rule for rule in self.rules if not rule.body and is_meant(rule.head))
        self._triggers: dict[tuple[str, str], list[tuple[Rule, Atom, tuple[Atom, ...], int]]] = defaultdict(list)
        self._heads: dict[tuple[str, str], list[Rule]] = defaultdict(list)
        for rule in self.rules:
            self._heads[_key(rule.head)].append(rule)
            for position, atom in enumerate(rule.body):
                # A chain is joined outward from the trigger, so that each further atom shares a bound variable.
                others = tuple(reversed(rule.body[:position])) + rule.body[position + 1 :]
                self._triggers[_key(atom)].append((rule, atom, others, position))

    def steps(self, fact: Fact, facts: Facts) -> Iterator[Step]:
        """What follows from ``fact`` together with ``facts``, by one rule."""
        for rule, atom, others, position in self._set_off(fact):
            bindings = match(atom, fact, {})
            if bindings is None:
                continue
            for complete, found in solutions(others, bindings, facts):
                head = bind(rule.head, complete)
                if is_meant(head):
                    yield rule, head, _in_body_order(fact, found, position)

    def follows(self, fact: Fact, facts: Facts) -> bool:
        """Whether one rule concludes ``fact`` from ``facts``."""
        for key in _keys(fact):
            for rule in self._heads.get(key, ()):
                bindings = match(rule.head, fact, {})
                if bindings is not None and next(solutions(rule.body, bindings, facts), None) is not None:
                    return True
        return False

    def _set_off(self, fact: Fact) -> Iterator[tuple[Rule, Atom, tuple[Atom, ...], int]]:
        for key in _keys(fact):
            yield from self._triggers.get(key, ())


def _key(atom: Atom) -> tuple[str, str]:
    """What a fact must have to match ``atom``: its predicate, and its object where the atom fixes one."""
    return atom[1], "" if atom[2].startswith("?") else atom[2]


def _keys(fact: Fact) -> tuple[tuple[str, str], tuple[str, str]]:
    return (fact[1], ""), (fact[1], fact[2])


def _in_body_order(fact: Fact, others: tuple[Fact, ...], position: int) -> tuple[Fact, ...]:
    before, after = others[:position], others[position:]
    return (*reversed(before), fact, *after)


def is_meant(head: Fact) -> bool:
    """No literal as a subject or property, no identity, no triviality."""
    subject, predicate, value = head
    if subject.startswith('"') or not predicate.startswith("<") or predicate == SAME_AS:
        return False
    is_trivial = value in _TRIVIAL_CLASSES if predicate == TYPE else subject == value and predicate in _ORDERS
    return not is_trivial
