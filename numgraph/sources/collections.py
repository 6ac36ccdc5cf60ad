"""Many documents as one stream: the members of folders, archives and JSON Lines files, one in memory at a time.

Archives are read member by member and nothing is unpacked to disk. What should not be trusted is refused, with a reason
and one by one: absolute paths and ``..`` in names, links and devices, members beyond the size a document may have; and
an archive that swells beyond ``Limits.swelling`` is left where it does so. A JSON Lines record is an object with
``text`` or ``html`` (which goes first, it holds more) and, if it likes, ``name`` or ``id``, and ``url``.

The order is that of the sources as given; folders by path, archives and JSON Lines as they are stored. It is the same
each time, and a run that was interrupted relies on that.
"""

from __future__ import annotations

import bz2
import gzip
import itertools
import json
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from numgraph.errors import UnreadableSource
from numgraph.sources import HTML_SUFFIXES, LARGEST, SUFFIXES, pieces

TARS = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")
LINES = tuple(stem + packed for stem in (".jsonl", ".ndjson") for packed in ("", ".gz", ".xz", ".bz2"))
ZIPS = (".zip",)
COLLECTIONS = TARS + LINES + ZIPS

_BROKEN = (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError, OSError, NotImplementedError)
_EXTENDED = (
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
)  # fmt: skip
_PLAIN = (".txt", ".md")
_LONGEST_NAME = 1000
_LONGEST_HEADER = 1024 * 1024  # bytes of a tar header that tells about the next one; real ones have a few hundred


@dataclass(frozen=True, slots=True)
class Limits:
    """What a member and an archive may cost, in bytes."""

    largest: int = LARGEST
    swelling: int = 200  # times its size on disk that an archive may unpack to ...
    free: int = 1024**3  # ... once it has unpacked this much


@dataclass(frozen=True, slots=True)
class Member:
    """One document of a source. ``name`` says where it is ("press.tar/2025/a.txt", "press.jsonl/line 3")."""

    name: str
    data: bytes = field(repr=False)
    url: str | None = None

    @property
    def file_name(self) -> str:
        """The last part of the name, which is what a document is called."""
        return PurePosixPath(self.name).name


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document that was set aside, and why."""

    name: str
    reason: str


Found = Member | Rejected
LIMITS = Limits()


def members(sources: Iterable[Path], limits: Limits = LIMITS) -> Iterator[Found]:
    """Every document in files, folders (without hidden files), tar and zip archives and JSON Lines files.

    What cannot be read comes as ``Rejected`` and the stream goes on. A folder gives its texts, pages, feeds and mails;
    archives in it are not opened, name them. A feed gives its items. Raises UnreadableSource, at once, for a source
    that is not there.
    """
    given = list(dict.fromkeys(sources))
    for source in given:
        if not source.exists():
            raise UnreadableSource(f"there is no file or folder {source}; check the path")
    return (piece for source in given for found in _members(source, limits) for piece in _pieces(found))


def is_collection(path: Path) -> bool:
    """Whether a file holds many documents, by its name."""
    return path.name.lower().endswith(COLLECTIONS)


def _members(source: Path, limits: Limits) -> Iterator[Found]:
    if source.is_dir():
        return (_file(path, path.relative_to(source).as_posix(), limits) for path in _walk(source))
    for suffixes, read in ((TARS, _tar), (ZIPS, _zip), (LINES, _lines)):
        if source.name.lower().endswith(suffixes):
            return _until_broken(source, read, limits)
    return iter([_file(source, source.name, limits)])


def _walk(folder: Path) -> Iterator[Path]:
    """The documents below a folder in order of their paths; only one folder's names are in memory at a time."""
    with os.scandir(folder) as entries:
        inside = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for name, is_folder in inside:
        path = folder / name
        if name.startswith("."):
            continue
        if is_folder:
            yield from _walk(path)
        elif path.suffix.lower() in SUFFIXES and path.is_file():
            yield path


def _file(path: Path, name: str, limits: Limits) -> Found:
    try:
        size = path.stat().st_size
        return Rejected(name, _too_large(size, limits)) if size > limits.largest else Member(name, path.read_bytes())
    except OSError as error:
        return Rejected(name, f"cannot be read: {error.strerror or error}")


def _pieces(found: Found) -> Iterator[Found]:
    """A member, or the documents in it where it is a feed: each is named after its item."""
    if isinstance(found, Rejected):
        yield found
        return
    try:
        for piece in pieces(found.data, found.file_name):
            whole = piece.data is found.data
            yield found if whole else Member(f"{found.name}/{piece.name}", piece.data, found.url)
    except UnreadableSource as error:
        yield Rejected(found.name, str(error))


def _until_broken(source: Path, read: Callable[[Path, Limits], Iterator[Found]], limits: Limits) -> Iterator[Found]:
    try:
        yield from read(source, limits)
    except _BROKEN as error:
        yield Rejected(source.name, f"is broken from here on, what came before was read: {error}")
    except UnreadableSource as error:
        yield Rejected(source.name, str(error))


