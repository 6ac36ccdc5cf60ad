"""Conditional requests (RFC 9110, section 13): an answer is as fresh as the edition it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request
from starlette.responses import Response

from numgraph import __version__
from numgraph.store.protocol import Edition


@dataclass(frozen=True, slots=True)
class Validators:
    """What identifies one representation. Weak, because a page may differ in bytes that mean nothing."""

    etag: str
    modified: datetime

    @property
    def headers(self) -> dict[str, str]:
        return {
            "ETag": self.etag,
            "Last-Modified": format_datetime(self.modified, usegmt=True),
            "Cache-Control": "no-cache",
        }


def validators(edition: Edition, *parts: str) -> Validators:
    """The validators of an edition's representation in one format (and language)."""
    tag = "-".join((str(edition.number), edition.content_hash[:12], __version__, *parts))
    return Validators(f'W/"{tag}"', edition.time.astimezone(UTC).replace(microsecond=0))


def not_modified(request: Request, current: Validators, vary: str) -> Response | None:
    """304 when the client holds just this; None when it must be sent. An entity tag goes before a date."""
    held = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since")
    if held is not None:
        fresh = _weak(current.etag) in {_weak(tag.strip()) for tag in held.split(",")}
    else:
        fresh = since is not None and _is_before(current.modified, since)
    return Response(status_code=304, headers={**current.headers, "Vary": vary}) if fresh else None


def _weak(tag: str) -> str:
    return tag.removeprefix("W/")


def _is_before(modified: datetime, since: str) -> bool:
    try:
        limit = parsedate_to_datetime(since)
    except ValueError:
        return False
    return modified <= (limit if limit.tzinfo else limit.replace(tzinfo=UTC))
