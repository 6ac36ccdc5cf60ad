"""What a reconciliation service says, as records for JSON: candidates, suggestions, properties, extensions.

Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/).
An entity's identifier is its key, ``<kind>/<slug>``; types and properties go by their local names in the ontology.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from numgraph.ontology_docs import Term as OntologyTerm
from numgraph.search.engine import Hit, Searcher
from numgraph.search.entries import BETWEEN
from numgraph.search.matching import Candidate, candidates, decided, ranked, similarity
from numgraph.terms import NUM, num

from . import queries
from .answers import Row, Term
from .site import Site

MOST_QUERIES = 200  # of one batch
MOST_IDS = 1000  # of one extension
_LIMIT, _MOST_CANDIDATES = 10, 50
_SUGGESTED = 10
_WEIGHT = 0.4  # of a property beside the name
_ROOT = "Thing"  # what every entity is: for clients that must name a type
LANGUAGES = ("de", "en", "nl")


class Reference(BaseModel):
    """An entity as the value of a property."""

    id: str
    name: str | None = None


Value = str | bool | float | Reference


class Hint(BaseModel):
    """What else is known of a row: a property with one value or several."""

    pid: str = Field(max_length=300)
    v: Value | list[Value]

    @property
    def values(self) -> list[Value]:
        return self.v if isinstance(self.v, list) else [self.v]


class Query(BaseModel):
    """One name to be matched (section "Reconciliation Queries")."""

    model_config = ConfigDict(extra="ignore")

    query: str = Field("", max_length=2000)
    type: str | list[str] | None = None
    limit: int = Field(_LIMIT, ge=1)
    properties: list[Hint] = Field(default_factory=list, max_length=20)
    type_strict: Literal["any", "should", "all"] | None = None

    @property
    def types(self) -> list[str]:
        given = [self.type] if isinstance(self.type, str) else self.type or []
        return [name for one in given if (name := local(one)) != _ROOT]


class Asked(BaseModel):
    """A property to extend entities with."""

    id: str = Field(max_length=300)
    settings: dict[str, Any] = Field(default_factory=dict)

    @property
    def limit(self) -> int | None:
        """How many values are wanted; None for all."""
        given = self.settings.get("limit")
        number = int(given) if isinstance(given, int | float | str) and str(given).isdigit() else 0
        return number or None


class Extension(BaseModel):
    """Which properties of which entities are wanted (section "Data Extension Queries")."""

    ids: list[str] = Field(max_length=MOST_IDS)
    properties: list[Asked] = Field(max_length=50)


BATCH = TypeAdapter(dict[str, Query])


def local(identifier: str) -> str:
    """The local name of a term of the ontology, however it is written."""
    return identifier.removeprefix(NUM).removeprefix("num:")


@dataclass(frozen=True, slots=True)
class Service:
    """One dataset in one language, to be reconciled against."""

    site: Site
    language: str

    def name(self, hit: Hit) -> str:
        """The label in the service's language, else the first."""
        labels = hit.names[: hit.labels]
        return next((text for text, language in labels if language == self.language), labels[0][0])

    def types(self, classes: Iterable[str]) -> list[dict[str, str]]:
        return [{"id": one, "name": self.site.terms.label(num(one), self.language) or one} for one in classes]

    def described(self, hit: Hit) -> str:
        """What tells namesakes apart: what it is, and where it belongs."""
        first = [one["name"] for one in self.types(hit.facets.get("class", ())[:1])]
        return ", ".join([*first, *hit.related[:1]])

    # ---- Reconciliation

    async def match(self, batch: Mapping[str, Query], searching: Any) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """A result for each query; ``searching`` runs a function over the index."""
        known = {term.name for term in self.site.terms.classes}
        found: dict[str, list[Candidate]] = await searching(lambda searcher: _found(searcher, batch, known))
        facts = await self._facts(
            {one.key for name, some in found.items() if batch[name].properties for one in some},
            {local(hint.pid) for query in batch.values() for hint in query.properties},
        )
        return {name: {"result": self._results(batch[name], some, facts)} for name, some in found.items()}

    def _results(self, query: Query, found: list[Candidate], facts: _Facts) -> list[dict[str, Any]]:
        weighed = ranked(_weighed(one, query, facts) for one in found) if query.properties else found
        is_clear = decided(weighed)
        shown = weighed[: min(query.limit, _MOST_CANDIDATES)]
        return [self._result(one, query, facts, match=is_clear and one is weighed[0]) for one in shown]

    def _result(self, one: Candidate, query: Query, facts: _Facts, *, match: bool) -> dict[str, Any]:
        hints = [{"id": f"property_{local(hint.pid)}", "value": _fit(hint, one, facts)} for hint in query.properties]
        return {
            "id": one.key,
            "name": self.name(one.hit),
            "description": self.described(one.hit),
            "type": self.types(one.classes),
            "score": round(100 * one.score, 1),
            "match": match,
            "features": [{"id": "name_similarity", "value": round(100 * one.names, 1)}, *hints],
        }

    # ---- Suggestions

    def entities(self, found: Iterable[Hit]) -> list[dict[str, Any]]:
        return [
            {
                "id": hit.key,
                "name": self.name(hit),
                "description": self.described(hit),
                "notable": self.types(hit.facets.get("class", ())[:1]),
            }
            for hit in found
        ]

    def terms(self, kind: str, prefix: str, cursor: int) -> list[dict[str, str]]:
        """Classes or properties with a word that begins as typed, in any language."""
        offered = self.site.terms.classes if kind == "type" else self.site.terms.properties
        fitting = [term for term in offered if not term.deprecated and _begins(term, prefix)]
        return [self.term(term) for term in sorted(fitting, key=self._label)[cursor : cursor + _SUGGESTED]]

    def term(self, term: OntologyTerm) -> dict[str, str]:
        about = term.definitions.get(self.language) or term.definitions.get("en", "")
        return {"id": term.name, "name": self._label(term), "description": about}

    def broadest(self) -> list[OntologyTerm]:
        """The classes at the top, of things that can be looked for."""
        return [term for term in self.site.terms.classes if not term.above and term.name not in BETWEEN]

    def flyout(self, kind: str, identifier: str) -> OntologyTerm | None:
        offered = self.site.terms.classes if kind == "type" else self.site.terms.properties
        return next((term for term in offered if term.name == local(identifier)), None)

    def _label(self, term: OntologyTerm) -> str:
        return term.labels.get(self.language) or term.labels.get("en") or term.name

    # ---- Extension

    def proposed(self, class_name: str, limit: int) -> list[dict[str, str]]:
        """The properties that things of a class have, or any thing where no class is given."""
        wanted = {local(class_name), *self._above(local(class_name))} if class_name else set()
        fitting = [
            term
            for term in self.site.terms.properties
            if not term.deprecated and (not wanted or not term.domain or wanted & {local(one) for one in term.domain})
        ]
        chosen = sorted(fitting, key=lambda term: (not term.domain, self._label(term)))[:limit]
        return [{"id": term.name, "name": self._label(term)} for term in chosen]

    def _above(self, class_name: str) -> Iterator[str]:
        term = self.flyout("type", class_name)
        for one in term.above if term else ():
            yield local(one)
            yield from self._above(local(one))

    async def extend(self, wanted: Extension, searching: Any) -> dict[str, Any]:
        """The values of properties for entities: entities with their names, literals as what they are."""
        known = [(one, term) for one in wanted.properties if (term := self.flyout("property", one.id)) is not None]
        facts = await self._facts(set(wanted.ids), {term.name for _, term in known})
        mentioned = {key for values in facts.values() for value in values if (key := self._key(value))}
        things: dict[str, Hit] = await searching(lambda searcher: searcher.things(mentioned)) if mentioned else {}
        rows = {
            key: {
                one.id: [self._cell(value, things) for value in facts.get((key, term.name), [])[: one.limit]]
                for one, term in known
            }
            for key in wanted.ids
        }
        return {"meta": [{"id": one.id, "name": self._label(term)} for one, term in known], "rows": rows}

    def _key(self, value: Term) -> str | None:
        things = f"{self.site.namespace.base}/id/"
        return value.value.removeprefix(things) if value.is_iri and value.value.startswith(things) else None

    def _cell(self, value: Term, things: Mapping[str, Hit]) -> dict[str, Any]:
        key = self._key(value)
        if key is not None:
            return {"id": key, "name": self.name(things[key]) if key in things else key}
        return _CELLS.get(value.local_datatype or "", _text)(value.value)

    async def _facts(self, keys: Iterable[str], properties: Iterable[str]) -> _Facts:
        """The agreed values by entity and property, in the service's language where they have several."""
        names = sorted(name for name in properties if name.isidentifier())
        things = {self.site.namespace.thing(key): key for key in keys}
        found: dict[tuple[str, str], list[Term]] = defaultdict(list)
        if names and things:
            asked = queries.values_of(sorted(things), [num(name) for name in names])
            for row in sorted(await self.site.select(asked), key=_order):
                found[things[row["s"].value], row["p"].value.removeprefix(NUM)].append(row["v"])
        return {place: _spoken(values, self.language) for place, values in found.items()}


