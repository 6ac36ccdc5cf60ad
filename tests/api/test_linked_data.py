"""Linked data by the book: a table of requests against answers, and the clients that people really use."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from ipaddress import IPv4Network
from pathlib import Path

import httpx
import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS

from numgraph import resources
from numgraph.dataset import assemble
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore

BASE = "https://w3id.org/numgraph"
NUM = f"{BASE}/ontology#"
QUERY = "query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%203&format=csv"
CASES = Path(__file__).parent.parent / "cases" / "linked_data.txt"
PARSERS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/xml": RdfFormat.RDF_XML,
}


def cases() -> Iterator[tuple[str, ...]]:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(part.strip() for part in line.split(" | "))


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(list(cases())) >= 60


@pytest.fixture(scope="session")
def source(later: httpx.Client) -> str:
    page = later.get("/sources", headers={"Accept": "text/html"}).text
    found = re.search(r"/doc/source/(neue-phase-[0-9a-f]+)", page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("case", list(cases()), ids=" ".join)
def test_each_request_is_answered_by_the_book(
    later: httpx.Client, source: str, method: str, case: tuple[str, str, str, str]
) -> None:
    path, accept, status, expected = case
    request = later.build_request(method, path.format(source=source))
    del request.headers["accept"]
    if accept != "absent":
        request.headers["accept"] = accept
    answer = later.send(request)
    assert answer.status_code == int(status)
    if expected.startswith("to "):
        assert answer.headers["location"] == expected.removeprefix("to ").format(source=source)
    else:
        assert answer.headers["content-type"].partition(";")[0] == expected
    suffixed = re.search(r"\.(html|ttl|jsonld|nt|rdf|png)\b", path)
    assert suffixed or status == "302" or "context" in path or "Accept" in answer.headers["vary"]
    assert answer.headers["access-control-allow-origin"] == "*"
    if method == "HEAD":
        assert answer.content == b""
    elif status == "200" and expected in PARSERS and "context" not in path:
        assert len(list(parse(answer.content, PARSERS[expected]))) > 1
    elif status == "406":
        assert "text/turtle" in answer.json()["offered"]


@pytest.mark.parametrize(
    "path", ["/doc/funding-phase/num-3", "/doc/funding-phase/num-3.ttl", "/ontology", "/ontology.ttl", "/shapes",
             "/dataset", "/dataset.nt", "/scheme/region", "/scheme/region/local.ttl", "/graph/catalogue.nt",
             "/sitemap.xml", "/sitemaps/1.xml", "/feeds/sources.atom", "/feeds/editions.atom", "/editions",
             "/editions/2", f"/sparql?{QUERY}", "/", "/browse", "/sources"],
)  # fmt: skip
def test_what_a_client_holds_is_not_sent_again_wherever_it_asks(later: httpx.Client, path: str) -> None:
    accept = {"Accept": "text/turtle, text/html;q=0.9, */*;q=0.5"}
    first = later.get(path, headers=accept)
    assert first.status_code == 200
    tagged = later.get(path, headers={**accept, "If-None-Match": first.headers["etag"]})
    dated = later.get(path, headers={**accept, "If-Modified-Since": first.headers["last-modified"]})
    other = later.get(path, headers={**accept, "If-None-Match": 'W/"other"'})
    assert (tagged.status_code, dated.status_code, other.status_code) == (304, 304, 200)
    assert tagged.content == b""
    assert tagged.headers["etag"] == first.headers["etag"]


def test_a_date_alone_makes_nothing_of_what_is_not_there(later: httpx.Client) -> None:
    since = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert later.get("/doc/person/nobody.ttl", headers=since).status_code == 404
    assert later.get("/doc/person/erased.ttl", headers=since).status_code == 410


def test_the_link_header_names_type_licence_and_the_way_back(later: httpx.Client) -> None:
    links = later.get("/doc/infrastructure/racoon", params={"edition": 2}).headers["link"]
    assert f'<{NUM}Infrastructure>; rel="type"' in links
    assert '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"' in links
    assert '</doc/infrastructure/racoon>; rel="canonical"' in links
    assert '</doc/infrastructure/racoon.ttl?edition=2>; rel="describedby"; type="text/turtle"' in links
    assert '</doc/infrastructure/racoon>; rel="latest-version"' in links
    moved = later.get("/doc/infrastructure/racoon-old").headers["link"]
    assert moved == f'<{BASE}/id/infrastructure/racoon>; rel="successor-version"'


def test_an_installation_without_a_licence_states_none(
    past: Path, serve: Callable[[Settings], AbstractContextManager[str]]
) -> None:
    with serve(Settings(data=past, readers=1, licence="")) as address:
        assert "license" not in httpx.get(f"{address}/doc/infrastructure/racoon").headers["link"]
        assert "terms/license" not in httpx.get(f"{address}/dataset.nt").text


def test_skolemised_blank_nodes_dereference_with_all_that_hangs_on_them(later: httpx.Client) -> None:
    shapes = Graph().parse(data=later.get("/shapes.nt").content, format="nt")
    lists = [one for one in shapes.subjects(RDF.first) if isinstance(one, URIRef)]
    path = str(min(lists)).removeprefix(BASE)
    assert path.startswith("/.well-known/genid/")
    led = later.get(path, headers={"Accept": "text/turtle"})
    assert led.status_code == 303
    found = Graph().parse(data=later.get(led.headers["location"]).content, format="turtle")
    assert set(found.objects(URIRef(BASE + path))) == set(shapes.objects(URIRef(BASE + path)))
    assert set(found.subjects(None, URIRef(BASE + path))) == set(shapes.subjects(None, URIRef(BASE + path)))
    assert later.get("/.well-known/genid/nonsense").status_code == 404
    assert later.get("/.well-known/genid/a%3E%20b").status_code == 404


def test_every_iri_that_the_dataset_mints_dereferences(later: httpx.Client) -> None:
    """One of each kind of subject in every graph, things and claims and graphs and concepts and nodes."""
    query = (
        'SELECT DISTINCT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(STRSTARTS(STR(?s), "'
        + BASE
        + '/")) }'
    )
    answer = later.get("/sparql", params={"query": query, "format": "csv"}).text
    kinds: dict[str, str] = {}
    for iri in answer.split()[1:]:
        path = iri.removeprefix(BASE)
        kinds.setdefault(re.sub(r"[^/#]*$", "", path), path)
    assert {"/scheme/region/", "/.well-known/genid/", "/ontology#", "/source/", "/evidence/"} <= kinds.keys()
    for path in kinds.values():
        found = later.get(path.partition("#")[0], headers={"Accept": "text/turtle"}, follow_redirects=True)
        expected = 410 if path == "/id/person/erased" else 200
        assert found.status_code == expected, path


def test_rdflib_reads_every_door_by_itself(later: httpx.Client) -> None:
    address = str(later.base_url)
    thing = URIRef(f"{BASE}/id/infrastructure/racoon")
    for path in ("/id/infrastructure/racoon", "/id/infrastructure/racoon-old", "/doc/infrastructure/racoon"):
        assert Graph().parse(f"{address}{path}").value(thing, SKOS.prefLabel) is not None
    for path in ("/ontology", "/shapes", "/dataset", "/scheme/region", "/graph/catalogue", "/.well-known/void"):
        assert len(Graph().parse(f"{address}{path}")) > 10


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_follows_a_name_to_its_data(later: httpx.Client) -> None:
    command = ["curl", "--silent", "--fail", "--location", "--header", "Accept: text/turtle"]
    done = subprocess.run([*command, f"{later.base_url}/id/funding-phase/num-3"], capture_output=True, check=True)
    assert len(list(parse(done.stdout, RdfFormat.TURTLE))) > 10


@pytest.mark.skipif(shutil.which("riot") is None, reason="Apache Jena's riot is not installed")
@pytest.mark.parametrize("path", ["/doc/funding-phase/num-3.ttl", "/dataset.ttl", "/ontology.rdf", "/shapes.jsonld"])
def test_jena_finds_nothing_wrong(later: httpx.Client, tmp_path: Path, path: str) -> None:
    file = tmp_path / path.rpartition("/")[2]
    file.write_bytes(later.get(path).content)
    done = subprocess.run(["riot", "--validate", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_names_of_another_host_dereference_here_under_a_path_behind_a_proxy(
    tmp_path: Path, sample: Callable[..., list], serve: Callable[[Settings], AbstractContextManager[str]]
) -> None:
    proxies = frozenset({IPv4Network("127.0.0.0/8")})
    settings = Settings(
        base="https://data.example.org/kg", data=tmp_path, root_path="/graph", readers=1, trusted_proxies=proxies
    )
    dataset = assemble(sample()[:1], settings, resources.ontology(), resources.shapes())
    EmbeddedStore(tmp_path).commit(dataset.quads, message="", author="tests", archive=dataset.archive)
    forwarded = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https", "Host": "public.example"}
    with serve(settings) as address, httpx.Client(base_url=address, headers=forwarded) as client:
        assert client.get("/graph/id/network/num").headers["location"] == "/graph/doc/network/num"
        data = client.get("/graph/doc/network/num.nt").text
        assert "<https://data.example.org/kg/id/network/num>" in data
        assert "public.example" not in data
        page = client.get("/graph/doc/network/num", headers={"Accept": "text/html"}).text
        local = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
        assert [one for one in local if not one.startswith("/graph/")] == []
        described = client.get("/graph/dataset.ttl").text
        assert "<https://data.example.org/kg/dataset>" in described
        assert "<https://public.example/graph/sparql>" in described
        assert "<loc>https://public.example/graph/doc/network/num</loc>" in client.get("/graph/sitemaps/1.xml").text
        assert "Sitemap: https://public.example/graph/sitemap.xml" in client.get("/graph/robots.txt").text
        assert client.get("/graph/.well-known/void").headers["location"] == "/graph/dataset"
