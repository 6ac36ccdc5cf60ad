"""Frames: what a verb or noun asks of its clause, wherever in it the answers stand.

A phrase (see ``phrases``) fixes the order of its parts. German and Dutch turn their clauses about ("Am Projekt X wirken
A und B mit", "A wirkt am Projekt X mit"), so a frame says only by which preposition or case each part is known. A frame
speaks where each of its roles is filled by one group of names of one clause, and is silent where two could fill it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from numgraph.extraction.languages import Frame, codes, cue, lexicon, pack
from numgraph.extraction.markers import marker
from numgraph.extraction.mentions import FIRST_INDEX, LETTERS, Mention, Sentence
from numgraph.extraction.phrases import KINDS, conjunction

BARE = frozenset({"=", "acc", "der"})  # no preposition, no case but that of subjects and objects
TOGETHER = "&"  # of an object: the others of the group that is the subject ("A und B kooperieren")
ANYWHERE = "*"  # of a role that its kind alone tells: a funder in a clause that tells of funding
_RIGHT_BEHIND = 12  # characters: a preposition and an article
_FARTHEST = 220  # characters of a clause between a cue and what fills its roles
_NAMED = "".join(letter for kind, letter in LETTERS.items() if kind != "count")
_MENTION = re.compile(rf"[{_NAMED}](?P<index>[\ue100-\uf8ff])(?: ?\([^()]{{1,60}}\))?")
_VALUES = ("date", "period", "money", "count")


@dataclass(frozen=True, slots=True)
class Group:
    """Coordinated names with the preposition or case they stand in; ``place`` counts in the mask of their sentence."""

    marker: str
    mentions: tuple[Mention, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A frame with its roles filled. ``subjects`` are empty where the clause leaves its subject unsaid."""

    relation: str
    subjects: tuple[Mention, ...]
    objects: tuple[Mention, ...]
    clause: str  # masked


@dataclass(frozen=True, slots=True)
class _Role:
    kinds: frozenset[str]
    markers: frozenset[str]
    optional: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    frame: Frame
    cue: re.Pattern[str]
    subject: _Role
    object: _Role

    def could_be_filled(self, kinds: frozenset[str]) -> bool:
        """Whether mentions of these kinds could fill both roles, but for those that may stay unsaid."""
        subject, of = self.subject, self.object
        return (subject.optional or not subject.kinds.isdisjoint(kinds)) and (
            of.optional or not of.kinds.isdisjoint(kinds)
        )


def find(sentence: Sentence, language: str) -> Iterator[Filled]:
    """Every frame of every pack that a clause of the sentence fills; where clauses end is the language's own affair."""
    worth = _worth(sentence)
    if not worth:
        return
    mask = _without_appositions(sentence.mask)
    groups = [group for group in _groups(sentence) if mask[group.start] != " "]
    for start, end, inherited in _clauses(mask, groups, language):
        clause = mask[start:end]
        here = [group for group in groups if start <= group.start and group.end <= end]
        for ready in worth:
            found = ready.cue.search(clause)
            if found:
                pair = _fill(ready, here, inherited, (start + found.start(), start + found.end()))
                if pair:
                    yield Filled(ready.frame.relation, *pair, clause)


def _without_appositions(mask: str) -> str:
    """The mask with spaces for what only explains a name: ", ein Projekt der Uni X," is not of the verb."""
    return cue("apposition").sub(lambda match: " " * len(match.group()), mask) if mask.count(",") > 1 else mask


def _worth(sentence: Sentence) -> list[_Ready]:
    """The frames that have a cue in the sentence and names in it that could fill their roles."""
    kinds = sentence.kinds
    frames = (_frames()[number] for number in sorted(sentence.triggers.frames)) if kinds else ()
    return [ready for ready in frames if ready.could_be_filled(kinds) and ready.cue.search(sentence.mask)]


@cache
def _frames() -> tuple[_Ready, ...]:
    return tuple(
        _Ready(
            frame,
            # a verb that opens its clause has a capital: "Finanziert wird X von Y"
            re.compile(rf"(?:(?<![\w-])(?:{_spelled(frame.cue)})|^(?i:{_spelled(frame.cue)}))(?!\w)"),
            _role(frame.subject),
            _role(frame.object),
        )
        for frame in lexicon().frames
    )


