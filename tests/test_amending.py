from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, parse

from numgraph import resources
from numgraph.amending import Archive, amend
from numgraph.build import build
from numgraph.dataset import Dataset, assemble
from numgraph.errors import InvalidData, RefusedWrite
from numgraph.iris import Namespace
from numgraph.mapping import recollection
from numgraph.model import Entity, Reading, Value
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch
from numgraph.terms import DCTERMS, RDF, SKOS, XSD, num

Make = Callable[..., Reading]

BASE = Namespace()
NETWORK = Entity("network/testnetz", "Testnetz", "Network", language="de", aliases=("TN",), known=True)
OTHERWISE = replace(NETWORK, label="Netz der Tests", known=False)
CLINIC = Entity("university-hospital/musterstadt", "Universitätsklinikum Musterstadt", "UniversityHospital")
PHASE = Entity("funding-phase/testnetz-3", "dritte Förderphase", "FundingPhase", language="de")
DAY = datetime.date(2026, 11, 21)
OWN = BASE.source_graph("meine-angaben")


@pytest.fixture(scope="module")
def readings(reading: Make) -> list[Reading]:
    return [
        reading(
            "erste-meldung",
            [
                (PHASE, "phaseOf", NETWORK),
                (PHASE, "fundingEnd", Value("2030-12-31", "date")),
                (PHASE, "fundingAmount", Value("150000000", "money", currency="EUR")),
                (CLINIC, "memberOf", NETWORK),
                (CLINIC, "participatesIn", NETWORK, {"confidence": 0.3}),
            ],
            published="2025-07-01",
        ),
        reading(
            "zweite-meldung",
            [(PHASE, "fundingEnd", Value("2030-06-30", "date")), (OTHERWISE, "foundedOn", Value("2020", "gYear"))],
            published="2026-01-30",
            text="Zeilen enden hier\r\nund da anders.\r\n",
        ),
    ]


@pytest.fixture(scope="module")
def dataset(readings: list[Reading]) -> Dataset:
    return assemble(readings, Settings(), resources.ontology(), resources.shapes())


@pytest.fixture
def store(dataset: Dataset, tmp_path: Path) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path / "data")
    store.commit(dataset.quads, message="two releases", author="test", archive=dataset.archive)
    return store


def quads(turtle: str, graph: str = OWN) -> frozenset[Quad]:
    prefixes = f"@prefix num: <{num('')}> . @prefix skos: <{SKOS}> . @prefix xsd: <{XSD}> . @base <{BASE.thing('')}> ."
    triples = parse(f"{prefixes}\n{turtle}", format=RdfFormat.TURTLE)
    return frozenset(Quad(one.subject, one.predicate, one.object, NamedNode(graph)) for one in triples)


def written(store: EmbeddedStore, added: Iterable[Quad] = (), removed: Iterable[Quad] = ()) -> EmbeddedStore:
    amend(store, Patch(frozenset(added), frozenset(removed)), Settings(), author="Erika", on=DAY)
    return store


def rows(store: EmbeddedStore, query: str) -> list[tuple[str, ...]]:
    prefixes = f"PREFIX num: <{num('')}> PREFIX rdf: <{RDF}> PREFIX skos: <{SKOS}> PREFIX dcterms: <{DCTERMS}>"
    found = store.reader().solve(f"{prefixes} BASE <{BASE.thing('')}> {query}")
    assert isinstance(found, QuerySolutions)
    return sorted(tuple(value.value if value else "" for value in row) for row in found)


def source_graph(readings: list[Reading], number: int) -> str:
    return BASE.source_graph(readings[number].document.id)


END = "SELECT ?end { <funding-phase/testnetz-3> num:fundingEnd ?end }"


def test_claims_read_back_from_a_store_are_those_that_were_written(dataset: Dataset, store: EmbeddedStore) -> None:
    found = recollection.everything(store.reader().engine, Archive(store.current()).text, BASE)
    back = {one.claim: one for one in found}
    for statement in (one for part in dataset.contributions for one in part.statements):
        again = back.pop(statement.claim)
        assert again.evidence.quote == statement.evidence.quote
        assert replace(again, evidence=statement.evidence) == statement
    assert not back


