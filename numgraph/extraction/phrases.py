"""The phrase language of the packs, compiled: slots for kinds of mention, gaps, coordinated lists.

``{s:org}`` one mention of a kind, ``{s:org*}`` a list ("A, B und C"), ``~`` up to 70 characters of the same clause,
``~~`` the same without any name in it,
``{v:text}`` a short free text, ``{v:rest}`` the rest of the sentence, ``{v:aim}`` a purpose,
``%members%`` the words of the packs of that name.
Articles before a mention and brackets after it need no mention in a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from numgraph.extraction.languages import Pack, lexicon
from numgraph.extraction.markers import before
from numgraph.extraction.mentions import FIRST_INDEX, LETTERS, Mention, Sentence
from numgraph.extraction.needs import spelled

_ORGANISATIONS = ("Organisation", "UniversityHospital", "University", "OrganisationalUnit", "Funder", "Company")
_WORK = ("Network", "Undertaking", "Infrastructure", "ResearchProject", "Programme", "Register", "FundingPhase")
_BODY = (*_ORGANISATIONS, "Network", "Infrastructure", "ResearchProject", "Undertaking", "Register", "Programme")
KINDS: dict[str, tuple[str, ...]] = {
    "org": _ORGANISATIONS,
    "net": ("Network", "Organisation", "Infrastructure", "ResearchProject"),
    "work": _WORK,
    "body": _BODY,
    "actor": (*_ORGANISATIONS, "Network"),
    "any": (*_BODY, "FundingPhase", "Event", "SoftwareTool", "DataSource", "DataPool", "Service"),
    "names": (*_BODY, "Place"),
    "umbrella": ("Organisation", "Network"),
    "unit": ("OrganisationalUnit",),
    "company": ("Company",),
    "programme": ("Programme",),
    "register": ("Register", "Infrastructure"),
    "phase": ("FundingPhase",),
    "person": ("Person",),
    "event": ("Event",),
    "place": ("Place",),
    "date": ("date",),
    "money": ("money",),
    "count": ("count",),
    "day": ("date", "period"),
    "fundable": (
        "Network",
        "Undertaking",
        "Infrastructure",
        "ResearchProject",
        "Register",
        "FundingPhase",
        "Programme",
        "OrganisationalUnit",
    ),
    "granted": ("Network", "Undertaking", "Infrastructure", "ResearchProject", "Register"),
    "funder": ("Funder",),
    "payer": ("Organisation", "Funder", "Programme"),
    "payers": ("Organisation", "Funder", "Programme", "Network", "University", "UniversityHospital", "Company"),
    "founder": (*_ORGANISATIONS, "Person"),
    "works": ("Network", "Undertaking", "Infrastructure", "ResearchProject", "Programme", "Register"),
    "joint": ("Network", "Undertaking", "Infrastructure", "ResearchProject", "Register", "Programme"),
    "consortium": ("Network", "ResearchProject"),
    "project": ("ResearchProject", "Infrastructure", "Register", "Undertaking"),
    "hosted": ("OrganisationalUnit", "Network", "Infrastructure", "ResearchProject", "Register", "Service"),
    "seated": ("Company", "Organisation", "University", "UniversityHospital", "OrganisationalUnit", "Network"),
}
_ACTIVE = frozenset({"collaboratesWith", "participatesIn", "leads", "coordinates", "buildsUp"})
_TEXTS = {
    "text": r"[^.;]{5,160}?",
    "rest": r"[^;]{8,320}?(?=[.;!]?$)",
    "aim": r"[^;,]{8,160}?",
    "short": r"[^.;,]{5,120}(?=[.;,]|$)",
}
_SLOT = re.compile(r"\{(\w+):(\w+)(\*?)\}")
_INDEX = f"[{chr(FIRST_INDEX)}-\uf8ff]"
_GAP = r"(?:[^.;:]{0,70}? )??"
_NAMELESS_GAP = r"(?:[^.;:\ue001-\uf8ff]{0,70}? )??"
_BRACKET = r"(?: ?\([^()]{1,60}\))?"
_CLAUSE_END = re.compile(r"[,;:.–]| und | and | en ")


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: its relation, the mentions of each slot, and the free texts with their offsets."""

    relation: str
    start: int
    end: int
    mentions: dict[str, list[Mention]]
    texts: dict[str, tuple[int, int]]
    masked: str
    after: str  # what follows in the same clause, masked

    def one(self, slot: str) -> Mention | None:
        found = self.mentions.get(slot)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Compiled:
    relation: str
    pattern: re.Pattern[str]
    slots: tuple[tuple[str, str], ...]
    wanted: tuple[frozenset[str], ...]  # of each slot for names and values: the kinds it takes
    acts: bool  # it begins with who acts, who can stand in no preposition
    acts_on: bool  # what is acted on stands somewhere behind its verb, and in no preposition either


