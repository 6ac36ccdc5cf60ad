"""Names that need their sentence: numbered funding phases, and plurals shared out over places.

"die dritte Förderphase" is a phase of the network named nearest; "die Universitätsklinika in Leipzig und Dresden" are
two hospitals, "universiteiten van Barcelona, Boedapest en Utrecht, ... die van Vaasa" four universities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol

from numgraph.extraction.gazetteer import Gazetteer
from numgraph.extraction.languages import codes, lexicon, pack
from numgraph.extraction.mentions import Mention
from numgraph.iris import kind as segment
from numgraph.iris import slug
from numgraph.model import Block, Document, Entity

_OWNERS = ("Network", "ResearchProject", "Infrastructure", "Programme")
_REACH = 400  # characters between a phase and the network it is a phase of


class Book(Protocol):
    """Where a document's entities are written down."""

    def add(self, entity: Entity, *names: str) -> Entity: ...


@cache
def _phase() -> re.Pattern[str]:
    words = lexicon()
    ordinals = "|".join(sorted(map(re.escape, words.ordinals), key=len, reverse=True))
    nouns = "|".join(sorted(map(re.escape, words.phase_nouns), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?:(?P<word>(?i:{ordinals}))[nrsm]?|(?P<digit>[1-9])(?:\.|e|st|nd|rd|th))\s(?P<noun>{nouns})(?!\w)"
    )


def find_phases(
    document: Document, blocks: list[Block], gazetteer: Gazetteer, names: Book, mentions: list[Mention]
) -> Iterator[Mention]:
    """Phases told by their number; without a network in reach there is no phase."""
    owners = [m for m in mentions if m.kind in _OWNERS and isinstance(m.thing, Entity)]
    if not owners:
        return
    common = Counter(m.entity.key for m in owners if m.kind == "Network").most_common(1)
    main = next((m.entity for m in owners if common and m.entity.key == common[0][0]), owners[0].entity)
    for block in blocks:
        for match in _phase().finditer(document.text, block.start, block.end):
            owner = _owner(owners, match, main)
            number = lexicon().ordinals[match["word"].lower()] if match["word"] else int(match["digit"])
            entity = phase(owner, number, gazetteer, document.language, base_form(match))
            yield Mention(match.start(), match.end(), "FundingPhase", names.add(entity, base_form(match)))
            for other in _elliptic().finditer(document.text, match.end(), min(block.end, match.end() + _REACH)):
                told = phase(owner, lexicon().ordinals[other["word"].lower()], gazetteer, document.language, "")
                yield Mention(other.start(), other.end("word"), "FundingPhase", names.add(told))


@cache
def _elliptic() -> re.Pattern[str]:
    """A further phase without its noun: "in der ersten, die von 2021 bis 2024 reichte"."""
    words = lexicon()
    return re.compile(
        rf"(?<!\w)(?:{_any_of(words.place_words)}|{_any_of(words.links)}) (?:{_any_of(words.determiners)}) "
        rf"(?P<word>(?i:{_any_of(words.ordinals)}))[nrsm]?(?=,| \(|;| (?:{_any_of(words.copulas)})\b)"
    )


def base_form(match: re.Match[str]) -> str:
    return f"{match['word'].lower() if match['word'] else match['digit'] + '.'} {match['noun']}"


def _owner(owners: list[Mention], match: re.Match[str], main: Entity) -> Entity:
    """The network right after the phase ("Förderphase des NUM"), else else the main one if near, else the nearest."""
    for mention in owners:
        if 0 <= mention.start - match.end() <= 5:  # noqa: PLR2004 - " des "
            return mention.entity
    near = [m for m in owners if abs(m.start - match.start()) <= _REACH]
    if not near or any(m.entity.key == main.key for m in near):
        return main
    return min(near, key=lambda m: abs(m.start - match.start())).entity


