"""Nothing that a source or a table can say becomes markup, a dangerous link, or a page that bursts: on every page kind.

One press text and one directory whose every field carries markup, a ``javascript:`` address, controls that turn text
round, and a million characters, published and read on every page that shows them. And the same by every way in: a text,
a page, a message, a feed, the settings, a query, a search, published by the real build and read link by link.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from lxml import etree
from pyoxigraph import Literal, NamedNode, Quad

from numgraph import resources
from numgraph.build import build
from numgraph.dataset import assemble
from numgraph.iris import Namespace
from numgraph.mapping.directory import read_directory
from numgraph.model import Block, BlockKind, Claim, Document, Entity, Evidence, Field, Reading, Value
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.terms import SCHEMA, XSD, num

MARKUP = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`--><svg/onload=alert(3)>"
TURNED = "\u202eevil\u2066\u200f"
NASTY = f"{MARKUP}{TURNED}"
LONG = "x" * 1_000_000
SCRIPT = "javascript:alert(4)"
TURNING = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

BASE = Namespace(Settings().base)
ORGANISATION = Entity("organisation/nasty", f"Haus {NASTY}", "Organisation", "de", (f"Alias {NASTY}", "Kürzel"))
PLACE = Entity("place/nasty", f"Ort {NASTY}", "Place", "de")
PERSON = Entity("person/nasty", f"Name {NASTY}", "Person")
EVENT = Entity("event/nasty", f"Fest {NASTY}", "Event", "de")
PHASE = Entity("funding-phase/nasty", f"Phase {NASTY}", "FundingPhase", "de")
KEYS = [one.key for one in (ORGANISATION, PLACE, PERSON, EVENT, PHASE)]

# subject, predicate, object, further fields of the claim
SAYS = (
    (ORGANISATION, "locatedIn", PLACE, {}),
    (ORGANISATION, "goal", Value(NASTY, language="de"), {}),
    (ORGANISATION, "goal", Value(LONG), {}),
    (ORGANISATION, "website", Value(SCRIPT, "url"), {}),
    (ORGANISATION, "countOfProjects", Value("3", "integer"), {}),
    (PERSON, "role", Value(f"Rolle {NASTY}", language="de"), {"at": ORGANISATION}),
    (PERSON, "leads", ORGANISATION, {}),
    (PERSON, "email", Value(f"{MARKUP}@example.org", "email"), {}),
    (PERSON, "address", Value(NASTY), {}),
    (EVENT, "eventDate", Value("2026-01-30", "date"), {}),
    (EVENT, "eventPlace", PLACE, {}),
    (EVENT, "eventMotto", Value(NASTY, language="de"), {}),
    (PHASE, "fundingStart", Value("2025-07", "gYearMonth"), {}),
    (PHASE, "fundingEnd", Value("2030-12-31", "date"), {}),
    (PHASE, "phaseOf", ORGANISATION, {}),
)
CONTRADICTION = ((PHASE, "fundingEnd", Value("2030-06-30", "date"), {}),)


def reading(name: str, says: tuple, date: str) -> Reading:
    """A document full of what nobody should write; every claim quotes the nastiest line."""
    sentence = f"Das sagt {NASTY} über alles."
    text = f"{NASTY}\n\n{sentence}\n\n{LONG[:400_000]}\n\n{sentence} Noch einmal ({name}).\n"
    blocks = (Block(BlockKind.HEADLINE, 0, len(NASTY)), Block(BlockKind.BODY, len(NASTY) + 2, len(text)))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    fields = (Field("title", f"Titel {NASTY}", 0, len(NASTY)), Field("published_on", date, 0, 4))
    document = Document(
        f"{name}-{sha256[:8]}", f"{MARKUP}.txt", text, blocks, "de", MARKUP, "text/plain", sha256, fields
    )
    start = text.index(sentence)
    evidence = Evidence.at(document, start, start + len(sentence))
    far = Evidence.at(document, text.rindex(sentence), text.rindex(sentence) + len(sentence))
    claims = [Claim(*said[:3], evidence, f"rule {MARKUP}", **{"confidence": 0.95, **said[3]}) for said in says]
    claims.append(Claim(ORGANISATION, "memberOf", EVENT, far, "far away", 0.9))
    claims.append(Claim(None, "publisher", ORGANISATION, evidence, "layout", 0.95))
    return Reading(document, tuple(claims), text.encode())


def directory(folder: Path) -> Path:
    """A table whose every cell is nasty, with a mapping that believes it."""
    folder.mkdir()
    rows = [f'place/table-{n},"{MARKUP.replace(chr(34), chr(34) * 2)}{TURNED} {n}",51.{n},13.{n}' for n in range(40)]
    (folder / "nasty.csv").write_text("\n".join(["key,label,lat,lon", *rows]) + "\n", encoding="utf-8")
    (folder / "about.yaml").write_text(
        json.dumps(
            {"title": f"Verzeichnis {NASTY}", "publisher": NASTY, "table": "nasty.csv", "mapping": "mapping.yml"}
        )
    )
    (folder / "mapping.yml").write_text(
        """
