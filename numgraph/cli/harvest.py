"""``numgraph extract --output``: the long run, with progress and throughput, that ends well when it is interrupted."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from numgraph import resources
from numgraph.cli import console
from numgraph.harvest import Tally, failures_of, harvest
from numgraph.iris import Namespace
from numgraph.processes import Terms
from numgraph.settings import Settings

_INTERRUPTED = 130  # what a shell reports for a command that a Ctrl-C ended
_REPORT_EVERY = 10.0  # seconds, where no terminal draws a line that changes


def run(
    paths: list[Path],
    output: Path,
    settings: Settings,
    workers: int,
    time_limit: float,
    *,
    resume: bool,
    quiet: bool,
) -> None:
    """Harvest and say how it went; exit code 3 if something was set aside, 130 if it was interrupted."""
    began = time.monotonic()
    with _interruptible() as stopped, _progress(quiet=quiet) as progress:
        tally = harvest(
            paths,
            output,
            resources.data() / "directories",
            Namespace(settings.base),
            Terms(workers, time_limit),
            resume=resume,
            progress=progress,
            stopped=stopped,
        )
        interrupted = stopped()
    console.note(_summary(tally, time.monotonic() - began, output), quiet=quiet)
    if interrupted:
        console.complain("interrupted; the same command with --resume goes on from here")
        raise typer.Exit(_INTERRUPTED)
    if tally.failed:
        raise typer.Exit(console.Exit.UNREADABLE)


def _summary(tally: Tally, seconds: float, output: Path) -> str:
    aside = f"; {tally.failed:,} set aside, see {failures_of(output)}" if tally.failed else ""
    return f"{tally.claims:,} claims of {tally.documents:,} documents in {output} ({seconds:.1f} s){aside}"


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Whether somebody wants us to stop: the first signal asks, the second one does what it always does."""
    asked: list[int] = []
    before = {int(number): signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(number, before[number])

    for number in before:
        signal.signal(number, ask)
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Tally], None]]:
    """A line that changes on a terminal, a line now and then elsewhere."""
    pace = _Pace()
    if quiet or not sys.stderr.isatty():
        yield (lambda tally: None) if quiet else pace.report
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console.stderr(), transient=True) as line:
        task = line.add_task("starting", total=None)
        yield lambda tally: line.update(task, description=pace.words(tally))


class _Pace:
    """How far a harvest is, and how fast it goes since this run began."""

    def __init__(self) -> None:
        self.began: float | None = None
        self.first = 0
        self.reported = time.monotonic()

    def words(self, tally: Tally) -> str:
        now = time.monotonic()
        if self.began is None:
            self.began, self.first = now, tally.documents
        pace = (tally.documents - self.first) / (now - self.began) if now > self.began else 0
        aside = f", {tally.failed:,} set aside" if tally.failed else ""
        return f"{tally.documents:,} documents ({pace:.0f} a second), {tally.claims:,} claims{aside}"

    def report(self, tally: Tally) -> None:
        if self.began is None or time.monotonic() - self.reported >= _REPORT_EVERY:
            words = self.words(tally)
            if tally.documents - self.first > 0:
                console.note(words)
            self.reported = time.monotonic()
