"""Relations said in a sentence by a phrase of a language pack; what a phrase may relate is checked here once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from numgraph.extraction.context import ORGANISATIONS, WORKS, Context
from numgraph.extraction.languages import cue, lexicon
from numgraph.extraction.linking import mint
from numgraph.extraction.mentions import Mention, Sentence
from numgraph.extraction.phrases import Match, find
from numgraph.extraction.triggers import HEDGE
from numgraph.model import Claim, Entity, Modality, Value

_ORG = (*ORGANISATIONS, "OrganisationalUnit", "Funder", "Company")
_BODY = (*_ORG, *WORKS)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a relation may hold between, and how often its phrases are right in texts that nobody tuned them to."""

    confidence: float
    subjects: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


RELATIONS = {
    "fundedBy": Relation(
        0.94, (*WORKS, "FundingPhase", "OrganisationalUnit"), (*_ORG, "Programme", "Network", "Place")
    ),
    "fundingAmount": Relation(0.94, ("Network", "Infrastructure", "ResearchProject", "Register", "FundingPhase")),
    "foundedOn": Relation(0.94, _BODY),
    "foundedBecauseOf": Relation(0.92, _BODY),
    "coFoundedBy": Relation(0.94, _BODY, (*_ORG, "Network", "Person")),
    "spinOffOf": Relation(0.94, ("Company", "Organisation"), _ORG),
    "hasMemberCount": Relation(0.94, ("Network", "Organisation", "Infrastructure", "ResearchProject")),
    "countOfInstitutions": Relation(0.94, ("Network", "Organisation", "Infrastructure", "ResearchProject")),
    "countOfProjects": Relation(0.88, _BODY),
    "countOfInfrastructures": Relation(0.88, _BODY),
    "participatesIn": Relation(0.92, (*_BODY, "Person"), (*WORKS, "Event", "FundingPhase")),
    "memberOf": Relation(0.92, _BODY, ("Network", "Organisation", "Infrastructure", "ResearchProject")),
    "partnerOf": Relation(0.92, _BODY, _BODY),
    "collaboratesWith": Relation(0.88, _BODY, _BODY),
    "joinedOn": Relation(0.92, _BODY),
    "partOf": Relation(0.9, _BODY, _BODY),
    "hostedAt": Relation(0.9, _BODY, _ORG),
    "locatedIn": Relation(0.9, _BODY, ("Place",)),
    "buildsUp": Relation(0.9, (*_ORG, "Network"), WORKS),
    "leads": Relation(0.92, ("Person", *_ORG), _BODY),
    "coordinates": Relation(0.9, (*_ORG, "Network", "Person"), WORKS),
    "coordinatesCourse": Relation(0.92, (*_ORG, "Network"), ("Programme", "Event")),
    "delegationSize": Relation(0.92, _ORG),
    "eventPlace": Relation(0.92, ("Event",), ("Place",)),
    "eventDate": Relation(0.89, ("Event",)),
    "speaksFor": Relation(0.92, ("Person",), (*ORGANISATIONS, "OrganisationalUnit", *WORKS)),
    "goal": Relation(0.85, (*_BODY, "FundingPhase")),
    "offers": Relation(0.6, _BODY),
}
BY_HEADS = ("leads", "coordinates", "speaksFor")
HANDLED_APART = ("strategicNetwork", "followedOn", "welcomed")
_AIMS = ("goal", "foundedBecauseOf")  # plans by nature
_NEVER_PLANNED = ("hasMemberCount", "countOfInstitutions", "countOfProjects", "countOfInfrastructures", "joinedOn")
_FARTHEST_DATE = 3  # sentences
_TOPICS = ("Network", "ResearchProject", "Infrastructure", "Register", "OrganisationalUnit")
_PART_END = re.compile(r"(?<!\d)[,;](?!\d)|\s[–—]\s")
_CUT = re.compile(r"\s+$|[\s,;:]+$")


@cache
def _hedges() -> re.Pattern[str]:
    words = sorted((*lexicon().negations, *lexicon().plans), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?i:{'|'.join(map(re.escape, words))})(?!\w)(?!(?<=\b[Nn]o)\.? \d)")


@lru_cache(maxsize=256)
def hedged(text: str) -> bool:
    """Whether a clause denies or hopes: such a clause states no fact."""
    return bool(_hedges().search(text))


def _may_hedge(sentence: Sentence) -> bool:
    return HEDGE in sentence.triggers.cues