_Facts = Mapping[tuple[str, str], Sequence[Term]]  # values by the key of an entity and the local name of a property


def _found(searcher: Searcher, batch: Mapping[str, Query], known: set[str]) -> dict[str, list[Candidate]]:
    return {name: _candidates(searcher, query, known) for name, query in batch.items()}


def _candidates(searcher: Searcher, query: Query, known: set[str]) -> list[Candidate]:
    """Candidates by name; by class alone nothing can be told apart. Types that nobody knows restrict nothing."""
    wanted = [name for name in query.types if name in known]
    found = candidates(searcher, query.query, wanted, strict=query.type_strict != "should")
    if query.type_strict == "all":
        return [one for one in found if set(wanted) <= set(one.classes)]
    return found


def _weighed(one: Candidate, query: Query, facts: _Facts) -> Candidate:
    """With what is known of the row besides its name."""
    fits = [_fit(hint, one, facts) for hint in query.properties]
    score = (one.score + _WEIGHT * sum(fits) / 100) / (1 + _WEIGHT * len(fits))
    return replace(one, score=round(score, 4))


def _fit(hint: Hint, one: Candidate, facts: _Facts) -> float:
    """How well the values of a property fit, from 0 to 100: the best pair counts."""
    stated = facts.get((one.key, local(hint.pid)), ())
    return round(100 * max((_alike(wanted, value) for wanted in hint.values for value in stated), default=0.0), 1)


