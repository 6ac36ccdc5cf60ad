from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from numgraph.errors import ValidationFailed
from numgraph.validation.judge import Judge, Results

SH = "http://www.w3.org/ns/shacl#"
SHAPES = (
    f"<urn:s> <{SH}targetSubjectsOf> <urn:p> .\n<urn:s> <{SH}datatype> <http://www.w3.org/2001/XMLSchema#boolean> ."
)
BROKEN = f"<urn:s> <{SH}targetSubjectsOf> <urn:p> .\n<urn:s> <{SH}property> <urn:nothing> ."
DATA = "<urn:a> <urn:p> <urn:b> .\n<urn:c> <urn:p> <urn:d> ."


@pytest.fixture
def judge() -> Iterator[Judge]:
    judge = Judge(SHAPES, "")
    yield judge
    judge.stop()


def focus_nodes(results: Results) -> list[str]:
    return sorted(result["focus"] for result in results)


def test_only_the_nodes_that_are_asked_for_are_judged_and_nothing_of_a_question_stays(judge: Judge) -> None:
    assert focus_nodes(judge.results(DATA, ["<urn:a>"])) == ["<urn:a>"]
    assert focus_nodes(judge.results(DATA, ["<urn:a>", "<urn:c>"])) == ["<urn:a>", "<urn:c>"]
    assert focus_nodes(judge.results("", ["<urn:a>", "<urn:c>"])) == []


def test_a_judge_that_was_killed_is_replaced(judge: Judge) -> None:
    first = judge.results(DATA, ["<urn:a>"])
    assert judge.pid is not None
    os.kill(judge.pid, signal.SIGKILL)
    with suppress(ValidationFailed):  # where it is asked before it is known to be dead
        judge.results(DATA, ["<urn:a>"])
    assert judge.results(DATA, ["<urn:a>"]) == first


def test_a_question_that_takes_too_long_is_stopped_and_said() -> None:
    hasty = Judge(SHAPES, "", seconds=0.001)
    with pytest.raises(ValidationFailed, match=r"0\.001 s"):
        hasty.results(DATA * 200, ["<urn:a>"])
    hasty.stop()


def test_broken_shapes_are_an_error_and_never_a_pass() -> None:
    judge = Judge(BROKEN, "")
    with pytest.raises(ValidationFailed, match="urn:nothing"):
        judge.results(DATA, ["<urn:a>"])
    judge.stop()