@cache
def _deputy() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, lexicon().deputies)), re.IGNORECASE)


def heads_no_more(clause: str, sentence: Sentence) -> bool:
    """Whether a clause tells of a deputy, or its sentence of somebody who led until a day."""
    return bool(_deputy().search(clause) or sentence.says("former"))


def is_hedged(sentence: Sentence) -> bool:
    """Whether any clause of a sentence denies or hopes."""
    return _may_hedge(sentence) and hedged(sentence.text)


@lru_cache(maxsize=256)
def _sound_parts(text: str) -> tuple[tuple[int, int], ...]:
    """The parts of a sentence between commas that neither deny nor hope, nor tell what is hoped ("that ...")."""
    parts: list[tuple[int, int]] = []
    start, doubted = 0, False
    for end in (*(match.start() for match in _PART_END.finditer(text)), len(text)):
        part = text[start:end]
        doubted = hedged(part) or (doubted and bool(cue("content_clause").match(part.lstrip(" ,;–"))))
        if not doubted:
            parts.append((start, end))
        start = end
    return tuple(parts)


def sound(sentence: Sentence) -> tuple[tuple[int, int], ...]:
    """The stretches of the document in which a sentence states something: all of it where it has no doubts."""
    if not is_hedged(sentence):
        return ((sentence.start, sentence.end),)
    return tuple((sentence.start + low, sentence.start + high) for low, high in _sound_parts(sentence.text))


def is_sound(sentence: Sentence, mention: Mention) -> bool:
    """Whether what a sentence says at a mention is neither denied nor hoped."""
    return any(low <= mention.start < high for low, high in sound(sentence))


def modality(sentence: Sentence, clause: str) -> Modality | None:
    """How a clause of a sentence means what it says: as so, as decided for the future, or (None) not as a statement."""
    if _may_hedge(sentence) and hedged(sentence.text) and (hedged(clause) or _is_only_content(sentence)):
        return None
    planned = "future" in sentence.triggers.cues and cue("future").search(clause)
    return Modality.PLANNED if planned else Modality.ASSERTED


def _is_only_content(sentence: Sentence) -> bool:
    """Whether a sentence begins with a doubt and goes on with what it is about: "Geplant ist, dass ..."."""
    content = cue("content_intro").search(sentence.text)
    return content is not None and hedged(sentence.text[: content.start()])


def phrases(context: Context) -> Iterator[Claim]:
    """Every relation that a phrase of the packs states in a sentence of the body."""
    for sentence in context.sentences:
        for match in find(sentence):
            how = _modality(sentence, match)
            if match.relation in BY_HEADS and heads_no_more(match.masked + match.after, sentence):
                continue
            if match.relation in RELATIONS and how is not None:
                yield from _claims(context, sentence, match, how)
            elif match.relation == "strategicNetwork":
                yield from _network(context, sentence, match)
            elif match.relation == "followedOn" and how is Modality.ASSERTED:
                yield from _followed(context, sentence, match)
            elif match.relation == "welcomed" and how is Modality.ASSERTED:
                yield from _welcomed(context, sentence, match)


def _modality(sentence: Sentence, match: Match) -> Modality | None:
    free = match.masked + match.after
    if match.relation in _AIMS:
        return None if _denied().search(free[:120]) else Modality.ASSERTED
    how = modality(sentence, free)
    return None if how is Modality.PLANNED and match.relation in _NEVER_PLANNED else how


@cache
def _denied() -> re.Pattern[str]:
    words = sorted(lexicon().negations, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?i:{'|'.join(map(re.escape, words))})(?!\w)")


def _claims(context: Context, sentence: Sentence, match: Match, how: Modality) -> Iterator[Claim]:
    relation = RELATIONS[match.relation]
    subjects = [m.entity for m in match.mentions.get("s", ()) if not relation.subjects or m.kind in relation.subjects]
    if "s" not in match.mentions:
        subjects = unsaid(context, sentence)
    at = match.one("at")
    if match.relation == "joinedOn" and at is None and not _unsaid_near(context, sentence):
        return
    for subject in subjects:
        for obj in _objects(context, sentence, match, relation):
            if isinstance(obj, Entity) and obj.key == subject.key:
                continue
            yield context.claim(
                subject,
                match.relation,
                obj,
                (sentence.start, sentence.end),
                f"phrase.{match.relation}",
                round(relation.confidence * (0.75 if how is Modality.PLANNED else 1), 2),
                modality=how,
                at=at.entity if at else (_unsaid_near(context, sentence) if match.relation == "joinedOn" else None),
            )


