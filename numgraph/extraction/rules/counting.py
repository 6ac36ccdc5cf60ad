"""How many members, institutions, projects or infrastructures something has: "ein Verbund von 17 Universitäten"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from numgraph.extraction.context import Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.mentions import Mention, Sentence
from numgraph.extraction.rules.relations import is_sound, unsaid
from numgraph.model import Claim, Entity

_BY_NOUN = (
    ("members", "hasMemberCount"),
    ("institutions", "countOfInstitutions"),
    ("infrastructures", "countOfInfrastructures"),
    ("projects", "countOfProjects"),
)
_COUNTED = ("Network", "ResearchProject", "Infrastructure")
_LARGEST = 5000  # members of a network


@cache
def _nouns() -> re.Pattern[str]:
    words = lexicon()
    kinds = "|".join(
        f"(?P<{name}>{'|'.join(sorted(map(re.escape, getattr(words, name)), key=len, reverse=True))})"
        for name, _ in _BY_NOUN
    )
    return re.compile(rf"(?P<between>(?: [a-zà-ÿ][\w-]*| [A-ZÄÖÜ][\w-]*e[rn]?){{0,3}}?) (?:{kinds})(?![\w-])")


def counts(context: Context) -> Iterator[Claim]:
    """The first count of each kind in a sentence that says who or what a network or project is made of."""
    for sentence in context.sentences:
        numbers = sentence.of_kind("count")
        if not numbers or not sentence.says("made_of") or sentence.says("future") or sentence.says("grown_from"):
            continue
        numbers = [number for number in numbers if is_sound(sentence, number)]
        told: set[str] = set()
        for number in numbers:
            predicate = _predicate(context, sentence, number)
            whole = _whole(context, sentence, number) if predicate else None
            if whole and predicate and predicate not in told:
                told.add(predicate)
                place = (sentence.start, sentence.end)
                yield context.claim(whole, predicate, number.value, place, "count.made_of", 0.85)


def _predicate(context: Context, sentence: Sentence, number: Mention) -> str | None:
    found = _nouns().match(context.text, number.end, sentence.end)
    if found is None or int(number.value.value) > _LARGEST or cue("further").search(found["between"]):
        return None
    before = context.text[max(sentence.start, number.start - 30) : number.start]
    if cue("share_of").search(before):
        return None
    return next(predicate for name, predicate in _BY_NOUN if found[name])


def _whole(context: Context, sentence: Sentence, number: Mention) -> Entity | None:
    """The one network or project named before the number or as what is taken part in, else what is spoken of."""
    mentions = sentence.entities(*_COUNTED)
    named = {m.entity.key: m.entity for m in mentions}
    if named:
        near = any(m.end <= number.start or cue("part_of_it").search(_before(context, sentence, m)) for m in mentions)
        return next(iter(named.values())) if len(named) == 1 and near else None
    meant = unsaid(context, sentence)
    return meant[0] if len(meant) == 1 and sentence.says("speaks_of_it") else None


def _before(context: Context, sentence: Sentence, mention: Mention) -> str:
    return context.text[max(sentence.start, mention.start - 30) : mention.start]
