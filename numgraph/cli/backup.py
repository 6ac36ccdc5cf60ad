"""``numgraph backup`` and ``numgraph restore``: a data folder copied whole, and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from numgraph.cli import console
from numgraph.cli.verify import tell
from numgraph.store import EmbeddedStore
from numgraph.store import backup as copies


def backup(
    target: Annotated[Path, typer.Argument(help="A new folder, or a file named .tar, .tar.gz or .tgz.")],
    data: console.Data,
    quiet: console.Quiet = False,
) -> None:
    """Copy all editions, the archive and the tokens. The graph can be served and written to meanwhile."""
    number = copies.back_up(EmbeddedStore(data), target)
    console.note(f"{target} holds everything up to edition {number}; it is verified when it is restored.", quiet=quiet)


def restore(
    source: Annotated[Path, typer.Argument(help="What `numgraph backup` made.")],
    data: Annotated[Path, typer.Option("--data", "-d", help="A new folder, or an empty one.")],
    quiet: console.Quiet = False,
) -> None:
    """Put a backup back as a data folder, after every byte of it was verified. A damaged one is not put there."""
    faults = copies.restore(source, data)
    if faults:
        tell(faults)
        console.complain(f"{source} is damaged: {data} was not made")
        raise typer.Exit(console.Exit.DAMAGED)
    number = EmbeddedStore(data).current_number()
    console.note(f"{data} is restored and whole; its current edition is {number}.", quiet=quiet)
