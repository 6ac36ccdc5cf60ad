"""One class, by facets: properties that the class's shapes know and whose values are few, with counts that combine.

Four questions to the readers a page: which properties make facets (kept for the edition), how often each value occurs
under the filters, which letters the names begin with, and the rows. Filters narrow each other, so the count beside a
value is the number of rows after choosing it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import anyio.to_thread

from numgraph import needs, resources
from numgraph.terms import NUM, num

from . import naming, queries
from .answers import Row, Term
from .display import Reader, Shown, cut
from .faults import BadRequest
from .links import is_key
from .naming import Names
from .searching import Choice, Facet
from .site import Site
from .start import PAGE, Pager, pager

FEWEST, MOST = 2, 120  # values of a property that make a facet
_SPREAD = 0.7  # values for each thing, at most: where nearly every thing has its own there is nothing to choose
_MOST_CHOSEN = 12
_LONGEST = 300  # characters of a value
_OWN = frozenset({"page", "letter", "lang", "edition", "view"})  # parameters that are no facets
_OTHER = "#"  # names that begin with no Latin letter


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader chose: pairs of a facet (a property's local name, ``state``, ``type``, ``source``) and a value,
    which must all hold, and a letter."""

    class_name: str
    facets: frozenset[tuple[str, str]] = frozenset()
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    name: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Members:
    """A page of a class's list."""

    label: str
    total: int
    rows: list[tuple[Shown, str]]
    facets: list[Facet]
    letters: list[Letter]
    pager: Pager
    clear: str | None  # the address without filters, where there are any
    turn: tuple[str | None, str | None]  # addresses of the pages before and after


def chosen(class_name: str, given: Iterable[tuple[str, str]], letter: str | None) -> Chosen:
    """What the parameters of an address choose. Raises BadRequest where they choose too much."""
    facets = frozenset((name, value) for name, value in given if name not in _OWN)
    if len(facets) > _MOST_CHOSEN:
        raise BadRequest(f"more than {_MOST_CHOSEN} values are chosen at once")
    return Chosen(class_name, facets, letter)


