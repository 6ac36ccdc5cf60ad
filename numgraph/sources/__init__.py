"""Files to documents: decoding, rendering, and the layout reader that fits the content best.

A new layout is a module with NAME, ``recognises(text)`` and ``read(text, hints)``, listed in READERS.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from numgraph.errors import UnreadableSource
from numgraph.iris import slug
from numgraph.model import Block, BlockKind, Document, Field
from numgraph.sources import html, idw, language, page, prose
from numgraph.sources.decoding import decode
from numgraph.sources.layout import Hints, Reader, Reading

READERS: tuple[Reader, ...] = (cast("Reader", idw), cast("Reader", page))
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
SUFFIXES = HTML_SUFFIXES | {".txt", ".md"}
LARGEST = 64 * 1024 * 1024  # bytes

_MARKUP = (b"<!doctype html", b"<html", b"<?xml")
_LONGEST_SLUG = 60
_STRUCTURED = 300_000  # characters; the longest annual reports have about as many


def read(path: Path, *, largest: int = LARGEST) -> Document:
    """The document in a file. Raises UnreadableSource for what is missing, empty, too large or no text."""
    try:
        size = path.stat().st_size
        if size > largest:
            raise UnreadableSource(_too_large(path.name, size, largest))
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror or error}; check the path") from error
    return read_bytes(data, path.name, largest=largest)


def read_bytes(data: bytes, name: str, *, largest: int = LARGEST) -> Document:
    """The document in ``data``; the suffix of ``name`` tells HTML from text, the content tells the layout."""
    if len(data) > largest:
        raise UnreadableSource(_too_large(name, len(data), largest))
    markup = _is_markup(data, name)
    decoded = decode(data, name, markup=markup)
    text, hints = decoded.text, Hints()
    if markup:
        rendered = html.render(text, name)
        text, hints = rendered.text, rendered.hints
    reader = max(READERS, key=lambda one: one.recognises(text))
    reading = _read_with(reader, text, hints)
    checksum = hashlib.sha256(data).hexdigest()
    return Document(
        id=f"{slug(_title(reading.fields, name), _LONGEST_SLUG)}-{checksum[:8]}",
        name=name,
        text=text,
        blocks=reading.blocks,
        language=_language(text, reading, hints),
        layout=reader.NAME,
        media_type="text/html" if markup else "text/plain",
        sha256=checksum,
        fields=reading.fields,
        notes=decoded.notes + _advice(data, text, markup=markup),
    )


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


def _is_markup(data: bytes, name: str) -> bool:
    suffix = Path(name).suffix.lower()
    if suffix in SUFFIXES:
        return suffix in HTML_SUFFIXES
    return _begins_like_markup(data)


def _begins_like_markup(data: bytes) -> bool:
    return data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)


def _advice(data: bytes, text: str, *, markup: bool) -> tuple[str, ...]:
    advice = []
    if not markup and _begins_like_markup(data):
        advice.append(
            "read as plain text by its name, but it looks like HTML: give it the suffix .html to have it rendered"
        )
    if _end_of_structure(text) < len(text):
        advice.append(
            f"only about the first {_STRUCTURED:,} characters are told apart into headings, lists and contacts"
        )
    return tuple(advice)


def _title(fields: Iterable[Field], name: str) -> str:
    return next((field.value for field in fields if field.name == "title"), Path(name).stem)


def _too_large(name: str, size: int, largest: int) -> str:
    return f"{name} has {size:,} bytes and at most {largest:,} are read; split it or raise the limit"


__all__ = ["HTML_SUFFIXES", "LARGEST", "READERS", "SUFFIXES", "Reading", "find", "read", "read_bytes"]
