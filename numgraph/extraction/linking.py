"""Text to mentions: known names, names built like names, abbreviations a document defines, persons, values.

What an abbreviation in brackets stands for is learned in a first pass over the document and used in the second.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import ahocorasick

from numgraph.extraction.acronyms import find_acronyms, find_spelled_out
from numgraph.extraction.collectives import find_phases, find_plurals
from numgraph.extraction.gazetteer import Entry, Gazetteer, Hit
from numgraph.extraction.languages import lexicon
from numgraph.extraction.listed import find_listed
from numgraph.extraction.mentions import Mention, without_overlaps
from numgraph.extraction.names import Name, find_names, find_slotted
from numgraph.extraction.paragraphs import flowing, paragraphs
from numgraph.extraction.persons import find_degreed, find_family, find_quoted, find_roled, find_titled
from numgraph.extraction.scan import Scan
from numgraph.extraction.short_forms import abbreviates, is_short_form, long_form, short_form
from numgraph.extraction.subjects import find_subjects, subjects
from numgraph.extraction.support import SITES, site, supported
from numgraph.extraction.values import Found, Period
from numgraph.extraction.values.dates import find_dates, find_periods
from numgraph.extraction.values.numbers import find_counts, find_money
from numgraph.iris import kind as segment
from numgraph.iris import slug
from numgraph.model import Block, BlockKind, Document, Entity

_AFTER = re.compile(r"\w|-[A-Za-z]")
_UNSEEN: frozenset[str] = frozenset()
_TELLING = (BlockKind.BODY, BlockKind.LIST_ITEM)
_OPENING_NAME = re.compile(r"(?:^|(?<=[.!?”“\"’] ))(?P<family>[A-ZÀ-ÖØ-Þ][\w’-]{3,}) (?=[a-zà-ÿ])", re.MULTILINE)
_FAMILY = 3  # units of one list that vouch for each other
_LONGEST_SUBJECT = 5  # words
_LOCAL = ("OrganisationalUnit", "Network")
_LISTED = (*SITES, "Company", "Funder")


@dataclass(slots=True)
class Names:
    """What a document calls its entities: entities by key, names seen, and short forms it defines."""

    entities: dict[str, Entity] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    learned: dict[str, str] = field(default_factory=dict)  # name -> key
    _final: dict[str, tuple[int, Entity]] = field(default_factory=dict)  # by key, with the number of names seen then

    def add(self, entity: Entity, *names: str) -> Entity:
        seen = self.seen.setdefault(entity.key, set())
        seen.update((entity.label, *entity.aliases, *names))
        seen.discard("")
        return self.entities.setdefault(entity.key, entity)

    def learn(self, name: str, key: str) -> None:
        self.learned.setdefault(name, key)
        self.seen.setdefault(key, set()).add(name)

    def final(self, entity: Entity) -> Entity:
        """The entity with every name the document uses for it."""
        seen = self.seen.get(entity.key, _UNSEEN)
        count, made = self._final.get(entity.key, (-1, entity))
        if count != len(seen):
            base = self.entities.get(entity.key, entity)
            made = replace(base, aliases=tuple(sorted(seen - {base.label})))
            self._final[entity.key] = (len(seen), made)
        return made


@dataclass(frozen=True, slots=True)
class Linked:
    """The mentions of a document in order, its names, and the site (a city) that its local units belong to."""

    mentions: tuple[Mention, ...]
    names: Names
    site: str
    blocks: tuple[Block, ...]  # what was read
    scan: Scan


def link(document: Document, gazetteer: Gazetteer) -> Linked:
    """All mentions of the blocks that can state facts."""
    return _Linker(document, gazetteer).run()


class _Linker:
    def __init__(self, document: Document, gazetteer: Gazetteer) -> None:
        self.document = document
        self.gazetteer = gazetteer
        self.names = Names()
        self.blocks = paragraphs(document)
        self.texts = {block.start: flowing(document, block) for block in self.blocks}
        self.scan = Scan(document.text)
        self.words = {block.start: self.scan.words(block.start, block.end) for block in self.blocks}
        self.site = ""
        self._minted: dict[tuple[str, str, bool], Entity | None] = {}

    def run(self) -> Linked:
        hits = [hit for block in self.blocks for hit in self._hits(block)]
        chosen = supported(hits)
        self.site = site(chosen, self.document)
        chosen = [(hit, entry) for hit, entry in chosen if self._at_home(hit, entry)]
        mentions = [self._known(hit, entry) for hit, entry in chosen]
        known = {mention.start: mention for mention in mentions}
        mentions += [m for block in self.blocks for m in self._built(block) if not _swallows(m, known.get(m.start))]
        ends = {m.end: m for m in sorted(mentions, key=lambda m: -m.start)}  # of those that end there the longest
        mentions += [m for block in self.blocks for m in self._spelled_out(block, ends)]
        mentions = without_overlaps(mentions)
        mentions += list(self._defined(mentions))
        mentions += [m for block in self.blocks for m in self._persons(block)]
        mentions += list(self._family_names())
        mentions += list(self._slotted(mentions))
        mentions += list(self._listed(mentions))
        mentions = [*self._subjects(mentions), *mentions]  # "Kinderklinik" also is a name by its build
        self._learn_acronyms()
        mentions += list(self._learned())
        if phased := self._having("phase"):
            mentions += list(find_phases(self.document, phased, self.gazetteer, self.names, without_overlaps(mentions)))
        mentions += [
            m
            for block in self._having("plural")
            for m in find_plurals(self.document, block, self.gazetteer, self.names)
        ]
        mentions += [m for block in self.blocks for m in self._values(block)]
        return Linked(tuple(without_overlaps(mentions)), self.names, self.site, tuple(self.blocks), self.scan)

    def _having(self, build: str) -> list[Block]:
        """The blocks with words of a build."""
        return [block for block in self.blocks if build in self.words[block.start].builds]

    def _hits(self, block: Block) -> Iterator[Hit]:
        for hit in self.gazetteer.find(self.texts[block.start]):
            yield Hit(hit.start + block.start, hit.end + block.start, hit.entries, hit.name, hit.weak)

    def _known(self, hit: Hit, entry: Entry) -> Mention:
        entity = self.names.add(entry.entity(self.document.language), hit.name)
        written = self.document.text[hit.start : hit.end]
        return Mention(hit.start, hit.end, "Funder" if _governs(entry, written) else entity.type, entity)

    def _at_home(self, hit: Hit, entry: Entry) -> bool:
        """A unit called by a name that every site could use is meant only in documents of its own site."""
        return entry.type != "OrganisationalUnit" or not entry.city or entry.city in hit.name or entry.city == self.site

    def _built(self, block: Block) -> Iterator[Mention]:
        for name in find_names(self.texts[block.start], self.words[block.start]):
            entity = self.minted(name)
            if entity:
                yield Mention(name.start + block.start, name.end + block.start, entity.type, entity)

    def _slotted(self, known: list[Mention]) -> Iterator[Mention]:
        """Names that only their place shows, where nothing else is named."""
        taken = sorted((mention.start, mention.end) for mention in known if mention.kind != "Place")
        starts = [start for start, _ in taken]
        for block in self.blocks:
            for name in find_slotted(self.texts[block.start], self.words[block.start].builds):
                start, end = block.start + name.start, block.start + name.end
                near = bisect.bisect_left(starts, end)
                if near and max(last for _, last in taken[max(0, near - 3) : near]) > start:
                    continue
                entity = self.minted(name)
                if entity:
                    yield Mention(start, end, entity.type, entity)

    def _listed(self, known: list[Mention]) -> Iterator[Mention]:
        """Organisations that only the list of organisations they stand in shows."""
        every = without_overlaps(known)
        starts = [mention.start for mention in every]
        for block in self.blocks:
            inside = every[bisect.bisect_left(starts, block.start) : bisect.bisect_left(starts, block.end)]
            houses = [(m.start - block.start, m.end - block.start) for m in inside if m.kind in _LISTED]
            ends = [m.end - block.start for m in inside]
            text = self.texts[block.start]
            for low, high in find_listed(text, houses) if len(houses) > 1 else ():
                entity = self.minted(Name(low, high, "Organisation", text[low:high]))
                after = bisect.bisect_right(ends, low)  # the first that ends behind it; a long line has many
                if entity and not (after < len(inside) and inside[after].start - block.start < high):
                    yield Mention(block.start + low, block.start + high, entity.type, entity)

    def _spelled_out(self, block: Block, ends: Mapping[int, Mention]) -> Iterator[Mention]:
        """Names that nothing but the acronym behind them shows; what a table or a build knows keeps its class."""
        text = self.texts[block.start]
        for low, high, type_, short in find_spelled_out(text) if "(" in text else ():
            start, end = block.start + low, block.start + high
            inside = ends.get(end)
            if (inside is None or inside.start > start) and not self.gazetteer.lookup(short):
                kind = inside.kind if inside else type_
                entity = self.minted(Name(low, high, kind, text[low:high], kind == "OrganisationalUnit"))
                if entity and entity.type not in ("Person", "Place"):
                    yield Mention(start, end, entity.type, entity)

    def _subjects(self, known: list[Mention]) -> Iterator[Mention]:
        """Units called by their subject alone, where another unit is named in the same block."""
        units = [mention for mention in known if mention.kind == "OrganisationalUnit"]
        every = [*(mention.entity for mention in units), *self._listed_units(units)]
        names = subjects({entity.key: entity for entity in every}.values(), self.site)
        for block in self.blocks if names else ():
            if block.kind is BlockKind.BODY and any(block.start <= unit.start < block.end for unit in units):
                for low, high, entity in find_subjects(self.texts[block.start], names):
                    yield Mention(block.start + low, block.start + high, entity.type, self.names.add(entity))

    def _learn_acronyms(self) -> None:
        """Works that the document calls by an acronym alone; ``_learned`` finds them wherever they stand."""
        title = next((f.value for f in self.document.fields if f.name == "title"), "")
        texts = [self.texts[block.start] for block in self.blocks if block.kind in _TELLING]
        taken = {name for names in self.names.seen.values() for name in names}
        for name, type_ in find_acronyms(title, texts, frozenset(taken)):
            if not self.gazetteer.lookup(name):
                self.names.add(mint(type_, name, "", self.document))

    def _listed_units(self, units: list[Mention]) -> Iterator[Entity]:
        """What a list of units names without a head noun, as the rule for lists will take it: "Klinische Genetik"."""
        starts = {unit.start for unit in units}
        items = [block for block in self.blocks if block.kind is BlockKind.LIST_ITEM]
        if sum(block.start in starts for block in items) >= _FAMILY:
            for block in items:
                text = self.document.slice(block).strip()
                if block.start not in starts and "(" not in text and len(text.split()) <= _LONGEST_SUBJECT:
                    yield mint("OrganisationalUnit", text, self.site, self.document)

    def minted(self, name: Name) -> Entity | None:
        """The entity of a built name: a known one if a table has it, else a new one, local units told apart by site."""
        key = (name.type, name.label, name.local)
        if key not in self._minted:
            self._minted[key] = self._entity(name)
        return self._minted[key]

    def _entity(self, name: Name) -> Entity | None:
        entry = self.gazetteer.lookup(name.label)
        if entry:
            return self.names.add(entry.entity(self.document.language), name.label)
        entry = self.gazetteer.local(name.label, self.site) if self.site and name.type in _LOCAL else None
        if entry:
            return self.names.add(entry.entity(self.document.language), name.label)
        if not name.type:
            return None
        short, _, rest = name.label.rpartition(" ")
        entry = self.gazetteer.lookup(short) if rest in lexicon().end_heads else None
        if entry and entry.type == name.type:  # "CHARM-EU Alliance"
            return self.names.add(entry.entity(self.document.language), name.label)
        qualifier = self.document.id[-8:] if name.type == "Event" else self.site
        entity = self.names.add(mint(name.type, name.label, qualifier if name.local else "", self.document))
        short, _, rest = name.label.partition(" ")
        if rest in lexicon().end_heads and sum(map(str.isupper, short)) > 2:  # noqa: PLR2004 - "BRIDGEWELL Alliance"
            self.names.learn(short, entity.key)
        return entity

    def _defined(self, mentions: list[Mention]) -> Iterator[Mention]:
        """Short forms in brackets after a name, and long forms in brackets after a short one."""
        text = self.document.text
        for mention in mentions:
            if "(" not in text[mention.end : mention.end + 2]:
                continue
            short = short_form().match(text, mention.end)
            if short and is_short_form(short["short"]):
                self.names.learn(short["short"], mention.entity.key)
                yield Mention(mention.start, short.end(), mention.kind, mention.entity)
                continue
            long = long_form().match(text, mention.end)
            if long and abbreviates(text[mention.start : mention.end], long["long"]):
                self.names.learn(long["long"], mention.entity.key)
                yield Mention(mention.start, long.end(), mention.kind, mention.entity)

    def _values(self, block: Block) -> Iterator[Mention]:
        text, builds = self.texts[block.start], self.words[block.start].builds
        dates = list(find_dates(text, self.document.language))
        periods = list(find_periods(text, dates))
        starts = [period.start for period in periods]
        inside = {id(d) for d in dates if (at := bisect.bisect_right(starts, d.start)) and d.end <= periods[at - 1].end}
        found: Iterable[tuple[str, Found | Period]] = (
            *(("period", period) for period in periods),
            *(("date", date) for date in dates if id(date) not in inside),
            *(("money", money) for money in (find_money(text) if "money" in builds else ())),
            *(("count", count) for count in find_counts(text, self.words[block.start].numbers)),
        )
        for kind, thing in found:
            yield Mention(block.start + thing.start, block.start + thing.end, kind, thing)

    def _family_names(self) -> Iterator[Mention]:
        """A title or salutation with the family name of the one person of that name: "Prof. Windeler", "Frau Pott"."""
        families: dict[str, list[Entity]] = {}
        for entity in self.names.entities.values():
            if entity.type == "Person":
                families.setdefault(entity.label.rsplit(" ", 1)[-1], []).append(entity)
        for block in self.blocks if families else ():
            for start, end, family in find_family(self.texts[block.start]):
                if len(families.get(family, ())) == 1:
                    yield Mention(block.start + start, block.start + end, "Person", families[family][0])
            for match in _OPENING_NAME.finditer(self.texts[block.start]):
                if len(families.get(match["family"], ())) == 1:
                    start, end = match.span("family")
                    yield Mention(block.start + start, block.start + end, "Person", families[match["family"]][0])

    def _learned(self) -> Iterator[Mention]:
        table = dict(self.names.learned)
        for entity in self.names.entities.values():
            if not entity.known and entity.label not in table:
                table[entity.label] = entity.key
        if not table:
            return
        index = ahocorasick.Automaton()  # a regular expression would be compiled for each document, in 1 ms
        for name, key in table.items():
            index.add_word(name, (len(name), key))
        index.make_automaton()
        for block in self.blocks:
            for start, end, key in _whole_words(self.document.text, block.start, block.end, index):
                entity = self.names.entities[key]
                yield Mention(start, end, entity.type, entity)

    def _persons(self, block: Block) -> Iterator[Mention]:
        text, builds = self.texts[block.start], self.words[block.start].builds
        for found in (
            *find_titled(text),
            *(find_quoted(text) if "saying" in builds else ()),
            *find_degreed(text),
            *find_roled(text, builds),
        ):
            entity = self.names.add(person(found.name))
            yield Mention(block.start + found.title_start, block.start + found.end, "Person", entity)


def _whole_words(text: str, low: int, high: int, index: ahocorasick.Automaton) -> Iterator[tuple[int, int, str]]:
    """The names of an index that stand alone in a stretch, with their keys: of overlapping ones the first, longest."""
    found = sorted((last + 1 - length, -length, key) for last, (length, key) in index.iter(text, low, high))
    done = low
    for start, length, key in found:
        end = start - length
        if start >= done and not (start and _goes_on(text[start - 1])) and not _AFTER.match(text, end, high):
            yield start, end, key
            done = end


def _goes_on(char: str) -> bool:
    return char.isalnum() or char in "-_"


def _governs(entry: Entry, written: str) -> bool:
    """Whether a place is named as a government: "das Land Brandenburg"."""
    head = lexicon().front_heads.get(written.split(" ", 1)[0]) if entry.type == "Place" else None
    return head is not None and head.type == "Funder"


def _swallows(built: Mention, known: Mention | None) -> bool:
    """Whether a built name is a known one with words after it: "Universität Leipzig Mitglied"."""
    return known is not None and known.kind == built.kind and known.end < built.end and known.kind in SITES


def person(name: str) -> Entity:
    """A person by name; titles belong to claims, not to names."""
    plain = " ".join(name.split())
    return Entity(f"person/{slug(plain)}", plain, "Person")


def mint(type_: str, label: str, qualifier: str, document: Document) -> Entity:
    """A new entity. A local name without a site is kept apart by the document that uses it."""
    local = type_ == "OrganisationalUnit"
    place = slug(qualifier) if qualifier else (document.id[-8:] if local else "")
    base = slug(label)
    key = base if not place or (qualifier and re.search(rf"(?:^|-){place}(?:-|$)", base)) else f"{base}-{place}"
    return Entity(f"{segment(type_)}/{key}", label, type_, document.language if local else None)
