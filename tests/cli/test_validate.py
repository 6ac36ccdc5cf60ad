"""``numgraph validate`` in a pipeline: exit codes by severity, places, SARIF, JUnit."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from numgraph.cli.console import Exit
from numgraph.cli.validate import validate

WARNED = "@prefix num: <https://w3id.org/numgraph/ontology#> .\n<urn:it>\n  num:fundingAmount 5.0 .\n"
USUAL = {"format": "text", "fail_on": "violation", "language": "en"}
Validating = Callable[..., tuple[int, str]]


@pytest.fixture
def validating(capsys: pytest.CaptureFixture[str]) -> Validating:
    """The exit code and the standard output of a run."""

    def call(*files: Path, **options: str) -> tuple[int, str]:
        with pytest.raises(typer.Exit) as ended:
            validate(list(files), **{**USUAL, **options}, quiet=False)
        return ended.value.exit_code, capsys.readouterr().out

    return call


@pytest.fixture
def warned(tmp_path: Path) -> Path:
    """A file with a warning on its third line."""
    file = tmp_path / "warned.ttl"
    file.write_text(WARNED, encoding="utf-8")
    return file


def test_the_exit_code_follows_the_mildest_severity_that_is_meant_to_fail(validating: Validating, warned: Path) -> None:
    codes = [validating(warned, fail_on=severity)[0] for severity in ("violation", "warning", "info")]
    assert codes == [Exit.OK, Exit.FINDINGS, Exit.FINDINGS]


def test_line_and_column_are_told_in_every_format(validating: Validating, warned: Path) -> None:
    assert f"{warned}:3:21" in validating(warned)[1]
    (row,) = json.loads(validating(warned, format="json")[1])["findings"]
    assert (row["line"], row["column"]) == (3, 21)
    (result,) = json.loads(validating(warned, format="sarif", language="de")[1])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 21}
    assert result["message"]["text"].startswith("Geben Sie die Währung")


def test_a_file_that_cannot_be_read_is_in_the_report_of_all_files(
    validating: Validating, warned: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<urn:a> <urn:b>\n <urn:c> <urn:d> .\n", encoding="utf-8")
    code, told = validating(broken, warned, format="junit", fail_on="warning")
    suites = ET.fromstring(told)  # noqa: S314 - our own
    assert code == Exit.UNREADABLE
    assert [(suite.get("errors"), suite.get("failures")) for suite in suites] == [("1", "0"), ("0", "1")]


@pytest.mark.parametrize("options", [{"format": "pdf"}, {"fail_on": "never"}, {"language": "fr"}])
def test_a_word_that_no_option_knows_is_refused(warned: Path, options: dict[str, str]) -> None:
    with pytest.raises(typer.BadParameter, match="not one of"):
        validate([warned], **{**USUAL, **options}, quiet=False)
