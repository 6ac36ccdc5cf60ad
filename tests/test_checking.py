"""The gate of a change: what it breaks stops it, what was broken before does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from numgraph import resources
from numgraph.amending import amend
from numgraph.checking import checked, checked_change
from numgraph.dataset import assemble
from numgraph.errors import InvalidData
from numgraph.iris import Namespace
from numgraph.model import Entity, Finding, Reading, Value
from numgraph.settings import Settings
from numgraph.store.edition import open_edition
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch

NUM = "https://w3id.org/numgraph/ontology#"
NAMESPACE = Namespace()


def unproven(name: str) -> Quad:
    """A statement that nothing says: a violation, for evidence is missing."""
    return Quad(NamedNode(NAMESPACE.thing(name)), NamedNode(NUM + "partOf"), NamedNode("urn:whole"), DefaultGraph())


def refused(*quads: Quad, patch: Patch | None = None, before: tuple[Finding, ...] = ()) -> tuple[Finding, ...]:
    engine = Store()
    engine.extend(quads)
    with pytest.raises(InvalidData) as caught:
        checked(engine, NAMESPACE) if patch is None else checked_change(engine, patch, before, NAMESPACE)
    return caught.value.findings


def test_a_change_that_breaks_something_is_refused_with_what_everything_would_show() -> None:
    here, there = unproven("network/here"), unproven("network/there")
    before = refused(here)
    assert refused(here, there, patch=Patch(frozenset({there})), before=before) == refused(here, there)


def test_what_was_broken_before_is_listed_and_stops_nothing() -> None:
    here = unproven("network/here")
    harmless = Quad(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c"), NamedNode("urn:g"))
    before = refused(here)
    engine = Store()
    engine.extend([here, harmless])
    assert checked_change(engine, Patch(frozenset({harmless})), before, NAMESPACE).findings == before


def test_a_change_that_mends_something_takes_its_findings_away() -> None:
    here = unproven("network/here")
    before = refused(here)
    assert before
    assert checked_change(Store(), Patch(removed=frozenset({here})), before, NAMESPACE).findings == ()


NETWORK = Entity("network/testnetz", "Testnetz", "Network", language="de", aliases=("TN",), known=True)
PHASE = Entity("funding-phase/testnetz-3", "dritte Förderphase", "FundingPhase", language="de")
WRITTEN = f"""
@prefix num: <{NUM}> . @base <{NAMESPACE.thing("")}> .
<funding-phase/testnetz-3> num:fundingEnd "2031"^^<http://www.w3.org/2001/XMLSchema#gYear> ; num:partOf <nowhere> .
<network/testnetz> num:fundingAmount 5.0 .
"""


def test_a_write_leaves_the_findings_that_checking_everything_gives(
    reading: Callable[..., Reading], tmp_path: Path
) -> None:
    said = [
        reading("erste-meldung", [(PHASE, "phaseOf", NETWORK), (PHASE, "fundingEnd", Value("2030-12-31", "date"))]),
        reading("zweite-meldung", [(PHASE, "fundingEnd", Value("2030-06-30", "date"))]),
    ]
    dataset = assemble(said, Settings(), resources.ontology(), resources.shapes())
    engine = Store()
    engine.extend(dataset.quads)
    before = checked(engine, NAMESPACE).findings
    store = EmbeddedStore(tmp_path / "data")
    store.commit(dataset.quads, message="", author="test", archive=dataset.archive, findings=before)
    graph = NamedNode(NAMESPACE.source_graph("meine-angaben"))
    added = frozenset(
        Quad(one.subject, one.predicate, one.object, graph) for one in parse(WRITTEN, format=RdfFormat.TURTLE)
    )
    edition = amend(store, Patch(added), Settings(), author="test")
    assert set(edition.findings()) - set(before)
    assert edition.findings() == checked(open_edition(edition.path), NAMESPACE).findings
