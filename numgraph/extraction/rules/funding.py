"""Funding: phases of a network, and what is funded with how much, from when to when.

Dates and sums belong to the phase they stand nearest to; without a phase to the one work the sentence is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from numgraph.extraction.context import ORGANISATIONS, WORKS, Context
from numgraph.extraction.languages import cue
from numgraph.extraction.mentions import Mention, Sentence
from numgraph.extraction.rules.relations import is_hedged, is_sound, modality, unsaid
from numgraph.extraction.values import Period
from numgraph.extraction.values.durations import end_after, months_lasting
from numgraph.model import Claim, Entity, Modality, Value


def phases_by_network(context: Context) -> Iterator[Claim]:
    """The phases that a section counts have the funder that the section gives for their network."""
    funded: dict[tuple[object, str], tuple[Entity, Sentence]] = {}
    for sentence in context.sentences:
        timeless = not any(mention.kind in ("date", "period", "money", "count") for mention in sentence.mentions)
        for filled in context.filled(sentence) if timeless else ():
            if (
                filled.relation == "fundedBy"
                and filled.subjects
                and modality(sentence, filled.clause) is Modality.ASSERTED
            ):
                for network in (m.entity for m in filled.subjects if m.kind == "Network"):
                    funded.setdefault((sentence.block.heading, network.key), (filled.objects[0].entity, sentence))
        for mention in sentence.of_kind("FundingPhase"):
            owner = phase_owner(context, mention.entity)
            funder = funded.get((sentence.block.heading, owner.key)) if owner else None
            if funder and not sentence.entities("Funder"):
                place = (funder[1].start, funder[1].end)
                yield context.claim(mention.entity, "fundedBy", funder[0], place, "funding.of_network", 0.78)


def phases(context: Context) -> Iterator[Claim]:
    """What sentences say of funding phases: whose they are, when they run, how much there is, who gives it."""
    last: Entity | None = None
    for sentence in context.sentences:
        named = sentence.of_kind("FundingPhase")
        if named:
            last = named[-1].entity
            yield from _belongs(context, sentence, named)
            yield from _shared_out(context, sentence, named)
        elif last and sentence.says("for_this"):
            yield from _values(context, sentence, last, sentence.mentions)


def _belongs(context: Context, sentence: Sentence, named: list[Mention]) -> Iterator[Claim]:
    for mention in named:
        network = phase_owner(context, mention.entity)
        if network:
            place = (sentence.start, sentence.end)
            yield context.claim(mention.entity, "phaseOf", network, place, "funding.phase", 0.93)


def phase_owner(context: Context, phase: Entity) -> Entity | None:
    """The network of a phase: by the tables, else by the key that linking gave it."""
    entry = context.gazetteer.entry(phase.key)
    if entry and entry.parent:
        known = context.linked.names.entities.get(entry.parent)
        parent = context.gazetteer.entry(entry.parent)
        return known or (parent.entity(context.document.language) if parent else None)
    stem = re.sub(r"^funding-phase/|-\d+$", "", phase.key)
    return next(
        (e for e in context.linked.names.entities.values() if e.key.endswith("/" + stem) and e.type in WORKS), None
    )


def _shared_out(context: Context, sentence: Sentence, named: list[Mention]) -> Iterator[Claim]:
    """Each phase gets the values that belong to it."""
    distinct = {m.entity.key for m in named}
    if len(distinct) == 1:
        yield from _values(context, sentence, named[0].entity, sentence.mentions)
        return
    for mention in named:
        own = tuple(m for m in sentence.mentions if _phase_of(m, named, sentence) is mention)
        yield from _values(context, sentence, mention.entity, own)


def _phase_of(value: Mention, named: list[Mention], sentence: Sentence) -> Mention | None:
    """The phase a value belongs to: the one right after "in der", else the last one before."""
    after = next((m for m in named if m.start >= value.end), None)
    if after and cue("in_phase").fullmatch(sentence.text[value.end - sentence.start : after.start - sentence.start]):
        return after
    return next((m for m in reversed(named) if m.end <= value.start), None)


def works(context: Context) -> Iterator[Claim]:
    """Sums and times of funded projects, networks and programmes in sentences that name no phase."""
    for count, sentence in enumerate(context.sentences):
        values = any(mention.kind in ("money", "date", "period") for mention in sentence.mentions)
        if not values or sentence.of_kind("FundingPhase") or not _tells_of_funding(sentence):
            continue
        participle = sentence.says("participle") and cue("participle").search(sentence.mask)
        if participle:
            yield from _attributive(context, sentence, participle)
            continue
        subject = _funded(sentence) or _carried(context, count)
        if subject:
            sure = tuple(mention for mention in sentence.mentions if is_sound(sentence, mention))
            yield from _values(context, sentence, subject, sure)


def durations(context: Context) -> Iterator[Claim]:
    """When funding ends that is told by its start and its length: "startete im März 2024", "über drei Jahre"."""
    lasting = [(count, months) for count, s in enumerate(context.sentences) if (months := _months(s))]
    told = [*works(context), *phases(context)] if lasting else []
    ended = {claim.subject.key for claim in told if claim.predicate == "fundingEnd" and claim.subject}
    for count, months in lasting:
        sentence = context.sentences[count]
        subject = _funded(sentence) or _carried(context, count)
        starts = {
            claim.object.value: claim.object
            for claim in told
            if subject and claim.subject and claim.subject.key == subject.key
            if claim.predicate == "fundingStart" and isinstance(claim.object, Value)
        }
        end = end_after(next(iter(starts.values())), months) if len(starts) == 1 else None
        if subject and end and subject.key not in ended:
            yield context.claim(subject, "fundingEnd", end, (sentence.start, sentence.end), "funding.duration", 0.8)


def _months(sentence: Sentence) -> int | None:
    said = sentence.says("funded") or sentence.says("runs") or sentence.says("undertaking")
    return months_lasting(sentence.text) if said and not is_hedged(sentence) else None


def _tells_of_funding(sentence: Sentence) -> bool:
    return bool(
        sentence.says("funded")
        or sentence.says("participle")
        or (sentence.of_kind("money") and sentence.says("funding_words"))
        or (sentence.says("runs") and sentence.says("undertaking"))
    )


def _attributive(context: Context, sentence: Sentence, participle: re.Match[str]) -> Iterator[Claim]:
    """ "des von X von 2025 bis 2027 geförderten Programms": the noun after the participle is funded."""
    place = sentence.offset(participle.start())
    work = next((m for m in sentence.entities(*WORKS) if place <= m.start <= place + 40), None)
    if work:
        before = tuple(m for m in sentence.mentions if m.end <= place and is_sound(sentence, m))
        yield from _values(context, sentence, work.entity, before)


def _funded(sentence: Sentence) -> Entity | None:
    """The one work that a sentence on funding is about."""
    named = [
        m for m in sentence.entities(*WORKS) if not cue("setting").search(sentence.text[: m.start - sentence.start])
    ]
    named = [m for m in named if m.kind != "Programme"] or named
    if len({m.entity.key for m in named}) == 1:
        return named[0].entity
    finite = cue("finite").search(sentence.mask)
    first = [m for m in named if finite and m.end <= sentence.offset(finite.start())]
    return first[0].entity if len({m.entity.key for m in first}) == 1 else None


def _carried(context: Context, count: int) -> Entity | None:
    """What a sentence on funding that names no work goes on about: the one work of the sentence before it."""
    sentence = context.sentences[count]
    if sentence.entities(*WORKS) or count == 0 or sentence.says("something_else"):
        return None
    before = context.sentences[count - 1]
    works = {m.entity.key: m.entity for m in before.entities(*WORKS) if m.kind != "Programme"}
    if len(works) == 1 and before.block == sentence.block:
        return next(iter(works.values()))
    meant = unsaid(context, sentence) if sentence.entities("Funder") and not sentence.entities(*ORGANISATIONS) else []
    return meant[0] if len(meant) == 1 else None


def _values(context: Context, sentence: Sentence, subject: Entity, mentions: tuple[Mention, ...]) -> Iterator[Claim]:
    place = (sentence.start, sentence.end)
    several = sum(mention.kind == "period" for mention in mentions) > 1  # one grant after another
    for predicate, value in _times(sentence, mentions) if not several or subject.type == "FundingPhase" else ():
        yield context.claim(subject, predicate, value, place, "funding.time", 0.92)
    money = [m for m in mentions if m.kind == "money" and not _of_each(sentence, m)]
    if len(money) == 1 and sentence.says("funding_words"):
        yield context.claim(subject, "fundingAmount", money[0].value, place, "funding.amount", 0.92)


def _of_programme(sentence: Sentence, value: Mention) -> bool:
    """Whether a time in brackets only says when a programme runs: "Horizon Europe (2021-2027)"."""
    before = sentence.text[: value.start - sentence.start]
    named = [m for m in sentence.entities() if m.end <= value.start]
    return bool(named) and named[-1].kind == "Programme" and sentence.start + len(before.rstrip(" (")) == named[-1].end


def _of_each(sentence: Sentence, money: Mention) -> bool:
    """Whether a sum is one of several equal ones, or comes every year."""
    before, after = sentence.text[: money.start - sentence.start], sentence.text[money.end - sentence.start :]
    return bool(cue("each").search(before[-40:]) or cue("each").match(after))


def _times(sentence: Sentence, mentions: tuple[Mention, ...]) -> Iterator[tuple[str, Value]]:
    starts = bool(sentence.says("starts"))
    for mention in mentions:
        if _of_programme(sentence, mention):
            continue
        if isinstance(mention.thing, Period):
            yield "fundingStart", mention.thing.first
            yield "fundingEnd", mention.thing.last
        elif mention.kind == "date":
            before = sentence.text[: mention.start - sentence.start]
            if cue("until").search(before):
                yield "fundingEnd", mention.value
            elif cue("since").search(before) or (starts and cue("on").search(before)):
                yield "fundingStart", mention.value