def _spelled(cue_text: str) -> str:
    """The cue with the mask's letter of an amount of money for each "€"."""
    return cue_text.replace("€", LETTERS["money"])


def _role(text: str) -> _Role:
    kinds, _, markers = text.partition(" ")
    every = {kind for name in kinds.rstrip("?").split("+") for kind in KINDS[name]}
    wanted = set(markers.split("|")) if markers else {"="}
    return _Role(frozenset(every), frozenset(wanted | BARE if "=" in wanted else wanted), kinds.endswith("?"))


def _groups(sentence: Sentence) -> Iterator[Group]:
    """The names of a sentence, coordinated ones together; names with nothing but commas between them are no list."""
    mask = sentence.mask
    run: list[tuple[Mention, int, int]] = []
    joined = False
    for match in _MENTION.finditer(mask):
        mention = sentence.mentions[ord(match["index"]) - FIRST_INDEX]
        between = mask[run[-1][2] : match.start()] if run else ""
        if run and _absorbed(run[-1][0], mention, between):
            run[-1] = (run[-1][0], run[-1][1], match.end())
            continue
        listed = run and not {run[-1][0].kind, mention.kind} & set(_VALUES) and _joint().fullmatch(between)
        if not listed:
            yield from _group(mask, run, joined=joined)
            run, joined = [], False
        joined = joined or bool(listed and _coordinating().search(between))
        run.append((mention, *match.span()))
    yield from _group(mask, run, joined=joined)


def _group(mask: str, run: list[tuple[Mention, int, int]], *, joined: bool) -> Iterator[Group]:
    if joined and run:
        yield Group(marker(mask, run[0][1]), tuple(mention for mention, _, _ in run), run[0][1], run[-1][2])
        return
    for mention, start, end in run:
        yield Group(marker(mask, start), (mention,), start, end)


@cache
def _coordinating() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, lexicon().conjunctions), key=len, reverse=True))
    return re.compile(rf"\b(?:{words})\b|[&/|]|['’]s ")


@cache
def _joint() -> re.Pattern[str]:
    """Between two names of a list: a comma or "und", an article or preposition said again, a common noun; "'s"."""
    words = lexicon()
    small = "|".join(sorted(map(re.escape, (*words.determiners, *words.prepositions)), key=len, reverse=True))
    nouns = "|".join(sorted({re.escape(kind) for kind in words.kinds}, key=len, reverse=True))
    noun = rf"(?:[a-zà-ÿ][\w-]*(?:e|en|er|es) )?(?:(?i:{nouns})(?:es|s|n|en)? )?"
    return re.compile(rf"(?:(?: [A-ZÄÖÜ][\w-]+)?{conjunction()}|['’]s )(?:(?i:{small}) ){{0,2}}{noun}[„“»«\"‚‘’']?")


def _absorbed(last: Mention, mention: Mention, between: str) -> bool:
    """Whether a name only says whose or where the one before it is: "das Institut X der Universität Y (in Z)"."""
    if last.kind in _VALUES or mention.kind in _VALUES:
        return False
    if mention.kind != "Person" and (
        (last.kind in ("OrganisationalUnit", "Person") and cue("belongs").fullmatch(between))
        or (last.kind == "Person" and cue("comes_from").fullmatch(between))
    ):
        return True
    return mention.kind == "Place" and last.kind not in ("Place", "Event") and bool(cue("placed").fullmatch(between))


