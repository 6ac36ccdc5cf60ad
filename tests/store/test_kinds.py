"""A data folder is of one kind for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from numgraph.errors import BrokenStore, WrongKind
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, expect, kind_of, settle


def test_a_folder_that_says_nothing_is_managed(tmp_path: Path) -> None:
    assert kind_of(tmp_path) is Kind.MANAGED


def test_a_new_folder_becomes_what_is_wanted_and_stays_it(tmp_path: Path) -> None:
    for _ in range(2):
        settle(tmp_path / "new", Kind.PLAIN)
    assert kind_of(tmp_path / "new") is Kind.PLAIN
    with pytest.raises(WrongKind, match="plain"):
        expect(tmp_path / "new", Kind.MANAGED)


def test_a_managed_graph_is_never_made_plain(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path).commit([], message="", author="tests")
    with pytest.raises(WrongKind, match="managed"):
        settle(tmp_path, Kind.PLAIN)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"kind": "other"}'])
def test_a_folder_that_says_it_wrongly_is_broken(tmp_path: Path, content: str) -> None:
    (tmp_path / "numgraph.json").write_text(content)
    with pytest.raises(BrokenStore):
        kind_of(tmp_path)