def _unsaid_near(context: Context, sentence: Sentence) -> Entity | None:
    """The one network of this sentence or of those before it."""
    here = spoken_of(sentence.mentions, "Network")
    near = here or [entity for entity in unsaid(context, sentence) if entity.type == "Network"]
    return near[0] if len(near) == 1 else None


def unsaid(context: Context, sentence: Sentence) -> list[Entity]:
    """Who a sentence without a named subject speaks of: the one network or project of the sentences before it."""
    if spoken_of(sentence.mentions, "Network", "ResearchProject"):
        return []
    meant = (
        context.going_on(sentence) or context.main_topic("Network", "ResearchProject") or context.main_topic(*_TOPICS)
    )
    return [meant] if meant else []


def _objects(context: Context, sentence: Sentence, match: Match, relation: Relation) -> Iterator[Entity | Value]:
    if match.relation == "participatesIn" and "o" not in match.mentions:
        yield from unsaid(context, sentence)
    for mention in match.mentions.get("o", ()):
        if not relation.objects or mention.kind in relation.objects:
            yield mention.entity
    for mention in match.mentions.get("v", ()):
        yield mention.value
    if "v" in match.texts:
        text = " ".join(_CUT.sub("", context.document.text[slice(*match.texts["v"])]).split())
        if text:
            yield Value(text, language=context.document.language)


def _network(context: Context, sentence: Sentence, match: Match) -> Iterator[Claim]:
    """Partners that work together in a network which only the heading names: its members."""
    members = [m.entity for slot in ("m", "m2", "o") for m in match.mentions.get(slot, ())]
    place = (sentence.start, sentence.end)
    for member in members[1:]:
        yield context.claim(members[0], "collaboratesWith", member, place, "phrase.network", 0.88)
    network = _heading_network(context, sentence)
    for member in members if network else ():
        yield context.claim(member, "memberOf", network, place, "phrase.network", 0.82)  # type: ignore[arg-type]


@cache
def _called_network() -> re.Pattern[str]:
    nouns = "|".join(re.escape(noun) for noun, kind in lexicon().kinds.items() if kind == "Network")
    return re.compile(rf"(?P<name>(?:[\w-]+ ){{0,3}}(?i:{nouns}))\b")


def _heading_network(context: Context, sentence: Sentence) -> Entity | None:
    """The network a heading names, or calls one without giving it a name."""
    heading = sentence.block.heading
    named = context.section(sentence.block, "Network")
    if named or heading is None:
        return named
    called = _called_network().match(context.document.slice(heading))
    if not called:
        return None
    return context.linked.names.add(mint("Network", called["name"], context.document.id[-8:], context.document))


def _followed(context: Context, sentence: Sentence, match: Match) -> Iterator[Claim]:
    """ "Y followed in 2021" after a sentence that says what X joined."""
    before = context.before(sentence)
    network = _unsaid_near(context, sentence)
    date = match.one("v")
    if network is None or date is None or before is None or not before.says("joining"):
        return
    place = (sentence.start, sentence.end)
    for mention in match.mentions.get("s", ()):
        if mention.kind in RELATIONS["joinedOn"].subjects and mention.entity.key != network.key:
            yield context.claim(mention.entity, "joinedOn", date.value, place, "phrase.followed", 0.85, at=network)
            yield context.claim(mention.entity, "memberOf", network, place, "phrase.followed", 0.82)


def _welcomed(context: Context, sentence: Sentence, match: Match) -> Iterator[Claim]:
    """ "X welcomed a new partner, Y": when, says the sentence, else the last one before it that has a date."""
    told, looked = sentence, 0
    while not told.of_kind("date") and looked < _FARTHEST_DATE and (before := context.before(told)):
        told, looked = before, looked + 1
    dates, at = told.of_kind("date"), match.one("at")
    if at is None or len(dates) != 1:
        return
    for mention in match.mentions.get("s", ()):
        if mention.entity.key != at.entity.key:
            place = (told.start, sentence.end)
            yield context.claim(mention.entity, "joinedOn", dates[0].value, place, "phrase.welcomed", 0.8, at=at.entity)


def spoken_of(mentions: tuple[Mention, ...], *kinds: str) -> list[Entity]:
    """The distinct entities of these kinds, in order of their first mention."""
    found = {m.entity.key: m.entity for m in mentions if m.kind in kinds}
    return list(found.values())