@cache
def _boundaries(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What begins a relative clause and what begins a further main clause; of all languages if it is not known."""
    known = [pack(language)] if language in codes() else [pack(code) for code in codes()]
    every = [[form for one in known for form in one.cues.get(name, ())] for name in ("relative_clause", "new_clause")]
    relative, new = (re.compile("|".join(forms) or r"(?!)") for forms in every)
    return relative, new


def _clauses(mask: str, groups: list[Group], language: str) -> Iterator[tuple[int, int, Group | None]]:
    """Clauses with what they inherit: relative clauses what they follow, others the subject of the one before."""
    relative_clause, new_clause = _boundaries(language)
    cuts = [(match.start(), match.end(), True) for match in relative_clause.finditer(mask)]
    cuts += [(match.start(), match.end(), False) for match in new_clause.finditer(mask)]
    cuts = [cut for cut in cuts if not any(group.start < cut[0] < group.end for group in groups)]
    start, inherited, subject = 0, None, None
    for begin, end, relative in (*sorted(cuts), (len(mask), len(mask), False)):
        if begin < start:
            continue
        yield start, begin, inherited
        inside = [group for group in groups if start <= group.start and group.end <= begin]
        bare = next((group for group in inside if group.marker in BARE and group.mentions[0].kind not in _VALUES), None)
        subject = bare or subject
        inherited = _related(inside[-1], mask[begin:end]) if relative and inside else subject
        start = end


def _related(group: Group, pronoun: str) -> Group:
    """What a relative clause speaks of, in the preposition or case of its pronoun: "an dem", "of which"."""
    words = lexicon()
    plain = pronoun.strip(" ,").lower()
    fused = next((words.relatives[word] for word in words.relatives if plain == word), "")
    preposition = next((words.prepositions[word] for word in plain.split() if word in words.prepositions), "")
    last = plain.rsplit(" ", maxsplit=1)[-1]
    marker = fused or preposition or (words.cases.get(last, "=") if last != "der" else "=")
    return Group(marker, group.mentions, group.start, group.end)


def _fill(
    ready: _Ready, groups: list[Group], inherited: Group | None, cue_place: tuple[int, int]
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]] | None:
    """What fills the subject and the object, from the clause and from what it inherits."""
    start, end = cue_place
    near = [group for group in groups if start - _FARTHEST <= group.end and group.start <= end + _FARTHEST]
    subjects = _candidates(ready.subject, near)
    if ANYWHERE in ready.subject.markers and inherited:
        subjects += _candidates(ready.subject, [inherited])
    if TOGETHER in ready.object.markers:
        several = [mentions for _, mentions in subjects if len(mentions) > 1]
        return (several[0][:1], several[0][1:]) if len(several) == 1 else None
    objects = _candidates(ready.object, near)
    if inherited and not (subjects and objects):
        subjects = subjects or _candidates(ready.subject, [inherited])
        if not objects and subjects and subjects[0][0] is not inherited:
            objects = _candidates(ready.object, [inherited])
    return _pair(ready, _nearest(ready.subject, subjects, end), _nearest(ready.object, objects, end))


def _nearest(
    role: _Role, found: list[tuple[Group, tuple[Mention, ...]]], end: int
) -> list[tuple[Group, tuple[Mention, ...]]]:
    """Of several groups known by a preposition the one right behind the cue: "led by X has been funded by Y"."""
    behind = [one for one in found if 0 <= one[0].start - end <= _RIGHT_BEHIND]
    return behind if len(found) > 1 and len(behind) == 1 and not role.markers & BARE else found


def _candidates(role: _Role, groups: list[Group]) -> list[tuple[Group, tuple[Mention, ...]]]:
    found = []
    for group in groups:
        fitting = tuple(mention for mention in group.mentions if mention.kind in role.kinds)
        if fitting and (group.marker in role.markers or ANYWHERE in role.markers):
            found.append((group, fitting))
    return found


def _pair(
    ready: _Ready,
    subjects: list[tuple[Group, tuple[Mention, ...]]],
    objects: list[tuple[Group, tuple[Mention, ...]]],
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]] | None:
    """One filler for each role; more than one known by its preposition is none, of bare ones the first is taken."""
    if not (ready.object.markers & BARE) and len(objects) > 1:
        return None
    if not (ready.subject.markers & BARE) and len(subjects) > 1:
        return None
    if not subjects and objects and ready.subject.optional:
        return (), objects[0][1]
    if subjects and not objects and ready.object.optional:
        return subjects[0][1], ()
    for _, object_mentions in objects:
        taken = {mention.start for mention in object_mentions}
        for _, subject_mentions in subjects:
            if not taken & {mention.start for mention in subject_mentions}:
                return subject_mentions, object_mentions
    return None
