"""What search engines read in a page: the thing in schema.org, as JSON-LD (https://schema.org, JSON-LD 1.1).

No table of ours maps terms: the ontology aligns its terms to schema.org, the reasoner draws the conclusion, and here
those facts are written down that came out in that vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from numgraph.terms import OWL, RDF, SCHEMA, SKOS

from .answers import Term
from .display import cut
from .naming import Names

_SAME = {OWL + "sameAs", SKOS + "exactMatch"}
_MOST_VALUES = 24  # of one property
_LONGEST = 500  # characters of one value
_NUMBERS = {"integer": int, "decimal": float, "double": float}

Json = dict[str, object]


def described(thing: str, facts: Iterable[tuple[str, Term, bool]], names: Names) -> Json | None:
    """The thing as a JSON-LD object; None where no class of schema.org fits it."""
    facts = list(facts)
    types = sorted({o.value.removeprefix(SCHEMA) for p, o, _ in facts if p == RDF + "type" and _is_ours(o)})
    if not types:
        return None
    said: dict[str, list[object]] = {}
    for p, value, _ in facts:
        if p.startswith(SCHEMA) and value.kind in {"uri", "literal"}:
            said.setdefault(p.removeprefix(SCHEMA), []).append(_value(value, names))
    label = names.label(thing)
    head: Json = {"@context": SCHEMA, "@id": thing, "@type": _one_or_many(types)}
    if label is not None:
        head["name"] = cut(label.value, _LONGEST)
    aliases = sorted({name for name in names.all(thing) if label is None or name != label.value})
    same = sorted({value.value for p, value, _ in facts if p in _SAME and value.is_iri and value.value != thing})
    names_and_links = {"alternateName": [cut(one, _LONGEST) for one in aliases], "sameAs": same}
    told: dict[str, Sequence[object]] = {**names_and_links, **said}
    return {**head, **{name: _one_or_many(values[:_MOST_VALUES]) for name, values in sorted(told.items()) if values}}


def _is_ours(value: Term) -> bool:
    return value.is_iri and value.value.startswith(SCHEMA)


def _value(value: Term, names: Names) -> object:
    if value.is_iri:
        label = names.label(value.value)
        return {"@id": value.value, **({"name": cut(label.value, _LONGEST)} if label else {})}
    number = _NUMBERS.get(value.local_datatype or "")
    try:
        return number(value.value) if number else cut(value.value, _LONGEST)
    except ValueError:  # not in the lexical space of its datatype
        return cut(value.value, _LONGEST)


def _one_or_many(values: Sequence[object]) -> object:
    return values[0] if len(values) == 1 else list(values)
