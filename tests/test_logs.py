"""Log lines: one record, one line, for people or machines; what was foreseen is no alarm."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
from typing import Any

import pytest

from numgraph import logs
from numgraph.errors import BrokenAnswer
from numgraph.settings import Settings


def record(message: str = "query", *, fault: BaseException | None = None, **fields: Any) -> logging.LogRecord:
    info = (type(fault), fault, None) if fault else None
    made = logging.LogRecord("numgraph.x", logging.INFO, "", 0, message, (), info)
    made.fields = logs.fields(**fields)["fields"]
    return made


def test_a_line_for_machines_is_one_json_object() -> None:
    row = json.loads(logs.JsonLines().format(record("Größe\nzwei", rows=3, edition=None, query="a b")))
    assert (row["message"], row["rows"], row["query"], row["level"]) == ("Größe\nzwei", 3, "a b", "info")
    assert "edition" not in row
    assert row["time"].endswith("+00:00")


def test_a_line_for_people_has_the_same_fields() -> None:
    line = logs.TextLines().format(record(rows=3, text='SELECT\n"x"'))
    assert line.endswith(r' info query rows=3 text="SELECT\n\"x\""')
    assert "\n" not in line


def test_a_fault_comes_with_its_trace() -> None:
    row = json.loads(logs.JsonLines().format(record(fault=ValueError("unforeseen"))))
    assert "unforeseen" in row["fault"]


def test_an_answer_that_broke_off_is_no_surprise() -> None:
    outer = RuntimeError("response already started")
    outer.__cause__ = BrokenAnswer("time was up")
    surprises = logs.Surprises()
    assert not surprises.filter(record(fault=outer))
    assert surprises.filter(record(fault=RuntimeError("bug")))
    assert surprises.filter(record())


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_configuration_writes_our_lines_and_other_peoples_warnings(
    form: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logging.config.dictConfig(logs.config(Settings(log_format=form)))
        root.handlers[0].setStream(sys.stderr)  # type: ignore[attr-defined]
        logging.getLogger("numgraph.test").info("ours")
        logging.getLogger("somebody.else").info("theirs")
        logging.getLogger("somebody.else").warning("a warning")
    finally:
        root.handlers[:], root.level = before
        for name in ("numgraph", "numgraph_api", "uvicorn"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    said = capsys.readouterr().err.splitlines()
    assert [("ours" in line, "a warning" in line) for line in said] == [(True, False), (False, True)]
    assert all((form == "json") == line.startswith("{") for line in said)
