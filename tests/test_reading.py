from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from numgraph import reading, resources
from numgraph.errors import UnreadableSource
from numgraph.reading import Rejected, read_all

DIRECTORIES = resources.data() / "directories"
TEXT = "Netzwerk {0}\n\n30.01.2026\n\nDas Netzwerk Beispiel{0} (NB{0}) wurde im Mai 2020 gegründet.\n"


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """Three documents in a folder, an archive and a JSON Lines file, and one of each that cannot be read."""
    folder = tmp_path / "press"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT.format("A"), encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(TEXT.format("B"), encoding="utf-8")
    with tarfile.open(tmp_path / "press.tar", "w") as archive:
        archive.add(tmp_path / "b.txt", "2026/b.txt")
        archive.add(folder / "empty.txt", "../empty.txt")
    records = [{"text": TEXT.format("C"), "name": "c"}, {"title": "no text"}]
    (tmp_path / "press.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return [folder, tmp_path / "press.tar", tmp_path / "press.jsonl"]


def test_folders_archives_and_records_are_read_in_the_order_given(sources: list[Path]) -> None:
    readings, rejected = read_all(sources, DIRECTORIES, 1, lambda stage, done, total: None)
    assert [one.document.name for one in readings] == ["a.txt", "b.txt", "c.txt"]
    assert [one.data for one in readings] == [TEXT.format(name).encode() for name in "ABC"]
    assert all(any(claim.predicate == "foundedOn" for claim in one.claims) for one in readings)
    assert [one.name for one in rejected] == ["empty.txt", "press.tar/../empty.txt", "press.jsonl/line 2"]


def test_processes_read_the_same(sources: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = read_all(sources, DIRECTORIES, 1, lambda stage, done, total: None)
    monkeypatch.setattr(reading, "_POOL_FROM", 2)
    assert read_all(sources, DIRECTORIES, 2, lambda stage, done, total: None) == alone


def test_the_number_of_documents_in_an_archive_is_known_when_it_has_been_read(sources: list[Path]) -> None:
    told: list[tuple[str, int, int]] = []
    read_all(sources, DIRECTORIES, 1, lambda *now: told.append(now))
    assert told == [*(("read", done, 0) for done in range(1, 7)), ("read", 6, 6)]
    told.clear()
    read_all(sources[:1], DIRECTORIES, 1, lambda *now: told.append(now))
    assert told[0] == ("read", 1, 2)


def test_nothing_readable_is_a_fault_with_the_first_reasons(sources: list[Path], tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(UnreadableSource, match="there is nothing to read"):
        read_all([tmp_path / "none"], DIRECTORIES, 1, lambda stage, done, total: None)
    with pytest.raises(UnreadableSource, match=r"none of 1 documents could be read: empty\.txt: .* is empty"):
        read_all([sources[0] / "empty.txt"], DIRECTORIES, 1, lambda stage, done, total: None)


def test_what_is_loaded_once_is_loaded_before_the_first_document() -> None:
    """The first document must not be set aside for the time that compiling patterns takes."""
    from numgraph.extraction import phrases  # noqa: PLC0415 - what is compiled is that module's own business

    phrases._phrases.cache_clear()
    reading.prepared(DIRECTORIES)
    assert phrases._phrases.cache_info().currsize > 0


def test_a_rejected_member_stays_rejected() -> None:
    gazetteer = reading.prepared(DIRECTORIES)
    assert reading.read_one(Rejected("a", "b"), gazetteer) == Rejected("a", "b")
