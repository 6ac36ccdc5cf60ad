"""Templates: ``http://example.org/{column}``, with backslash escapes for braces and backslashes (RML-Core)."""

from __future__ import annotations

import re

from numgraph.errors import BadMapping
from numgraph.mapping.rml.plan import Reference, Template

_PIECE = re.compile(r"\\(?P<escaped>[{}\\])|\{(?P<reference>(?:\\[{}\\]|[^{}\\])+)\}|(?P<text>[^{}\\]+)")
_ESCAPE = re.compile(r"\\([{}\\])")


def parse_template(text: str) -> Template:
    r"""The parts of a template.

    >>> parse_template(r"id/{name}\{x\}").parts
    ('id/', Reference(name='name'), '{x}')
    """
    parts: list[str | Reference] = []
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if not piece:
            raise BadMapping(
                f"template {text!r}: the character {text[position]!r} at {position + 1} opens or closes nothing; "
                r"write references as {name} and literal braces as \{ and \}"
            )
        _append(parts, piece)
        position = piece.end()
    return Template(tuple(parts))


def _append(parts: list[str | Reference], piece: re.Match[str]) -> None:
    if piece["reference"]:
        parts.append(Reference(_ESCAPE.sub(r"\1", piece["reference"])))
        return
    text = piece["escaped"] or piece["text"]
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)
