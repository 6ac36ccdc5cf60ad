"""Any page and any query at an earlier edition; a page is of one edition; what is gone says so."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import re
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, Quad
from rdflib import Graph, URIRef

from numgraph.settings import Settings
from numgraph.store.content import content_hash, total
from numgraph.store.editions import EmbeddedStore
from numgraph_api.app import create_app

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
PHASE = "/doc/funding-phase/num-3"
END = "https://w3id.org/numgraph/ontology#fundingStart"


def test_a_page_as_of_an_edition_shows_it_and_says_so(later: httpx.Client) -> None:
    before, now = (later.get(PHASE, params=asked, headers=BROWSER) for asked in ({"edition": 2}, {}))
    assert "Über das Netzwerk" not in before.text
    assert "Über das Netzwerk" in now.text
    assert "As of edition 2" in before.text
    assert "as-of" not in now.text
    assert (before.headers["x-numgraph-edition"], now.headers["x-numgraph-edition"]) == ("2", "3")
    assert before.headers["memento-datetime"] == before.headers["last-modified"]
    assert "memento-datetime" not in now.headers
    assert f'<{PHASE}>; rel="original"' in before.headers["link"]


def test_links_on_a_page_keep_its_edition(later: httpx.Client) -> None:
    page = later.get("/", params={"edition": 2}, headers=BROWSER)
    found = [one for one in re.findall(r'(?:href|action)="(/[^"]*)"', page.text) if not one.startswith("/static/")]
    assert len(found) > 20
    assert [one for one in found if "edition=2" not in one and "/search" not in one and one != "/sparql"] == []
    assert 'name="edition" value="2"' in page.text


@pytest.mark.parametrize(
    "start", ["/?edition=2", f"{PHASE}?view=all", "/editions", "/editions/3", "/dataset", "/scheme/region"]
)
def test_no_link_is_broken_there(later: httpx.Client, start: str) -> None:
    page = later.get(start, headers=BROWSER)
    assert page.status_code == 200
    found = sorted({html.unescape(one) for one in re.findall(r'(?:href|src)="(/[^"]*)"', page.text)})
    assert len(found) > 10
    for path in found:
        answer = later.head(path.partition("#")[0], headers={"Accept": "text/html, */*;q=0.5"}, follow_redirects=True)
        assert answer.status_code == 200, path


def test_the_banner_leads_to_the_same_page_of_the_current_edition(later: httpx.Client) -> None:
    page = later.get(PHASE, params={"lang": "de", "edition": 2}, headers=BROWSER)
    assert 'href="?lang=de"' in page.text
    assert "Stand der Ausgabe 2" in page.text


def test_data_as_of_an_edition_are_those_of_then(later: httpx.Client) -> None:
    thing = URIRef("https://w3id.org/numgraph/id/funding-phase/num-3")
    starts = {}
    for edition in (2, 3):
        found = later.get(f"{PHASE}.ttl", params={"edition": edition})
        starts[edition] = Graph().parse(data=found.content, format="turtle").value(thing, URIRef(END))
    assert starts[2] is None
    assert starts[3] is not None


@pytest.mark.parametrize("method", ["get", "post"])
def test_queries_can_be_asked_of_an_edition(later: httpx.Client, method: str) -> None:
    sizes = {}
    for edition in ("2", "3"):
        form = {"query": f"SELECT ?s {{ ?s <{END}> ?o }}", "format": "csv", "edition": edition}
        given = later.get("/sparql", params=form) if method == "get" else later.post("/sparql", data=form)
        sizes[edition] = (len(given.text.splitlines()), given.headers["x-numgraph-edition"])
    assert sizes == {"2": (1, "2"), "3": (2, "3")}


@pytest.mark.parametrize(
    ("edition", "status", "name"),
    [("99", 404, "unknown-edition"), ("0", 404, "unknown-edition"), ("1", 410, "edition-gone"),
     ("x", 400, "bad-request"), ("-1", 400, "bad-request"), ("²", 400, "bad-request")],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", PHASE, f"{PHASE}.ttl", "/sparql", "/conflicts", "/feeds/sources.atom"])
def test_editions_that_cannot_be_had_say_why(
    later: httpx.Client, path: str, edition: str, status: int, name: str
) -> None:
    machine = later.get(path, params={"edition": edition, "query": "ASK {}"}, headers={"Accept": "text/turtle"})
    person = later.get(path, params={"edition": edition, "query": "ASK {}"}, headers=BROWSER)
    assert (machine.status_code, person.status_code) == (status, status)
    assert machine.json()["type"].endswith(f"#{name}")
    assert "text/html" in person.headers["content-type"]


def test_the_list_of_editions_says_what_changed(later: httpx.Client) -> None:
    page = later.get("/editions", headers=BROWSER)
    assert page.status_code == 200
    assert page.text.index("Edition 3") < page.text.index("Stand 2")
    assert "one new source" in page.text
    assert "0 violations" in page.text
    assert later.get("/editions", headers={**BROWSER, "If-None-Match": page.headers["etag"]}).status_code == 304


def test_an_edition_has_a_page_with_its_numbers_and_dumps(later: httpx.Client, past: Path) -> None:
    page = later.get("/editions/3", headers=BROWSER)
    edition = EmbeddedStore(past).edition(3)
    assert f"{sum(edition.counts.values()):,}" in page.text
    assert edition.content_hash in page.text
    assert "/dumps/3/dataset.nq.gz" in page.text
    assert "/doc/source/ueber-das-netzwerk-" in page.text
    assert later.get("/editions/1", headers=BROWSER).status_code == 410
    assert later.get("/editions/7", headers=BROWSER).status_code == 404


def test_a_dump_comes_with_its_checksum_and_unpacks_to_the_edition(later: httpx.Client, past: Path) -> None:
    found = later.get("/dumps/2/dataset.nq.gz")
    sums = later.get("/dumps/2/SHA256SUMS").text
    digest = hashlib.sha256(found.content).hexdigest()
    assert f"{digest}  dataset.nq.gz" in sums
    assert found.headers["etag"] == f'"{digest}"'
    assert found.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in found.headers
    assert 'filename="numgraph-2-nq.gz"' in found.headers["content-disposition"]
    content = gzip.decompress(found.content)
    assert content_hash(total(content.splitlines(keepends=True))) == EmbeddedStore(past).edition(2).content_hash
    part = later.get("/dumps/2/dataset.nq.gz", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, found.content[:10])
    assert later.head("/dumps/2/dataset.nq.gz").headers["content-length"] == str(len(found.content))
    assert later.get("/dumps/2/other.nq").status_code == 404
    assert later.get("/dumps/1/dataset.nq.gz").status_code == 410


def test_all_that_a_request_asks_is_asked_of_one_edition(tmp_path: Path) -> None:
    """Whatever is published meanwhile: the site of a request knows its edition, and so do its readers."""
    store, node = EmbeddedStore(tmp_path), NamedNode("https://example.org/")

    def publish(count: int) -> None:
        quads = [Quad(node, NamedNode(f"https://example.org/{number}"), node) for number in range(count)]
        store.commit(quads, message="", author="tests")

    async def ask() -> list[str]:
        app = create_app(Settings(data=tmp_path, readers=1))
        counted = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        async with app.router.lifespan_context(app):
            held = app.state.site.at(None)
            before = (await held.select(counted)).rows[0]["n"].value
            publish(5)
            after = (await held.select(counted)).rows[0]["n"].value
            fresh = (await app.state.site.at(None).select(counted)).rows[0]["n"].value
            return [before, after, fresh, str(held.edition().number)]

    publish(2)
    assert asyncio.run(ask()) == ["2", "2", "5", "1"]
