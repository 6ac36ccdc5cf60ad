"""Roles of persons: beside a name in running text, and the claims that any stated role leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from numgraph.extraction.context import ORGANISATIONS, STANDS_FOR, WORKS, Context, kind_of
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.mentions import Mention
from numgraph.extraction.persons import degrees_after, find_titled
from numgraph.model import BlockKind, Claim, Entity, Value

_PLACES_OF_WORK = (*ORGANISATIONS, "OrganisationalUnit", "Company", "Funder")
_BRACKETED = re.compile(r"\s\((?P<role>[^()\n]{4,150})\)")
_LONGEST_BEFORE = 150


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf",\s(?:(?:{_articles()})\s)?(?P<role>[^.;:„“”\"\n]{{4,170}})")


@cache
def _is() -> re.Pattern[str]:
    words = lexicon()
    since = "|".join(word for word, plain in words.prepositions.items() if plain in words.since) or "(?!)"
    head = rf"\s(?:{'|'.join(words.copulas)})\s(?:(?:{since})\s[\w. ]{{3,20}}?\s)?(?:(?:{_articles()})\s)?"
    return re.compile(head + r"(?P<role>[^,.;:„“”\"\n]{4,150})")


@cache
def _second() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{'|'.join(lexicon().joints)})\s(?:(?:{_articles()})\s)?(?P<role>[\w-]+[^.;]*)")


@cache
def _ending() -> re.Pattern[str]:
    """What ends a role phrase: a comma, "and" with a finite verb, a bracket."""
    words = lexicon()
    return re.compile(rf",|\s(?:{'|'.join(words.joints)})\s(?:{'|'.join(words.clause_verbs)})\b|\s\(|\)")


@cache
def _articles() -> str:
    words = lexicon()
    return "|".join(sorted({*words.determiners, *words.pointing}, key=len, reverse=True))


@cache
def _role() -> re.Pattern[str]:
    words = lexicon()
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words.roles)})(?:{words.role_endings})?(?![\wäöüß])")


@cache
def _matching(kind: str) -> re.Pattern[str]:
    forms = getattr(lexicon(), kind)
    return re.compile("|".join(forms) if forms else r"(?!)")


def role_in(text: str) -> re.Match[str] | None:
    """The first role noun of a text."""
    return _role().search(text)


def role_claims(
    context: Context,
    who: Entity,
    role: str,
    place: tuple[int, int],
    at: Entity | None,
    *,
    said_there: bool,
    rule: str = "role",
    said_at: int | None = None,
) -> Iterator[Claim]:
    """The role itself; whom the person leads or speaks for, where the role names it (``said_there``).

    ``place`` is the evidence, ``said_at`` where the role's own words begin in it.
    """
    yield context.claim(
        who, "role", Value(role, language=context.document.language), place, f"{rule}.stated", 0.93, at=at
    )
    if at is None or not said_there:
        return
    deputy = any(word.lower() in role.lower() for word in lexicon().deputies)
    before_name = _up_to(context, role, (said_at or place[0], place[1]), at)
    if before_name is None:
        return
    if _matching("leading").search(before_name) and not deputy and at.type != "University":
        yield context.claim(who, "leads", at, place, f"{rule}.leads", 0.9)
    if _matching("coordinating").search(before_name) and not deputy and at.type in WORKS:
        yield context.claim(who, "coordinates", at, place, f"{rule}.coordinates", 0.86)
    if _matching("speaking").search(before_name) and not deputy:
        yield context.claim(who, "speaksFor", at, place, f"{rule}.speaks", 0.9)


def meant_work(context: Context, role: str) -> Entity | None:
    """What the document is about, where a role is one of "the network", "des Instituts", or of a project."""
    pointed = _of_work().search(" " + role.partition(" ")[2]) if " " in role else None
    kinds = STANDS_FOR.get(kind_of(pointed["noun"]), ()) if pointed else ()
    meant = context.main_topic(*kinds) if kinds else None
    if meant or not cue("of_project").search(role):
        return meant
    return context.main_topic("Network", "ResearchProject", "Infrastructure")


@cache
def _common() -> re.Pattern[str]:
    """Common nouns that may stand before a name: "des Netzwerks X"."""
    return re.compile(rf"(?<!\w)(?i:{'|'.join(map(re.escape, lexicon().kinds))})(?:es|s|n|en)?(?!\w)")


def _up_to(context: Context, role: str, place: tuple[int, int], at: Entity) -> str | None:
    """The role up to the name of what it is a role of; None if another noun stands between."""
    text = context.text[slice(*place)]
    mention = next((m for m in context.named(*place) if m.entity.key == at.key), None)
    found = role_in(text) if mention else None
    if mention is None or found is None:
        return role
    nouns = list(_role().finditer(text[: max(mention.start - place[0], 0)]))
    between = _common().sub("", text[nouns[-1].end() : mention.start - place[0]]) if nouns else ""
    return text[: max(mention.start - place[0], 0)] if not re.search(r"[A-ZÄÖÜ]\w{3,}", between) else None


def appositions(context: Context) -> Iterator[Claim]:
    """Titles, roles and affiliations of persons named in running text, quotations included."""
    for block in context.blocks(BlockKind.BODY, BlockKind.LIST_ITEM):
        for mention in context.mentions(block.start, block.end):
            if mention.kind == "Person":
                yield from _of_person(context, mention, block.start, block.end)


def _of_person(context: Context, mention: Mention, low: int, high: int) -> Iterator[Claim]:
    text = context.text
    titled = next(iter(find_titled(text[mention.start : mention.end])), None)
    who = mention.entity
    if titled:
        place = (mention.start, mention.end)
        yield context.claim(who, "academicTitle", Value(titled.title), place, "text.title", 0.95)
    degrees = degrees_after(text, mention.end)
    end = mention.end + text[mention.end : high].find(degrees) + len(degrees) if degrees else mention.end
    if degrees and not titled:
        yield context.claim(who, "academicTitle", Value(degrees), (mention.start, end), "text.degree", 0.9)
    after = next((found for shape in (_after(), _is(), _BRACKETED) if (found := shape.match(text, end, high))), None)
    if after:
        yield from _stated(context, who, after.start("role"), after.group("role"), mention)
    yield from _before(context, mention, low)
    yield from _affiliation(context, mention, end, high)


def _stated(context: Context, who: Entity, start: int, text: str, mention: Mention) -> Iterator[Claim]:
    found = role_in(text)
    if cue("relative").match(text):
        return
    if not found or found.start() > 45 or "," in text[: found.start()]:  # noqa: PLR2004 - adjectives before the noun
        return
    end = _role_end(context, start, text, found)
    second = _second().search(text, found.end(), end - start)
    if second and context.named(start, start + second.start()) and role_in(second["role"]):
        yield from _stated(context, who, start + second.start("role"), text[second.start("role") :], mention)
        end = start + second.start()
    role = text[: end - start].strip()
    named = [m.entity for m in context.mentions(start, end) if m.kind in (*_PLACES_OF_WORK, *WORKS)]
    at = named[0] if named else meant_work(context, role)
    place = (mention.start, start + len(text[: end - start].rstrip()))
    yield from role_claims(context, who, role, place, at, said_there=at is not None, rule="text.role", said_at=start)


def _role_end(context: Context, start: int, text: str, found: re.Match[str]) -> int:
    """Where a role phrase ends: at its first comma outside a name, before a finite verb at the latest."""
    for match in _ending().finditer(text):
        if match.start() < found.end():
            continue
        place = start + match.start()
        if not any(m.start < place < m.end for m in context.mentions(start, start + len(text))):
            return place
    return start + len(text)


def _before(context: Context, mention: Mention, low: int) -> Iterator[Claim]:
    """ "die Dekanin der Medizinischen Fakultät, Dr. X" and "Projektleiterin Dr. X"."""
    text = context.text
    start = max(low, mention.start - _LONGEST_BEFORE)
    window = text[start : mention.start]
    nouns = list(_role().finditer(window)) if "role" in context.linked.scan.builds(start, mention.start) else ()
    if not nouns:
        return
    found = nouns[-1]
    between = (start + found.end(), mention.start)
    named = [m for m in context.mentions(*between) if m.kind in (*_PLACES_OF_WORK, *WORKS)]
    if not _only_place_of_work(text[between[0] : between[1]], named, between[0]):
        return
    role_start = start + found.start()
    role = _copula_at_end().sub("", text[role_start : mention.start].strip(" ,\n:"))
    at = named[0].entity if named else meant_work(context, role)
    yield from role_claims(
        context, mention.entity, role, (role_start, mention.end), at, said_there=at is not None, rule="text.role_before"
    )


@cache
def _to_name() -> re.Pattern[str]:
    return re.compile(rf"\s?,?\s|,?\s(?:{'|'.join(lexicon().copulas)})\s")


@cache
def _copula_at_end() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{'|'.join(lexicon().copulas)})$")


@cache
def _of_work() -> re.Pattern[str]:
    """What a role is one of, by a common noun: " des Verbundes", " of the network"."""
    words = lexicon()
    nouns = "|".join(sorted(map(re.escape, words.kinds), key=len, reverse=True))
    links = "|".join(sorted(map(re.escape, (*words.links, *words.pointing)), key=len, reverse=True))
    return re.compile(rf"^\s(?:(?:{links})\s){{1,2}}(?P<noun>(?i:{nouns}))(?:es|s)?(?![\w-])")


def _only_place_of_work(between: str, named: list[Mention], start: int) -> bool:
    """Whether nothing but "der <organisation>," stands between a role and a name."""
    if not named:
        return bool(_to_name().fullmatch(_of_work().sub("", between)))
    head, tail = between[: named[0].start - start], between[named[-1].end - start :]
    tail = _common().sub("", tail)
    return len(named) <= 2 and len(head.split()) <= 3 and bool(_to_name().fullmatch(tail))  # noqa: PLR2004


def _affiliation(context: Context, mention: Mention, end: int, high: int) -> Iterator[Claim]:
    """ "Prof. X von der Universität Y", "Prof. X (Universität Y)" and "Prof. X, Universität Y."."""
    for other in context.mentions(end, min(high, end + 120)):
        if other.kind in _PLACES_OF_WORK:
            between = context.text[end : other.start]
            after = context.text[other.end : other.end + 1]
            beside = between == ", " and after in ".,;)" and other.kind in ORGANISATIONS
            if (
                cue("comes_from").fullmatch(between.removeprefix(","))
                or (between.strip() == "(" and after == ")")
                or beside
            ):
                place = (mention.start, other.end)
                yield context.claim(mention.entity, "memberOf", other.entity, place, "text.affiliation", 0.9)
            return
