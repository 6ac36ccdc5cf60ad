"""Files survive a power cut, and what is being made is neither seen nor swept away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from numgraph.store import files

# Makes a folder aside, says its name, and waits to be killed.
MAKER = """
import sys
from pathlib import Path
from numgraph.store.files import aside
with aside(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def test_only_what_is_new_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "after" / "inner").mkdir(parents=True)
    (tmp_path / "before" / "shared").write_text("as it was")
    files.share(tmp_path / "before" / "shared", tmp_path / "after" / "inner" / "shared")
    (tmp_path / "after" / "inner" / "new").write_text("new")
    synced: list[str] = []
    monkeypatch.setattr(files, "sync", lambda path: synced.append(path.name))
    files.sync_tree(tmp_path / "after")
    assert sorted(synced) == ["after", "inner", "new"]
    assert synced[-1] == "after"


def test_what_a_living_process_makes_is_spared_and_what_a_killed_one_left_is_swept(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MAKER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdout is not None
        name = maker.stdout.readline().strip()
        files.sweep(tmp_path)
        assert (tmp_path / name / "half").exists()
        maker.kill()
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_made_aside_is_gone_unless_it_was_given_a_place(tmp_path: Path) -> None:
    with files.aside(tmp_path) as one, files.aside(tmp_path) as other:
        one.rename(tmp_path / "kept")
        assert one != other
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_two_folders_can_take_each_others_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        for name in "ab":
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "file").write_text(name)
        files.exchange(tmp_path / "a", tmp_path / "b")
        assert [(tmp_path / name / "file").read_text() for name in "ab"] == ["b", "a"]
        monkeypatch.setattr("numgraph.store.files._RENAME_EXCHANGE", 1 << 30)  # a system that cannot
    assert len(os.listdir(tmp_path)) == 2  # noqa: PTH208
