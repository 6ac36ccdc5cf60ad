"""Names of organisations, projects and events that no table knows, recognised by how such names are built.

Three builds: a head noun that the name continues to the right ("Institut für Pathologie", "University of Toronto"),
a head noun that ends it ("Drexel University"), and a common noun that says what the proper name beside it names
("stichting ECRAID", "Projekt NUM4Rare").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from numgraph.extraction import name_shapes
from numgraph.extraction.languages import Head, lexicon
from numgraph.extraction.scan import Words

_ADJECTIVES = 2  # before a head noun
_SPACED_PROPER = re.compile(rf" {name_shapes.PROPER}")
_DECLINED = re.compile(r"(?<=[a-zäöüß]{3})(?:en|em|es|e)$|(?<=isch|lich)er$")
_DOTTED = re.compile(r"\b\w\.\w\.$")
_COMPOUND_TAIL = re.compile(r"-[a-zäöü][\w-]*$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name found: where, the class it suggests, its base form, and whether it stands for one thing of a site only."""

    start: int
    end: int
    type: str
    label: str
    local: bool = False


def find_names(text: str, words: Words) -> Iterator[Name]:
    """Every name of one of the builds that its words allow for; they may overlap, the longest should win."""
    if "lone" in words.builds:
        yield from _lones(text)
    if "front" in words.builds:
        yield from _fronts(text, words.heads)
    if "end" in words.builds:
        yield from _ends(text)
    if "kind" in words.builds:
        yield from _kind_names(text, words.kinds)
    if "event" in words.builds:
        yield from _event_names(text)


def _lones(text: str) -> Iterator[Name]:
    for match in name_shapes.lone().finditer(text):
        type_ = lexicon().lone_heads[match["ending"]]
        end = (
            match.end() if type_ in ("University", "Funder", "Organisation") and match["place"] else match.end("ending")
        )
        yield Name(match.start(), end, type_, text[match.start() : end], type_ == "OrganisationalUnit")


def find_slotted(text: str, builds: frozenset[str]) -> Iterator[Name]:
    """Names that nothing but their place shows: what stands after "funded by" in capitals. Persons are not meant."""
    for number, (type_, pattern) in enumerate(name_shapes.slots()):
        for match in pattern.finditer(text) if f"slot {number}" in builds else ():
            name = match["slotted"]
            if name.split()[0] not in lexicon().unnamed and name not in lexicon().common_nouns:
                yield Name(match.start("slotted"), match.start("slotted") + len(name), type_, name)


def _fronts(text: str, heads: list[int]) -> Iterator[Name]:
    words = lexicon()
    for match in _front_matches(text, heads):
        head, lead = match["head"], _strip_unnamed(match["lead"] or "")
        found = words.front_heads.get(lead + head) or _head(head, words.front_heads)
        place = match["place"]
        proper = place is not None and _SPACED_PROPER.match(place)
        direct = found.direct and not (proper and found.type == "Network")
        if (
            place
            and not direct
            and found.type in ("OrganisationalUnit", "Network", "Funder", "Infrastructure", "Register", "Programme")
        ):
            place = "" if match["link"] is None and not head.endswith(words.placed_heads) else place
        if not (match["topic"] or place or (lead and found.type == "OrganisationalUnit" and _may_stand_alone(head))):
            continue
        start = match.start("lead") + len(match["lead"] or "") - len(lead)
        end = match.end() if place or match["topic"] else match.end("head")
        if found.type in ("University", "UniversityHospital"):  # "University of X and Y College" are two
            joint = _joint().search(text, match.end("head"), end)
            end = joint.start() if joint else end
        rest = text[match.end("case") if match["case"] else match.end("head") : end]
        bare = _COMPOUND_TAIL.search(rest)
        if bare:  # "UMC Utrecht-onderzoeker"
            rest, end = rest[: bare.start()], end - len(bare.group())
        label = nominative(lead, found.gender) + head + rest
        yield Name(start, end, found.type, _spaced(label), found.type == "OrganisationalUnit")


