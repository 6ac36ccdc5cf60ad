"""Files to documents: decoding, rendering, and the layout reader that fits the content best.

A new layout is a module with NAME, ``recognises(text)`` and ``read(text, hints)``, listed in READERS; a new form of
file is a row in :mod:`numgraph.sources.forms`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from numgraph.errors import UnreadableSource
from numgraph.iris import slug
from numgraph.model import Block, BlockKind, Document, Field
from numgraph.sources import feed, forms, html, idw, idw_events, language, mail, page, prose
from numgraph.sources.forms import Form
from numgraph.sources.layout import Hints, Piece, Reader, Reading

READERS: tuple[Reader, ...] = tuple(cast("Reader", one) for one in (idw, idw_events, page, mail, feed))
SUFFIXES = forms.SUFFIXES
HTML_SUFFIXES = forms.HTML_SUFFIXES
LARGEST = 64 * 1024 * 1024  # bytes

_LONGEST_SLUG = 60
_STRUCTURED = 300_000  # characters; the longest annual reports have about as many


def documents(source: Path | bytes, name: str = "", *, largest: int = LARGEST) -> Iterator[Document]:
    """Every document in a file or in bytes: each item of a feed is one, any other file is one.

    Raises UnreadableSource at the first that cannot be read; who wants the others reads each of :func:`pieces`.
    """
    for piece in pieces(source, name, largest=largest):
        yield read_bytes(piece.data, piece.name, largest=largest)


def pieces(source: Path | bytes, name: str = "", *, largest: int = LARGEST) -> Iterator[Piece]:
    """The parts of a file that make documents of their own, each a file that :func:`read_bytes` can read alone."""
    data = source if isinstance(source, bytes) else _bytes(source, largest)
    name = name or (source.name if isinstance(source, Path) else "document")
    if len(data) > largest:
        raise UnreadableSource(_too_large(name, len(data), largest))
    return feed.pieces(data, name) if forms.form(data, name) is Form.FEED else iter([Piece(name, data)])


def read(path: Path, *, largest: int = LARGEST) -> Document:
    """The document in a file. Raises UnreadableSource for what is missing, empty, too large or no text."""
    return read_bytes(_bytes(path, largest), path.name, largest=largest)


def _bytes(path: Path, largest: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > largest:
            raise UnreadableSource(_too_large(path.name, size, largest))
        return path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror or error}; check the path") from error


def read_bytes(data: bytes, name: str, *, largest: int = LARGEST) -> Document:
    """The document in ``data``; the suffix of ``name`` tells HTML from text, the content tells the layout."""
    if len(data) > largest:
        raise UnreadableSource(_too_large(name, len(data), largest))
    rendered, media_type = forms.render(data, name)
    text, hints = rendered.text, rendered.hints
    reader = _reader(text, hints)
    if reader.NAME == page.NAME and rendered.root is not None:
        hints = html.judged(rendered)
    reading = _read_with(reader, text, hints)
    checksum = hashlib.sha256(data).hexdigest()
    main = _language(text, reading, hints)
    return Document(
        id=f"{slug(_title(reading.fields, name), _LONGEST_SLUG)}-{checksum[:8]}",
        name=name,
        text=text,
        blocks=language.marked(text, reading.blocks, main),
        language=main,
        layout=reader.NAME,
        media_type=media_type,
        sha256=checksum,
        fields=reading.fields,
        notes=rendered.notes + _advice(text),
    )


def _reader(text: str, hints: Hints) -> Reader:
    """The reader that the form of the file names, else the one that is surest."""
    named = next((one for one in READERS if hints.layout == one.NAME), None)
    return named or max(READERS, key=lambda one: one.recognises(text))


def _language(text: str, reading: Reading, hints: Hints) -> str:
    """What the text is in; where it is too short to tell, what the page says it is in."""
    detected = language.detect(prose.body_text(text, reading.blocks))
    stated = re.match(r"[a-zA-Z]{2,3}\b", hints.language)
    return stated[0].lower() if detected == language.UNDETERMINED and stated else detected


def _read_with(reader: Reader, text: str, hints: Hints) -> Reading:
    """The reading of a text. What goes on for longer than any press release or report is one last paragraph."""
    end = _end_of_structure(text)
    reading = reader.read(text[:end], hints)
    if not text[end:].strip():
        return reading
    return Reading((*reading.blocks, Block(BlockKind.BODY, end, len(text))), reading.fields)


def _end_of_structure(text: str) -> int:
    """Where the line ends that holds the last character to be read line by line."""
    end = re.compile(r"[\r\n]").search(text, _STRUCTURED) if len(text) > _STRUCTURED else None
    return end.start() if end else len(text)


def find(paths: Iterable[Path]) -> list[Path]:
    """The readable files among ``paths`` and in folders among them, sorted, each once; hidden ones are skipped."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(_inside(path))
        elif path.is_file():
            found.add(path)
        else:
            raise UnreadableSource(f"there is no file or folder {path}; check the path")
    return sorted(found)


def _inside(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.lower() in SUFFIXES and path.is_file():
            yield path


def _advice(text: str) -> tuple[str, ...]:
    if _end_of_structure(text) == len(text):
        return ()
    return (f"only about the first {_STRUCTURED:,} characters are told apart into headings, lists and contacts",)


def _title(fields: Iterable[Field], name: str) -> str:
    return next((field.value for field in fields if field.name == "title"), Path(name).stem)


def _too_large(name: str, size: int, largest: int) -> str:
    return f"{name} has {size:,} bytes and at most {largest:,} are read; split it or raise the limit"


__all__ = [
    "HTML_SUFFIXES",
    "LARGEST",
    "READERS",
    "SUFFIXES",
    "Piece",
    "Reading",
    "documents",
    "find",
    "pieces",
    "read",
    "read_bytes",
]
