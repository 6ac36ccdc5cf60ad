"""``numgraph diff``: what changed between two editions, in words by entity or as RDF Patch."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Annotated, cast

import typer
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions

from numgraph.cli import console
from numgraph.iris import Namespace
from numgraph.settings import Settings
from numgraph.store import EmbeddedStore
from numgraph.store.history import between
from numgraph.store.patch import Patch
from numgraph.terms import PREFIXES, SKOS

Earlier = Annotated[
    int | None, typer.Argument(min=1, metavar="[A]", help="The earlier edition; else the one before the current.")
]
Later = Annotated[int | None, typer.Argument(min=1, metavar="[B]", help="The later edition; else the current one.")]
How = Annotated[str, typer.Option("--format", "-f", help="words, or patch for RDF Patch.")]
Graph = Annotated[
    str | None, typer.Option("--graph", "-g", help="IRI of one named graph; else the default graph, others counted.")
]


def diff(
    data: console.Data, earlier: Earlier = None, later: Later = None, format: How = "words", graph: Graph = None
) -> None:
    """Tell what changed from edition A to edition B."""
    store = EmbeddedStore(data)
    end = store.current_number() if later is None else later
    start = max(end - 1, 1) if earlier is None else earlier
    patch = between(store, start, end)
    if format == "patch":
        patch.write(sys.stdout.buffer)
    elif format == "words":
        _Telling(store, start, end, patch).tell(graph)
    else:
        raise typer.BadParameter(f"{format} is not offered; offered are words and patch", param_hint="--format")


class _Telling:
    """A patch in words."""

    def __init__(self, store: EmbeddedStore, start: int, end: int, patch: Patch) -> None:
        self._readers = [store.reader(end), store.reader(start)]
        self._patch = patch
        self._names: dict[str, str] = {}
        self._entailed = NamedNode(Namespace(Settings().base).graph("entailed"))
        self._title = f"From edition {start} to edition {end}"

    def tell(self, graph: str | None) -> None:
        wanted = NamedNode(graph) if graph else DefaultGraph()
        stated = ((quad, mark) for quads, mark in self._sides() for quad in self._stated(quads))
        rows = [(quad, mark) for quad, mark in stated if quad.graph_name == wanted]
        title = f"{self._title}: {self._counted(self._patch.added, self._patch.removed)}"
        typer.echo(title if rows or self._patch else f"{self._title} nothing changed.")
        for line in self._entities(rows):
            typer.echo(line)
        if graph is None:
            for line in self._elsewhere():
                typer.echo(line)

    def _stated(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Without what follows from the rest: that is in a graph of its own as well."""
        follows = {quad.triple for quad in quads if quad.graph_name == self._entailed}
        return (quad for quad in quads if quad.graph_name == self._entailed or quad.triple not in follows)

    def _sides(self) -> Iterator[tuple[Iterable[Quad], str]]:
        yield self._patch.removed, "-"
        yield self._patch.added, "+"

    def _entities(self, rows: list[tuple[Quad, str]]) -> Iterator[str]:
        rows.sort(key=lambda row: (str(row[0].subject), str(row[0].predicate), row[1] == "+", str(row[0].object)))
        for subject, told in groupby(rows, key=lambda row: row[0].subject):
            yield f"\n{self._name(subject, long=True)}"
            for quad, mark in told:
                yield f"  {mark} {_short(quad.predicate.value)}  {self._value(quad.object)}"

    def _elsewhere(self) -> Iterator[str]:
        """Named graphs, each with how much changed."""
        counts = {mark: Counter(str(quad.graph_name) for quad in quads) for quads, mark in self._sides()}
        graphs = sorted((set(counts["+"]) | set(counts["-"])) - {str(DefaultGraph())})
        if graphs:
            yield "\nIn named graphs (see one with --graph IRI):"
        for graph in graphs:
            yield f"  {graph}  +{counts['+'][graph]} -{counts['-'][graph]}"

    def _counted(self, added: Iterable[Quad], removed: Iterable[Quad]) -> str:
        return f"{len(list(added)):,} statements added, {len(list(removed)):,} removed"

    def _value(self, term: object) -> str:
        if isinstance(term, Literal):
            return f"{term.value}" + (f" ({term.language})" if term.language else "")
        return self._name(term)

    def _name(self, term: object, *, long: bool = False) -> str:
        if not isinstance(term, NamedNode):
            return str(term)
        if term.value not in self._names:
            self._names[term.value] = self._label(term)
        label, short = self._names[term.value], _short(term.value)
        if not label:
            return short
        return f"{label}  {short}" if long else label

    def _label(self, term: NamedNode) -> str:
        """Its preferred label in either edition; German first, as most sources are."""
        query = f"SELECT ?label {{ {term} <{SKOS}prefLabel> ?label }} ORDER BY DESC(lang(?label) = 'de') ?label LIMIT 1"
        for reader in self._readers:
            for row in cast("QuerySolutions", reader.solve(query)):
                return str(row["label"].value)
        return ""


def _short(iri: str) -> str:
    """An IRI by its prefix where it has one."""
    found = ((name, start) for name, start in PREFIXES.items() if iri.startswith(start) and iri != start)
    return next((f"{name}:{iri.removeprefix(start)}" for name, start in found), f"<{iri}>")
