"""What a data folder is: a managed dataset, derived from its sources, or a plain one, in which every graph is written.

The kind stands in ``numgraph.json`` and never changes; a folder without that file is managed.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from numgraph.errors import BrokenStore, WrongKind
from numgraph.store.files import write_atomically

_FILE = "numgraph.json"


class Kind(StrEnum):
    MANAGED = "managed"
    PLAIN = "plain"


def kind_of(data: Path) -> Kind:
    """The kind of a data folder. Raises BrokenStore."""
    path = data / _FILE
    try:
        return Kind(json.loads(path.read_text("utf-8"))["kind"])
    except FileNotFoundError:
        return Kind.MANAGED
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BrokenStore(f"{path} cannot be read: {fault!r}") from fault


def expect(data: Path, wanted: Kind) -> None:
    """Raises WrongKind where a data folder is one of the other kind."""
    found = kind_of(data)
    if found is not wanted:
        raise WrongKind(f"{data} holds a {found} dataset, not a {wanted} one; name another folder")


def settle(data: Path, wanted: Kind) -> None:
    """Make an empty folder one of this kind. Raises WrongKind where it is one of the other."""
    if not (data / _FILE).exists() and not (data / "current").exists():
        data.mkdir(parents=True, exist_ok=True)
        write_atomically(data / _FILE, f'{{"kind": "{wanted}"}}\n'.encode())
    expect(data, wanted)
