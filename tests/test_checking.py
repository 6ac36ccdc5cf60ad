"""The gate of a change: what it breaks stops it, what was broken before does not."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from numgraph.checking import checked, checked_change
from numgraph.errors import InvalidData
from numgraph.iris import Namespace
from numgraph.model import Finding
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
