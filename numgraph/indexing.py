"""The search index of an edition: attached when it is committed, made later where older code left none.

Run as ``python -m numgraph.indexing FOLDER BASE`` it makes the index of the edition in that folder; servers start it
as a process of its own, because analysis holds Python's lock for seconds.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from numgraph.dataset import Dataset
from numgraph.iris import Namespace
from numgraph.search import index
from numgraph.store.editions import EmbeddedEdition, EmbeddedStore, open_edition
from numgraph.store.files import aside, sync_tree


def of(dataset: Dataset, namespace: Namespace) -> Callable[[Path], None]:
    """What a commit attaches to its edition: the index of ``dataset``."""

    def attach(folder: Path) -> None:
        index.write(dataset.quads, dataset.archive, namespace, folder / index.FOLDER)

    return attach


def place(edition: EmbeddedEdition) -> Path:
    return edition.path / index.FOLDER


def make(edition: EmbeddedEdition, namespace: Namespace) -> None:
    """Make the index of a published edition that has none. Whoever is first wins; nobody sees half of one."""
    with aside(edition.path.parent) as folder:
        made = folder / index.FOLDER
        index.write(open_edition(edition.path), edition.texts(), namespace, made)
        sync_tree(made)
        if not index.is_there(place(edition)):  # of another layout, or nothing
            shutil.rmtree(place(edition), ignore_errors=True)
        with suppress(OSError):  # another process was faster: a folder that holds something is never replaced
            made.rename(place(edition))


def main(folder: str, base: str) -> None:
    path = Path(folder)
    make(EmbeddedStore(path.parent.parent).edition(int(path.name)), Namespace(base))


if __name__ == "__main__":
    main(*sys.argv[1:])
