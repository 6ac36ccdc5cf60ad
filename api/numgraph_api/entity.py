"""The page of a thing: what the graph says of it, who says so in which words, and where sources disagree."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from numgraph.terms import OWL, RDF, RDFS, SCHEMA, SKOS, num

from . import evidence, naming, neighbours, schema_org, views
from .answers import Term
from .conflicts import Dispute, disputes_about
from .display import Reader, Shown, compact, cut, kind_of, turtle
from .evidence import Note, Notes, Said, Voice
from .naming import Names
from .neighbours import Edge, Picture
from .schema_org import Json
from .site import Site
from .telling import Told
from .views import Switch

TYPE, PREF_LABEL, ALT_LABEL = RDF + "type", SKOS + "prefLabel", SKOS + "altLabel"
SAME = (OWL + "sameAs", SKOS + "exactMatch", SKOS + "closeMatch")
ELSEWHERE = {TYPE, PREF_LABEL, ALT_LABEL, RDFS + "label", *SAME, num("currency")}  # shown in the head of the page
LATITUDE, LONGITUDE = SCHEMA + "latitude", SCHEMA + "longitude"
PLACED = {LATITUDE, LONGITUDE}  # shown together, as a position
_FIGURE = re.compile(r"-?\d{1,3}(\.\d{1,12})?")
SHOWN_INCOMING = 24  # of one property; a list with pages has them all
SHOWN_VALUES = 120  # of one property
LONGEST_NAME = 300  # characters of another name
SHOWN_NOTES = 8  # sentences of one property
SHOWN_ENTAILED = 40  # values of one property

# Where the same thing has an identity elsewhere, and what people call that place.
AUTHORITIES = {
    "https://ror.org/": "ROR",
    "http://www.wikidata.org/entity/": "Wikidata",
    "https://www.wikidata.org/wiki/": "Wikidata",
    "https://isni.org/isni/": "ISNI",
    "https://www.grid.ac/institutes/": "GRID",
    "https://orcid.org/": "ORCID",
    "https://d-nb.info/gnd/": "GND",
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property with the marks of those who say it."""

    shown: Shown
    voices: list[Voice]
    extra: Shown | None = None  # the currency of an amount, the organisation of a role
    condition: str | None = None
    since: str | None = None  # the date of the first source that says so
    until: str | None = None  # of the last, where it is another
    why: str | None = None  # where it is explained how an inferred value follows


@dataclass(frozen=True, slots=True)
class Property:
    """A row of the page: agreed values, their quotes, a dispute if there is one, and what else was said."""

    name: str
    href: str | None
    values: list[Value]
    notes: list[Note]
    dispute: Dispute | None = None
    history: list[Value] = field(default_factory=list)  # every value over time, the latest first
    pending: list[Value] = field(default_factory=list)  # planned, waiting for review, rejected
    more_notes: list[Note] = field(default_factory=list)  # the sentences behind history and pending
    unshown: int = 0  # sentences beyond those shown
    total: int | None = None  # values, where more exist than are shown
    kinds: list[tuple[str, str]] = field(default_factory=list)  # how many of which kind: class, figure
    list_href: str | None = None  # all of them, page by page
    iri: str = ""
    beside: str | None = None  # the prefixed name of a term of another vocabulary


@dataclass(frozen=True, slots=True)
class Section:
    """Properties under one heading; ``anchor`` names it in the page."""

    anchor: str
    name: str
    properties: list[Property]


@dataclass(frozen=True, slots=True)
class Entity:
    """All that the template needs."""

    iri: str
    key: str
    label: Shown
    classes: list[tuple[str, str]]  # name, address of the list of such things
    aliases: list[Term]
    same: list[tuple[str, Shown]]  # authority, identifier
    position: tuple[str, str] | None  # latitude and longitude
    sections: list[Section]
    incoming: list[Property]
    entailed: list[Property]
    neighbours: Picture | None
    switch: Switch | None = None  # whose word the page gives
    json_ld: Json | None = None  # the thing in schema.org

    @property
    def sentence(self) -> str | None:
        """The first sentence on the page."""
        shown = (note.quote for section in self.sections for one in section.properties for note in one.notes)
        return next(shown, None)


