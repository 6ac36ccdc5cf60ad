"""The pages show who says what, where sources disagree, and never more than the graph holds."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from numgraph import resources
from numgraph.dataset import assemble
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore

PAGES = [
    "/", "/browse", "/browse/Infrastructure", "/sources", "/conflicts", "/sparql", "/ontology", "/problems",
    "/doc/funding-phase/num-3", "/doc/organisation/hochschulmedizin-dresden", "/doc/person/clara-weber",
]  # fmt: skip


# Of these there are very many, or as many as one likes; a few of each are followed.
CROWDS = (
    "/timeline?", "/mentions/", "/why/", "?only=", "?at=", "/search?", "edition=", "view=", "/doc/claim/",
    ".ttl", ".jsonld", ".nt", ".rdf",
)  # fmt: skip
DATA = {"application/ld+json", "application/json"}  # script elements of these types are never run


@pytest.fixture(scope="session")
def browser(server: str) -> Iterator[httpx.Client]:
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
    with httpx.Client(base_url=server, headers=headers, timeout=20) as browser:
        yield browser


class Tags(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [str(attributes[attribute]) for _, attributes in self.found if attribute in attributes]


def words(page: httpx.Response) -> str:
    """The text of a page without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page.text)).split())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_is_whole_in_both_languages(browser: httpx.Client, path: str, language: str) -> None:
    page = browser.get(path, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.headers["content-language"] == language
    assert f'<html lang="{language}">' in page.text
    tags = Tags(page.text)
    assert [tag for tag, _ in tags.found].count("h1") == 1
    assert [tag for tag, _ in tags.found].count("main") == 1
    ids = tags.values("id")
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert len(page.content) < 300_000


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_inline_script_or_a_foreign_host(browser: httpx.Client, path: str) -> None:
    page = browser.get(path)
    tags = Tags(page.text)
    assert not tags.values("style")
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]
    scripts = [attributes for tag, attributes in tags.found if tag == "script"]
    assert all(one.get("type") in DATA or str(one.get("src")).startswith("/static/") for one in scripts)
    assert all(value.startswith("/static/") for value in tags.values("src"))
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"]


def test_no_link_of_the_site_is_broken(browser: httpx.Client) -> None:
    """Queries and most claims have tests of their own; data files are asked for their headers only."""
    waiting = ["/"]
    seen = set(waiting)
    for path in waiting:
        page = browser.request("HEAD" if re.search(r"\.(ttl|jsonld|nt|rdf)$", path) else "GET", path)
        assert page.status_code == 200, path
        for link in Tags(page.text).values("href"):
            target = link.partition("#")[0]
            crowd = [part for part in CROWDS if part in target]
            is_one_of_many = crowd and sum(crowd[-1] in one for one in seen) > 5
            if target.startswith("/") and target not in seen and "/sparql?" not in target and not is_one_of_many:
                seen.add(target)
                waiting.append(target)
    assert len(seen) > 50


def test_anchors_within_a_page_exist(browser: httpx.Client) -> None:
    for path in (*PAGES, source_path(browser)):
        tags = Tags(browser.get(path).text)
        ids = set(tags.values("id"))
        assert {link[1:] for link in tags.values("href") if link.startswith("#")} <= ids, path


def source_path(browser: httpx.Client) -> str:
    return re.findall(r"/doc/source/neue-phase-[0-9a-f]+", browser.get("/sources").text)[0]


def test_every_fact_of_an_entity_says_who_says_it_and_leads_to_the_sentence(browser: httpx.Client) -> None:
    page = browser.get("/doc/organisation/hochschulmedizin-dresden")
    assert "Der Standort ist nun an <mark>RACOON</mark>, <mark>NUKLEUS</mark> und <mark>AKTIN</mark>" in page.text
    assert "Dresden baut seine Beteiligung aus" in page.text
    assert "30 January 2026" in page.text
    (place,) = set(re.findall(r"/doc/source/bericht-aus-dresden-[0-9a-f]+#s\d+-\d+", page.text))
    path, _, anchor = place.partition("#")
    assert f'id="{anchor}"' in browser.get(path).text


def test_contradictions_stand_where_the_fact_stands(browser: httpx.Client) -> None:
    page = browser.get("/doc/funding-phase/num-3")
    said = words(page)
    assert "Sources disagree" in said
    for value in ("30 June 2030", "31 December 2030", "July 2030"):
        assert value in said
    assert said.index("30 June 2030used in the graph") < said.index("31 December 2030also said")
    assert "Why:" in said


def test_history_is_no_contradiction(browser: httpx.Client) -> None:
    said = words(browser.get("/doc/organisation/hochschulmedizin-dresden"))
    assert "Sources disagree" not in said
    assert "Over time (2)" in said


def test_what_is_only_planned_is_not_shown_as_a_fact(browser: httpx.Client) -> None:
    said = words(browser.get("/doc/university-hospital/homburg"))
    assert "AKTIN planned" in said
    assert "Homburg" not in words(browser.get("/doc/infrastructure/aktin")).split("Also known")[0]


def test_a_role_comes_with_its_organisation(browser: httpx.Client) -> None:
    said = words(browser.get("/doc/person/clara-weber"))
    assert "Leiterin · Technische Universität Dresden" in said
    assert "Clara Weber" in words(browser.get("/doc/university/tu-dresden"))


def test_an_amount_comes_with_its_currency(browser: httpx.Client) -> None:
    assert "160,000,000 EUR" in words(browser.get("/doc/funding-phase/num-3"))
    assert "160.000.000 EUR" in words(browser.get("/doc/funding-phase/num-3?lang=de"))


