from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.iris import Namespace
from numgraph.mapping import Contribution, Status, contribute
from numgraph.model import Entity, Modality, Reading, Value
from numgraph.terms import PROV, RDF, SKOS, XSD, num

Make = Callable[..., Reading]

BASE = Namespace("https://example.org/g")
NETWORK = Entity("network/testnetz", "Testnetz", "Network", language="de", aliases=("TN",), known=True)
CLINIC = Entity("university-hospital/musterstadt", "Universitätsklinikum Musterstadt", "UniversityHospital")
PERSON = Entity("person/erika-beispiel", "Erika Beispiel", "Person")
EVENT = Entity("event/treffen", "Treffen", "Event")


def contribution(reading: Reading, threshold: float = 0.5) -> Contribution:
    return contribute(reading.document, reading.claims, BASE, threshold)


def in_graph(found: Contribution, graph: str) -> set[str]:
    return {str(quad.triple) for quad in found.quads if quad.graph_name == NamedNode(graph)}


def values(found: Contribution, subject: NamedNode, predicate: str) -> set[str]:
    return {quad.object.value for quad in found.quads if quad.subject == subject and quad.predicate.value == predicate}


def statements(found: Contribution, predicate: str) -> list[str]:
    return sorted(str(one.object) for one in found.statements if one.predicate.value == num(predicate))


def test_a_claim_node_carries_every_field_that_the_model_names(reading: Make) -> None:
    read = reading("a", [(NETWORK, "foundedOn", Value("2020-04", "gYearMonth"))], published="2025-07-01")
    found = contribution(read)
    statement = next(one for one in found.statements if one.predicate.value == num("foundedOn"))
    evidence = read.claims[0].evidence
    expected = {
        RDF + "type": num("Claim"),
        RDF + "subject": BASE.thing(NETWORK.key),
        RDF + "predicate": num("foundedOn"),
        RDF + "object": "2020-04",
        PROV + "wasDerivedFrom": BASE.source(read.document.id),
        num("quote"): "Testnetz foundedOn 2020-04.",
        num("startOffset"): str(evidence.start),
        num("endOffset"): str(evidence.end),
        num("rule"): "by hand",
        num("confidence"): "0.9",
        num("status"): "accepted",
        num("modality"): "asserted",
        num("asOf"): "2025-07-01",
    }
    stated = {quad.predicate.value: quad.object.value for quad in found.quads if quad.subject == statement.claim}
    assert stated == expected
    assert read.document.text[evidence.start : evidence.end] == stated[num("quote")]


def test_every_triple_of_the_source_graph_has_a_claim_in_the_evidence_graph(reading: Make) -> None:
    read = reading("a", [(CLINIC, "memberOf", NETWORK), (PERSON, "role", Value("Direktorin"), {"at": CLINIC})])
    found = contribution(read)
    claimed = {str(one.triple) for one in found.statements}
    assert in_graph(found, BASE.source_graph(read.document.id)) == claimed
    assert (
        f"{NamedNode(BASE.thing(CLINIC.key))} {NamedNode(num('memberOf'))} {NamedNode(BASE.thing(NETWORK.key))}"
        in claimed
    )


def test_entities_get_their_class_and_language_tagged_labels(reading: Make) -> None:
    found = contribution(reading("a", [(NETWORK, "memberOf", CLINIC)]))
    subject = NamedNode(BASE.thing(NETWORK.key))
    assert values(found, subject, RDF + "type") == {num("Network")}
    labels = {str(quad.object) for quad in found.quads if quad.subject == subject and "Label" in quad.predicate.value}
    assert labels == {'"Testnetz"@de', '"TN"@de'}


def test_a_label_that_the_quote_does_not_have_is_said_to_be_the_directorys(reading: Make) -> None:
    found = contribution(reading("a", [(NETWORK, "memberOf", CLINIC)]))
    rules = {str(one.object): one.rule for one in found.statements if one.predicate.value.startswith(SKOS)}
    assert rules['"Testnetz"@de'] == "mention"
    assert rules['"TN"@de'] == "directory"


def test_a_role_is_said_in_words_and_as_a_node_with_its_organisation(reading: Make) -> None:
    found = contribution(reading("a", [(PERSON, "role", Value("Direktorin"), {"at": CLINIC})]))
    assert statements(found, "role") == ['"Direktorin"@de']
    (role,) = [one.object for one in found.statements if one.predicate.value == num("hasRole")]
    assert values(found, role, num("at")) == {BASE.thing(CLINIC.key)}
    assert values(found, role, num("roleTitle")) == {"Direktorin"}
    assert values(found, role, RDF + "type") == {num("Role")}


def test_two_sources_that_name_the_same_role_share_its_node(reading: Make) -> None:
    says = [(PERSON, "role", Value("Direktorin"), {"at": CLINIC})]
    one, other = (contribution(reading(name, says)) for name in "ab")
    assert statements(one, "hasRole") == statements(other, "hasRole")
    elsewhere = contribution(reading("a", [(PERSON, "role", Value("Direktorin"), {"at": NETWORK})]))
    assert statements(elsewhere, "hasRole") != statements(one, "hasRole")


def test_money_is_a_decimal_with_its_currency_beside_it(reading: Make) -> None:
    found = contribution(reading("a", [(NETWORK, "fundingAmount", Value("150000000.50", "money", currency="EUR"))]))
    assert statements(found, "fundingAmount") == [str(Literal("150000000.5", datatype=NamedNode(XSD + "decimal")))]
    assert statements(found, "currency") == ['"EUR"']
    (amount,) = [one for one in found.statements if one.predicate.value == num("fundingAmount")]
    (currency,) = [one for one in found.statements if one.predicate.value == num("currency")]
    assert currency.principal == amount.claim


