"""Compiles term maps into functions from a record to N-Triples terms, so that the inner loop is plain calls.

Lexical forms follow RML-Core, sections 'Generation of IRIs' and 'Natural mapping of literals' (XSD for JSON numbers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count, product
from typing import Any
from urllib.parse import quote

from numgraph.errors import BadCell, BadMapping
from numgraph.mapping.rml import functions
from numgraph.mapping.rml.plan import Call, Constant, Expression, Reference, Template, TermMap, TermType, references
from numgraph.sources.tables import Column, Records, Scalar

Make = Callable[[Any], Sequence[str]]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_RESERVED = re.compile(r"[^A-Za-z0-9\-._~\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd]")
_RESERVED_URI = re.compile(r"[^A-Za-z0-9\-._~]")
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_LABEL = re.compile(r"[A-Za-z0-9]+")


def compile_term(term: TermMap, records: Records, base: str, where: str) -> Make:
    """A function that gives the N-Triples terms of a record: none where the record has no value."""
    if isinstance(term.expression, Constant) and term.language is None and term.datatype is None:
        return _constant(term, base)
    if term.expression is None:
        return _fresh_blank_nodes(term, where)
    if term.term_type is TermType.LITERAL:
        return _literals(term, records, base, where)
    texts = compile_texts(term.expression, records, where, _encoder(term))
    if term.term_type is TermType.BLANK_NODE:
        return lambda record: [_blank_node(text) for text in texts(record)]
    check = term.term_type not in {TermType.UNSAFE_IRI, TermType.UNSAFE_URI}
    columns = references(term.expression)
    return lambda record: [_iri(text, base, columns, check=check) for text in texts(record)]


def _constant(term: TermMap, base: str) -> Make:
    constant = term.expression
    if not isinstance(constant, Constant):
        raise TypeError("a constant is wanted")
    made = constant.term
    if term.term_type.is_iri:
        made = _iri(constant.text, base, (), check=True)
    return lambda record: (made,)


def _fresh_blank_nodes(term: TermMap, where: str) -> Make:
    if term.term_type is not TermType.BLANK_NODE:
        raise BadMapping(f"{where}: a term map reads nothing; give it a reference, a template or a constant")
    numbers = count(1)
    prefix = _blank_node(where)
    return lambda record: (f"{prefix}x{next(numbers)}",)


def _encoder(term: TermMap) -> Callable[[str], str]:
    """How a value enters a template: percent-encoded for IRIs, as it is elsewhere."""
    if term.term_type is TermType.IRI:
        return _encoded_iri
    if term.term_type is TermType.URI:
        return _encoded_uri
    return str


def _encoded_iri(text: str) -> str:
    return text if text.isalnum() else _RESERVED.sub(lambda found: quote(found[0], safe=""), text)


def _encoded_uri(text: str) -> str:
    return _RESERVED_URI.sub(lambda found: quote(found[0], safe=""), text)


def compile_texts(expression: Expression, records: Records, where: str, encode: Callable[[str], str] = str) -> Make:
    """A function that gives the lexical values of an expression for a record."""
    match expression:
        case Constant():
            value = (expression.text,)
            return lambda record: value
        case Reference(name):
            column = records.column(name)
            return lambda record: [_lexical(value) for value in column(record)]
        case Template():
            return _template(expression, records, encode)
        case Call():
            return _call(expression, records, where)


def _template(template: Template, records: Records, encode: Callable[[str], str]) -> Make:
    parts = template.parts
    columns = [records.column(part.name) for part in parts if isinstance(part, Reference)]
    if len(columns) == 1 and len(parts) <= 3:  # noqa: PLR2004 - before, reference, after: nearly every template
        return _single(parts, columns[0], encode)
    pattern = "".join(part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else "{}" for part in parts)

    def texts(record: Any) -> list[str]:
        values = [[encode(_lexical(value)) for value in column(record)] for column in columns]
        return [pattern.format(*chosen) for chosen in product(*values)]

    return texts


def _single(parts: Sequence[str | Reference], column: Column, encode: Callable[[str], str]) -> Make:
    at = next(i for i, part in enumerate(parts) if isinstance(part, Reference))
    before, after = "".join(map(str, parts[:at])), "".join(map(str, parts[at + 1 :]))
    return lambda record: [before + encode(_lexical(value)) + after for value in column(record)]


def _call(call: Call, records: Records, where: str) -> Make:
    function = functions.find(call.function, where)
    inputs = [(name.rsplit("#", 1)[-1], _raw(value, records, where)) for name, value in call.inputs]
    return lambda record: function({name: values(record) for name, values in inputs})


def _raw(expression: Expression, records: Records, where: str) -> Callable[[Any], Sequence[Scalar]]:
    if isinstance(expression, Reference):
        return records.column(expression.name)
    return compile_texts(expression, records, where)


def _lexical(value: Scalar) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _literals(term: TermMap, records: Records, base: str, where: str) -> Make:
    if term.expression is None:
        raise BadMapping(f"{where}: a literal needs a value")
    if term.language is not None:
        return _tagged(term.expression, term.language, records, where)
    if term.datatype is not None:
        return _typed(term.expression, term.datatype, records, base, where)
    if isinstance(term.expression, Reference):
        column = records.column(term.expression.name)
        return lambda record: [natural(value) for value in column(record)]
    texts = compile_texts(term.expression, records, where)
    return lambda record: [quoted(text) for text in texts(record)]


def _tagged(value: Expression, language: Expression, records: Records, where: str) -> Make:
    texts = compile_texts(value, records, where)
    if isinstance(language, Constant):
        tag = f"@{_checked_language(language.text, where)}"
        return lambda record: [quoted(text) + tag for text in texts(record)]
    tags = compile_texts(language, records, where)
    return lambda record: [
        f"{quoted(text)}@{_checked_language(tag, where)}" for text, tag in product(texts(record), tags(record))
    ]


def _checked_language(tag: str, where: str) -> str:
    """RFC 5646, loosely: a primary subtag of two or three letters, then subtags of one to eight characters."""
    if not _LANGUAGE.fullmatch(tag):
        raise BadMapping(f"{where}: {tag!r} is no language tag such as de or en-GB")
    return tag


def _typed(value: Expression, datatype: Expression, records: Records, base: str, where: str) -> Make:
    texts = compile_texts(value, records, where)
    if isinstance(datatype, Constant):
        suffix = "" if datatype.text == _XSD + "string" else f"^^<{datatype.text}>"
        return lambda record: [quoted(text) + suffix for text in texts(record)]
    types = compile_term(TermMap(datatype, TermType.IRI), records, base, where)
    return lambda record: [f"{quoted(text)}^^{kind}" for text, kind in product(texts(record), types(record))]


def natural(value: Scalar) -> str:
    """The literal that a value of a JSON or spreadsheet number naturally is."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return f'"{_lexical(value)}"^^<{_XSD}boolean>'
    if isinstance(value, int):
        return f'"{value}"^^<{_XSD}integer>'
    return f'"{_double(value)}"^^<{_XSD}double>'


def _double(value: float) -> str:
    """The canonical form of XSD 1.1 Part 2, section 3.3.5: ``1.0E1``."""
    mantissa, exponent = f"{value:E}".split("E")
    digits = mantissa.rstrip("0")
    return f"{digits}0E{int(exponent)}" if digits.endswith(".") else f"{digits}E{int(exponent)}"


def quoted(text: str) -> str:
    """A string in N-Triples quotes."""
    if _TO_ESCAPE.search(text):
        text = _TO_ESCAPE.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}"), text)
    return f'"{text}"'


def _blank_node(text: str) -> str:
    """A label that is the same for the same text; characters that labels do not allow are spelled out."""
    return "_:b" + "".join(c if _LABEL.fullmatch(c) and c.isascii() else f"x{ord(c):x}x" for c in text)


def _iri(text: str, base: str, columns: tuple[str, ...], *, check: bool) -> str:
    iri = text if _ABSOLUTE.match(text) else base + text
    if check and _NOT_IN_IRI.search(iri):
        raise BadCell(f'{text!r} makes no IRI: it has a space or one of <>"{{}}|^`\\', columns)
    return f"<{iri}>"