def test_the_source_page_shows_the_exact_text_with_its_claims(browser: httpx.Client) -> None:
    page = browser.get(source_path(browser))
    archive = re.search(r'<div class="archive"[^>]*>(.*?)</div>', page.text, re.DOTALL)
    assert archive is not None
    shown = html.unescape(re.sub(r"<[^>]+>", "", archive[1]))
    assert shown.startswith("Das Netzwerk geht in seine nächste Runde\n2025-07-01\n\nDie dritte")
    assert shown.endswith("an AKTIN beteiligt.\n\n")
    assert "<mark>31. Dezember 2030</mark>" in archive[1]
    assert "<mark>0351 1234567</mark>" in archive[1]
    assert "<mark>clara.weber(at)example.org</mark>" in archive[1]


def test_the_claim_page_shows_the_sentence_in_its_context(browser: httpx.Client) -> None:
    entity = browser.get("/doc/person/clara-weber").text
    for path in set(re.findall(r"/doc/claim/[a-z0-9-]+/[0-9a-f]+", entity)):
        page = browser.get(path)
        said = words(page)
        assert page.status_code == 200
        assert "Confidence" in said
        assert "by hand" in said
        assert '<span class="said">' in page.text
        assert "Das Netzwerk geht in seine nächste Runde" in said


def test_the_conflicts_page_shows_every_value_source_and_quote(browser: httpx.Client) -> None:
    said = words(browser.get("/conflicts"))
    for sentence in ("bis 30.06.2030", "endet am 31. Dezember 2030", "bis Juli 2030"):
        assert sentence in said
    for source in (
        "Dresden baut seine Beteiligung aus",
        "Das Netzwerk geht in seine nächste Runde",
        "Über das Netzwerk",
    ):
        assert source in said
    assert "Why:" in said


def test_the_conflict_itself_dereferences(browser: httpx.Client) -> None:
    path = re.findall(r"/doc/conflict/[^\"?#]+", browser.get("/conflicts").text)[0]
    assert "30 June 2030" in words(browser.get(path))


def test_values_are_escaped_and_dangerous_addresses_are_no_links(browser: httpx.Client) -> None:
    for path in ("/doc/organisation/markup", "/browse/Organisation", "/doc/network/num"):
        page = browser.get(path)
        assert "<img" not in page.text
        assert len(page.content) < 200_000
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert not [link for link in Tags(page.text).values("href") if link.lower().startswith("javascript:")]
    said = words(browser.get("/doc/organisation/markup"))
    assert "javascript:alert(1)" in said
    assert "javascript:alert(2)" in said


def test_right_to_left_controls_stay_in_their_own_element(browser: httpx.Client) -> None:
    body = browser.get("/doc/organisation/markup").text.partition("</head>")[2]
    for before in body.split("\u202e")[:-1]:
        assert max(before.rfind("<bdi"), before.rfind('dir="auto"')) > before.rfind("</bdi>")


def test_the_language_chosen_by_hand_is_kept_in_links(browser: httpx.Client) -> None:
    page = browser.get("/?lang=de")
    assert "Widersprüche" in page.text
    assert 'href="/sources?lang=de"' in page.text
    assert 'href="/static/site.css"' in page.text


def test_long_lists_have_pages(browser: httpx.Client) -> None:
    assert browser.get("/sources?page=99").status_code == 200
    assert browser.get("/sources?page=0").status_code == 400
    assert browser.get("/browse/Nonsense").status_code == 404


def test_pages_are_for_those_who_read_html(browser: httpx.Client) -> None:
    assert browser.get("/conflicts", headers={"Accept": "application/json"}).status_code == 406


def test_pages_are_not_sent_twice(browser: httpx.Client) -> None:
    for path in ("/", "/browse", "/sources", "/conflicts"):
        first = browser.get(path)
        assert browser.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_health_names_the_edition(browser: httpx.Client) -> None:
    answer = browser.get("/healthz")
    assert answer.json()["status"] == "ok"
    assert answer.json()["edition"] == 1


def test_unknown_paths_and_methods_are_problems(browser: httpx.Client) -> None:
    machine = {"Accept": "application/json"}
    assert browser.get("/nothing-here", headers=machine).headers["content-type"] == "application/problem+json"
    answer = browser.delete("/sparql", headers=machine)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/html" in browser.get("/nothing-here").headers["content-type"]


def test_a_server_without_an_edition_lives_and_says_what_to_do(
    tmp_path: Path, serve: Callable[[Settings], AbstractContextManager[str]]
) -> None:
    with serve(Settings(data=tmp_path / "empty", readers=1)) as address:
        assert httpx.get(f"{address}/healthz").json()["edition"] is None
        for path in ("/", "/doc/network/num", "/sparql?query=ASK%20%7B%7D"):
            answer = httpx.get(address + path)
            assert answer.status_code == 503, path
            assert "numgraph build" in answer.json()["detail"]


def test_a_new_edition_is_served_without_a_restart(
    tmp_path: Path, serve: Callable[[Settings], AbstractContextManager[str]], sample: Callable[..., list]
) -> None:
    settings = Settings(data=tmp_path, readers=1)
    readings = sample()
    commit(settings, readings[:1])
    with serve(settings) as address:
        before = httpx.get(f"{address}/doc/funding-phase/num-3", headers={"Accept": "text/html"})
        commit(settings, readings)
        after = httpx.get(f"{address}/doc/funding-phase/num-3", headers={"Accept": "text/html"})
    assert "Sources disagree" not in before.text
    assert "Sources disagree" in after.text
    assert before.headers["etag"] != after.headers["etag"]


def commit(settings: Settings, readings: list) -> None:
    dataset = assemble(readings, settings, resources.ontology(), resources.shapes())
    EmbeddedStore(settings.data).commit(dataset.quads, message="", author="tests", archive=dataset.archive)
