"""The patterns of names.py, each built once from the words of the packs."""

# The lines of a pattern follow its parts, however long they are.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from numgraph.extraction.languages import lexicon

WORD = r"[A-ZÄÖÜÀ-ÖØ-Þ](?:[\w’'.&*:-]*[\w*+])?"
PROPER = r"(?=[\w-]*[A-Z0-9][\w-]*[A-Z0-9])(?=[\w-]*[A-Z])[A-Za-z][\w-]{1,30}"  # CHARM-EU, TargED, NUM4Rare
QUOTED = r"[„“”\"‚‘’»«'](?P<quoted>[A-ZÄÖÜ0-9a-z][^„“”\"‚‘»«\n]{2,80}?)[“”\"‘’«»']"


def alternation(words: Iterable[str]) -> str:
    """The words as one alternative of a pattern, longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def front() -> re.Pattern[str]:
    """A head noun with what may stand before it, and the name going on to its right."""
    words = lexicon()
    heads = alternation(words.front_heads)
    suffixes = alternation(head.lower() for head in words.front_heads if len(head) > 5)  # noqa: PLR2004
    head = rf"(?:(?:[A-ZÄÖÜ][\w.]*-)*(?:{heads})|[A-ZÄÖÜ][a-zäöüß]{{2,24}}(?:{suffixes}))"
    roles = "|".join(words.roles)
    title = alternation(("Prof", "Dr", "Dipl", "PD", "Herr", "Frau"))
    word = rf"(?!(?:{heads}|{title})\b){WORD}"
    joined = rf"(?:[A-ZÄÖÜ][\w]*-(?:,| und| and| en| oder) )?(?:[a-zäöü]+(?:e|en|er|es|al|ic|ische|isch) ){{0,2}}{word}(?:(?: |/)(?!(?:Am|An|In|Im|Der|Die|Das)\b){word}){{0,4}}"
    phrase = rf"{joined}(?:(?:, {joined}){{0,3}},? (?:und|and|en|&|sowie) (?!(?:der|die|das|dem|den|des|de|het|the)\b|(?:{roles})){joined})?"
    link = r"(?:für|for|of the|for the|of|voor|van de|van het|van|zur|zum|voor de|von)"
    return re.compile(
        rf"(?<![\w-])(?P<lead>(?:(?:[A-ZÄÖÜ][\wäöüß-]+(?:e|en|er|es|em|al|ic|isch|s)|[Ll]okale[nrsm]?|Technische|Federal|German|Royal|National) ){{0,2}})"
        rf"(?P<head>{head})(?P<case>s|es|en)?(?P<more>(?:,| und| and| en|-und|/) (?P<head2>{heads})s?)?"
        rf"(?:(?: (?P<link>{link}) (?:(?:die|den|das|der|the|de|het) )?(?P<topic>{phrase}))|(?P<place>(?: {word}){{1,3}}))?"
    )


@cache
def end() -> re.Pattern[str]:
    """A name that ends with its head noun, free or tied by a hyphen."""
    heads = alternation(head for head in lexicon().end_heads if not head.startswith("-"))
    bound = alternation(head[1:] for head in lexicon().end_heads if head.startswith("-"))
    tail = rf"(?: (?:of|for|voor|van) (?:the )?{WORD}(?:(?: and| of| for)? {WORD}){{0,5}})?"
    return re.compile(
        rf"(?<![\w-])(?P<name>(?:20\d\d )?(?:{WORD} (?:(?:de|of|van|der|and|&|for) )?){{1,5}}(?P<head>{heads})(?:\s{WORD})?)(?![\w-])(?P<tail>{tail})"
        rf"|(?<![\w-])(?P<bound>(?:[A-ZÄÖÜ][\w]*-)+(?P<head2>{bound})(?:s|en)?(?: {WORD}){{0,1}})"
    )


@cache
def kinds() -> re.Pattern[str]:
    """A common noun beside the proper name of a thing of its kind."""
    words = lexicon()
    kinds = alternation(words.kinds)
    lower = alternation(kind for kind in words.kinds if kind.islower())
    return re.compile(
        rf"(?<![\w-])(?P<kind>(?i:{kinds}))(?:s|es|n|en)?,? (?:{QUOTED}|(?P<proper>{PROPER}(?: {PROPER}){{0,2}}))"
        rf"|(?<![\w-])(?P<defined>{PROPER})(?: \([^()]{{2,80}}\))? (?:(?:ist|is|war|was) (?:ein|eine|einer|a|an|the|das|die|der|een|het) (?:[\w-]+ ){{0,4}}?|[–-] (?:[A-Z][\w-]+ )??)(?P<kind3>(?i:{kinds}))(?!\w)"
        rf"|(?<![\w-])(?P<low>{lower}) (?P<title>{WORD}(?: (?:&|and|of|for|in|{WORD})){{0,6}} {WORD}|{WORD})"
        rf"|(?<![\w-])(?P<before>{PROPER})-(?P<kind2>(?i:{kinds}))(?![\w-])(?: {QUOTED.replace('quoted', 'quoted2')})?"
    )


@cache
def role() -> re.Pattern[str]:
    """A role noun, which may stand right before the name of what is led: "Leiter LIFE Management Cluster"."""
    words = lexicon()
    return re.compile(rf"(?:{'|'.join(words.roles)})(?:{words.role_endings})?\s")


@cache
def events() -> re.Pattern[str]:
    """An event: a head noun with its subject or year."""
    heads = alternation(lexicon().event_heads)
    small = "(?:(?:on|for|of|the|and|für|der|des|und|voor|van|zur) )"
    return re.compile(
        rf"(?<![\w-])(?P<name>(?:\d{{1,3}}\. )?(?:(?:{WORD} ){{1,4}}|(?:[\w]+-))?(?:{heads})(?:es|s)?"
        rf"(?: {small}{{0,2}}{WORD}(?: {small}{{0,2}}{WORD}){{0,5}})?(?: (?:20\d\d))?|(?:[A-ZÄÖÜ][a-zäöüß]+)(?:kongress|konferenz|tagung|symposium)(?:es|s)?"
        rf"(?: (?:20\d\d|{small}{{0,2}}{WORD}(?: 20\d\d)?)))"
    )


@cache
def lone() -> re.Pattern[str]:
    """One-word names that end with a head noun: "Augenklinik", "Longfonds"."""
    words = lexicon()
    endings = alternation(words.lone_heads)
    common = alternation(words.common_compounds)
    return re.compile(
        rf"(?<![\w-])(?!(?:{common})\b)[A-ZÄÖÜ][\w]{{2,24}}?(?P<ending>{endings})(?![\w-])(?P<place> (?:Noord|Zuid|Oost|West|[A-Z][a-zäöü]+))?"
    )


@cache
def common_events() -> re.Pattern[str]:
    """Events that a document calls by a common noun."""
    return re.compile(rf"(?<![\w-])(?:{alternation(lexicon().common_events)})(?![\w-])")
