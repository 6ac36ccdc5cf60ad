"""Who may write: bearer tokens with rights, kept as hashes in ``<data>/tokens.json``.

A bearer is ``ng_<id>_<secret>``. The secret has 256 random bits and is shown once; what is kept is its Argon2id hash
(RFC 9106), so that whoever reads the file cannot write. A folder without tokens lets nobody write.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from numgraph.errors import BrokenStore, NoSuchToken, TokenExists
from numgraph.store.files import exclusive, write_atomically

_LAYOUT = 1
_BEARER = re.compile(r"ng_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_REMEMBERED = 1024  # bearers that were right; to check one takes some tens of milliseconds


class Right(StrEnum):
    """What a token can be good for."""

    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. ``until`` is the last day on which it is good (UTC); None is for good."""

    id: str
    name: str
    rights: tuple[str, ...]
    made: date
    until: date | None
    hash: str

    def good_on(self, day: date) -> bool:
        return self.until is None or day <= self.until

    def may(self, right: Right) -> bool:
        return right.value in self.rights


class Keyring:
    """The tokens of one data folder. Changes on disk are seen at once."""

    def __init__(self, data: Path) -> None:
        self._path = data / "tokens.json"
        self._hasher = PasswordHasher()
        self._right: dict[bytes, str] = {}  # digest of a bearer -> the hash it was checked against

    def make(self, name: str, rights: Collection[Right], until: date | None = None) -> str:
        """A new token; returns its bearer, which cannot be had again. Raises TokenExists, StoreBusy."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._changing():
            kept = self.tokens()
            if any(one.name == name for one in kept):
                raise TokenExists(f"there is a token {name!r} already; revoke it first, or take another name")
            identity, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
            said = tuple(sorted(right.value for right in rights))
            made = Token(identity, name, said, _today(), until, self._hasher.hash(secret))
            self._write([*kept, made])
        return f"ng_{identity}_{secret}"

    def revoke(self, name: str) -> Token:
        """Forget the token with this name or id; raises NoSuchToken, StoreBusy."""
        with self._changing():
            kept = self.tokens()
            gone = next((one for one in kept if name in {one.name, one.id}), None)
            if gone is None:
                raise NoSuchToken(f"there is no token {name!r}; see: numgraph token list")
            self._write([one for one in kept if one is not gone])
        return gone

    def tokens(self) -> tuple[Token, ...]:
        """All tokens, the oldest first. Raises BrokenStore."""
        try:
            return tuple(_token(row) for row in json.loads(self._path.read_text("utf-8"))["tokens"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise BrokenStore(f"{self._path} cannot be read: {fault!r}") from fault

    def whose(self, bearer: str) -> Token | None:
        """The token that a bearer proves; None for one that is wrong, expired or revoked."""
        found = _BEARER.fullmatch(bearer)
        token = next((one for one in self.tokens() if found and one.id == found[1]), None)
        if found is None or token is None or not token.good_on(_today()):
            return None
        return token if self._proves(bearer, found[2], token) else None

    def _proves(self, bearer: str, secret: str, token: Token) -> bool:
        digest = hashlib.sha256(bearer.encode("ascii")).digest()
        if self._right.get(digest) == token.hash:
            return True
        try:
            self._hasher.verify(token.hash, secret)
        except (VerificationError, InvalidHashError):
            return False
        while len(self._right) >= _REMEMBERED:
            self._right.pop(next(iter(self._right)))
        self._right[digest] = token.hash
        return True

    def _changing(self) -> AbstractContextManager[None]:
        return exclusive(self._path.with_suffix(".lock"))

    def _write(self, tokens: Iterable[Token]) -> None:
        rows = [{**asdict(one), "made": one.made.isoformat(), "until": _iso(one.until)} for one in tokens]
        content = json.dumps({"layout": _LAYOUT, "tokens": rows}, ensure_ascii=False, indent=1) + "\n"
        write_atomically(self._path, content.encode())
        self._path.chmod(0o600)


def _token(row: dict[str, Any]) -> Token:
    made, until = date.fromisoformat(row["made"]), row["until"] and date.fromisoformat(row["until"])
    return Token(row["id"], row["name"], tuple(row["rights"]), made, until, row["hash"])


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _today() -> date:
    return datetime.now(UTC).date()
