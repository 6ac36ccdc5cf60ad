"""What each class needs: its properties as the shapes demand or allow them, and what each property expects.

A property is mandatory where a shape of the class asks for at least one value and its absence is a violation or a
warning, recommended where its absence is only worth a note (sh:Info), and optional otherwise (SHACL, section 4.2.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdflib import RDFS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from numgraph import ontology_docs
from numgraph.ontology_docs import Term, prefixed
from numgraph.terms import PREFIXES, SH

_SHACL = Namespace(SH)
_NEEDS = ("mandatory", "recommended", "optional")  # the stronger first
_BRANCHES = (_SHACL["or"], _SHACL.xone)
_LABELS = (_SHACL.name, RDFS.label)
_TYPE = "rdf:type"


@lru_cache(maxsize=2)
def read(ontology: Path, shapes: Path) -> dict[str, Any]:
    """``{"prefixes", "classes", "properties"}``, ready for JSON. Takes a second: not for the event loop.

    A class holds ``properties``: the name of each with its ``need``. Names are prefixed, texts are by language.
    """
    graph = ontology_docs.read(ontology, shapes)
    terms = ontology_docs.terms(ontology)
    above = {f"num:{term.name}": term.above for term in terms if term.kind == "class"}
    needs = _needs(graph)
    classes = [_class(term, _inherited(f"num:{term.name}", above, needs)) for term in terms if term.kind == "class"]
    return {"prefixes": PREFIXES, "classes": classes, "properties": _properties(graph, terms)}


def _class(term: Term, needs: dict[str, str]) -> dict[str, Any]:
    order = sorted(needs.items(), key=lambda one: (_NEEDS.index(one[1]), one[0].casefold()))
    properties = [{"name": name, "need": need} for name, need in order]
    return {"name": f"num:{term.name}", **_texts_of(term), "above": term.above, "properties": properties}


def _texts_of(term: Term) -> dict[str, Any]:
    return {"label": term.labels, "about": term.definitions}


def _needs(graph: Graph) -> dict[str, dict[str, str]]:
    """How much each class needs each property, from the shapes that target it."""
    found: dict[str, dict[str, str]] = {}
    for shape, target in graph.subject_objects(_SHACL.targetClass):
        needs = found.setdefault(prefixed(str(target)), {})
        for asked in graph.objects(shape, _SHACL.property):
            for name in _paths(graph, asked):
                needs[name] = _stronger(needs.get(name, "optional"), _need(graph, asked))
    return found


def _need(graph: Graph, asked: Node) -> str:
    least = graph.value(asked, _SHACL.minCount)
    if not isinstance(least, Literal) or int(least) < 1 or not isinstance(graph.value(asked, _SHACL.path), URIRef):
        return "optional"  # of several paths none is needed by itself
    return "recommended" if graph.value(asked, _SHACL.severity) == _SHACL.Info else "mandatory"


def _stronger(one: str, other: str) -> str:
    return min(one, other, key=_NEEDS.index)


def _paths(graph: Graph, asked: Node) -> Iterator[str]:
    """The properties that a shape's path begins with: one, or those of an alternative path."""
    path = graph.value(asked, _SHACL.path)
    if isinstance(path, URIRef):
        yield prefixed(str(path))
    elif path is not None and (alternatives := graph.value(path, _SHACL.alternativePath)):
        yield from (prefixed(str(one)) for one in Collection(graph, alternatives) if isinstance(one, URIRef))


def _inherited(name: str, above: dict[str, tuple[str, ...]], needs: dict[str, dict[str, str]]) -> dict[str, str]:
    """What a class needs, its superclasses' needs included. Every thing has a type."""
    all_needs = {_TYPE: "mandatory"}
    for one in (name, *_ancestors(name, above)):
        for found, need in needs.get(one, {}).items():
            all_needs[found] = _stronger(all_needs.get(found, "optional"), need)
    return all_needs


def _ancestors(name: str, above: dict[str, tuple[str, ...]]) -> set[str]:
    known: set[str] = set()
    waiting = [name]
    while waiting:
        fresh = set(above.get(waiting.pop(), ())) - known
        known |= fresh
        waiting += fresh
    return known


def _properties(graph: Graph, terms: tuple[Term, ...]) -> list[dict[str, Any]]:
    """The ontology's properties, then those of other vocabularies that the shapes speak of."""
    own = [_property(f"num:{term.name}", graph, term) for term in terms if term.kind != "class"]
    known = {one["name"] for one in own}
    asked = graph.objects(None, _SHACL.property, unique=True)
    others = sorted({name for shape in asked for name in _paths(graph, shape)} - known | {_TYPE})
    return own + [_property(name, graph, None) for name in others if ":" in name and "//" not in name]


def _property(name: str, graph: Graph, term: Term | None) -> dict[str, Any]:
    shapes = [shape for shape in graph.subjects(_SHACL.path, _full(name)) if isinstance(shape, URIRef)]
    expected = sorted({found for shape in shapes for found in _expected(graph, shape)})
    texts = _texts_of(term) if term else {"label": _texts(graph, shapes, _LABELS), "about": {}}
    return {"name": name, **texts, "expects": expected or list(term.range if term else ())}


def _full(name: str) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(PREFIXES.get(prefix, prefix + ":") + local)


def _expected(graph: Graph, shape: Node) -> Iterator[str]:
    """The classes and datatypes that a shape takes as values, those of its alternatives included."""
    for constraint in (_SHACL["class"], _SHACL.datatype):
        yield from (prefixed(str(one)) for one in graph.objects(shape, constraint))
    for branch in _BRANCHES:
        for head in graph.objects(shape, branch):
            for alternative in Collection(graph, head):
                yield from _expected(graph, alternative)


def _texts(graph: Graph, subjects: Iterable[Node], predicates: Iterable[URIRef]) -> dict[str, str]:
    """The shortest text in each language: that of the most general shape."""
    predicates = tuple(predicates)
    said = [one for subject in subjects for predicate in predicates for one in graph.objects(subject, predicate)]
    texts = [one for one in said if isinstance(one, Literal) and one.language]
    return {one.language: str(one) for one in sorted(texts, key=lambda one: (-len(one), one)) if one.language}