def test_joining_a_network_is_a_membership_that_starts_then(reading: Make) -> None:
    found = contribution(reading("a", [(CLINIC, "joinedOn", Value("2022", "gYear"), {"at": NETWORK})]))
    (role,) = [one.object for one in found.statements if one.predicate.value == num("hasRole")]
    assert values(found, role, num("at")) == {BASE.thing(NETWORK.key)}
    assert values(found, role, num("validFrom")) == {"2022"}


def test_the_event_of_a_delegation_stands_on_the_claim_alone(reading: Make) -> None:
    found = contribution(reading("a", [(CLINIC, "delegationSize", Value("25", "integer"), {"at": EVENT})]))
    (statement,) = [one for one in found.statements if one.predicate.value == num("delegationSize")]
    assert values(found, statement.claim, num("at")) == {BASE.thing(EVENT.key)}
    assert not statements(found, "hasRole")


def test_a_claim_about_no_entity_is_about_the_source_itself(reading: Make) -> None:
    read = reading("a", [(None, "publisher", CLINIC)])
    found = contribution(read)
    assert found.source == NamedNode(BASE.source(read.document.id))
    assert values(found, found.source, num("publisher")) == {BASE.thing(CLINIC.key)}


@pytest.mark.parametrize(
    "options", [{"confidence": 0.4}, {"modality": Modality.PLANNED}], ids=["below the threshold", "planned"]
)
def test_what_is_not_asserted_with_confidence_stays_in_the_evidence_graph(
    reading: Make, options: dict[str, object]
) -> None:
    read = reading("a", [(CLINIC, "memberOf", NETWORK, options)])
    found = contribution(read)
    assert not in_graph(found, BASE.source_graph(read.document.id))
    (statement,) = [one for one in found.statements if one.predicate.value == num("memberOf")]
    assert values(found, statement.claim, num("quote")) == {"Universitätsklinikum Musterstadt memberOf Testnetz."}
    queued = options.get("confidence") is not None
    assert statement.status is (Status.QUEUED if queued else Status.ACCEPTED)
    assert values(found, statement.claim, num("modality")) == {"asserted" if queued else "planned"}


def test_the_catalogue_tells_what_the_source_is_and_which_reading_made_its_graphs(reading: Make) -> None:
    read = reading("a", [(None, "publisher", CLINIC)], published="2025-07-01")
    found = contribution(read)
    stated = {
        (quad.predicate.value, quad.object.value)
        for quad in found.quads
        if quad.subject == found.source and quad.graph_name == NamedNode(BASE.graph("catalogue"))
    }
    for name, value in (
        ("sha256", read.document.sha256), ("fileName", "a.txt"), ("layout", "by hand"), ("mediaType", "text/plain"),
        ("language", "de"), ("publishedOn", "2025-07-01"), ("title", "a.txt"), ("publisher", BASE.thing(CLINIC.key)),
    ):  # fmt: skip
        assert (num(name), value) in stated
    activity = values(found, NamedNode(BASE.source_graph(read.document.id)), PROV + "wasGeneratedBy")
    assert activity == values(found, NamedNode(BASE.evidence_graph(read.document.id)), PROV + "wasGeneratedBy")
    assert values(found, NamedNode(activity.pop()), PROV + "used") == {found.source.value}


def test_characters_that_xml_cannot_carry_are_replaced_one_for_one(reading: Make) -> None:
    weird = Entity("network/weird", "Te\x00st\x0bnetz", "Network")
    found = contribution(reading("a", [(weird, "memberOf", CLINIC)]))
    quotes = {quad.object.value for quad in found.quads if quad.predicate.value == num("quote")}
    assert quotes == {"Te\ufffdst\ufffdnetz memberOf Universitätsklinikum Musterstadt."}
    assert not any("\x00" in quad.object.value for quad in found.quads)


def test_a_claim_that_rdf_cannot_carry_is_refused_with_its_reason_and_the_others_go_on(reading: Make) -> None:
    says = [
        (NETWORK, "foundedOn", Value("2020-13", "gYearMonth")),
        (Entity("network/with space", "X", "Network"), "memberOf", CLINIC),
        (CLINIC, "memberOf", NETWORK),
    ]
    found = contribution(reading("a", says))
    assert len(found.refused) == 2
    assert any("'2020-13' cannot be a gYearMonth" in one.reason for one in found.refused)
    assert any("network/with space" in one.reason for one in found.refused)
    assert statements(found, "memberOf") == [str(NamedNode(BASE.thing(NETWORK.key)))]
    assert not statements(found, "foundedOn")


def test_the_same_reading_gives_the_same_quads_in_any_order_of_claims(reading: Make) -> None:
    read = reading("a", [(CLINIC, "memberOf", NETWORK), (PERSON, "role", Value("Direktorin"), {"at": CLINIC})])
    backwards = contribute(read.document, reversed(read.claims), BASE)
    assert backwards.quads == contribution(read).quads
    assert all(isinstance(quad, Quad) for quad in backwards.quads)


def test_two_rules_that_read_the_same_in_one_place_make_one_claim(reading: Make) -> None:
    read = reading("a", [(CLINIC, "memberOf", NETWORK)])
    (claim,) = read.claims
    surer = type(claim)(claim.subject, claim.predicate, claim.object, claim.evidence, "surer", 0.95)
    found = contribute(read.document, [claim, surer], BASE)
    (statement,) = [one for one in found.statements if one.predicate.value == num("memberOf")]
    assert statement.rule == "surer"
