from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from numgraph.cli import main
from numgraph.cli.console import Exit

TEXT = "30.01.2026\nNeues aus Köln\nDas Netzwerk Beispielmedizin (NBM) wurde im Jahr 2020 gegründet.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document and gold with a fact that is found and one that is not."""
    (tmp_path / "note.txt").write_text(TEXT, encoding="utf-8")
    place = {"start": TEXT.index("Das"), "end": len(TEXT) - 1}
    found = {"subject": "n", "predicate": "founded_on", "object": {"value": "2020", "datatype": "gYear"}}
    missed = {"subject": "n", "predicate": "has_member_count", "object": {"value": "9", "datatype": "integer"}}
    gold = {
        "document": {"file": "note.txt", "chars": len(TEXT)},
        "entities": [{"id": "n", "label": "Netzwerk Beispielmedizin", "aliases": ["NBM"]}],
        "facts": [one | {"evidence": place} for one in (found, missed)],
        "must_not": [],
    }
    (tmp_path / "note.json").write_text(json.dumps(gold), encoding="utf-8")
    return tmp_path


def score(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["numgraph", "score", "--gold", str(folder), "--docs", str(folder), *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_the_tables_show_recall_and_precision_by_document_and_predicate(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert score(folder, monkeypatch, "--calibration") == Exit.OK
    rows = [line.replace("│", " ").split() for line in capsys.readouterr().out.splitlines()]
    assert ["foundedOn", "1.000", "(1/1)", "1.000", "(1/1)"] in rows
    assert ["hasMemberCount", "0.000", "(0/1)", "–"] in rows
    assert ["all", "0.500", "(1/2)", "–", "1.000", "(1/1)", "1.000", "(1/1)", "0"] in rows
    assert any(row[:2] == ["Calibration", "(Brier"] for row in rows)


def test_json_holds_the_same_figures(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert score(folder, monkeypatch, "--format", "json") == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert told["core"] == {"of": 1, "all": 2, "value": 0.5}
    assert told["predicates"]["hasMemberCount"]["precision"] == {"of": 0, "all": 0, "value": None}
    assert told["documents"]["note"]["core"] == told["core"]
    assert told["calibration"]["bins"][0]["right"]["of"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--least-recall", "0.5"), Exit.OK),
        (("--least-recall", "0.6"), Exit.FINDINGS),
        (("--least-precision", "1.0"), Exit.OK),
        (("--format", "csv"), Exit.USAGE),
    ],
)
def test_the_exit_code_says_whether_it_is_good_enough(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: Exit
) -> None:
    assert score(folder, monkeypatch, *words) == code
