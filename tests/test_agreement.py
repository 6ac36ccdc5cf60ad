from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from numgraph import iris
from numgraph.agreement import Agreement, Conflict, agree
from numgraph.agreement.disagreement import Kind, Policy
from numgraph.iris import Namespace
from numgraph.mapping import contribute
from numgraph.model import Block, BlockKind, Claim, Document, Entity, Evidence, Field, Modality, Reading, Value
from numgraph.terms import RDF, SKOS, XSD, num
from numgraph.vocabulary import Vocabulary, of

Make = Callable[..., Reading]

BASE = Namespace("https://example.org/g")
PHASE = Entity("funding-phase/testnetz-3", "dritte Förderphase", "FundingPhase")
NETWORK = Entity("network/testnetz", "Testnetz", "Network")
CLINIC = Entity("university-hospital/musterstadt", "Universitätsklinikum Musterstadt", "UniversityHospital")
EVENT_A = Entity("event/a", "Treffen A", "Event")
EVENT_B = Entity("event/b", "Treffen B", "Event")

VOCABULARY = """
@prefix num: <https://w3id.org/numgraph/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
num:fundingEnd a num:SingleValued .      num:foundedOn a num:SingleValued .
num:fundingStart a num:SingleValued .    num:fundingAmount a num:SingleValued .
num:title a num:SingleValued .           num:delegationSize a num:SingleValued .
num:eventPlace a num:SingleValued .      num:currency a num:SingleValued .
num:hasMemberCount a num:SingleValued , num:TimeVarying .
num:countOfProjects a num:SingleValued , num:TimeVarying .
num:countOfInfrastructures a num:SingleValued , num:TimeVarying .
num:countOfInstitutions a num:SingleValued , num:TimeVarying .
num:Network rdfs:subClassOf num:Organisation .
num:UniversityHospital rdfs:subClassOf num:Organisation .
num:Organisation owl:disjointWith num:Person .
"""


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return of(quad.triple for quad in parse(VOCABULARY, format=RdfFormat.TURTLE))


def agreed(readings: Iterable[Reading], vocabulary: Vocabulary, policy: Policy | None = None) -> Agreement:
    made = (contribute(one.document, one.claims, BASE) for one in readings)
    return agree((statement for one in made for statement in one.statements), vocabulary, BASE, policy)


def values(found: Agreement, subject: Entity, predicate: str) -> set[str]:
    wanted = (NamedNode(BASE.thing(subject.key)), NamedNode(predicate if ":" in predicate else num(predicate)))
    return {triple.object.value for triple in found.agreed if (triple.subject, triple.predicate) == wanted}


def conflicts(found: Agreement, predicate: str) -> list[Conflict]:
    return [one for one in found.conflicts if one.predicate.value == num(predicate)]


def rank_of(found: Agreement, value: str) -> set[str]:
    """The ranks of the claims with that value."""
    claims = {one.claim for conflict in found.conflicts for one in conflict.statements if one.object.value == value}
    claims |= {one.claim for all_ in found.agreed.values() for one in all_ if one.object.value == value}
    return {quad.object.value for quad in found.quads if quad.subject in claims and quad.predicate.value == num("rank")}


def ends(reading: Make, *given: tuple[str, str, str | None]) -> list[Reading]:
    kinds = {10: "date", 7: "gYearMonth", 4: "gYear"}
    return [
        reading(name, [(PHASE, "fundingEnd", Value(value, kinds[len(value)]))], published=date)
        for name, value, date in given
    ]


def test_three_ends_of_one_phase_are_a_contradiction_among_three(reading: Make, vocabulary: Vocabulary) -> None:
    said = ends(reading, ("a", "2030-12-31", "2025-07-01"), ("b", "2030-06-30", "2026-01-30"), ("c", "2030-07", None))
    found = agreed(said, vocabulary)
    assert values(found, PHASE, "fundingEnd") == {"2030-06-30"}
    (conflict,) = conflicts(found, "fundingEnd")
    assert conflict.kind is Kind.CONTRADICTS
    assert {one.object.value for one in conflict.statements} == {"2030-12-31", "2030-06-30", "2030-07"}
    assert "its source (2026-01-30) is more recent than that of 2030-12-31 (2025-07-01)" in conflict.reason_en
    assert "it is more precise than 2030-07" in conflict.reason_en
    assert "er ist genauer als 2030-07" in conflict.reason_de
    assert rank_of(found, "2030-06-30") == {"preferred"}
    assert rank_of(found, "2030-07") == rank_of(found, "2030-12-31") == {"deprecated"}


