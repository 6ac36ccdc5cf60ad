"""Tokens: shown once, kept as hashes, worthless when revoked or expired."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from numgraph import access
from numgraph.access import Keyring, Right
from numgraph.errors import BrokenStore, NoSuchToken, TokenExists

WRITE = {Right.WRITE}


def test_a_bearer_proves_its_token_and_nothing_like_it_does(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    bearer = ring.make("harvest", WRITE)
    token = ring.whose(bearer)
    assert token is not None
    assert (token.name, token.may(Right.WRITE)) == ("harvest", True)
    other = ring.make("other", WRITE)
    mixed = f"ng_{bearer.split('_')[1]}_{other.split('_', 2)[2]}"
    for wrong in ("", "ng_", bearer[:-1], bearer + "x", bearer.upper(), mixed, f"{bearer}\n", "ng_äöü"):
        assert ring.whose(wrong) is None


def test_the_file_holds_no_secret_and_is_the_owners_alone(tmp_path: Path) -> None:
    bearer = Keyring(tmp_path).make("harvest", WRITE)
    path = tmp_path / "tokens.json"
    assert bearer.split("_", 2)[2] not in path.read_text()
    assert "$argon2id$" in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_revoked_token_is_worthless_at_once_to_who_knew_it(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    bearer = ring.make("harvest", WRITE)
    assert ring.whose(bearer) is not None
    Keyring(tmp_path).revoke("harvest")
    assert ring.whose(bearer) is None
    with pytest.raises(NoSuchToken):
        ring.revoke("harvest")


def test_a_token_is_good_to_the_end_of_its_last_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring, today = Keyring(tmp_path), datetime.now(UTC).date()
    bearer = ring.make("short", WRITE, until=today)
    assert ring.whose(bearer) is not None
    monkeypatch.setattr(access, "_today", lambda: today + timedelta(days=1))
    assert ring.whose(bearer) is None


def test_a_name_is_given_once_and_a_token_can_be_revoked_by_its_id(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    ring.make("harvest", WRITE)
    with pytest.raises(TokenExists):
        ring.make("harvest", WRITE)
    assert ring.revoke(ring.tokens()[0].id).name == "harvest"
    ring.make("harvest", WRITE)


def test_rights_that_this_version_does_not_know_are_kept_and_open_nothing(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    bearer = ring.make("later", WRITE)
    path = tmp_path / "tokens.json"
    row = json.loads(path.read_text())
    row["tokens"][0]["rights"] = ["steward"]
    path.write_text(json.dumps(row))
    token = ring.whose(bearer)
    assert token is not None
    assert not token.may(Right.WRITE)
    ring.make("another", WRITE)
    assert ring.tokens()[0].rights == ("steward",)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"tokens": [{}]}', "\xff"])
def test_a_broken_file_is_an_error_and_never_an_open_door(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokens.json").write_text(content, encoding="latin-1")
    with pytest.raises(BrokenStore):
        Keyring(tmp_path).whose("ng_000000000000_" + "x" * 43)


def test_a_bearer_is_checked_slowly_once_and_quickly_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Keyring(tmp_path)
    bearer = ring.make("harvest", WRITE)
    assert ring.whose(bearer) is not None
    checked: list[str] = []

    class Slow:
        verify: Callable[[object, str, str], bool] = lambda _, kept, secret: bool(checked.append(secret))

    monkeypatch.setattr(ring, "_hasher", Slow())
    assert ring.whose(bearer) is not None
    assert checked == []
