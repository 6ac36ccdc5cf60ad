from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from numgraph.cli import main
from numgraph.cli.console import Exit

TEXT = "30.01.2026\nNeues aus Köln\nDas Netzwerk Beispielmedizin (NBM) wurde im Jahr 2020 gegründet.\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("COLUMNS", "300")

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["numgraph", "extract", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capfd.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same text as a file, in an archive, and as a record; and an archive with an empty file."""
    press = tmp_path / "press"
    press.mkdir()
    (press / "note.txt").write_text(TEXT, encoding="utf-8")
    with tarfile.open(tmp_path / "press.tar.gz", "w:gz") as archive:
        archive.add(press / "note.txt", "2026/note.txt")
    (tmp_path / "press.jsonl").write_text(json.dumps({"text": TEXT, "name": "note.txt"}) + "\n", encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    with tarfile.open(tmp_path / "empty.tar", "w") as archive:
        archive.add(tmp_path / "empty.txt", "empty.txt")
    return tmp_path


def test_folders_archives_and_records_say_the_same(run: Run, folder: Path) -> None:
    said = [run(folder / name, "--format", "jsonl") for name in ("press", "press.tar.gz", "press.jsonl")]
    assert said[0][0] == Exit.OK
    assert "foundedOn" in said[0][1]
    assert said[0] == said[1] == said[2]


def test_a_member_that_cannot_be_read_is_named_and_the_rest_is_shown(run: Run, folder: Path) -> None:
    code, out, err = run(folder / "empty.tar", folder / "press.jsonl", "--format", "jsonl")
    assert code == Exit.UNREADABLE
    assert "empty.txt is empty" in err
    assert "foundedOn" in out


def test_an_explanation_marks_the_text_in_the_terminal(run: Run, folder: Path) -> None:
    code, out, _ = run(folder / "press", "--explain")
    assert code == Exit.OK
    assert "Netzwerk Beispielmedizin — foundedOn — 2020" in out


def test_an_explanation_is_a_page_when_html_is_wanted(run: Run, folder: Path) -> None:
    code, out, _ = run(folder / "press", folder / "press.jsonl", "--explain", "--format", "html")
    assert code == Exit.OK
    assert out.startswith("<!doctype html>")
    assert out.count("<article>") == 2


def test_a_long_run_writes_the_same_claims_with_the_place_of_each_document(run: Run, folder: Path) -> None:
    _, shown, _ = run(folder / "press", "--format", "jsonl")
    output = folder / "out.jsonl"
    code, out, err = run(folder / "empty.tar", folder / "press.tar.gz", "--output", output, "--workers", 1)
    assert (code, out) == (Exit.UNREADABLE, "")
    assert "1 set aside" in err
    written = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert {one["source"].pop("name") for one in written} == {"press.tar.gz/2026/note.txt"}
    assert written == [json.loads(line) for line in shown.splitlines()]
    code, _, err = run(folder / "empty.tar", folder / "press.tar.gz", "--output", output)
    assert code == Exit.UNREADABLE
    assert "--resume" in err


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "html"),
        ("--format", "csv"),
        ("--explain", "--format", "jsonl"),
        ("--explain", "--output", "x.jsonl"),
        ("--output", "x.jsonl", "--format", "turtle"),
        ("--resume",),
        ("--output", "x.jsonl", "--workers", "0"),
    ],
)
def test_options_that_do_not_go_together_are_a_fault_of_usage(run: Run, folder: Path, words: tuple[str, ...]) -> None:
    assert run(folder / "press", *words)[0] == Exit.USAGE
    assert not (folder / "x.jsonl").exists()
