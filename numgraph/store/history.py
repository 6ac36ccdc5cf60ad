"""What changed from one edition to another, and undoing an edition of a plain dataset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from pyoxigraph import Quad

from numgraph.errors import RefusedWrite
from numgraph.store.edition import PATCH, EmbeddedEdition, difference, open_edition
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch


def between(store: EmbeddedStore, earlier: int, later: int) -> Patch:
    """What leads from one edition to another, in either direction. Raises NoSuchEdition."""
    if earlier > later:
        return between(store, later, earlier).inverse()
    start, end = store.edition(earlier), store.edition(later)
    steps = [start.path.with_name(f"{number:06d}") / PATCH for number in range(earlier + 1, later + 1)]
    if all(step.exists() for step in steps):
        return reduce(Patch.then, (store.edition(number).patch() for number in range(earlier + 1, later + 1)), Patch())
    return difference(open_edition(start.path), open_edition(end.path))  # one in between is not kept


@dataclass(frozen=True, slots=True)
class Undone:
    """The edition that undoes another, and what it could not undo: a sentence each."""

    edition: EmbeddedEdition
    left: tuple[str, ...]


def undo(store: EmbeddedStore, number: int, *, author: str, message: str = "") -> Undone:
    """Publish an edition without what edition ``number`` changed, but for what later editions have changed again.

    Raises NoSuchEdition, and RefusedWrite where nothing of it is left to undo.
    """
    with store.draft() as draft:
        patch = store.edition(number).patch()
        later = between(store, number, draft.number)
        kept = frozenset(_changed_again(patch, later))
        draft.apply(Patch(patch.removed - kept, patch.added - kept))
        left = tuple(f"{quad}: a later edition has changed it again" for quad in sorted(kept, key=str))
        if not draft.patch:
            raise RefusedWrite(f"nothing that edition {number} changed is left to undo")
        return Undone(draft.publish(message=message or f"Reverts edition {number}", author=author), left)


def _changed_again(patch: Patch, later: Patch) -> Iterator[Quad]:
    """The rows of a patch that a later one touches; where it gave a new value, also if that has been changed since."""
    touched = {_place(quad) for quad in (*later.added, *later.removed)}
    revalued = {_place(quad) for quad in patch.added} & {_place(quad) for quad in patch.removed} & touched
    for quad in (*patch.added, *patch.removed):
        if quad in later.added or quad in later.removed or _place(quad) in revalued:
            yield quad


def _place(quad: Quad) -> tuple[str, str, str]:
    return str(quad.subject), str(quad.predicate), str(quad.graph_name)