prefixes: {num: "https://w3id.org/numgraph/ontology#", skos: "http://www.w3.org/2004/02/skos/core#", schema: "https://schema.org/"}
mappings:
  places:
    sources: [["nasty.csv~csv"]]
    s: $(key)
    po:
      - [a, num:Place]
      - [skos:prefLabel, $(label), de~lang]
      - [schema:latitude, $(lat), xsd:decimal]
      - [schema:longitude, $(lon), xsd:decimal]
"""
    )
    return folder


# What the pipeline refuses, but a foreign data set could bring along.
def foreign() -> Iterator[Quad]:
    thing = NamedNode(BASE.thing(ORGANISATION.key))
    yield Quad(thing, NamedNode(num("website")), Literal(SCRIPT, datatype=NamedNode(XSD + "anyURI")))
    yield Quad(thing, NamedNode(num("partnerOf")), NamedNode(SCRIPT))
    yield Quad(thing, NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch"), NamedNode(SCRIPT))
    yield Quad(thing, NamedNode(num("goal")), Literal(LONG))
    yield Quad(thing, NamedNode("http://www.w3.org/2004/02/skos/core#altLabel"), Literal(LONG))
    place = NamedNode(BASE.thing(PLACE.key))
    for name, value in (("latitude", "51.05"), ("longitude", "13.7"), ("latitude", NASTY), ("longitude", "1e999")):
        yield Quad(place, NamedNode(SCHEMA + name), Literal(value))


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Settings], AbstractContextManager[str]]
) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(data=folder / "data", readers=1)
    readings = [reading("one", SAYS, "2026-01-30"), reading("two", CONTRADICTION, "2025-07-01")]
    tables = [read_directory(directory(folder / "nasty"))]
    dataset = assemble(readings, settings, resources.ontology(), resources.shapes(), directories=tables)
    quads = (*dataset.quads, *foreign())
    EmbeddedStore(settings.data).commit(quads, message=NASTY, author=NASTY, archive=dataset.archive)
    with serve(settings) as address, httpx.Client(base_url=address, headers=PERSON_READS, timeout=30) as client:
        yield client


PERSON_READS = {"Accept": "text/html", "Accept-Language": "en"}


class Elements(HTMLParser):
    """Elements with their attributes, and the text of those that hold data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[str] = []
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._in_data = tag == "script" and "json" in (dict(attrs).get("type") or "")
        if self._in_data:
            self.data.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data[-1] += data


def pages(site: httpx.Client) -> list[str]:
    """An address of every kind of page that shows what sources say."""
    found = [f"/doc/{key}" for key in KEYS]
    found += ["/", "/browse", "/browse/Place", "/browse/Organisation", "/sources", "/conflicts", "/timeline", "/map"]
    found += ["/map?area=de", f"/mentions/{PLACE.key}?property=num:locatedIn", "/search?q=nasty", "/search?q=Haus"]
    everything = "".join(site.get(path).text for path in found)
    for kind in (r"/doc/source/[^\"?#]+", r"/doc/claim/[^\"?#]+", r"/doc/conflict/[^\"?#]+", r"/why/[^\"#]+"):
        behind = sorted({html.unescape(link) for link in re.findall(kind, everything)})
        assert behind, kind
        found += behind[:8]
    sources = [path for path in found if path.startswith("/doc/source/")]
    found += [f"{path}?at={at}" for path in sources for at in (400_000, 5_000, 10**9)]
    return found


