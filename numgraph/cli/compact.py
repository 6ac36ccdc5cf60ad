"""``numgraph compact``: a data folder made smaller."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.filesize import decimal

from numgraph import dumps
from numgraph.cli import console
from numgraph.store import EmbeddedStore, compaction

Keep = Annotated[
    int | None, typer.Option("--keep", min=1, help="Let go of all but the latest so many editions.  [default: all]")
]


def compact(data: console.Data, keep: Keep = None, quiet: console.Quiet = False) -> None:
    """Tidy the files of the current edition, and with --keep let go of earlier ones. Readers notice nothing."""
    done = compaction.compact(EmbeddedStore(data), keep)
    dumps.prune(data)
    console.note(
        f"{data} takes {decimal(done.after)} instead of {decimal(done.before)}; "
        f"let go of: editions {done.editions}, archived files {done.files}.",
        quiet=quiet,
    )
