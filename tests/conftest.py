"""What all tests share: where the shared reading material is, and readings made by hand."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from numgraph.model import Block, BlockKind, Claim, Document, Evidence, Field, Reading

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the seed documents, gold and test suites: $NUMGRAPH_SHARED, or ../shared."""
    folder = Path(os.environ.get("NUMGRAPH_SHARED") or CHECKOUT.parent / "shared")
    if not (folder / "seeds").is_dir():
        pytest.skip(f"the shared material is not at {folder.name}/: set NUMGRAPH_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def reading() -> Callable[..., Reading]:
    """Makes a reading by hand: ``reading("a", [(subject, predicate, object, options)], published="2025-07-01")``.

    Each claim is a line of the document's text, and that line is its quote.
    """
    return _reading


def _reading(name: str, says: Sequence[tuple[Any, ...]], *, published: str | None = None, text: str = "") -> Reading:
    lines = [f"{' '.join(map(_words, one[:3]))}.\n" for one in says]
    content = f"{text}{name}\n{published or 'undated'}\n{''.join(lines)}"
    data = content.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    where = content.find(published or "undated")
    fields = (Field("published_on", published, where, where + len(published)),) if published else ()
    document = Document(
        id=f"{name}-{sha256[:8]}",
        name=f"{name}.txt",
        text=content,
        blocks=(Block(BlockKind.BODY, 0, len(content)),),
        language="de",
        layout="by hand",
        media_type="text/plain",
        sha256=sha256,
        fields=fields,
    )
    return Reading(document, tuple(_claims(document, says, lines)), data)


def _claims(document: Document, says: Sequence[tuple[Any, ...]], lines: list[str]) -> Iterator[Claim]:
    start = len(document.text) - sum(map(len, lines))
    for (subject, predicate, value, *options), line in zip(says, lines, strict=True):
        evidence = Evidence.at(document, start, start + len(line) - 1)
        start += len(line)
        fixed = {"rule": "by hand", "confidence": 0.9} | (options[0] if options else {})
        yield Claim(subject, predicate, value, evidence, **fixed)


def _words(part: Any) -> str:
    return getattr(part, "label", None) or getattr(part, "value", None) or str(part)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in its thread, and others start their own."""
    items.sort(key=lambda item: "browser" in item.path.relative_to(CHECKOUT).parts)