def _front_matches(text: str, heads: list[int]) -> Iterator[re.Match[str]]:
    """The names around head nouns, each with the adjectives that belong to it; what a name holds begins no other."""
    shape, done = name_shapes.front(), 0
    for word in heads:
        starts = [word]
        while len(starts) <= _ADJECTIVES and starts[0] and text[starts[0] - 1] == " ":
            before = max(text.rfind(" ", 0, starts[0] - 1), text.rfind("\n", 0, starts[0] - 1)) + 1
            if not _may_lead(text[before : starts[0] - 1]):
                break
            starts.insert(0, before)
        for start in starts:
            match = shape.match(text, start) if start >= done else None
            if match:
                done = match.end()
                yield match
                break


@lru_cache(maxsize=20_000)  # the words of a language come again and again
def _may_lead(word: str) -> bool:
    """Whether a word is an adjective that may begin a name."""
    return bool(name_shapes.lead().fullmatch(word))


def _may_stand_alone(head: str) -> bool:
    return head.lower().endswith(lexicon().standing_alone)


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(rf",|\s(?:{name_shapes.alternation(lexicon().joints)})\s")


def _head(word: str, heads: object) -> Head:
    table: dict[str, Head] = heads  # type: ignore[assignment]
    last = word.rsplit("-", 1)[-1]
    if last in table:
        return table[last]
    for name in sorted(table, key=len, reverse=True):
        if word.lower().endswith(name.lower()):
            return table[name]
    return Head("Organisation")


def _strip_unnamed(lead: str) -> str:
    words = lead.split()
    while words and words[0] in lexicon().unnamed:
        words.pop(0)
    return "".join(word + " " for word in words)


def nominative(adjectives: str, gender: str) -> str:
    """German adjectives as they stand before the bare name: "Medizinischen Fakultät" is "Medizinische Fakultät".

    An adjective made of a place keeps its form: "Karlsruher Institut".

    >>> nominative("Medizinischen ", "f"), nominative("Sächsisches ", ""), nominative("Karlsruher ", "n")
    ('Medizinische ', 'Sächsisches ', 'Karlsruher ')
    """
    ending = {"f": "e", "n": "es", "m": "er"}.get(gender)
    if not ending:
        return adjectives
    return "".join(_DECLINED.sub(ending, word) + " " for word in adjectives.split())


def _spaced(label: str) -> str:
    plain = " ".join(label.split()).strip(" ,;:-")
    return plain.rstrip(".") if plain.endswith(".") and not _DOTTED.search(plain) else plain


def _last_joint(name: str) -> tuple[str, str, str]:
    """A name before and after its last "and"."""
    found = [match for match in _joint().finditer(name) if match.group() != ","]
    return (name[: found[-1].start()], found[-1].group(), name[found[-1].end() :]) if found else ("", "", name)


def _ends(text: str) -> Iterator[Name]:
    words = lexicon()
    for match in name_shapes.end().finditer(text):
        if match["bound"] and re.sub(r"(?:s|en)$", "", match["bound"]) in words.common_compounds:
            continue
        if match["bound"]:
            head = words.end_heads["-" + match["head2"]]
            label = re.sub(rf"(?<={re.escape(match['head2'])})(?:s|en)(?= |$)", "", match["bound"])
            yield Name(match.start(), match.end(), head.type, _spaced(label), head.type == "OrganisationalUnit")
            continue
        full = match["name"]
        owner, _, owned = full.rpartition("'s ") if "'s " in full else full.rpartition("’s ")
        if owner and owner.rsplit(" ", 1)[-1] in words.end_heads:  # "the Tidal Trust's Horizon Programme" are two
            head = words.end_heads[owner.rsplit(" ", 1)[-1]]
            yield Name(match.start(), match.start() + len(owner), head.type, _spaced(owner))
        name = owned if owner else full
        while " " in name and (name.split(" ", 1)[0] in lexicon().unnamed or name_shapes.role().match(name)):
            name = name.split(" ", 1)[1]
        left, joint, right = _last_joint(name)
        if joint and any(word in words.front_heads or word in words.end_heads for word in left.split()):
            name = right
            ended = left.rsplit(" ", 1)[-1] in words.end_heads
            if ended and left.split()[0] not in words.end_heads and left.split()[0] not in words.unnamed:
                start = match.start() + full.find(left)
                head = words.end_heads[left.rsplit(" ", 1)[-1]]
                yield Name(start, start + len(left), head.type, _spaced(left), head.type == "OrganisationalUnit")
        if name == match["head"] or name.split()[0] == match["head"].split()[0]:
            continue
        after = full[full.rfind(match["head"]) + len(match["head"]) :].strip()
        if after and match["head"] not in ("College", "University"):
            name = name[: name.rfind(match["head"]) + len(match["head"])]
        start = match.start() + full.find(name)
        end = start + len(name) + (len(match["tail"]) if start + len(name) == match.end("name") else 0)
        found = words.end_heads[match["head"]]
        yield Name(start, end, found.type, _spaced(text[start:end]), found.type == "OrganisationalUnit")