class _Header(tarfile.TarInfo):
    """A header that does not make tarfile read a gigabyte of "extended header" into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _EXTENDED and header.size > _LONGEST_HEADER:
            raise UnreadableSource(f"has a header of {header.size:,} bytes; the rest of the archive is not read")
        return header


def _tar(source: Path, limits: Limits) -> Iterator[Found]:
    most = max(limits.free, limits.swelling * source.stat().st_size)
    with tarfile.open(source, "r|*", tarinfo=_Header) as archive:
        while (header := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # tarfile would keep a million of them
            if header.offset_data + header.size > most:
                raise UnreadableSource(_swells(most))
            found = _tar_member(archive, header, f"{source.name}/{header.name}", limits)
            if found:
                yield found


def _tar_member(archive: tarfile.TarFile, header: tarfile.TarInfo, name: str, limits: Limits) -> Found | None:
    if header.isdir() or _is_no_document(header.name):
        return None
    if not header.isfile():
        return Rejected(_shown(name), "is a link or a device, and those are not followed")
    fault = _fault(header.name, header.size, limits)
    if fault:
        return Rejected(_shown(name), fault)
    content = archive.extractfile(header)
    return Member(name, content.read() if content else b"")


def _zip(source: Path, limits: Limits) -> Iterator[Found]:
    most = max(limits.free, limits.swelling * source.stat().st_size)
    unpacked = 0
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            name = f"{source.name}/{entry.filename}"
            if entry.is_dir() or _is_no_document(entry.filename):
                continue
            unpacked += entry.file_size
            if unpacked > most:
                raise UnreadableSource(_swells(most))
            fault = "is encrypted" if entry.flag_bits & 1 else _fault(entry.filename, entry.file_size, limits)
            if fault:
                yield Rejected(_shown(name), fault)
                continue
            with archive.open(entry) as content:  # reads no more than the size that was just checked
                yield Member(name, content.read())


def _lines(source: Path, limits: Limits) -> Iterator[Found]:
    most = max(limits.free, limits.swelling * source.stat().st_size)
    with _opened(source) as file:
        for number in itertools.count(1):
            line = file.readline(limits.largest)
            if not line:
                return
            place = f"{source.name}/line {number}"
            if len(line) == limits.largest and not line.endswith(b"\n"):
                _skip_line(file, limits, most)
                yield Rejected(place, f"has more than {limits.largest:,} bytes")
            elif line.strip():
                yield _record(line, place)
            if file.tell() > most:
                raise UnreadableSource(_swells(most))


def _opened(source: Path) -> IO[bytes]:
    match source.suffix.lower():
        case ".gz":
            return cast("IO[bytes]", gzip.open(source))
        case ".xz":
            return cast("IO[bytes]", lzma.open(source))
        case ".bz2":
            return cast("IO[bytes]", bz2.open(source))
    return source.open("rb")


def _skip_line(file: IO[bytes], limits: Limits, most: int) -> None:
    while (rest := file.readline(limits.largest)) and not rest.endswith(b"\n") and file.tell() <= most:
        pass


def _record(line: bytes, place: str) -> Found:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Rejected(place, f"is no JSON: {error}")
    content = _content(record)
    if content is None:
        return Rejected(place, 'has no text: a record is an object with a string in "text" or in "html"')
    text, markup = content
    called = _first_string(record, "name", "id", "title") or ""
    url = _first_string(record, "url") or None
    stem = called.replace("/", " ").strip()[:_LONGEST_NAME]
    if PurePosixPath(stem).suffix.lower() not in (HTML_SUFFIXES if markup else _PLAIN):
        stem += ".html" if markup else ".txt"
    name = f"{place}/{stem}" if called else f"{place}{'.html' if markup else '.txt'}"
    return Member(name, text.encode("utf-8", "replace"), url)


def _content(record: Any) -> tuple[str, bool] | None:
    """The document in a record, and whether it is HTML."""
    if isinstance(record, dict):
        for key, markup in (("html", True), ("text", False)):
            if isinstance(record.get(key), str) and record[key].strip():
                return record[key], markup
    return None


def _first_string(record: dict[str, Any], *keys: str) -> str | None:
    values = (record.get(key) for key in keys)
    return next((str(value) for value in values if isinstance(value, str | int) and str(value).strip()), None)


def _is_no_document(name: str) -> bool:
    """Whether a member is left out in silence: another kind of file, or a hidden one."""
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith(".") and part not in {".", ".."} for part in path.parts)
    return hidden or path.suffix.lower() not in SUFFIXES


def _fault(name: str, size: int, limits: Limits) -> str | None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not name.isprintable() or len(name) > _LONGEST_NAME:
        return "has a path that leads out of the archive or cannot be shown; pack the files with plain relative paths"
    return _too_large(size, limits) if size > limits.largest else None


def _too_large(size: int, limits: Limits) -> str:
    return f"has {size:,} bytes and at most {limits.largest:,} are read; split it"


def _swells(most: int) -> str:
    return f"unpacks to more than {most:,} bytes, as an archive bomb would; the rest of it is not read"


def _shown(name: str) -> str:
    """A name that cannot play with the terminal it is shown on."""
    plain = "".join(char if char.isprintable() else "\ufffd" for char in name)
    return plain if len(plain) <= _LONGEST_NAME else plain[:_LONGEST_NAME] + "…"


__all__ = ["COLLECTIONS", "LIMITS", "Limits", "Member", "Rejected", "is_collection", "members"]
