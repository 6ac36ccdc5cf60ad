"""The app factory. Nothing happens at import; the pool lives as long as the application does."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from numgraph import __version__, resources
from numgraph.access import Keyring
from numgraph.errors import NoSuchEdition
from numgraph.scribe import Scribe
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, kind_of
from numgraph.store.readers import ReaderPool

from . import (
    citing,
    dataset,
    dereference,
    editions,
    examples,
    feeds,
    graph_store,
    ontology,
    operating,
    pages,
    plain,
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
from .asking import Readers
from .clients import Proxies
from .compression import Compression
from .diary import Diary
from .fairness import Budgets, Clients
from .headers import Headers, RootPath
from .indexes import Indexes
from .lookups import Lookups
from .metrics import Metrics, watching
from .results import Results
from .shelf import Shelf
from .site import HERE, Site, templates


def create_app(settings: Settings) -> FastAPI:
    """The web application over one data folder; ``settings`` is all that it depends on."""
    metrics, budgets = Metrics(), Budgets(settings.compute_budget)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        def observe(seconds: float) -> None:
            metrics.reader_seconds.inc(seconds)
            budgets.charge(seconds)

        async with _pool(settings, observe) as pool, watching(metrics):
            readers = _readers(settings, pool, metrics, budgets)
            app.state.site = await _site(settings, readers)
            app.state.indexes = indexes = Indexes(settings.base)
            if app.state.site.kind is Kind.MANAGED:
                with suppress(NoSuchEdition):
                    indexes.prepare(app.state.site.store.current())
            _tune_python()
            yield
            await app.state.site.scribe.close()
            await indexes.close()

    app = FastAPI(
        title="numgraph",
        version=__version__,
        summary="What the sources say about research-medicine networks, as linked data.",
        docs_url=None,  # FastAPI's pages load their script from a foreign host
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_middleware(Lookups, is_on=not settings.row_limit)
    app.add_middleware(Compression)
    app.add_middleware(Shelf, megabytes=settings.page_cache)
    app.add_middleware(Clients, budgets=budgets, keyring=Keyring(settings.data))
    app.add_middleware(Headers)
    app.add_middleware(RootPath, path=settings.root_path)
    app.add_middleware(Proxies, trusted=settings.trusted_proxies)
    app.state.metrics = metrics
    problems.install(app)
    app.state.routers = _routers(kind_of(settings.data))
    for router in app.state.routers:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    return app


def _routers(kind: Kind) -> tuple[APIRouter, ...]:
    """What a dataset of this kind answers: a plain one has the protocols, and no page that needs our model."""
    protocols = tuple(module.router for module in (sparql, graph_store, workbench, citing, editions, operating))
    if kind is Kind.PLAIN:
        return (*protocols, pages.common, plain.router)
    ours = (resource, ontology, pages, search, dataset, sitemap, feeds, reconcile, dereference)
    return (*protocols, pages.common, *(module.router for module in ours))


def _tune_python() -> None:
    """Less time for the collector, more turns for the event loop.

    A page makes thousands of records that are gone with it; looking for cycles among them was a quarter of its time. So
    what stands now is never looked at again, and the rest less often. Where a search or a long page is at work on a
    thread, the event loop has its turn after a millisecond, not five.
    """
    gc.freeze()
    gc.set_threshold(20_000)
    sys.setswitchinterval(0.001)


def _pool(settings: Settings, observe: Callable[[float], None]) -> ReaderPool:
    return ReaderPool(
        settings.data,
        settings.readers,
        time_limit=settings.time_limit,
        queue=settings.queue,
        first_result=settings.first_result,
        memory_limit=settings.memory_limit * 1024**2,
        memory_edition=settings.memory_edition * 1024**2,
        allowed_services=settings.allowed_services,
        base=f"{settings.base}/",
        observe=observe,
    )


def _readers(settings: Settings, pool: ReaderPool, metrics: Metrics, budgets: Budgets) -> Readers:
    results = Results(settings.result_cache)
    diary = Diary(metrics, is_kept=settings.query_log, slow=settings.slow_query)
    metrics.gauge("queries_at_work", "Queries that readers work on.", lambda: pool.at_work)
    metrics.gauge("queries_waiting", "Queries that wait for a reader.", lambda: pool.waiting)
    metrics.gauge("edition_in_memory", "Whether readers have the current edition in memory.", lambda: pool.in_memory)
    metrics.gauge("result_cache_bytes", "What the kept results take.", lambda: results.kept.size)
    metrics.gauge("result_cache_entries", "How many results are kept.", lambda: len(results.kept))
    return Readers(pool, results, diary, budgets, settings.row_limit)


async def _site(settings: Settings, pool: Readers) -> Site:
    kind = kind_of(settings.data)
    return Site(
        settings=settings,
        store=EmbeddedStore(settings.data),
        pool=pool,
        wordings=wording.load(),
        templates=templates(),
        terms=await anyio.to_thread.run_sync(termbook.read, resources.ontology(), resources.shapes()),
        examples=() if kind is Kind.PLAIN else examples.load(resources.data() / "queries", settings.base),
        kind=kind,
        keyring=Keyring(settings.data),
        scribe=Scribe(settings),
    )
