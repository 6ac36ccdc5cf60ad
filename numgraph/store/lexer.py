"""Query text into tokens: strings, comments, IRIs, variables, prefixed names and words are told apart.

The grammar is that of SPARQL 1.1, section 19.8. Workers import this module: it stays light.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_CHARS = r"[\w\u00B7\u0300-\u036F\u203F\u2040-]"  # PN_CHARS; \w is a little wider, which is harmless here
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_PREFIX = rf"[^\W\d_](?:\.*+{_CHARS})*+"
_LEXER = re.compile(
    rf"""
      (?P<space>   (?:[ \t\r\n]++ | \#[^\r\n]*+)++ )
    | (?P<string>  \"\"\"(?:\"{{0,2}}(?:[^\"\\]++|\\.))*+\"\"\" | '''(?:'{{0,2}}(?:[^'\\]++|\\.))*+'''
                 | \"(?:[^\"\\\r\n]++|\\.)*+\" | '(?:[^'\\\r\n]++|\\.)*+' )
    | (?P<iri>     <(?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*> )
    | (?P<var>     [?$][\w\u00B7\u0300-\u036F\u203F\u2040]+ )
    | (?P<lang>    @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<blank>   _:\w(?:\.*+{_CHARS})*+ )
    | (?P<name>    (?:{_PREFIX})?:(?:(?:[\w:]|{_ESCAPED})(?:\.*+(?:{_CHARS}|:|{_ESCAPED}))*+)? )
    | (?P<word>    [^\W\d]\w* )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of a query: its kind (a group of the lexer), its text, and where it starts."""

    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query in order, without white space and comments. Never fails: unknown characters are tokens."""
    for found in _LEXER.finditer(query):
        if found.lastgroup not in {"space", None}:
            yield Token(str(found.lastgroup), found[0], found.start())


def normalised(query: str) -> str:
    """The query with every stretch of white space and comments as one space: a name for all its spellings.

    A quote that begins no string leaves the query as it is: what follows is not for us to judge.
    """
    parts: list[str] = []
    end = 0
    for token in tokens(query):
        if token.kind == "other" and token.text in "\"'\\":
            return query
        parts.append(" " + token.text if token.start > end and parts else token.text)
        end = token.start + len(token.text)
    return "".join(parts)


def decoded(query: str) -> str:
    """The query with its codepoint escapes replaced, as SPARQL 1.1, section 19.2, has it done before parsing."""

    def character(found: re.Match[str]) -> str:
        try:
            return (b"\\U" + found[0][2:].zfill(8).encode()).decode("unicode_escape")
        except UnicodeDecodeError:  # beyond U+10FFFF: no character, so it stays as it is
            return found[0]

    return re.sub(_UCHAR, character, query)


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
