from __future__ import annotations

import pytest
import rdflib

from numgraph.errors import ValidationFailed
from numgraph.validation import engine

SH = "http://www.w3.org/ns/shacl#"
GOOD = f"<urn:s> <{SH}targetSubjectsOf> <urn:p> .\n<urn:s> <{SH}nodeKind> <{SH}BlankNode> ."
BROKEN = f"<urn:s> <{SH}targetSubjectsOf> <urn:p> .\n<urn:s> <{SH}property> <urn:nothing> ."
DATA = "<urn:a> <urn:p> <urn:b> ."


def test_each_job_gets_its_own_outcome_in_order() -> None:
    outcomes = engine.run([engine.Job(DATA, GOOD), engine.Job("", GOOD), engine.Job(DATA, "")])
    assert [len(outcome.results) for outcome in outcomes] == [1, 0, 0]


def test_broken_shapes_are_an_error_and_never_a_pass() -> None:
    with pytest.raises(ValidationFailed, match="urn:nothing"):
        engine.run([engine.Job(DATA, BROKEN)])


def test_broken_shapes_leave_rdflib_as_it_was() -> None:
    with pytest.raises(ValidationFailed):
        engine.run([engine.Job(DATA, BROKEN)])
    assert rdflib.NORMALIZE_LITERALS
    assert rdflib.Literal("1", datatype=rdflib.XSD.boolean).value is True


def test_a_validation_that_takes_too_long_is_stopped_and_said() -> None:
    with pytest.raises(ValidationFailed, match=r"longer than 0\.01 s"):
        engine.run([engine.Job(DATA, GOOD)], seconds=0.01)


def test_a_validator_that_dies_is_said_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WORKER", "numgraph.validation.no_such_worker")
    with pytest.raises(ValidationFailed, match="no_such_worker"):
        engine.run([engine.Job(DATA, GOOD)])
