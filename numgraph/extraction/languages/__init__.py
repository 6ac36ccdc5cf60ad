"""What a language brings to extraction: words and phrasings, no code. A fourth language is a fourth module here.

A document may mix languages (an English portal around a German text), so the engine reads with all packs at once;
``lexicon()`` is their union.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache


@dataclass(frozen=True, slots=True)
class Head:
    """The head noun of an organisation's name. ``type`` is a class of the ontology, ``gender`` one of m, f, n or ''."""

    type: str
    gender: str = ""
    direct: bool = False  # the name goes on without "für": "Stabsstelle NUM Tübingen", "afdeling Longziekten"


@dataclass(frozen=True, slots=True)
class NumberWords:
    """How a language says 1 to 99: words for 1-19, for the tens, and what joins them in which order."""

    ones: tuple[str, ...]
    tens: tuple[str, ...]
    joint: str
    ones_first: bool
    joining_ones: Mapping[int, str] = field(default_factory=dict)  # "eins" joins as "ein"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way of saying one relation: a regular expression over a sentence with its names masked.

    ``{x:kind}`` is a slot, ``{x:kind*}`` a coordinated list, ``~`` a short stretch within one clause; see ``phrases``.
    """

    relation: str
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What a verb or noun asks of its clause: ``cue`` is a regular expression, a role is "kinds marker|marker".

    A marker is a plain preposition, a case of ``Pack.cases``, "=" for neither, "*" for any or (of an object) "&" for
    the others of the subject's group; "?" after the kinds says that the role may be left unsaid; see ``frames``.
    """

    relation: str
    cue: str
    subject: str
    object: str


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything the engine asks of a language. Keys are matched without regard to case unless said otherwise."""

    code: str
    months: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)  # with case: German Billion, English billion
    currencies: Mapping[str, str] = field(default_factory=dict)
    until: tuple[str, ...] = ()  # what stands between the two ends of a period
    before_year: tuple[str, ...] = ()  # what makes four digits a year
    year_participles: tuple[str, ...] = ()  # what follows a year without "im Jahr": "2020 gegründet"
    before_bare_year: tuple[str, ...] = ()  # verbs and articles: "wurde 2020 gegründet", "das 2018 gegründete"
    after_bare_year: tuple[str, ...] = ()  # verbs after a year that opens its sentence: "2021 trat"
    dots: tuple[str, ...] = ()  # abbreviations whose full stop ends no sentence
    determiners: tuple[str, ...] = ()
    conjunctions: tuple[str, ...] = ()
    front_heads: Mapping[str, Head] = field(default_factory=dict)  # "Institut für X": the name goes on to the right
    unnamed: tuple[str, ...] = ()  # words with a capital at the head of a sentence that begin no name
    common_nouns: tuple[str, ...] = ()  # capitalised nouns that go on no name
    lone_heads: Mapping[str, str] = field(default_factory=dict)  # endings of one-word names: "Augenklinik", "Longfonds"
    common_compounds: tuple[str, ...] = ()  # words with such an ending that name nothing
    end_heads: Mapping[str, Head] = field(default_factory=dict)  # "Eureka Institute": the name stands to the left
    links: tuple[str, ...] = ()  # what ties a head noun to what it is about: "Institut für", "University of the"
    adjectives: tuple[str, ...] = ()  # regular expressions for adjectives with a capital before a head noun
    inflections: tuple[str, ...] = ()  # endings of adjectives in small letters inside names: "für Klinische ..."
    name_links: tuple[str, ...] = ()  # small words inside names of any kind: "of", "und", "van der"
    joints: tuple[str, ...] = ()  # the plain words for "and"
    standing_alone: tuple[str, ...] = ()  # endings of head nouns that an adjective makes a name
    placed_heads: tuple[str, ...] = ()  # endings of head nouns that a place makes a name: "Treuhandstelle Dresden"
    copulas: tuple[str, ...] = ()
    place_words: tuple[str, ...] = ()  # prepositions of places
    pointing: tuple[str, ...] = ()  # articles and pronouns that make a common noun refer back
    pointing_on: tuple[str, ...] = ()  # after a common noun: it is another thing than the one spoken of
    fused: tuple[str, ...] = ()  # prepositions that hold such an article: "im"
    site_nouns: tuple[str, ...] = ()  # nouns for the place a document speaks from
    short_for: tuple[str, ...] = ()  # "kurz", "short": before an abbreviation in brackets
    owned: tuple[str, ...] = ()  # how plurals go on without their noun: "die van", "those of"
    bare_scales: Mapping[str, str] = field(default_factory=dict)  # scales that name no currency -> what they count
    day_endings: tuple[str, ...] = ()  # after the number of a day: "st", "e"
    clause_verbs: tuple[str, ...] = ()  # verbs as regular expressions that end a list item or a role
    kinds: Mapping[str, str] = field(default_factory=dict)  # common nouns that say what a name next to them names
    called: tuple[str, ...] = ()  # what stands between a common noun and a name: "namens", "known as"
    nationalities: tuple[str, ...] = ()  # adjectives with a capital that name no project: "the German study"
    no_names: tuple[str, ...] = ()  # endings of words that stand in no name of a person
    no_places: tuple[str, ...] = ()  # endings of words with a capital that name no place: "in Zusammenarbeit"
    common_acronyms: tuple[str, ...] = ()  # that name no project: "DNA", "COVID"
    event_heads: tuple[str, ...] = ()
    phase_nouns: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # parts of academic titles, as regular expressions
    salutations: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()  # small words inside family names
    roles: tuple[str, ...] = ()  # role nouns as regular expressions, without their ending
    leading: tuple[str, ...] = ()  # those of them that say that the person leads
    speaking: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()  # words that take the lead away again
    role_endings: str = ""
    sayings: tuple[str, ...] = ()  # verbs of quoting, present and past
    negations: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    we: tuple[str, ...] = ()
    indefinite: tuple[str, ...] = ()  # articles that introduce what the text goes on about
    everyday_units: Mapping[str, str] = field(default_factory=dict)  # "Kinderklinik" -> the subject of its full name
    pronouns: tuple[str, ...] = ()  # at the head of a sentence, for the work just spoken of
    common_events: tuple[str, ...] = ()  # events known by a common noun only
    phone_labels: tuple[str, ...] = ()
    fax_labels: tuple[str, ...] = ()
    email_labels: tuple[str, ...] = ()
    at_words: tuple[str, ...] = ()  # spelled-out "@"
    dot_words: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()  # endings and words of street lines
    buildings: tuple[str, ...] = ()  # words of lines between a street and a name: "Haus 3", "Level 9"
    press_words: tuple[str, ...] = ()
    science_words: tuple[str, ...] = ()
    contact_words: tuple[str, ...] = ()
    countries: Mapping[str, str] = field(default_factory=dict)  # name -> ISO 3166 alpha-2
    members: tuple[str, ...] = ()  # nouns counted as members
    institutions: tuple[str, ...] = ()
    infrastructures: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    participation: tuple[str, ...] = ()  # words that make a bracketed list one of participation
    list_intros: tuple[str, ...] = ()  # verbs that introduce a bullet list of members
    goal_headings: tuple[str, ...] = ()
    partner_nouns: tuple[str, ...] = ()
    member_nouns: tuple[str, ...] = ()
    list_verbs: tuple[str, ...] = ()  # between "partners" and their list
    courses: tuple[str, ...] = ()
    course_verbs: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # of fact sheets: time, amount, funder, coordinator
    plural_names: Mapping[str, str] = field(default_factory=dict)  # "Universitätsklinika": "Universitätsklinikum"
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # regular expressions by purpose, see ``cue``
    phrases: tuple[Phrase, ...] = ()
    name_slots: tuple[
        tuple[str, str], ...
    ] = ()  # (class, place) of names no table knows; {name} any, {proper} marked, {city} a place
    spans: Mapping[str, int] = field(default_factory=dict)  # nouns and adjectives of a length of time -> months
    people: tuple[str, ...] = ()  # nouns for those who act for their house: "Forschende der Universität X"
    prepositions: Mapping[str, str] = field(default_factory=dict)  # as written -> plain form: "vom": "von"
    since: tuple[str, ...] = ()  # those of them, in plain form, that tell of a beginning
    relatives: Mapping[str, str] = field(default_factory=dict)  # fused with a preposition: "waarin": "in"
    cases: Mapping[str, str] = field(default_factory=dict)  # articles that show a case: gen, dat, acc, der (either)
    frames: tuple[Frame, ...] = ()

    @property
    def heading_roles(self) -> tuple[str, ...]:
        """The roles of those who lead, speak for or coordinate something."""
        return (*self.leading, *self.speaking, *self.coordinating)


def number_table(words: NumberWords) -> dict[str, int]:
    """The spellings of 2 to 99.

    >>> number_table(NumberWords(("one", "two"), ("", "", "twenty"), "-", False))["twenty-one"]
    21
    """
    table = {word: value for value, word in enumerate(words.ones, start=1) if value > 1}
    for place, ten in enumerate(words.tens):
        if not ten:
            continue
        table[ten] = place * 10
        for one in range(1, 10):
            if one <= len(words.ones):
                unit = words.joining_ones.get(one, words.ones[one - 1])
                parts = (unit, ten) if words.ones_first else (ten, unit)
                table[words.joint.join(parts)] = place * 10 + one
    return table


@cache
def codes() -> tuple[str, ...]:
    """The languages there are packs for: the modules of this package, and of any folder added to its ``__path__``."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def pack(code: str) -> Pack:
    """The pack of one language."""
    module = importlib.import_module(f"{__name__}.{code}")
    found: Pack = module.PACK
    return found


