"""Why one statement follows, from what stands around it: plain records of the derivation, for whoever shows it.

Statements come as N-Triples and go as records, so that nothing above needs an RDF library. The rules are those of
:mod:`numgraph.inference`, run on a part of the graph; a derivation in a part is one in the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from numgraph import inference, vocabulary
from numgraph.inference import Derivation
from numgraph.terms import PREFIXES


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a statement. ``kind`` is one of uri, literal, bnode, as SPARQL results in JSON name them."""

    kind: str
    value: str
    datatype: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement with the OWL 2 RL rule that gives it and the premises; no rule where it is said, not inferred."""

    subject: Node
    predicate: str
    object: Node
    rule: str | None = None
    premises: tuple[Reason, ...] = ()

    def __iter__(self) -> Iterator[Reason]:
        """Itself and everything below it."""
        yield self
        for premise in self.premises:
            yield from premise

    @property
    def iris(self) -> set[str]:
        """The IRIs of the statement itself."""
        return {self.predicate, *(part.value for part in (self.subject, self.object) if part.kind == "uri")}


def statement(subject: str, predicate: str, value: str) -> Triple | None:
    """The one triple of two IRIs and a value as Turtle writes it; None where the parts make none or several."""
    prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    try:
        text = f"{prologue}{NamedNode(subject)} {NamedNode(predicate)} {value} ."
        found = [quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)]
    except (SyntaxError, ValueError):
        return None
    return found[0] if len(found) == 1 else None


def axioms(ontology: Path) -> tuple[Triple, ...]:
    """The triples of the ontology in a folder of Turtle files."""
    return vocabulary.load(ontology).triples


def statements(data: bytes) -> frozenset[Triple]:
    """The triples of an N-Triples document."""
    return frozenset(quad.triple for quad in parse(data, format=RdfFormat.N_TRIPLES))


def explain(wanted: Triple, known: Iterable[Triple], ontology: Iterable[Triple]) -> Reason | None:
    """Why ``wanted`` follows from ``known``; None where it does not, or is itself among them."""
    found = inference.explain(wanted, sorted(known, key=str), ontology)
    return _reason(found) if found is not None and found.rule is not None else None


def plain(triple: Triple) -> Reason:
    """A triple as a record, without a reason."""
    return Reason(_node(triple.subject), triple.predicate.value, _node(triple.object))


def _reason(found: Derivation) -> Reason:
    said = plain(found.triple)
    return Reason(said.subject, said.predicate, said.object, found.rule, tuple(map(_reason, found.premises)))


def _node(part: NamedNode | BlankNode | Literal | Triple) -> Node:
    if isinstance(part, NamedNode):
        return Node("uri", part.value)
    if isinstance(part, Literal):
        return Node("literal", part.value, part.datatype.value, part.language)
    return Node("bnode", str(part))
