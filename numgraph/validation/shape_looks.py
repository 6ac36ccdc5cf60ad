"""What the shapes of SHACL Core look at (SHACL, sections 2 to 4), in the graphs that hold the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from numgraph.terms import OWL, RDF, RDFS, SH
from numgraph.validation.looks import OBJECT, SUBJECT, Graph, Looks, State, Step, Term

_TYPE, _FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("type", "first", "rest", "nil"))
_SUBCLASS, _CLASS = NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "Class")
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_REPEATED = ("zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")


def shape_looks(shapes: Iterable[Triple], graphs: frozenset[Graph]) -> Looks:
    """The automaton of all shapes that have targets of SHACL Core; opaque where one has constraints beyond Core."""
    reading = _Reading(graphs)
    for triple in shapes:
        reading.stated[triple.subject][triple.predicate].append(triple.object)
        reading.referred.add(triple.object)
    for shape in list(reading.stated):
        reading.targets(shape)
    reading.looks.opaque = reading.goes_beyond_core()
    return reading.looks


@dataclass(slots=True)
class _Reading:
    graphs: frozenset[Graph]
    looks: Looks = field(default_factory=Looks)
    stated: dict[Term, dict[Term, list[Term]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    referred: set[Term] = field(default_factory=set)
    _entered: dict[Term, State] = field(default_factory=dict)

    def _of(self, node: Term, name: str) -> list[Term]:
        return self.stated[node][NamedNode(SH + name)] if node in self.stated else []

    def _list(self, head: Term) -> Iterator[Term]:
        while head != _NIL and head in self.stated and self.stated[head][_FIRST]:
            yield self.stated[head][_FIRST][0]
            head = self.stated[head][_REST][0]

    def goes_beyond_core(self) -> bool:
        """Constraints in SPARQL that pySHACL runs, or components of somebody's own: they can look anywhere."""
        ours = {shape for shape in self.stated if self._of(shape, "sparql")}
        has_own_components = NamedNode(SH + "ConstraintComponent") in self.referred
        return has_own_components or any(self._is_targeted(shape) or shape in self.referred for shape in ours)

    def _is_targeted(self, shape: Term) -> bool:
        return any(self._of(shape, kind) for kind in _TARGETS) or self._is_class(shape)

    def _is_class(self, shape: Term) -> bool:
        """A shape that is a class is the shape of its instances (SHACL, section 2.1.3.3)."""
        is_shape = bool({NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape")} & set(self.stated[shape][_TYPE]))
        classes = {_CLASS, NamedNode(OWL + "Class")}
        return is_shape and any(
            kind in classes or _CLASS in (self.stated[kind][_SUBCLASS] if kind in self.stated else ())
            for kind in self.stated[shape][_TYPE]
        )

    def targets(self, shape: Term) -> None:
        """A start for a shape with targets: what makes a node its focus node, and all that the shape looks at."""
        if not self._is_targeted(shape):
            return
        start = self.looks.start()
        classes = {*self._of(shape, "targetClass"), *([shape] if self._is_class(shape) else [])}
        if classes:
            self.looks.classes[start] |= classes
        for name, at in (("targetSubjectsOf", SUBJECT), ("targetObjectsOf", OBJECT)):
            for predicate in self._of(shape, name):
                self.looks.add(Step(start, at, (None, predicate, None), self.graphs, bound=frozenset({at})))
        self.looks.targeted[start] = frozenset(self._of(shape, "targetNode"))
        self.looks.link(start, self._enter(shape))

    def _enter(self, shape: Term) -> State:
        """The state of a node that is held against a shape."""
        if shape not in self._entered:
            self._entered[shape] = self.looks.state()
            self._constraints(shape, self._entered[shape])
        return self._entered[shape]

    def _constraints(self, shape: Term, focus: State) -> None:
        value = focus
        for path in self._of(shape, "path"):
            value = self.looks.state()
            self._path(path, focus, value, inverse=False)
        for name in _PAIRS:
            for predicate in self._of(shape, name):
                self.looks.add(Step(focus, SUBJECT, (None, predicate, None), self.graphs))
        if self._of(shape, "closed"):
            self.looks.add(Step(value, SUBJECT, (None, None, None), self.graphs))
        classes = self._of(shape, "class")
        if classes:
            self.looks.classes[value] |= set(classes)
        for nested in self._nested(shape):
            self.looks.link(value, self._enter(nested))
        self.looks.reports |= {self._enter(child) for child in self._of(shape, "property")}

    def _nested(self, shape: Term) -> Iterator[Term]:
        """The shapes that the values of a shape are held against."""
        for name in ("node", "not", "property", "qualifiedValueShape"):
            yield from self._of(shape, name)
        for name in ("and", "or", "xone"):
            for members in self._of(shape, name):
                yield from self._list(members)
        if self._of(shape, "qualifiedValueShapesDisjoint"):
            for parent in list(self.stated):
                children = self._of(parent, "property")
                if shape in children:
                    yield from (one for child in children for one in self._of(child, "qualifiedValueShape"))

    def _path(self, path: Term, start: State, end: State, *, inverse: bool) -> None:
        """A property path (SHACL, section 2.3.1)."""
        steps = list(self._list(path))
        if steps:
            self._sequence(steps, start, end, inverse=inverse)
            if inverse:  # in which order an inverted sequence is walked is not agreed upon: look both ways
                self._sequence(steps[::-1], start, end, inverse=inverse)
        elif isinstance(path, NamedNode):
            at, to = (OBJECT, SUBJECT) if inverse else (SUBJECT, OBJECT)
            self.looks.add(Step(start, at, (None, path, None), self.graphs, ((to, end),)))
        for inner in self._of(path, "inversePath"):
            self._path(inner, start, end, inverse=not inverse)
        for members in self._of(path, "alternativePath"):
            for member in self._list(members):
                self._path(member, start, end, inverse=inverse)
        for name in _REPEATED:
            for inner in self._of(path, name):
                self._repeated(name, inner, start, end, inverse=inverse)

    def _sequence(self, steps: list[Term], start: State, end: State, *, inverse: bool) -> None:
        for step in steps[:-1]:
            following = self.looks.state()
            self._path(step, start, following, inverse=inverse)
            start = following
        self._path(steps[-1], start, end, inverse=inverse)

    def _repeated(self, name: str, inner: Term, start: State, end: State, *, inverse: bool) -> None:
        between = self.looks.state()
        self._path(inner, start, between, inverse=inverse)
        self.looks.link(between, end)
        if name != "oneOrMorePath":
            self.looks.link(start, end)
        if name != "zeroOrOnePath":
            self._path(inner, between, between, inverse=inverse)
