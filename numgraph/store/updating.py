"""SPARQL 1.1 Update as a patch: what an update would change in a dataset, worked out without changing it.

The engine does not tell what an update changed, and comparing a million statements before and after takes longer than
most updates do. So each operation is taken apart here (https://www.w3.org/TR/sparql11-update/): the engine reads the
templates and evaluates the WHERE as a query, and the templates are filled in from its solutions. Nothing is fetched:
LOAD and SERVICE are refused, and the only text that the engine is given as an update is respelled to hold neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeAlias, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions
from pyoxigraph import Store as Engine

from numgraph.errors import BadQuery, NoSuchGraph, QueryFailed
from numgraph.store import guard
from numgraph.store.evaluation import ENGINE_FAULTS
from numgraph.store.explanation import explain
from numgraph.store.lexer import position, tokens
from numgraph.store.patch import Patch
from numgraph.store.templates import Graph, Prologue, filled, placed

Named: TypeAlias = NamedNode | DefaultGraph
Quads: TypeAlias = frozenset[Quad]
Operation: TypeAlias = Callable[[Engine], Patch]
Transfer: TypeAlias = Callable[[Quads, Quads, Quads], Patch]

_OPEN, _CLOSED = {"{", "(", "["}, {"}", ")", "]"}
_DECLARATIONS = {"PREFIX": 3, "BASE": 2, "VERSION": 2}  # how many pieces each has


def operations(update: str, base: str | None = None) -> Iterator[Operation]:
    """The operations of an update in order, each a function from the dataset as it then is to what changes in it.

    Raises BadQuery and RefusedQuery; the operations raise BadQuery, NoSuchGraph and QueryFailed.
    """
    guard.check_update(update)
    _check_syntax(update, base)
    cursor, declared = Cursor(update), ""
    while not cursor.at_end():
        declared += cursor.declarations()
        if not cursor.at_end():
            yield _operation(cursor, Prologue(declared, base))
        if not cursor.at_end() and not cursor.took(";"):
            raise cursor.fault()


def _check_syntax(update: str, base: str | None) -> None:
    """Have the engine read all of it, respelled so that nothing is fetched, over no data at all."""
    with suppress(*ENGINE_FAULTS):  # it was read; that it fails over no data, as for want of a graph, says nothing
        try:
            _read(update, base)
        except SyntaxError as fault:
            raise explain(update, fault, read=partial(_read, base=base)) from None


def _read(update: str, base: str | None) -> None:
    Engine().update(guard.update_alibi(_hoisted(update)), base_iri=base)


def _hoisted(update: str) -> str:
    """The update with its later declarations in front, where alone the engine reads them; the rest stays put."""
    pieces, found, parts, done = list(_pieces(update)), [], [], 0
    first = next((index for index, piece in enumerate(pieces) if piece.text == ";"), len(pieces))
    for index, piece in enumerate(pieces[first:], first):
        length = _DECLARATIONS.get(piece.text.upper(), 0)
        if length and index + length <= len(pieces):
            last = pieces[index + length - 1]
            end = last.start + len(last.text)
            found.append(f"{' '.join(update[piece.start : end].split())} ")
            parts += [update[done : piece.start], "\n" * update.count("\n", piece.start, end)]
            done = end
    return "".join((*found, *parts, update[done:]))


class Piece(NamedTuple):
    """A token outside brackets, or everything from a bracket to the one that closes it."""

    text: str
    start: int


class Cursor:
    """The pieces of an update, taken one after the other."""

    def __init__(self, update: str) -> None:
        self._update = update
        self._pieces = list(_pieces(update))
        self._at = 0

    def at_end(self) -> bool:
        return self._at == len(self._pieces)

    def took(self, *words: str) -> bool:
        """Take these words, if they are next."""
        found = self._pieces[self._at : self._at + len(words)]
        matches = [piece.text.upper() for piece in found] == list(words)
        self._at += len(words) if matches else 0
        return matches

    def next(self) -> str:
        if self.at_end():
            raise self.fault()
        self._at += 1
        return self._pieces[self._at - 1].text

    def declarations(self) -> str:
        """The text of the PREFIX, BASE and VERSION declarations that are next."""
        start = self._at
        while not self.at_end() and (length := _DECLARATIONS.get(self._pieces[self._at].text.upper())):
            self._at += length
        return "".join(f"{piece.text} " for piece in self._pieces[start : self._at])

    def fault(self) -> BadQuery:
        """The engine lets words run together that the grammar keeps apart."""
        start = len(self._update) if self.at_end() else self._pieces[self._at].start
        line, column = position(self._update, start)
        return BadQuery(f"the update cannot be read at line {line}, column {column}", line, column)


def _pieces(update: str) -> Iterator[Piece]:
    depth = start = 0
    for token in tokens(update):
        start = start if depth else token.start
        depth += (token.text in _OPEN) - (token.text in _CLOSED)
        if depth == 0:
            yield Piece(update[start : token.start + len(token.text)], start)


def _operation(cursor: Cursor, prologue: Prologue) -> Operation:
    if cursor.took("INSERT", "DATA"):
        return partial(_stated, Patch(added=prologue.quads(cursor.next())))
    if cursor.took("DELETE", "DATA"):
        return partial(_stated, Patch(removed=prologue.quads(cursor.next())))
    if cursor.took("DELETE", "WHERE"):
        pattern = cursor.next()
        return Modification(prologue, pattern, deletes=prologue.quads(pattern))
    return _management(cursor, prologue) or _modification(cursor, prologue)


def _modification(cursor: Cursor, prologue: Prologue) -> Operation:
    """[WITH iri] [DELETE {}] [INSERT {}] (USING [NAMED] iri)* WHERE {}; section 3.1.3."""
    graph = prologue.iri(cursor.next()) if cursor.took("WITH") else DefaultGraph()
    deletes = prologue.quads(cursor.next(), graph) if cursor.took("DELETE") else frozenset()
    inserts = prologue.quads(cursor.next(), graph) if cursor.took("INSERT") else frozenset()
    defaults: list[Graph] = []
    named: list[NamedNode] = []
    while cursor.took("USING"):
        is_named = cursor.took("NAMED")
        graph_used = prologue.iri(cursor.next())
        (named if is_named else defaults).append(graph_used)
    if not cursor.took("WHERE"):
        raise cursor.fault()
    if defaults or named:  # USING goes before WITH
        return Modification(prologue, cursor.next(), deletes, inserts, defaults, named)
    return Modification(prologue, cursor.next(), deletes, inserts, [graph])


def _management(cursor: Cursor, prologue: Prologue) -> Operation | None:
    """Section 3.2, and LOAD, which may stay silent about not being done."""
    if cursor.took("LOAD"):
        return _not_loaded(cursor)
    if cursor.took("CREATE"):
        return partial(_created, cursor.took("SILENT"), _graph(cursor, prologue))
    if cursor.took("CLEAR") or cursor.took("DROP"):
        cursor.took("SILENT")  # emptying a graph that is not there is no fault, where empty graphs are not kept
        if cursor.took("ALL"):
            return partial(_cleared, None)
        return _cleared_named if cursor.took("NAMED") else partial(_cleared, _graph(cursor, prologue))
    for word, transfer in (("ADD", _added), ("COPY", _copied), ("MOVE", _moved)):
        if cursor.took(word):
            silent, source = cursor.took("SILENT"), _graph(cursor, prologue)
            if not cursor.took("TO"):
                raise cursor.fault()
            return partial(_transferred, transfer, silent, source, _graph(cursor, prologue))
    return None


def _graph(cursor: Cursor, prologue: Prologue) -> Named:
    if cursor.took("DEFAULT"):
        return DefaultGraph()
    cursor.took("GRAPH")
    return prologue.iri(cursor.next())


def _not_loaded(cursor: Cursor) -> Operation:
    """LOAD SILENT address [INTO GRAPH iri]; without SILENT it was refused before."""
    cursor.took("SILENT")
    cursor.next()
    if cursor.took("INTO"):
        cursor.took("GRAPH")
        cursor.next()
    return partial(_stated, Patch())


def _stated(patch: Patch, _: Engine) -> Patch:
    return patch


def _created(silent: bool, graph: Named, engine: Engine) -> Patch:
    if not silent and any(_held(graph, engine)):
        raise BadQuery(f"CREATE: there is a graph {graph} already")
    return Patch()


def _cleared(graph: Named | None, engine: Engine) -> Patch:
    return Patch(removed=frozenset(_held(graph, engine)))


def _cleared_named(engine: Engine) -> Patch:
    return Patch(removed=frozenset(one for one in engine if one.graph_name != DefaultGraph()))


def _held(graph: Named | None, engine: Engine) -> Iterator[Quad]:
    return iter(engine.quads_for_pattern(None, None, None, graph))


def _transferred(transfer: Transfer, silent: bool, source: Named, target: Named, engine: Engine) -> Patch:
    there = frozenset(_held(source, engine))
    if not there and source != DefaultGraph():
        if silent:
            return Patch()
        raise NoSuchGraph(f"there is no graph {source} to take statements from")
    if source == target:
        return Patch()
    moved = frozenset(placed(one, target) for one in there)
    return transfer(there, moved, frozenset(_held(target, engine)))


def _added(_: Quads, moved: Quads, __: Quads) -> Patch:
    return Patch(moved)


def _copied(_: Quads, moved: Quads, held: Quads) -> Patch:
    return Patch(moved, held - moved)


def _moved(there: Quads, moved: Quads, held: Quads) -> Patch:
    return Patch(moved, there | (held - moved))


@dataclass(frozen=True, slots=True)
class Modification:
    """DELETE and INSERT templates over the solutions of a WHERE."""

    prologue: Prologue
    where: str
    deletes: frozenset[Quad] = frozenset()
    inserts: frozenset[Quad] = frozenset()
    defaults: Sequence[Graph] | None = None  # None are the graphs of the dataset
    named: Sequence[NamedNode] | None = None

    def __call__(self, engine: Engine) -> Patch:
        added: set[Quad] = set()
        removed: set[Quad] = set()
        try:
            for solution in self._solutions(engine):
                removed.update(filled(self.deletes, solution))
                added.update(filled(self.inserts, solution))
        except ENGINE_FAULTS as fault:
            raise QueryFailed(f"the update could not be evaluated: {fault}") from fault
        return Patch(frozenset(added), frozenset(removed - added))

    def _solutions(self, engine: Engine) -> QuerySolutions:
        query = f"{self.prologue.text}\nSELECT * WHERE {self.where}"
        defaults = None if self.defaults is None else [*self.defaults]
        named: list[NamedNode | BlankNode] | None = None if self.named is None else [*self.named]
        found = engine.query(query, base_iri=self.prologue.base, default_graph=defaults, named_graphs=named)
        return cast("QuerySolutions", found)
