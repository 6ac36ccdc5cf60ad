"""What changed between editions, and undoing one of a plain dataset."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.errors import RefusedWrite, UnknownEdition
from numgraph.store.editions import EmbeddedStore
from numgraph.store.history import between, undo
from numgraph.store.patch import Patch

EX = "http://example.org/"


def says(subject: str, value: str) -> Quad:
    return Quad(NamedNode(EX + subject), NamedNode(EX + "p"), Literal(value))


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    made = EmbeddedStore(tmp_path)
    made.commit([says("a", "1"), says("b", "1"), says("c", "1")], message="1", author="")
    change(made, [says("a", "2"), says("b", "2"), says("d", "new")], [says("a", "1"), says("b", "1"), says("c", "1")])
    change(made, [says("b", "3"), says("d", "other")], [says("b", "2")])
    return made


def change(store: EmbeddedStore, added: list[Quad], removed: list[Quad]) -> None:
    store.apply(Patch(frozenset(added), frozenset(removed)), message="", author="")


def held(store: EmbeddedStore) -> set[Quad]:
    return set(store.reader().engine)


def test_the_difference_leads_from_one_edition_to_the_other_and_back(store: EmbeddedStore) -> None:
    patch = between(store, 1, 3)
    first, last = set(store.reader(1).engine), set(store.reader(3).engine)
    assert (first - patch.removed) | patch.added == last
    assert between(store, 3, 1) == patch.inverse()
    assert between(store, 2, 2) == Patch()
    with pytest.raises(UnknownEdition):
        between(store, 1, 9)


def test_a_gap_in_what_is_kept_does_not_matter(store: EmbeddedStore, tmp_path: Path) -> None:
    patch = between(store, 1, 3)
    shutil.rmtree(tmp_path / "editions" / "000002")
    assert between(store, 1, 3) == patch


def test_what_nobody_changed_again_is_undone_and_the_rest_is_told(store: EmbeddedStore) -> None:
    undone = undo(store, 2, author="Ada")
    assert held(store) == {says("a", "1"), says("b", "3"), says("c", "1"), says("d", "other")}
    assert [sentence.split(":", 1)[1].strip() != "" for sentence in undone.left] == [True, True]
    assert all(f"<{EX}b>" in sentence for sentence in undone.left)
    assert (undone.edition.number, undone.edition.author, undone.edition.message) == (4, "Ada", "Reverts edition 2")


def test_undoing_the_undoing_gives_what_was_there(store: EmbeddedStore) -> None:
    before = held(store)
    undo(store, 3, author="")
    undo(store, 4, author="")
    assert held(store) == before


def test_an_edition_of_which_nothing_is_left_makes_no_edition(store: EmbeddedStore) -> None:
    undo(store, 3, author="")
    with pytest.raises(RefusedWrite, match="nothing"):
        undo(store, 3, author="")
    assert store.current_number() == 4
