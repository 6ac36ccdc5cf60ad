from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from numgraph import resources
from numgraph.amending import amend
from numgraph.dataset import assemble
from numgraph.errors import EditionGone, RefusedWrite
from numgraph.iris import Namespace
from numgraph.mapping.submission import Sender
from numgraph.model import Entity, Reading, Value
from numgraph.reverting import revert
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.history import Undone
from numgraph.store.patch import Patch
from numgraph.terms import SKOS, num

BASE = Namespace()
DAY = datetime.date(2026, 11, 21)
SENDER = Sender("Erika", DAY)
OWN = BASE.source_graph("meine-angaben")
PHASE = Entity("funding-phase/testnetz-3", "dritte Förderphase", "FundingPhase", language="de")


@pytest.fixture(scope="module")
def readings(reading: Callable[..., Reading]) -> list[Reading]:
    return [
        reading("erste", [(PHASE, "fundingEnd", Value("2030-12-31", "date"))], published="2025-07-01"),
        reading("zweite", [(PHASE, "fundingEnd", Value("2030-06-30", "date"))], published="2026-01-30"),
    ]


@pytest.fixture
def store(readings: list[Reading], tmp_path: Path) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path)
    for some in (readings[:1], readings):
        dataset = assemble(some, Settings(), resources.ontology(), resources.shapes())
        store.commit(dataset.quads, message=f"{len(some)} releases", author="test", archive=dataset.archive)
    return store


def quads(*names: str) -> frozenset[Quad]:
    turtle = "".join(f"<network/neu> skos:altLabel '{name}' ." for name in names)
    triples = parse(f"@prefix skos: <{SKOS}> . @base <{BASE.thing('')}> . {turtle}", format=RdfFormat.TURTLE)
    return frozenset(Quad(one.subject, one.predicate, one.object, NamedNode(OWN)) for one in triples)


def written(store: EmbeddedStore, added: frozenset[Quad] = frozenset(), removed: frozenset[Quad] = frozenset()) -> None:
    amend(store, Patch(added, removed), Settings(), author="Erika", on=DAY)


def undone(store: EmbeddedStore, number: int) -> Undone:
    return revert(store, number, Settings(), sender=SENDER)


def names(store: EmbeddedStore) -> set[str]:
    found = store.reader().engine.quads_for_pattern(None, NamedNode(SKOS + "altLabel"), None, NamedNode(OWN))
    return {quad.object.value for quad in found}


def test_undoing_the_last_edition_gives_the_one_before_to_the_last_byte(store: EmbeddedStore) -> None:
    done = undone(store, 2)
    first = store.edition(1)
    assert done.edition.number == 3
    assert not done.left
    assert done.edition.content_hash == first.content_hash
    assert done.edition.digests() == first.digests()


def test_undoing_the_undoing_brings_everything_back(store: EmbeddedStore) -> None:
    undone(store, 2)
    undone(store, 3)
    assert store.current().content_hash == store.edition(2).content_hash
    assert store.current().digests() == store.edition(2).digests()


def test_an_edition_in_the_middle_is_undone_and_the_later_one_stays(store: EmbeddedStore) -> None:
    written(store, quads("Neu"))
    done = undone(store, 2)
    assert not done.left
    assert names(store) == {"Neu"}
    ends = store.reader().engine.quads_for_pattern(None, NamedNode(num("fundingEnd")), None, None)
    assert {quad.object.value for quad in ends} == {"2030-12-31"}


def test_of_a_source_that_was_changed_again_single_statements_go_back(store: EmbeddedStore) -> None:
    written(store, quads("eins", "zwei"))
    written(store, quads("drei"), quads("zwei"))
    done = undone(store, 3)
    assert names(store) == {"drei"}
    assert len(done.left) == 1
    assert '"zwei"' in done.left[0]
    undone(store, 4)
    assert names(store) == {"zwei"}


def test_a_rejection_is_undone(store: EmbeddedStore, readings: list[Reading]) -> None:
    before = store.current().content_hash
    graph = NamedNode(BASE.source_graph(readings[1].document.id))
    wrong = store.reader().engine.quads_for_pattern(None, NamedNode(num("fundingEnd")), None, graph)
    written(store, removed=frozenset(wrong))
    assert store.current().content_hash != before
    undone(store, 3)
    assert store.current().content_hash == before


def test_a_withdrawn_source_comes_back_with_its_text(store: EmbeddedStore, readings: list[Reading]) -> None:
    graph = NamedNode(BASE.source_graph(readings[1].document.id))
    written(store, removed=frozenset(store.reader().engine.quads_for_pattern(None, None, None, graph)))
    undone(store, 3)
    assert store.current().content_hash == store.edition(2).content_hash
    assert store.current().digests() == store.edition(2).digests()


def test_where_nothing_is_left_to_undo_nothing_is_published(store: EmbeddedStore) -> None:
    written(store, quads("eins"))
    written(store, removed=quads("eins"))
    with pytest.raises(RefusedWrite, match="nothing that edition 3 changed is left to undo"):
        undone(store, 3)
    assert store.current().number == 4


def test_an_edition_whose_predecessor_is_gone_cannot_be_undone(store: EmbeddedStore) -> None:
    sparing = EmbeddedStore(store.path, keep=2)
    amend(sparing, Patch(quads("eins")), Settings(), author="Erika", on=DAY)
    with pytest.raises(EditionGone, match="edition 2 cannot be undone"):
        undone(sparing, 2)
