"""The app factory. Nothing happens at import; the pool lives as long as the application does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from numgraph import __version__, resources
from numgraph.errors import NoSuchEdition
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.readers import ReaderPool

from . import (
    citing,
    dataset,
    dereference,
    editions,
    examples,
    feeds,
    ontology,
    pages,
    problems,
    reconcile,
    resource,
    search,
    sitemap,
    sparql,
    termbook,
    wording,
    workbench,
)
from .headers import Headers, RootPath
from .indexes import Indexes
from .shelf import Shelf
from .site import HERE, Site, templates


def create_app(settings: Settings) -> FastAPI:
    """The web application over one data folder; ``settings`` is all that it depends on."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _pool(settings) as pool:
            app.state.site = await _site(settings, pool)
            app.state.indexes = indexes = Indexes(settings.base)
            with suppress(NoSuchEdition):
                indexes.prepare(app.state.site.store.current())
            yield
            await indexes.close()

    app = FastAPI(
        title="numgraph",
        version=__version__,
        summary="What the sources say about research-medicine networks, as linked data.",
        docs_url=None,  # FastAPI's pages load their script from a foreign host
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_middleware(Shelf, megabytes=settings.page_cache)
    app.add_middleware(Headers)
    app.add_middleware(RootPath, path=settings.root_path)
    problems.install(app)
    for module in (
        sparql, resource, ontology, pages, workbench, search, citing, editions, dataset, sitemap, feeds, reconcile,
        dereference,
    ):  # fmt: skip
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    return app


def _pool(settings: Settings) -> ReaderPool:
    return ReaderPool(
        settings.data,
        settings.readers,
        time_limit=settings.time_limit,
        queue=settings.queue,
        allowed_services=settings.allowed_services,
    )


async def _site(settings: Settings, pool: ReaderPool) -> Site:
    return Site(
        settings=settings,
        store=EmbeddedStore(settings.data),
        pool=pool,
        wordings=wording.load(),
        templates=templates(),
        terms=await anyio.to_thread.run_sync(termbook.read, resources.ontology(), resources.shapes()),
        examples=examples.load(resources.data() / "queries", settings.base),
    )