def _alike(wanted: Value, value: Term) -> float:
    if isinstance(wanted, Reference):
        return float(value.value.endswith(f"/id/{wanted.id}"))
    text = str(wanted).lower() if isinstance(wanted, bool) else f"{wanted:g}" if isinstance(wanted, float) else wanted
    if value.is_iri:
        slug = value.value.rpartition("/")[2].replace("-", " ")
        return max(float(value.value.endswith(text)), similarity(text, [slug]))
    if value.local_datatype in {"date", "gYearMonth", "gYear"}:
        return float(value.value.startswith(text) or text.startswith(value.value))
    return similarity(text, [value.value])


def _begins(term: OntologyTerm, prefix: str) -> bool:
    wanted = prefix.casefold()
    said = (term.name, *term.labels.values())
    return any(word.startswith(wanted) for text in said for word in (text.casefold(), *text.casefold().split()))


def _spoken(values: list[Term], language: str) -> list[Term]:
    """All values; of texts in several languages those in this one."""
    own = [one for one in values if one.language in {None, language}]
    return own or values


def _order(row: Row) -> tuple[str, str, str]:
    return row["s"].value, row["p"].value, row["v"].value


def _text(value: str) -> dict[str, Any]:
    return {"str": value}


# How a value is said to a client, by the local name of its datatype.
_CELLS: dict[str, Callable[[str], dict[str, Any]]] = {
    "integer": lambda value: {"int": int(value)},
    "decimal": lambda value: {"float": float(value)},
    "double": lambda value: {"float": float(value)},
    "date": lambda value: {"date": f"{value}T00:00:00Z"},
}