@cache
def _kind_types() -> dict[str, str]:
    return {kind.lower(): of for kind, of in lexicon().kinds.items()}


def _kind_names(text: str, nouns: list[int]) -> Iterator[Name]:
    kinds, shapes = _kind_types(), name_shapes.kinds()
    for start in nouns:
        match = shapes.noun.match(text, start)
        if match and match["kind"]:
            part = "quoted" if match["quoted"] else "proper"
            yield Name(match.start(part), match.end(part), kinds[match["kind"].lower()], match[part])
            yield from _listed(text, match.end(), kinds[match["kind"].lower()])
        elif match and match["title"].split()[0] not in lexicon().unnamed:
            yield Name(match.start("title"), match.end("title"), kinds[match["low"].lower()], match["title"])
    for token in name_shapes.proper().finditer(text):
        yield from _named_kind(text, token.start(), shapes, kinds)
    for match in shapes.plain.finditer(text):
        if kinds[match["kind4"].lower()] in ("ResearchProject", "Network", "Programme", "Register"):
            yield Name(match.start("titled"), match.end("titled"), kinds[match["kind4"].lower()], match["titled"])
    for match in shapes.quoted.finditer(text):
        yield Name(match.start("quoted3"), match.end("quoted3"), kinds[match["kind5"].lower()], match["quoted3"])


def _named_kind(text: str, start: int, shapes: name_shapes.KindShapes, kinds: dict[str, str]) -> Iterator[Name]:
    """A proper name that begins at ``start``, with its kind after it."""
    match = shapes.name.match(text, start)
    if match and match["defined"]:
        yield Name(start, match.end("defined"), kinds[match["kind3"].lower()], match["defined"])
    elif match:
        if match["quoted2"]:
            kind = kinds[match["kind2"].lower()]
            yield Name(match.start("quoted2"), match.end("quoted2"), kind, match["quoted2"])
        yield Name(start, match.end("before"), "", match["before"])
    else:
        before = text[max(0, start - 8) : start].split()
        titled = shapes.titled.match(text, start) if before and before[-1].lower() in shapes.articles else None
        if titled:
            yield Name(start, titled.end("titled"), kinds[titled["kind4"].lower()], titled["titled"])


def _listed(text: str, place: int, type_: str) -> Iterator[Name]:
    """Further proper names of the same kind: "in den Projekten ALPHA, BETA und GAMMA"."""
    while match := _further().match(text, place):
        yield Name(match.start("proper"), match.end("proper"), type_, match["proper"])
        place = match.end()


@cache
def _further() -> re.Pattern[str]:
    joint = name_shapes.alternation(lexicon().joints)
    return re.compile(rf"(?:,|,? (?:{joint})) (?P<proper>{name_shapes.PROPER})")


def _is_common(name: str) -> bool:
    plain = name.lower()
    return any(plain in (head.lower(), head.lower() + "s", head.lower() + "es") for head in lexicon().event_heads)


@cache
def _in_place() -> re.Pattern[str]:
    return re.compile(rf" (?:{name_shapes.alternation(lexicon().place_words)}) [A-ZÄÖÜ]\w+")


def _event_names(text: str) -> Iterator[Name]:
    for common in name_shapes.common_events().finditer(text):
        yield Name(common.start(), common.end(), "Event", common.group(), local=True)
    for match in name_shapes.events().finditer(text):
        name = match["name"]
        while name.split(" ", 1)[0] in lexicon().unnamed and " " in name:
            name = name.split(" ", 1)[1]
        placed = _in_place().match(text, match.end())
        if _is_common(name):  # "Summer School" alone names nothing; its place or year makes it a name
            if not placed:
                continue
            label = name + placed.group()
            yield Name(match.start() + match["name"].find(name), match.end(), "Event", label)
            continue
        start = match.start() + match["name"].find(name)
        yield Name(start, match.end(), "Event", _spaced(name))
