"""The page of a thing: what the graph says of it, who says so in which words, and where sources disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from numgraph.terms import OWL, RDF, RDFS, SKOS, num

from . import evidence, naming, queries
from .answers import Term
from .conflicts import Dispute, disputes_about
from .display import Reader, Shown, compact
from .evidence import Note, Notes, Said, Voice
from .naming import Names
from .site import Site

TYPE, PREF_LABEL, ALT_LABEL = RDF + "type", SKOS + "prefLabel", SKOS + "altLabel"
SAME = (OWL + "sameAs", SKOS + "exactMatch", SKOS + "closeMatch")
ELSEWHERE = {TYPE, PREF_LABEL, ALT_LABEL, RDFS + "label", *SAME, num("currency")}  # shown in the head of the page
SHOWN_INCOMING = 60  # of one property; the query beside it gives all

# What readers look for first; the rest follows by name.
_FIRST = (
    "title", "academicTitle", "role", "leads", "speaksFor", "coordinates", "memberOf", "partOf", "phaseOf",
    "fundingAmount", "fundingStart", "fundingEnd", "fundedBy", "foundedOn", "foundedBecauseOf", "locatedIn", "address",
    "hasMemberCount", "participatesIn", "offers", "goal", "email", "phone", "website",
)  # fmt: skip
ORDER = {num(name): position for position, name in enumerate(_FIRST)}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property with the marks of those who say it."""

    shown: Shown
    voices: list[Voice]
    extra: Shown | None = None  # the currency of an amount, the organisation of a role
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """A row of the page: agreed values, their quotes, a dispute if there is one, and what else was said."""

    name: str
    href: str | None
    values: list[Value]
    notes: list[Note]
    dispute: Dispute | None = None
    elsewhen: list[Value] = field(default_factory=list)
    elsewhen_notes: list[Note] = field(default_factory=list)
    total: int | None = None  # of incoming statements, where more exist than are shown
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """All that the template needs."""

    iri: str
    key: str
    label: Shown
    classes: list[tuple[str, str]]  # name, address of the list of such things
    aliases: list[Term]
    same: list[Shown]
    properties: list[Property]
    incoming: list[Property]
    entailed: list[Property]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the store told about one thing."""

    facts: tuple[tuple[str, Term, bool], ...]
    claims: tuple[Said, ...]
    mentions: tuple[Said, ...]
    incoming: tuple[Mapping[str, Term], ...]
    counts: Mapping[str, int]


async def load(site: Site, key: str, reader: Reader) -> Entity | None:
    """The page of ``<kind>/<slug>``; None when this edition knows nothing of it."""
    thing = site.namespace.thing(key)
    told = await _ask(site, thing)
    if not (told.facts or told.claims or told.incoming or told.mentions):
        return None
    disputes = await disputes_about(site, thing, reader)
    names = await naming.look_up(site, _things(thing, told), reader.language)
    return _Page(site, thing, key, told, reader, names, Notes(reader, names, site.wordings), disputes).build()


async def _ask(site: Site, thing: str) -> _Told:
    facts = await site.select(queries.facts(thing, site.namespace))
    claims = await site.select(queries.claims_about(thing))
    mentions = await site.select(queries.claims_mentioning(thing))
    incoming = await site.select(queries.incoming(thing, site.namespace))
    counted = await site.select(queries.count_incoming(thing))
    return _Told(
        facts=tuple((row["p"].value, row["o"], row["entailed"].value == "true") for row in facts),
        claims=tuple(sorted(map(evidence.said, claims), key=_sentences_first)),
        mentions=tuple(sorted(map(evidence.said, mentions), key=_sentences_first)),
        incoming=tuple(incoming),
        counts={row["p"].value: int(row["n"].value) for row in counted if "p" in row},
    )


def _sentences_first(one: Said) -> tuple[bool, str, str, int]:
    """Sentences before the cells of a directory, the latest source first."""
    return (one.is_cell, "".join(chr(0x10FFF - ord(digit)) for digit in one.as_of or "0"), one.source, one.start)


def _things(thing: str, told: _Told) -> set[str]:
    found = {thing, *evidence.things(told.claims), *evidence.things(told.mentions)}
    found.update(value.value for _, value, _ in told.facts if value.is_iri)
    found.update(node.value for row in told.incoming for node in row.values() if node.is_iri)
    return found


@dataclass(frozen=True, slots=True)
class _Page:
    site: Site
    thing: str
    key: str
    told: _Told
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
            same=[
                self.reader.show(value) for p, value, _ in self.told.facts if p in SAME and value.value != self.thing
            ],
            properties=self._properties(),
            incoming=self._incoming(),
            entailed=self._entailed(),
        )

    def _aliases(self) -> list[Term]:
        """Each spelling once, whatever languages it is tagged with, and not the label itself."""
        found = {name.value: name for name in self.names.aliases.get(self.thing, ())}
        label = self.names.label(self.thing)
        return [found[name] for name in sorted(found, key=str.casefold) if label is None or name != label.value]

    def _classes(self) -> list[tuple[str, str]]:
        """The classes that sources state; those that follow by rule are among the inferred facts."""
        told = [(value.value, entailed) for p, value, entailed in self.told.facts if p == TYPE]
        stated = [iri for iri, entailed in told if not entailed and iri.startswith(num(""))]
        local = sorted(iri.removeprefix(num("")) for iri in stated)
        return [(self.reader.term(num(name)), self.reader.links.to(f"/browse/{name}")) for name in local]

    def _properties(self) -> list[Property]:
        agreed: dict[str, list[Term]] = defaultdict(list)
        for p, value, entailed in self.told.facts:
            if p not in ELSEWHERE and not entailed and not self._is_role_node(p):
                agreed[p].append(value)
        for one in self.told.claims:
            agreed.setdefault(one.predicate, [])
        wanted = [p for p in agreed if p not in ELSEWHERE]
        return [self._property(p, agreed[p]) for p in sorted(wanted, key=self._order)]

    def _is_role_node(self, p: str) -> bool:
        """Whether the role is told in words already, so that its node adds nothing for a reader."""
        return p == num("hasRole") and any(found == num("role") for found, _, _ in self.told.facts)

    def _order(self, p: str) -> tuple[int, str]:
        return ORDER.get(p, len(ORDER)), self.reader.term(p)

    def _property(self, p: str, agreed: Iterable[Term]) -> Property:
        claims = [one for one in self.told.claims if one.predicate == p]
        held = {value: [one for one in claims if one.object == value and one.counts] for value in agreed}
        behind = [one for of_value in held.values() for one in of_value]
        others = [one for one in claims if not (one.counts and one.object in held)]
        dispute = self.disputes.get(p)
        values = [self._value(value, [] if dispute else of_value) for value, of_value in held.items()]
        told = {side.value for side in dispute.sides} if dispute else set()
        elsewhen = [one for one in others if not (one.counts and one.object in told)]
        return Property(
            name=self.reader.term(p),
            href=self.reader.links.href(p),
            values=sorted(values, key=lambda value: value.shown.text.casefold()),
            notes=[] if dispute else self.notes.of(behind),
            dispute=dispute,
            elsewhen=self._by_value(elsewhen),
            elsewhen_notes=self.notes.of(elsewhen),
            iri=p,
        )

    def _by_value(self, claims: Iterable[Said]) -> list[Value]:
        grouped: dict[tuple[Term, str | None], list[Said]] = defaultdict(list)
        for one in claims:
            grouped[(one.object, one.condition)].append(one)
        return [self._value(value, of_value, condition) for (value, condition), of_value in grouped.items()]

    def _value(self, value: Term, claims: Iterable[Said], condition: str | None = None) -> Value:
        claims = list(claims)
        voices = _once(self.notes.voice(one) for one in claims)
        return Value(self._show(value), voices, self._extra(value, claims), condition)

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
        values = [
            self._holder(row, [one for one in claims if one.subject == row["s"]]) for row in rows[:SHOWN_INCOMING]
        ]
        shown = {row["s"] for row in rows[:SHOWN_INCOMING]}
        return Property(
            name=self.reader.term(p),
            href=self.reader.links.href(p),
            values=sorted(values, key=lambda value: value.shown.text.casefold()),
            notes=self.notes.of(one for one in claims if one.subject in shown),
            total=self.told.counts.get(p, len(rows)),
            iri=p,
        )

    def _holder(self, row: Mapping[str, Term], claims: list[Said]) -> Value:
        """Who points here; a role gives way to the person who holds it."""
        voices = _once(self.notes.voice(one) for one in claims)
        if "holder" in row:
            return Value(self._show(row["holder"]), voices, self._show(row["title"]) if "title" in row else None)
        return Value(self._show(row["s"]), voices)

    def _entailed(self) -> list[Property]:
        by_property: dict[str, list[Term]] = defaultdict(list)
        for p, value, entailed in self.told.facts:
            if entailed and value.kind != "bnode":
                by_property[p].append(value)
        return [
            Property(compact(p) or p, self.reader.links.href(p), [Value(self._term(v), []) for v in by_property[p]], [])
            for p in sorted(by_property)
        ]

    def _term(self, value: Term) -> Shown:
        """A class or property by its name, anything else as usual."""
        if value.is_iri and value.value.startswith(num("")):
            return Shown(self.reader.term(value.value), self.reader.links.href(value.value))
        return self._show(value)


def _once(voices: Iterable[Voice]) -> list[Voice]:
    """One mark a note: several rules may read the same in one sentence."""
    return list({voice.number: voice for voice in voices}.values())
