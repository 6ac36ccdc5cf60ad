"""Each build leaves an index with its edition, and it finds what the build has read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from numgraph import indexing, resources
from numgraph.dataset import assemble
from numgraph.iris import Namespace
from numgraph.model import Entity, Reading
from numgraph.search.engine import Searcher, Wish
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore

DRESDEN = Entity("organisation/hochschulmedizin-dresden", "Hochschulmedizin Dresden", "Organisation", "de", ("HSMD",))
RACOON = Entity("infrastructure/racoon", "RACOON", "Infrastructure", known=True)


def test_the_attached_index_equals_the_one_made_afterwards(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    readings = [reading("a", [(DRESDEN, "participatesIn", RACOON)], published="2025-07-01", text="Titel der Meldung\n")]
    dataset = assemble(readings, Settings(), resources.ontology(), resources.shapes())
    store = EmbeddedStore(tmp_path)
    attached = store.commit(
        dataset.quads, message="", author="", archive=dataset.archive, attach=indexing.of(dataset, Namespace())
    )
    bare = store.commit(dataset.quads, message="", author="", archive=dataset.archive)
    indexing.make(bare, Namespace())
    one, other = (Searcher(indexing.place(edition)) for edition in (attached, bare))
    for question in ("HSMD", "racoon", "Hochschulmedizin nicht titel", "meldung", ""):
        found = one.search(Wish(question), limit=20)
        assert found == other.search(Wish(question), limit=20)
        assert found.total > 0
    assert one.search(Wish("hsmd"), limit=1).hits[0].key == DRESDEN.key


def test_an_index_of_an_older_layout_is_replaced(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    edition = store.commit([], message="", author="")
    indexing.place(edition).mkdir()
    (indexing.place(edition) / "old").touch()
    indexing.main(str(edition.path), Namespace().base)
    assert Searcher(indexing.place(edition)).search(Wish(), limit=1).total == 0
    assert not (indexing.place(edition) / "old").exists()