SAID = f"Die Hochschulmedizin Dresden wirkt an RACOON und NUKLEUS mit. {NASTY} Das NUM fördert {NASTY}."
PROSE = "Das Netzwerk geht in seine nächste Runde, und viele Häuser in ganz Deutschland freuen sich darüber sehr. " * 4
MESSAGE = f"""Received: from example.org
From: =?utf-8?q?Clara?= {MARKUP} <clara@example.org>
Date: Tue, 1 Jul 2025 10:00:00 +0200
Subject: Nachricht {MARKUP}
Content-Type: text/plain; charset=utf-8

{SAID}

Prof. Dr. Clara Weber leitet NUM4Rare. {SCRIPT} https://example.org/{MARKUP}
"""


def inputs(folder: Path) -> Path:
    """Files of every kind, nasty in each of their fields."""
    folder.mkdir()
    said, title = html.escape(SAID), html.escape(NASTY)
    page = f'<title>{title}</title><meta name="author" content="{title}"><meta name="date" content="2025-07-01">'
    page += f"<body><main><article><h1>{title}</h1><p>{PROSE}</p><p>{said}</p>"
    page += f'<p><a href="{SCRIPT}">{title}</a></p></article></main></body>'
    item = f"<item><title>{title}</title><link>{SCRIPT}</link><author>{title}</author>"
    item += "<pubDate>Tue, 01 Jul 2025 10:00:00 GMT</pubDate>"
    item += f"<description>{html.escape(f'<p>{said}</p>')}</description></item>"
    (folder / "text.txt").write_text(f"Meldung {NASTY}\n\n1. Juli 2025\n\n{SAID}\n\nKontakt: {NASTY}\n", "utf-8")
    (folder / "page.html").write_text(f"<!doctype html><html lang='de'>{page}</html>", "utf-8")
    (folder / "message.eml").write_text(MESSAGE, "utf-8")
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>{title}</title>{item}</channel></rss>', "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Settings], AbstractContextManager[str]]
) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("inputs")
    settings = Settings(data=folder / "data", readers=1, workers=1, publish_directories=False, publisher=NASTY)
    build([inputs(folder / "in")], settings.data, settings, message=NASTY, author=NASTY)
    with serve(settings) as address, httpx.Client(base_url=address, headers=PERSON_READS, timeout=30) as client:
        yield client


def linked(site: httpx.Client) -> list[str]:
    """What can be reached within three clicks, a few dozen of each kind; and pages that repeat what is asked."""
    quoted = quote(NASTY)
    query = quote(f'SELECT ("{MARKUP.replace(chr(34), "")}" AS ?x) ("{SCRIPT}" AS ?y) {{}}')
    found = [
        "/",
        f"/search?q={quoted}",
        f"/sparql?query={query}",
        f"/sparql?query={quoted}",
        f"/doc/{quoted}",
        "/dataset",
    ]
    counted: dict[str, int] = {}
    for path in found:
        if len(found) > 300:
            break
        for link in map(html.unescape, re.findall(r'href="(/[^"#]*)', site.get(path).text)):
            kind = re.sub(r"[^/]+$", "", link.partition("?")[0])
            if link not in found and not re.search(r"\.(ttl|nt|rdf|jsonld|gz|xml|atom|css|svg)|SUMS|/static/", link):
                counted[kind] = counted.get(kind, 0) + 1
                found += [link] if counted[kind] <= 30 else []
    return found


@pytest.fixture(scope="module", params=["records", "inputs"])
def read(request: pytest.FixtureRequest) -> dict[str, httpx.Response]:
    name, of = {"records": ("site", pages), "inputs": ("built", linked)}[request.param]
    site = request.getfixturevalue(name)
    found = {path: site.get(path, follow_redirects=True) for path in of(site)}
    return {path: page for path, page in found.items() if page.headers["content-type"].startswith("text/html")}


def test_every_page_of_hostile_data_is_served_and_stays_light(read: dict[str, httpx.Response]) -> None:
    nonsense = {path for path in read if quote(NASTY) in path}  # no query, no thing
    told = {path: page.status_code for path, page in read.items() if path not in nonsense}
    assert {path: status for path, status in told.items() if status != 200} == {}
    assert {path: len(page.content) for path, page in read.items() if len(page.content) > 300_000} == {}


