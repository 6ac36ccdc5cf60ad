"""The same shapes in a form that pySHACL checks several times faster.

A node shape hands each of its focus nodes to each of its property shapes one by one. A property shape with the targets
of its node shape gives the very same results (SHACL, sections 2.1.3 and 4.8.2: focus node, path and source shape are
those of the property shape) for all focus nodes at once, and once where several node shapes share it.
"""

from __future__ import annotations

from rdflib import OWL, RDF, RDFS, SH, Graph
from rdflib.term import Node

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)


def hoist(shapes: Graph) -> None:
    """Moves the targets of node shapes to their property shapes, in place, wherever that changes no result."""
    for parent in {shape for target in TARGETS for shape in shapes.subjects(target, None)}:
        if _can_hand_on(shapes, parent):
            _hand_on(shapes, parent)


def _can_hand_on(shapes: Graph, parent: Node) -> bool:
    """Not where others refer to the shape, where its properties count as a set, or where a class is its own target."""
    is_referred_to = any(shapes.triples((None, None, parent)))
    is_class = any((parent, RDF.type, kind) in shapes for kind in (RDFS.Class, OWL.Class))
    has_own_sense = any(
        (parent, special, None) in shapes for special in (SH.closed, SH.deactivated, SH.path, SH.target)
    )
    siblings_count = any(
        (child, SH.qualifiedValueShape, None) in shapes for child in shapes.objects(parent, SH.property)
    )
    return not (is_referred_to or is_class or has_own_sense or siblings_count)


def _hand_on(shapes: Graph, parent: Node) -> None:
    targets = [(kind, value) for kind in TARGETS for value in shapes.objects(parent, kind)]
    for child in list(shapes.objects(parent, SH.property)):
        if (child, SH.path, None) not in shapes:
            continue  # not well-formed: pySHACL says so
        shapes.remove((parent, SH.property, child))
        for kind, value in targets:
            shapes.add((child, kind, value))