def test_a_submission_is_agreed_and_leads_to_its_own_line(store: EmbeddedStore) -> None:
    written(store, quads("<university-hospital/musterstadt> num:website <https://klinik.example> ."))
    assert rows(store, "SELECT ?site { <university-hospital/musterstadt> num:website ?site }") == [
        ("https://klinik.example",)
    ]
    ((quote, start, end, rule, as_of),) = rows(
        store,
        """SELECT ?quote ?start ?end ?rule ?asOf { GRAPH ?g { ?claim rdf:predicate num:website ; num:quote ?quote ;
        num:startOffset ?start ; num:endOffset ?end ; num:rule ?rule ; num:asOf ?asOf ; num:rank "normal" } }""",
    )
    text = store.current().archived("meine-angaben.txt").decode()
    assert text[int(start) : int(end)] == quote
    assert (rule, as_of) == ("submission", "2026-11-21")
    assert rows(
        store,
        "SELECT ?who { GRAPH ?g { <source/meine-angaben> a num:Submission ; dcterms:publisher ?who } }",
    ) == [("Erika",)]


def test_a_submission_takes_part_in_conflicts_like_any_source(store: EmbeddedStore) -> None:
    assert rows(store, END) == [("2030-06-30",)]
    written(
        store,
        quads('<funding-phase/testnetz-3> num:fundingEnd "2031-01-31"^^xsd:date .'),
    )
    assert rows(store, END) == [("2031-01-31",)]
    candidates = """SELECT ?value { GRAPH ?g { ?c a num:Conflict ; num:onProperty num:fundingEnd ; num:candidate ?c1 }
        GRAPH ?e { ?c1 rdf:object ?value } }"""
    assert rows(store, candidates) == [("2030-06-30",), ("2030-12-31",), ("2031-01-31",)]


def test_what_is_taken_back_from_a_submission_leaves_the_dataset_as_it_was_but_for_its_text(
    store: EmbeddedStore,
) -> None:
    some = quads("<university-hospital/musterstadt> num:website <https://klinik.example> .")
    more = quads('<network/testnetz> skos:altLabel "Netz T" .')
    before = store.current().content_hash
    written(store, some)
    with_some = store.current().archived("meine-angaben.txt")
    written(store, more)
    assert store.current().archived("meine-angaben.txt").startswith(with_some)
    written(store, removed=more)
    assert rows(store, "SELECT ?l { <network/testnetz> skos:altLabel ?l }") == [
        ("Netz der Tests",), ("TN",),
    ]  # fmt: skip
    written(store, removed=some)
    assert store.current().content_hash == before
    assert "meine-angaben.txt" not in store.current().archive_names()


def test_what_is_taken_back_from_a_document_is_rejected_and_keeps_its_sentence(
    store: EmbeddedStore, readings: list[Reading]
) -> None:
    wrong = quads(
        '<funding-phase/testnetz-3> num:fundingEnd "2030-06-30"^^xsd:date .',
        source_graph(readings, 1),
    )
    before = store.current().content_hash
    written(store, removed=wrong)
    assert rows(store, END) == [("2030-12-31",)]
    assert rows(store, "SELECT ?quote { GRAPH ?g { ?claim num:status 'rejected' ; num:quote ?quote } }") == [
        ("dritte Förderphase fundingEnd 2030-06-30.",)
    ]
    written(store, wrong)
    assert store.current().content_hash == before


def test_a_rejected_amount_takes_its_currency_with_it(store: EmbeddedStore, readings: list[Reading]) -> None:
    amount = quads("<funding-phase/testnetz-3> num:fundingAmount 150000000.0 .", source_graph(readings, 0))
    stored = {
        quad
        for quad in store.reader().engine
        if quad.predicate.value == num("fundingAmount") and quad.graph_name == next(iter(amount)).graph_name
    }
    written(store, removed=stored)
    assert rows(store, "SELECT ?c { <funding-phase/testnetz-3> num:currency ?c }") == []


