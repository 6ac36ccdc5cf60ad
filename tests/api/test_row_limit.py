"""A row limit is said aloud in a header, and the links to the rest lead to every row once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from numgraph.settings import Settings

Serve = Callable[[Settings], AbstractContextManager[str]]
LIMIT = 10
ROWS = "VALUES ?x { " + " ".join(map(str, range(35))) + " }"


@pytest.fixture(scope="module")
def limited(data: Path, serve: Serve) -> Iterator[httpx.Client]:
    with serve(Settings(data=data, row_limit=LIMIT)) as address, httpx.Client(base_url=address, timeout=20) as client:
        yield client


def pages(client: httpx.Client, query: str, **more: str) -> list[list[str]]:
    """The rows of an answer and of all that its links lead to."""
    answer = client.get("/sparql", params={"query": query, "format": "csv", **more})
    found = []
    while True:
        assert answer.status_code == 200
        found.append(answer.text.split()[1:])
        following = answer.links.get("next")
        assert (following is None) == ("x-numgraph-row-limit" not in answer.headers)
        if following is None:
            return found
        assert answer.headers["x-numgraph-row-limit"] == str(LIMIT)
        answer = client.get(following["url"])


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        (f"SELECT ?x {{ {ROWS} }}", [10, 10, 10, 5]),
        (f"SELECT ?x {{ {ROWS} }} ORDER BY DESC(?x)", [10, 10, 10, 5]),
        (f"SELECT ?x {{ {ROWS} }} LIMIT 23 OFFSET 2", [10, 10, 3]),
        (f"SELECT ?x {{ {ROWS} }} LIMIT 20", [10, 10]),
        (f"SELECT ?x {{ {ROWS} }} LIMIT 10", [10]),
        (f"SELECT ?x {{ {ROWS} FILTER(?x < 10) }}", [10]),
        (f"SELECT ?x {{ {ROWS} FILTER(?x < 3) }} # LIMIT 2", [3]),
        (f"SELECT (COUNT(*) AS ?n) {{ {ROWS} }}", [1]),
        (f"SELECT ?x {{ {ROWS} }} LIMIT 30 VALUES ?x {{ 1 2 3 }}", [3]),
    ],
)
def test_the_pages_make_up_the_whole_answer(
    limited: httpx.Client, client: httpx.Client, query: str, sizes: list[int]
) -> None:
    found = pages(limited, query)
    assert [len(page) for page in found] == sizes
    whole = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1:]
    assert [row for page in found for row in page] == whole


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_every_format_and_method_says_so(limited: httpx.Client, format: str) -> None:
    query = {"query": f"SELECT ?x {{ {ROWS} }}", "format": format}
    for answer in (
        limited.get("/sparql", params=query),
        limited.post("/sparql", data=query),
        limited.get("/sparql", params=query),
    ):
        assert answer.headers["x-numgraph-row-limit"] == str(LIMIT)
        assert f"format={format}" in answer.links["next"]["url"]
    head = limited.head("/sparql", params=query)
    assert head.headers["x-numgraph-row-limit"] == str(LIMIT)


def test_the_dataset_of_the_request_goes_along(limited: httpx.Client) -> None:
    query = "SELECT ?s { ?s ?p ?o }"
    graphs = {"default-graph-uri": "https://w3id.org/numgraph/graph/catalogue"}
    found = pages(limited, query, **graphs)
    assert len(found) > 2
    assert {len(page) for page in found[:-1]} == {LIMIT}
    assert pages(limited, query, view="all") != found


def test_a_long_query_has_a_short_link(limited: httpx.Client) -> None:
    query = f"SELECT ?x {{ {ROWS} VALUES ?y {{ {' '.join(f'<https://example.org/{n}>' for n in range(200))} }} }}"
    answer = limited.post("/sparql", data={"query": query, "format": "csv"})
    following = answer.links["next"]["url"]
    assert following.startswith("/q/")
    assert len(limited.get(following).text.split()) == LIMIT + 1


def test_other_forms_and_no_limit_are_left_alone(limited: httpx.Client, client: httpx.Client) -> None:
    graph = limited.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": "ntriples"})
    assert graph.text.count("\n") > LIMIT
    assert "x-numgraph-row-limit" not in graph.headers
    rows = client.get("/sparql", params={"query": f"SELECT ?x {{ {ROWS} }}", "format": "csv"})
    assert len(rows.text.split()) == 36
    assert "x-numgraph-row-limit" not in rows.headers


def test_a_fault_is_told_as_without_a_limit(limited: httpx.Client) -> None:
    bad = limited.get("/sparql", params={"query": "SELECT ?x { ?x ?y }", "format": "csv"})
    assert (bad.status_code, bad.json()["line"], bad.json()["column"]) == (400, 1, 19)
