"""One switch: the agreed reading, what all sources say, what one of them says."""

from __future__ import annotations

import re

import httpx
import pytest
from rdflib import Graph, URIRef

from numgraph.iris import Namespace
from numgraph_api.faults import BadRequest
from numgraph_api.views import View, parse

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
NUM = "https://w3id.org/numgraph/ontology#"
PHASE = "https://w3id.org/numgraph/id/funding-phase/num-3"
ENDS = f"SELECT DISTINCT ?end {{ <{PHASE}> <{NUM}fundingEnd> ?end }} ORDER BY ?end"


@pytest.fixture(scope="module")
def report(client: httpx.Client) -> str:
    """The view of one source."""
    page = client.get("/sources", headers=BROWSER).text
    found = re.search(r"/doc/source/(bericht-aus-dresden-[0-9a-f]+)", page)
    assert found is not None
    return f"source:{found[1]}"


def rows(client: httpx.Client, **asked: str) -> list[str]:
    answer = client.get("/sparql", params={"query": ENDS, "format": "csv", **asked})
    assert answer.status_code == 200, answer.text
    return answer.text.split()[1:]


def test_a_query_gives_the_agreed_value_or_each_source_s(client: httpx.Client, report: str) -> None:
    assert rows(client) == rows(client, view="agreed") == ["2030-06-30"]
    assert rows(client, view="all") == ["2030-06-30", "2030-07", "2030-12-31"]
    assert rows(client, view=report) == ["2030-06-30"]
    assert rows(client, view="source:no-such-source") == []


def test_a_view_is_a_short_name_for_graphs_of_the_protocol(client: httpx.Client, report: str) -> None:
    graph = f"https://w3id.org/numgraph/source/{report.removeprefix('source:')}"
    assert rows(client, **{"default-graph-uri": graph}) == rows(client, view=report)
    both = client.get("/sparql", params={"query": ENDS, "view": "all", "default-graph-uri": graph})
    assert both.status_code == 400
    assert "not both" in both.json()["detail"]


def test_the_page_of_a_thing_has_the_switch(client: httpx.Client, report: str) -> None:
    agreed = client.get("/doc/funding-phase/num-3", headers=BROWSER)
    everyone = client.get("/doc/funding-phase/num-3", params={"view": "all"}, headers=BROWSER)
    one = client.get("/doc/funding-phase/num-3", params={"view": report}, headers=BROWSER)
    assert "/doc/funding-phase/num-3?view=all" in agreed.text
    assert f"/doc/funding-phase/num-3?view={report.replace(':', '%3A')}" in agreed.text
    assert "Sources disagree" in agreed.text
    assert "Every value that any source states" in everyone.text
    for value in ("30 June 2030", "31 December 2030", "July 2030"):
        assert value in everyone.text
    assert "31 December 2030" not in one.text
    assert "Only what this source states: Dresden baut seine Beteiligung aus" in one.text
    assert f"/doc/funding-phase/num-3.ttl?view={report.replace(':', '%3A')}" in one.text


def test_a_thing_of_which_a_source_says_nothing_still_has_its_page(client: httpx.Client, report: str) -> None:
    page = client.get("/doc/person/clara-weber", params={"view": report}, headers=BROWSER)
    assert page.status_code == 200
    assert "Leiterin" not in page.text


def test_data_follow_the_switch(client: httpx.Client, report: str) -> None:
    found = {}
    for view in ("agreed", "all", report):
        data = client.get("/doc/funding-phase/num-3.nt", params={"view": view}).content
        graph = Graph().parse(data=data, format="nt")
        found[view] = sorted(str(one) for one in graph.objects(URIRef(PHASE), URIRef(NUM + "fundingEnd")))
    assert found == {
        "agreed": ["2030-06-30"],
        "all": ["2030-06-30", "2030-07", "2030-12-31"],
        report: ["2030-06-30"],
    }


@pytest.mark.parametrize("text", ["none", "source:", "source:../x", "source:a b", "ALL", "source:<>"])
def test_other_views_are_refused(client: httpx.Client, text: str) -> None:
    with pytest.raises(BadRequest):
        parse(text)
    assert client.get("/doc/funding-phase/num-3", params={"view": text}, headers=BROWSER).status_code == 400
    assert client.get("/sparql", params={"query": ENDS, "view": text}).status_code == 400


def test_views_name_their_graphs() -> None:
    base = Namespace("https://example.org")
    assert View().default_graphs(base) == View().named_graphs(base) == View("all").default_graphs(base) == ()
    assert View("all").is_union
    assert View("source:a", "a").default_graphs(base) == ("https://example.org/source/a",)
    assert "https://example.org/evidence/a" in View("source:a", "a").named_graphs(base)


def test_the_view_of_one_source_cannot_ask_the_graphs_of_others(client: httpx.Client, report: str) -> None:
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    graphs = client.get("/sparql", params={"query": query, "view": report, "format": "csv"}).text.split()[1:]
    name = report.removeprefix("source:")
    assert {one.removeprefix("https://w3id.org/numgraph/") for one in graphs} == {
        f"source/{name}", f"evidence/{name}", "graph/catalogue"
    }  # fmt: skip
