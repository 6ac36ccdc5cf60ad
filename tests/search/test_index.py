"""The index on disk is written once and only read from then on."""

from __future__ import annotations

from pathlib import Path

from numgraph.search import index
from numgraph.search.engine import Searcher, Wish

from .conftest import BASE, quads


def test_an_index_answers_where_nothing_can_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    index.write(quads(), {}, BASE, folder)
    for name in index.LOCKS:
        (folder / name).mkdir()  # nobody, not even root, could take this lock
    before = sorted(path.name for path in folder.iterdir())
    assert Searcher(folder).search(Wish("NUM"), limit=1).hits[0].key == "network/num"
    assert sorted(path.name for path in folder.iterdir()) == before
