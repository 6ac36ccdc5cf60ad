from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from numgraph import resources
from numgraph.amending import Archive, revise
from numgraph.dataset import Dataset, assemble, settle
from numgraph.iris import Namespace
from numgraph.mapping import recollection
from numgraph.mapping.submission import Sender
from numgraph.model import Entity, Reading, Value
from numgraph.resettling import resettle
from numgraph.settings import Settings
from numgraph.store.content import as_stored
from numgraph.store.patch import Patch
from numgraph.terms import RDF, SKOS, XSD, num
from numgraph.vocabulary import load

BASE = Namespace()
SENDER = Sender("Erika", datetime.date(2026, 11, 21))
VOCABULARY = load(resources.ontology())
NETWORK = Entity("network/testnetz", "Testnetz", "Network", language="de", aliases=("TN",), known=True)
OTHERWISE = Entity("network/testnetz", "Netz der Tests", "Infrastructure", language="de")
CLINIC = Entity("university-hospital/musterstadt", "Universitätsklinikum Musterstadt", "UniversityHospital")
UNIT = Entity("organisational-unit/stab", "Stab", "OrganisationalUnit", language="de")
PERSON = Entity("person/erika-beispiel", "Erika Beispiel", "Person")
PHASE = Entity("funding-phase/testnetz-3", "dritte Förderphase", "FundingPhase", language="de")


@pytest.fixture(scope="module")
def dataset(reading: Callable[..., Reading]) -> Dataset:
    readings = [
        reading(
            "erste",
            [
                (PHASE, "phaseOf", NETWORK),
                (PHASE, "fundingEnd", Value("2030-12-31", "date")),
                (PHASE, "fundingAmount", Value("150000000", "money", currency="EUR")),
                (UNIT, "partOf", CLINIC),
                (CLINIC, "partOf", NETWORK),
                (PERSON, "role", Value("Direktorin"), {"at": CLINIC}),
            ],
            published="2025-07-01",
        ),
        reading(
            "zweite",
            [
                (PHASE, "fundingEnd", Value("2030-06-30", "date")),
                (PHASE, "fundingAmount", Value("160000000", "money", currency="EUR")),
                (OTHERWISE, "collaboratesWith", CLINIC),
                (OTHERWISE, "hasMemberCount", Value("37", "integer")),
            ],
            published="2026-01-30",
        ),
        reading("dritte", [(NETWORK, "hasMemberCount", Value("36", "integer")), (UNIT, "partOf", NETWORK)]),
    ]
    return assemble(readings, Settings(), resources.ontology(), resources.shapes())


class Session:
    """A dataset in memory that is written to, as an edition's draft is."""

    def __init__(self, dataset: Dataset) -> None:
        self.engine = Store()
        self.engine.bulk_extend(dataset.quads)
        self.archive = Archive(None, dict(dataset.archive))

    def write(self, patch: Patch) -> None:
        revision = revise(self.engine, patch, self.archive, SENDER, BASE)
        self.apply(revision.patch)
        self.apply(resettle(self.engine, revision.patch, self.archive.text, BASE, VOCABULARY))

    def apply(self, patch: Patch) -> None:
        for quad in patch.removed:
            self.engine.remove(quad)
        self.engine.extend(patch.added)

    def derived(self) -> set[Quad]:
        """The quads that nobody said: all but those that the sources bring and those of the fixed graphs."""
        graphs = (BASE.graph("ontology"), BASE.graph("shapes"))
        fixed = {quad for graph in graphs for quad in self.engine.quads_for_pattern(None, None, None, NamedNode(graph))}
        return set(self.engine) - fixed - set(self.said())

    def said(self) -> Iterable[Quad]:
        prefix = BASE.source_graph("")
        names = {str(graph.value).removeprefix(prefix) for graph in self.engine.named_graphs()} | {"eigene"}
        software = self.engine.quads_for_pattern(None, None, None, NamedNode(BASE.graph("catalogue")))
        yield from (quad for quad in software if "/id/software/" in str(quad.subject))
        for name in names:
            yield from recollection.said(self.engine, name, BASE)

    def settled_in_full(self) -> set[Quad]:
        statements = recollection.everything(self.engine, self.archive.text, BASE)
        return set(as_stored(settle(statements, VOCABULARY, BASE).quads))


def own(subject: Entity, predicate: str, value: NamedNode | Literal) -> Quad:
    graph = NamedNode(BASE.source_graph("eigene"))
    return Quad(NamedNode(BASE.thing(subject.key)), NamedNode(predicate), value, graph)


THINGS = [NETWORK, CLINIC, UNIT, PERSON, PHASE]
SENTENCES = [
    *(own(one, num("partOf"), NamedNode(BASE.thing(other.key))) for one in THINGS for other in THINGS if one != other),
    *(own(one, RDF + "type", NamedNode(num(name))) for one in THINGS for name in ("Network", "Person", "Place")),
    *(own(one, SKOS + "prefLabel", Literal(label, language="de")) for one in THINGS for label in ("A", "B")),
    *(
        own(PHASE, num("fundingEnd"), Literal(day, datatype=NamedNode(XSD + "date")))
        for day in ("2030-12-31", "2031-01-01")
    ),
    *(own(NETWORK, num("hasMemberCount"), Literal(count)) for count in (36, 38)),
    own(CLINIC, num("collaboratesWith"), NamedNode(BASE.thing(UNIT.key))),
]


def test_the_start_is_settled(dataset: Dataset) -> None:
    session = Session(dataset)
    assert session.derived() == session.settled_in_full()
    assert any(quad.graph_name == DefaultGraph() for quad in session.derived())


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_is_derived_after_any_writes_is_what_settling_everything_gives(
    dataset: Dataset, chance: random.Random
) -> None:
    session = Session(dataset)
    for _ in range(3):
        stated = [quad for quad in session.engine if str(quad.graph_name).startswith(f"<{BASE.source_graph('')}")]
        removed = chance.sample(sorted(stated, key=str), min(chance.randint(0, 4), len(stated)))
        session.write(Patch(frozenset(chance.sample(SENTENCES, chance.randint(0, 4))), frozenset(removed)))
        assert session.derived() == session.settled_in_full()


def test_a_source_that_is_withdrawn_takes_along_what_followed_from_it(dataset: Dataset) -> None:
    session = Session(dataset)
    for part in dataset.contributions:
        name = part.source.value.removeprefix(BASE.source(""))
        graph = NamedNode(BASE.source_graph(name))
        session.write(Patch(removed=frozenset(session.engine.quads_for_pattern(None, None, None, graph))))
        assert session.derived() == session.settled_in_full()
    assert not session.derived()
