"""``numgraph build``: documents in, a published edition out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from numgraph import build as corridor
from numgraph.cli import console
from numgraph.settings import Settings

Sources = Annotated[
    list[Path],
    typer.Argument(
        metavar="SOURCE...",
        help="Text and HTML files, folders of them, tar or zip archives, JSON Lines with text or html in each line.",
    ),
]


def build(
    sources: Sources,
    into: Annotated[Path, typer.Option("--into", help="Folder of the graph; made when it is not there.")],
    message: Annotated[str, typer.Option("--message", "-m", help="Why this edition is made.")] = "",
    quiet: console.Quiet = False,
) -> None:
    """Read SOURCES, extract and agree, validate, and publish the result as a new edition in a data folder."""
    result = run_build(sources, Settings(data=into), message=message, quiet=quiet)
    if result.rejected:
        raise typer.Exit(console.Exit.UNREADABLE)


def run_build(sources: list[Path], settings: Settings, *, message: str, quiet: bool) -> corridor.BuildResult:
    """The build with progress, and a summary of what came out of it."""
    with console.progress(quiet=quiet) as report:
        result = corridor.build(sources, settings.data, settings, message=message, progress=report)
    for rejected in result.rejected:
        console.complain(f"{rejected.name} was set aside: {rejected.reason}")
    console.note(summary(result), quiet=quiet)
    return result


def summary(result: corridor.BuildResult) -> str:
    edition = result.edition
    state = "is published" if result.created else "stays: the sources say nothing new"
    return (
        f"Edition {edition.number} {state}. {result.quads:,} statements, {result.documents} documents, "
        f"{result.conflicts} disagreements between sources."
    )
