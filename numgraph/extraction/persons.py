"""Persons: names with academic titles anywhere, names without a title where the place says that they are persons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from numgraph.extraction.languages import lexicon

_UPPER, _LOWER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚ", "a-zß-öø-ÿā-žșț"
_NAME_WORD = rf"(?:Mc|Mac|O['’]|D['’]|Ó |Mac )[{_UPPER}][{_LOWER}]+|[{_UPPER}][{_LOWER}’]+(?:-[{_UPPER}][{_LOWER}]+)*(?![{_LOWER}])"  # noqa: E501 - a pattern is read best on one line
_SHORT = 4  # letters: a name may begin like so short a word ("T", "Land", "Amt")
_COMMA = re.compile(r"(?<=[a-zà-ÿ]), (?=[a-zà-ÿA-Z])")
_INITIAL = rf"[{_UPPER}]\."


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name without titles, and the titles as stated ("" where there are none)."""

    start: int
    end: int
    name: str
    title: str
    title_start: int


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(lexicon().titles)
    return re.compile(
        # Atomic: "Dr. Dr. Dr. ..." without a name must fail at once.
        rf"(?<![\w.])(?P<title>(?>{titles})(?:[ \u00a0\-]?(?>{titles})){{0,8}}+)\s{{1,2}}(?P<name>{_full_name()})(?![a-zäöü])"  # noqa: E501 - a pattern is read best on one line
    )


def _full_name() -> str:
    particles = "|".join(sorted(map(re.escape, lexicon().particles), key=len, reverse=True))
    first = rf"(?:{_NAME_WORD}|{_INITIAL})"
    return rf"{first}(?:[ \u00a0](?:{_INITIAL}|(?:(?:{particles}) ){{0,2}}(?:{_NAME_WORD}))){{0,3}}"


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(rf"(?P<name>{_full_name()})")


@cache
def _quoting() -> re.Pattern[str]:
    verbs = "|".join(sorted(map(re.escape, lexicon().sayings), key=len, reverse=True))
    return re.compile(
        rf"(?:(?<=[“”\"’«»]),?\s(?:{verbs})\s(?P<after>{_full_name()}))"
        rf"|(?:(?:^|(?<=[.!?“”\"] ))(?P<before>{_full_name()})\s(?:{verbs})\b)"
    )


@cache
def _no_name_word() -> re.Pattern[str]:
    words = lexicon()
    every = {
        *words.front_heads, *words.kinds, *words.contact_words, *words.press_words, *words.phone_labels,
        *words.email_labels,
    }  # fmt: skip
    heads, short = (
        "|".join(sorted((re.escape(word) for word in every if (len(word) > _SHORT) is long), key=len, reverse=True))
        for long in (True, False)
    )
    short = "|".join((short, *map(re.escape, words.streets)))
    endings = "|".join(map(re.escape, words.no_names))
    return re.compile(
        rf"(?:^|\b)(?:{heads})|\b(?:{short})\b|\d|(?:{endings})\b",
        re.IGNORECASE,
    )


@lru_cache(maxsize=20_000)  # the same names and words come again and again
def _names_house(text: str) -> bool:
    """Whether a name holds a word that names of persons have not."""
    return bool(_no_name_word().search(text))


def find_titled(text: str) -> Iterator[PersonName]:
    """Names after at least one academic title, titles kept as stated: "Univ.-Prof. Dr. med."."""
    for match in _titled().finditer(text):
        name = _clean(match["name"])
        if " " in name:
            yield PersonName(
                match.start("name"), match.start("name") + len(name), name, match["title"].strip(), match.start()
            )


@cache
def _family() -> re.Pattern[str]:
    before = "|".join((*lexicon().titles, *map(re.escape, lexicon().salutations)))
    return re.compile(rf"(?<![\w.])(?:(?:{before})[ \u00a0]){{1,3}}(?P<family>{_NAME_WORD})(?![\w-])(?! [A-ZÄÖÜ][a-z])")


