"""Relations that a frame of a language pack finds in a clause, whatever the order of its words."""

from __future__ import annotations

from collections.abc import Iterator

from numgraph.extraction.context import Context
from numgraph.extraction.frames import Filled
from numgraph.extraction.mentions import Mention, Sentence
from numgraph.extraction.rules.relations import BY_HEADS, RELATIONS, heads_no_more, modality, unsaid
from numgraph.extraction.values import Period
from numgraph.model import Claim, Entity, Modality, Value

_JOINING = "joined"  # membership with the date it began, where the clause has one
_TOGETHER, _SHARED = "collaboratesWith", "participatesIn"
_PLANNED = 0.75  # of the confidence of the same thing said to be so
_LOOSER = 0.97  # of the confidence of a phrase, which fixes the order of its parts


def frames(context: Context) -> Iterator[Claim]:
    """Every relation that a frame of the packs states in a sentence of the body."""
    for sentence in context.sentences:
        every = context.filled(sentence)
        shared = {filled.clause for filled in every if filled.relation == _SHARED}
        for filled in every:
            if filled.relation == _TOGETHER and filled.clause in shared:
                continue  # who works together in a project takes part in it, and no more is said
            how = modality(sentence, filled.clause)
            if how is not None and not (
                filled.relation in BY_HEADS and heads_no_more(_up_to_head(sentence, filled), sentence)
            ):
                yield from _claims(context, sentence, filled, how)


def _claims(context: Context, sentence: Sentence, filled: Filled, how: Modality) -> Iterator[Claim]:
    name = "memberOf" if filled.relation == _JOINING else filled.relation
    relation = RELATIONS[name]
    subjects = [m.entity for m in filled.subjects if m.kind in relation.subjects]
    objects = [_meant(mention) for mention in filled.objects]
    if not filled.subjects:
        subjects = [entity for entity in unsaid(context, sentence) if entity.type in relation.subjects]
    if not filled.objects:
        objects = list(unsaid(context, sentence))
    confidence = relation.confidence * _LOOSER * (_PLANNED if how is Modality.PLANNED else 1)
    place = (sentence.start, sentence.end)
    for subject in subjects:
        for obj in objects:
            if isinstance(obj, Entity) and (obj.key == subject.key or obj.type not in relation.objects):
                continue
            yield context.claim(subject, name, obj, place, f"frame.{name}", round(confidence, 2), modality=how)
            if filled.relation == _JOINING and isinstance(obj, Entity) and how is Modality.ASSERTED:
                yield from _joined(context, sentence, filled, subject, obj)


def _up_to_head(sentence: Sentence, filled: Filled) -> str:
    """The clause up to who heads, and what is said of them: ", ihr Stellvertreter Y" is of another."""
    heads = [filled.clause.find(sentence.mask_of(mention)) for mention in filled.subjects]
    place = max(heads, default=-1)
    comma = filled.clause.find(",", place) if place >= 0 else -1
    return filled.clause[:comma] if comma >= 0 else filled.clause


def _meant(mention: Mention) -> Entity | Value:
    """The entity or value of a mention; of a period its beginning."""
    if isinstance(mention.thing, Period):
        return mention.thing.first
    return mention.thing if isinstance(mention.thing, Entity) else mention.value


def _joined(context: Context, sentence: Sentence, filled: Filled, subject: Entity, network: Entity) -> Iterator[Claim]:
    dates = [m for m in sentence.of_kind("date") if sentence.mask_of(m) in filled.clause]
    if len(dates) == 1:
        place = (sentence.start, sentence.end)
        yield context.claim(subject, "joinedOn", dates[0].value, place, "frame.joinedOn", 0.86, at=network)
