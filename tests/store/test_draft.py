"""A draft is a private copy that becomes the next edition whole, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from numgraph.errors import EditionMoved
from numgraph.store import files
from numgraph.store.content import Content
from numgraph.store.edition import open_edition
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch

EX = "http://example.org/"
GRAPH = NamedNode(EX + "graph")


def quad(number: int, graph: NamedNode | None = None) -> Quad:
    return Quad(NamedNode(f"{EX}s{number}"), NamedNode(EX + "p"), Literal(number), graph)


def added(*quads: Quad) -> Patch:
    return Patch(added=frozenset(quads))


def removed(*quads: Quad) -> Patch:
    return Patch(removed=frozenset(quads))


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    made = EmbeddedStore(tmp_path)
    made.commit([quad(n) for n in range(100)], message="start", author="", archive={"a.txt": b"a", "b.txt": b"b"})
    return made


def held(store: EmbeddedStore, number: int | None = None) -> set[Quad]:
    return set(store.reader(number).engine)


def test_a_draft_left_without_publishing_leaves_nothing(store: EmbeddedStore, tmp_path: Path) -> None:
    with store.draft() as draft:
        draft.apply(added(quad(1000)))
        assert quad(1000) in draft.engine
    assert held(store) == {quad(n) for n in range(100)}
    assert list(tmp_path.rglob(".tmp-*")) == []


def test_what_was_done_in_several_steps_is_one_patch(store: EmbeddedStore) -> None:
    with store.draft() as draft:
        assert draft.apply(added(quad(1), quad(1000))) == added(quad(1000))
        draft.apply(removed(quad(1000), quad(2)))
        draft.apply(added(quad(2000)))
        edition = draft.publish(message="", author="")
    assert edition.patch() == Patch(frozenset({quad(2000)}), frozenset({quad(2)}))
    assert held(store) == {quad(n) for n in range(100) if n != 2} | {quad(2000)}


def test_of_two_drafts_the_second_is_told_that_the_edition_moved(store: EmbeddedStore) -> None:
    with store.draft() as one, store.draft() as other:
        one.apply(added(quad(1000)))
        other.apply(added(quad(2000)))
        one.publish(message="one", author="")
        with pytest.raises(EditionMoved, match=r"edition 1.*is 2"):
            other.publish(message="other", author="")
    assert [edition.message for edition in store.editions()] == ["start", "one"]


def test_results_that_somebody_still_holds_do_not_touch_what_is_published(store: EmbeddedStore) -> None:
    with store.draft() as draft:
        draft.apply(added(quad(1000)))
        results = draft.engine.query("SELECT * { ?s ?p ?o }")
        assert isinstance(results, QuerySolutions)
        next(results)
        edition = draft.publish(message="", author="")
        before = {file: file.stat().st_mtime_ns for file in edition.path.rglob("*")}
        assert len(list(results)) == 100
    assert {file: file.stat().st_mtime_ns for file in edition.path.rglob("*")} == before
    assert len(open_edition(edition.path)) == 101


def test_hash_and_counts_of_an_edition_are_those_of_its_data(store: EmbeddedStore) -> None:
    for patch in (added(quad(1, GRAPH)), removed(quad(1, GRAPH), quad(5)), added(quad(7), quad(8, GRAPH))):
        edition = store.apply(patch, message="", author="")
        assert edition.content() == Content.of(open_edition(edition.path))
        assert edition.content_hash == edition.content().hash


def test_numbers_are_compared_in_the_form_in_which_they_are_kept(store: EmbeddedStore) -> None:
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    spelled = Quad(quad(1).subject, quad(1).predicate, Literal("001", datatype=integer))
    assert store.apply(added(spelled), message="", author="").patch() == Patch()
    assert store.apply(removed(spelled), message="", author="").patch() == removed(quad(1))


def test_a_graph_without_statements_is_no_graph_any_more(store: EmbeddedStore) -> None:
    store.apply(added(quad(1, GRAPH)), message="", author="")
    assert list(store.reader().engine.named_graphs()) == [GRAPH]
    store.apply(removed(quad(1, GRAPH)), message="", author="")
    assert list(store.reader().engine.named_graphs()) == []


def test_the_archive_goes_on_but_for_what_is_set_or_removed(store: EmbeddedStore) -> None:
    store.apply(added(quad(1000)), message="", author="")
    assert store.current().archived("a.txt") == b"a"
    store.apply(Patch(), message="", author="", archive={"a.txt": b"new", "b.txt": None, "c.txt": b"c"})
    assert store.current().archive_names() == ("a.txt", "c.txt")
    assert store.current().archived("a.txt") == b"new"
    assert store.edition(1).archived("a.txt") == b"a"


def test_an_edition_shares_with_the_one_before_what_did_not_change(store: EmbeddedStore) -> None:
    store.commit([quad(n) for n in range(20_000)], message="", author="")
    before = {file.stat().st_ino for file in store.store_path(2).iterdir()}
    store.commit([quad(n) for n in range(1, 20_001)], message="", author="")
    assert store.current().patch() == Patch(frozenset({quad(20_000)}), frozenset({quad(0)}))
    sizes = {file.stat().st_ino: file.stat().st_size for file in store.store_path(3).iterdir()}
    new = sum(size for inode, size in sizes.items() if inode not in before)
    assert new < sum(sizes.values()) / 4


def test_a_file_system_without_hard_links_works_too(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "no hard links here")

    monkeypatch.setattr(files.Path, "hardlink_to", refuse)
    store.apply(added(quad(1000)), message="", author="")
    assert held(store) == {quad(n) for n in range(100)} | {quad(1000)}
    assert held(store, 1) == {quad(n) for n in range(100)}


def test_many_small_editions_do_not_pile_up_files(store: EmbeddedStore) -> None:
    for number in range(60):
        store.apply(added(quad(1000 + number)), message="", author="")
    assert len(list(store.store_path(61).glob("*.sst"))) < 150  # each commit writes at least five
    assert len(held(store)) == 160


def test_an_update_changes_a_draft_as_it_would_change_the_engine(store: EmbeddedStore) -> None:
    update = f"PREFIX : <{EX}> DELETE WHERE {{ :s1 ?p ?o }} ; INSERT {{ ?s :q 1 }} WHERE {{ ?s :p 2 }}"
    subject = NamedNode(EX + "s2")
    expected = Patch(frozenset({Quad(subject, NamedNode(EX + "q"), Literal(1))}), frozenset({quad(1)}))
    assert store.update(update) == expected
    assert store.current().number == 1
    with store.draft() as draft:
        draft.update(update)
        assert draft.publish(message="", author="").patch() == expected