def test_a_conflict_names_every_claim_so_that_each_leads_to_source_and_quote(
    reading: Make, vocabulary: Vocabulary
) -> None:
    found = agreed(ends(reading, ("a", "2030-12-31", None), ("b", "2030-06-30", None)), vocabulary)
    catalogue = [quad for quad in found.quads if quad.graph_name == NamedNode(BASE.graph("catalogue"))]
    candidates = {quad.object for quad in catalogue if quad.predicate.value == num("candidate")}
    (conflict,) = found.conflicts
    assert candidates == {one.claim for one in conflict.statements}
    assert {one.evidence.quote for one in conflict.statements} == {
        "dritte Förderphase fundingEnd 2030-12-31.",
        "dritte Förderphase fundingEnd 2030-06-30.",
    }
    assert {quad.object.language for quad in catalogue if quad.predicate.value == num("reason")} == {"de", "en"}
    (winner,) = [quad.object for quad in catalogue if quad.predicate.value == num("winner")]
    assert winner in candidates


def test_a_value_at_less_precision_is_refined_and_not_contradicted(reading: Make, vocabulary: Vocabulary) -> None:
    said = ends(reading, ("a", "2020", "2026-01-01"), ("b", "2020-04", "2025-01-01"))
    found = agreed(said, vocabulary)
    assert values(found, PHASE, "fundingEnd") == {"2020-04"}
    assert [one.kind for one in found.conflicts] == [Kind.REFINES]
    assert rank_of(found, "2020") == {"normal"}


def test_a_vague_value_backs_the_precise_one_that_it_agrees_with(reading: Make, vocabulary: Vocabulary) -> None:
    said = ends(reading, ("a", "2030-06-30", None), ("b", "2030-12-31", None), ("c", "2030-06", None))
    found = agreed(said, vocabulary)
    assert values(found, PHASE, "fundingEnd") == {"2030-06-30"}
    kinds = {one.kind: {loser.value.value for loser in one.losers} for one in found.conflicts}
    assert kinds == {Kind.CONTRADICTS: {"2030-12-31"}, Kind.REFINES: {"2030-06"}}
    contradiction = next(one for one in found.conflicts if one.kind is Kind.CONTRADICTS)
    assert "more sources" in contradiction.reason_en


def test_sources_that_agree_make_no_conflict(reading: Make, vocabulary: Vocabulary) -> None:
    found = agreed(ends(reading, ("a", "2030-06-30", None), ("b", "2030-06-30", None)), vocabulary)
    assert not found.conflicts
    (statements,) = [said for triple, said in found.agreed.items() if triple.predicate.value == num("fundingEnd")]
    assert len(statements) == 2


def counts(reading: Make, *given: tuple[str, str, str | None]) -> list[Reading]:
    return [
        reading(name, [(NETWORK, "hasMemberCount", Value(value, "integer"))], published=date)
        for name, value, date in given
    ]


def test_the_latest_value_of_what_changes_supersedes_the_earlier_ones(reading: Make, vocabulary: Vocabulary) -> None:
    found = agreed(counts(reading, ("a", "11", "2025-07-01"), ("b", "12", "2026-01-30")), vocabulary)
    assert values(found, NETWORK, "hasMemberCount") == {"12"}
    (history,) = found.conflicts
    assert history.kind is Kind.SUPERSEDES
    assert rank_of(found, "11") == {"normal"}


def test_an_undated_source_never_beats_a_dated_one_silently(reading: Make, vocabulary: Vocabulary) -> None:
    found = agreed(counts(reading, ("a", "11", "2025-07-01"), ("b", "12", None)), vocabulary)
    assert values(found, NETWORK, "hasMemberCount") == {"11"}
    (conflict,) = found.conflicts
    assert conflict.kind is Kind.CONTRADICTS
    assert "(undated)" in conflict.reason_en
    assert "(ohne Datum)" in conflict.reason_de


def test_a_month_and_a_day_within_it_do_not_tell_which_is_later(reading: Make, vocabulary: Vocabulary) -> None:
    found = agreed(counts(reading, ("a", "11", "2025-07"), ("b", "12", "2025-07-15")), vocabulary)
    assert [one.kind for one in found.conflicts] == [Kind.CONTRADICTS]


