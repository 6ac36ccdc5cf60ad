"""Editions are whole whatever happens to their writer."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.errors import BrokenStore, NoSuchEdition, StoreBusy
from numgraph.store.editions import EmbeddedStore

# Commits editions without end; every statement of edition n has the value n. Says each number once it is published.
WRITER = """
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Quad
from numgraph.store.editions import EmbeddedStore
store = EmbeddedStore(Path(sys.argv[1]))
while True:
    number = len(store.editions()) + 1
    subjects = (NamedNode(f"http://example.org/{i}") for i in range(500))
    quads = [Quad(s, NamedNode("http://example.org/edition"), Literal(number)) for s in subjects]
    edition = store.commit(quads, message=f"number {number}", author="", archive={"n": b"%d" % number})
    print(edition.number, flush=True)
"""


def quads(value: int, count: int = 3) -> list[Quad]:
    subjects = (NamedNode(f"http://example.org/{i}") for i in range(count))
    return [Quad(s, NamedNode("http://example.org/p"), Literal(value)) for s in subjects]


def leftovers(path: Path) -> list[Path]:
    return list(path.rglob(".tmp-*"))


def test_a_writer_killed_at_any_moment_leaves_whole_editions(tmp_path: Path) -> None:
    store, choice, acknowledged = EmbeddedStore(tmp_path), random.Random(7), 0  # noqa: S311 - moments, not secrets
    for _ in range(15):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()  # it is at work now
            time.sleep(choice.uniform(0, 0.12))
            writer.kill()
            said = writer.stdout.read().split()
        acknowledged = max(acknowledged + 1, *map(int, said), 0)
        assert_whole(store, at_least=acknowledged)
        acknowledged = store.current().number
    store.commit(quads(0), message="after all that", author="")
    assert leftovers(tmp_path) == []
    assert len(store.editions()) == len(list((tmp_path / "editions").iterdir())) == acknowledged + 1


def assert_whole(store: EmbeddedStore, at_least: int) -> None:
    edition = store.current()
    assert edition.number >= at_least
    assert edition.message == f"number {edition.number}"
    assert edition.archived("n") == b"%d" % edition.number
    rows = store.reader().solve("SELECT ?n (COUNT(*) AS ?c) { ?s <http://example.org/edition> ?n } GROUP BY ?n")
    assert [(int(row["n"].value), int(row["c"].value)) for row in rows] == [(edition.number, 500)]


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
