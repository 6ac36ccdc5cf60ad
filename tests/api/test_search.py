"""Search and browsing by facets: page and JSON agree, counts are true, and nothing typed or titled breaks out."""

from __future__ import annotations

import html
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from numgraph import indexing
from numgraph.iris import Namespace
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore

HTML = {"Accept": "text/html", "Accept-Language": "en"}
NASTY = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "\u202eevil", "';--", "&lt;b&gt;")


def patiently(client: httpx.Client, address: str, **options: object) -> httpx.Response:
    """An index in the making answers 503 with Retry-After; a client that comes back gets the answer."""
    deadline = time.monotonic() + 60
    while (answer := client.get(address, **options)).status_code == 503 and time.monotonic() < deadline:
        assert int(answer.headers["retry-after"]) > 0
        time.sleep(0.3)
    return answer


@pytest.fixture(scope="session")
def searching(client: httpx.Client) -> httpx.Client:
    """A client of a server whose index is there; the sample was committed without one."""
    assert patiently(client, "/search.json").status_code == 200
    return client


class Links(HTMLParser):
    """Where the links of a page lead, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs))

    def inside(self, path: str) -> list[str]:
        return [str(one["href"]) for one in self.found if urlsplit(str(one.get("href"))).path == path]


def text_of(page: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page.text)).split())


def test_page_and_json_say_the_same(searching: httpx.Client) -> None:
    for question in ("Dresden", "RACOON OR NUKLEUS", '"dritte Förderphase"', "Netzwerk nicht Dresden", ""):
        said = searching.get("/search.json", params={"q": question}).json()
        page = searching.get("/search", params={"q": question}, headers=HTML)
        hits = Links(page.text).found
        shown = [str(one["href"]) for one in hits if str(one.get("href", "")).startswith("/doc/")]
        first = list(dict.fromkeys(href.partition("#")[0] for href in shown))
        assert first == [hit["url"] for hit in said["hits"]]
        words = text_of(page)
        for hit in said["hits"]:
            assert " ".join(hit["label"]["text"].split()) in words
            for sentence in hit["sentences"]:
                assert " ".join(sentence["text"].split()) in words
        for values in said["facets"].values():
            for one in values[:8]:
                assert (
                    f"{one['label']}{one['count']}" in words.replace(" ", "").replace(",", "") or one["label"] in words
                )


def test_json_is_negotiated_and_the_edition_is_told(searching: httpx.Client) -> None:
    by_accept = searching.get("/search", params={"q": "num"}, headers={"Accept": "application/json"})
    by_name = searching.get("/search.json", params={"q": "num"}, headers={"Accept": "text/html"})
    assert by_accept.json() == by_name.json()
    assert by_name.headers["content-type"].startswith("application/json")
    assert by_name.json()["edition"] == int(by_name.headers["x-numgraph-edition"]) == 1
    assert searching.get("/search", headers={"Accept": "text/turtle"}).status_code == 406


def test_marks_are_offsets_of_the_words_asked_for(searching: httpx.Client) -> None:
    said = searching.get("/search.json", params={"q": "foerderphase"}).json()
    marked = {
        one["text"][start:end]
        for hit in said["hits"]
        for one in (hit["label"], *hit["aliases"], *hit["sentences"])
        for start, end in one["marks"]
    }
    assert marked
    assert all(word.startswith("Förderphase") for word in marked)


def test_a_sentence_with_evidence_leads_to_its_place_in_the_source(searching: httpx.Client) -> None:
    said = searching.get("/search.json", params={"q": "Clara Weber leitet", "kind": "documents"}).json()
    [sentence] = [one for hit in said["hits"] for one in hit["sentences"] if "leitet NUM4Rare" in one["text"]]
    assert sentence["evidence"]
    path, _, anchor = sentence["url"].partition("#")
    assert f'id="{anchor}"' in searching.get(path, headers=HTML).text


def test_every_count_on_the_page_is_what_its_link_gives(searching: httpx.Client) -> None:
    said = searching.get("/search.json", params={"q": "Dresden OR num"}).json()
    for facet, values in said["facets"].items():
        for one in values:
            chosen = {"q": "Dresden OR num", facet: one["value"]}
            assert searching.get("/search.json", params=chosen).json()["total"] == one["count"], (facet, one)
    for one in said["kinds"]:
        chosen = {"q": "Dresden OR num", "kind": one["value"]}
        assert searching.get("/search.json", params=chosen).json()["total"] == one["count"]


def test_links_of_filters_choose_and_drop(searching: httpx.Client) -> None:
    page = searching.get("/search", params={"q": "num", "class": "Network"}, headers=HTML)
    chosen = [str(one["href"]) for one in Links(page.text).found if one.get("aria-current") == "true"]
    [dropping] = [href for href in chosen if "q=num" in href and "lang=" not in href]
    assert dict(parse_qsl(urlsplit(dropping).query)) == {"q": "num"}
    adding = [href for href in Links(page.text).inside("/search") if href.count("class=") == 2]
    more = searching.get(adding[0], headers=HTML)
    assert more.status_code == 200


def test_pages_follow_each_other_without_gap(searching: httpx.Client) -> None:
    seen: list[str] = []
    address: str | None = "/search.json"
    while address:
        said = searching.get(address).json()
        seen += [hit["id"] for hit in said["hits"]]
        address = said["next"]
    assert len(seen) == len(set(seen)) == said["total"]
    assert searching.get("/search.json", params={"page": 999_999}).json()["page"] == said["pages"]


@pytest.mark.parametrize(("question", "position"), [("(Dresden", 1), ("Dresden UND", 9), ('num "offen', 5)])
def test_a_question_that_cannot_be_read_is_refused_with_its_place(
    searching: httpx.Client, question: str, position: int
) -> None:
    answer = searching.get("/search.json", params={"q": question})
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["position"] == position
    for language, words in (("en", "cannot be read"), ("de", "lässt sich nicht lesen")):
        page = searching.get("/search", params={"q": question}, headers={**HTML, "Accept-Language": language})
        assert page.status_code == 400
        assert words in page.text
        assert f'value="{html.escape(question)}"' in page.text.replace("&#34;", "&quot;")


@pytest.mark.parametrize(
    "query",
    [
        {"q": "(" * 10_000},
        {"q": "x" * 30_000},
        {"kind": "planets"},
        {"sort": "random"},
        {"from": "gestern"},
        {"page": "0"},
        {"page": "-1"},
        {"subject": "x" * 1000},
        [("subject", str(n)) for n in range(100)],
    ],
)
def test_hostile_requests_are_refused_quickly(searching: httpx.Client, query: object) -> None:
    begun = time.perf_counter()
    answer = searching.get("/search.json?" + urlencode(query))
    assert answer.status_code == 400
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("text", NASTY)
def test_what_is_typed_never_becomes_markup(searching: httpx.Client, text: str) -> None:
    names = ("q", "subject", "publisher", "class", "from")
    for name in names:
        page = searching.get("/search", params={name: text}, headers=HTML)
        assert page.status_code in {200, 400}
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert ">49<" not in page.text
    assert searching.get("/suggest", params={"q": text}).json()[0] == text


def test_markup_in_names_and_texts_stays_text(searching: httpx.Client) -> None:
    page = searching.get("/search", params={"q": "alert"}, headers=HTML)
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text
    said = searching.get("/search.json", params={"q": "alert"})
    assert said.json()["total"] >= 2
    assert said.headers["x-content-type-options"] == "nosniff"


def test_nothing_found_offers_a_correction_and_help(searching: httpx.Client) -> None:
    page = searching.get("/search", params={"q": "Dresdn", "class": "Network"}, headers=HTML)
    words = text_of(page)
    assert "Nothing found" in words
    assert "Did you mean Dresden?" in words
    assert "How to search" in words
    corrected = next(href for href in Links(page.text).inside("/search") if "q=Dresden" in href)
    assert dict(parse_qsl(urlsplit(corrected).query))["q"] == "Dresden"


def test_suggestions_are_in_the_form_that_browsers_read(searching: httpx.Client) -> None:
    answer = searching.get("/suggest", params={"q": "racoo"}, headers={"Accept-Language": "de"})
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    typed, names, kinds, addresses = answer.json()
    assert typed == "racoo"
    assert names[0] == "RACOON"
    assert kinds[0] == "Infrastruktur"
    assert addresses[0] == "/doc/infrastructure/racoon"
    assert len(names) == len(kinds) == len(addresses) <= 10
    assert searching.get("/suggest").json() == ["", [], [], []]


@pytest.mark.parametrize("path", ["/search?q=num", "/search.json?q=num", "/suggest?q=num", "/browse/Network"])
def test_answers_are_kept_until_the_next_edition(searching: httpx.Client, path: str) -> None:
    first = searching.get(path, headers=HTML)
    assert first.status_code == 200
    again = searching.get(path, headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert "Accept-Language" in first.headers["vary"]
    if not path.startswith("/suggest"):
        head = searching.head(path, headers=HTML)
        assert head.status_code == 200
        assert head.headers["etag"] == first.headers["etag"]
        assert head.content == b""


def test_every_page_has_the_search_box_and_the_script_is_no_need(searching: httpx.Client) -> None:
    for path in ("/", "/browse", "/sources", "/search", "/doc/network/num"):
        page = searching.get(path, headers=HTML)
        assert 'role="search"' in page.text
        assert 'action="/search"' in page.text
        assert 'name="q"' in page.text


def test_the_interface_is_described_for_machines(searching: httpx.Client) -> None:
    paths = searching.get("/openapi.json").json()["paths"]
    names = {one["name"] for one in paths["/search"]["get"]["parameters"]}
    facets = {"subject", "type", "region", "language", "publisher", "class"}
    assert names >= {"q", "kind", "from", "to", "page", "sort"} | facets
    assert "application/x-suggestions+json" in paths["/suggest"]["get"]["responses"]["200"]["content"]


def test_an_index_comes_with_its_edition_and_is_made_anew_where_it_lacks(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(data, copy)
    edition = EmbeddedStore(copy).current()
    shutil.rmtree(indexing.place(edition), ignore_errors=True)
    indexing.make(edition, Namespace())
    assert (indexing.place(edition) / "meta.json").is_file()
    assert sorted(one.name for one in edition.path.parent.iterdir()) == ["000001"]
    indexing.make(edition, Namespace())  # whoever comes second changes nothing


def test_a_search_stays_in_its_edition(
    data: Path, tmp_path: Path, serve: Callable[[Settings], AbstractContextManager[str]]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(data, copy)
    with serve(Settings(data=copy)) as address, httpx.Client(base_url=address, timeout=30) as client:
        before = patiently(client, "/search.json", params={"q": "Dresden"}).json()
        store = EmbeddedStore(copy)
        store.commit([], message="Nothing left", author="tests")
        after = patiently(client, "/search.json", params={"q": "Dresden"})
        assert (after.json()["edition"], after.json()["total"]) == (2, 0)
        back = client.get("/search.json", params={"q": "Dresden", "edition": "1"}).json()
        assert {**back, "hits": [hit["id"] for hit in back["hits"]]} == {
            **before, "hits": [hit["id"] for hit in before["hits"]]
        }  # fmt: skip


CLASSES = ("Organisation", "Infrastructure", "Network", "FundingPhase", "Place", "Person")


@pytest.fixture(scope="session")
def browsing(client: httpx.Client) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=str(client.base_url), headers=HTML, timeout=30) as one:
        yield one


def listed(page: httpx.Response) -> int:
    return int(re.search(r'id="rows"[^>]*><span[^>]*>([\d,]+)<', page.text)[1].replace(",", ""))


def counted(page: httpx.Response) -> list[tuple[str, int]]:
    """The address of each filter that is not chosen, with the count beside it."""
    link, label = r'<li><a href="([^"]+)" rel="nofollow">', r'<span class="tick"[^>]*></span><bdi>[^<]*</bdi>'
    pattern = rf'{link}{label}<span class="n">([\d,]+)<'
    return [(html.unescape(href), int(n.replace(",", ""))) for href, n in re.findall(pattern, page.text)]


@pytest.mark.parametrize("name", CLASSES)
def test_each_count_beside_a_filter_is_the_number_of_rows_behind_it(browsing: httpx.Client, name: str) -> None:
    page = browsing.get(f"/browse/{name}")
    assert page.status_code == 200
    for href, n in counted(page):
        narrowed = browsing.get(href)
        assert listed(narrowed) == n
        for deeper, m in counted(narrowed)[:3]:
            assert listed(browsing.get(deeper)) == m <= n


def test_letters_divide_the_list(browsing: httpx.Client) -> None:
    page = browsing.get("/browse/Organisation")
    letters = re.findall(r'<li><a href="([^"]+)" title="(\d+)">', page.text)
    assert sum(int(n) for _, n in letters) == listed(page)
    for href, n in letters:
        assert listed(browsing.get(html.unescape(href))) == int(n)


@pytest.mark.parametrize(
    "query",
    ["type=Person", "locatedIn=nowhere", "unknown=1", "letter=AB", "source=%3E%20%7D", f"{'x' * 400}=1"],
)
def test_filters_that_are_none_are_refused(browsing: httpx.Client, query: str) -> None:
    assert browsing.get(f"/browse/Organisation?{query}").status_code == 400


def test_a_value_never_leaves_its_quotes_in_a_query(browsing: httpx.Client) -> None:
    for value in ('" ) } #', "a\\", 'x"@de', "\n", "}} UNION {{"):
        for facet in ("source", "partOf", "type", "memberOf"):
            answer = browsing.get("/browse/Organisation?" + urlencode({facet: value}))
            assert answer.status_code in {200, 400}
            assert answer.status_code == 400 or listed(answer) == 0


def test_the_json_is_json_whatever_is_in_it(searching: httpx.Client) -> None:
    for question in ("", "alert", "evil"):
        json.loads(searching.get("/search.json", params={"q": question}).content)
