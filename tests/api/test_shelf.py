"""What the shelf gives back is what the application would say, and it never grows beyond its room."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, Quad
from starlette.types import Message

from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph_api.app import create_app
from numgraph_api.shelf import Shelf

PAGE = "/doc/infrastructure/racoon"
BROWSER = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PAGE, BROWSER),
        (PAGE, {"Accept": "text/turtle"}),
        ("/", BROWSER),
        ("/sparql?query=ASK%20%7B%7D&format=json", {}),
    ],
)
def test_the_second_answer_is_the_first(later: httpx.Client, path: str, headers: dict[str, str]) -> None:
    first, second = (later.get(path, headers=headers) for _ in range(2))
    assert second.content == first.content
    for name in ("etag", "content-type", "vary", "cache-control", "content-security-policy"):
        assert second.headers[name] == first.headers[name]
    head = later.head(path, headers=headers)
    assert (head.content, head.headers["content-type"]) == (b"", first.headers["content-type"])


def test_language_edition_view_and_format_are_kept_apart(later: httpx.Client) -> None:
    asked = [
        (PAGE, BROWSER), (PAGE, {**BROWSER, "Accept-Language": "de"}), (f"{PAGE}?edition=2", BROWSER),
        (f"{PAGE}?view=all", BROWSER), (PAGE, {"Accept": "text/turtle"}), (f"{PAGE}?lang=de", BROWSER),
    ]  # fmt: skip
    first = [later.get(path, headers=headers).content for path, headers in asked]
    again = [later.get(path, headers=headers).content for path, headers in asked]
    assert first == again
    assert len(set(first)) == len(asked)


class Counting:
    """An application that says how often it was asked."""

    def __init__(self, headers: dict[str, str], body: bytes, status: int = 200) -> None:
        self.asked, self.body, self.status = 0, body, status
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        self.asked += 1
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})  # type: ignore[operator]
        for part in (self.body[:10], self.body[10:]):
            more = part is not self.body[10:] and part == self.body[:10]
            await send({"type": "http.response.body", "body": part, "more_body": more})  # type: ignore[operator]


@pytest.fixture
def app(tmp_path: Path) -> object:
    node = NamedNode("https://example.org/")
    EmbeddedStore(tmp_path).commit([Quad(node, node, node)], message="", author="tests")

    class State:
        class site:  # noqa: N801 - as the application has it
            store = EmbeddedStore(tmp_path)

    class App:
        state = State

    return App


FIT = {
    "Cache-Control": "no-cache", "ETag": 'W/"x"', "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT", "Vary": "Accept",
}  # fmt: skip


def ask(
    shelf: Shelf, app: object, path: str = "/a", method: str = "GET", query: bytes = b"", **headers: str
) -> tuple[int, bytes]:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": method, "scheme": "http", "path": path, "query_string": query,
        "headers": told, "app": app,
    }  # fmt: skip
    said: list[Message] = []

    async def run() -> None:
        async def send(message: Message) -> None:
            said.append(message)

        await shelf(scope, None, send)  # type: ignore[arg-type]

    asyncio.run(run())
    return said[0]["status"], b"".join(one.get("body", b"") for one in said)


def test_what_is_fit_is_asked_for_once(app: object) -> None:
    inner = Counting(FIT, b"x" * 100)
    shelf = Shelf(inner, 1)
    assert ask(shelf, app) == ask(shelf, app) == (200, b"x" * 100)
    assert ask(shelf, app, method="HEAD") == (200, b"")
    assert ask(shelf, app, if_none_match='"x"') == (304, b"")
    assert ask(shelf, app, if_modified_since="Sat, 21 Nov 2026 10:00:00 GMT") == (304, b"")
    assert ask(shelf, app, if_modified_since="Thu, 19 Nov 2026 10:00:00 GMT")[0] == 200
    assert inner.asked == 1


@pytest.mark.parametrize(
    "change",
    [{"Cache-Control": "no-store"}, {"Vary": "Accept, Cookie"}, {"Vary": "*"}, {"ETag": ""}, {"Last-Modified": ""}],
)
def test_what_may_change_is_asked_for_each_time(app: object, change: dict[str, str]) -> None:
    inner = Counting({name: value for name, value in {**FIT, **change}.items() if value}, b"x" * 100)
    shelf = Shelf(inner, 1)
    ask(shelf, app), ask(shelf, app)
    assert inner.asked == 2


@pytest.mark.parametrize("known", [{"cookie": "a=b"}, {"authorization": "Bearer x"}, {"range": "bytes=0-1"}])
def test_who_is_known_gets_nothing_from_the_shelf_and_leaves_nothing_there(app: object, known: dict[str, str]) -> None:
    inner = Counting(FIT, b"x" * 100)
    shelf = Shelf(inner, 1)
    ask(shelf, app, **known), ask(shelf, app), ask(shelf, app, **known), ask(shelf, app)
    assert inner.asked == 3


def test_other_methods_statuses_and_headers_are_other_answers(app: object) -> None:
    inner = Counting(FIT, b"x" * 100, status=404)
    shelf = Shelf(inner, 1)
    ask(shelf, app), ask(shelf, app)
    assert inner.asked == 2
    inner.status = 200
    ask(shelf, app, method="POST"), ask(shelf, app, accept="a"), ask(shelf, app, accept="b"), ask(shelf, app, host="h")
    assert inner.asked == 6


def test_a_new_edition_is_another_key_and_an_unknown_one_is_none(app: object) -> None:
    inner = Counting(FIT, b"x" * 100)
    shelf = Shelf(inner, 1)
    ask(shelf, app), ask(shelf, app, query=b"edition=1"), ask(shelf, app, query=b"edition=1")
    assert inner.asked == 2
    node = NamedNode("https://example.org/2")
    app.state.site.store.commit([Quad(node, node, node)], message="", author="tests")  # type: ignore[attr-defined]
    (
        ask(shelf, app),
        ask(shelf, app, query=b"edition=1"),
        ask(shelf, app, query=b"edition=9"),
        ask(shelf, app, query=b"edition=9"),
    )
    assert inner.asked == 5


def test_the_shelf_keeps_to_its_room(app: object) -> None:
    inner = Counting(FIT, b"x" * 20_000)
    shelf = Shelf(inner, 1)
    for number in range(100):
        ask(shelf, app, f"/{number}")
    assert 40 < len(shelf.kept) < 50
    asked = inner.asked
    ask(shelf, app, "/99")
    assert inner.asked == asked
    ask(shelf, app, "/0")
    assert inner.asked == asked + 1
    inner.body = b"x" * 100_000
    ask(shelf, app, "/large"), ask(shelf, app, "/large")
    assert inner.asked == asked + 3


def test_a_shelf_without_room_keeps_nothing(app: object) -> None:
    inner = Counting(FIT, b"x" * 100)
    shelf = Shelf(inner, 0)
    ask(shelf, app), ask(shelf, app)
    assert inner.asked == 2


def test_the_application_has_a_shelf_of_the_size_that_the_setting_says(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path, page_cache=3))
    (made,) = [one for one in app.user_middleware if one.cls is Shelf]
    assert made.kwargs == {"megabytes": 3}
