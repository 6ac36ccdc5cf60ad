"""Compression by Accept-Encoding: whole answers decode to what was said, broken ones do not decode to an end."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable

import pytest
import zstandard
from starlette.types import Message

from numgraph_api.compression import LEAST, Compression, chosen, unmarked

TEXT = b"the same line again and again\n" * 5000


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZip;q=1.0", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, zstd;q=0.9", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0.5, identity;q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("*;q=0.1, gzip;q=0.2", "gzip"),
        ("*, zstd;q=0", "gzip"),
        ("*;q=0", None),
        ("br", None),
        ("gzip;q=nonsense", None),
        ("identity;q=0, gzip;q=0.000", None),
    ],
)
def test_the_coding_is_the_one_with_the_highest_weight(accepted: str, coding: str | None) -> None:
    assert chosen(accepted) == coding


DECODERS: dict[str, Callable[[], object]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
}


def respond(
    parts: list[bytes], accept: str, *, status: int = 200, fails: bool = False, method: str = "GET", **headers: str
) -> tuple[dict[str, str], list[bytes], bool]:
    """Headers, bodies, and whether the end was said, of an application that says ``parts`` through the middleware."""
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def app(scope: object, receive: object, send: Callable[[Message], object]) -> None:
        await send({"type": "http.response.start", "status": status, "headers": told})  # type: ignore[misc]
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})  # type: ignore[misc]
        if fails:
            raise ConnectionError("the reader is gone")
        await send({"type": "http.response.body"})  # type: ignore[misc]

    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": method, "headers": [(b"accept-encoding", accept.encode())]}
    try:
        asyncio.run(Compression(app)(scope, None, send))  # type: ignore[arg-type]
    except ConnectionError:
        assert fails
    found = {name.decode().lower(): value.decode() for one in said[:1] for name, value in one["headers"]}
    bodies = [one.get("body", b"") for one in said[1:]]
    return found, bodies, bool(said) and not said[-1].get("more_body", False) and len(said) > 1


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("size", [10, 1000, 20_000, 10**6])
def test_a_whole_answer_decodes_to_its_bytes(coding: str, size: int) -> None:
    parts = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    headers, bodies, ended = respond(parts, coding, content_type="text/csv", etag='"x"', vary="Accept")
    assert (headers["content-encoding"], headers["etag"], ended) == (coding, f'"x-{coding}"', True)
    assert headers["vary"] == "Accept, Accept-Encoding"
    assert "content-length" not in headers
    decoder = DECODERS[coding]()
    assert decoder.decompress(b"".join(bodies)) == TEXT  # type: ignore[attr-defined]
    assert decoder.eof  # type: ignore[attr-defined]
    assert sum(map(len, bodies)) < len(TEXT) / 20


@pytest.mark.parametrize("coding", DECODERS)
def test_a_broken_answer_never_ends_as_a_valid_stream(coding: str) -> None:
    _, bodies, ended = respond([TEXT, TEXT], coding, content_type="text/csv", fails=True)
    assert not ended
    decoder = DECODERS[coding]()
    decoder.decompress(b"".join(bodies))  # type: ignore[attr-defined]
    assert not decoder.eof  # type: ignore[attr-defined]


def test_an_answer_that_breaks_before_its_first_packet_never_began() -> None:
    assert respond([b"tiny"], "gzip", content_type="text/csv", fails=True) == ({}, [], False)


@pytest.mark.parametrize("coding", DECODERS)
def test_the_first_bytes_do_not_wait_for_the_rest(coding: str) -> None:
    _, bodies, _ = respond([TEXT, TEXT], coding, content_type="text/csv")
    assert DECODERS[coding]().decompress(bodies[0]) == TEXT  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("parts", "headers"),
    [
        ([b"x" * (LEAST - 1)], {"content_type": "text/plain"}),
        ([b"x", b"y"], {"content_type": "text/plain"}),
        ([TEXT], {"content_type": "image/png"}),
        ([TEXT], {"content_type": "application/gzip"}),
        ([TEXT], {"content_type": "font/woff2"}),
        ([TEXT], {"content_type": "text/plain", "content_encoding": "br"}),
        ([TEXT], {"content_type": "text/plain", "cache_control": "no-transform"}),
        ([TEXT], {"content_type": "text/plain", "status": 206}),
        ([], {"content_type": "text/plain", "content_length": "0"}),
    ],
)
def test_what_does_not_pay_goes_as_it_is(parts: list[bytes], headers: dict[str, str]) -> None:
    found, bodies, ended = respond(parts, "gzip, zstd", **headers)  # type: ignore[arg-type]
    assert (b"".join(bodies), ended) == (b"".join(parts), True)
    assert found.get("content-encoding") == headers.get("content_encoding")


def test_who_accepts_no_coding_gets_none_and_caches_are_told() -> None:
    headers, bodies, _ = respond([TEXT], "", content_type="text/plain", etag='"x"')
    assert (bodies[0], headers["etag"], headers["vary"]) == (TEXT, '"x"', "Accept-Encoding")


def test_not_modified_speaks_of_the_coding_as_the_answer_did() -> None:
    headers, _, _ = respond([], "gzip", status=304, etag='"x"')
    assert (headers["etag"], headers["vary"]) == ('"x-gzip"', "Accept-Encoding")


@pytest.mark.parametrize("tag", ['"x"', 'W/"x"', ' "x-gzip"', 'W/"x-zstd" '])
def test_a_tag_names_the_same_in_every_coding(tag: str) -> None:
    assert unmarked(tag) == '"x"'
    assert unmarked('"x-gzip-1"') == '"x-gzip-1"'


def test_head_says_what_get_would() -> None:
    headers, bodies, _ = respond([], "gzip", method="HEAD", content_type="text/csv", content_length="5000")
    assert (headers["content-encoding"], bodies) == ("gzip", [b""])
    assert "content-length" not in headers
