"""What each stretch of a source is for: headline, contact, caption, noise. Read again from the archived file.

The graph does not hold it, and need not: the reader that read the file gives the same blocks for the same bytes. Where
it does not (the bytes are not archived, or another release read them), the text is shown without.
"""

from __future__ import annotations

import anyio.to_thread

from numgraph import sources
from numgraph.errors import BrokenStore, UnreadableSource
from numgraph.model import Block

from .site import Site

LARGEST = 2_000_000  # bytes of a file that is read again for a page


async def blocks(site: Site, sha256: str | None, name: str | None, text: str) -> tuple[Block, ...]:
    """The blocks of a source by its archived bytes; none where they cannot be had or do not give this text."""
    if not sha256 or not name:
        return ()
    edition = site.edition()

    def load() -> tuple[Block, ...]:
        try:
            data = edition.archived(sha256)
            document = sources.read_bytes(data, name, largest=LARGEST)
        except (BrokenStore, UnreadableSource):
            return ()
        return document.blocks if document.text == text else ()

    async def kept() -> tuple[Block, ...]:
        return await anyio.to_thread.run_sync(load)

    return await site.kept(("blocks", sha256), kept)
