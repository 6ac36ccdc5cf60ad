"""``numgraph token``: make, list and revoke the bearer tokens that writing over HTTP needs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from numgraph.access import Keyring, Right
from numgraph.cli import console

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke the tokens that writing over HTTP needs.")


@app.command("make")
def make(
    name: Annotated[str, typer.Argument(help="Whose token it is; editions name it as their author.")],
    data: console.Data,
    right: Annotated[list[Right], typer.Option("--right", help="What it is good for; may be given several times.")],
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day on which it is good.")
    ] = None,
    quiet: console.Quiet = False,
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    bearer = Keyring(data).make(name, right, until.date() if until else None)
    typer.echo(bearer)
    console.note("Send it as: Authorization: Bearer ng_...  It is not shown again.", quiet=quiet)


@app.command("list")
def listed(data: console.Data) -> None:
    """Show the tokens, without what they are proved by."""
    table = Table("name", "id", "rights", "made", "good until", header_style="bold")
    for one in Keyring(data).tokens():
        table.add_row(one.name, one.id, " ".join(one.rights), str(one.made), str(one.until or ""))
    console.stdout().print(table, soft_wrap=False)


@app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="The name or the id of a token.")],
    data: console.Data,
    quiet: console.Quiet = False,
) -> None:
    """Make a token worthless, from the next request on."""
    gone = Keyring(data).revoke(name)
    console.note(f"The token {gone.name!r} ({gone.id}) opens nothing any more.", quiet=quiet)
