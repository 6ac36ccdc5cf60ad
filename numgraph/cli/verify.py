"""``numgraph verify``: whether a data folder is as it was written."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from numgraph.cli import console
from numgraph.store import EmbeddedStore
from numgraph.store.verification import Fault
from numgraph.store.verification import verify as verify_all


def verify(data: console.Data, quiet: console.Quiet = False) -> None:
    """Read every edition from end to end: data, content hash, patch, findings, archive; say what to do about faults."""
    store = EmbeddedStore(data)
    with console.progress(quiet=quiet) as report:
        faults = verify_all(store, lambda done, total: report("verify", done, total))
    if faults:
        tell(faults)
        raise typer.Exit(console.Exit.DAMAGED)
    kept = len(store.numbers())
    console.note(f"{kept} {'edition' if kept == 1 else 'editions'}: everything is as it was written.", quiet=quiet)


def tell(faults: Iterable[Fault]) -> None:
    for fault in faults:
        console.complain(f"{fault.place}: {fault.complaint}. What to do: {fault.advice}")
