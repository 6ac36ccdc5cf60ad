"""What terms are called: ours as the ontology says, those of other vocabularies by a table.

Read once when the server starts, for every page that names a class or a property.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from numgraph import grouping, jsonld, ontology_docs
from numgraph.grouping import Grouping
from numgraph.ontology_docs import VOCABULARIES, Ontology, Scheme, Term


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything the pages say about the ontology."""

    head: Ontology
    terms: tuple[Term, ...] = field(repr=False)
    schemes: tuple[Scheme, ...] = field(repr=False)
    context: dict[str, object] = field(repr=False)
    labels: dict[str, dict[str, str]] = field(repr=False)
    grouping: Grouping = field(repr=False)

    def label(self, iri: str, language: str) -> str | None:
        """The label of a term in a language, else in English."""
        found = self.labels.get(iri, {})
        return found.get(language) or found.get("en")

    @property
    def classes(self) -> list[Term]:
        return [term for term in self.terms if term.kind == "class"]

    @property
    def properties(self) -> list[Term]:
        return [term for term in self.terms if term.kind != "class"]


def read(ontology: Path, shapes: Path) -> Terms:
    """The terms in a folder of Turtle files. Takes a second: not for the event loop."""
    terms = ontology_docs.terms(ontology, shapes)
    return Terms(
        head=ontology_docs.ontology(ontology),
        terms=terms,
        schemes=ontology_docs.schemes(ontology),
        context=jsonld.context(ontology),
        labels=of_others() | {term.iri: term.labels for term in terms},
        grouping=grouping.read(shapes),
    )


def of_others() -> dict[str, dict[str, str]]:
    """Names of classes and properties of other vocabularies, by IRI and language."""
    table = tomllib.loads((Path(__file__).parent / "terms.toml").read_text(encoding="utf-8"))
    return {
        VOCABULARIES[prefix] + name: {"en": english, "de": german}
        for prefix, terms in table.items()
        for name, (english, german) in terms.items()
    }
