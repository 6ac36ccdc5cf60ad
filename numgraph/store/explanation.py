"""What is wrong with a query, where, and in words that a person understands.

Workers import this module: it stays light.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, TypeAlias

from pyoxigraph import Store

from numgraph.errors import BadQuery
from numgraph.store.guard import alibi
from numgraph.store.lexer import Token, position, tokens

_ENGINE_FAULT = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_CHARACTER_CLASS = re.compile(r"\[[^\]]*\]")
_PROSE = re.compile(r"[A-Z]\w+(?: \w+)+")  # a rule that the engine explains in words
_SIGN = re.compile(r'"((?:\\.|[^"\\])+)"')
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_GAP = " " * 24  # longer than any keyword
_LONGEST_EXPLAINED = 50_000  # characters
_MOST_WISHES = 8

Read: TypeAlias = Callable[[str], object]  # raises SyntaxError


class Complaint(NamedTuple):
    """The engine's own account of a fault: where, what it expected, and whether the place is exact."""

    offset: int
    expected: str
    exact: bool


def explain(
    query: str, fault: SyntaxError, prefixes: Mapping[str, str] | None = None, read: Read | None = None
) -> BadQuery:
    """The fault of a query that the engine cannot read, with line and column.

    The engine reports a failed keyword where the keyword would have ended, several characters late. With every gap
    between tokens stretched, the report falls between the token at fault and the next one. ``alibi`` keeps the second
    parse from asking any service. ``read`` is how the engine reads it: as a query, where nothing else is said.
    """
    known = dict(prefixes or {})
    pieces = list(tokens(query)) if len(query) <= _LONGEST_EXPLAINED else []
    stranger = _undeclared(pieces, known)
    if stranger is not None:
        prefix = stranger.text.partition(":")[0]
        return _bad(query, stranger.start, f"the prefix {prefix}: is not declared; add PREFIX {prefix}: <...>")
    quote = next((piece for piece in pieces if piece.text in {"'", '"'}), None)
    if quote is not None:
        return _bad(query, quote.start, "the string that starts here does not end")
    as_query = partial(Store().query, prefixes=known)
    complaint = _sharper(alibi(query) or query, pieces, read or as_query) or _complaint(query, fault)
    if complaint is None:
        return BadQuery(f"the query cannot be read: {fault}")
    return _bad(query, min(complaint.offset, len(query)), _reason(query, pieces, complaint))


def _bad(query: str, offset: int, reason: str) -> BadQuery:
    line, column = position(query, offset)
    return BadQuery(f"the query cannot be read at line {line}, column {column}: {reason}", line, column)


def _complaint(query: str, fault: SyntaxError) -> Complaint | None:
    found = _ENGINE_FAULT.match(str(fault))
    if found is None:
        return None
    before = query.split("\n")[: int(found[1]) - 1]
    return Complaint(sum(len(line) + 1 for line in before) + int(found[2]) - 1, found[3], exact=False)


def _sharper(query: str, pieces: list[Token], read: Read) -> Complaint | None:
    """The complaint about the stretched query, carried back to the token at fault."""
    if not pieces:
        return None
    stretched, places = _stretched(query, pieces)
    try:
        read(stretched)
    except SyntaxError as fault:
        complaint = _complaint(stretched, fault)
    except (OSError, RuntimeError, ValueError):  # it was read, and failed in another way
        complaint = None
    else:
        complaint = None
    if complaint is None:
        return None
    at, origin = max((place for place in places if place[0] <= complaint.offset), default=places[0])
    return Complaint(origin, complaint.expected, exact=at == complaint.offset)


def _stretched(query: str, pieces: list[Token]) -> tuple[str, list[tuple[int, int]]]:
    """The query with a long gap wherever one may be, and pairs: where a token is now, and where it was.

    Tokens that may have to stand together (a function and its bracket, the signs of an operator) count as one.
    "Less than" becomes "greater than", lest the engine follows it to the end of the query as the start of an IRI.
    """
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    length, before = 0, None
    for piece in pieces:
        if before is None or _may_part(before, piece):
            parts.append(_GAP)
            length += len(_GAP)
            places.append((length, piece.start))
        text = query[piece.start : piece.start + len(piece.text)]
        parts.append(">" if text == "<" and "<<" not in query[max(piece.start - 1, 0) : piece.start + 2] else text)
        length += len(text)
        before = piece
    places.append((length + len(_GAP), len(query)))
    return "".join([*parts, _GAP, _GAP]), places


def _may_part(left: Token, right: Token) -> bool:
    if left.start + len(left.text) < right.start:
        return True
    if "|" in (left.text, right.text) or ">" in (left.text, right.text):
        return False
    return left.text in set("{}()[];,") or right.text in set("{})];,")


def _undeclared(pieces: list[Token], prefixes: Mapping[str, str]) -> Token | None:
    """The first prefixed name whose prefix nobody declared."""
    declared = set(prefixes)
    for before, piece in zip([None, *pieces], pieces, strict=False):
        prefix = piece.text.partition(":")[0] if piece.kind == "name" else None
        if prefix is not None and before is not None and before.is_word("PREFIX"):
            declared.add(prefix)
        elif prefix is not None and prefix not in declared:
            return piece
    return None


def _reason(query: str, pieces: list[Token], complaint: Complaint) -> str:
    end = complaint.offset
    here = next((piece for piece in pieces if piece.start <= end < piece.start + len(piece.text)), None)
    if here is not None and here.kind == "iri" and not _SCHEME.match(here.text):
        return f"{here.text[:80]} is a relative IRI; write it in full or add BASE <...>"
    expected = _CHARACTER_CLASS.sub("", complaint.expected)
    prose = _PROSE.search(expected)
    if prose:
        return prose[0]
    signs = [sign.replace("\\", "") for sign in _SIGN.findall(expected)] if complaint.exact else []
    wishes = f"; expected {' '.join(signs)}" if 0 < len(signs) <= _MOST_WISHES else ""
    if here is not None:
        return f"{here.text[:40]!r} makes no sense here{wishes}"
    return f"it makes no sense here{wishes}" if query[end:].strip() else f"it ends too early{wishes}"
