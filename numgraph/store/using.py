"""The dataset of an update as the SPARQL 1.1 Protocol gives it (section 2.2.3), written into the update's own words.

The engine takes no dataset beside an update, so ``using-graph-uri`` becomes USING, and ``using-named-graph-uri``
becomes USING NAMED, in each of its operations that has a WHERE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from numgraph.errors import BadQuery
from numgraph.store.lexer import Token, position, tokens

_OPEN, _CLOSED = {"{", "(", "["}, {"}", ")", "]"}


def with_dataset(update: str, using: Sequence[str], using_named: Sequence[str]) -> str:
    """The update over the graphs that its request names; as it is where the request names none.

    Raises BadQuery where the update names a dataset of its own (USING, USING NAMED, WITH) as well: the protocol
    allows one of the two. Lines stay where they are, so positions in faults do too, but for what follows a WHERE in
    its line.
    """
    if not using and not using_named:
        return update
    clause = " ".join((*(f"USING {_iri(one)}" for one in using), *(f"USING NAMED {_iri(one)}" for one in using_named)))
    pieces, done = [], 0
    for start, template in _conditions(update):
        pieces += [update[done:start], template, clause, " "]
        done = start
    return "".join((*pieces, update[done:]))


def _iri(text: str) -> str:
    try:
        return str(NamedNode(text))
    except ValueError as fault:
        raise BadQuery(f"{text!r} is no absolute IRI of a graph: {fault}") from None


def _conditions(update: str) -> Iterator[tuple[int, str]]:
    """Where each WHERE outside brackets begins, and the template that it lacks: DELETE WHERE { pattern } knows no
    USING and is short for DELETE { pattern } WHERE { pattern }.
    """
    outer = list(_outside_brackets(update))
    for index, token in enumerate(outer):
        if token.is_word("USING", "WITH"):
            line, column = position(update, token.start)
            said = f"{token.text.upper()} at line {line}, column {column}"
            raise BadQuery(f"the graphs are named by the request and again by {said}; name them once", line, column)
        if token.is_word("WHERE"):
            is_short = index > 0 and outer[index - 1].is_word("DELETE")
            yield token.start, f"{_braced(update, token.start)} " if is_short else ""


def _outside_brackets(update: str) -> Iterator[Token]:
    depth = 0
    for token in tokens(update):
        depth -= token.text in _CLOSED
        if depth == 0:
            yield token
        depth += token.text in _OPEN


def _braced(update: str, offset: int) -> str:
    """The first braces after an offset, with all that is in them; as far as it goes where they never close."""
    rest, depth, start = update[offset:], 0, 0
    for token in tokens(rest):
        if token.text in _OPEN:
            start = start if depth else token.start
            depth += 1
        elif token.text in _CLOSED:
            depth -= 1
            if depth == 0:
                return rest[start : token.start + 1]
    return rest[start:]
