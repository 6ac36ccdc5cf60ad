"""``numgraph extract``: the claims of documents, each with its sentence, before anything is agreed or stored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import Quad, RdfFormat, serialize
from rich.table import Table

from numgraph import resources, sources
from numgraph.cli import console
from numgraph.errors import UnreadableSource
from numgraph.extraction import Gazetteer, record
from numgraph.extraction import extract as extract_claims
from numgraph.iris import Namespace
from numgraph.mapping import contribute
from numgraph.model import Claim, Document, Entity
from numgraph.settings import Settings
from numgraph.terms import PREFIXES

FORMATS = ("table", "jsonl", "turtle", "nquads")


def extract(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files or folders of .txt and .html documents.")
    ],
    format: Annotated[str, typer.Option("--format", "-f", help=f"One of {', '.join(FORMATS)}.")] = "table",
    quiet: console.Quiet = False,
) -> None:
    """Show what documents say: each claim with quote, offsets, rule and confidence. Nothing is stored."""
    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is not one of {', '.join(FORMATS)}", param_hint="--format")
    settings = Settings()
    gazetteer = Gazetteer.load(resources.data() / "directories")
    unreadable = False
    for file in sources.find(files):
        try:
            document = sources.read(file)
        except UnreadableSource as error:
            console.complain(str(error))
            unreadable = True
            continue
        _show(document, extract_claims(document, gazetteer), format, settings, quiet=quiet)
    if unreadable:
        raise typer.Exit(console.Exit.UNREADABLE)


def _show(document: Document, claims: list[Claim], format: str, settings: Settings, *, quiet: bool) -> None:
    if format == "table":
        _print_table(document, claims)
    elif format == "jsonl":
        for claim in claims:
            typer.echo(json.dumps(record(claim, Namespace(settings.base)), ensure_ascii=False))
    else:
        contribution = contribute(document, claims, Namespace(settings.base), settings.confidence_threshold)
        console.write(_rdf(contribution.quads, format))
    for said in document.notes:
        console.note(f"{document.name}: {said}", quiet=quiet)


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