def test_no_value_becomes_an_element_or_an_attribute(read: dict[str, httpx.Response]) -> None:
    for path, page in read.items():
        elements = Elements(page.text).found
        assert not [one for one in elements if one[0] == "img"], path
        assert not [name for _, attributes in elements for name in attributes if name.startswith("on")], path
        sources = [attributes for tag, attributes in elements if tag == "script"]
        assert all(str(one.get("src", "/static/")).startswith("/static/") for one in sources), path
        assert "<script>alert" not in page.text, path
        assert "<svg/onload" not in page.text, path


def test_no_link_leads_into_a_script(read: dict[str, httpx.Response]) -> None:
    allowed = ("/", "?", "#", "https://", "http://", "mailto:", "tel:")
    for path, page in read.items():
        for tag, attributes in Elements(page.text).found:
            for name in ("href", "src", "action", "xlink:href", "formaction"):
                value = attributes.get(name)
                assert value is None or value == "" or value.startswith(allowed), f"{path}: {tag} {name}={value[:80]}"


def test_data_inside_pages_is_json_and_cannot_leave_its_element(read: dict[str, httpx.Response]) -> None:
    for page in read.values():
        for data in Elements(page.text).data:
            json.loads(data)
            assert "<" not in data


def test_controls_that_turn_text_round_are_isolated_or_left_out(read: dict[str, httpx.Response]) -> None:
    """Within <bdi>, dir=auto or a field of text they cannot reach beyond; in titles and pictures there are none."""
    for path, page in read.items():
        body = page.text.partition("</head>")[2]
        assert not set(page.text.partition("</head>")[0].partition("<title>")[2]) & set(TURNING), path
        for picture in re.findall(r"<svg.*?</svg>", body, re.DOTALL):
            assert not set(picture) & set(TURNING), path
        for found in re.finditer("\u202e", body):
            assert _is_isolated(body[: found.start()]), f"{path}: {body[found.start() - 200 : found.start()]}"


def _is_isolated(before: str) -> bool:
    """Whether an element that isolates its text, or a field of text, is open at the end of ``before``."""
    ends = {
        "<bdi": "</bdi>",
        "<textarea": "</textarea>",
        '<div class="archive"': "</div>",
        "<code": "</code>",
        "<option": "</option>",
    }
    opened = [start for start, end in ends.items() if before.rfind(start) > before.rfind(end)]
    in_a_tag = before.rfind("<") > before.rfind(">")
    return bool(opened) or in_a_tag


def test_long_values_are_cut_on_the_page_and_whole_in_the_data(site: httpx.Client) -> None:
    page = site.get(f"/doc/{ORGANISATION.key}")
    assert "x…" in page.text
    assert LONG in site.get(f"/doc/{ORGANISATION.key}.nt").text


def test_a_place_without_a_position_on_earth_is_not_on_the_map(site: httpx.Client) -> None:
    shown = site.get("/map?area=de").text
    assert "inf" not in "".join(re.findall(r'c[xy]="([^"]*)"', shown))
    assert "nan" not in shown.lower().partition('<svg class="map"')[2].partition("</svg>")[0].replace(NASTY.lower(), "")


def strings(found: object) -> Iterator[dict]:
    """Every object within JSON."""
    if isinstance(found, dict):
        yield found
    for one in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from strings(one)


def test_the_ways_in_left_their_traces(built: httpx.Client) -> None:
    """Else the tests above would have looked at nothing."""
    sources = built.get("/sources").text
    assert sources.count("/doc/source/") == 4
    assert html.escape(MARKUP[:8], quote=False) in sources
    assert NASTY in {one.get("@value") for one in strings(built.get("/dataset.jsonld").json())}


@pytest.mark.parametrize("path", ["/feeds/sources.atom", "/feeds/editions.atom", "/sitemap.xml", "/opensearch.xml"])
def test_what_programs_read_stays_well_formed(built: httpx.Client, path: str) -> None:
    found = built.get(path)
    assert found.status_code == 200
    assert not list(etree.fromstring(found.content).iter("{*}script", "{*}img"))
