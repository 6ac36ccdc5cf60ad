"""Findings for the machines of others: SARIF 2.1.0 (OASIS) and JUnit XML, which code hosts and CI pipelines display."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from numgraph.model import Finding, Severity
from numgraph.validation.locating import Place

_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file and what was found in it, with places; or why it could not be read."""

    file: Path
    findings: tuple[tuple[Finding, Place | None], ...] = ()
    unreadable: str | None = None
    place: Place | None = None  # of what made it unreadable


def sarif(files: Sequence[Checked], language: str) -> dict[str, Any]:
    """One run over all files; rules are our shapes."""
    rules = sorted({found.shape.strip("<>") for one in files for found, _ in one.findings})
    results = [result for one in files for result in _results(one, language)]
    driver = {
        "name": "numgraph",
        "informationUri": "https://w3id.org/numgraph",
        "rules": [{"id": one} for one in rules],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _results(checked: Checked, language: str) -> list[dict[str, Any]]:
    if checked.unreadable is not None:
        return [_result("unreadable", "error", checked.unreadable, _location(checked.file, checked.place))]
    return [
        _result(
            found.shape.strip("<>"),
            _LEVELS[found.severity],
            f"{message(found, language)} ({_about(found)})",
            _location(checked.file, place) | {"logicalLocations": [{"fullyQualifiedName": found.focus_node}]},
        )
        for found, place in checked.findings
    ]


def _result(rule: str, level: str, text: str, location: dict[str, Any]) -> dict[str, Any]:
    return {"ruleId": rule, "level": level, "message": {"text": text}, "locations": [location]}


def _location(file: Path, place: Place | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(file.as_posix())}}
    if place is not None:
        physical["region"] = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": physical}


def junit(files: Sequence[Checked], language: str, failing: frozenset[Severity]) -> str:
    """A test suite a file, a test case a finding; those of a severity in ``failing`` are failures."""
    root = ET.Element("testsuites", name="numgraph validate")
    for one in files:
        root.append(_suite(one, language, failing))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _suite(checked: Checked, language: str, failing: frozenset[Severity]) -> ET.Element:
    name = checked.file.as_posix()
    failures = sum(found.severity in failing for found, _ in checked.findings)
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(checked.findings) or 1),
        failures=str(failures),
        errors=str(int(checked.unreadable is not None)),
    )
    if checked.unreadable is not None:
        case = ET.SubElement(suite, "testcase", classname=name, name="can be read")
        ET.SubElement(case, "error", message=_legal(checked.unreadable))
    elif not checked.findings:
        ET.SubElement(suite, "testcase", classname=name, name="conforms to the shapes")
    for found, place in checked.findings:
        _case(suite, name, found, place, language, is_failure=found.severity in failing)
    return suite


def _case(
    suite: ET.Element, file: str, found: Finding, place: Place | None, language: str, *, is_failure: bool
) -> None:
    where = f"{file}:{place.line}:{place.column}" if place else file
    case = ET.SubElement(
        suite, "testcase", classname=file, name=_legal(f"{found.shape.strip('<>')} {found.focus_node}")
    )
    text = _legal(f"{where}: {found.severity.value}: {message(found, language)}\n{_about(found)}")
    if is_failure:
        failure = ET.SubElement(case, "failure", type=found.severity.value, message=_legal(message(found, language)))
        failure.text = text
    else:
        ET.SubElement(case, "system-out").text = text


def message(found: Finding, language: str) -> str:
    return found.message_de if language == "de" else found.message_en


def _about(found: Finding) -> str:
    return " ".join(part for part in (found.focus_node, found.path, found.value) if part)


def _legal(text: str) -> str:
    """Without characters that XML 1.0 (section 2.2) does not know."""
    return "".join(one for one in text if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff"))
