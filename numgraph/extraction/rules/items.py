"""Lists inside text: cut at top-level commas and conjunctions, and each item resolved to an entity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from numgraph.extraction.context import Context
from numgraph.extraction.languages import lexicon
from numgraph.extraction.linking import mint
from numgraph.extraction.persons import find_titled
from numgraph.model import Entity

_TRAILING = re.compile(r"^(?P<name>.*?)\s*\((?P<inside>[^()]*)\)\s*[.;,]?$", re.DOTALL)
_LONGEST_ITEM = 120
_MOST_WORDS = 14


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its place, its name without what follows in brackets, that bracket, and "in <place>"."""

    start: int
    end: int
    name: str
    inside: str = ""
    place: tuple[int, int] | None = None


@cache
def _in_place() -> re.Pattern[str]:
    words = "|".join(map(re.escape, lexicon().place_words))
    return re.compile(rf"^(?P<name>.+?) (?:{words}) (?P<place>[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)?)$")


@cache
def _article() -> re.Pattern[str]:
    words = "|".join(map(re.escape, lexicon().determiners))
    return re.compile(rf"(?:(?i:{words})|{'|'.join(lexicon().joints)})\s(?=[A-ZÄÖÜ])")


@cache
def _kind() -> re.Pattern[str]:
    """A common noun before the name of its kind, in small letters: "the Spanish company X"."""
    words = sorted((re.escape(kind) for kind in lexicon().kinds if kind.islower()), key=len, reverse=True)
    return re.compile(rf"(?:[\w-]+ )?(?:{'|'.join(words)}) (?=[A-Z])")


@cache
def _verb() -> re.Pattern[str]:
    return re.compile(rf"[?!:@]|(?<!\w)(?:{'|'.join(lexicon().clause_verbs)})(?!\w)")


@cache
def _and() -> re.Pattern[str]:
    words = "|".join(sorted((re.escape(word) for word in lexicon().conjunctions), key=len, reverse=True))
    return re.compile(rf"\s(?:{words})\s|\s?&\s(?=[A-Z])")


def split(text: str, start: int) -> Iterator[Item]:
    """The items of a list text that stands at ``start``; commas and conjunctions in brackets part nothing."""
    depth, here, last_comma = 0, 0, -1
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char in ",;" and depth <= 0:
            yield from _item(text, start, here, place)
            here = last_comma = place + 1
    tail = text[here:]
    ands = [m for m in _and().finditer(tail) if tail[: m.start()].count("(") == tail[: m.start()].count(")")]
    if ands and (last_comma >= 0 or len(ands) == 1):
        yield from _item(text, start, here, here + ands[-1].start())
        here += ands[-1].end()
    yield from _item(text, start, here, len(text))


def _item(text: str, start: int, low: int, high: int) -> Iterator[Item]:
    raw = text[low:high]
    plain = raw.strip(" \n\t.:")
    if re.search(r"\b\w\.\w\.", raw[-8:]) and re.search(r"\b\w\.\w$", plain):  # "e.V.", "B.V."
        plain += "."
    article = _article().match(plain)
    plain = plain[article.end() :] if article else plain
    kind = _kind().match(plain)
    plain = plain[kind.end() :] if kind else plain
    if plain and len(plain) <= _LONGEST_ITEM:
        at = start + low + raw.index(plain)
        yield of(plain, at)


def of(plain: str, at: int) -> Item:
    """A single item from its own text, as of a bullet list."""
    bracket = _TRAILING.match(plain)
    name = bracket["name"].strip() if bracket else plain.rstrip(" ;,")
    name = name if re.search(r"\b\w\.\w\.$", name) else name.rstrip(" .")
    inside = bracket["inside"] if bracket else ""
    placed = _in_place().match(name)
    if placed:
        return Item(at, at + len(plain), placed["name"], inside, (at + placed.start("place"), at + placed.end("place")))
    return Item(at, at + len(plain), name, inside)


def entity(context: Context, item: Item, type_: str, before: str = "") -> Entity | None:
    """What an item names: a mention that is all of it, a known name, else a new entity of the list's type."""
    for mention in context.mentions(item.start, item.end):
        covers = mention.start == item.start and mention.end >= item.start + len(item.name)
        if isinstance(mention.thing, Entity) and covers and mention.kind not in ("Place", "Person"):
            return mention.entity
    known = context.gazetteer.lookup(item.name)
    if (known is None or known.type == "Place") and before:
        prefix = before.split(" ", maxsplit=1)[0]
        longer = context.gazetteer.lookup(f"{prefix} {item.name}")
        known = longer or known
    if known and known.type != "Place":
        return context.linked.names.add(known.entity(context.document.language, (item.name,)))
    if not _is_name(item.name) or next(iter(find_titled(item.name)), None):
        return None
    minted = mint(type_, item.name, context.linked.site if type_ == "OrganisationalUnit" else "", context.document)
    short = item.inside if re.fullmatch(r"[A-Za-zÄÖÜäöü][\w.-]{1,14}", item.inside) else ""
    return context.linked.names.add(minted, short)


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        bool(words)
        and len(words) <= _MOST_WORDS
        and len(text) > 1
        and any(char.isupper() for char in text)
        and (text[0].isupper() or any(char.isupper() for char in words[0]))
        and not _verb().search(text)
    )