async def load(site: Site, reader: Reader, chosen: Chosen, page: int) -> Members:
    """The members of a class that have what was chosen. Raises BadRequest for a filter that is none."""
    shape = await site.kept(("facets", chosen.class_name), lambda: _shape(site, chosen.class_name))
    where = _where(chosen, shape, site)
    key = (chosen.class_name, where, reader.language, reader.links)
    counted = await site.kept(("counts", *key), lambda: _counts(site, reader, chosen, shape, where))
    initials = await site.kept(("letters", *key), lambda: _initials(site, reader, where))
    wanted = [one for one in initials if chosen.letter in (None, _bucket(one))]
    at = pager(page, sum(initials[one] for one in wanted))
    rows = await site.select(_rows(where, reader.language, wanted if chosen.letter else None, at.offset))
    return Members(
        label=reader.term(num(chosen.class_name)),
        total=sum(initials[one] for one in wanted),
        rows=[(reader.show(row["thing"], _label(row["label"])), row["n"].value) for row in rows],
        facets=counted,
        letters=_letters(initials, chosen, reader),
        pager=at,
        clear=_address(reader, Chosen(chosen.class_name)) if chosen.facets or chosen.letter else None,
        turn=(
            _address(reader, chosen, at.page - 1) if at.page > 1 else None,
            _address(reader, chosen, at.page + 1) if at.page < at.pages else None,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    """What can be chosen of a class: relations lead to things, attributes hold text."""

    relations: tuple[str, ...]
    attributes: tuple[str, ...]
    subclasses: tuple[str, ...]
    has_states: bool

    @property
    def names(self) -> tuple[str, ...]:
        extra = ("state",) if self.has_states else ()
        kinds = ("type",) if self.subclasses else ()
        return (*kinds, *extra, *self.relations, *self.attributes, "source")


async def _shape(site: Site, class_name: str) -> _Shape:
    known = await anyio.to_thread.run_sync(needs.read, resources.ontology(), resources.shapes())
    row = next((one for one in known["classes"] if one["name"] == f"num:{class_name}"), None)
    asked = [one["name"].removeprefix("num:") for one in (row or {"properties": ()})["properties"]]
    kinds = {term.name: term.kind for term in site.terms.properties}
    asked = [name for name in asked if name in kinds]
    found = await site.select(_statistics(class_name, asked)) if asked else ()
    fitting = {row["p"].value.removeprefix(NUM) for row in found if _is_facet(row)}
    located = any(row["p"].value == num("locatedIn") for row in found)
    return _Shape(
        relations=tuple(name for name in asked if name in fitting and kinds[name] == "relation"),
        attributes=tuple(name for name in asked if name in fitting and kinds[name] == "attribute"),
        subclasses=tuple(sorted(_below(site, class_name))),
        has_states=located,
    )


def _is_facet(row: Row) -> bool:
    values, things = int(row["values"].value), int(row["things"].value)
    return FEWEST <= values <= MOST and values <= things * _SPREAD


def _below(site: Site, class_name: str) -> set[str]:
    """The classes under a class, at any depth."""
    direct = {term.name: {one.removeprefix("num:") for one in term.above} for term in site.terms.classes}
    found, fresh = set[str](), {class_name}
    while fresh:
        fresh = {name for name, above in direct.items() if above & fresh} - found - {class_name}
        found |= fresh
    return found


def _statistics(class_name: str, properties: Iterable[str]) -> str:
    names = ", ".join(f"num:{name}" for name in properties)
    return (
        queries.PROLOGUE
        + f"""
SELECT ?p (COUNT(DISTINCT ?v) AS ?values) (COUNT(DISTINCT ?thing) AS ?things) WHERE {{
  ?thing a num:{class_name} . ?thing ?p ?v
  FILTER(?p IN ({names})) FILTER(isIRI(?v) || DATATYPE(?v) IN (xsd:string, rdf:langString))
}} GROUP BY ?p"""
    )


def _where(chosen: Chosen, shape: _Shape, site: Site) -> str:
    """The pattern of what was chosen, about ``?thing``."""
    parts = [f"?thing a num:{chosen.class_name} ."]
    for number, (name, value) in enumerate(sorted(chosen.facets)):
        if name not in shape.names or len(value) > _LONGEST:
            raise BadRequest(f"{chosen.class_name} has no facet {name[:40]!r} with such a value")
        parts.append(_filter(name, value, shape, site).replace("?here", f"?here{number}"))
    return " ".join(parts)


def _filter(name: str, value: str, shape: _Shape, site: Site) -> str:
    """One choice as a pattern; ``?here`` is a variable of its own."""
    if name == "type":
        if value not in shape.subclasses:
            raise BadRequest(f"{value[:40]!r} is no class under this one")
        return f"?thing a num:{value} ."
    if name in shape.attributes:
        return f"?thing num:{name} ?here . FILTER(STR(?here) = {literal(value)})"
    if name == "source":
        graph = site.namespace.source_graph(value)
        return f"GRAPH {_checked(graph)} {{ ?thing a ?here }}"
    path = "num:locatedIn/num:locatedIn" if name == "state" else f"num:{name}"
    if not is_key(value):
        raise BadRequest(f"{value[:40]!r} names no thing")
    return f"?thing {path} {_checked(site.namespace.thing(value))} ."


def _checked(iri: str) -> str:
    try:
        return queries.iri(iri)
    except ValueError as fault:
        raise BadRequest(f"{iri[:80]!r} is no address") from fault


def literal(text: str) -> str:
    """A string as SPARQL writes it (SPARQL 1.1, section 19.7 and rule 145).

    >>> literal('say "x"')
    '"say \\\\"x\\\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


async def _counts(site: Site, reader: Reader, chosen: Chosen, shape: _Shape, where: str) -> list[Facet]:
    rows = list(await site.select(_count_query(shape, where, site)))
    names = await naming.look_up(site, _things(rows, site), reader.language)
    written = _Writer(site, reader, names)
    found = [_facet(name, rows, chosen, written) for name in shape.names]
    return [facet for facet in found if len(facet.choices) > 1 or any(one.is_chosen for one in facet.choices)]


def _count_query(shape: _Shape, where: str, site: Site) -> str:
    properties = ", ".join(f"num:{name}" for name in (*shape.relations, *shape.attributes))
    kinds = ", ".join(f"num:{name}" for name in shape.subclasses)
    sources = literal(site.namespace.source_graph(""))
    ways = [f'{{ GRAPH ?v {{ ?thing a ?said }} FILTER(STRSTARTS(STR(?v), {sources})) BIND("source" AS ?f) }}']
    if properties:
        ways.append(f"{{ ?thing ?p ?v FILTER(?p IN ({properties})) BIND(STR(?p) AS ?f) }}")
    if kinds:
        ways.append(f'{{ ?thing a ?v FILTER(?v IN ({kinds})) BIND("type" AS ?f) }}')
    if shape.has_states:
        ways.append('{ ?thing num:locatedIn/num:locatedIn ?v BIND("state" AS ?f) }')
    return (
        queries.PROLOGUE
        + f"""
SELECT ?f ?v (COUNT(DISTINCT ?thing) AS ?n) WHERE {{
  {{ SELECT DISTINCT ?thing WHERE {{ {where} }} }}
  LATERAL {{ {" UNION ".join(ways)} }}
}} GROUP BY ?f ?v"""
    )


def _things(rows: Sequence[Row], site: Site) -> set[str]:
    """What the names are needed of; a graph of a source goes by the source."""
    iris = {row["v"].value for row in rows if "v" in row and row["v"].is_iri}
    return {_thing(iri, site) for iri in iris}


def _thing(iri: str, site: Site) -> str:
    graphs = site.namespace.source_graph("")
    return site.namespace.source(iri.removeprefix(graphs)) if iri.startswith(graphs) else iri


@dataclass(frozen=True, slots=True)
class _Writer:
    """Values of facets as addresses write them, and as readers read them."""

    site: Site
    reader: Reader
    names: Names

    def value(self, facet: str, term: Term) -> tuple[str, str]:
        if facet == "type":
            return term.value.removeprefix(NUM), self.reader.term(term.value)
        if not term.is_iri:
            return term.value, cut(term.value, 120)
        thing = _thing(term.value, self.site)
        shown = self.reader.show(Term("uri", thing), self.names.label(thing))
        key = self.reader.links.key(thing) or thing
        return (key.removeprefix("source/") if facet == "source" else key), shown.text


def _facet(name: str, rows: Sequence[Row], chosen: Chosen, written: _Writer) -> Facet:
    which = name if name in {"state", "type", "source"} else num(name)
    by_value: dict[str, tuple[str, int]] = {}
    for row in rows:
        if "f" in row and row["f"].value == which:
            value, label = written.value(name, row["v"])
            by_value[value] = (label, by_value.get(value, (label, 0))[1] + int(row["n"].value))
    choices = [
        Choice(value, label, n, (name, value) in chosen.facets, _toggled(written.reader, chosen, name, value))
        for value, (label, n) in by_value.items()
    ]
    choices.sort(key=lambda one: (not one.is_chosen, -one.count, one.label.casefold(), one.value))
    return Facet(name, tuple(choices[:MOST]))


def _toggled(reader: Reader, chosen: Chosen, name: str, value: str) -> str:
    return _address(reader, Chosen(chosen.class_name, chosen.facets ^ {(name, value)}, chosen.letter))


def _address(reader: Reader, chosen: Chosen, page: int = 1) -> str:
    here = reader.links.to(f"/browse/{chosen.class_name}")
    asked = [*sorted(chosen.facets), *([("letter", chosen.letter)] if chosen.letter else [])]
    asked += [("page", str(page))] if page > 1 else []
    return here + (("&" if "?" in here else "?") + urlencode(asked) if asked else "")


def _named_things(where: str, language: str) -> str:
    return f"""{{ SELECT DISTINCT ?thing WHERE {{ {where} }} }}
  LATERAL {{
    OPTIONAL {{ ?thing skos:prefLabel ?l1 FILTER(LANGMATCHES(LANG(?l1), "{language}")) }}
    OPTIONAL {{ ?thing skos:prefLabel ?l2 }} OPTIONAL {{ ?thing num:title ?l3 }}
    BIND(COALESCE(?l1, ?l2, ?l3, STR(?thing)) AS ?name)
  }}"""


async def _initials(site: Site, reader: Reader, where: str) -> dict[str, int]:
    """How many names begin with each character, upper case."""
    query = (
        queries.PROLOGUE
        + f"""
SELECT ?letter (COUNT(*) AS ?n) WHERE {{
  {{ SELECT ?thing (UCASE(SUBSTR(STR(SAMPLE(?name)), 1, 1)) AS ?letter) WHERE {{
    {_named_things(where, reader.language)}
  }} GROUP BY ?thing }}
}} GROUP BY ?letter"""
    )
    return {row["letter"].value: int(row["n"].value) for row in await site.select(query) if "letter" in row}


def _rows(where: str, language: str, initials: Sequence[str] | None, offset: int) -> str:
    first = "UCASE(SUBSTR(STR(SAMPLE(?name)), 1, 1))"
    having = f"HAVING({first} IN ({', '.join(map(literal, initials))}))" if initials is not None else ""
    return (
        queries.PROLOGUE
        + f"""
SELECT ?thing (SAMPLE(?name) AS ?label) (COUNT(DISTINCT ?p) AS ?n) WHERE {{
  {_named_things(where, language)}
  OPTIONAL {{ ?thing ?p ?o FILTER(STRSTARTS(STR(?p), STR(num:))) }}
}} GROUP BY ?thing {having} ORDER BY LCASE(STR(SAMPLE(?name))) ?thing LIMIT {PAGE} OFFSET {offset}"""
    )


def _bucket(initial: str) -> str:
    """The letter under which a name stands: Ä under A, digits and other scripts under #."""
    plain = unicodedata.normalize("NFKD", initial)[:1].upper()
    return plain if "A" <= plain <= "Z" else _OTHER


def _letters(initials: Mapping[str, int], chosen: Chosen, reader: Reader) -> list[Letter]:
    counts: dict[str, int] = {}
    for initial, n in initials.items():
        counts[_bucket(initial)] = counts.get(_bucket(initial), 0) + n
    names = sorted(counts, key=lambda one: (one == _OTHER, one))
    return [
        Letter(
            one,
            counts[one],
            _address(reader, Chosen(chosen.class_name, chosen.facets, None if one == chosen.letter else one)),
            one == chosen.letter,
        )
        for one in names
    ]


def _label(term: Term) -> Term | None:
    """The name that the query chose; it falls back on the address, which a page writes in its own way."""
    return None if term.value.startswith(("http://", "https://")) else term
