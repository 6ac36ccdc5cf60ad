"""The language of the search box: words, AND OR NOT (UND ODER NICHT) in any case, brackets, "phrases", prefix*, fields.

    question  = either
    either    = both { OR both }
    both      = denied { [ AND ] denied }        words side by side must all be there
    denied    = [ NOT | "-" ] plain
    plain     = "(" either ")" | [ field ":" ] ( '"' words '"' | word [ "*" ] | "(" either ")" )

As in idw's archive "a nicht b" is "a and not b". Limits keep every question answerable in milliseconds: 1,000
characters, 40 words, 20 brackets deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from numgraph.errors import BadSearch
from numgraph.search import analysis

LONGEST = 1000  # characters
MOST_WORDS = 40
DEEPEST = 20  # brackets inside brackets

# What may stand before a colon, in English and German, and the field it means.
FIELDS = {
    "title": "title", "titel": "title", "name": "title", "label": "title",
    "text": "text", "inhalt": "text",
    "publisher": "publisher", "herausgeber": "publisher", "institution": "publisher",
    "subject": "subject", "fach": "subject", "sachgebiet": "subject",
    "type": "type", "typ": "type", "art": "type",
    "region": "region",
    "language": "language", "sprache": "language",
    "class": "class", "klasse": "class",
    "year": "year", "jahr": "year",
}  # fmt: skip

_OPERATORS = {"and": "AND", "und": "AND", "or": "OR", "oder": "OR", "not": "NOT", "nicht": "NOT"}
_QUOTES = '"„“”«»'
_TOKEN = re.compile(
    rf"\s*(?:(?P<open>\()|(?P<close>\))|(?P<phrase>[{_QUOTES}][^{_QUOTES}]*[{_QUOTES}])|(?P<quote>[{_QUOTES}])"
    rf"|(?P<minus>-(?=[^\s()]))|(?P<field>[A-Za-z]+):(?=[^\s)])|(?P<word>[^\s(){_QUOTES}]+))"
)


@dataclass(frozen=True, slots=True)
class Words:
    """One word, or several that must stand side by side. ``exactly``: as written, no other form of the word."""

    words: tuple[str, ...]
    exactly: bool = False
    prefix: bool = False  # the last word is a beginning
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Tree


Tree: TypeAlias = Words | Both | Either | Not


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int  # from 1


def parse(question: str) -> Tree | None:
    """The tree of a question; None where it holds no word. Raises BadSearch with the position of the fault."""
    if len(question) > LONGEST:
        raise BadSearch(f"the question has more than {LONGEST:,} characters; ask in fewer", "long", LONGEST + 1)
    tokens = list(_tokens(question))
    if sum(token.kind in {"word", "phrase"} for token in tokens) > MOST_WORDS:
        raise BadSearch(f"the question has more than {MOST_WORDS} words; ask for fewer at once", "many")
    parser = _Parser([*tokens, _Token("end", "", len(question) + 1)])
    tree = parser.either(0)
    parser.expect_end()
    return tree


def positive(tree: Tree | None) -> Iterator[Words]:
    """The words that hits contain, for highlighting: those that no NOT stands before."""
    if isinstance(tree, Words):
        yield tree
    elif isinstance(tree, Both | Either):
        for part in tree.parts:
            yield from positive(part)


def written(tree: Tree | None) -> str:
    """The question as it was understood, every connection and bracket in place."""
    match tree:
        case None:
            return ""
        case Words():
            text = " ".join(tree.words) + ("*" if tree.prefix else "")
            text = f'"{text}"' if tree.exactly or len(tree.words) > 1 or text in _OPERATORS else text
            return f"{tree.field}:{text}" if tree.field else text
        case Not():
            return f"NOT {written(tree.part)}"
        case Both() | Either():
            sign = " AND " if isinstance(tree, Both) else " OR "
            return "(" + sign.join(written(part) for part in tree.parts) + ")"


def _tokens(question: str) -> Iterator[_Token]:
    end = 0
    while (found := _TOKEN.match(question, end)) is not None and found.end() > end:
        kind = found.lastgroup or ""
        text, end = found[kind], found.end()
        position = found.start(kind) + 1
        if kind == "quote":
            raise BadSearch(f"the quotation mark at position {position} is never closed", "quote", position)
        if kind == "field" and text.lower() not in FIELDS:
            yield _Token("word", text, position)  # "Titel: Untertitel" pasted in, not a field
        elif kind == "word" and text.lower() in _OPERATORS:
            yield _Token(_OPERATORS[text.lower()], text, position)
        else:
            yield _Token(kind, text, position)


class _Parser:
    """Recursive descent; brackets are counted, so that the depth of the question bounds that of the stack."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def expect_end(self) -> None:
        if self._next.kind == "close":
            place = self._next.position
            raise BadSearch(f"the bracket at position {place} closes nothing", "closing", place)

    def either(self, depth: int) -> Tree | None:
        parts = [self.both(depth)]
        while self._next.kind == "OR":
            operator = self._take()
            parts.append(self.both(depth))
            if parts[-2] is None or parts[-1] is None:
                raise _lonely(operator)
        return _joined(Either, parts)

    def both(self, depth: int) -> Tree | None:
        parts: list[Tree | None] = []
        while self._next.kind not in {"end", "close", "OR"}:
            if self._next.kind == "AND":
                operator = self._take()
                if not parts or self._next.kind in {"end", "close", "OR", "AND"}:
                    raise _lonely(operator)
            parts.append(self.denied(depth))
        return _joined(Both, parts)

    def denied(self, depth: int) -> Tree | None:
        if self._next.kind not in {"NOT", "minus"}:
            return self.plain(depth)
        operator = self._take()
        if self._next.kind in {"end", "close", "OR", "AND", "NOT", "minus"}:
            raise _lonely(operator)
        part = self.plain(depth)
        return None if part is None else Not(part)

    def plain(self, depth: int) -> Tree | None:
        token = self._take()
        if token.kind == "open":
            return self._bracket(token, depth + 1)
        if token.kind == "field":
            return self._field(token, depth)
        return _words(token)

    def _bracket(self, opened: _Token, depth: int) -> Tree | None:
        if depth > DEEPEST:
            place = opened.position
            raise BadSearch(f"brackets are nested more than {DEEPEST} deep at position {place}", "deep", place)
        inside = self.either(depth)
        if self._next.kind != "close":
            raise BadSearch(f"the bracket at position {opened.position} is never closed", "opening", opened.position)
        self._take()
        return inside

    def _field(self, named: _Token, depth: int) -> Tree | None:
        if self._next.kind not in {"word", "phrase", "open"}:
            place = named.position
            raise BadSearch(f"nothing stands after {named.text}: at position {place}", "field", place)
        inside = self.plain(depth)
        return None if inside is None else _within(FIELDS[named.text.lower()], inside)


def _lonely(operator: _Token) -> BadSearch:
    place = operator.position
    return BadSearch(f"{operator.text} at position {place} needs a word on each side it joins", "operator", place)


def _joined(kind: type[Both | Either], parts: list[Tree | None]) -> Tree | None:
    found = tuple(part for part in parts if part is not None)
    return kind(found) if len(found) > 1 else found[0] if found else None


def _words(token: _Token) -> Words | None:
    """A word or phrase; what holds no letter and no digit is passed over."""
    text = token.text.strip(_QUOTES) if token.kind == "phrase" else token.text
    prefix = text.rstrip().endswith("*")
    found = tuple(word for word, _, _ in analysis.words(text))
    return Words(found, exactly=token.kind == "phrase", prefix=prefix) if found else None


def _within(field: str, tree: Tree) -> Tree:
    match tree:
        case Words():
            return tree if tree.field else replace(tree, field=field)
        case Not():
            return Not(_within(field, tree.part))
        case Both():
            return Both(tuple(_within(field, part) for part in tree.parts))
        case Either():
            return Either(tuple(_within(field, part) for part in tree.parts))
