"""Bodies that are too long for memory, on their way to the process that reads them: files for as long as a request."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from numgraph.writing import Part

from .faults import BadRequest, TooLarge

_MEGABYTE = 1_000_000
_MOST_FILES = 100
_CHUNK = 65_536


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """A fresh folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="numgraph-upload-") as name:
        yield Path(name)


async def whole(request: Request, media_type: str, into: Path, megabytes: int) -> Part:
    """The body as a file. Raises TooLarge as soon as it is too long, whatever Content-Length says."""
    path = into / "body"
    with path.open("wb") as output:
        async for chunk in _limited(request, megabytes):
            output.write(chunk)
    return Part(str(path), media_type)


def text(content: str, media_type: str, into: Path) -> Part:
    path = into / "body"
    path.write_text(content, "utf-8", newline="")
    return Part(str(path), media_type)


async def files(request: Request, into: Path, megabytes: int) -> tuple[Part, ...]:
    """The files of a multipart/form-data body with their media types, "" where one has none. Raises BadRequest."""
    parser = MultiPartParser(request.headers, _limited(request, megabytes), max_files=_MOST_FILES)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as fault:
        raise BadRequest(f"the form cannot be read: {getattr(fault, 'message', 'it names no boundary')}") from fault
    try:
        return tuple([await _kept(file, into / str(number)) for number, file in enumerate(_uploaded(form))])
    finally:
        await form.close()


def _uploaded(form: FormData) -> list[UploadFile]:
    found = [value for _, value in form.multi_items()]
    files = [one for one in found if isinstance(one, UploadFile)]
    if not files or len(files) < len(found):
        raise BadRequest("each part of the form is a file of RDF, with its filename and its Content-Type")
    return files


async def _kept(file: UploadFile, path: Path) -> Part:
    with path.open("wb") as output:
        while chunk := await file.read(_CHUNK):
            output.write(chunk)
    return Part(str(path), (file.content_type or "").partition(";")[0].strip().lower())


async def _limited(request: Request, megabytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > megabytes * _MEGABYTE:
            raise TooLarge(f"one request may bring {megabytes:,} megabytes; send it in parts")
        yield chunk
