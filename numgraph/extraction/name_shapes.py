"""The patterns of names.py, each built once from the words of the packs."""

# The lines of a pattern follow its parts, however long they are.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from numgraph.extraction.languages import lexicon

WORD = r"(?:St\. )?[A-ZÀ-ÖØ-ÞČŁŚŠŽŞİ](?:[\w’'.&*:-]*[\w*+])?"
PROPER = r"(?=[\w-]*[A-Z0-9][\w-]*[A-Z0-9])(?=[\w-]*[A-Z])[A-Za-z][\w-]{1,30}"  # CHARM-EU, TargED, NUM4Rare
QUOTED = r"[„“”\"‚‘’»«'](?P<quoted>[A-ZÄÖÜ0-9a-z][^„“”\"‚‘»«\n]{2,80}?)[“”\"‘’«»']"


def alternation(words: Iterable[str]) -> str:
    """The words as one alternative of a pattern, longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def lead() -> re.Pattern[str]:
    """An adjective before a head noun."""
    return re.compile("|".join(lexicon().adjectives))


@cache
def front() -> re.Pattern[str]:
    """A head noun with what may stand before it, and the name going on to its right."""
    words = lexicon()
    heads = alternation(words.front_heads)
    suffixes = alternation(head.lower() for head in words.front_heads if len(head) > 5)  # noqa: PLR2004
    head = rf"(?:(?:[A-ZÄÖÜ][\w.]*-)*(?:{heads})|[A-ZÄÖÜ][a-zäöüß]{{2,24}}(?:{suffixes}))"
    roles = "|".join(words.roles)
    title = "|".join(rf"(?:{form})" for form in (*words.titles, *map(re.escape, words.salutations)))
    leads = "|".join(words.adjectives)
    endings = alternation(words.inflections)
    articles = alternation((*words.determiners, *words.pointing))
    joint = alternation(words.joints)
    unnamed = alternation(words.unnamed)
    nouns = alternation(words.common_nouns)
    word = rf"(?!(?:{heads}|{title})\b){WORD}"
    joined = rf"(?:[A-ZÄÖÜ][\w]*-(?:,| (?:{joint})) )?(?:[a-zà-ÿ]+(?:{endings}) ){{0,2}}{word}(?:(?: |/)(?!(?:{unnamed})\b){word}){{0,4}}"
    phrase = rf"{joined}(?:(?:, {joined}){{0,3}},? (?:{joint}|&) (?!(?:{articles})\b|(?:{roles})){joined})?"
    link = f"(?:{alternation(words.links)})"
    return re.compile(
        rf"(?<![\w-])(?P<lead>(?:(?:{leads}) ){{0,2}})"
        rf"(?P<head>{head})(?P<case>s|es|en)?(?P<more>(?:,| (?:{joint})|-(?:{joint})|/) (?P<head2>{heads})s?)?"
        rf"(?:(?: (?P<link>{link}) (?:(?:{articles}) )?(?P<topic>{phrase}))|(?P<place>(?: (?!(?:{nouns})\b){word}){{1,3}}))?"
    )


@cache
def end() -> re.Pattern[str]:
    """A name that ends with its head noun, free or tied by a hyphen."""
    heads = alternation(head for head in lexicon().end_heads if not head.startswith("-"))
    bound = alternation(head[1:] for head in lexicon().end_heads if head.startswith("-"))
    links = alternation(word for word in lexicon().name_links if word not in lexicon().determiners)
    joint = alternation(lexicon().joints)
    tied = alternation(link for link in lexicon().links if " " not in link)
    unnamed = alternation(lexicon().unnamed)
    givers = alternation(  # named after a person: "Else Kröner-Fresenius-Stiftung"
        name[1:] for name, head in lexicon().end_heads.items() if name.startswith("-") and head.type == "Funder"
    )
    tail = rf"(?: (?:{tied}) {WORD}(?:(?: (?:{joint}|{tied}))? {WORD}){{0,5}})?"
    return re.compile(
        rf"(?<![\w-])(?P<name>(?:20\d\d )?(?!\w+-[a-z])(?:{WORD} (?:(?:{links}|&) )?){{1,5}}(?P<head>{heads})(?:\s{WORD})?)(?![\w-])(?P<tail>{tail})"
        rf"|(?<![\w-])(?P<bound>(?:(?!(?:{unnamed})\b){WORD} (?=[\w-]*-(?:{givers})\b))??(?:[A-ZÄÖÜ][\w]*-)+(?P<head2>{bound})(?:s|en)?(?: {WORD}){{0,1}})"
    )


@dataclass(frozen=True, slots=True)
class KindShapes:
    """Common nouns beside proper names, by where the pattern begins: at the noun, at the name, at a quotation mark."""

    noun: re.Pattern[str]
    name: re.Pattern[str]
    titled: re.Pattern[str]
    plain: re.Pattern[str]
    quoted: re.Pattern[str]
    articles: frozenset[str]


@cache
def kinds() -> KindShapes:
    """A common noun beside the proper name of a thing of its kind."""
    words = lexicon()
    kinds = alternation(words.kinds)
    copulas, articles = alternation(words.copulas), alternation((*words.determiners, *words.pointing))
    new, links = alternation(words.indefinite), alternation(words.name_links)
    lower = alternation(kind for kind in words.kinds if kind.islower())
    return KindShapes(
        noun=re.compile(
            rf"(?P<kind>(?i:{kinds}))(?:s|es|n|en)?,? (?:(?:[A-ZÄÖÜ][\w-]+ |[a-zà-ÿ]+ ){{1,5}}[–-] )?(?:{QUOTED}|(?P<proper>{PROPER}(?: {PROPER}){{0,2}}))"
            rf"|(?P<low>{lower}) (?P<title>{WORD}(?: (?:&|{links}|{WORD})){{0,6}} {WORD}|{WORD})"
        ),
        name=re.compile(
            rf"(?P<defined>{PROPER})(?: \([^()]{{2,80}}\))?(?:, (?:{new}) (?:[a-zà-ÿ-]+ ){{0,3}}?| (?:{copulas}) (?:{articles}) (?:[\w-]+ ){{0,4}}?| [–-] (?:[A-Z][\w-]+ )??)(?P<kind3>(?i:{kinds}))(?!\w)"
            rf"|(?P<before>{PROPER})-(?P<kind2>(?i:{kinds}))(?![\w-])(?: {QUOTED.replace('quoted', 'quoted2')})?"
        ),
        titled=re.compile(rf"(?P<titled>{PROPER}) (?P<kind4>{lower})(?![\w-])"),
        plain=re.compile(
            rf"(?<=\b[Tt]he )(?!(?:{alternation(words.nationalities)})\b)(?P<titled>[A-Z][a-zà-ÿ]{{3,}}(?: [A-Z][a-zà-ÿ]+)?) (?P<kind4>{lower})(?![\w-])"
        ),
        quoted=re.compile(rf"{QUOTED.replace('quoted', 'quoted3')} (?P<kind5>{lower})(?![\w-])"),
        articles=frozenset(word.lower() for word in (*words.determiners, *words.pointing)),
    )


@cache
def proper() -> re.Pattern[str]:
    """A word with two capitals or figures, as names of projects have them."""
    return re.compile(rf"(?<![\w-]){PROPER}")


@cache
def role() -> re.Pattern[str]:
    """A role noun, which may stand right before the name of what is led: "Leiter LIFE Management Cluster"."""
    words = lexicon()
    return re.compile(rf"(?:{'|'.join(words.roles)})(?:{words.role_endings})?\s")


@cache
def events() -> re.Pattern[str]:
    """An event: a head noun with its subject or year."""
    heads = alternation(lexicon().event_heads)
    inner = [word for word in lexicon().name_links if word not in lexicon().place_words]
    small = f"(?:(?:{alternation(inner)}) )"
    compounds = alternation(head.lower() for head in lexicon().event_heads if len(head) > 5)  # noqa: PLR2004
    return re.compile(
        rf"(?<![\w-])(?P<name>(?:\d{{1,3}}\. )?(?:(?:{WORD} ){{1,4}}|(?:[\w]+-))?(?:{heads})(?:es|s)?"
        rf"(?: {small}{{0,2}}{WORD}(?: {small}{{0,2}}{WORD}){{0,5}})?(?: (?:20\d\d))?|(?:\d{{1,3}}\. )?(?:{WORD} ){{0,2}}[A-ZÄÖÜ][a-zäöüß]+(?:{compounds})(?:es|s)?"
        rf"(?: (?:20\d\d|{small}{{0,2}}{WORD}(?: 20\d\d)?)))"
    )


@cache
def lone() -> re.Pattern[str]:
    """One-word names that end with a head noun: "Augenklinik", "Longfonds"."""
    words = lexicon()
    endings = alternation(words.lone_heads)
    common = alternation(words.common_compounds)
    unnamed = alternation((*words.unnamed, *words.common_nouns))
    return re.compile(
        rf"(?<![\w-])(?!(?:{common})\b)(?:(?!(?:{unnamed})\b)[A-ZÄÖÜ][\wäöü-]+ ){{0,2}}[A-ZÄÖÜ][\w]{{2,24}}?(?P<ending>{endings})(?![\w-])(?P<place> [A-Z][a-zäöü]+)?"
    )


@cache
def common_events() -> re.Pattern[str]:
    """Events that a document calls by a common noun."""
    return re.compile(rf"(?<![\w-])(?:{alternation(lexicon().common_events)})(?![\w-])")


@cache
def slots() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The places where the packs expect a name, with the class of what is named there."""
    joined = rf"(?: (?:(?:{alternation(lexicon().name_links)}) )?[A-ZÀ-Þ][\w&-]+){{0,5}}"
    city = r"(?P<slotted>[A-ZÀ-Þ][a-zà-ÿ’'-]+(?:[ -][A-ZÀ-Þ][a-zà-ÿ-]+)?)"
    shapes = {
        "city": city,
        "name": rf"(?P<slotted>[A-ZÀ-Þ][\w&-]+{joined})",
        "proper": rf"(?P<slotted>{PROPER}(?: {PROPER}){{0,2}})",
    }
    return tuple(
        (type_, re.compile(rf"(?<![\w-])(?:{_filled(form, shapes)})(?![\w-])")) for type_, form in lexicon().name_slots
    )


def _filled(form: str, shapes: dict[str, str]) -> str:
    for name, shape in shapes.items():
        form = form.replace(f"{{{name}}}", shape)
    return form
