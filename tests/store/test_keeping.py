"""Backups are whole and can be restored; damage is found and named; compacting changes no statement."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.errors import BrokenStore, DataExists, NoSuchEdition
from numgraph.store import files
from numgraph.store.backup import back_up, restore
from numgraph.store.compaction import compact, size
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch
from numgraph.store.verification import verify

EX = "http://example.org/"
# Commits without end; every statement of edition n has the value n.
WRITER = """
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Quad
from numgraph.store.editions import EmbeddedStore
store = EmbeddedStore(Path(sys.argv[1]), keep=3)
while True:
    n = store.current_number() + 1
    subjects = (NamedNode(f"http://example.org/{i}") for i in range(50))
    quads = [Quad(subject, NamedNode("http://example.org/p"), Literal(n)) for subject in subjects]
    store.commit(quads, message=str(n), author="", archive={"n": b"%d" % n})
    print(n, flush=True)
"""


def quads(value: int, count: int = 200) -> list[Quad]:
    return [Quad(NamedNode(f"{EX}{i}"), NamedNode(EX + "p"), Literal(value)) for i in range(count)]


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    made = EmbeddedStore(tmp_path / "data")
    made.commit(quads(1), message="one", author="", archive={"a.txt": b"first", "raw": b"bytes"})
    made.apply(Patch(frozenset(quads(2, 5)), frozenset(quads(1, 5))), message="two", author="")
    made.commit(quads(3), message="three", author="", archive={"a.txt": b"third"})
    return made


def told(store: EmbeddedStore) -> list[tuple[int, str, str, list[bytes]]]:
    return [
        (one.number, one.message, one.content_hash, list(store.reader(one.number).canonical()))
        for one in store.editions()
    ]


@pytest.mark.parametrize("name", ["copy", "copy.tar", "copy.tar.gz", "copy.tgz"])
def test_a_restored_backup_is_what_was_backed_up(store: EmbeddedStore, tmp_path: Path, name: str) -> None:
    (store.path / "tokens.json").write_text("[]")
    assert back_up(store, tmp_path / name) == 3
    assert restore(tmp_path / name, tmp_path / "restored") == ()
    restored = EmbeddedStore(tmp_path / "restored")
    assert told(restored) == told(store)
    assert restored.edition(1).archived("a.txt") == b"first"
    assert (restored.path / "tokens.json").read_text() == "[]"
    assert restored.commit(quads(4), message="four", author="").number == 4


def test_a_backup_is_no_larger_than_what_it_is_made_of(store: EmbeddedStore, tmp_path: Path) -> None:
    for value in range(4, 12):
        store.apply(Patch(frozenset(quads(value, 3))), message="", author="")
    back_up(store, tmp_path / "copy")
    assert size(tmp_path / "copy") < 1.2 * size(store.path)
    originals = {file.stat().st_ino for file in store.path.rglob("*") if file.is_file()}
    assert not originals & {file.stat().st_ino for file in (tmp_path / "copy").rglob("*") if file.is_file()}


def test_a_backup_taken_while_a_writer_commits_is_whole(store: EmbeddedStore, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(store.path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for number in range(3):
            said = int(writer.stdout.readline())
            assert back_up(store, tmp_path / f"copy{number}") >= said
        writer.kill()
    for number in range(3):
        copy = EmbeddedStore(tmp_path / f"copy{number}")
        assert verify(copy) == ()
        assert {quad.object.value for quad in copy.reader().engine} == {copy.current().message}


def test_nothing_is_put_where_something_is(store: EmbeddedStore, tmp_path: Path) -> None:
    back_up(store, tmp_path / "copy.tar")
    for target in ("copy.tar", "data"):
        with pytest.raises(DataExists, match=target):
            back_up(store, tmp_path / target)
    with pytest.raises(DataExists, match="data"):
        restore(tmp_path / "copy.tar", store.path)


def test_half_a_backup_is_refused_and_leaves_nothing(store: EmbeddedStore, tmp_path: Path) -> None:
    back_up(store, tmp_path / "copy.tar.gz")
    whole = (tmp_path / "copy.tar.gz").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no tar file"):
        (tmp_path / "half.tar.gz").write_bytes(content)
        with pytest.raises(BrokenStore, match=r"half\.tar\.gz"):
            restore(tmp_path / "half.tar.gz", tmp_path / "restored")
    with pytest.raises(NoSuchEdition):
        back_up(EmbeddedStore(tmp_path / "nothing"), tmp_path / "copy-of-nothing")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.tar.gz", "data", "half.tar.gz"]


def spoil(file: Path) -> None:
    """Another byte in the middle; a shared file gets a copy of its own first, as a backup's would be."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)


