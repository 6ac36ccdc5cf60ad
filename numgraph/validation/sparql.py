"""SHACL-SPARQL constraints, each run by Oxigraph as one query instead of once for every focus node.

``$this`` is left unbound where SHACL (section 5.3) binds it to each focus node in turn; a SPARQL target (SHACL Advanced
Features, section 3.2) is run as a query, too, and what it does not select is dropped. The results are the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from numgraph.errors import ValidationFailed
from numgraph.iris import Namespace
from numgraph.model import Finding
from numgraph.terms import PREFIXES, SH
from numgraph.validation.findings import finding
from numgraph.validation.messages import spoken

COMPONENT = SH + "SPARQLConstraintComponent"
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")

_Stated = dict[str, dict[str, list[Any]]]  # subject -> local name of a SHACL property -> objects
_Bindings = dict[str, Any]  # variable name -> term of one solution, or None


@dataclass(frozen=True, slots=True)
class Rule:
    """A node shape with a SPARQL constraint. Messages have placeholders for the variables of the query."""

    shape: str
    severity: str
    select: str
    messages: tuple[tuple[str, str], ...]  # language, text
    target: str | None = None  # the query of its SPARQL target


def read_rules(shapes: Iterable[Triple]) -> list[Rule]:
    """Every SPARQL constraint of ``shapes`` whose shape has a SPARQL target or none, sorted.

    Those with the targets of SHACL Core are pySHACL's.
    """
    stated: _Stated = defaultdict(lambda: defaultdict(list))
    for triple in shapes:
        stated[str(triple.subject)][triple.predicate.value.removeprefix(SH)].append(triple.object)
    core = {"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"}
    ours = sorted(shape for shape, about in stated.items() if "sparql" in about and not core & about.keys())
    return [_rule(shape, str(constraint), stated) for shape in ours for constraint in stated[shape]["sparql"]]


def _rule(shape: str, constraint: str, stated: _Stated) -> Rule:
    about = stated[shape]
    targets = about.get("target")
    severity = about.get("severity")
    messages = stated[constraint].get("message") or about.get("message", [])
    return Rule(
        shape=shape,
        severity=severity[0].value if severity else SH + "Violation",
        select=stated[constraint]["select"][0].value,
        messages=tuple(sorted((text.language or "", text.value) for text in messages)),
        target=stated[str(targets[0])]["select"][0].value if targets else None,
    )


def store_of(*graphs: Iterable[Triple]) -> Store:
    """A store in memory with all triples in its default graph."""
    store = Store()
    store.bulk_extend(Quad(*triple) for triples in graphs for triple in triples)
    return store


def broken(rule: Rule, store: Store, namespace: Namespace) -> Iterator[Finding]:
    """One finding for each solution of the rule's query on a focus node."""
    focus_nodes = None if rule.target is None else {one["this"] for one in _ask(rule, rule.target, store, namespace)}
    for solution in _ask(rule, rule.select, store, namespace):
        if focus_nodes is None or solution["this"] in focus_nodes:
            yield _finding(rule, solution)


def _ask(rule: Rule, query: str, store: Store, namespace: Namespace) -> Iterator[_Bindings]:
    try:
        answer = store.query(prologue(namespace) + query)
    except SyntaxError as error:
        raise ValidationFailed(f"the rule {rule.shape} is not SPARQL: {error}") from error
    if not isinstance(answer, QuerySolutions):
        raise ValidationFailed(f"the rule {rule.shape} must be a SELECT query")
    names = [variable.value for variable in answer.variables]
    return ({name: solution[name] for name in names} for solution in answer)


def prologue(namespace: Namespace) -> str:
    """The prefixes of every rule: the usual ones, ``graph:`` for the graphs of the house and ``id:`` for things."""
    of_house = {"graph": namespace.graph(""), "id": namespace.thing("")}
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in {**PREFIXES, **of_house}.items())


def _finding(rule: Rule, bindings: _Bindings) -> Finding:
    return finding(
        {
            "severity": rule.severity,
            "focus": str(bindings["this"]),
            "path": _term(bindings.get("path")),
            "value": _term(bindings.get("value")),
            "shape": rule.shape,
            "component": COMPONENT,
            "messages": {language: _filled(text, bindings) for language, text in rule.messages},
        }
    )


def _term(term: object) -> str | None:
    return None if term is None else str(term)


def _filled(text: str, bindings: _Bindings) -> str:
    return _PLACEHOLDER.sub(lambda found: _word(bindings.get(found[1]), found[0]), text)


def _word(term: object, otherwise: str) -> str:
    """How a sentence names a term: a literal by its text, an IRI as short as our prefixes make it."""
    if isinstance(term, NamedNode):
        return spoken(term.value)
    if isinstance(term, Literal):
        return term.value
    return otherwise if term is None else str(term)
