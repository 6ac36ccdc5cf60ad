"""Conditional requests (RFC 9110, section 13): an answer is as fresh as the edition it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2s

from fastapi import Request
from starlette.responses import Response

from numgraph import __version__
from numgraph.store.protocol import Edition

from .compression import unmarked


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
    """The validators of one representation in one edition; ``parts`` tell it from every other (address, language)."""
    told = blake2s("\0".join((edition.content_hash, __version__, *parts)).encode("utf-8", "replace"), digest_size=10)
    modified = edition.time.astimezone(UTC).replace(microsecond=0)
    return Validators(f'W/"{edition.number}-{told.hexdigest()}"', modified)


def of(request: Request, edition: Edition, *parts: str) -> Validators:
    """The validators of what stands at the address of ``request``, whatever else ``parts`` say of it."""
    return validators(edition, request.scope.get("root_path", ""), request.url.path, request.url.query, *parts)


# For an answer that depends on more than its edition: a client asks again, and no shelf keeps it.
ASK_AGAIN = {"Cache-Control": "no-cache, must-revalidate"}


def memento(edition: Edition | None) -> dict[str, str]:
    """What tells an old state from the present one (RFC 7089, section 2.1.1); nothing for the present."""
    return {"Memento-Datetime": format_datetime(edition.time.astimezone(UTC), usegmt=True)} if edition else {}


def not_modified(request: Request, current: Validators, vary: str) -> Response | None:
    """304 when the client holds just this; None when it must be sent."""
    held, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    is_held = holds(held, since, current.etag, current.modified)
    return Response(status_code=304, headers={**current.headers, "Vary": vary}) if is_held else None


def holds(held: str | None, since: str | None, etag: str, modified: datetime) -> bool:
    """Whether If-None-Match or If-Modified-Since says that the client has this. An entity tag goes before a date."""
    if held is not None:
        return unmarked(etag) in map(unmarked, held.split(","))
    return since is not None and _is_before(modified, since)


def _is_before(modified: datetime, since: str) -> bool:
    try:
        limit = parsedate_to_datetime(since)
    except ValueError:
        return False
    return modified <= (limit if limit.tzinfo else limit.replace(tzinfo=UTC))
