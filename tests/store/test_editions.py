"""Editions are whole whatever happens to their writer."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.errors import BrokenStore, NoSuchEdition, StoreBusy
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch
from numgraph.store.verification import verify


def quads(value: int, count: int = 3) -> list[Quad]:
    subjects = (NamedNode(f"http://example.org/{i}") for i in range(count))
    return [Quad(s, NamedNode("http://example.org/p"), Literal(value)) for s in subjects]


def leftovers(path: Path) -> list[Path]:
    return list(path.rglob(".tmp-*"))


def test_a_writer_killed_at_any_moment_loses_nothing_and_leaves_nothing_half(checkout: Path) -> None:
    """The long form: python bench/durability.py --commits 200."""
    script = checkout / "bench" / "durability.py"
    ran = subprocess.run([sys.executable, script, "--commits", "12"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "nothing lost, nothing half" in ran.stdout


def test_a_finished_edition_that_was_never_published_is_not_seen_and_is_built_anew(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.commit(quads(1), message="one", author="")
    store.commit(quads(2), message="two", author="")
    (tmp_path / "current").write_text("1\n")  # as if the writer had died just before this
    assert store.current().message == "one"
    assert [edition.number for edition in store.editions()] == [1]
    with pytest.raises(NoSuchEdition):
        store.edition(2)
    store.commit(quads(3), message="three", author="")
    assert [edition.message for edition in store.editions()] == ["one", "three"]


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)

    def slow() -> Iterator[Quad]:
        with pytest.raises(StoreBusy, match="another process"):
            EmbeddedStore(tmp_path).commit(quads(2), message="", author="")
        yield from quads(1)

    store.commit(slow(), message="", author="")
    assert store.current().number == 1


def test_readers_of_an_old_edition_do_not_notice_a_commit(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.commit(quads(1), message="", author="")
    reader = store.reader()
    store.commit(quads(2), message="", author="")
    assert reader.edition.number == 1
    assert {row["o"].value for row in reader.solve("SELECT ?o { ?s ?p ?o }")} == {"1"}


def test_only_as_many_editions_stay_as_are_to_be_kept(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path, keep=2)
    for value in range(4):
        store.commit(quads(value), message=str(value), author="")
    assert [edition.number for edition in store.editions()] == [3, 4]
    with pytest.raises(ValueError, match="at least 2"):
        EmbeddedStore(tmp_path, keep=1)


def test_the_archive_holds_each_content_once(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    for _ in range(2):
        store.commit([], message="", author="", archive={"a": b"same", "b": b"same", "c": b"other"})
    files = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert sorted(path.read_bytes() for path in files) == [b"other", b"same"]
    assert store.current().archive_names() == ("a", "b", "c")


def test_nothing_in_an_edition_changes_when_it_is_read(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.commit(quads(1), message="", author="")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    list(store.reader().solve("SELECT * { ?s ?p ?o }"))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("current", "two", "number of an edition"),
        ("editions/000001/manifest.json", "{", "manifest"),
        ("editions/000001/manifest.json", "{}", "not what numgraph writes"),
        ("editions/000001/store/CURRENT", "nonsense", "cannot be opened"),
    ],
)
def test_a_damaged_folder_is_named_in_the_fault(tmp_path: Path, name: str, content: str, complaint: str) -> None:
    store = EmbeddedStore(tmp_path)
    store.commit(quads(1), message="", author="")
    (tmp_path / name).write_text(content)
    with pytest.raises(BrokenStore, match=complaint):
        store.reader()


def test_the_manifest_can_be_read_without_numgraph(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path).commit(quads(1), message="Grüße", author="Ada")
    manifest = json.loads((tmp_path / "editions" / "000001" / "manifest.json").read_text("utf-8"))
    told = {"number": 1, "author": "Ada", "message": "Grüße", "statements": 3, "added": 3, "removed": 0}
    assert told == {name: manifest[name] for name in told}
    assert manifest["time"].endswith("+00:00")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_a_folder_that_may_not_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        EmbeddedStore(tmp_path / "data").commit([], message="", author="")


def test_what_is_attached_is_published_with_the_edition_or_not_at_all(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    edition = store.commit(quads(1), message="", author="", attach=lambda aside: (aside / "more").mkdir())
    assert (edition.path / "more").is_dir()

    def fail(aside: Path) -> None:
        (aside / "half").mkdir()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        store.commit(quads(2), message="", author="", attach=fail)
    assert store.current().number == 1
    assert leftovers(tmp_path) == []
    assert not list(tmp_path.rglob("half"))


def as_layout_1(store: EmbeddedStore) -> None:
    """Make a folder what numgraph wrote before editions had patches."""
    for edition in store.editions():
        path = edition.path / "manifest.json"
        content = b"".join(store.reader(edition.number).canonical())
        row = json.loads(path.read_text("utf-8"))
        row |= {"layout": 1, "counts": dict(edition.counts), "content_hash": hashlib.sha256(content).hexdigest()}
        kept = {name: value for name, value in row.items() if name not in {"statements", "added", "removed"}}
        path.write_text(json.dumps(kept), "utf-8")
        for name in ("content.json", "patch.rdfp.gz", "SHA256SUMS"):
            (edition.path / name).unlink(missing_ok=True)


def test_a_folder_of_an_older_numgraph_is_read_as_it_is_and_goes_on(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    for value in (1, 2):
        store.commit(quads(value), message=str(value), author="", archive={"a.txt": b"%d" % value})
    as_layout_1(store)
    assert verify(store) == ()
    assert dict(store.edition(1).counts) == {"": 3}
    assert store.edition(2).patch() == Patch(frozenset(quads(2)), frozenset(quads(1)))
    edition = store.apply(Patch(removed=frozenset(quads(2, 1))), message="3", author="")
    assert dict(edition.counts) == {"": 2}
    assert edition.archived("a.txt") == b"2"
    assert verify(store) == ()
