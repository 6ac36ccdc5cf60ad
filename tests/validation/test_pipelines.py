from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from numgraph.model import Finding, Severity
from numgraph.validation.locating import Place
from numgraph.validation.pipelines import Checked, junit, sarif

FOUND = Finding(Severity.WARNING, "<urn:a>", "<urn:p>", '"\x01<"', "<urn:shape>", "Component", "mend it", "flick es")
FILES = [
    Checked(Path("some data.ttl"), ((FOUND, Place(3, 7)), (FOUND, None))),
    Checked(Path("fine.ttl")),
    Checked(Path("broken.ttl"), unreadable="broken.ttl:2:1: not well-formed", place=Place(2, 1)),
]


def test_sarif_tells_rule_level_message_and_region() -> None:
    (run,) = sarif(FILES, "de")["runs"]
    placed, placeless, unreadable = run["results"]
    assert run["tool"]["driver"]["rules"] == [{"id": "urn:shape"}]
    assert (placed["ruleId"], placed["level"]) == ("urn:shape", "warning")
    assert placed["message"]["text"].startswith("flick es")
    physical = placed["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "some%20data.ttl"}, "region": {"startLine": 3, "startColumn": 7}}
    assert "region" not in placeless["locations"][0]["physicalLocation"]
    assert unreadable["level"] == "error"


def test_junit_counts_as_failures_what_is_meant_to_fail() -> None:
    strict = ET.fromstring(junit(FILES, "en", frozenset(Severity)))  # noqa: S314 - our own
    mild = ET.fromstring(junit(FILES, "en", frozenset({Severity.VIOLATION})))  # noqa: S314
    assert [suite.get("failures") for suite in strict] == ["2", "0", "0"]
    assert [suite.get("failures") for suite in mild] == ["0", "0", "0"]
    assert [suite.get("errors") for suite in mild] == ["0", "0", "1"]
    assert [suite.get("tests") for suite in mild] == ["2", "1", "1"]
    failure = strict[0][0][0]
    assert failure.get("message") == "mend it"
    assert (failure.text or "").startswith("some data.ttl:3:7: warning: mend it")
