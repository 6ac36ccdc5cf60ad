"""YARRRML: the friendly spelling of RML, read straight into a plan. https://rml.io/yarrrml/spec/

What is understood: prefixes, base, sources (with access~formulation, iterator, delimiter, sheet), mappings with s, po,
graphs, values with ~iri and ~lang, datatype, language, type, functions, and joins by ``equal``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from numgraph.errors import BadMapping
from numgraph.mapping.rml.functions import NAMESPACE
from numgraph.mapping.rml.plan import (
    Call,
    Constant,
    Expression,
    Join,
    LogicalSource,
    PredicateObject,
    Reference,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from numgraph.sources import tables

_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "fn": NAMESPACE,
}
_FORMULATIONS = {
    "csv": "CSV", "tsv": "CSV", "xlsx": "XLSX", "jsonpath": "JSONPath", "json": "JSONPath",
    "jsonlines": "JSONLines", "yaml": "YAML", "xpath": "XPath", "xml": "XPath",
}  # fmt: skip
_REFERENCE = re.compile(r"\$\(((?:\\.|[^()\\]|\([^()]*\))+)\)")
_CURIE = re.compile(r"([A-Za-z][\w-]*|):([^/\s].*|)")


def load_yarrrml(text: str, name: str, folder: Path) -> tuple[TriplesMap, ...]:
    """The triples maps of a YARRRML document. Raises BadMapping, naming the key that is wrong.

    ``folder`` is where tables of pairs lie: a parameter ``{file: codes.tsv, from: code, to: key}`` stands for the
    pairs that ``fn:lookup`` takes, read from that table.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadMapping(f"{name} is no YAML: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("mappings"), dict):
        raise BadMapping(f"{name}: a YARRRML document has a key 'mappings' with mappings by name")
    reader = _Yarrrml(document, name, folder)
    return tuple(each for key, body in document["mappings"].items() for each in reader.triples_maps(key, body))


class _Yarrrml:
    def __init__(self, document: dict[str, Any], name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.prefixes = _PREFIXES | (document.get("prefixes") or {})
        self.base: str | None = document.get("base")
        self.sources: dict[str, Any] = document.get("sources") or {}

    def triples_maps(self, key: str, body: dict[str, Any]) -> list[TriplesMap]:
        where = f"{self.name}, mapping {key}"
        subjects = _several(_get(body, "s", "subject", "subjects"))
        sources = _several(_get(body, "sources", "source"))
        if len(subjects) != 1 or not sources:
            raise BadMapping(f"{where}: exactly one subject (s) and at least one source are wanted")
        pairs = [self._pair(pair, where) for pair in _several(_get(body, "po", "predicateobjects"))]
        classes = tuple(
            term for pair in pairs if _is_type(pair) for each in pair.objects for term in _constant_term(each)
        )
        kept = tuple(pair for pair in pairs if not (_is_type(pair) and all(map(_constant_term, pair.objects))))
        graphs = tuple(self._iri(graph) for graph in _several(_get(body, "graphs", "graph")))
        subject = self._subject(subjects[0], where)
        return [
            TriplesMap(key, self._source(source, where), subject, classes, graphs, kept, self.base)
            for source in sources
        ]

    def _subject(self, subject: Any, where: str) -> TermMap:
        if isinstance(subject, dict):
            return TermMap(self._call(subject, where), TermType.IRI)
        return self._iri(subject)

    def _source(self, source: Any, where: str) -> LogicalSource:
        spec = self.sources.get(source, source) if isinstance(source, str) else source
        if isinstance(spec, list):
            spec = {"access": spec[0], "iterator": spec[1] if len(spec) > 1 else None}
        if not isinstance(spec, dict) or not spec.get("access"):
            raise BadMapping(
                f"{where}: the source {source!r} is not defined; write ['file.csv~csv'] or a key of sources"
            )
        access, _, suffix = str(spec["access"]).partition("~")
        formulation = str(spec.get("referenceFormulation") or suffix or "csv").lower()
        if formulation not in _FORMULATIONS:
            raise BadMapping(f"{where}: {formulation!r} is not a kind of source; there are {', '.join(_FORMULATIONS)}")
        delimiter = spec.get("delimiter") or ("\t" if formulation == "tsv" else None)
        return LogicalSource(access, _FORMULATIONS[formulation], spec.get("iterator"), spec.get("sheet"), delimiter)

    def _pair(self, pair: Any, where: str) -> PredicateObject:
        if isinstance(pair, list):
            pair = {"p": pair[0], "o": [pair[1:]] if len(pair) > 2 else pair[1]}  # noqa: PLR2004 - [p, o, type or language]
        if not isinstance(pair, dict):
            raise BadMapping(f"{where}: {pair!r} is no predicate-object pair; write [predicate, object]")
        predicates = tuple(self._iri(each) for each in _several(_get(pair, "p", "predicate", "predicates")))
        is_type = any(predicate.expression == _A for predicate in predicates)
        given = _several(_get(pair, "o", "object", "objects"))
        objects = tuple(self._iri(each) if is_type else self._object(each, where) for each in given)
        graphs = tuple(self._iri(each) for each in _several(_get(pair, "graphs", "graph")))
        if not predicates or not objects:
            raise BadMapping(f"{where}: a predicate-object pair lacks a predicate or an object")
        return PredicateObject(predicates, objects, graphs)

    def _object(self, each: Any, where: str) -> TermMap | Join:
        if isinstance(each, list):
            each = {"value": each[0], **self._annotation(each[1])}
        if not isinstance(each, dict):
            each = {"value": each}
        if "mapping" in each:
            return Join(each["mapping"], tuple(self._condition(c, where) for c in _several(each.get("condition"))))
        if "function" in each or "fn" in each:
            expression: Expression = self._call(each, where)
        else:
            value = str(each["value"])
            if value.endswith("~iri"):
                value, each = value.removesuffix("~iri"), {**each, "type": "iri"}
            expression = self._expression(value, iri=each.get("type") == "iri")
        return self._term(expression, each, where)

    def _term(self, expression: Expression, options: dict[str, Any], where: str) -> TermMap:
        language, datatype = options.get("language"), options.get("datatype")
        if options.get("type") == "iri" or (isinstance(expression, Constant) and expression.term.startswith("<")):
            return TermMap(expression, TermType.IRI)
        if options.get("type") == "blank":
            return TermMap(expression, TermType.BLANK_NODE)
        return TermMap(
            expression,
            TermType.LITERAL,
            self._expression(language) if language else None,
            self._datatype(datatype, where) if datatype else None,
        )

    def _datatype(self, datatype: Any, where: str) -> Expression:
        """An IRI, or a function that gives one (RML-Core's datatype map)."""
        return self._call(datatype, where) if isinstance(datatype, dict) else self._expression(datatype, iri=True)

    def _annotation(self, text: str) -> dict[str, str]:
        if text.endswith("~lang"):
            return {"language": text.removesuffix("~lang")}
        return {"type": "iri"} if text == "iri" else {"datatype": text}

    def _call(self, spec: dict[str, Any], where: str) -> Call:
        parameters = spec.get("parameters") or spec.get("pms") or []
        inputs: list[tuple[str, Expression]] = []
        for each in parameters:
            name, value = (each[0], each[1]) if isinstance(each, list) else (each["parameter"], each["value"])
            if isinstance(value, dict) and "file" in value:
                inputs.append((self._expand(name), self._pairs(value, where)))
            elif isinstance(value, dict) and ("function" in value or "fn" in value):
                inputs.append((self._expand(name), self._call(value, where)))
            else:
                inputs.append((self._expand(name), self._expression(str(value))))
        return Call(self._expand(spec.get("function") or spec["fn"]), tuple(inputs))

    def _pairs(self, spec: dict[str, str], where: str) -> Constant:
        """A table of pairs beside the mapping, in the spelling of ``fn:lookup``; rows without a target are left out."""
        path = self.folder / spec["file"]
        if not path.is_file() or not {"from", "to"} <= spec.keys():
            raise BadMapping(f"{where}: write pairs as {{file: FILE, from: COLUMN, to: COLUMN}}; is {path.name} there?")
        table = tables.read_csv(path)
        before, after = table.column(spec["from"]), table.column(spec["to"])
        rows = [(before(record), after(record)) for _, record in table.rows()]
        text = "|".join(f"{one[0]}={other[0]}" for one, other in rows if one and other)
        return Constant(text, text)

    def _condition(self, spec: dict[str, Any], where: str) -> tuple[Expression, Expression]:
        sides = {each[0]: each[1] for each in spec.get("parameters", [])}
        if spec.get("function") not in {"equal", "idlab-fn:equal"} or not {"str1", "str2"} <= sides.keys():
            raise BadMapping(f"{where}: a condition is function: equal with parameters str1 (child) and str2 (parent)")
        return self._expression(str(sides["str1"])), self._expression(str(sides["str2"]))

    def _iri(self, text: Any) -> TermMap:
        value = str(text).removesuffix("~iri")
        if value == "a":
            return TermMap(_A, TermType.IRI)
        return TermMap(self._expression(value, iri=True), TermType.IRI)

    def _expression(self, text: str, *, iri: bool = False) -> Expression:
        whole = _REFERENCE.fullmatch(text)
        if whole:
            return Reference(_unescaped(whole[1]))
        if _REFERENCE.search(text):
            return Template(self._parts(self._expand(text) if iri else text))
        expanded = self._expand(text)
        if iri or expanded != text:
            return Constant(f"<{expanded}>", expanded)
        return Constant('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"', text)

    def _parts(self, text: str) -> tuple[str | Reference, ...]:
        pieces = _REFERENCE.split(text)  # text, reference, text, reference, ..., text
        parts = [Reference(_unescaped(piece)) if i % 2 else piece for i, piece in enumerate(pieces)]
        return tuple(part for part in parts if part != "")

    def _expand(self, text: str) -> str:
        found = _CURIE.fullmatch(text)
        if found and found[1] in self.prefixes:
            return str(self.prefixes[found[1]]) + found[2]
        return text


_A = Constant("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def _is_type(pair: PredicateObject) -> bool:
    return len(pair.predicates) == 1 and pair.predicates[0].expression == _A and not pair.graphs


def _constant_term(each: TermMap | Join) -> tuple[str, ...]:
    """The N-Triples term of a constant object, or nothing."""
    constant = each.expression if isinstance(each, TermMap) else None
    return (constant.term,) if isinstance(constant, Constant) else ()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _get(body: dict[str, Any], *names: str) -> Any:
    return next((body[name] for name in names if name in body), None)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
