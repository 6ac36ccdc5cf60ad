"""The JSON-LD context of the dataset, made from the ontology, so that the two cannot drift apart.

https://www.w3.org/TR/json-ld11/#the-context
"""

from __future__ import annotations

from pathlib import Path

from numgraph.ontology_docs import Term, terms
from numgraph.terms import PREFIXES

Definition = str | dict[str, str]

# Words that may or may not have a language: JSON-LD writes them as a map from language to text, with "@none" for none.
_WORDS = {"@container": "@language"}
_TEXTS = "rdf:PlainLiteral"
# Values that keep their own datatype: a date at the precision of its source.
_ANY_LITERAL = "rdfs:Literal"

# What the dataset says with the terms of other vocabularies (MODEL, "Properties" and "A claim").
_BORROWED: dict[str, Definition] = {
    "prefLabel": {"@id": "skos:prefLabel", **_WORDS},
    "altLabel": {"@id": "skos:altLabel", **_WORDS},
    "label": {"@id": "rdfs:label", **_WORDS},
    "sameAs": {"@id": "owl:sameAs", "@type": "@id"},
    "exactMatch": {"@id": "skos:exactMatch", "@type": "@id"},
    "isReplacedBy": {"@id": "dcterms:isReplacedBy", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "subject": {"@id": "rdf:subject", "@type": "@id"},
    "predicate": {"@id": "rdf:predicate", "@type": "@id"},
    "object": {"@id": "rdf:object"},
}


def context(folder: Path) -> dict[str, object]:
    """A document with one ``@context``: the prefixes, ``id`` and ``type``, and every living term of the ontology."""
    defined: dict[str, object] = {"@version": 1.1, **PREFIXES, "id": "@id", "type": "@type", **_BORROWED}
    for term in terms(folder):
        if not term.deprecated:
            defined[term.name] = definition(term)
    return {"@context": defined}


def definition(term: Term) -> Definition:
    """How JSON-LD writes the values of ``term``: as references, as typed values, by language, or as they are."""
    name = f"num:{term.name}"
    if term.kind == "class":
        return name
    if term.kind == "relation":
        return {"@id": name, "@type": "@id"}
    datatype = term.range[0] if len(term.range) == 1 else _ANY_LITERAL
    if datatype == _TEXTS:
        return {"@id": name, **_WORDS}
    return name if datatype == _ANY_LITERAL else {"@id": name, "@type": datatype}
