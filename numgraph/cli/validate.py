"""``numgraph validate``: RDF files or documents against the shapes, before anybody publishes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from numgraph import resources
from numgraph.cli import console
from numgraph.errors import MalformedRdf, NumgraphError
from numgraph.model import Finding, Severity
from numgraph.validation import Report, validate_file
from numgraph.validation.locating import Place, Places
from numgraph.validation.pipelines import Checked, junit, message, sarif

FORMATS = ("text", "json", "turtle", "sarif", "junit")
_UP_TO = {
    "violation": (Severity.VIOLATION,),
    "warning": (Severity.VIOLATION, Severity.WARNING),
    "info": tuple(Severity),
}
_COLOURS = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="RDF: .ttl, .nt, .nq, .trig, .jsonld, .rdf")],
    format: Annotated[
        str,
        typer.Option("--format", "-f", help="text, json, turtle (the SHACL report), sarif or junit."),
    ] = "text",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="The mildest severity that fails: violation, warning or info.")
    ] = "violation",
    language: Annotated[str, typer.Option("--language", "-l", help="Of the messages: en or de.")] = "en",
    quiet: console.Quiet = False,
) -> None:
    """Check RDF files against the shapes. Exit code 1 says that something is as bad as --fail-on, or worse."""
    _require(format, FORMATS, "--format")
    _require(fail_on, _UP_TO, "--fail-on")
    _require(language, ("en", "de"), "--language")
    failing = frozenset(_UP_TO[fail_on])
    done = [_check(file) for file in files]
    if not quiet:
        for one in done:
            _print(one, format, language)
        _print_for_pipelines([one.checked for one in done], format, language, failing)
    raise typer.Exit(_verdict(done, failing))


@dataclass(frozen=True, slots=True)
class _Done:
    """A file that was read, or not, with the report on it."""

    checked: Checked
    report: Report | None


def _require(value: str, known: Iterable[str], option: str) -> None:
    if value not in known:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(known)}", param_hint=option)


def _check(file: Path) -> _Done:
    try:
        report = validate_file(file, resources.shapes(), resources.ontology())
    except NumgraphError as error:
        console.complain(str(error))
        place = Place(error.line, error.column or 1) if isinstance(error, MalformedRdf) and error.line else None
        return _Done(Checked(file, unreadable=str(error), place=place), None)
    places = Places.of(file) if report.findings else Places()
    return _Done(Checked(file, tuple((found, places.find(found)) for found in report.findings)), report)


def _verdict(done: Iterable[_Done], failing: frozenset[Severity]) -> console.Exit:
    done = list(done)
    if any(one.report is None for one in done):
        return console.Exit.UNREADABLE
    fails = any(found.severity in failing for one in done for found, _ in one.checked.findings)
    return console.Exit.FINDINGS if fails else console.Exit.OK


def _print_for_pipelines(files: list[Checked], format: str, language: str, failing: frozenset[Severity]) -> None:
    if format == "sarif":
        typer.echo(json.dumps(sarif(files, language), ensure_ascii=False, indent=2))
    elif format == "junit":
        typer.echo(junit(files, language, failing))


def _print(done: _Done, format: str, language: str) -> None:
    if done.report is None:
        return
    if format == "json":
        typer.echo(json.dumps(_as_json(done.checked, done.report), ensure_ascii=False, indent=2))
    elif format == "turtle":
        typer.echo(done.report.turtle())
    elif format == "text":
        _print_text(console.stdout(), done.checked, done.report, language)


def _as_json(checked: Checked, report: Report) -> dict[str, Any]:
    told = report.to_dict()
    for row, (_, place) in zip(told["findings"], checked.findings, strict=True):
        row.update(line=place and place.line, column=place and place.column)
    return {"file": str(checked.file), **told}


def _print_text(out: Console, checked: Checked, report: Report, language: str) -> None:
    for found, place in checked.findings:
        out.print(_described(found, place, checked.file, language))
    counts = ", ".join(f"{number} {severity}" for severity, number in report.counts.items() if number)
    verdict = "may be published" if report.conforms else "may not be published"
    out.print(f"{checked.file}: {counts or 'no findings'}; {verdict}", markup=False)


def _described(found: Finding, place: Place | None, file: Path, language: str) -> Text:
    text = Text(f"{found.severity.value:<10}", style=_COLOURS[found.severity])
    text.append(f"{message(found, language)}\n", style="default")
    line = f"{file}:{place.line}:{place.column}" if place else None
    for label, value in (("in", line), ("at", found.focus_node), ("path", found.path), ("value", found.value)):
        if value:
            text.append(f"           {label:<6}{value}\n", style="dim")
    for source, quote in found.sources:
        text.append(f"           says  “{quote}” ({source})\n", style="dim")
    return text