def test_values_of_different_events_differ_in_scope(reading: Make, vocabulary: Vocabulary) -> None:
    said = [
        reading("a", [(CLINIC, "delegationSize", Value("25", "integer"), {"at": EVENT_A})]),
        reading("b", [(CLINIC, "delegationSize", Value("30", "integer"), {"at": EVENT_B})]),
    ]
    found = agreed(said, vocabulary)
    assert [one.kind for one in found.conflicts] == [Kind.SCOPE]
    assert rank_of(found, "25") | rank_of(found, "30") == {"preferred", "normal"}


def test_a_stewards_ruling_goes_before_everything(reading: Make, vocabulary: Vocabulary) -> None:
    said = ends(reading, ("a", "2030-12-31", "2025-07-01"), ("b", "2030-06-30", "2026-01-30"), ("c", "2030", None))
    vague = Literal("2030", datatype=NamedNode(XSD + "gYear"))
    key = (BASE.thing(PHASE.key), num("fundingEnd"))
    found = agreed(said, vocabulary, Policy(rulings={key: vague}))
    assert values(found, PHASE, "fundingEnd") == {"2030"}
    assert all("a steward ruled for it" in one.reason_en for one in found.conflicts)


def test_authority_goes_before_precision(reading: Make, vocabulary: Vocabulary) -> None:
    said = ends(reading, ("a", "2031", "2025-07-01"), ("b", "2030-06-30", "2026-01-30"))
    trusted = BASE.source(said[0].document.id)
    found = agreed(said, vocabulary, Policy(authority={trusted: 1}))
    assert values(found, PHASE, "fundingEnd") == {"2031"}
    assert "more authority" in found.conflicts[0].reason_en


def test_a_value_in_two_languages_is_one_value_in_each(reading: Make, vocabulary: Vocabulary) -> None:
    title = [(NETWORK, "title", Value("Netz", language="de")), (NETWORK, "title", Value("Network", language="en"))]
    found = agreed([reading("a", title)], vocabulary)
    assert values(found, NETWORK, "title") == {"Netz", "Network"}
    assert not found.conflicts


def test_many_valued_properties_are_united(reading: Make, vocabulary: Vocabulary) -> None:
    said = [reading("a", [(NETWORK, "goal", Value("x"))]), reading("b", [(NETWORK, "goal", Value("y"))])]
    found = agreed(said, vocabulary)
    assert values(found, NETWORK, "goal") == {"x", "y"}
    assert not found.conflicts


def test_the_currency_of_an_amount_that_lost_is_not_agreed(reading: Make, vocabulary: Vocabulary) -> None:
    said = [
        reading("a", [(PHASE, "fundingAmount", Value("5", "money", currency="USD"))], published="2024"),
        reading("b", [(PHASE, "fundingAmount", Value("6", "money", currency="EUR"))], published="2025"),
    ]
    found = agreed(said, vocabulary)
    assert values(found, PHASE, "fundingAmount") == {"6"}
    assert values(found, PHASE, "currency") == {"EUR"}
    assert {one.predicate.value for one in found.conflicts} == {num("fundingAmount")}


@pytest.mark.parametrize("options", [{"confidence": 0.3}, {"modality": Modality.PLANNED}], ids=["queued", "planned"])
def test_queued_and_planned_claims_are_not_agreed(
    reading: Make, vocabulary: Vocabulary, options: dict[str, Any]
) -> None:
    found = agreed([reading("a", [(CLINIC, "memberOf", NETWORK, options)])], vocabulary)
    assert not found.agreed
    assert {quad.object.value for quad in found.quads} == {"normal"}  # the ranks of its claims


def test_types_are_united_unless_they_exclude_each_other(reading: Make, vocabulary: Vocabulary) -> None:
    as_person = Entity(CLINIC.key, CLINIC.label, "Person")
    as_organisation = Entity(CLINIC.key, CLINIC.label, "Organisation")
    said = [
        reading(name, [(entity, "goal", Value(name))])
        for name, entity in (("a", CLINIC), ("b", as_person), ("c", as_organisation))
    ]
    found = agreed(said, vocabulary)
    assert values(found, CLINIC, RDF + "type") == {num("UniversityHospital"), num("Organisation")}
    (conflict,) = found.conflicts
    assert {loser.value.value for loser in conflict.losers} == {num("Person")}
    assert conflict.winner.value.value == num("UniversityHospital")


