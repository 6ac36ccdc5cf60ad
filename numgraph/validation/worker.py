"""The process that runs pySHACL: ``python -m numgraph.validation.worker``, one JSON request in, one JSON answer out.

A failed shapes load leaves rdflib changed for the whole process (literals are no longer normalised, and
``"1"^^xsd:boolean`` then reads false), so pySHACL never runs in the process of a caller.

Request: ``{"graphs": {name: N-Triples}, "jobs": [{"data": name, "shapes": name, "ontology": name or null}]}``.
Answer: ``{"outcomes": [{"results": [...], "report": N-Triples} or {"error": sentence}]}``, one outcome a job, in order.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pyoxigraph
import pyshacl
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from pyshacl.helper.path_helper import shacl_path_to_sparql_path
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

_STRING = str(XSD.string)
_TOO_DEEP = 30  # nested shapes; the W3C suite and our shapes stay below 10


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


def outcome(data: Graph, shapes: Graph, ontology: Graph | None) -> dict[str, Any]:
    """The report of one data graph, or the sentence that says why there is none."""
    try:
        _, report, text = pyshacl.validate(
            data, shacl_graph=shapes, ont_graph=ontology, advanced=True, max_validation_depth=_TOO_DEEP
        )
    except ReportableRuntimeError as error:
        return {"error": error.message}
    if not isinstance(report, Graph):
        reason = report.message if isinstance(report, ValidationFailure) else text
        return {"error": str(reason)}
    return {"results": list(results(report, shapes)), "report": report.serialize(format="nt")}


def results(report: Graph, shapes: Graph) -> Iterator[dict[str, Any]]:
    """Each top-level ``sh:ValidationResult`` (SHACL, section 3.6.2) as N-Triples terms; nested details are left out."""
    for node in report.objects(None, SH.result):
        yield {
            "severity": str(report.value(node, SH.resultSeverity)),
            "focus": n_triples(report.value(node, SH.focusNode)),
            "path": path(report, report.value(node, SH.resultPath)),
            "value": n_triples(report.value(node, SH.value)),
            "shape": n_triples(report.value(node, SH.sourceShape)),
            "component": str(report.value(node, SH.sourceConstraintComponent)),
            "messages": messages(report, node, shapes),
        }


def messages(report: Graph, result: Node, shapes: Graph) -> dict[str, str]:
    """Language to sentence, of the messages that the author of the shape wrote; pySHACL's own are left out."""
    authors = (report.value(result, SH.sourceShape), report.value(result, SH.sourceConstraint))
    if not any((author, SH.message, None) in shapes for author in authors if author is not None):
        return {}
    said = sorted(report.objects(result, SH.resultMessage), reverse=True)
    return {(text.language or "").split("-")[0]: str(text) for text in said if isinstance(text, Literal)}


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
    text = shacl_path_to_sparql_path(_PathGraph(report), term, prefixes={})
    return str(text)


class _PathGraph:
    """The one attribute that pySHACL's path writer asks of a shapes graph."""

    def __init__(self, report: Graph) -> None:
        self.graph = report

    def objects(self, subject: Node, predicate: Node) -> Iterator[Node]:
        return self.graph.objects(subject, predicate)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The outcomes of all jobs; a graph used by several is parsed once."""
    graphs = {name: graph(text) for name, text in request["graphs"].items()}
    jobs = request["jobs"]
    return {"outcomes": [outcome(graphs[j["data"]], graphs[j["shapes"]], graphs.get(j["ontology"])) for j in jobs]}


def main() -> None:
    logging.disable(logging.ERROR)  # pySHACL logs to standard error what it also reports
    json.dump(answer(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
