"""What the commands share: where words go, how faults end a command, and progress that stays out of the way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from numgraph import errors

Report = Callable[[str, int, int], None]  # stage, done, total; a total of 0 is not known yet

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but faults; the exit code tells the rest.")]
Data = Annotated[Path, typer.Option("--data", "-d", help="Folder that `numgraph build --into` made.")]


class Exit(IntEnum):
    """What the exit codes mean; the README repeats this table."""

    OK = 0
    FINDINGS = 1  # the data broke a shape of severity violation
    USAGE = 2  # the command line itself is wrong
    UNREADABLE = 3  # an input could not be read; the others were
    NO_DATA = 4  # the data folder has no such edition, or is not one
    QUERY = 5  # the query is wrong, refused or was stopped
    BUSY = 6  # another process writes to the data folder, or has written meanwhile
    DAMAGED = 7  # the data folder or the backup is not as it was written
    FAULT = 70  # anything else (EX_SOFTWARE of sysexits.h)


EXIT_CODES: tuple[tuple[type[errors.NumgraphError], Exit], ...] = (
    (errors.InvalidData, Exit.FINDINGS),
    (errors.UnreadableSource, Exit.UNREADABLE),
    (errors.BadMapping, Exit.UNREADABLE),
    (errors.BadCell, Exit.UNREADABLE),
    (errors.NoSuchEdition, Exit.NO_DATA),
    (errors.NoSuchGraph, Exit.NO_DATA),
    (errors.NoSuchToken, Exit.USAGE),
    (errors.TokenExists, Exit.USAGE),
    (errors.BrokenStore, Exit.NO_DATA),
    (errors.WrongKind, Exit.NO_DATA),
    (errors.BadQuery, Exit.QUERY),
    (errors.RefusedQuery, Exit.QUERY),
    (errors.RefusedWrite, Exit.QUERY),
    (errors.NoSuchGraph, Exit.QUERY),
    (errors.BadSearch, Exit.QUERY),
    (errors.QueryTimeout, Exit.QUERY),
    (errors.QueryFailed, Exit.QUERY),
    (errors.NotAcceptable, Exit.USAGE),
    (errors.DataExists, Exit.USAGE),
    (errors.StoreBusy, Exit.BUSY),
    (errors.EditionMoved, Exit.BUSY),
)


def exit_code(error: errors.NumgraphError) -> Exit:
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), Exit.FAULT)


def stdout() -> Console:
    """For answers. Made anew each time, so that it always writes to the present standard output."""
    return Console(soft_wrap=True, highlight=False)


def stderr() -> Console:
    """For everything that is not the answer: progress, notes, faults."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def complain(message: str) -> None:
    stderr().print(f"numgraph: {message}", style="bold red", markup=False)


def note(message: str, *, quiet: bool = False) -> None:
    if not quiet:
        stderr().print(message, markup=False)


def write(data: bytes) -> None:
    """Answer bytes, unchanged, to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Report]:
    """A callback that draws one bar a stage on a terminal, and nothing elsewhere or when quiet."""
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=stderr(),
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    )
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total or None)
        bars.update(tasks[stage], completed=done, total=total or None)

    with bars:
        yield report
