"""What crawlers, feed readers and browsers fetch: sitemap, robots.txt, OpenSearch, Atom, schema.org."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import httpx
from lxml import etree

from numgraph.store.editions import EmbeddedStore
from numgraph.terms import OWL, RDF, SCHEMA
from numgraph_api import schema_org
from numgraph_api.answers import Term
from numgraph_api.feeds import _moment, _text
from numgraph_api.naming import Names

BASE = "https://w3id.org/numgraph"
BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_sitemap_leads_to_every_thing_and_only_to_what_is_there(later: httpx.Client, past: Path) -> None:
    index = etree.fromstring(later.get("/sitemap.xml").content)
    parts = [one.findtext(f"{MAP}loc") for one in index.iter(f"{MAP}sitemap")]
    assert parts == [f"{later.base_url}/sitemaps/1.xml"]
    rows = list(etree.fromstring(later.get("/sitemaps/1.xml").content).iter(f"{MAP}url"))
    paths = {str(one.findtext(f"{MAP}loc")).removeprefix(str(later.base_url)) for one in rows}
    assert {"/", "/doc/infrastructure/racoon", "/doc/person/clara-weber"} <= paths
    assert any(path.startswith("/doc/source/neue-phase-") for path in paths)
    assert len(paths) == len(rows)
    for path in sorted(paths):
        assert later.head(path, headers=BROWSER).status_code == 200, path
    second, third = (one.time.isoformat() for one in EmbeddedStore(past).editions())
    fresh = {
        str(one.findtext(f"{MAP}loc")).removeprefix(str(later.base_url)): one.findtext(f"{MAP}lastmod") for one in rows
    }
    assert fresh["/doc/person/clara-weber"] == second
    assert fresh["/doc/organisation/markup"] == fresh["/doc/network/num"] == fresh["/browse"] == third
    assert later.get("/sitemaps/2.xml").status_code == 404
    assert later.get("/sitemaps/0.xml").status_code == 404


def test_robots_are_shown_the_map_and_spared_the_queries(later: httpx.Client) -> None:
    found = later.get("/robots.txt")
    assert found.headers["content-type"].startswith("text/plain")
    assert f"Sitemap: {later.base_url}/sitemap.xml" in found.text
    assert "Disallow: /sparql?" in found.text
    assert "Disallow: /\n" not in found.text


def test_a_browser_can_add_the_search(later: httpx.Client) -> None:
    found = etree.fromstring(later.get("/opensearch.xml").content)
    templates = [one.get("template") for one in found.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")]
    assert f"{later.base_url}/search?q={{searchTerms}}" in templates
    page = later.get("/", headers=BROWSER).text
    assert 'rel="search"' in page
    assert 'href="/opensearch.xml"' in page


def test_the_feed_of_sources_has_the_latest_first(later: httpx.Client) -> None:
    found = later.get("/feeds/sources.atom", headers={"Accept-Language": "en"})
    assert found.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(found.content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles[:2] == ["Dresden baut seine Beteiligung aus", "Das Netzwerk geht in seine nächste Runde"]
    for entry in feed.iter(f"{ATOM}entry"):
        identity, link = str(entry.findtext(f"{ATOM}id")), entry.find(f"{ATOM}link")
        assert identity.startswith(f"{BASE}/id/source/")
        assert link is not None
        assert httpx.get(str(link.get("href")), headers=BROWSER).status_code == 200
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", str(entry.findtext(f"{ATOM}updated")))
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"{later.base_url}/feeds/sources.atom"


def test_the_feed_of_editions_says_what_changed(later: httpx.Client) -> None:
    feed = etree.fromstring(later.get("/feeds/editions.atom", headers={"Accept-Language": "de"}).content)
    entries = list(feed.iter(f"{ATOM}entry"))
    assert [one.findtext(f"{ATOM}title") for one in entries] == ["Ausgabe 3: Stand 3", "Ausgabe 2: Stand 2"]
    assert "+1 and -0 sources" in str(entries[0].findtext(f"{ATOM}summary"))
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == 2


def test_pages_tell_browsers_of_the_feeds(later: httpx.Client) -> None:
    page = later.get("/", headers=BROWSER).text
    assert 'type="application/atom+xml"' in page
    assert "/feeds/sources.atom" in page


def test_a_feed_survives_what_xml_cannot_hold() -> None:
    assert _text("a\x00b\x1f<c>&\ud800\ufffe") == "a\ufffdb\ufffd&lt;c&gt;&amp;\ufffd\ufffd"
    assert len(_text("x" * 10_000)) == 500
    assert [_moment(one) for one in ("2025", "2025-07", "2025-07-01", "bald", None)] == [
        "2025-01-01T00:00:00+00:00", "2025-07-01T00:00:00+00:00", "2025-07-01T00:00:00+00:00", None, None
    ]  # fmt: skip


def test_an_entity_page_tells_search_engines_what_it_is_about(client: httpx.Client) -> None:
    page = client.get("/doc/university/tu-dresden", headers=BROWSER).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    said = json.loads(found[0])
    assert said["@context"] == "https://schema.org/"
    assert said["@id"] == f"{BASE}/id/university/tu-dresden"
    assert "CollegeOrUniversity" in said["@type"]
    assert said["name"] == "Technische Universität Dresden"
    assert said["alternateName"] == "TU Dresden"


def test_nothing_in_the_data_can_end_the_script_element(client: httpx.Client) -> None:
    page = client.get("/doc/organisation/markup", headers=BROWSER).text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert "<" not in found
    assert json.loads(found)["name"].startswith("<script>alert(1)</script>")
    assert "</script>" not in html.unescape(found).replace("\\u003c", "").replace("\\u003e", "")
    assert len(found) < 10_000


def test_only_what_came_out_in_schema_org_is_told() -> None:
    thing, names = "https://example.org/a", Names("en", {"https://example.org/b": [Term("literal", "Bee")]})
    facts = [
        (RDF + "type", Term("uri", SCHEMA + "Organization"), True),
        (SCHEMA + "funder", Term("uri", "https://example.org/b"), True),
        (SCHEMA + "amount", Term("literal", "12.5", "http://www.w3.org/2001/XMLSchema#decimal"), True),
        (SCHEMA + "count", Term("literal", "many", "http://www.w3.org/2001/XMLSchema#integer"), True),
        (OWL + "sameAs", Term("uri", "https://ror.org/1"), False),
        ("https://example.org/own", Term("literal", "no"), False),
    ]
    assert schema_org.described(thing, facts, names) == {
        "@context": "https://schema.org/", "@id": thing, "@type": "Organization", "amount": 12.5, "count": "many",
        "funder": {"@id": "https://example.org/b", "name": "Bee"}, "sameAs": "https://ror.org/1",
    }  # fmt: skip
    assert schema_org.described(thing, facts[1:], names) is None
