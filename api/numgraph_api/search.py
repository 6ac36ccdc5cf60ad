"""Search over sources and things: a page that works without script, the same as JSON, and suggestions while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from numgraph import formats
from numgraph.errors import BadSearch
from numgraph.formats import Format
from numgraph.search.engine import KINDS, SORTS, Hit, Wish
from numgraph.search.index import FACETS
from numgraph.store.editions import EmbeddedEdition

from . import caching, problems, searching
from .display import Reader, cut
from .faults import BadRequest
from .indexes import Indexes
from .resource import VARY
from .searching import Results
from .site import Site, site_of

router = APIRouter(tags=["Search"])

SUGGESTIONS = "application/x-suggestions+json"  # OpenSearch Suggestions extension 1.1
_MOST_CHOSEN = 50  # values of filters
_LONGEST_VALUE = 300
_SUGGESTED = 10

Question = Annotated[
    str,
    Query(
        description='Words (all must be there), AND OR NOT (UND ODER NICHT), brackets, "phrases", prefix*, `title:`.'
    ),
]
Kind = Annotated[str, Query(description="`documents`, `entities` or `all`.")]
Values = Annotated[Sequence[str], Query(description="Values of this facet; several are alternatives.")]
Classes = Annotated[Sequence[str], Query(alias="class", description="Local names of classes, such as `PressRelease`.")]
Since = Annotated[str, Query(alias="from", description="Earliest date of a document: 2025, 2025-07 or 2025-07-31.")]
Until = Annotated[str, Query(alias="to", description="Latest date of a document, in the same forms.")]
Page = Annotated[int, Query(ge=1, le=1_000_000)]
Sort = Annotated[str, Query(description="`relevance`, `newest` or `oldest`.")]

JSON = Format("json", "JSON", "application/json", "json", frozenset({formats.Kind.PAGE}))
OFFERED = (formats.HTML, JSON)
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Hits with their sentences and marks, and the facets with their counts.",
        "content": {"text/html": {}, "application/json": {}},
    },
    400: {"description": "The question cannot be read; `position` says where.", "content": {problems.MEDIA_TYPE: {}}},
}


def wish_of(  # noqa: PLR0917 - FastAPI passes parameters of an address by name
    q: Question = "",
    kind: Kind = "all",
    subject: Values = (),
    type: Values = (),
    region: Values = (),
    language: Values = (),
    publisher: Values = (),
    classes: Classes = (),
    year: Values = (),
    since: Since = "",
    until: Until = "",
    sort: Sort = "relevance",
) -> Wish:
    """What is asked for, from the parameters of a request. Raises BadRequest."""
    if kind not in {"all", *KINDS} or sort not in SORTS:
        raise BadRequest(f"kind is all, {' or '.join(KINDS)}; sort is {', '.join(SORTS)}")
    given = (classes, subject, type, region, language, publisher, year)
    facets = {name: tuple(dict.fromkeys(values)) for name, values in zip(FACETS, given, strict=True) if any(values)}
    if sum(map(len, facets.values())) > _MOST_CHOSEN:
        raise BadRequest(f"more than {_MOST_CHOSEN} values of filters are chosen")
    if any(len(value) > _LONGEST_VALUE for values in facets.values() for value in values):
        raise BadRequest(f"a value of a filter has at most {_LONGEST_VALUE} characters")
    return Wish(q, None if kind == "all" else kind, facets, since.strip() or None, until.strip() or None, sort)


Asked = Annotated[Wish, Depends(wish_of)]


@router.get("/search", summary="Search documents and entities", operation_id="search", responses=ANSWERS)
async def search(request: Request, wish: Asked, page: Page = 1) -> Response:
    """A page, or JSON, by Accept header. Values of one facet are alternatives; facets narrow each other.

    The count beside a value is the number of hits that choosing it alone in its facet gives.
    """
    chosen = formats.negotiate(request.headers.get("accept"), OFFERED)
    return await _answer(request, wish, page, chosen)


@router.get("/search.json", summary="The same as JSON", operation_id="searchJson", responses=ANSWERS)
async def search_json(request: Request, wish: Asked, page: Page = 1) -> Response:
    """What `/search` says, as JSON whatever is accepted."""
    return await _answer(request, wish, page, JSON)


@router.head("/search", include_in_schema=False)
async def search_head(request: Request, wish: Asked, page: Page = 1) -> Response:
    return await search(request, wish, page)


@router.head("/search.json", include_in_schema=False)
async def search_json_head(request: Request, wish: Asked, page: Page = 1) -> Response:
    return await _answer(request, wish, page, JSON)


@router.get(
    "/suggest",
    summary="Names that begin with what is typed",
    operation_id="suggest",
    responses={200: {"description": "OpenSearch suggestions.", "content": {SUGGESTIONS: {}}}},
)
async def suggest(request: Request, q: Question = "") -> Response:
    """Four lists after the OpenSearch Suggestions extension: the text, names, what they are, where they are."""
    site = site_of(request)
    edition = site.edition()
    current = caching.validators(edition, "suggest", site.reader(request).language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    reader = site.reader(request)
    found = await _indexes(request).ask(edition, lambda searcher: searcher.suggest(q, limit=_SUGGESTED))
    said = [q, *map(list, _columns(found, reader))]
    return JSONResponse(said, headers=_headers(current, edition, reader), media_type=SUGGESTIONS)


def _columns(found: list[Hit], reader: Reader) -> tuple[list[str], list[str], list[str]]:
    names = [cut(searching.name_of(hit, reader), _LONGEST_VALUE) for hit in found]
    return names, [searching.class_of(hit, reader) or "" for hit in found], [reader.links.doc(hit.key) for hit in found]


async def _answer(request: Request, wish: Wish, page: int, chosen: Format) -> Response:
    site = site_of(request)
    edition, reader = site.edition(), site.reader(request)
    current = caching.validators(edition, "search", chosen.name, reader.language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    try:
        found = await _indexes(request).ask(
            edition, lambda searcher: searching.results(searcher, wish, page, reader, site.namespace)
        )
    except BadSearch as fault:
        if chosen == JSON:
            raise
        return await _page(request, site, searching.refused(wish, fault), status=400)
    if chosen == JSON:
        said = searching.as_json(found, reader, edition.number)
        return JSONResponse(said, headers=_headers(current, edition, reader))
    answer = await _page(request, site, found)
    answer.headers.update(_headers(current, edition, reader))
    return answer


async def _page(request: Request, site: Site, found: Results, status: int = 200) -> Response:
    reader = site.reader(request)
    return await site.render(
        request,
        "search.html",
        status,
        is_short=True,
        found=found,
        hidden=searching.parameters(found.wish, without=("q", "from", "to", "sort")),
        turn=lambda page: searching.address(reader, found.wish, page),
        corrected=searching.address(reader, replace(found.wish, question=found.correction or "")),
        unfiltered=searching.address(reader, Wish(found.wish.question)),
        as_json=searching.address(reader, found.wish, found.pager.page, "/search.json"),
    )


def _headers(current: caching.Validators, edition: EmbeddedEdition, reader: Reader) -> dict[str, str]:
    told = {"X-Numgraph-Edition": str(edition.number), "Content-Language": reader.language}
    return {**current.headers, **told, "Vary": VARY}


def _indexes(request: Request) -> Indexes:
    found: Indexes = request.app.state.indexes
    return found
