"""Asking one edition one question: police, engine, serialiser. The same for the command line and for the workers.

Workers import this module: it stays light.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import IO, Any, TypeAlias, TypedDict

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from numgraph.errors import BadQuery, QueryFailed
from numgraph.store import guard
from numgraph.store.explanation import explain
from numgraph.store.prefixed import write_rdf

Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples


class Asked(TypedDict, total=False):
    """What can be said with a query; see :func:`evaluate`."""

    default_graphs: Sequence[str]
    named_graphs: Sequence[str]
    prefixes: Mapping[str, str] | None


# What an evaluation can end in on the engine's side: broken files, a service that does not answer, an inner fault.
ENGINE_FAULTS = (OSError, RuntimeError, ValueError)

_UNKNOWN_FUNCTION = re.compile(r"The custom function <(.*)> is not supported")
_MOST_UNKNOWN = 100  # functions in one query


def evaluate(
    store: Store,
    query: str,
    *,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    prefixes: Mapping[str, str] | None = None,
    allowed_services: Collection[str] = (),
    union: bool = False,
    base: str | None = None,
) -> Results:
    """The engine's results for a query that the guard lets pass.

    Graph IRIs make up the dataset as the SPARQL 1.1 Protocol has it (section 2.1.4): they take the place of FROM and
    FROM NAMED. Without them the default graph is the store's own and every named graph can be asked; with ``union``
    it is all graphs at once, where a statement counts once for each graph that holds it. ``base`` resolves relative
    IRIs of a query that has no BASE; without it they are an error.
    Raises BadQuery, RefusedQuery, QueryFailed. Results must be used on the thread that asked.
    """
    guard.check(query, allowed_services)
    defaults, named = _dataset(default_graphs, named_graphs)
    known = dict(prefixes or {})
    try:
        respelled = guard.alibi(query)
        if respelled is not None:
            Store().query(respelled, base_iri=base, prefixes=known)
        return _evaluated(
            store,
            query,
            base_iri=base,
            prefixes=known,
            default_graph=defaults,
            named_graphs=named,
            use_default_graph_as_union=union,
        )
    except SyntaxError as fault:
        read = partial(Store().query, base_iri=base, prefixes=known)
        raise explain(query, fault, prefixes, read) from None
    except ENGINE_FAULTS as fault:
        raise QueryFailed(f"the query could not be answered: {fault}") from fault


def _evaluated(store: Store, query: str, **dataset: Any) -> Results:
    """What the engine says. It takes a function that nobody knows for an error of the whole query, where it is one of
    its own expression alone (SPARQL 1.1, section 17.6): so it is told of each that it misses.
    """
    unknown: dict[NamedNode, Callable[..., Any]] = {}
    while True:
        try:
            return store.query(query, custom_functions=unknown, **dataset)
        except RuntimeError as fault:
            missed = _UNKNOWN_FUNCTION.fullmatch(str(fault))
            if missed is None or len(unknown) == _MOST_UNKNOWN:
                raise
            unknown[NamedNode(missed[1])] = _no_value


def _no_value(*_: object) -> None:
    """How a function says that it has no value."""


def _dataset(
    default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> tuple[list[NamedNode | BlankNode | DefaultGraph] | None, list[NamedNode | BlankNode] | None]:
    if not default_graphs and not named_graphs:
        return None, None
    return [_graph(iri) for iri in default_graphs], [_graph(iri) for iri in named_graphs]


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as fault:
        raise BadQuery(f"{iri!r} is no absolute IRI of a graph: {fault}") from None


def kind_of(results: Results) -> str:
    """The value of the ``formats.Kind`` that these results are of."""
    if isinstance(results, QuerySolutions):
        return "bindings"
    return "boolean" if isinstance(results, QueryBoolean) else "triples"


def write(results: Results, media_type: str, output: IO[bytes]) -> None:
    """Serialise results to ``output`` under a registered media type; raises QueryFailed, with part of it written."""
    try:
        if isinstance(results, QueryTriples):
            write_rdf(results, output, _rdf_format(media_type))
        else:
            results.serialize(output, QueryResultsFormat.from_media_type(media_type))
    except ENGINE_FAULTS as fault:
        raise QueryFailed(f"the answer could not be finished: {fault}") from fault


def _rdf_format(media_type: str) -> RdfFormat:
    wanted = RdfFormat.from_media_type(media_type)
    if wanted is None:
        raise ValueError(f"{media_type} is no RDF format of the engine")
    return wanted
