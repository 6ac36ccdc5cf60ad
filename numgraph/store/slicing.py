"""A SELECT cut into slices: its LIMIT and OFFSET, read and put anew, everything else as its author wrote it.

The modifiers come at the end of a query, in either order, before a last VALUES (SPARQL 1.1, section 19.8, rules 18,
25 and 28).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from numgraph.errors import BadQuery
from numgraph.store.lexer import Token, tokens

_NUMBER = re.compile(r"(?:\s|#[^\r\n]*+[\r\n])*+(\d{1,19})(?!\d)")


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of a SELECT: ``limit`` of them (None: all) after the first ``offset``."""

    limit: int | None = None
    offset: int = 0

    def first(self, rows: int) -> Slice:
        """The first ``rows`` rows of this slice."""
        return Slice(rows if self.limit is None else min(rows, self.limit), self.offset)

    def after(self, rows: int) -> Slice | None:
        """What this slice has beyond its first ``rows`` rows; None where it cannot have more."""
        if self.limit is None:
            return Slice(None, self.offset + rows)
        return Slice(self.limit - rows, self.offset + rows) if self.limit > rows else None


def slice_of(query: str) -> Slice:
    """The slice that a SELECT asks for. Raises BadQuery where its end cannot be read."""
    found = {token.text.upper(): int(number[1]) for token, number in _modifiers(query)}
    return Slice(found.get("LIMIT"), found.get("OFFSET", 0))


def sliced(query: str, wanted: Slice) -> str:
    """The same SELECT with another slice. Positions before the modifiers stay where they are."""
    parts, end = [], 0
    for token, number in _modifiers(query):
        parts.append(query[end : token.start])
        end = number.end()
    tail = next(
        (token.start for token in _outside(query) if token.is_word("VALUES") and token.start >= end), len(query)
    )
    limit = "" if wanted.limit is None else f"LIMIT {wanted.limit} "
    return "".join((*parts, query[end:tail], f"\n{limit}OFFSET {wanted.offset}\n", query[tail:]))


def _modifiers(query: str) -> list[tuple[Token, re.Match[str]]]:
    """LIMIT and OFFSET of the whole query, each with the number that follows."""
    words = [token for token in _outside(query) if token.is_word("LIMIT", "OFFSET")]
    found = [(token, _NUMBER.match(query, token.start + len(token.text))) for token in words]
    return [(token, number) for token, number in found if number]


def _outside(query: str) -> list[Token]:
    """The tokens outside of all brackets."""
    depth, found = 0, []
    for token in tokens(query):
        depth += token.text in {"(", "[", "{"}
        if depth == 0:
            found.append(token)
        depth -= token.text in {")", "]", "}"}
    if depth:
        raise BadQuery("the brackets of the query do not match; put spaces around < and > where they compare")
    return found
