"""Terms of an answer as a reader sees them: text, language, and an address only where following it is safe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from numgraph.ontology_docs import VOCABULARIES
from numgraph.terms import NUM, PREFIXES, XSD

from .answers import Term
from .links import Links
from .wording import Wording

_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+[0-9]{5,15}")
_UNNAMED = {"claim", "conflict"}  # their addresses are digests
_TURNING = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_LONG = 90  # characters beyond which a value is prose, not a name
_LONGEST = 20_000  # characters of one value that a page shows


@dataclass(frozen=True, slots=True)
class Shown:
    """A value on a page. ``href`` is None where there is nothing to follow."""

    text: str
    href: str | None = None
    language: str | None = None
    external: bool = False
    is_number: bool = False

    @property
    def is_long(self) -> bool:
        return len(self.text) > _LONG


@dataclass(frozen=True, slots=True)
class Reader:
    """The person in front of the page: their language, the addresses they can follow, the names they know."""

    wording: Wording
    links: Links
    terms: Callable[[str, str], str | None]  # (IRI, language) -> label of a term of the ontology

    @property
    def language(self) -> str:
        return self.wording.language

    def term(self, iri: str) -> str:
        """The name of a class or property: the ontology's label, else the local name set apart into words."""
        return self.terms(iri, self.language) or spelled_out(iri)

    def inverse(self, iri: str) -> str:
        """What a property is called from the other end: "takes part here" where others participate in a thing."""
        name = f"inverse_{iri.removeprefix(NUM)}"
        return self.wording.catalogue.get(name) or self.wording.say("inverse", property=self.term(iri))

    def show_term(self, iri: str) -> Shown:
        """A class or property by its name, else by its prefixed name or its address."""
        is_local = self.links.is_local(iri)
        text = self.term(iri) if is_local else self.terms(iri, self.language) or prefixed(iri)
        return Shown(text, self.links.href(iri), external=not is_local)

    def beside(self, iri: str) -> str | None:
        """The prefixed name of a term of another vocabulary, to stand beside its name."""
        is_named = not self.links.is_local(iri) and self.terms(iri, self.language)
        return prefixed(iri) if is_named else None

    def show(self, term: Term, label: Term | None = None) -> Shown:
        """A term, by its label where it has one."""
        if term.is_iri:
            text = label.value if label else self._unlabelled(term.value)
            tongue = label.language if label else None
            href = self.links.href(term.value)
            return Shown(cut(text), href, tongue, external=href == term.value and not self.links.is_local(term.value))
        return self._literal(term) if term.is_literal else Shown(cut(term.value))

    def _unlabelled(self, iri: str) -> str:
        return self.terms(iri, self.language) or compact(iri) or readable(iri, self.links)

    def _literal(self, term: Term) -> Shown:
        write = _WRITERS.get(term.local_datatype or "")
        if write:
            return write(self.wording, term.value)
        if _MAIL.fullmatch(term.value):
            return Shown(term.value, f"mailto:{term.value}")
        if _PHONE.fullmatch(term.value):
            return Shown(term.value, f"tel:{term.value}")
        return Shown(cut(term.value), language=term.language)


def _date(wording: Wording, value: str) -> Shown:
    return Shown(wording.date(value))


def _number(wording: Wording, value: str) -> Shown:
    return Shown(wording.number(value), is_number=True)


def _address(_: Wording, value: str) -> Shown:
    is_web = re.fullmatch(r"https?://[^\s<>\"]+", value, re.IGNORECASE) is not None
    return Shown(cut(value), value if is_web else None, external=is_web)


_WRITERS: Mapping[str, Callable[[Wording, str], Shown]] = {
    "date": _date,
    "gYearMonth": _date,
    "gYear": _date,
    "dateTime": _date,
    "integer": _number,
    "decimal": _number,
    "anyURI": _address,
}


def cut(text: str, longest: int = _LONGEST) -> str:
    """``text``, or its beginning with an ellipsis where a page would burst."""
    return text if len(text) <= longest else text[:longest] + "…"


def readable(iri: str, links: Links) -> str:
    """A thing without a label, by the last part of its address."""
    key = links.key(iri)
    if key is None:
        return iri
    kind, _, slug = key.partition("/")
    return f"{kind} {slug[-6:]}" if kind in _UNNAMED else slug.replace("-", " ")


def kind_of(iri: str, links: Links) -> str:
    """The class that the address of a thing names, ``UniversityHospital``; empty where it is no thing of this graph."""
    kind = (links.key(iri) or "").partition("/")[0]
    return "".join(part.capitalize() for part in kind.split("-"))


def unturned(text: str) -> str:
    """``text`` without the controls that turn the direction of writing: for places that no element can isolate."""
    return text.translate(_TURNING)


def spelled_out(iri: str) -> str:
    """``.../ontology#fundingEnd`` as "funding end".

    >>> spelled_out("https://w3id.org/numgraph/ontology#fundingEnd")
    'funding end'
    """
    local = re.split(r"[#/]", iri.rstrip("#/"))[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower() or iri


@lru_cache(maxsize=4096)
def compact(iri: str) -> str | None:
    """``num:fundingEnd`` for a term whose prefix everybody here knows."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[A-Za-z0-9_-]+", iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return None


def prefixed(iri: str) -> str:
    """The short name of a term of any vocabulary that the ontology refers to, else its address."""
    name = next(((prefix, start) for prefix, start in VOCABULARIES.items() if iri.startswith(start)), None)
    return f"{name[0]}:{iri.removeprefix(name[1])}" if name else iri


def expand(name: str) -> str:
    """``num:fundingEnd`` as its IRI; what has no prefix known here stays as it is."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


def turtle(term: Term) -> str:
    """A term as Turtle writes it, for people who want to copy it; a value that would burst a page is cut."""
    if term.is_iri:
        return compact(term.value) or f"<{term.value}>"
    quoted = '"' + "".join(_escape(character) for character in cut(term.value)) + '"'
    if term.language:
        return f"{quoted}@{term.language}"
    plain = term.datatype in {None, XSD + "string"}
    return quoted if plain else f"{quoted}^^{compact(term.datatype or '') or f'<{term.datatype}>'}"


def _escape(character: str) -> str:
    """Line ends, quotes and characters that cannot be seen, as Turtle escapes them (RDF 1.1 Turtle, section 6.4)."""
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    if unicodedata.category(character) in {"Cc", "Cf"}:
        return f"\\u{ord(character):04X}"
    return character
