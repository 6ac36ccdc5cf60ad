"""Linked data: names lead to documents, documents come in the format asked for, and links fit the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS

from numgraph.settings import Settings

BASE = "https://w3id.org/numgraph"
PHASE = "funding-phase/num-3"
THING = URIRef(f"{BASE}/id/{PHASE}")
NUM = f"{BASE}/ontology#"
FORMATS = {
    ".ttl": ("text/turtle; charset=utf-8", RdfFormat.TURTLE),
    ".jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    ".nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    ".rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
def test_a_thing_leads_to_its_document(client: httpx.Client, accept: str) -> None:
    answer = client.get(f"/id/{PHASE}", headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/doc/{PHASE}"
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("path", ["/id/person/nobody", "/doc/person/nobody", "/doc/person/nobody.ttl", "/doc/person"])
def test_unknown_things_are_404_in_the_client_s_own_language(client: httpx.Client, path: str) -> None:
    machine = client.get(path, headers={"Accept": "application/json, text/turtle"})
    person = client.get(path, headers=BROWSER)
    assert machine.status_code == person.status_code == 404
    assert machine.headers["content-type"] == "application/problem+json"
    assert person.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_holds_the_same_graph_by_suffix_and_by_header(client: httpx.Client, suffix: str) -> None:
    media_type, parser = FORMATS[suffix]
    by_suffix = client.get(f"/doc/{PHASE}{suffix}", headers={"Accept": "image/png"})
    by_header = client.get(f"/doc/{PHASE}", headers={"Accept": media_type.partition(";")[0]})
    assert by_suffix.headers["content-type"] == by_header.headers["content-type"] == media_type
    assert by_header.headers["content-location"] == f"/doc/{PHASE}{suffix}"
    reference = client.get(f"/doc/{PHASE}.nt").content
    assert triples(by_suffix.content, parser) == triples(reference, RdfFormat.N_TRIPLES)


def triples(data: bytes, form: RdfFormat) -> set[Triple]:
    return {quad.triple for quad in parse(data, form)}


def test_the_document_holds_facts_labels_mentions_and_evidence(client: httpx.Client) -> None:
    graph = Graph().parse(data=client.get(f"/doc/{PHASE}.ttl").content, format="turtle")
    funder = URIRef(f"{BASE}/id/funder/bmftr")
    assert str(graph.value(THING, URIRef(NUM + "fundingEnd"))) == "2030-06-30"
    assert graph.value(funder, SKOS.prefLabel) is not None
    assert len(set(graph.subjects(RDF.type, URIRef(NUM + "Claim")))) > 3
    assert {str(value) for value in graph.objects(None, URIRef(NUM + "quote"))}
    bound = graph.value(URIRef(f"{BASE}/doc/{PHASE}"), URIRef("http://www.w3.org/2000/01/rdf-schema#comment"))
    assert "At most" in str(bound)
    network = Graph().parse(data=client.get("/doc/network/num.ttl").content, format="turtle")
    assert (THING, URIRef(NUM + "phaseOf"), URIRef(f"{BASE}/id/network/num")) in network


def test_sources_and_claims_dereference_too(client: httpx.Client) -> None:
    graph = Graph().parse(data=client.get(f"/doc/{PHASE}.ttl").content, format="turtle")
    claim = str(next(graph.subjects(RDF.type, URIRef(NUM + "Claim"))))
    found = client.get(f"/doc/{claim.removeprefix(f'{BASE}/id/')}.ttl")
    about_it = Graph().parse(data=found.content, format="turtle")
    assert about_it.value(URIRef(claim), URIRef(NUM + "quote")) is not None
    source = str(about_it.value(URIRef(claim), URIRef("http://www.w3.org/ns/prov#wasDerivedFrom")))
    catalogue = Graph().parse(
        data=client.get(f"/doc/{source.removeprefix(f'{BASE}/id/')}.ttl").content, format="turtle"
    )
    assert catalogue.value(URIRef(source), URIRef(NUM + "title")) is not None


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200, "text/html"),
        ("*/*", 200, "text/html"),
        (None, 200, "text/html"),
        ("text/turtle, text/html;q=0.9", 200, "text/turtle"),
        ("text/*;q=0.1, application/ld+json", 200, "application/ld+json"),
        ("text/html;q=0, text/*", 200, "text/turtle"),
        ("application/xml", 200, "application/xml"),
        ("text/turtle;q=0.4, application/n-triples;q=0.6", 200, "application/n-triples"),
        ("image/png", 406, "application/problem+json"),
        ("text/html;q=0", 406, "application/problem+json"),
        ("application/json;profile=x", 200, "application/json"),
    ],
)
def test_the_accept_header_is_kept(client: httpx.Client, accept: str | None, status: int, media_type: str) -> None:
    request = client.build_request("GET", f"/doc/{PHASE}")
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    answer = client.send(request)
    assert answer.status_code == status
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("suffix", ["", ".html", ".ttl"])
def test_what_a_client_holds_already_is_not_sent_again(client: httpx.Client, suffix: str) -> None:
    first = client.get(f"/doc/{PHASE}{suffix}")
    tagged = client.get(f"/doc/{PHASE}{suffix}", headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    dated = client.get(f"/doc/{PHASE}{suffix}", headers={"If-Modified-Since": first.headers["last-modified"]})
    assert (tagged.status_code, dated.status_code) == (304, 304)
    assert tagged.content == b""
    assert tagged.headers["etag"] == first.headers["etag"]
    assert "Accept" in tagged.headers["vary"]
    stale = client.get(f"/doc/{PHASE}{suffix}", headers={"If-None-Match": '"other"'})
    assert stale.status_code == 200


def test_each_format_and_language_has_its_own_entity_tag(client: httpx.Client) -> None:
    tags = [client.get(f"/doc/{PHASE}{suffix}").headers["etag"] for suffix in (*FORMATS, ".html")]
    tags.append(client.get(f"/doc/{PHASE}.html", headers={"Accept-Language": "de"}).headers["etag"])
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("suffix", ["", ".ttl"])
def test_head_gives_the_headers_of_get(client: httpx.Client, suffix: str) -> None:
    got, head = client.get(f"/doc/{PHASE}{suffix}"), client.head(f"/doc/{PHASE}{suffix}")
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "etag", "last-modified", "link", "vary"):
        assert head.headers[name] == got.headers[name]


def test_link_headers_name_the_thing_and_every_format(client: httpx.Client) -> None:
    links = client.get(f"/doc/{PHASE}").headers["link"]
    assert f'<{THING}>; rel="describes"' in links
    assert f'</doc/{PHASE}>; rel="canonical"' in links
    assert f'</doc/{PHASE}.ttl>; rel="describedby"; type="text/turtle"' in links
    for suffix in FORMATS:
        assert f'</doc/{PHASE}{suffix}>; rel="alternate"' in links


@pytest.mark.parametrize(
    "key", ["person/x%3E%20%3Fp%20%3Fo%20%7D", "a/%22", "a/%0Ab", "a/%3C%3E", "..%2f..%2fetc/passwd", "a/%5C", "a/%7B"]
)
def test_an_address_cannot_leave_its_angle_brackets(client: httpx.Client, key: str) -> None:
    assert client.get(f"/doc/{key}.ttl").status_code == 404
    assert client.get(f"/id/{key}").status_code == 404


@pytest.fixture(scope="session")
def elsewhere(data: Path, serve: Callable[[Settings], AbstractContextManager[str]]) -> str:
    """A server behind a proxy that publishes it under a path."""
    with serve(Settings(data=data, root_path="/graph")) as address:
        yield address


def test_links_fit_a_server_under_a_path_and_data_stay_as_they_are(elsewhere: str) -> None:
    page = httpx.get(f"{elsewhere}/graph/doc/{PHASE}", headers=BROWSER)
    local = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
    assert len(local) > 10
    assert all(one.startswith("/graph/") for one in local), [one for one in local if not one.startswith("/graph/")]
    assert f"{BASE}/id/{PHASE}" in page.text
    redirect = httpx.get(f"{elsewhere}/graph/id/{PHASE}")
    assert redirect.headers["location"] == f"/graph/doc/{PHASE}"
    assert httpx.get(f"{elsewhere}/graph/static/site.css").status_code == 200
    assert f"<{THING}>" in httpx.get(f"{elsewhere}/graph/doc/{PHASE}.nt").text


def test_rdflib_can_dereference_a_thing_by_itself(server: str) -> None:
    graph = Graph().parse(f"{server}/id/{PHASE}")
    assert graph.value(THING, URIRef(NUM + "fundingStart")) is not None


@pytest.mark.parametrize("path", ["/ontology", "/shapes"])
@pytest.mark.parametrize(
    ("accept", "parser"), [("text/turtle", RdfFormat.TURTLE), ("application/ld+json", RdfFormat.JSON_LD)]
)
def test_ontology_and_shapes_dereference(client: httpx.Client, path: str, accept: str, parser: RdfFormat) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    found = triples(answer.content, parser)
    if path == "/ontology":
        assert NamedNode(NUM + "fundingEnd") in {triple.subject for triple in found}


def test_the_page_of_terms_has_an_anchor_for_each_term(client: httpx.Client) -> None:
    page = client.get("/ontology", headers=BROWSER)
    assert 'id="fundingEnd"' in page.text
    assert 'id="Claim"' in page.text
    assert client.get("/ontology.ttl").headers["content-type"] == "text/turtle; charset=utf-8"


def test_the_json_ld_context_is_served(client: httpx.Client) -> None:
    answer = client.get("/ontology/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert "fundingEnd" in answer.json()["@context"]
