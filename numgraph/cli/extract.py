"""``numgraph extract``: the claims of documents, each with its sentence, before anything is agreed or stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import Quad, RdfFormat, serialize
from rich.table import Table

from numgraph import extraction, resources, sources
from numgraph.cli import console
from numgraph.cli import explain as marked
from numgraph.cli import harvest as streamed
from numgraph.errors import UnreadableSource
from numgraph.extraction import Gazetteer, record
from numgraph.extraction.explain import explain as explained
from numgraph.iris import Namespace
from numgraph.mapping import contribute
from numgraph.model import Claim, Document, Entity
from numgraph.settings import Settings
from numgraph.sources.collections import Found, Rejected, members
from numgraph.terms import PREFIXES

FORMATS = ("table", "jsonl", "turtle", "nquads", "html")
_EXPLAINING = ("table", "html")


def extract(
    source: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE...",
            help="Text and HTML files, folders of them, tar or zip archives, JSON Lines with text or html each.",
        ),
    ],
    format: Annotated[str, typer.Option("--format", "-f", help=f"One of {', '.join(FORMATS)}.")] = "table",
    explain: Annotated[
        bool, typer.Option("--explain", "-e", help="Show the text with its claims marked, and what looks unread.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write JSON Lines here (.jsonl, .jsonl.gz), through several processes."),
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", "-w", min=1, help="Processes, with --output.")] = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", min=0.1, help="Seconds of processor time a document may take, with --output."),
    ] = 5.0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an --output that was interrupted.")] = False,
    quiet: console.Quiet = False,
) -> None:
    """Show what documents say: each claim with quote, offsets, rule and confidence. Nothing is stored.

    With --output, a million documents go as well as one: claims stream into the file in the order of the sources,
    what fails is set aside in OUTPUT.failed.jsonl with its reason, and --resume goes on after an interruption.
    """
    _check(format, explain=explain, output=output, resume=resume)
    settings = Settings()
    if output is not None:
        streamed.run(source, output, settings, workers or settings.workers, time_limit, resume=resume, quiet=quiet)
        return
    rejected: list[Rejected] = []
    gazetteer = Gazetteer.load(resources.data() / "directories")
    readings = _readings(source, gazetteer, rejected, quiet=quiet)
    if explain:
        _explain(readings, gazetteer, format, settings)
    else:
        for document, claims in readings:
            _show(document, claims, format, settings)
    if rejected:
        raise typer.Exit(console.Exit.UNREADABLE)


def _check(format: str, *, explain: bool, output: Path | None, resume: bool) -> None:
    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is not one of {', '.join(FORMATS)}", param_hint="--format")
    if explain and (output or format not in _EXPLAINING):
        raise typer.BadParameter("an explanation goes to the terminal or, with --format html, to standard output")
    if format == "html" and not explain:
        raise typer.BadParameter("html is for --explain; add it", param_hint="--format")
    if output and format not in {"table", "jsonl"}:
        raise typer.BadParameter("--output writes JSON Lines; leave --format away", param_hint="--format")
    if resume and not output:
        raise typer.BadParameter("there is nothing to go on with; give --output", param_hint="--resume")


def _readings(
    paths: list[Path], gazetteer: Gazetteer, rejected: list[Rejected], *, quiet: bool
) -> Iterator[tuple[Document, list[Claim]]]:
    """Each document with its claims; what cannot be read is reported and put into ``rejected``."""
    for found in members(paths):
        document = _document(found)
        if isinstance(document, Rejected):
            console.complain(f"{document.name} was set aside: {document.reason}")
            rejected.append(document)
            continue
        for said in (*document.notes, *extraction.notes(document)):
            console.note(f"{document.name}: {said}", quiet=quiet)
        yield document, extraction.extract(document, gazetteer)


def _document(found: Found) -> Document | Rejected:
    if isinstance(found, Rejected):
        return found
    try:
        return sources.read_bytes(found.data, found.file_name)
    except UnreadableSource as error:
        return Rejected(found.name, str(error))


def _explain(
    readings: Iterable[tuple[Document, list[Claim]]], gazetteer: Gazetteer, format: str, settings: Settings
) -> None:
    explanations = (explained(document, claims, gazetteer) for document, claims in readings)
    if format == "html":
        console.write(marked.to_html(list(explanations), settings.confidence_threshold).encode("utf-8", "replace"))
        return
    for explanation in explanations:
        marked.to_terminal(explanation, console.stdout(), settings.confidence_threshold)


def _show(document: Document, claims: list[Claim], format: str, settings: Settings) -> None:
    if format == "table":
        _print_table(document, claims)
    elif format == "jsonl":
        for claim in claims:
            typer.echo(json.dumps(record(claim, Namespace(settings.base)), ensure_ascii=False))
    else:
        contribution = contribute(document, claims, Namespace(settings.base), settings.confidence_threshold)
        console.write(_rdf(contribution.quads, format))


def _rdf(quads: Iterable[Quad], format: str) -> bytes:
    """Turtle of all the graphs as one, or N-Quads."""
    if format == "nquads":
        return serialize(quads, format=RdfFormat.N_QUADS) or b""
    return serialize((quad.triple for quad in quads), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _print_table(document: Document, claims: list[Claim]) -> None:
    table = Table(title=f"{document.name}: {len(claims)} claims", title_justify="left", header_style="bold")
    for name in ("subject", "says", "object", "sentence", "sure"):
        table.add_column(name, overflow="fold")
    for claim in claims:
        table.add_row(*(_escaped(cell) for cell in _cells(document, claim)))
    console.stdout().print(table, soft_wrap=False)


def _cells(document: Document, claim: Claim) -> tuple[str, ...]:
    subject = claim.subject.label if claim.subject else "this document"
    quote = " ".join(claim.evidence.quote.split())
    shown = quote if len(quote) <= 160 else quote[:157] + "..."  # noqa: PLR2004 - what a table row bears
    return subject, claim.predicate, _object(claim), shown, f"{claim.confidence:.2f}"


def _object(claim: Claim) -> str:
    if isinstance(claim.object, Entity):
        return claim.object.label
    return f"{claim.object.value} {claim.object.currency or ''}".strip()


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