def _item(kind: str) -> str:
    letters = "".join(LETTERS[name] for name in KINDS[kind])
    return f"[{letters}]{_INDEX}{_BRACKET}"


@cache
def _determiner() -> str:
    words = "|".join(sorted(map(re.escape, lexicon().determiners), key=len, reverse=True))
    return rf"(?:(?i:{words}) (?:[a-zà-ÿA-Z][a-zà-ÿ-]{{2,20}} ){{0,3}})?"


@cache
def conjunction() -> str:
    """What may stand between two items of a list."""
    words = "|".join(sorted(map(re.escape, lexicon().conjunctions), key=len, reverse=True))
    return rf"(?: ?[,;/] ?(?:(?:{words}) )?| (?:{words}) | ?& ?| ?\| ?)"


def _slot(match: re.Match[str]) -> str:
    name, kind, many = match.groups()
    if kind in _TEXTS:
        return f"(?P<{name}>{_TEXTS[kind]})"
    item = _determiner() + _item(kind)
    if many:
        item = f"{item}(?:{conjunction()}{item}){{0,60}}"
    return f"(?P<{name}>{item})"


def _compile(relation: str, text: str, words: Pack) -> _Compiled:
    source = spelled(text, words)
    slots = tuple((m.group(1), m.group(2)) for m in _SLOT.finditer(source))
    source = _SLOT.sub(
        _slot,
        source.replace(" ~~ ", rf" {_NAMELESS_GAP}")
        .replace(" ~ ", rf" {_GAP}")
        .replace(" ~,", r"[^.;]{0,80}?,")
        .replace("(?:~ )", rf"(?:{_GAP})"),
    )
    source = source.replace(" ~)", r"[^.;:]{0,70}?)")
    first = f"(?P<{slots[0][0]}>{_determiner()}"
    if source.startswith(first):  # an article before the first mention would be tried at every letter
        source = source.replace(_determiner(), "", 1)
    wanted = tuple(frozenset(KINDS[kind]) for _, kind in slots if kind not in _TEXTS)
    return _Compiled(
        relation,
        re.compile(source),
        slots,
        wanted,
        relation in _ACTIVE and text.startswith("{s:"),
        relation == "leads" and text.endswith(" ~ {o:body}"),
    )


@cache
def _phrases() -> tuple[_Compiled, ...]:
    words = lexicon()
    return tuple(_compile(p.relation, p.text, words) for p in words.phrases)


def find(sentence: Sentence) -> Iterator[Match]:
    """Every phrase of every pack that the sentence holds."""
    kinds = sentence.kinds
    for number in sorted(sentence.triggers.phrases):
        compiled = _phrases()[number]
        for wanted in compiled.wanted:
            if kinds.isdisjoint(wanted):
                break
        else:
            for match in compiled.pattern.finditer(sentence.mask):
                if not (
                    (compiled.acts and _in_preposition(sentence.mask, match.start()))
                    or (compiled.acts_on and _in_preposition(sentence.mask, match.end() - 2))
                ):
                    yield _read(sentence, compiled, match)


def _in_preposition(mask: str, place: int) -> bool:
    """Whether what a phrase begins with stands in a preposition: in "Im Verbund X arbeiten ..." X does not work."""
    return bool(before(mask, place).preposition)


def _read(sentence: Sentence, compiled: _Compiled, match: re.Match[str]) -> Match:
    mentions: dict[str, list[Mention]] = {}
    texts: dict[str, tuple[int, int]] = {}
    for name, kind in compiled.slots:
        if match.group(name) is None:  # a slot of an optional part
            continue
        if kind in _TEXTS:
            texts[name] = (sentence.offset(match.start(name)), sentence.offset(match.end(name)))
            continue
        wanted = {LETTERS[k] for k in KINDS[kind]}
        masked = match.group(name)
        mentions[name] = [
            sentence.mentions[ord(after) - FIRST_INDEX]
            for letter, after in zip(_outside_brackets(masked), _outside_brackets(masked)[1:], strict=False)
            if letter in wanted
        ]
    start, end = sentence.offset(match.start()), sentence.offset(match.end())
    after = _CLAUSE_END.split(sentence.mask[match.end() :], maxsplit=1)[0]
    return Match(compiled.relation, start, end, mentions, texts, match.group(), after)


def _outside_brackets(masked: str) -> str:
    return re.sub(r"\([^()]*\)", "", masked)
