"""Executes a mapping over its sources, one record at a time: memory does not grow with the table.

Every produced statement knows file, sheet, row and columns, and so does every fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numgraph.errors import BadCell, BadMapping
from numgraph.mapping.rml.load import DEFAULT_BASE
from numgraph.mapping.rml.plan import Join, LogicalSource, PredicateObject, TermMap, TriplesMap, references
from numgraph.mapping.rml.terms import Make, compile_term, compile_texts
from numgraph.sources import tables
from numgraph.sources.tables import Records

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_DEFAULT_GRAPH = "<http://w3id.org/rml/defaultGraph>"
_END = " .\n"

Columns = tuple[str, ...]


@dataclass(slots=True)
class Produced:
    """What one record gave: N-Quads lines, and for each line the columns it was read from."""

    file: str
    sheet: str | None
    row: int
    lines: list[str] = field(default_factory=list)
    columns: list[Columns] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that could not be mapped, and why; the others were."""

    file: str
    sheet: str | None
    row: int
    columns: Columns
    reason: str

    def __str__(self) -> str:
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        column = f", column {' and '.join(self.columns)}" if self.columns else ""
        return f"{self.file}{sheet}, row {self.row}{column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Line:
    """A predicate-object pair whose predicate and graphs are the same for every record: the common case."""

    before: str  # between subject and object
    make: Make
    after: tuple[str, ...]  # one ending a graph
    columns: Columns


@dataclass(frozen=True, slots=True)
class _Dynamic:
    """A predicate-object pair of which predicates or graphs come from the record."""

    predicates: Sequence[Make]
    make: Make
    graphs: Sequence[Make]
    columns: Columns


def run(
    mapping: Sequence[TriplesMap],
    folder: Path,
    *,
    base: str = DEFAULT_BASE,
    on_fault: Callable[[Fault], None] | None = None,
    source: Path | None = None,
) -> Iterator[Produced]:
    """Map every record of every triples map.

    ``folder`` is where relative paths of sources start; ``source`` takes the place of the first triples map's file
    wherever the mapping reads it (``numgraph map``).
    Without ``on_fault`` the first fault ends the run as BadCell; with it the record is reported and left out whole.
    """
    by_name = {triples_map.name: triples_map for triples_map in mapping}
    files = {mapping[0].source.path: source} if source else {}
    for triples_map in mapping:
        yield from _Runner(triples_map, by_name, folder, base, files).records(on_fault)