def test_the_gazetteers_type_goes_before_a_type_that_excludes_it(reading: Make, vocabulary: Vocabulary) -> None:
    known = Entity(CLINIC.key, CLINIC.label, "Person", known=True)
    said = [reading("a", [(CLINIC, "goal", Value("x"))]), reading("b", [(known, "goal", Value("y"))])]
    found = agreed(said, vocabulary)
    assert values(found, CLINIC, RDF + "type") == {num("Person")}
    assert found.conflicts[0].winner.value.value == num("Person")


def test_one_label_in_each_language_is_preferred_and_the_others_are_alternatives(
    reading: Make, vocabulary: Vocabulary
) -> None:
    spellings = [
        Entity(NETWORK.key, "Testnetz", "Network", "de"),
        Entity(NETWORK.key, "Das Test-Netz", "Network", "de", aliases=("TN", "Testnetz")),
        Entity(NETWORK.key, "Testnetz", "Network", "de"),
        Entity(NETWORK.key, "Test Network", "Network", "en"),
    ]
    said = [reading(f"s{i}", [(one, "goal", Value("x"))]) for i, one in enumerate(spellings)]
    found = agreed(said, vocabulary)
    assert values(found, NETWORK, SKOS + "prefLabel") == {"Testnetz", "Test Network"}
    assert values(found, NETWORK, SKOS + "altLabel") == {"Das Test-Netz", "TN"}
    known = reading("k", [(Entity(NETWORK.key, "Testnetzwerk", "Network", "de", known=True), "goal", Value("x"))])
    assert values(agreed([*said, known], vocabulary), NETWORK, SKOS + "prefLabel") == {"Testnetzwerk", "Test Network"}


def test_a_preferred_label_that_became_an_alternative_has_a_claim_that_says_so(
    reading: Make, vocabulary: Vocabulary
) -> None:
    other = Entity(NETWORK.key, "Das Test-Netz", "Network")
    said = [reading("a", [(NETWORK, "goal", Value("x"))]), reading("b", [(other, "goal", Value("x"))])]
    found = agreed(said, vocabulary)
    (statements,) = [said for triple, said in found.agreed.items() if triple.predicate.value == SKOS + "altLabel"]
    claimed = {quad.subject: quad.object for quad in found.quads if quad.predicate.value == RDF + "predicate"}
    assert claimed[statements[0].claim] == NamedNode(SKOS + "altLabel")


