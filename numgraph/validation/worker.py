"""The process that runs pySHACL: ``python -m numgraph.validation.worker``, one JSON request in, one JSON answer out.

A failed shapes load leaves rdflib changed for the whole process (literals are no longer normalised, and
``"1"^^xsd:boolean`` then reads false), so pySHACL never runs in the process of a caller.

Request: ``{"graphs": {name: N-Triples}, "jobs": [{"data": name, "shapes": name, "ontology": name or null}]}``.
Answer: ``{"outcomes": [{"results": [...], "report": N-Triples} or {"error": sentence}]}``, one outcome a job, in order.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any, cast

import pyoxigraph
import pyshacl
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from pyshacl.helper.path_helper import shacl_path_to_sparql_path
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from pyshacl.shapes_graph import ShapesGraph
from rdflib import SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from numgraph.validation.hoisting import hoist
from numgraph.validation.messages import spoken

_STRING = str(XSD.string)
PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
PLACES = {"this": SH.focusNode, "value": SH.value, "path": SH.resultPath}
TOO_DEEP = 30  # nested shapes; the W3C suite and our shapes stay below 10


def to_rdflib(term: object) -> Node:
    """The same RDF term in rdflib's words: lexical forms and blank node labels stay as they are."""
    match term:
        case pyoxigraph.NamedNode():
            return URIRef(term.value)
        case pyoxigraph.BlankNode():
            return BNode(term.value)
        case pyoxigraph.Literal() if term.language:
            return Literal(term.value, lang=term.language)
        case pyoxigraph.Literal():
            datatype = None if term.datatype.value == _STRING else URIRef(term.datatype.value)
            return Literal(term.value, datatype=datatype, normalize=False)
    raise ReportableRuntimeError(f"SHACL 1.0 has no word for the term {term}; leave triple terms out")


def graph(n_triples: str) -> Graph:
    """An rdflib graph of N-Triples, parsed by Oxigraph: rdflib's own parser takes several times as long."""
    found = Graph(bind_namespaces="none")
    for triple in pyoxigraph.parse(n_triples, format=pyoxigraph.RdfFormat.N_TRIPLES):
        found.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return found


def shapes_graph(n_triples: str) -> Graph:
    """A graph for pySHACL. Its only true boolean is ``true``, as SHACL asks of its parameters ("1" is another term)."""
    rdflib_bool_patch()  # type: ignore[no-untyped-call]  # pySHACL leaves these two without types
    try:
        shapes = graph(n_triples)
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]
    hoist(shapes)
    return shapes


def outcome(data: Graph, shapes: Graph, ontology: Graph | None) -> dict[str, Any]:
    """The report of one data graph, or the sentence that says why there is none."""
    try:
        _, report, text = pyshacl.validate(
            data, shacl_graph=shapes, ont_graph=ontology, inplace=True, max_validation_depth=TOO_DEEP
        )
    except ReportableRuntimeError as error:
        return {"error": error.message}
    if not isinstance(report, Graph):
        reason = report.message if isinstance(report, ValidationFailure) else text
        return {"error": str(reason)}
    speak(report, shapes)
    return {"results": list(results(report)), "report": report.serialize(format="nt")}


def speak(report: Graph, shapes: Graph) -> None:
    """Each result says what the author of its shape wrote, in every language of it.

    pySHACL forgets the language of a message with placeholders, and makes up one in English where there is none.
    """
    for result in list(report.objects(None, SH.result)):
        report.remove((result, SH.resultMessage, None))
        for text in authored(report, result, shapes):
            report.add((result, SH.resultMessage, Literal(filled(str(text), report, result), lang=text.language)))


def authored(report: Graph, result: Node, shapes: Graph) -> list[Literal]:
    """The messages of the SPARQL constraint, else of the shape (SHACL, sections 2.1.5 and 5.3.2)."""
    for author in (report.value(result, SH.sourceConstraint), report.value(result, SH.sourceShape)):
        found = [text for text in shapes.objects(author, SH.message) if isinstance(text, Literal)] if author else []
        if found:
            return found
    return []


def filled(text: str, report: Graph, result: Node) -> str:
    """The message with its placeholders filled; one that the report cannot fill stays as it is."""

    def filling(found: re.Match[str]) -> str:
        term = report.value(result, PLACES[found[1]]) if found[1] in PLACES else None
        if isinstance(term, URIRef):
            return spoken(str(term))
        return found[0] if term is None else str(term)

    return PLACEHOLDER.sub(filling, text)


def results(report: Graph) -> Iterator[dict[str, Any]]:
    """Each top-level ``sh:ValidationResult`` (SHACL, section 3.6.2) as N-Triples terms; nested details are left out."""
    for node in report.objects(None, SH.result):
        yield {
            "severity": str(report.value(node, SH.resultSeverity)),
            "focus": n_triples(report.value(node, SH.focusNode)),
            "path": path(report, report.value(node, SH.resultPath)),
            "value": n_triples(report.value(node, SH.value)),
            "shape": n_triples(report.value(node, SH.sourceShape)),
            "component": str(report.value(node, SH.sourceConstraintComponent)),
            "messages": messages(report, node),
        }


def messages(report: Graph, result: Node) -> dict[str, str]:
    """Language (without region; empty for none) to sentence."""
    said = sorted(text for text in report.objects(result, SH.resultMessage) if isinstance(text, Literal))
    return {(text.language or "").split("-")[0]: str(text) for text in said}


def n_triples(term: Node | None) -> str | None:
    match term:
        case None:
            return None
        case Literal() if term.language or term.datatype:
            suffix = f"@{term.language}" if term.language else f"^^<{term.datatype}>"
            return f"{pyoxigraph.Literal(str(term))}{suffix}"
        case Literal():
            return str(pyoxigraph.Literal(str(term)))
        case BNode():
            return f"_:{term}"
    return f"<{term}>"


def path(report: Graph, term: Node | None) -> str | None:
    """A predicate as an N-Triples term, any other path as a SPARQL 1.1 property path."""
    if not isinstance(term, BNode):
        return n_triples(term)
    return str(shacl_path_to_sparql_path(cast("ShapesGraph", _Paths(report)), term, prefixes={}))


class _Paths:
    """All that pySHACL's path writer asks of a shapes graph."""

    def __init__(self, report: Graph) -> None:
        self.graph = report

    def objects(self, subject: Node, predicate: Node) -> Iterator[Node]:
        return self.graph.objects(subject, predicate)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The outcomes of all jobs. Shapes and ontologies are parsed once, data anew: pySHACL adds the ontology to them."""
    texts, jobs = request["graphs"], request["jobs"]
    shapes = {name: shapes_graph(texts[name]) for name in {job["shapes"] for job in jobs}}
    ontologies = {name: graph(texts[name]) for name in {job["ontology"] for job in jobs} if name}
    return {
        "outcomes": [
            outcome(graph(texts[job["data"]]), shapes[job["shapes"]], ontologies.get(job["ontology"])) for job in jobs
        ]
    }


def main() -> None:
    logging.disable(logging.ERROR)  # pySHACL logs to standard error what it also reports
    json.dump(answer(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
