"""A source is described by what it is, not by the file it came in."""

from __future__ import annotations

import pytest

from numgraph.mapping.catalogue import kind
from numgraph.model import Block, BlockKind, Document

TEXT = "A headline\nand what follows"


def document(layout: str, media_type: str = "text/plain", *kinds: BlockKind) -> Document:
    blocks = tuple(Block(one, 0, len(TEXT)) for one in kinds)
    return Document("a-0123abcd", "a.txt", TEXT, blocks, "en", layout, media_type, "0" * 64)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (document("directory", "text/plain", BlockKind.LIST_ITEM), "Directory"),
        (document("idw", "text/plain", BlockKind.ISSUER), "PressRelease"),
        (document("page", "text/html", BlockKind.BODY), "WebPage"),
        (document("prose", "text/plain", BlockKind.BODY), "Report"),
    ],
)
def test_the_class_of_a_source_follows_from_how_it_was_read(read: Document, expected: str) -> None:
    assert kind(read) == expected
