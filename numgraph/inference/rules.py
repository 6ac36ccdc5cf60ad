"""The rules of OWL 2 RL/RDF that say something about individuals, as rows.

Names and forms are those of https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules.
Left out, with reason:

- eq-*, prp-fp, prp-ifp, prp-key, cls-maxc2, cls-maxqc3/4: they conclude or read owl:sameAs, which this project never
  materialises (MODEL, "Namespaces");
- rules that conclude *false* (prp-irp, cax-dw ...): a contradiction is a finding of the shapes, not a triple;
- dt-*, cls-thing, cls-nothing1, prp-ap, scm-cls, scm-op, scm-dp: conclusions that are trivial or about literals;
- scm-* whose effect on individuals the other rules have already (scm-dom1, scm-rng1, scm-hv, scm-int, scm-uni ...).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from numgraph.terms import OWL, RDF, RDFS

# Terms are N-Triples strings; a variable starts with a question mark.
Atom = tuple[str, str, str]
Fact = tuple[str, str, str]

TYPE = f"<{RDF}type>"
FIRST = f"<{RDF}first>"
REST = f"<{RDF}rest>"
SUBCLASS = f"<{RDFS}subClassOf>"
SUBPROPERTY = f"<{RDFS}subPropertyOf>"
SAME_AS = f"<{OWL}sameAs>"


@dataclass(frozen=True, slots=True)
class Rule:
    """If ``axioms`` are in the ontology and ``body`` in the data, then ``head``. ``name`` is the W3C's."""

    name: str
    axioms: tuple[Atom, ...]
    body: tuple[Atom, ...]
    head: Atom


def _owl(name: str) -> str:
    return f"<{OWL}{name}>"


def _rdfs(name: str) -> str:
    return f"<{RDFS}{name}>"


_X_P_Y = ("?x", "?p", "?y")
_ON = ("?r", _owl("onProperty"), "?p")

RULES = (
    Rule("prp-dom", (("?p", _rdfs("domain"), "?c"),), (_X_P_Y,), ("?x", TYPE, "?c")),
    Rule("prp-rng", (("?p", _rdfs("range"), "?c"),), (_X_P_Y,), ("?y", TYPE, "?c")),
    Rule("prp-symp", (("?p", TYPE, _owl("SymmetricProperty")),), (_X_P_Y,), ("?y", "?p", "?x")),
    Rule("prp-trp", (("?p", TYPE, _owl("TransitiveProperty")),), (_X_P_Y, ("?y", "?p", "?z")), ("?x", "?p", "?z")),
    Rule("prp-spo1", (("?p", SUBPROPERTY, "?q"),), (_X_P_Y,), ("?x", "?q", "?y")),
    Rule("prp-eqp1", (("?p", _owl("equivalentProperty"), "?q"),), (_X_P_Y,), ("?x", "?q", "?y")),
    Rule("prp-eqp2", (("?q", _owl("equivalentProperty"), "?p"),), (_X_P_Y,), ("?x", "?q", "?y")),
    Rule("prp-inv1", (("?p", _owl("inverseOf"), "?q"),), (_X_P_Y,), ("?y", "?q", "?x")),
    Rule("prp-inv2", (("?q", _owl("inverseOf"), "?p"),), (_X_P_Y,), ("?y", "?q", "?x")),
    Rule("cax-sco", (("?c", SUBCLASS, "?d"),), (("?x", TYPE, "?c"),), ("?x", TYPE, "?d")),
    Rule("cax-eqc1", (("?c", _owl("equivalentClass"), "?d"),), (("?x", TYPE, "?c"),), ("?x", TYPE, "?d")),
    Rule("cax-eqc2", (("?d", _owl("equivalentClass"), "?c"),), (("?x", TYPE, "?c"),), ("?x", TYPE, "?d")),
    Rule(
        "cls-svf1",
        (("?r", _owl("someValuesFrom"), "?c"), _ON),
        (("?x", "?p", "?y"), ("?y", TYPE, "?c")),
        ("?x", TYPE, "?r"),
    ),
    Rule("cls-svf2", (("?r", _owl("someValuesFrom"), _owl("Thing")), _ON), (_X_P_Y,), ("?x", TYPE, "?r")),
    Rule("cls-avf", (("?r", _owl("allValuesFrom"), "?c"), _ON), (("?x", TYPE, "?r"), _X_P_Y), ("?y", TYPE, "?c")),
    Rule("cls-hv1", (("?r", _owl("hasValue"), "?v"), _ON), (("?x", TYPE, "?r"),), ("?x", "?p", "?v")),
    Rule("cls-hv2", (("?r", _owl("hasValue"), "?v"), _ON), (("?x", "?p", "?v"),), ("?x", TYPE, "?r")),
)