@cache
def lexicon() -> Pack:
    """The union of all packs; where two languages give a word different meanings the earlier code wins."""
    return _union([pack(code) for code in codes()])


def small_letters(text: str) -> str:
    """The text in small letters, as long as it was: "İ" would be two characters."""
    plain = text.lower()
    return plain if len(plain) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


@cache
def cue(name: str) -> re.Pattern[str]:
    """The words of all packs for one purpose ("funded", "until"), as one pattern; their case does not matter."""
    found = [form for code in codes() for form in pack(code).cues.get(name, ())]
    return re.compile(rf"(?i:{'|'.join(found)})" if found else r"(?!)")


def _union(packs: Iterable[Pack]) -> Pack:
    merged: dict[str, object] = {"code": "mul"}
    for one in packs:
        for part in fields(Pack):
            value = getattr(one, part.name)
            if isinstance(value, tuple):
                merged[part.name] = (*_tuple(merged.get(part.name)), *value)
            elif isinstance(value, Mapping):
                merged[part.name] = {**value, **_mapping(merged.get(part.name))}
            elif part.name != "code":
                merged[part.name] = "|".join(filter(None, (str(merged.get(part.name, "")), value)))
    return Pack(**merged)  # type: ignore[arg-type]  # the loop keeps each field's own type


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
