"""``numgraph token``: the bearer on standard output, once; names and ids in the list."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from numgraph.access import Keyring
from numgraph.cli import main
from numgraph.cli.console import Exit


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["numgraph", "token", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capfd.readouterr())

    return call


def test_a_made_token_is_printed_alone_and_works_until_it_is_revoked(run, tmp_path: Path) -> None:
    code, bearer, said = run("make", "harvest", "--right", "write", "--until", "2999-12-31", "--data", tmp_path)
    assert code == Exit.OK
    assert "not shown again" in said
    token = Keyring(tmp_path).whose(bearer.strip())
    assert token is not None
    assert str(token.until) == "2999-12-31"
    listed = run("list", "--data", tmp_path)[1]
    assert "harvest" in listed
    assert bearer.strip() not in listed
    assert run("revoke", "harvest", "--data", tmp_path)[0] == Exit.OK
    assert Keyring(tmp_path).whose(bearer.strip()) is None


def test_a_wrong_right_a_second_name_and_an_unknown_one_are_refused(run, tmp_path: Path) -> None:
    assert run("make", "x", "--right", "everything", "--data", tmp_path)[0] == Exit.USAGE
    assert run("make", "x", "--right", "write", "--data", tmp_path, "--quiet")[2] == ""
    assert run("make", "x", "--right", "write", "--data", tmp_path)[0] == Exit.USAGE
    assert run("revoke", "nobody", "--data", tmp_path)[0] == Exit.USAGE
