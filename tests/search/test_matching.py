from __future__ import annotations

from pathlib import Path

import pytest

from numgraph import resources
from numgraph.dataset import assemble
from numgraph.iris import Namespace
from numgraph.mapping.directory import read_directory
from numgraph.search import index
from numgraph.search.engine import Searcher
from numgraph.search.matching import candidates, decided, similarity
from numgraph.settings import Settings


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("index") / "search"
    tables = [
        read_directory(resources.data() / "directories" / name)
        for name in ("university-medicine", "universities", "places")
    ]
    dataset = assemble((), Settings(), resources.ontology(), resources.shapes(), directories=tables)
    index.write(dataset.quads, dataset.archive, Namespace(), folder)
    return Searcher(folder)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Universitätsklinikum Carl Gustav Carus Dresden", "university-hospital/dresden"),
        ("UNIVERSITAETSKLINIKUM LEIPZIG", "university-hospital/leipzig"),
        ("Leipzig, Universitätsklinikum", "university-hospital/leipzig"),
        ("Univeristätsklinikum Leipzg", "university-hospital/leipzig"),
        ("University Hospital Cologne", "university-hospital/koeln"),
        ("UMC Utrecht", "university-hospital/umc-utrecht"),
        ("Charite Berlin", "university-hospital/charite"),
        ("TU Dresden", "university/technische-universitaet-dresden"),
    ],
)
def test_a_name_finds_its_thing_however_it_is_written(searcher: Searcher, name: str, key: str) -> None:
    assert candidates(searcher, name)[0].key == key


@pytest.mark.parametrize("name", ["Bäckerei Müller", "", "  ", "!!!", "x" * 5000])
def test_a_name_of_nothing_here_finds_nothing(searcher: Searcher, name: str) -> None:
    assert candidates(searcher, name) == []


def test_what_is_written_just_so_is_decided_and_what_is_misspelt_is_not(searcher: Searcher) -> None:
    assert decided(candidates(searcher, "Universitätsklinikum Leipzig"))
    assert not decided(candidates(searcher, "Univeristätsklinikum Leipzg"))
    assert not decided([])


def test_a_class_restricts_or_halves(searcher: Searcher) -> None:
    assert candidates(searcher, "Dresden")[0].key == "place/dresden"
    assert all("University" in one.classes for one in candidates(searcher, "Dresden", ["University"]))
    soft = candidates(searcher, "Dresden", ["University"], strict=False)
    place = next(one for one in soft if one.key == "place/dresden")
    assert (place.names, place.score) == (1.0, 0.5)


def test_likeness_counts_neither_case_nor_umlauts_nor_the_order_of_words() -> None:
    assert similarity("UK Köln", ["Uk Koeln"]) == 1.0
    assert 0.95 <= similarity("Köln, UK", ["UK Köln"]) <= 1.0
    assert similarity("UK Köln", ["UK Bonn"]) < 0.8
    assert similarity("UK Köln", []) == 0.0


def test_things_are_had_by_their_keys(searcher: Searcher, tmp_path: Path) -> None:
    found = searcher.things(["place/dresden", "place/nowhere"])
    assert list(found) == ["place/dresden"]
    assert searcher.things([]) == {}
