"""``numgraph log``: the editions of a data folder."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from numgraph.cli import console
from numgraph.store import EmbeddedStore
from numgraph.store.edition import EmbeddedEdition, read_json

How = Annotated[str, typer.Option("--format", "-f", help="lines, or json with one edition in each line.")]
Most = Annotated[int | None, typer.Option("-n", min=1, help="Only so many, the latest.")]


def log(data: console.Data, most: Most = None, format: How = "lines") -> None:
    """Show the editions that are kept, the latest first: when, by whom, why, and how many statements changed."""
    store = EmbeddedStore(data)
    store.current_number()
    editions = [store.edition(number) for number in reversed(store.numbers()[-most if most else None :])]
    if format == "json":
        for edition in editions:
            typer.echo(json.dumps(_row(edition), ensure_ascii=False))
    elif format == "lines":
        _show(editions)
    else:
        raise typer.BadParameter(f"{format} is not offered; offered are lines and json", param_hint="--format")


def _row(edition: EmbeddedEdition) -> dict[str, object]:
    manifest: dict[str, object] = read_json(edition.path / "manifest.json")
    return {name: value for name, value in manifest.items() if name not in {"layout", "counts"}}


def _show(editions: list[EmbeddedEdition]) -> None:
    """One line an edition, to be read and to be searched with other tools."""
    rows = [(edition, _row(edition)) for edition in editions]
    widest = max(len(edition.author) for edition in editions)
    for edition, row in rows:
        change = f"+{row['added']:,} -{row['removed']:,}" if "added" in row else ""
        told = edition.time.strftime("%Y-%m-%d %H:%M:%S")
        typer.echo(f"{edition.number:>6}  {told}  {edition.author:<{widest}}  {change:<18}  {edition.message}".rstrip())
