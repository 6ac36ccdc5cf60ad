"""``numgraph validate``: RDF files or documents against the shapes, before anybody publishes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from numgraph import resources
from numgraph.cli import console
from numgraph.errors import NumgraphError
from numgraph.model import Finding, Severity
from numgraph.validation import Report, validate_file

_COLOURS = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="RDF: .ttl, .nt, .nq, .trig, .jsonld, .rdf")],
    format: Annotated[str, typer.Option("--format", "-f", help="text, json, or turtle for the SHACL report.")] = "text",
    language: Annotated[str, typer.Option("--language", "-l", help="Of the messages: en or de.")] = "en",
    quiet: console.Quiet = False,
) -> None:
    """Check RDF files against the shapes. Exit code 1 says that something would stop a commit."""
    if format not in {"text", "json", "turtle"}:
        raise typer.BadParameter(f"{format!r} is not one of text, json, turtle", param_hint="--format")
    unreadable = False
    worst = console.Exit.OK
    for file in files:
        try:
            report = validate_file(file, resources.shapes(), resources.ontology())
        except NumgraphError as error:
            console.complain(str(error))
            unreadable = True
            continue
        if not report.conforms:
            worst = console.Exit.FINDINGS
        if not quiet:
            _print(file, report, format, language)
    if unreadable:
        worst = console.Exit.UNREADABLE
    raise typer.Exit(worst)


def _print(file: Path, report: Report, format: str, language: str) -> None:
    if format == "json":
        typer.echo(json.dumps({"file": str(file), **report.to_dict()}, ensure_ascii=False, indent=2))
    elif format == "turtle":
        typer.echo(report.turtle())
    else:
        _print_text(console.stdout(), file, report, language)


def _print_text(out: Console, file: Path, report: Report, language: str) -> None:
    for found in report.findings:
        out.print(_described(found, language))
    counts = ", ".join(f"{number} {severity}" for severity, number in report.counts.items() if number)
    verdict = "may be published" if report.conforms else "may not be published"
    out.print(f"{file}: {counts or 'no findings'}; {verdict}", markup=False)


def _described(found: Finding, language: str) -> Text:
    message = found.message_de if language == "de" else found.message_en
    text = Text(f"{found.severity.value:<10}", style=_COLOURS[found.severity])
    text.append(f"{message}\n", style="default")
    for label, value in (("at", found.focus_node), ("path", found.path), ("value", found.value)):
        if value:
            text.append(f"           {label:<6}{value}\n", style="dim")
    for source, quote in found.sources:
        text.append(f"           says  “{quote}” ({source})\n", style="dim")
    return text
