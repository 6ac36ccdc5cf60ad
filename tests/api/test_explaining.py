"""Inferred facts are explained by rule and premises, and what is asked in vain gets an answer, too."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from numgraph.explanation import statement

HEADERS = {"Accept": "text/html", "Accept-Language": "en"}
THING = "https://w3id.org/numgraph/id/infrastructure/racoon"


def test_every_why_of_a_page_leads_to_an_explanation(client: httpx.Client) -> None:
    page = client.get("/doc/organisation/hochschulmedizin-dresden", headers=HEADERS)
    links = [html.unescape(link) for link in re.findall(r'href="(/why/[^"]+)"', page.text)]
    assert links
    for link in links:
        found = client.get(link, headers=HEADERS)
        assert found.status_code == 200, link
        assert 'class="because"' in found.text, link


def test_the_explanation_ends_in_the_ontology_and_in_sentences(client: httpx.Client) -> None:
    asked = {"property": "schema:memberOf", "value": "<https://w3id.org/numgraph/id/network/num>"}
    page = client.get("/why/organisation/markup", params=asked, headers=HEADERS)
    assert "prp-spo1" in page.text
    assert "whoever has a property has the more general one too" in page.text
    assert "the ontology says so" in page.text
    assert "gehört dazu" in page.text
    assert "<script>alert" not in page.text


def test_what_does_not_follow_is_not_explained(client: httpx.Client) -> None:
    asked = {"property": "num:partOf", "value": "<https://w3id.org/numgraph/id/place/nowhere>"}
    page = client.get("/why/infrastructure/racoon", params=asked, headers=HEADERS)
    assert page.status_code == 200
    assert 'class="because"' not in page.text


@pytest.mark.parametrize(
    "value", ["", "}", "<a> ; <b> <c>", "<a> . <b> <c> <d>", '"open', "num:Place, num:Event", "<>"]
)
def test_only_one_statement_can_be_asked_for(client: httpx.Client, value: str) -> None:
    asked = {"property": "num:partOf", "value": value}
    assert client.get("/why/infrastructure/racoon", params=asked, headers=HEADERS).status_code == 400


def test_a_statement_is_read_as_turtle_writes_it() -> None:
    found = statement(THING, "https://w3id.org/numgraph/ontology#goal", '"Ziel"@de')
    assert found is not None
    assert str(found.object) == '"Ziel"@de'
    assert statement("not an iri", "x:y", "num:Place") is None


def test_mentions_have_pages(client: httpx.Client) -> None:
    page = client.get("/mentions/infrastructure/racoon?property=num:participatesIn", headers=HEADERS)
    assert "take part here" in page.text
    assert "/doc/organisation/hochschulmedizin-dresden" in page.text
    assert client.get("/mentions/infrastructure/racoon?property=num:leads", headers=HEADERS).status_code == 404
    assert client.get("/mentions/infrastructure/racoon?property=%3E%20x", headers=HEADERS).status_code == 404