class _Runner:
    """One triples map, compiled against its source."""

    def __init__(
        self, plan: TriplesMap, by_name: dict[str, TriplesMap], folder: Path, base: str, files: dict[str, Path]
    ) -> None:
        self.plan, self.by_name, self.folder, self.files = plan, by_name, folder, files
        self.base = plan.base or base
        self.default_base = base
        self.records_of = open_records(plan.source, folder, files)
        self.subject = compile_term(plan.subject, self.records_of, self.base, plan.name)
        self.subject_columns = references(plan.subject.expression)
        self.lines: list[_Line] = []
        self.dynamic: list[_Dynamic] = []
        for each in plan.predicate_objects:
            self._compile(each)
        self._compile_classes()

    def records(self, on_fault: Callable[[Fault], None] | None) -> Iterator[Produced]:
        file, sheet = self.records_of.file, self.records_of.sheet
        for row, record in self.records_of.rows():
            made = Produced(file, sheet, row)
            try:
                self._map(record, made)
            except BadCell as fault:
                if on_fault is None:
                    place = str(Fault(file, sheet, row, (), "")).rstrip(": ")
                    raise BadCell(fault.reason, fault.columns, place) from fault
                on_fault(Fault(file, sheet, row, fault.columns, fault.reason))
                continue
            if made.lines:
                yield made

    def _map(self, record: Any, made: Produced) -> None:
        add, where = made.lines.append, made.columns.append
        for subject in self.subject(record):
            for line in self.lines:
                for value in line.make(record):
                    for after in line.after:
                        add(subject + line.before + value + after)
                        where(line.columns)
            for pair in self.dynamic:
                self._map_dynamic(subject, pair, record, made)

    def _map_dynamic(self, subject: str, pair: _Dynamic, record: Any, made: Produced) -> None:
        endings = {_ending(graph) for make in pair.graphs for graph in make(record)} if pair.graphs else {_END}
        predicates = [predicate for make in pair.predicates for predicate in make(record)]
        for value in pair.make(record):
            for predicate in predicates:
                for ending in sorted(endings):
                    made.lines.append(f"{subject} {predicate} {value}{ending}")
                    made.columns.append(pair.columns)

    def _compile(self, pair: PredicateObject) -> None:
        graphs = (*self.plan.graphs, *pair.graphs)
        steady = all(_is_constant(term) for term in (*pair.predicates, *graphs))
        predicates = [self._term(term) for term in pair.predicates]
        graph_makers = [self._term(term) for term in graphs]
        for each in pair.objects:
            make, columns = self._object(each)
            if not steady:
                self.dynamic.append(_Dynamic(predicates, make, graph_makers, columns))
                continue
            after = tuple(sorted({_ending(make_graph(None)[0]) for make_graph in graph_makers})) or (_END,)
            self.lines.extend(_Line(f" {predicate(None)[0]} ", make, after, columns) for predicate in predicates)

    def _compile_classes(self) -> None:
        graphs = [self._term(term) for term in self.plan.graphs]
        classes = tuple(self.plan.classes)
        if not classes:
            return
        if all(_is_constant(term) for term in self.plan.graphs):
            after = tuple(sorted({_ending(make(None)[0]) for make in graphs})) or (_END,)
            self.lines.append(_Line(f" {_TYPE} ", lambda record: classes, after, self.subject_columns))
        else:
            self.dynamic.append(
                _Dynamic([lambda record: (_TYPE,)], lambda record: classes, graphs, self.subject_columns)
            )

    def _term(self, term: TermMap) -> Make:
        return compile_term(term, self.records_of, self.base, self.plan.name)

    def _object(self, each: TermMap | Join) -> tuple[Make, Columns]:
        if isinstance(each, TermMap):
            return self._term(each), references(each.expression) or self.subject_columns
        return self._join(each), tuple(dict.fromkeys(c for child, _ in each.conditions for c in references(child)))

    def _join(self, join: Join) -> Make:
        parent = self.by_name.get(join.parent)
        if parent is None:
            raise BadMapping(f"{self.plan.name}: the parent triples map {join.parent} is not in the mapping")
        records = open_records(parent.source, self.folder, self.files)
        base = parent.base or self.default_base
        if not join.conditions:
            return compile_term(parent.subject, self.records_of, base, parent.name)
        index = self._index(join, parent, records, base)
        children = [compile_texts(child, self.records_of, self.plan.name) for child, _ in join.conditions]
        return lambda record: _joined(index, children, record)

    def _index(self, join: Join, parent: TriplesMap, records: Records, base: str) -> _Index:
        subject = compile_term(parent.subject, records, base, parent.name)
        keys = [compile_texts(side, records, parent.name) for _, side in join.conditions]
        index: _Index = {}
        for _, record in records.rows():
            for key in _keys(keys, record):
                index.setdefault(key, []).extend(subject(record))
        return index


_Index = dict[tuple[str, ...], list[str]]


def _joined(index: _Index, children: Sequence[Make], record: Any) -> list[str]:
    return list(dict.fromkeys(subject for key in _keys(children, record) for subject in index.get(key, ())))


def _keys(makers: Sequence[Make], record: Any) -> Iterator[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = [()]
    for make in makers:
        keys = [(*key, value) for key in keys for value in make(record)]
    return iter(keys)


def _is_constant(term: TermMap) -> bool:
    return term.expression is not None and not references(term.expression)


def _ending(graph: str) -> str:
    return _END if graph == _DEFAULT_GRAPH else f" {graph}{_END}"


def open_records(source: LogicalSource, folder: Path, files: Mapping[str, Path] | None = None) -> Records:
    """The records of a logical source; ``files`` says which paths of the mapping are to be read elsewhere."""
    path = (files or {}).get(source.path, folder / source.path)
    if not path.is_file():
        raise BadMapping(f"the source {source.path} is not in {folder.name or folder}")
    if source.formulation in {"CSV", "XLSX"}:
        workbook = source.formulation == "XLSX" or path.suffix.lower() in {".xlsx", ".xls", ".ods"}
        return tables.read_xlsx(path, source.sheet) if workbook else tables.read_csv(path, source.delimiter)
    return _open_tree(source, path)


def _open_tree(source: LogicalSource, path: Path) -> Records:
    from numgraph.sources import trees  # noqa: PLC0415 - 20 MB of JSONPath, XPath and YAML that tables do without

    match source.formulation:
        case "JSONLines":
            return trees.read_json_lines(path)
        case "YAML":
            return trees.read_yaml(path, source.iterator or "$[*]")
        case "XPath":
            return trees.read_xml(path, source.iterator or "/*")
        case _:
            return trees.read_json(path, source.iterator or "$")
