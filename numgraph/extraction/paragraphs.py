"""The stretches of a document that can state facts, with hard line breaks read as the spaces they stand for."""

from __future__ import annotations

import re

from numgraph.model import Block, BlockKind, Document

_READ = (
    BlockKind.HEADLINE, BlockKind.SUBHEADING, BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.CONTACT, BlockKind.ISSUER,
)  # fmt: skip
_WRAP = re.compile(r"\n(?<=[^\n]{60}\n)(?=[^\s•*–-])")  # begins with a plain character: so engines skip to it
_LONG_LINE = 60


def paragraphs(document: Document) -> list[Block]:
    """The blocks that can state facts; body blocks that a hard line break cut in mid-sentence are one again."""
    joined: list[Block] = []
    for block in document.blocks:
        before = joined[-1] if joined else None
        if before and before.kind is BlockKind.BODY and block.kind in (BlockKind.BODY, BlockKind.SUBHEADING):
            line = document.text[max(before.start, before.end - _LONG_LINE) : before.end]
            runs_on = len(line) == _LONG_LINE and "\n" not in line and line[-1] not in ".!?:"
            if runs_on and document.text[before.end : block.start] == "\n":
                joined[-1] = Block(BlockKind.BODY, before.start, block.end, before.heading)
                continue
        joined.append(block)
    return [block for block in joined if block.kind in _READ]


def flowing(document: Document, block: Block) -> str:
    """The text of a block with the line breaks of hard-wrapped prose as spaces; offsets stay."""
    text = document.slice(block)
    return flow(text) if block.kind is BlockKind.BODY else text


def flow(text: str) -> str:
    """The text with a space for each line break that follows a long line: same length."""
    return _WRAP.sub(" ", text) if "\n" in text else text
