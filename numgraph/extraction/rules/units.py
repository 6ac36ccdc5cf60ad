"""Belonging and place as names themselves show it: "Klinik für X des Universitätsklinikums Y", "Vaasa (Finland)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from numgraph.extraction.context import ORGANISATIONS, Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.mentions import Mention
from numgraph.iris import slug
from numgraph.model import BlockKind, Claim, Entity

_HOSTS = ("University", "UniversityHospital", "Organisation")
_PLACED = (*ORGANISATIONS, "OrganisationalUnit", "Company")


def parts(context: Context) -> Iterator[Claim]:
    """Units right before the organisation they belong to, and organisations right before their place."""
    for block in context.blocks(BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.CONTACT):
        mentions = context.mentions(block.start, block.end)
        for mention in mentions:
            yield from _owner(context, mention)
            yield from _named_after(context, mention)
            if isinstance(mention.thing, Entity):
                yield from _whole(context, mention)
                yield from _shared_out(context, mention)
                yield from _unknown_place(context, mention)
        for one, two in pairwise(mentions):
            yield from _unit(context, one, two)
            yield from _place(context, one, two)


def _named_after(context: Context, mention: Mention) -> Iterator[Claim]:
    """A unit whose name ends with a city is there: "Treuhandstelle Dresden"."""
    if mention.kind == "OrganisationalUnit" and not cue("house").search(context.text[mention.start : mention.end]):
        written = re.sub(r"\s?\([^()]*\)$", "", context.text[mention.start : mention.end])
        entry = context.gazetteer.lookup(written.rsplit(" ", 1)[-1]) if " " in written else None
        if entry and entry.type == "Place":
            city = context.linked.names.add(entry.entity(context.document.language))
            place = _sentence(context, mention.start, (mention.start, mention.end))
            yield context.claim(mention.entity, "locatedIn", city, place, "unit.named_after", 0.85)


def _sentence(context: Context, place: int, fallback: tuple[int, int]) -> tuple[int, int]:
    return next(((s.start, s.end) for s in context.sentences if s.start <= place < s.end), fallback)


def _unit(context: Context, one: Mention, two: Mention) -> Iterator[Claim]:
    if one.kind != "OrganisationalUnit" or two.kind not in (*_HOSTS, "OrganisationalUnit"):
        return
    if not _belongs(context.text[one.end : two.start]) or one.entity.key == two.entity.key:
        return
    if cue("faculty").search(one.entity.label) and two.kind != "University":
        return
    place = _sentence(context, one.start, (one.start, two.end))
    yield context.claim(one.entity, "partOf", two.entity, place, "unit.of", 0.93)


def _belongs(between: str) -> bool:
    return bool(cue("belongs").fullmatch(between))


def _owner(context: Context, mention: Mention) -> Iterator[Claim]:
    """A known name that holds its owner's: "Medizinische Fakultät der TU Dresden"."""
    if mention.kind != "OrganisationalUnit":
        return
    entry = context.gazetteer.entry(mention.entity.key)
    if entry is None or not entry.parent:
        return
    for hit in context.gazetteer.find(context.text[mention.start : mention.end]):
        for other in hit.entries:
            if other.key == entry.parent and hit.start > 0:
                owner = context.linked.names.add(other.entity(context.document.language), hit.name)
                place = _sentence(context, mention.start, (mention.start, mention.end))
                yield context.claim(mention.entity, "partOf", owner, place, "unit.owner", 0.95)


def _whole(context: Context, mention: Mention) -> Iterator[Claim]:
    """A local part of a network that carries its name: "NUM-Community Dresden", "lokale Stabsstelle des NUM"."""
    entry = context.gazetteer.entry(mention.entity.key)
    parent = context.linked.names.entities.get(entry.parent) if entry else None
    if mention.kind not in ("OrganisationalUnit", "Network") or parent is None or parent.type != "Network":
        return
    short = [name for name in context.linked.names.seen[parent.key] if name.isupper()]
    if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", mention.entity.label) for name in short):
        place = _sentence(context, mention.start, (mention.start, mention.end))
        yield context.claim(mention.entity, "partOf", parent, place, "unit.of_network", 0.85)


def _shared_out(context: Context, mention: Mention) -> Iterator[Claim]:
    """Each house of a plural is in its own place: "die Universitätsklinika in Leipzig und Dresden"."""
    entry = context.gazetteer.entry(mention.entity.key)
    written = context.text[mention.start : mention.end]
    known = context.gazetteer.lookup(written.rsplit(" ", 1)[-1]) if entry and mention.kind in ORGANISATIONS else None
    if entry is None or known is None or known.type != "Place" or entry.city not in known.names:
        return
    if cue("placed").search(written[: -len(entry.city)]):
        city = context.linked.names.add(known.entity(context.document.language))
        place = _sentence(context, mention.start, (mention.start, mention.end))
        yield context.claim(mention.entity, "locatedIn", city, place, "unit.shared_out", 0.85)


def _place(context: Context, one: Mention, two: Mention) -> Iterator[Claim]:
    if one.kind not in _PLACED or two.kind != "Place" or _names_place(one.entity, two.entity):
        return
    text = context.text
    between = text[one.end : two.start]
    bracketed = re.fullmatch(r"\s\(", between) and text[two.end : two.end + 1] == ")"
    if bracketed or _in().fullmatch(between):
        place = _sentence(context, one.start, (one.start, two.end))
        yield context.claim(one.entity, "locatedIn", two.entity, place, "unit.place", 0.91)


@cache
def _in() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{'|'.join(lexicon().place_words)})\s")


@cache
def _city() -> re.Pattern[str]:
    """A place that no table knows, right behind an organisation: " (Bocholt)", " in Bocholt,"."""
    words = lexicon()
    joints, places = "|".join(words.joints), "|".join(words.place_words)
    city = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2,}(?:[- ][A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2,})?"
    return re.compile(rf"\s(?:\((?P<bracket>{city})\)|(?:{places})\s(?P<city>{city})(?=[.,;)]|\s(?:{joints})\s|$))")


def _unknown_place(context: Context, mention: Mention) -> Iterator[Claim]:
    found = _city().match(context.text, mention.end) if mention.kind in (*ORGANISATIONS, "Company") else None
    part = "bracket" if found and found["bracket"] else "city"
    if found is None or context.mentions(*found.span(part)):
        return
    name = found[part]
    if not name.lower().endswith(lexicon().no_places) and not _common().search(name):
        city = context.linked.names.add(Entity(f"place/{slug(name)}", name, "Place"))
        place = _sentence(context, mention.start, (mention.start, found.end()))
        yield context.claim(mention.entity, "locatedIn", city, place, "unit.unknown_place", 0.8)


@cache
def _common() -> re.Pattern[str]:
    """Words with a capital that name no place: months, roles, common nouns of things."""
    words = lexicon()
    every = {*words.months, *words.kinds, *words.common_nouns, *words.unnamed, *words.people, *words.members}
    nouns = "|".join(sorted(map(re.escape, every), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?i:{nouns})(?!\w)")


def _names_place(one: Entity, two: Entity) -> bool:
    return one.label == two.label