async def load(site: Site, key: str, told: Told, reader: Reader) -> Entity:
    """The page of ``<kind>/<slug>``, of which ``told`` is what the store tells."""
    thing, view = site.namespace.thing(key), site.view
    disputes = await disputes_about(site, thing, reader) if told.is_disputed else {}
    names = await naming.look_up(site, _things(thing, told), reader.language, told.names)
    page = _Page(site, thing, key, told, reader, names, Notes(reader, names, site.wordings), disputes).build()
    switch = views.switch(view, key, told.sources, names, reader)
    return replace(page, switch=switch, json_ld=schema_org.described(thing, told.facts, names))


def _things(thing: str, told: Told) -> set[str]:
    found = {thing, *told.sources, *evidence.things(told.claims), *evidence.things(told.mentions)}
    found.update(value.value for _, value, _ in told.facts if value.is_iri)
    found.update(node.value for row in told.incoming for node in row.values() if node.is_iri)
    return found


@dataclass(frozen=True, slots=True)
class _Page:
    site: Site
    thing: str
    key: str
    told: Told
    reader: Reader
    names: Names
    notes: Notes
    disputes: Mapping[str, Dispute]

    def build(self) -> Entity:
        return Entity(
            iri=self.thing,
            key=self.key,
            label=self.reader.show(Term("uri", self.thing), self.names.label(self.thing)),
            classes=self._classes(),
            aliases=self._aliases(),
            same=self._same(),
            position=self._position(),
            sections=self._sections(),
            incoming=self._incoming(),
            entailed=self._entailed(),
            neighbours=neighbours.draw(self._show(Term("uri", self.thing)), self._edges()),
        )

    def _same(self) -> list[tuple[str, Shown]]:
        found = {value.value for p, value, _ in self.told.facts if p in SAME and value.value != self.thing}
        return [self._identity(iri) for iri in sorted(found)]

    def _identity(self, iri: str) -> tuple[str, Shown]:
        """The authority and the identifier it gives, ``Wikidata`` and ``Q1731``; else the address as it is."""
        shown = self._show(Term("uri", iri))
        for start, authority in AUTHORITIES.items():
            if iri.startswith(start):
                return authority, replace(shown, text=iri.removeprefix(start))
        return "", shown

    def _position(self) -> tuple[str, str] | None:
        """Latitude and longitude, where there is one of each that is a figure."""
        found = {p: value.value for p, value, _ in self.told.facts if p in PLACED and _FIGURE.fullmatch(value.value)}
        write = self.reader.wording.number
        return (write(found[LATITUDE]), write(found[LONGITUDE])) if len(found) == len(PLACED) else None

    def _edges(self) -> list[Edge]:
        """The agreed relations with other things of this graph, as the page lists them."""
        edges = []
        for p, value, entailed in self.told.facts:
            if p.startswith(num("")) and not entailed and value.is_iri and not self._is_role_node(p):
                edges.append(Edge(self.reader.term(p), self._show(value), outward=True, order=self._order(p)))
        for row in self.told.incoming:
            if row["p"].value.startswith(num("")):
                holder = self._show(row.get("holder", row["s"]))
                name = self.reader.inverse(row["p"].value)
                edges.append(Edge(name, holder, outward=False, order=self._order(row["p"].value)))
        return edges

    def _aliases(self) -> list[Term]:
        """Each spelling once, whatever languages it is tagged with, and not the label itself."""
        found = {name.value: name for name in self.names.aliases.get(self.thing, ())}
        label = self.names.label(self.thing)
        others = [found[name] for name in sorted(found, key=str.casefold) if label is None or name != label.value]
        return [name._replace(value=cut(name.value, LONGEST_NAME)) for name in others[:SHOWN_VALUES]]

    def _classes(self) -> list[tuple[str, str]]:
        """The classes that sources state; those that follow by rule are among the inferred facts."""
        told = [(value.value, entailed) for p, value, entailed in self.told.facts if p == TYPE]
        stated = [iri for iri, entailed in told if not entailed and iri.startswith(num(""))]
        local = sorted(iri.removeprefix(num("")) for iri in stated)
        return [(self.reader.term(num(name)), self.reader.links.to(f"/browse/{name}")) for name in local]

    def _sections(self) -> list[Section]:
        """The properties under the headings of the shapes, in the order of the shapes."""
        grouping = self.site.terms.grouping
        found: dict[str, Section] = {}
        for p, values in self._stated():
            group = grouping.group(p)
            name = group.label(self.reader.language) if group else self.reader.wording.say("further_facts")
            anchor = f"about-{group.name}" if group else "about-more"
            found.setdefault(anchor, Section(anchor, name, [])).properties.append(self._property(p, values))
        return list(found.values())

    def _stated(self) -> list[tuple[str, list[Term]]]:
        """The properties that the page shows, sorted, with their agreed values; none where sources only claim some."""
        agreed: dict[str, list[Term]] = defaultdict(list)
        for p, value, entailed in self.told.facts:
            if not entailed and not self._is_role_node(p):
                agreed[p].append(value)
        for one in self.told.claims:
            agreed.setdefault(one.predicate, [])
        wanted = [p for p in agreed if p not in ELSEWHERE and p not in PLACED]
        return [(p, agreed[p]) for p in sorted(wanted, key=self._order)]

    def _is_role_node(self, p: str) -> bool:
        """Whether the role is told in words already, so that its node adds nothing for a reader."""
        return p == num("hasRole") and any(found == num("role") for found, _, _ in self.told.facts)

    def _order(self, p: str) -> tuple[float, float, str]:
        return *self.site.terms.grouping.order(p), self.reader.term(p)

    def _property(self, p: str, agreed: Iterable[Term]) -> Property:
        claims = [one for one in self.told.claims if one.predicate == p]
        held = {value: [one for one in claims if one.object == value and one.counts] for value in agreed}
        dispute = self.disputes.get(p)
        told = {side.value for side in dispute.sides} if dispute else set()
        values = [self._value(value, [] if dispute else of_value) for value, of_value in held.items()]
        past = [one for one in claims if one.counts and one.object not in held and one.object not in told]
        pending = [one for one in claims if not one.counts]
        told_of = [one for of_value in held.values() for one in of_value]
        notes = [] if dispute else self.notes.of(told_of)
        return Property(
            name=self.reader.term(p),
            beside=self.reader.beside(p),
            href=self.reader.links.href(p),
            values=sorted(values, key=lambda value: value.shown.text.casefold())[:SHOWN_VALUES],
            notes=notes[:SHOWN_NOTES],
            dispute=dispute,
            history=self._history([*told_of, *past]) if past else [],
            pending=self._by_value(pending),
            more_notes=self.notes.of([*past, *pending])[:SHOWN_NOTES],
            unshown=max(0, len(notes) - SHOWN_NOTES),
            total=len(values) if len(values) > SHOWN_VALUES else None,
            iri=p,
        )

    def _history(self, claims: list[Said]) -> list[Value]:
        """Every value that counted at some time, the one said latest first."""
        latest: dict[Term, str] = {}
        for one in claims:
            latest[one.object] = max(latest.get(one.object, ""), one.as_of or "")
        found = {value: [one for one in claims if one.object == value] for value in latest}
        return [
            self._value(value, found[value])
            for value in sorted(found, key=lambda value: (latest[value], value.value), reverse=True)
        ][:SHOWN_VALUES]

    def _by_value(self, claims: Iterable[Said]) -> list[Value]:
        grouped: dict[tuple[Term, str | None], list[Said]] = defaultdict(list)
        for one in claims:
            grouped[(one.object, one.condition)].append(one)
        return [self._value(value, of_value, condition) for (value, condition), of_value in grouped.items()]

    def _value(self, value: Term, claims: Iterable[Said], condition: str | None = None) -> Value:
        claims = list(claims)
        voices = _once(self.notes.voice(one) for one in claims)
        since, until = self._period(claims)
        return Value(self._show(value), voices, self._extra(value, claims), condition, since, until)

    def _period(self, claims: Iterable[Said]) -> tuple[str | None, str | None]:
        """The dates of the first and the last source that say so."""
        dates = sorted({one.as_of for one in claims if one.as_of})
        said = [self.reader.wording.date(one) for one in dates]
        return (said[0] if said else None), (said[-1] if len(said) > 1 else None)

    def _show(self, value: Term) -> Shown:
        return self.reader.show(value, self.names.label(value.value) if value.is_iri else None)

    def _extra(self, value: Term, claims: list[Said]) -> Shown | None:
        """What a value cannot be read without: an amount's currency, a role's organisation."""
        scope = next((one.at for one in claims if one.at), None)
        if scope:
            return self._show(scope)
        currency = next((o for p, o, _ in self.told.facts if p == num("currency")), None)
        return Shown(currency.value) if currency and value.local_datatype == "decimal" else None

    def _incoming(self) -> list[Property]:
        by_property: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
        for row in self.told.incoming:
            by_property[row["p"].value].append(row)
        return [
            self._mention(p, rows) for p, rows in sorted(by_property.items(), key=lambda item: self._order(item[0]))
        ]

    def _mention(self, p: str, rows: list[Mapping[str, Term]]) -> Property:
        claims = [one for one in self.told.mentions if one.predicate == p and one.counts]
        shown = rows[:SHOWN_INCOMING]
        values = [self._holder(row, [one for one in claims if one.subject == row["s"]]) for row in shown]
        subjects = {row["s"] for row in shown}
        notes = self.notes.of(one for one in claims if one.subject in subjects)
        total = self.told.counts.get(p, len(rows))
        return Property(
            name=self.reader.inverse(p),
            href=self.reader.links.href(p),
            values=sorted(values, key=lambda value: value.shown.text.casefold()),
            notes=notes[:SHOWN_NOTES],
            unshown=max(0, len(notes) - SHOWN_NOTES),
            total=total,
            kinds=self._kinds(rows) if len(rows) >= total else [],
            list_href=self.reader.links.to(f"/mentions/{self.key}", property=compact(p) or p),
            iri=p,
        )

    def _kinds(self, rows: Iterable[Mapping[str, Term]]) -> list[tuple[str, str]]:
        """How many of each kind take part, the most frequent first."""
        counted = Counter(kind_of(row["s"].value, self.reader.links) for row in rows)
        return [
            (self.reader.term(num(kind)), self.reader.wording.number(n))
            for kind, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
            if kind
        ]

    def _holder(self, row: Mapping[str, Term], claims: list[Said]) -> Value:
        """Who points here; a role gives way to the person who holds it."""
        voices = _once(self.notes.voice(one) for one in claims)
        since, until = self._period(claims)
        if "holder" in row:
            title = self._show(row["title"]) if "title" in row else None
            return Value(self._show(row["holder"]), voices, title, since=since, until=until)
        return Value(self._show(row["s"]), voices, since=since, until=until)

    def _entailed(self) -> list[Property]:
        by_property: dict[str, list[Term]] = defaultdict(list)
        for p, value, entailed in self.told.facts:
            if entailed and value.kind != "bnode":
                by_property[p].append(value)
        return [self._inferred(p, by_property[p]) for p in sorted(by_property)]

    def _inferred(self, p: str, values: list[Term]) -> Property:
        term = self.reader.show_term(p)
        shown = [self._conclusion(p, value) for value in values[:SHOWN_ENTAILED]]
        total = len(values) if len(values) > SHOWN_ENTAILED else None
        return Property(term.text, term.href, shown, [], total=total, iri=p, beside=self.reader.beside(p))

    def _conclusion(self, p: str, value: Term) -> Value:
        beside = self.reader.beside(value.value) if value.is_iri else None
        return Value(self._show(value), [], Shown(beside) if beside else None, why=self._why(p, value))

    def _why(self, p: str, value: Term) -> str | None:
        """Where this is explained; nowhere for prose, which has no place in an address."""
        if len(value.value) > LONGEST_NAME:
            return None
        return self.reader.links.to(f"/why/{self.key}", property=compact(p) or p, value=turtle(value))


def _once(voices: Iterable[Voice]) -> list[Voice]:
    """One mark a note: several rules may read the same in one sentence."""
    return list({voice.number: voice for voice in voices}.values())
