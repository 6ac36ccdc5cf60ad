"""``numgraph revert``: a new edition that undoes an earlier one."""

from __future__ import annotations

import datetime
import getpass
from typing import Annotated

import typer

from numgraph.cli import console
from numgraph.mapping.submission import Sender
from numgraph.reverting import revert as undo_managed
from numgraph.settings import Settings
from numgraph.store import EmbeddedStore
from numgraph.store.history import undo
from numgraph.store.kinds import Kind, kind_of

Number = Annotated[int, typer.Argument(min=1, metavar="N", help="The edition whose changes are to be undone.")]


def revert(
    number: Number,
    data: console.Data,
    message: Annotated[str, typer.Option("--message", "-m", help="Why it is undone.")] = "",
    author: Annotated[str | None, typer.Option("--author", help="Who undoes it.  [default: your login name]")] = None,
    quiet: console.Quiet = False,
) -> None:
    """Publish a new edition without what edition N changed. What later editions have changed again stays, and is told.

    In a managed folder the sources go back to what they said, and what follows from them is derived anew.
    """
    store, who = EmbeddedStore(data), author or getpass.getuser()
    if kind_of(data) is Kind.PLAIN:
        undone = undo(store, number, author=who, message=message)
    else:
        sender = Sender(who, datetime.datetime.now(datetime.UTC).date())
        undone = undo_managed(store, number, Settings(data=data), sender=sender, message=message)
    for sentence in undone.left:
        console.note(f"Not undone: {sentence}", quiet=quiet)
    console.note(f"Edition {undone.edition.number} is published: edition {number} is undone.", quiet=quiet)
