"""Reads a mapping file into a plan: RML in Turtle, or YARRRML."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple

from numgraph.errors import BadMapping
from numgraph.mapping.rml.plan import (
    Call,
    Constant,
    Expression,
    Join,
    LogicalSource,
    PredicateObject,
    TermMap,
    TermType,
    TriplesMap,
)
from numgraph.mapping.rml.plan import Reference as Ref
from numgraph.mapping.rml.templates import parse_template
from numgraph.mapping.rml.yarrrml import load_yarrrml

RML = "http://w3id.org/rml/"
DEFAULT_BASE = "http://example.com/"
_FORMULATIONS = {RML + name: name for name in ("CSV", "JSONPath", "XPath")}
_OWN_FORMULATIONS = ("XLSX", "JSONLines", "YAML")  # https://w3id.org/numgraph/function#...: RML names no such thing
NUM_FUNCTIONS = "https://w3id.org/numgraph/function#"
Node = NamedNode | BlankNode | Literal | Triple


def load_mapping(path: Path) -> tuple[TriplesMap, ...]:
    """The triples maps of a mapping file, in a stable order. Raises BadMapping."""
    text = path.read_text(encoding="utf-8")
    if path.suffix.lower() in {".yml", ".yaml"}:
        return load_yarrrml(text, path.name, path.parent)
    return _Reader(text, path.name).triples_maps()


class _Reader:
    """Walks the mapping's own graph; every question it asks is one property of one node."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.graph = Store()
        try:
            self.graph.load(text, RdfFormat.TURTLE, base_iri="http://example.com/mapping/")
        except SyntaxError as error:
            raise BadMapping(f"{name}, line {error.lineno}: {error.msg}") from error

    def triples_maps(self) -> tuple[TriplesMap, ...]:
        nodes = {quad.subject for quad in self.graph.quads_for_pattern(None, _rml("logicalSource"), None, None)}
        if not nodes:
            raise BadMapping(f"{self.name} has no triples map: nothing in it has an rml:logicalSource")
        return tuple(self._triples_map(node) for node in sorted(nodes, key=str))

    def _triples_map(self, node: Node) -> TriplesMap:
        subjects = [*self._all(node, "subjectMap"), *self._all(node, "subject")]
        if len(subjects) != 1:
            raise BadMapping(f"{self.name}: {node} has {len(subjects)} subject maps; a triples map has exactly one")
        subject = subjects[0]
        base = self._one(node, "baseIRI")
        return TriplesMap(
            name=str(node),
            source=self._source(self._need(node, "logicalSource")),
            subject=self._term_map(
                subject, TermType.IRI, (TermType.LITERAL,), shortcut=not self._all(node, "subjectMap")
            ),
            classes=tuple(sorted(str(term) for term in self._all(subject, "class"))),
            graphs=self._graphs(subject),
            predicate_objects=tuple(self._predicate_object(n) for n in self._sorted(node, "predicateObjectMap")),
            base=_text(base) if base is not None else None,
        )

    def _source(self, node: Node) -> LogicalSource:
        formulation = _text(self._need(node, "referenceFormulation"))
        known = _FORMULATIONS | {NUM_FUNCTIONS + name: name for name in _OWN_FORMULATIONS}
        if formulation not in known:
            raise BadMapping(
                f"{self.name}: reference formulation {formulation} is not known; known are {', '.join(known)}"
            )
        source = self._need(node, "source")
        path = source if isinstance(source, Literal) else self._need(source, "path")
        iterator = self._one(node, "iterator")
        return LogicalSource(_text(path), known[formulation], _text(iterator) if iterator is not None else None)

    def _predicate_object(self, node: Node) -> PredicateObject:
        predicates = self._term_maps(node, "predicateMap", "predicate", TermType.IRI)
        objects = (
            *(self._object(each) for each in self._sorted(node, "objectMap")),
            *(self._term_map(each, TermType.IRI, (), shortcut=True) for each in self._sorted(node, "object")),
        )
        if not predicates or not objects:
            raise BadMapping(f"{self.name}: a predicate-object map of {node} lacks a predicate or an object")
        return PredicateObject(predicates, objects, self._graphs(node))

    def _object(self, node: Node) -> TermMap | Join:
        parent = self._one(node, "parentTriplesMap")
        if parent is not None:
            return Join(str(parent), tuple(self._condition(each) for each in self._sorted(node, "joinCondition")))
        return self._term_map(node, None, ())

    def _condition(self, node: Node) -> tuple[Expression, Expression]:
        return self._side(node, "child"), self._side(node, "parent")

    def _side(self, node: Node, side: str) -> Expression:
        shortcut = self._one(node, side)
        if shortcut is not None:
            return Ref(_text(shortcut))
        expression = self._expression(self._need(node, side + "Map"))
        if expression is None:
            raise BadMapping(f"{self.name}: the {side} of a join condition reads nothing")
        return expression

    def _graphs(self, node: Node) -> tuple[TermMap, ...]:
        return self._term_maps(node, "graphMap", "graph", TermType.IRI)

    def _term_maps(self, node: Node, full: str, shortcut: str, default: TermType) -> tuple[TermMap, ...]:
        return (
            *(self._term_map(each, default, (TermType.LITERAL,)) for each in self._sorted(node, full)),
            *(
                self._term_map(each, default, (TermType.LITERAL,), shortcut=True)
                for each in self._sorted(node, shortcut)
            ),
        )

    def _term_map(
        self, node: Node, default: TermType | None, never: tuple[TermType, ...], *, shortcut: bool = False
    ) -> TermMap:
        expression = _constant(node) if shortcut else self._expression(node)
        language = None if shortcut else self._extra(node, "language")
        datatype = None if shortcut else self._extra(node, "datatype")
        literal = isinstance(expression, Ref | Call) or language is not None or datatype is not None
        declared = None if shortcut else self._one(node, "termType")
        term_type = default or (TermType.LITERAL if literal else TermType.IRI)
        if declared is not None:
            term_type = self._declared(declared)
        if isinstance(expression, Constant):
            term_type = self._of_constant(expression, term_type if declared is not None else None)
        if term_type in never:
            raise BadMapping(f"{self.name}: {node} makes a {term_type} where none may stand")
        return TermMap(expression, term_type, language, datatype)

    def _declared(self, node: Node) -> TermType:
        try:
            return TermType(_text(node).removeprefix(RML))
        except ValueError as error:
            raise BadMapping(f"{self.name}: {node} is no term type") from error

    def _of_constant(self, constant: Constant, declared: TermType | None) -> TermType:
        real = TermType.LITERAL if constant.term.startswith('"') else TermType.IRI
        if declared is not None and declared is not real and not (declared.is_iri and real.is_iri):
            raise BadMapping(f"{self.name}: the constant {constant.term} is declared to be a {declared}")
        return real

    def _extra(self, node: Node, name: str) -> Expression | None:
        """A language or datatype: constant, or a map of its own."""
        shortcut = self._one(node, name)
        if shortcut is not None:
            return _constant(shortcut)
        inner = self._one(node, name + "Map")
        return self._expression(inner) if inner is not None else None

    def _expression(self, node: Node) -> Expression | None:
        constant, reference, template, call = (
            self._one(node, name) for name in ("constant", "reference", "template", "functionExecution")
        )
        if constant is not None:
            return _constant(constant)
        if reference is not None:
            return Ref(_text(reference))
        if template is not None:
            return parse_template(_text(template))
        if call is not None:
            return self._call(call)
        return None

    def _call(self, node: Node) -> Call:
        inputs = []
        for each in self._sorted(node, "input"):
            value = self._one(each, "inputValue")
            expression = _constant(value) if value is not None else self._expression(self._need(each, "inputValueMap"))
            if expression is not None:
                inputs.append((_text(self._need(each, "parameter")), expression))
        return Call(_text(self._need(node, "function")), tuple(sorted(inputs, key=lambda pair: pair[0])))

    def _all(self, node: Node, name: str) -> list[Node]:
        if isinstance(node, Literal):
            return []
        return [quad.object for quad in self.graph.quads_for_pattern(node, _rml(name), None, None)]

    def _sorted(self, node: Node, name: str) -> list[Node]:
        return sorted(self._all(node, name), key=str)

    def _one(self, node: Node, name: str) -> Node | None:
        found = self._all(node, name)
        if len(found) > 1:
            raise BadMapping(f"{self.name}: {node} has {len(found)} values of rml:{name}; one is allowed")
        return found[0] if found else None

    def _need(self, node: Node, name: str) -> Node:
        found = self._one(node, name)
        if found is None:
            raise BadMapping(f"{self.name}: {node} lacks rml:{name}")
        return found


def _rml(name: str) -> NamedNode:
    return NamedNode(RML + name)


def _text(node: Node) -> str:
    if isinstance(node, NamedNode | Literal):
        return node.value
    raise BadMapping(f"an IRI or a literal is wanted where {node} stands")


def _constant(node: Node) -> Constant:
    return Constant(str(node), node.value if isinstance(node, NamedNode | Literal) else str(node))