def find_family(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a title or salutation stands before one name only, and that name."""
    for match in _family().finditer(text):
        yield match.start(), match.end(), match["family"]


_DEGREE = re.compile(
    r",\s(?P<degrees>{one}(?:,\s{one}){{0,4}})(?![\w])".format(
        one=r"(?:M\.\s?Sc\.?|M\.\s?A\.|B\.\s?Sc\.|MBA|M\.?P\.?H\.?|M\.B\.A\.|Ph\.?\s?D\.?|Pharm\.?\s?D\.?|R\.?N\.?|Sc\.?D\.?|M\.?D\.?|LL\.M\.|MSc|BSc|FRCP|M\.?S\.|Dipl\.-[A-Z][\w-]*\.?)"
    )
)


def find_degreed(text: str) -> Iterator[PersonName]:
    """Names before a degree: "Hauke von der Wiesenmühle, M.Sc."; the degree is no title before a name."""
    for degree in _DEGREE.finditer(text):
        before = list(_bare().finditer(text, max(0, degree.start() - 60), degree.start()))
        if (
            before
            and before[-1].end() == degree.start()
            and " " in before[-1]["name"]
            and not _names_house(before[-1]["name"])
        ):
            name = before[-1]
            yield PersonName(name.start(), name.end(), name["name"], "", name.start())


def degrees_after(text: str, place: int) -> str:
    """The degrees that follow a name: "M.D., Ph.D."; empty where there are none."""
    found = _DEGREE.match(text, place)
    return found["degrees"] if found else ""


@cache
def _role_after() -> re.Pattern[str]:
    """A role right after a name: ", Professor of Epidemiology at ...", ", hoogleraar Longziekten"."""
    words = lexicon()
    articles = "|".join(sorted({*words.determiners, *words.pointing}, key=len, reverse=True))
    return re.compile(
        rf",\s(?:(?:{articles})\s)?(?:[a-zà-ÿ-]+\s){{0,2}}(?:{'|'.join(words.roles)})(?:{words.role_endings})?(?![\wäöüß])"
    )


@cache
def _roles_before() -> tuple[re.Pattern[str], ...]:
    """Roles that say whom a thing is led by, right before a name: "projectleider Jan de Boer"."""
    endings = lexicon().role_endings
    return tuple(re.compile(rf"(?:{role})(?:{endings})?\s(?P<name>{_full_name()})") for role in lexicon().heading_roles)


def find_roled(text: str, found: frozenset[str]) -> Iterator[PersonName]:
    """Untitled names beside a role, where the text has any: "Mary Tidewell, Professor of ...", "leider Jan de Boer"."""
    for comma in _COMMA.finditer(text) if "role" in found else ():
        person = _name_before(text, comma.start()) if _role_after().match(text, comma.start()) else None
        if person:
            yield person
    shapes = (shape for number, shape in enumerate(_roles_before()) if f"head {number}" in found)
    after = {match.start("name"): match for shape in shapes for match in shape.finditer(text)}
    for _, match in sorted(after.items()):
        name = _clean(match["name"])
        if " " in name and not _names_house(name) and not _role_word().search(name):
            yield PersonName(match.start("name"), match.start("name") + len(name), name, "", match.start("name"))


def _name_before(text: str, end: int) -> PersonName | None:
    """The name that ends at ``end``: at least two words, none of an institution."""
    found = [match for match in _bare().finditer(text, max(0, end - 60), end) if match.end() == end]
    words = found[-1]["name"].split(" ") if found else []
    while words and (words[0] in lexicon().unnamed or _names_house(words[0])):
        words = words[1:]
    name = " ".join(words)
    if len(words) < 2 or _names_house(name) or _role_word().search(name):  # noqa: PLR2004 - first and family name
        return None
    return PersonName(end - len(name), end, name, "", end - len(name))


def find_quoted(text: str) -> Iterator[PersonName]:
    """Untitled names beside a verb of saying and a quotation."""
    for match in _quoting().finditer(text):
        group = "after" if match["after"] else "before"
        name = _clean(match[group])
        if " " in name and not _names_house(name):
            yield PersonName(match.start(group), match.start(group) + len(name), name, "", match.start(group))


def bare_name(line: str) -> str | None:
    """The line, if it can be nothing but a person's name: two to four capitalised words, none of an institution."""
    plain = without_salutation(line).strip().rstrip(",:;")
    if not _bare().fullmatch(plain) or " " not in plain or _names_house(plain) or _role_word().search(plain):
        return None
    return plain


def without_salutation(text: str) -> str:
    """The text without "Frau", "mw." and the like at its head."""
    return _salutation().sub("", text)


@cache
def _salutation() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, lexicon().salutations), key=len, reverse=True))
    return re.compile(rf"^(?:{words})\s+")


@cache
def _role_word() -> re.Pattern[str]:
    words = lexicon()
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words.roles)})(?:{words.role_endings})?(?![\wäöüß])")


def _clean(name: str) -> str:
    """The name without a following noun that the pattern took for part of it."""
    words = name.split(" ")
    for count, word in enumerate(words):
        if count >= 2 and _names_house(word):  # noqa: PLR2004 - first and family name come first
            words = words[:count]
            break
    if words[-1] == "St":  # of a saint's hospital: "van het St. Antonius Ziekenhuis"
        words.pop()
    while len(words) > 1 and words[-1] in lexicon().particles:
        words.pop()
    return " ".join(words).rstrip(".")