def phase(owner: Entity, number: int, gazetteer: Gazetteer, language: str, name: str) -> Entity:
    """The phase of a network by its number; its key joins what documents call it in any words."""
    key = f"funding-phase/{owner.key.rsplit('/', 1)[-1]}-{number}"
    entry = gazetteer.entry(key)
    if entry:
        return entry.entity(language, (name,) if name else ())
    if not name:
        words = pack(language) if language in codes() else lexicon()
        noun = next(iter(words.phase_nouns), "")
        word = next((word for word, value in words.ordinals.items() if value == number), str(number))
        name = f"{word} {noun}"
    return Entity(key, f"{name} {owner.label}", "FundingPhase", language, (name,))


@cache
def _plural() -> re.Pattern[str]:
    words = lexicon()
    plurals, joints = _any_of(words.plural_names), _any_of(words.joints)
    particles = _any_of(_small_words())
    more = rf"(?: (?!(?:{joints})\b)(?:[A-ZÄÖÜ][\w-]+|(?:{particles}) [A-ZÄÖÜ]\w+))?"
    place = rf"[A-ZÄÖÜ][\w-]+{more}(?: \([A-ZÄÖÜ][\w -]+\))?"
    listed = rf"{place}(?:, {place}){{0,20}},? (?:{joints}) {place}"
    return re.compile(
        rf"(?<!\w)(?:(?P<plural>{plurals})(?: (?:{_tied()}))?|(?P<those>{_any_of(words.owned)})) (?P<list>{listed})"
    )


def _small_words() -> set[str]:
    """Small words inside the names of places; "und" joins two places, though it stands in family names."""
    words = lexicon()
    return {*words.particles, *words.fused} - {*words.joints}


@cache
def _tied() -> str:
    """What may stand between such a plural and its places."""
    words = lexicon()
    return _any_of((*words.links, *words.place_words))


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _items() -> re.Pattern[str]:
    words = lexicon()
    joints, particles = _any_of(words.joints), _any_of(_small_words())
    return re.compile(
        rf"(?P<name>[A-ZÄÖÜ][\w-]+(?: (?:(?:{particles}) )?[A-ZÄÖÜ][\w-]+)*)(?: \([^()]+\))?(?:,? (?:{joints}) |, |$)"
    )


def find_plurals(document: Document, block: Block, gazetteer: Gazetteer, names: Book) -> Iterator[Mention]:
    """One mention for each place that a plural is shared out over."""
    singular = ""
    for match in _plural().finditer(document.text, block.start, block.end):
        if match["plural"]:
            singular = lexicon().plural_names[match["plural"]]
        if singular:
            yield from _shared(match, singular, gazetteer, names, document.language)


def _shared(match: re.Match[str], singular: str, gazetteer: Gazetteer, names: Book, language: str) -> Iterator[Mention]:
    offset = match.start("list")
    first = match.start()
    for item in _items().finditer(match["list"]):
        entity = names.add(_one(singular, item["name"], gazetteer, language), item["name"])
        start = first if item.start() == 0 else offset + item.start("name")
        yield Mention(start, offset + item.end("name"), entity.type, entity)


def _one(singular: str, place: str, gazetteer: Gazetteer, language: str) -> Entity:
    """The one of a plural that is at a place: a known one under any name of that build, else a new one."""
    words = lexicon()
    noun = re.sub(rf" (?:{_tied()})$", "", singular)
    kind = _kind(noun)
    forms = [f"{singular} {place}", f"{noun} {place}", *(f"{noun} {link} {place}" for link in words.links)]
    forms += [f"{other} {place}" for other, of in words.plural_names.items() if of and _kind(of) == kind]
    forms += [f"{of} {place}" for of in words.plural_names.values() if _kind(of) == kind]
    for form in forms:
        entry = gazetteer.lookup(form)
        if entry and entry.type != "Place":
            return entry.entity(language, (f"{singular} {place}",))
    label = f"{singular} {place}"
    return Entity(f"{segment(kind)}/{slug(label)}", label, kind)


def _kind(noun: str) -> str:
    """The class of a head noun, as the packs give it."""
    words = lexicon()
    plain = re.sub(rf" (?:{_tied()})$", "", noun)
    for heads in (words.front_heads, words.end_heads):
        for head in (plain, plain.rsplit(" ", maxsplit=1)[-1]):
            if head in heads:
                return heads[head].type
    return "University"
