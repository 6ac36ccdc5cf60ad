"""Participation told by counted lists: "an elf Infrastrukturen (A, B, C) sowie zehn Projekten (D, E) beteiligt"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from numgraph.extraction.context import ORGANISATIONS, Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.mentions import Mention, Sentence
from numgraph.extraction.rules import items
from numgraph.extraction.rules.funding import phase_owner
from numgraph.extraction.rules.relations import is_hedged
from numgraph.model import Claim, Entity, Value

_ACTORS = (*ORGANISATIONS, "OrganisationalUnit", "Company", "Network", "Infrastructure")
_LISTED = ("Infrastructure", "ResearchProject", "Register", "Network")
_MOST_ITEMS = 80


@cache
def _counted() -> re.Pattern[str]:
    words = lexicon()
    nouns = "|".join(
        f"(?P<{name}{n}>{re.escape(word)})"
        for name in ("infrastructures", "projects")
        for n, word in enumerate(dict.fromkeys(getattr(words, name)))
    )
    return re.compile(rf"(?:{nouns})(?=(?P<between>[^.;:(]{{0,70}}?)(?P<open>\s?\(|:\s))")


@cache
def _participating() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?i:{'|'.join(map(re.escape, lexicon().participation))})(?!\w)")


def _participates(sentence: Sentence) -> bool:
    return sentence.may_say("participation") and bool(_participating().search(sentence.text))


def counted_lists(context: Context) -> Iterator[Claim]:
    """Counts and items of the infrastructures and projects that somebody takes part in."""
    for count, sentence in enumerate(context.sentences):
        if not (sentence.entities(*_LISTED) or "(" in sentence.text or ":" in sentence.text):
            continue
        before = context.sentences[max(0, count - 2) : count]
        subject = _subject(sentence, before)
        if subject is None:
            continue
        yield from _building(context, sentence, subject)
        if not _participates(sentence) or is_hedged(sentence):
            continue
        network = _framework(context, (*before, sentence))
        for match in _counted().finditer(sentence.text):
            yield from _list(context, sentence, match, subject, network)


def _subject(sentence: Sentence, before: tuple[Sentence, ...]) -> Entity | None:
    """The organisation a sentence is about: its first, else the first of the sentence before in the same section."""
    for one in (sentence, *reversed(before)):
        actors = [m for m in one.entities(*_ACTORS) if not _in_brackets(one, m)]
        if actors and one.block.heading == sentence.block.heading:
            return actors[0].entity
    return None


def _in_brackets(sentence: Sentence, mention: Mention) -> bool:
    """Whether a mention is an item of a bracketed list, which acts in nothing."""
    before = sentence.text[: mention.start - sentence.start]
    return before.count("(") > before.count(")")


def _framework(context: Context, near: tuple[Sentence, ...]) -> Entity | None:
    """The network within which a list is told: the owner of the phase named nearby, else the one network named."""
    for sentence in reversed(near):
        for phase in sentence.of_kind("FundingPhase"):
            return phase_owner(context, phase.entity)
    networks = {m.entity.key: m.entity for sentence in near for m in sentence.entities("Network")}
    return next(iter(networks.values())) if len(networks) == 1 else None


def _list(
    context: Context, sentence: Sentence, match: re.Match[str], subject: Entity, network: Entity | None
) -> Iterator[Claim]:
    is_project = any(value for name, value in match.groupdict().items() if name.startswith("projects"))
    place = (sentence.start, sentence.end)
    number = _count_before(sentence, sentence.start + match.start())
    text = _list_text(sentence.text, match)
    listed = list(items.split(text[1], sentence.start + text[0]))[:_MOST_ITEMS] if text else []
    if len(listed) < 2:  # noqa: PLR2004 - "(Co-)Sprecher" is no list
        return
    if number:
        predicate = "countOfProjects" if is_project else "countOfInfrastructures"
        yield context.claim(subject, predicate, number, place, "participation.count", 0.93)
    type_ = "ResearchProject" if is_project else "Infrastructure"
    before = ""
    for item in listed:
        entity = items.entity(context, item, type_, before)
        before = item.name if entity and " " in item.name else before
        if entity and entity.key != subject.key:
            yield context.claim(subject, "participatesIn", entity, place, "participation.item", 0.94)
            if network and entity.key != network.key and _fits(context, entity, network):
                yield context.claim(entity, "partOf", network, place, "participation.framework", 0.88)


def _fits(context: Context, entity: Entity, network: Entity) -> bool:
    """Whether the tables do not place it elsewhere; what belongs to a part of the network belongs to the network."""
    entry = context.gazetteer.entry(entity.key)
    return entry is None or not entry.parent or network.key in context.gazetteer.ancestors(entity.key)


def _count_before(sentence: Sentence, place: int) -> Value | None:
    """The number that counts the noun at ``place``: at most four words stand between."""
    counts = [m for m in sentence.of_kind("count") if m.end <= place]
    if not counts:
        return None
    between = sentence.text[counts[-1].end - sentence.start : place - sentence.start]
    return counts[-1].value if len(between.split()) <= 4 and not re.search(r"[,.;()]", between) else None  # noqa: PLR2004


def _list_text(text: str, match: re.Match[str]) -> tuple[int, str] | None:
    """The list in the bracket that opens after the noun (its closing one, nested ones skipped), or after the colon."""
    start = match.end("open")
    if match["open"].startswith(":"):
        return start, text[start:]
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return start, text[start:place]
    return None


def _building(context: Context, sentence: Sentence, subject: Entity) -> Iterator[Claim]:
    """ "leitet den Aufbau eines Registers (X)" with the subject of the whole sentence."""
    for match in cue("building").finditer(sentence.text) if sentence.says("building") else ():
        place = (sentence.start, sentence.end)
        near = [
            m
            for m in sentence.entities("Register", "Infrastructure", "ResearchProject", "Network")
            if _follows(m, sentence.start + match.end())
        ]
        for count, mention in enumerate(near[:2]):
            if count == 0:
                yield context.claim(subject, "buildsUp", mention.entity, place, "participation.builds", 0.9)
            elif sentence.text[mention.start - sentence.start - 1] == "(":
                yield context.claim(subject, "leads", mention.entity, place, "participation.leads", 0.82)
                yield context.claim(near[0].entity, "partOf", mention.entity, place, "participation.part", 0.75)


def _follows(mention: Mention, place: int) -> bool:
    return place <= mention.start <= place + 80