A_CLAIM = st.one_of(
    st.tuples(
        st.sampled_from([PHASE, NETWORK]),
        st.sampled_from(["fundingEnd", "foundedOn"]),
        st.sampled_from(
            [
                Value("2030", "gYear"),
                Value("2030-06", "gYearMonth"),
                Value("2030-06-30", "date"),
                Value("2031", "gYear"),
            ]
        ),
    ),
    st.tuples(
        st.just(NETWORK), st.just("hasMemberCount"), st.sampled_from([Value("11", "integer"), Value("12", "integer")])
    ),
    st.tuples(st.sampled_from([CLINIC, Entity(CLINIC.key, "UKM", "Person")]), st.just("memberOf"), st.just(NETWORK)),
)
SOURCE = st.tuples(
    st.lists(A_CLAIM, min_size=1, max_size=4), st.sampled_from([None, "2025", "2025-07-01", "2026-01-30"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SOURCE, min_size=1, max_size=5), st.randoms())
def test_for_any_sources_the_agreement_is_single_valued_backed_by_claims_and_free_of_order(
    reading: Make, vocabulary: Vocabulary, sources: list[tuple[list[Any], str | None]], random: Any
) -> None:
    said = [reading(f"s{i}", claims, published=date) for i, (claims, date) in enumerate(sources)]
    found = agreed(said, vocabulary)
    shuffled = list(said)
    random.shuffle(shuffled)
    assert agreed(shuffled, vocabulary) == found
    single = [(t.subject, t.predicate) for t in found.agreed if t.predicate.value in vocabulary.single_valued]
    assert len(single) == len(set(single))
    assert all(statements for statements in found.agreed.values())
    everything = {one.triple for part in said for one in contribute(part.document, part.claims, BASE).statements}
    decided = {(one.subject, one.predicate) for one in found.conflicts}
    for triple in everything - set(found.agreed):
        is_label = triple.predicate.value.startswith(SKOS)
        assert is_label or (triple.subject, triple.predicate) in decided


# ---- What the five acceptance documents must show when their gold facts are read together


def gold_readings(shared: Path) -> list[Reading]:
    """The gold facts of the seeds as claims, their entities merged as cross.json aligns them."""
    cross = json.loads((shared / "gold/seeds/cross.json").read_text("utf-8"))
    names = {
        (member["doc"], member["entity"]): row["key"] for row in cross["entity_alignment"] for member in row["members"]
    }
    readings = []
    for path in sorted((shared / "gold/seeds").glob("0*.json")):
        gold = json.loads(path.read_text("utf-8"))
        published = cross["documents"][path.stem[:3]]["published_on"]
        readings.append(gold_reading(gold, path.stem, shared, names, published))
    return readings


def gold_reading(
    gold: dict[str, Any], stem: str, shared: Path, names: dict[tuple[str, str], str], published: str | None
) -> Reading:
    data = (shared / f"seeds/{stem}.txt").read_bytes()
    text = data.decode("utf-8")
    fields = (Field("published_on", published, 0, 1),) if published else ()
    document = Document(
        stem, f"{stem}.txt", text, (Block(BlockKind.BODY, 0, len(text)),), gold["document"]["language"], "gold",
        "text/plain", iris.digest(text, 64), fields,
    )  # fmt: skip
    entities = {
        one["id"]: gold_entity(one, names.get((stem, one["id"]), f"{stem} {one['id']}")) for one in gold["entities"]
    }
    return Reading(document, tuple(gold_claim(fact, document, entities) for fact in gold["facts"]), data)


def gold_entity(row: dict[str, Any], name: str) -> Entity:
    return Entity(f"thing/{iris.slug(name)}", row["label"], "Organisation", aliases=tuple(row.get("aliases", ())))


def gold_claim(fact: dict[str, Any], document: Document, entities: dict[str, Entity]) -> Claim:
    head, *rest = fact["predicate"].split("_")
    obj = fact["object"]
    if isinstance(obj, dict):
        value: Entity | Value = Value(obj["value"], obj.get("datatype", "string"), currency=obj.get("currency"))
    else:
        value = entities[obj]
    return Claim(
        subject=None if fact["subject"] == "doc" else entities[fact["subject"]],
        predicate=head + "".join(part.title() for part in rest),
        object=value,
        evidence=Evidence.at(document, fact["evidence"]["start"], fact["evidence"]["end"]),
        rule="gold",
        confidence=1.0,
        at=entities.get(fact.get("at", "")),
    )


@pytest.fixture(scope="module")
def gold(shared: Path, vocabulary: Vocabulary) -> Agreement:
    return agreed(gold_readings(shared), vocabulary)


def of_thing(found: Agreement, name: str, predicate: str) -> list[Conflict]:
    subject = NamedNode(BASE.thing(f"thing/{iris.slug(name)}"))
    return [one for one in conflicts(found, predicate) if one.subject == subject]


def test_the_acceptance_documents_disagree_exactly_where_their_gold_says(gold: Agreement) -> None:
    seen = {
        (one.subject.value.rpartition("/")[2], one.predicate.value.rpartition("#")[2], one.kind)
        for one in gold.conflicts
    }
    assert seen == {
        ("num-phase-3", "fundingEnd", Kind.CONTRADICTS),  # c1
        ("hsmd", "countOfInfrastructures", Kind.SUPERSEDES),  # c4
        ("hsmd", "countOfProjects", Kind.SUPERSEDES),  # c5
        ("num-community-dresden", "countOfInstitutions", Kind.SUPERSEDES),  # c6
        ("num", "foundedOn", Kind.REFINES),  # c8
        ("num-phase-3", "fundingStart", Kind.REFINES),  # c9
    }


def test_the_end_of_the_third_phase_is_contradicted_by_two_values_and_the_best_supported_wins(gold: Agreement) -> None:
    (conflict,) = of_thing(gold, "NUM phase 3", "fundingEnd")
    assert conflict.winner.value.value == "2030-06-30"
    assert {loser.value.value for loser in conflict.losers} == {"2030-12-31", "2030-07"}


def test_the_more_precise_founding_date_wins_in_the_acceptance_documents(gold: Agreement) -> None:
    (conflict,) = of_thing(gold, "NUM", "foundedOn")
    assert conflict.winner.value.value == "2020-04"
