"""How much of a document is searched for facts: the longest annual report, and no document takes for ever."""

from __future__ import annotations

from dataclasses import replace

from numgraph.model import Document

LONGEST = 300_000  # characters


def searched(document: Document) -> Document:
    """The document up to where it is searched; offsets stay what they are."""
    if len(document.text) <= LONGEST:
        return document
    space = document.text.rfind(" ", LONGEST // 2, LONGEST)
    end = space if space > 0 else LONGEST
    return replace(
        document,
        text=document.text[:end],
        blocks=tuple(replace(one, end=min(one.end, end)) for one in document.blocks if one.start < end),
        fields=tuple(one for one in document.fields if one.end <= end),
    )


def notes(document: Document) -> tuple[str, ...]:
    """What a person should know about a document that is too long."""
    if len(document.text) <= LONGEST:
        return ()
    return (
        f"only the first {LONGEST:,} of {len(document.text):,} characters are searched for facts; split the document",
    )
