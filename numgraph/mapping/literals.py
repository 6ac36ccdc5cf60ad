"""Values as RDF literals: the right datatype, one spelling for each value, no character that RDF/XML cannot carry."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from numgraph.errors import InvalidData
from numgraph.model import Value
from numgraph.terms import XSD

# XML 1.0, production [2] Char: what RDF/XML and SPARQL/XML can carry. Lone surrogates are in no encoding at all.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def carried(text: str) -> str:
    """``text`` with each character that XML cannot carry replaced by one U+FFFD, so that offsets hold.

    >>> carried("a\\x00b")
    'a\ufffdb'
    """
    return _NOT_XML.sub("\ufffd", text)


def text(value: str, language: str | None = None) -> Literal:
    """A plain literal, or a language-tagged one; ``und`` is no language."""
    return Literal(carried(value), language=language if language != "und" else None)


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))


def decimal(value: float | str) -> Literal:
    """An xsd:decimal in canonical form: no exponent, no trailing zeros after the point."""
    plain = f"{Decimal(str(value)):f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return Literal(plain, datatype=NamedNode(XSD + "decimal"))


# Lexical form by datatype, and what completes it to a day that must exist.
_DATES = {
    "date": (r"\d{4}-\d\d-\d\d", ""),
    "gYearMonth": (r"\d{4}-\d\d", "-01"),
    "gYear": (r"\d{4}", "-01-01"),
}


def date(value: str) -> Literal:
    """A date at the precision it is given in. Raises ValueError when there is no such day, month or year."""
    for datatype, (pattern, rest) in _DATES.items():
        if re.fullmatch(pattern, value, re.ASCII):
            datetime.date.fromisoformat(value + rest)
            return Literal(value, datatype=NamedNode(XSD + datatype))
    raise ValueError("a date is written YYYY-MM-DD, YYYY-MM or YYYY")


def _date_of(datatype: str) -> Callable[[str], Literal]:
    def write(value: str) -> Literal:
        found = date(value)
        if found.datatype != NamedNode(XSD + datatype):
            raise ValueError(f"its precision is that of {found.datatype.value.removeprefix(XSD)}")
        return found

    return write


def _whole(value: str) -> Literal:
    return integer(int(_formed(value, r"[+-]?\d+", "an integer has digits only")))


def _formed(value: str, pattern: str, rule: str) -> str:
    if not re.fullmatch(pattern, value, re.ASCII):
        raise ValueError(rule)
    return value


def _amount(value: str) -> Literal:
    return decimal(_formed(value, r"[+-]?\d+(\.\d+)?", "an amount is a plain decimal with a point"))


def _phone(value: str) -> Literal:
    return Literal(_formed(value, r"\+[1-9]\d{4,14}", "a phone number is written as in E.164, like +4930123456"))


def _email(value: str) -> Literal:
    return Literal(
        _formed(value, r"[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+", "an e-mail address is plain: name@example.org")
    )


def _url(value: str) -> Literal:
    NamedNode(value)  # raises ValueError when it is not an absolute IRI
    _formed(value, r"https?://[^\s/]+\.\S+", "a web address starts with https:// or http:// and a host")
    return Literal(value, datatype=NamedNode(XSD + "anyURI"))


def _language(value: str) -> Literal:
    _formed(value, r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "a language is written as in BCP 47")
    return Literal(value, datatype=NamedNode(XSD + "language"))


def _words(value: str, language: str | None) -> Literal:
    if not value.strip():
        raise ValueError("it has no visible character")
    return text(value, language)


def currency(code: str) -> Literal:
    """A currency by its code of ISO 4217. Raises InvalidData for anything else."""
    if not re.fullmatch("[A-Z]{3}", code):
        raise InvalidData(f"{code!r} is no currency: it takes three capital letters, as in EUR (ISO 4217)")
    return Literal(code)


_WRITERS: dict[str, Callable[[str], Literal]] = {
    "string": lambda value: _words(value, None),
    "integer": _whole,
    **{datatype: _date_of(datatype) for datatype in _DATES},
    "money": _amount,
    "phone": _phone,
    "email": _email,
    "url": _url,
    "lang": _language,
}


def literal(value: Value) -> Literal:
    """The literal of a value. Raises :class:`InvalidData` when the value is not of its datatype.

    >>> str(literal(Value("2030-07", "gYearMonth")))
    '"2030-07"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    """
    writer = _WRITERS.get(value.datatype)
    if writer is None:
        raise InvalidData(f"{value.datatype!r} is no datatype of a value; use one of {', '.join(_WRITERS)}")
    try:
        return _words(value.value, value.language) if value.datatype == "string" else writer(value.value)
    except ValueError as error:
        raise InvalidData(f"{value.value!r} cannot be a {value.datatype}: {error}") from error
