"""What one running application holds: settings, the pool of readers, words, templates. Made by the app factory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from numgraph.access import Keyring
from numgraph.errors import BrokenStore, NoSuchEdition
from numgraph.iris import Namespace
from numgraph.scribe import Scribe
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedEdition, EmbeddedStore
from numgraph.store.kinds import Kind

from . import asking, atoms, display, views
from .answers import Answer
from .display import Reader
from .examples import Example
from .faults import BadRequest
from .links import Links
from .termbook import Terms
from .views import View
from .wording import LANGUAGES, Wording, preferred

HERE = Path(__file__).parent
Loaded = TypeVar("Loaded")
HTML_HEADERS = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}


_MOST_KEPT = 256  # things that a look at a whole graph has found


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a route needs. ``site_of`` gives each request its own, held to one edition from first to last."""

    settings: Settings
    store: EmbeddedStore
    pool: asking.Readers
    wordings: Mapping[str, Wording]
    templates: Environment
    terms: Terms
    examples: tuple[Example, ...]
    kind: Kind
    keyring: Keyring
    scribe: Scribe
    present: EmbeddedEdition | None = None  # the edition that answers; None before the first is published
    as_of: EmbeddedEdition | None = None  # the same, where the reader chose it
    view: View = views.AGREED_VIEW  # whose word the reader wants
    # Threads that make long pages: more than one would only wait for Python's lock, and the event loop with them.
    rendering: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    making: anyio.Lock = field(default_factory=anyio.Lock)  # held while a dump is made
    _editions: dict[tuple[int, int], EmbeddedEdition] = field(default_factory=dict)  # by number and stamp
    _kept: OrderedDict[tuple[int, str, Hashable], Any] = field(default_factory=OrderedDict)

    @property
    def namespace(self) -> Namespace:
        return Namespace(self.settings.base)

    @property
    def base(self) -> str:
        """What relative IRIs of queries, updates and uploads are resolved against."""
        return f"{self.settings.base}/"

    def edition(self) -> EmbeddedEdition:
        """The edition that answers this request. Raises NoSuchEdition where none is published."""
        return self.present or self.numbered(self.store.current_number())

    def numbered(self, number: int) -> EmbeddedEdition:
        """An edition by number; its manifest is read once. Raises NoSuchEdition."""
        key = number, self.store.stamp(number)
        if key not in self._editions:
            self._editions[key] = self.store.edition(number)
        return self._editions[key]

    def at(self, chosen: str | None) -> Site:
        """This site held to the edition with that number, or to the current one. Raises BadRequest, NoSuchEdition."""
        if chosen is None:
            found = self._current()
            return self._held_to(found) if found else self
        if not chosen.isascii() or not chosen.isdigit():
            raise BadRequest(f"edition is the number of an edition, not {chosen[:40]!r}")
        found = self.numbered(int(chosen[:9]))
        return replace(self._held_to(found), as_of=found)

    def _current(self) -> EmbeddedEdition | None:
        try:
            return self.numbered(self.store.current_number())
        except NoSuchEdition:
            return None

    def _held_to(self, edition: EmbeddedEdition) -> Site:
        return replace(self, present=edition, pool=self.pool.at(edition.number, edition.content_hash))

    async def archived(self, document_id: str) -> str | None:
        """The archived text of a source in the present edition; None where the archive lacks it."""
        edition = self.edition()
        try:
            data = await anyio.to_thread.run_sync(edition.archived, f"{document_id}.txt")
        except BrokenStore:
            return None
        return data.decode("utf-8")

    async def kept(self, name: Hashable, load: Callable[[], Awaitable[Loaded]]) -> Loaded:
        """What ``load`` found in this edition, loaded once: for what costs a look at the whole graph."""
        edition = self.edition()
        key = (edition.number, edition.content_hash, name)
        if key not in self._kept:
            self._kept[key] = await load()
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        kept: Loaded = self._kept[key]
        return kept

    async def select(self, query: str) -> Answer:
        """The whole answer to one of the pages' own questions."""
        return await asking.select(self.pool, query)

    def reader(self, request: Request) -> Reader:
        """Whom a page is made for. ``?lang=`` goes before Accept-Language and is carried along in links."""
        chosen = request.query_params.get("lang")
        chosen = chosen if chosen in LANGUAGES else None
        language = chosen or preferred(request.headers.get("accept-language", ""))
        as_of = self.as_of.number if self.as_of else None
        root_path = request.scope.get("root_path", "")
        links = Links(self.namespace.base, root_path, chosen, as_of, None if self.view.is_agreed else self.view.name)
        return Reader(self.wordings[language], links, self.terms.label)

    async def render(
        self, request: Request, template: str, status: int = 200, *, is_short: bool = False, **context: Any
    ) -> HTMLResponse:
        """A page in the reader's language. A short one is made at once, in about a millisecond; any other on a thread,
        so that it does not hold the others up.
        """
        reader = self.reader(request)
        page = self.templates.get_template(template)
        shared = {
            "reader": reader,
            "say": reader.wording.say,
            "to": reader.links.to,
            "is_plain": self.kind is Kind.PLAIN,
            "edition": self.present,
            "as_of": self.as_of,
            "newest": _newest(request),
            "here": request.url.path.removeprefix(request.scope.get("root_path", "")),
            "tongues": {language: _in_language(request, language) for language in LANGUAGES},
        }
        shared |= context
        text = page.render(shared) if is_short else await self._aside(lambda: page.render(shared))
        told = {"X-Numgraph-Edition": str(self.present.number)} if self.present else {}
        return HTMLResponse(text, status, headers={**HTML_HEADERS, **told, "Content-Language": reader.language})

    async def _aside(self, work: Callable[[], str]) -> str:
        return await anyio.to_thread.run_sync(work, limiter=self.rendering)


def _in_language(request: Request, language: str) -> str:
    """The present address in another language, as a reference relative to itself."""
    return str(request.url.include_query_params(lang=language).query).join(("?", ""))


def _newest(request: Request) -> str:
    """The present address in the current edition, as a reference relative to itself."""
    return str(request.url.remove_query_params("edition").query).join(("?", ""))


def absolute(request: Request, path: str) -> str:
    """The whole address of a path of this server, as the client reached it."""
    return str(request.base_url).rstrip("/") + path


def site_of(request: Request) -> Site:
    """The site as this request sees it: all that it asks, it asks of one edition. Raises BadRequest, NoSuchEdition."""
    found: Site | None = getattr(request.state, "site", None)
    if found is None:
        whole: Site = request.app.state.site
        request.state.site = whole  # for the page that reports a fault
        request.state.site = found = whole.at(None)
        asked = request.query_params
        if "edition" in asked or "view" in asked:
            found = replace(whole.at(asked.get("edition")), view=views.parse(asked.get("view")))
        request.state.site = found
    return found


def templates() -> Environment:
    """Templates escape every value; a name that is missing is a fault, not a gap."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(atoms.FUNCTIONS)
    environment.filters["turtle"] = display.turtle
    environment.filters["unturned"] = display.unturned
    return environment
