"""The command line: one module a command, one table from faults to exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from numgraph import __version__
from numgraph.cli import (
    backup,
    build,
    compact,
    console,
    diff,
    export,
    extract,
    log,
    map_table,
    query,
    reconcile,
    revert,
    score,
    serve,
    token,
    validate,
    verify,
)
from numgraph.errors import NumgraphError

app = typer.Typer(
    name="numgraph",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turn press releases and directories about research-medicine networks into a knowledge graph "
    "in which every fact leads to the sentence that says it.",
)
COMMANDS: dict[str, Callable[..., None]] = {
    "demo": serve.demo,
    "build": build.build,
    "serve": serve.serve,
    "query": query.query,
    "extract": extract.extract,
    "score": score.score,
    "map": map_table.map_table,
    "reconcile": reconcile.reconcile,
    "validate": validate.validate,
    "export": export.export,
    "log": log.log,
    "diff": diff.diff,
    "revert": revert.revert,
    "backup": backup.backup,
    "restore": backup.restore,
    "verify": verify.verify,
    "compact": compact.compact,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(token.app, name="token")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"numgraph {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of numgraph itself."""


def main() -> None:
    """Run a command; a fault that numgraph foresees becomes one sentence and an exit code that means something."""
    try:
        app()
    except NumgraphError as error:
        console.complain(str(error))
        sys.exit(console.exit_code(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)  # what a shell reports for a writer whose reader went away