def test_a_document_cannot_be_made_to_say_more(store: EmbeddedStore, readings: list[Reading]) -> None:
    with pytest.raises(RefusedWrite, match="graph of your own"):
        written(store, quads("<network/testnetz> num:website <https://netz.example> .", source_graph(readings, 0)))


def test_a_whole_source_is_withdrawn_when_its_graph_is_emptied(store: EmbeddedStore, readings: list[Reading]) -> None:
    graph = NamedNode(source_graph(readings, 1))
    written(store, removed=store.reader().engine.quads_for_pattern(None, None, None, graph))
    left = assemble(readings[:1], Settings(), resources.ontology(), resources.shapes())
    assert store.current().content_hash == left.content_hash
    assert set(store.current().archive_names()) == set(left.archive)


@pytest.mark.parametrize(
    "graph",
    [BASE.graph("catalogue"), BASE.evidence_graph("x"), "https://elsewhere.example/g", BASE.source_graph("Not-A-Name")],
)
def test_only_source_graphs_can_be_written(store: EmbeddedStore, graph: str) -> None:
    with pytest.raises(RefusedWrite, match="cannot be written"):
        written(store, quads("<a> num:website <https://a.example> .", graph))


def test_the_agreed_graph_cannot_be_written(store: EmbeddedStore) -> None:
    with pytest.raises(RefusedWrite, match="the default graph cannot be written"):
        written(store, [Quad(NamedNode("https://a.example"), NamedNode(num("goal")), Literal("x"))])


def test_what_the_shapes_refuse_is_not_published(store: EmbeddedStore) -> None:
    with pytest.raises(InvalidData) as refused:
        written(
            store,
            quads('<funding-phase/testnetz-3> num:fundingStart "2031-05-01"^^xsd:date .'),
        )
    assert refused.value.findings
    assert store.current().number == 1


def test_blank_nodes_get_names(store: EmbeddedStore) -> None:
    written(
        store,
        quads(
            """<person/erika> a num:Person ; skos:prefLabel 'Erika' ; num:hasRole
            [ a num:Role ; num:roleTitle 'Direktorin'@de ; num:at <university-hospital/musterstadt> ] ."""
        ),
    )
    ((role,),) = rows(store, "SELECT ?role { <person/erika> num:hasRole ?role }")
    assert role.startswith("https://w3id.org/numgraph/.well-known/genid/meine-angaben-")


def test_the_first_write_into_an_empty_folder_brings_ontology_and_shapes(tmp_path: Path) -> None:
    store = written(EmbeddedStore(tmp_path), quads("<network/neu> a num:Network ; skos:prefLabel 'Neu'@de ."))
    assert rows(store, "SELECT ?l { <network/neu> skos:prefLabel ?l }") == [("Neu",)]
    assert BASE.graph("ontology") in store.current().counts


def test_submissions_and_rejections_outlive_the_next_build(tmp_path: Path) -> None:
    release = tmp_path / "release.txt"
    release.write_text(
        "Das NUM\n\n01.07.2025\n\nDas Netzwerk Universitätsmedizin (NUM) wurde im April 2020 gegründet.\n", "utf-8"
    )
    settings = Settings(publish_directories=False)
    build([release], tmp_path / "data", settings)
    store = EmbeddedStore(tmp_path / "data")
    founded = [
        quad
        for quad in store.reader().engine
        if quad.predicate.value == num("foundedOn") and "/source/" in str(quad.graph_name)
    ]
    assert founded
    amend(
        store,
        Patch(quads("<network/neu> a num:Network ; skos:prefLabel 'Neu'@de ."), frozenset(founded)),
        settings,
        author="Erika",
        on=DAY,
    )
    amended = store.current().content_hash
    again = build([release], tmp_path / "data", settings)
    assert not again.created
    assert again.edition.content_hash == amended
    more = tmp_path / "more.txt"
    more.write_text("Mehr vom NUM\n\n02.07.2025\n\nDas Netzwerk Universitätsmedizin (NUM) wächst.\n", "utf-8")
    assert build([release, more], tmp_path / "data", settings).created
    assert rows(store, "SELECT ?on { ?network num:foundedOn ?on }") == []
    assert rows(store, "SELECT ?l { <network/neu> skos:prefLabel ?l }") == [("Neu",)]
