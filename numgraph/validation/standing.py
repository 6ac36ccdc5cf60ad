"""A pySHACL that stays: ``python -m numgraph.validation.standing``, one JSON line in, one JSON line out, until the end.

Shapes and ontology are read once; what changes from question to question is a little data and the nodes to check. The
first line is ``{"shapes": N-Triples, "ontology": N-Triples, "seconds": limit, "memory": bytes}``, answered by
``{"ready": true}`` or ``{"error": sentence}``. Each line after it is ``{"data": N-Triples, "focus": [term]}``, answered
as worker.py answers a job, without the report. A question that takes longer than the limit ends the process, and so
does any fault but a bad question: nothing that has gone wrong once is asked again.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import sys
from collections.abc import Iterable
from typing import Any

import pyoxigraph
from pyshacl.errors import ReportableRuntimeError
from pyshacl.graph_abstraction import DataGraph
from pyshacl.monkey import apply_patches
from pyshacl.rdfutil.inoculate import inoculate
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import Graph
from rdflib.term import Node

from numgraph import confine
from numgraph.validation import worker


class Prepared:
    """Shapes that are ready to be asked, the ontology mixed into an otherwise empty data graph."""

    def __init__(self, shapes: Graph, ontology: Graph) -> None:
        apply_patches()  # type: ignore[no-untyped-call]  # pySHACL leaves it without types
        self._graph = Graph(bind_namespaces="none")
        data = DataGraph.from_rdflib(self._graph)
        inoculate(data, ontology)
        options = {"inplace": True, "max_validation_depth": worker.TOO_DEEP}
        self._validator = Validator(data, shacl_graph=shapes, options=options)
        self._data, self._text = data, shapes
        self._shapes = ShapesGraph(shapes)
        self._checked = [shape for shape in self._shapes.shapes if not shape.deactivated]

    def outcome(self, data: Graph, focus: Iterable[Node]) -> dict[str, Any]:
        """What the shapes say of the nodes in ``focus`` that they target, as worker.outcome says it of all."""
        fresh = [triple for triple in data if triple not in self._graph]
        for triple in fresh:
            self._graph.add(triple)
        try:
            return self._said(set(focus))
        except ReportableRuntimeError as error:
            return {"error": error.message}
        finally:
            for triple in fresh:
                self._graph.remove(triple)

    def _said(self, wanted: set[Node]) -> dict[str, Any]:
        executor = self._validator.make_executor()
        found: list[Any] = []
        for shape in self._checked:
            nodes = shape.focus_nodes(self._data) & wanted
            if nodes:
                found += shape.validate(executor, self._data, focus=list(nodes))[1]
        report, _ = Validator.create_validation_report(self._shapes, not found, found)
        worker.speak(report, self._text)
        return {"results": list(worker.results(report))}


def terms(focus: Iterable[str]) -> set[Node]:
    """The nodes behind N-Triples terms."""
    lines = "".join(f"<urn:x> <urn:x> {term} .\n" for term in focus)
    parsed = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return {worker.to_rdflib(quad.object) for quad in parsed}


def _prepared(first: dict[str, Any]) -> Prepared:
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    allowed = first["memory"] if most == resource.RLIM_INFINITY else min(first["memory"], most)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))
    return Prepared(worker.shapes_graph(first["shapes"]), worker.graph(first["ontology"]))


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the parent's business
    logging.disable(logging.ERROR)  # pySHACL logs to standard error what it also reports
    first = json.loads(sys.stdin.readline())
    confine.close_network()
    try:
        prepared = _prepared(first)
    except ReportableRuntimeError as error:
        _tell({"error": error.message})
        return
    _tell({"ready": True})
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_REAL, first["seconds"])  # its default action ends the process
        question = json.loads(line)
        answer = prepared.outcome(worker.graph(question["data"]), terms(question["focus"]))
        signal.setitimer(signal.ITIMER_REAL, 0)
        _tell(answer)


if __name__ == "__main__":
    main()
