"""The query police: what may reach the engine, what form a query has, and where a bad one is bad.

The engine fetches whatever SERVICE names, loopback included, and has no switch for it. Two judges must agree before a
query runs. ``check`` reads the query with the lexer and refuses every SERVICE it sees, with a reason. The engine
is laxer than the grammar (``SERVICESILENT<x>``, ``trueSERVICE<x>``, ``1<2)SERVICE#>`` are all SERVICE to it), so
``alibi`` respells the text so that no SERVICE is in it: if the engine still reads the query, there was none to hide.

Workers import this module: it stays light.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from itertools import islice, pairwise

from numgraph.errors import BadQuery, RefusedQuery
from numgraph.store.lexer import Token, decoded, position, tokens
from numgraph.store.services import expect_public


class Form(StrEnum):
    """The four forms of a query (SPARQL 1.1 Query, section 16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"


_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_DEEPEST = 400  # brackets
_LONGEST_CHAIN = 10_000  # operators; each is a step down for the engine, see ``confine.deepen_stack``
_OPERATORS = frozenset("|&+-*/^!=<>") | {"UNION", "OPTIONAL", "MINUS", "BIND", "FILTER", "GRAPH", "VALUES", "EXISTS"}
_LONGEST_PROLOGUE = 3_000  # tokens; the server reads a prologue in its event loop, in some milliseconds


def query_form(query: str) -> Form:
    """The form of a query, read from its prologue alone. Raises RefusedQuery for an update, BadQuery for neither."""
    for token in islice(tokens(query), _LONGEST_PROLOGUE):
        if token.is_word(*Form):
            return Form(token.text.upper())
        if token.is_word(*_UPDATES):
            raise RefusedQuery(f"{token.text.upper()} is an update; this is a place for queries, which only read")
        if not token.is_word("PREFIX", "BASE", "VERSION") and token.kind not in {"name", "iri", "string"}:
            raise _bad(query, token.start, "a query starts with SELECT, ASK, CONSTRUCT or DESCRIBE after its prefixes")
    raise _bad(query, 0, f"no SELECT, ASK, CONSTRUCT or DESCRIBE in its first {_LONGEST_PROLOGUE} words and signs")


def check(query: str, allowed_services: Collection[str] = ()) -> None:
    """Let a harmless query pass, or raise RefusedQuery (an update, a SERVICE not allowed) or BadQuery (no query).

    Codepoint escapes outside strings and IRIs are refused by this engine, but others decode them before they parse
    (SPARQL 1.1, section 19.2). So a query with such escapes is judged as it stands and as it would be decoded.
    """
    query_form(query)
    _refuse_half_characters(query)
    _refuse_depth(query)
    _refuse_services(query, allowed_services)
    if "\\u" in query or "\\U" in query:
        _refuse_services(decoded(query), allowed_services)
    _refuse_chains(query)


def check_update(update: str) -> None:
    """Let an update pass that fetches nothing; else raise RefusedQuery (SERVICE, LOAD without SILENT) or BadQuery."""
    _refuse_half_characters(update)
    _refuse_depth(update)
    _refuse_chains(update)
    _refuse_services(update, ())
    if "\\u" in update or "\\U" in update:
        _refuse_services(decoded(update), ())
    for token, following in pairwise(tokens(update)):
        if token.is_word("LOAD") and not following.is_word("SILENT"):
            line, column = position(update, token.start)
            raise RefusedQuery(f"LOAD at line {line}, column {column} would fetch; send the statements themselves")


def update_alibi(update: str) -> str:
    """The update without any SERVICE and LOAD, for the engine to read before anything of it is carried out.

    As ``alibi``; and every LOAD that the lexer sees becomes a COPY, every other ``load`` becomes ``zoad``.
    """
    text = alibi(update) or update
    if "load" not in text.lower():
        return text
    parts, done, loading = [], 0, False
    for token in (*tokens(text), Token("other", ";", len(text))):
        instead = _instead(token, loading)
        loading = token.is_word("LOAD") or (loading and instead is None)
        if instead is not None:
            parts += [text[done : token.start], instead]
            done = token.start + len(token.text)
    return re.sub("(?i)load", "zoad", "".join(parts) + text[done:])


def _instead(token: Token, loading: bool) -> str | None:
    """LOAD <a> is respelled as COPY <a> TO DEFAULT, LOAD <a> INTO GRAPH <b> as COPY <a> TO GRAPH <b>."""
    if token.is_word("LOAD"):
        return "COPY"
    if loading and token.is_word("INTO"):
        return "TO  "
    return " TO DEFAULT;" if loading and token.text == ";" else None


def _refuse_half_characters(query: str) -> None:
    """Half a surrogate pair is no character, and the engine could not even be given it."""
    try:
        query.encode()
    except UnicodeEncodeError as fault:
        raise _bad(query, fault.start, "there is half of a surrogate pair, which is no character") from None


def _refuse_depth(query: str) -> None:
    """The engine's parser crashes on deep nesting: measured from 1,000 nested EXISTS on."""
    if sum(map(query.count, "([{")) <= _DEEPEST:
        return
    depth = 0
    for token in tokens(query):
        depth += (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"})
        if depth > _DEEPEST:
            raise _bad(query, token.start, f"brackets are nested deeper than {_DEEPEST} here")


def _refuse_chains(query: str) -> None:
    """The engine's process would end in the middle of such a query, without a word."""
    if len(query) <= _LONGEST_CHAIN:
        return
    operators = (token for token in tokens(query) if token.text.upper() in _OPERATORS)
    beyond = next(islice(operators, 2 * _LONGEST_CHAIN, None), None)  # the sign || is two
    if beyond is not None:
        raise _bad(query, beyond.start, f"there are more than {_LONGEST_CHAIN:,} operators; ask with IN or VALUES")


def _refuse_services(query: str, allowed: Collection[str]) -> None:
    for service, endpoint in _services(query):
        if endpoint is None or endpoint.kind != "iri" or endpoint.text[1:-1] not in allowed:
            line, column = position(query, service.start)
            choice = f"allowed are {', '.join(sorted(allowed))}" if allowed else "this installation allows none"
            raise RefusedQuery(f"SERVICE at line {line}, column {column} asks another endpoint; {choice}")
        expect_public(endpoint.text[1:-1])


def _services(query: str) -> Iterator[tuple[Token, Token | None]]:
    """Every SERVICE keyword with the token that names its endpoint."""
    if "service" not in query.lower():
        return
    keyword: Token | None = None
    for token in tokens(query):
        if keyword and not token.is_word("SILENT"):
            yield keyword, token
        if not keyword or not token.is_word("SILENT"):
            keyword = token if token.is_word("SERVICE", "SERVICESILENT") else None
    if keyword:
        yield keyword, None


def alibi(query: str) -> str | None:
    """The query without any SERVICE, to be read by the engine before the original is; None if it has not even the word.

    Every SERVICE that the lexer sees (``check`` comes first, so it is allowed) becomes a GRAPH, which has the same
    grammar; every other ``service`` becomes ``zervice``. Lengths stay, so positions in faults do too.
    """
    if "service" not in query.lower():
        return None
    keywords = {service.start for service, _ in _services(query)}

    def respelled(found: re.Match[str]) -> str:
        if found.start() in keywords:
            return "GRAPH" + re.sub(r"[^\r\n]", " ", found[0][5:])
        return chr(ord(found[0][0]) + 7) + found[0][1:]

    gap = r"(?:\s|#[^\r\n]*+[\r\n])*+"
    return re.sub(rf"(?i)service(?:{gap}silent)?", respelled, query)


def _bad(query: str, offset: int, reason: str) -> BadQuery:
    line, column = position(query, offset)
    return BadQuery(f"the query cannot be read at line {line}, column {column}: {reason}", line, column)
