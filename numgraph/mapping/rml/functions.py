"""The functions a mapping may call (RML-FNML): what directories need, and no more. A function is a row.

Each takes its inputs by parameter name, as lists of scalars, and gives a list of texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from numgraph import iris
from numgraph.errors import BadCell, BadMapping
from numgraph.terms import XSD

NAMESPACE = "https://w3id.org/numgraph/function#"
Scalars = Sequence[str | int | float | bool]
Inputs = Mapping[str, Scalars]
Function = Callable[[Inputs], list[str]]

_DATE_TYPES = ((r"\d{4}", "gYear"), (r"\d{4}-\d\d", "gYearMonth"), (r"\d{4}-\d\d-\d\d", "date"))
_DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%Y-%m-%dT%H:%M:%S")


def split(inputs: Inputs) -> list[str]:
    """The parts of each value between separators, trimmed, empty ones dropped."""
    separator = _option(inputs, "separator", "|")
    return [part.strip() for value in _values(inputs) for part in value.split(separator) if part.strip()]


def slug(inputs: Inputs) -> list[str]:
    """A readable ASCII name after ``prefix``, as keys of things use it: ``place/`` and München give place/muenchen."""
    prefix = _option(inputs, "prefix", "")
    return [prefix + iris.slug(value) for value in _values(inputs)]


def lower(inputs: Inputs) -> list[str]:
    return [value.lower() for value in _values(inputs)]


def trim(inputs: Inputs) -> list[str]:
    return [value.strip() for value in _values(inputs) if value.strip()]


def german_number(inputs: Inputs) -> list[str]:
    """A plain decimal from German notation: ``1.234,5`` is 1234.5."""
    return [_german_decimal(value) for value in _values(inputs)]


def _german_decimal(value: str) -> str:
    text = re.sub(r"[\s\u00a0']", "", value)
    if not re.fullmatch(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?", text):
        raise BadCell(f"{value!r} is no number in German notation, such as 1.234,5")
    return format(Decimal(text.replace(".", "").replace(",", ".")), "f")


def iso_date(inputs: Inputs) -> list[str]:
    """An ISO 8601 date from ``31.12.2030`` or ``2030-12-31``."""
    return [_iso(value) for value in _values(inputs)]


def _iso(value: str) -> str:
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(value.strip(), form).date().isoformat()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise BadCell(f"{value!r} is no date such as 31.12.2030 or 2030-12-31")


def date_type(inputs: Inputs) -> list[str]:
    """The XSD datatype of a date at its own precision: ``2030``, ``2030-12`` or ``2030-12-31``."""
    return [_date_type(value) for value in _values(inputs)]


def _date_type(value: str) -> str:
    for pattern, name in _DATE_TYPES:
        if re.fullmatch(pattern, value):
            return XSD + name
    raise BadCell(f"{value!r} is no date such as 2030, 2030-12 or 2030-12-31")


def lookup(inputs: Inputs) -> list[str]:
    """The value that a table of pairs gives; ``pairs`` reads ``from=to|from=to``. What is not in it gives nothing."""
    pairs = dict(pair.split("=", 1) for pair in _option(inputs, "pairs", "").split("|") if "=" in pair)
    return [pairs[value] for value in _values(inputs) if value in pairs]


def when(inputs: Inputs) -> list[str]:
    """``value`` where ``test`` is one of ``equals`` (separated by ``|``), else nothing."""
    wanted = _option(inputs, "equals", "true").split("|")
    return _values(inputs) if any(_text(item) in wanted for item in inputs.get("test", ())) else []


def _values(inputs: Inputs) -> list[str]:
    return [_text(value) for value in inputs.get("value", ())]


def _text(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _option(inputs: Inputs, name: str, default: str) -> str:
    given = inputs.get(name, ())
    return _text(given[0]) if given else default


def decimal(inputs: Inputs) -> list[str]:
    """A plain decimal; refuses what is none."""
    try:
        return [format(Decimal(value.strip()), "f") for value in _values(inputs)]
    except InvalidOperation as error:
        raise BadCell(f"{_values(inputs)[0]!r} is no decimal number such as 12.5") from error


FUNCTIONS: dict[str, Function] = {
    NAMESPACE + name: function
    for name, function in {
        "split": split,
        "slug": slug,
        "lower": lower,
        "trim": trim,
        "germanNumber": german_number,
        "isoDate": iso_date,
        "dateType": date_type,
        "decimal": decimal,
        "lookup": lookup,
        "when": when,
    }.items()
}


def find(iri: str, mapping: str) -> Function:
    """The function of that IRI; an unknown one is a fault of the mapping."""
    if iri not in FUNCTIONS:
        raise BadMapping(f"{mapping}: there is no function {iri}; there are {', '.join(FUNCTIONS)}")
    return FUNCTIONS[iri]