def largest(store: EmbeddedStore) -> Path:
    return max(store.store_path(3).glob("*.sst"), key=lambda file: file.stat().st_size)


def archived(store: EmbeddedStore) -> Path:
    return next((store.path / "archive").glob("*/*"))


DAMAGES: dict[str, tuple[Callable[[EmbeddedStore], object], str, str]] = {
    "data": (lambda store: spoil(largest(store)), "edition 3", r"\.sst is not what was written"),
    "index": (lambda store: spoil(next(store.store_path(2).glob("*.sst"))), "edition 2", "not what was written"),
    "missing": (lambda store: largest(store).unlink(), "edition 3", "is missing"),
    "patch": (lambda store: spoil(store.edition(2).path / "patch.rdfp.gz"), "edition 2", "patch"),
    "manifest": (lambda store: (store.edition(2).path / "manifest.json").write_text("{"), "edition 2", "manifest"),
    "content": (lambda store: (store.edition(2).path / "content.json").write_text("[]"), "edition 2", "content"),
    "archive": (lambda store: spoil(archived(store)), "archive/", "is not what was written"),
    "pointer": (lambda store: (store.path / "current").write_text("three"), "current", "number"),
    "edition": (lambda store: files.remove(store.path / "editions" / "000002"), "edition 2", "missing"),
    "current": (lambda store: files.remove(store.path / "editions" / "000003"), "edition 3", "missing"),
    "gone": (lambda store: archived(store).unlink(), "archive/", "is missing"),
}


@pytest.mark.parametrize("kind", sorted(DAMAGES))
def test_damage_is_found_named_and_never_restored(store: EmbeddedStore, tmp_path: Path, kind: str) -> None:
    assert verify(store) == ()
    damage, place, complaint = DAMAGES[kind]
    back_up(store, tmp_path / "copy")
    copy = EmbeddedStore(tmp_path / "copy")
    damage(copy)
    faults = verify(copy)
    assert any(place in fault.place and re.search(complaint, fault.complaint) for fault in faults), faults
    assert all(fault.advice for fault in faults)
    assert [fault.place for fault in restore(copy.path, tmp_path / "restored")] == [fault.place for fault in faults]
    assert not (tmp_path / "restored").exists()


def test_what_is_written_while_the_files_are_tidied_is_kept(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, written = store.writing, []

    def late() -> AbstractContextManager[None]:
        if not written:
            written.append(EmbeddedStore(store.path).apply(Patch(frozenset(quads(4, 2))), message="four", author=""))
        return writing()

    monkeypatch.setattr(store, "writing", late)
    assert compact(store, keep=1).editions == 3
    assert store.current().message == "four"
    assert len(set(store.reader().engine)) == 202
    assert verify(store) == ()


def test_compacting_changes_no_statement_and_lets_go_of_what_is_not_kept(store: EmbeddedStore) -> None:
    (store.path / "archive" / "ff").mkdir()
    (store.path / "archive" / "ff" / "ff00").write_bytes(b"nobody names this")
    before = told(store)
    reader = store.reader()
    assert compact(store).editions == 0
    assert told(store) == before
    done = compact(store, keep=1)
    assert (done.editions, done.files) == (2, 2)
    assert done.after < done.before
    assert told(store) == before[-1:]
    assert verify(store) == ()
    assert len(list(reader.solve("SELECT * { ?s ?p ?o }"))) == 200
    assert list(store.path.rglob(".tmp-*")) == []
