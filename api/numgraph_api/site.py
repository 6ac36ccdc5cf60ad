"""What one running application holds: settings, the pool of readers, words, templates. Made by the app factory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import anyio.to_thread
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from numgraph.errors import BrokenStore, NoSuchEdition
from numgraph.iris import Namespace
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.protocol import Edition
from numgraph.store.readers import ReaderPool

from . import asking, display
from .answers import Answer
from .display import Reader
from .examples import Example
from .links import Links
from .termbook import Terms
from .wording import LANGUAGES, Wording, preferred

HERE = Path(__file__).parent
Loaded = TypeVar("Loaded")
HTML_HEADERS = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a route needs; found in ``request.app.state.site``."""

    settings: Settings
    store: EmbeddedStore
    pool: ReaderPool
    wordings: Mapping[str, Wording]
    templates: Environment
    terms: Terms
    examples: tuple[Example, ...]
    _editions: dict[int, Edition] = field(default_factory=dict)
    _kept: dict[tuple[int, Hashable], Any] = field(default_factory=dict)  # by edition and name

    @property
    def namespace(self) -> Namespace:
        return Namespace(self.settings.base)

    def edition(self) -> Edition:
        """The published edition; its manifest is read once. Raises NoSuchEdition."""
        number = self.store.current_number()
        if number not in self._editions:
            self._editions[number] = self.store.edition(number)
        return self._editions[number]

    async def archived(self, document_id: str) -> str | None:
        """The archived text of a source in the present edition; None where the archive lacks it."""
        edition = self.edition()
        try:
            data = await anyio.to_thread.run_sync(edition.archived, f"{document_id}.txt")
        except BrokenStore:
            return None
        return data.decode("utf-8")

    async def settled(self, load: Callable[[], Awaitable[Loaded]]) -> Loaded:
        """What ``load`` finds, from one edition: asked again when another was published in the meantime."""
        while True:
            before = self.edition().number
            found = await load()
            if self.edition().number == before:
                return found

    async def kept(self, name: Hashable, load: Callable[[], Awaitable[Loaded]]) -> Loaded:
        """What ``load`` found in the present edition, loaded once: for what costs a look at the whole graph."""
        key = (self.edition().number, name)
        if key not in self._kept:
            found = await self.settled(load)
            for old in [one for one in self._kept if one[0] != key[0]]:
                del self._kept[old]
            self._kept[key] = found
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
        links = Links(self.namespace.base, request.scope.get("root_path", ""), chosen)
        return Reader(self.wordings[language], links, self.terms.label)

    async def render(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A page in the reader's language, made on a thread of its own: a long one must not hold the others up."""
        reader = self.reader(request)
        page = self.templates.get_template(template)
        shared = {
            "reader": reader,
            "say": reader.wording.say,
            "to": reader.links.to,
            "edition": self._edition_or_none(),
            "here": request.url.path.removeprefix(request.scope.get("root_path", "")),
            "tongues": {language: _in_language(request, language) for language in LANGUAGES},
        }
        text = await anyio.to_thread.run_sync(lambda: page.render(**shared, **context))
        return HTMLResponse(text, status, headers={**HTML_HEADERS, "Content-Language": reader.language})

    def _edition_or_none(self) -> Edition | None:
        """For pages that are shown without any edition, too."""
        try:
            return self.edition()
        except NoSuchEdition:
            return None


def _in_language(request: Request, language: str) -> str:
    """The present address in another language, as a reference relative to itself."""
    return str(request.url.include_query_params(lang=language).query).join(("?", ""))


def site_of(request: Request) -> Site:
    found: Site = request.app.state.site
    return found


def templates() -> Environment:
    """Templates escape every value; a name that is missing is a fault, not a gap."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["turtle"] = display.turtle
    environment.filters["unturned"] = display.unturned
    return environment
