"""A store whose data are in a SPARQL 1.1 service somewhere else, whatever engine it runs on.

Such a service has one state, the present one, and no memory of how it came about. So the journal of editions is a
folder here: what was said of each, and its patch. The journal is not a graph in the service, because then it would be
part of the data: in every query over named graphs, in every dump, in the content hash. Earlier editions can be told
about, not queried: ``reader`` of one raises EditionGone.

An edition is written down first, as *pending*, then carried out in one update request, then published. Its patch says
what to delete and what to insert, so it can be carried out twice: what a killed writer left pending, the next one
finishes. Who else writes to the service makes the journal untrue, and nothing here can notice.

Blank nodes are refused: a service gives them labels of its own, and no update can name them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Unpack, cast
from urllib.request import Request

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, RdfFormat, parse, parse_query_results
from pyoxigraph import QueryResultsFormat as ResultsFormat
from pyoxigraph import Store as Engine

from numgraph import endpoint
from numgraph.errors import (
    BadQuery,
    EditionGone,
    QueryFailed,
    QueryTimeout,
    RefusedQuery,
    RefusedWrite,
)
from numgraph.formats import JSON, N_TRIPLES, Format, Kind
from numgraph.store.content import Content, as_stored, lines
from numgraph.store.edition import EmbeddedEdition, check_holds, difference, read_edition, write_in
from numgraph.store.evaluation import Asked, Results, evaluate, kind_of
from numgraph.store.files import aside, remove, sync, sync_tree
from numgraph.store.journal import Journal, expect_number
from numgraph.store.patch import Patch
from numgraph.store.prefixed import write_rdf
from numgraph.store.protocol import Account
from numgraph.store.templates import placed

_BATCH = 500  # statements asked for in one query


@dataclass(frozen=True, slots=True)
class Service:
    """Where a SPARQL 1.1 service takes queries and updates. ``timeout`` is for its silence, in seconds."""

    query: str
    update: str
    timeout: float = 60.0

    def ask(self, query: str, wanted: Format, **asked: Unpack[Asked]) -> bytes:
        """The bytes of an answer."""
        named = [("named-graph-uri", iri) for iri in asked.get("named_graphs", ())]
        dataset = [("default-graph-uri", iri) for iri in asked.get("default_graphs", ())] + named
        output = io.BytesIO()
        endpoint.answer(
            self.query, _declared(query, asked.get("prefixes")), wanted, output, self.timeout, dataset=dataset
        )
        return output.getvalue()

    def change(self, update: str) -> None:
        """Carry out an update. Raises what ``endpoint.answer`` does."""
        request = Request(self.update, update.encode(), {"Content-Type": "application/sparql-update"})  # noqa: S310 - an operator's address
        with endpoint.opened(request, self.timeout) as reply:
            reply.read()

    def graph(self, name: str) -> Iterator[Quad]:
        """The statements of one graph, "" for the default graph; none where there is no such graph."""
        place = NamedNode(name) if name else DefaultGraph()
        pattern = f"GRAPH {place} {{ ?s ?p ?o }}" if name else "?s ?p ?o"
        found = self.ask(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", N_TRIPLES)
        return (placed(one, place) for one in parse(found, RdfFormat.N_TRIPLES))

    def whole(self) -> Engine:
        """All of it, in memory."""
        engine = Engine()
        for name in ("", *self._graphs()):
            engine.bulk_extend(self.graph(name))
        return engine

    def _graphs(self) -> list[str]:
        rows = _solutions(self.ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", JSON))
        return [row["g"].value for row in rows]

    def held(self, quads: Iterable[Quad]) -> frozenset[Quad]:
        """Those of some statements that it has."""
        found: set[Quad] = set()
        remaining = iter(quads)
        while batch := list(islice(remaining, _BATCH)):
            found.update(batch[int(row["i"].value)] for row in _solutions(self.ask(_which(batch), JSON)))
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class RemoteReader:
    """The present state of a service, as the edition that was published last."""

    edition: EmbeddedEdition
    service: Service

    def solve(self, query: str, **asked: Unpack[Asked]) -> Results:
        kind = kind_of(evaluate(Engine(), query, **asked))  # judged here, over no data, so that faults are told alike
        if kind != Kind.TRIPLES:
            return parse_query_results(self.service.ask(query, JSON, **asked), ResultsFormat.JSON)
        engine = Engine()
        engine.load(self.service.ask(query, N_TRIPLES, **asked), RdfFormat.N_TRIPLES)
        return engine.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")

    def answer(self, query: str, wanted: Format, output: IO[bytes], **asked: Unpack[Asked]) -> None:
        write_in(wanted, self.solve(query, **asked), output)

    def dump(self, wanted: Format, output: IO[bytes], graph: str | None = None) -> None:
        check_holds(wanted, Kind.QUADS if graph is None else Kind.TRIPLES)
        if graph is None:
            write_rdf(self.service.whole(), output, wanted.rdf)
        else:
            write_rdf((quad.triple for quad in self.service.graph(graph)), output, wanted.rdf)

    def canonical(self) -> Iterator[bytes]:
        return iter(sorted(lines(self.service.whole())))


@dataclass(slots=True)
class _Step:
    """From the edition that is current to the next."""

    base: EmbeddedEdition | None
    patch: Patch
    content: Content


class RemoteStore(Journal):
    """The editions of a service, written down in a folder."""

    def __init__(self, path: Path, service: Service) -> None:
        super().__init__(path)
        self._service = service
        self._pending = path / "pending"

    def apply(self, patch: Patch, *, expect: int | None = None, **account: Unpack[Account]) -> EmbeddedEdition:
        with self.writing():
            self._finish()
            base = self._base()
            expect_number(expect, base.number if base else 0)
            _refuse_blank_nodes(patch)
            added, removed = frozenset(as_stored(patch.added)), frozenset(as_stored(patch.removed))
            held = self._service.held(added | removed)
            return self._publish(base, Patch(added - held, (removed & held) - added), account)

    def commit(self, quads: Iterable[Quad], **account: Unpack[Account]) -> EmbeddedEdition:
        with self.writing():
            self._finish()
            base, wanted = self._base(), Engine()
            wanted.bulk_extend(quads)
            gone = dict.fromkeys(base.archive_names() if base else ())
            archive = {**gone, **(account.get("archive") or {})}
            patch = difference(self._service.whole(), wanted)
            _refuse_blank_nodes(patch)
            return self._publish(base, patch, {**account, "archive": archive})

    def reader(self, number: int | None = None) -> RemoteReader:
        current = self.current()
        if number not in {None, current.number}:
            self.edition(number or 0)
            raise EditionGone(
                f"edition {number} cannot be queried: a service keeps its present state, {current.number}"
            )
        return RemoteReader(current, self._service)

    def _finish(self) -> None:
        """Carry through what a writer had begun."""
        if self._pending.is_dir():
            self._carry_out()

    def _base(self) -> EmbeddedEdition | None:
        return self.current() if self.published() else None

    def _publish(self, base: EmbeddedEdition | None, patch: Patch, account: Account) -> EmbeddedEdition:
        """Write the next edition down, carry it out, and publish it."""
        content = base.content() if base else Content.of(self._service.whole())
        content.apply(patch)
        with aside(self.path / "editions") as folder:
            self.record(folder, _Step(base, patch, content), account)
            sync_tree(folder)
            folder.rename(self._pending)
        sync(self.path)
        return self._carry_out()

    def _carry_out(self) -> EmbeddedEdition:
        """Do what the pending edition says, which may have been done already, and publish it."""
        pending = read_edition(self._pending)
        try:
            self._service.change(_update(pending.patch(), pending.counts))
        except (BadQuery, RefusedQuery):  # it was not done, and never will be
            remove(self._pending)
            raise
        except (QueryFailed, QueryTimeout) as fault:
            raise QueryFailed(f"{fault}; perhaps it was done all the same: the next write begins with it") from fault
        return self.put(self._pending)

    def _clean(self) -> None:
        """As in any journal, but an edition that was carried out and not published yet is pending still."""
        unpublished = self.folder(self.published() + 1)
        if unpublished.is_dir():
            unpublished.rename(self._pending)
        super()._clean()


def _refuse_blank_nodes(patch: Patch) -> None:
    if any(isinstance(term, BlankNode) for quad in (*patch.added, *patch.removed) for term in quad):
        raise RefusedWrite("a SPARQL service gives blank nodes labels of its own: turn them into IRIs first")


def _update(patch: Patch, counts: Mapping[str, int]) -> str:
    """A patch as one request, which a service carries out whole or not at all (SPARQL 1.1 Update, section 2.2)."""
    graphs = {quad.graph_name.value for quad in patch.removed if isinstance(quad.graph_name, NamedNode)}
    steps = [
        f"{verb} DATA {{\n{_data(quads)}}}" for verb, quads in (("DELETE", patch.removed), ("INSERT", patch.added))
    ]
    return " ;\n".join((*steps, *(f"DROP SILENT GRAPH <{graph}>" for graph in sorted(graphs - set(counts)))))


def _data(quads: Iterable[Quad]) -> str:
    return "".join(sorted(f"{_located(quad)}\n" for quad in quads))


def _located(quad: Quad) -> str:
    """A statement as a pattern, in its graph."""
    pattern = f"{quad.subject} {quad.predicate} {quad.object} ."
    return pattern if isinstance(quad.graph_name, DefaultGraph) else f"GRAPH {quad.graph_name} {{ {pattern} }}"


def _which(quads: Iterable[Quad]) -> str:
    """A query for the positions of those statements that are there."""
    parts = (f"{{ {_located(quad)} BIND({index} AS ?i) }}" for index, quad in enumerate(quads))
    return f"SELECT ?i {{ {' UNION '.join(parts)} }}"


def _solutions(data: bytes) -> QuerySolutions:
    return cast("QuerySolutions", parse_query_results(data, ResultsFormat.JSON))


def _declared(query: str, prefixes: Mapping[str, str] | None) -> str:
    """A query with the declarations that it leaves to us, on its own first line, so that places in faults stay."""
    missing = (name for name in prefixes or {} if not re.search(rf"(?i)prefix\s+{re.escape(name)}:", query))
    return "".join(f"PREFIX {name}: <{(prefixes or {})[name]}> " for name in missing) + query
