"""The Reconciliation Service API 0.2: what OpenRefine asks is answered as the specification has it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from tests.api.test_search import patiently


@pytest.fixture(scope="module")
def service(client: httpx.Client) -> httpx.Client:
    assert patiently(client, "/reconcile/de/suggest/entity").status_code == 200
    return client


def ask(service: httpx.Client, **queries: dict[str, Any]) -> dict[str, Any]:
    answer = service.post("/reconcile/de", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def first(service: httpx.Client, **query: Any) -> dict[str, Any]:
    return dict(ask(service, q0=query)["q0"]["result"][0])


def extended(service: httpx.Client, ids: list[str], *properties: dict[str, Any]) -> dict[str, Any]:
    wanted = {"ids": ids, "properties": list(properties)}
    return dict(service.post("/reconcile/de", data={"extend": json.dumps(wanted)}).json())


def test_the_manifest_names_what_the_service_can_do_and_its_addresses_work(service: httpx.Client) -> None:
    manifest = service.get("/reconcile/de").json()
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == "https://w3id.org/numgraph/id/"
    assert "{{id}}" in manifest["view"]["url"]
    assert service.get(manifest["view"]["url"].replace("{{id}}", "network%2Fnum")).status_code == 200
    for kind, part in manifest["suggest"].items():
        found = service.get(part["service_url"] + part["service_path"], params={"prefix": "n"}).json()["result"]
        path = part["flyout_service_path"].replace("${id}", found[0]["id"].replace("/", "%2F"))
        shown = service.get(part["service_url"] + path).json()
        assert shown["id"] == found[0]["id"], kind
        assert found[0]["name"] in shown["html"]
    proposing = manifest["extend"]["propose_properties"]
    assert service.get(proposing["service_url"] + proposing["service_path"]).json()["properties"]


def test_a_name_is_matched_with_class_score_and_decision(service: httpx.Client) -> None:
    found = first(service, query="Hochschulmedizin Dresden", type="Organisation")
    assert found["id"] == "organisation/hochschulmedizin-dresden"
    assert found["match"] is True
    assert found["score"] == 100
    assert {"id": "Organisation", "name": "Organisation"} in found["type"]
    assert first(service, query="Hochschulmedizin Dresdn")["match"] is False


def test_names_are_in_the_language_of_the_service(service: httpx.Client) -> None:
    german, english = (
        service.get(f"/reconcile/{language}/suggest/type", params={"prefix": "netw"}).json()["result"][0]
        for language in ("de", "en")
    )
    assert (german["id"], german["name"], english["name"]) == ("Network", "Netzwerk", "network")
    assert service.get("/reconcile", headers={"Accept-Language": "de"}).json()["name"].endswith("(de)")
    assert service.get("/reconcile/fr").status_code == 400


def test_what_is_known_besides_the_name_tells_candidates_apart(service: httpx.Client) -> None:
    plain = first(service, query="RACOON")
    hinted = first(service, query="RACOON", properties=[{"pid": "partOf", "v": "nirgendwo"}])
    assert hinted["score"] < plain["score"]
    assert {one["id"] for one in hinted["features"]} == {"name_similarity", "property_partOf"}


def test_a_type_restricts_unless_it_only_should(service: httpx.Client) -> None:
    strict = ask(service, q={"query": "RACOON", "type": ["Network"]})["q"]["result"]
    assert "infrastructure/racoon" not in [one["id"] for one in strict]
    soft = first(service, query="RACOON", type=["Network"], type_strict="should")
    assert (soft["id"], soft["score"]) == ("infrastructure/racoon", 50)


def test_limits_and_batches_keep_their_names(service: httpx.Client) -> None:
    found = ask(service, a={"query": "Dresden", "limit": 1}, b={"query": "Xyzzy"})
    assert len(found["a"]["result"]) == 1
    assert found["b"] == {"result": []}


def test_entities_are_extended_with_things_dates_and_texts(service: httpx.Client) -> None:
    found = extended(service, ["funding-phase/num-3", "nothing/here"], {"id": "phaseOf"}, {"id": "fundingEnd"})
    assert [one["id"] for one in found["meta"]] == ["phaseOf", "fundingEnd"]
    row = found["rows"]["funding-phase/num-3"]
    assert row["phaseOf"] == [{"id": "network/num", "name": "Netzwerk Universitätsmedizin"}]
    assert set(row["fundingEnd"][0]) <= {"date", "str"}
    assert found["rows"]["nothing/here"] == {"phaseOf": [], "fundingEnd": []}


def test_a_limit_bounds_the_values_of_a_cell(service: httpx.Client) -> None:
    ids = ["network/num"]
    all_types, one = (
        extended(service, ids, {"id": "countOfInfrastructures", "settings": settings})
        for settings in ({}, {"limit": 1})
    )
    assert len(one["rows"]["network/num"]["countOfInfrastructures"]) <= 1
    assert all_types["meta"] == one["meta"]


def test_the_preview_may_be_framed_and_escapes_what_it_shows(service: httpx.Client) -> None:
    page = service.get("/reconcile/de/preview", params={"id": "organisation/markup"})
    assert page.status_code == 200
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    shown = service.get("/reconcile/de/flyout/entity", params={"id": "organisation/markup"}).json()
    assert "<script>" not in shown["html"]
    assert service.get("/reconcile/de/preview", params={"id": "nothing/here"}).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"queries": "no json"},
        {"queries": '{"q": {"query": 5}}'},
        {"queries": '{"q": {"query": "x", "limit": 0}}'},
        {"queries": json.dumps({str(number): {"query": "x"} for number in range(201)})},
        {"extend": '{"ids": "x"}'},
        {"other": "x"},
    ],
)
def test_what_cannot_be_read_is_told_apart_from_what_finds_nothing(service: httpx.Client, form: dict[str, str]) -> None:
    answer = service.post("/reconcile/de", data=form)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_hint_that_would_break_out_of_a_query_finds_nothing(service: httpx.Client) -> None:
    hints = [{"pid": "> } { ?s ?p ?o", "v": "x"}, {"pid": "partOf", "v": {"id": 'x"> <'}}]
    assert first(service, query="RACOON", properties=hints)["id"] == "infrastructure/racoon"
    assert extended(service, ['x> "'], {"id": "partOf"})["rows"] == {'x> "': {"partOf": []}}


def test_answers_fit_the_schemas_of_the_specification(service: httpx.Client) -> None:
    place = os.environ.get("NUMGRAPH_RECONCILIATION_SCHEMAS")
    if not place:
        pytest.skip("set NUMGRAPH_RECONCILIATION_SCHEMAS to the folder 0.2/schemas of the specification")
    answers = {
        "manifest": service.get("/reconcile/en").json(),
        "reconciliation-result-batch": ask(service, a={"query": "Dresden", "properties": [{"pid": "partOf", "v": 1}]}),
        "suggest-entities-response": service.get("/reconcile/en/suggest/entity?prefix=D").json(),
        "suggest-types-response": service.get("/reconcile/en/suggest/type?prefix=o").json(),
        "suggest-properties-response": service.get("/reconcile/en/suggest/property?prefix=p").json(),
        "data-extension-property-proposal": service.get("/reconcile/en/properties?type=Network").json(),
        "data-extension-response": extended(service, ["network/num", "funding-phase/num-3"], {"id": "fundingEnd"}),
    }
    for name, answer in answers.items():
        schema = json.loads((Path(place) / f"{name}.json").read_text("utf-8"))
        _without_references(schema)
        jsonschema.Draft7Validator(schema).validate(answer)


def _without_references(schema: Any) -> None:
    """Leaves out references to other files, which would be fetched."""
    if isinstance(schema, dict):
        if not str(schema.get("$ref", "#")).startswith("#"):
            del schema["$ref"]
        for value in schema.values():
            _without_references(value)
    elif isinstance(schema, list):
        for value in schema:
            _without_references(value)