# Rules among axioms: their conclusions reach individuals only through these.
_SOME_ON_SAME = tuple((f"?r{i}", _owl("someValuesFrom"), f"?c{i}") for i in (1, 2)) + tuple(
    (f"?r{i}", _owl("onProperty"), "?p") for i in (1, 2)
)
_SOME_OF_SAME = tuple((f"?r{i}", _owl("someValuesFrom"), "?c") for i in (1, 2)) + tuple(
    (f"?r{i}", _owl("onProperty"), f"?p{i}") for i in (1, 2)
)
_ALL_ON_SAME = tuple((s, _owl("allValuesFrom") if p == _owl("someValuesFrom") else p, o) for s, p, o in _SOME_ON_SAME)
_ALL_OF_SAME = tuple((s, _owl("allValuesFrom") if p == _owl("someValuesFrom") else p, o) for s, p, o in _SOME_OF_SAME)
_C1_BELOW_C2 = ("?c1", SUBCLASS, "?c2")
_P1_BELOW_P2 = ("?p1", SUBPROPERTY, "?p2")

SCHEMA_RULES = (
    Rule("scm-sco", (), (("?a", SUBCLASS, "?b"), ("?b", SUBCLASS, "?c")), ("?a", SUBCLASS, "?c")),
    Rule("scm-spo", (), (("?a", SUBPROPERTY, "?b"), ("?b", SUBPROPERTY, "?c")), ("?a", SUBPROPERTY, "?c")),
    Rule("scm-eqc1", (), (("?a", _owl("equivalentClass"), "?b"),), ("?a", SUBCLASS, "?b")),
    Rule("scm-eqc1", (), (("?a", _owl("equivalentClass"), "?b"),), ("?b", SUBCLASS, "?a")),
    Rule("scm-eqp1", (), (("?a", _owl("equivalentProperty"), "?b"),), ("?a", SUBPROPERTY, "?b")),
    Rule("scm-eqp1", (), (("?a", _owl("equivalentProperty"), "?b"),), ("?b", SUBPROPERTY, "?a")),
    Rule("scm-svf1", (), (_C1_BELOW_C2, *_SOME_ON_SAME), ("?r1", SUBCLASS, "?r2")),
    Rule("scm-svf2", (), (_P1_BELOW_P2, *_SOME_OF_SAME), ("?r1", SUBCLASS, "?r2")),
    Rule("scm-avf1", (), (_C1_BELOW_C2, *_ALL_ON_SAME), ("?r1", SUBCLASS, "?r2")),
    Rule("scm-avf2", (), (_P1_BELOW_P2, *_ALL_OF_SAME), ("?r2", SUBCLASS, "?r1")),
)
DECISIVE_SCHEMA_RULES = frozenset({"scm-svf1", "scm-svf2", "scm-avf1", "scm-avf2"})


def list_rules(ontology: Iterable[Fact]) -> Iterator[Rule]:
    """The rules that RDF lists of the ontology stand for: chains, intersections, unions and enumerations."""
    ontology = tuple(ontology)
    first = {s: o for s, p, o in ontology if p == FIRST}
    rest = {s: o for s, p, o in ontology if p == REST}
    for axiom in ontology:
        writer = _LISTS.get(axiom[1])
        if writer is not None:
            yield from writer(axiom, _members(axiom[2], first, rest))


def _members(head: str, first: dict[str, str], rest: dict[str, str]) -> list[str]:
    found: list[str] = []
    visited: set[str] = set()
    while head in first and head not in visited:
        visited.add(head)
        found.append(first[head])
        head = rest.get(head, "")
    return found


def _chain(axiom: Fact, links: list[str]) -> Iterator[Rule]:
    body = tuple((f"?x{i}", link, f"?x{i + 1}") for i, link in enumerate(links))
    if body:
        yield Rule("prp-spo2", (axiom,), body, ("?x0", axiom[0], f"?x{len(links)}"))


def _intersection(axiom: Fact, classes: list[str]) -> Iterator[Rule]:
    if classes:
        yield Rule("cls-int1", (axiom,), tuple(("?x", TYPE, one) for one in classes), ("?x", TYPE, axiom[0]))
    for one in classes:
        yield Rule("cls-int2", (axiom,), (("?x", TYPE, axiom[0]),), ("?x", TYPE, one))


def _union(axiom: Fact, classes: list[str]) -> Iterator[Rule]:
    return (Rule("cls-uni", (axiom,), (("?x", TYPE, one),), ("?x", TYPE, axiom[0])) for one in classes)


def _enumeration(axiom: Fact, individuals: list[str]) -> Iterator[Rule]:
    return (Rule("cls-oo", (axiom,), (), (one, TYPE, axiom[0])) for one in individuals)


_LISTS = {
    _owl("propertyChainAxiom"): _chain,
    _owl("intersectionOf"): _intersection,
    _owl("unionOf"): _union,
    _owl("oneOf"): _enumeration,
}
