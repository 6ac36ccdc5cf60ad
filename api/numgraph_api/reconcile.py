"""``/reconcile``: OpenRefine and its kin match names against the dataset (Reconciliation Service API 0.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, JSONResponse, Response

from numgraph import __version__
from numgraph.search.engine import Searcher

from . import headers, problems, protocol
from .faults import BadRequest, NoSuchThing
from .indexes import Indexes
from .reconciling import BATCH, LANGUAGES, MOST_QUERIES, Extension, Service
from .site import absolute, site_of

router = APIRouter(tags=["Reconciliation"])

LARGEST_BODY = 5_000_000  # bytes
PREVIEW = {"width": 430, "height": 300}  # pixels
_SUGGESTED, _FURTHEST = 10, 1000
_FLYOUTS = ("type", "property", "entity")
Result = TypeVar("Result")

Language = Annotated[str, Path(pattern="^(de|en|nl)$", description="de, en or nl: the language of names.")]
Kind = Annotated[str, Path(pattern="^(entity|type|property)$")]
Prefix = Annotated[str, Query(max_length=300, description="What was typed so far.")]
Cursor = Annotated[int, Query(ge=0, le=_FURTHEST, description="Suggestions to skip.")]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "As the specification has it.", "content": {"application/json": {}}},
    400: {"description": "The request cannot be read; it says where.", "content": {problems.MEDIA_TYPE: {}}},
}


@router.get("/reconcile/{language}", summary="Manifest, or candidates for names", responses=ANSWERS)
async def reconcile(
    request: Request,
    language: Language,
    queries: Annotated[str | None, Query(description="A query batch, as JSON.")] = None,
    extend: Annotated[str | None, Query(description="A data extension query, as JSON.")] = None,
) -> Response:
    """Without parameters the service's manifest; with `queries` candidates, with `extend` values of properties."""
    return await _answer(request, language, queries, extend)


@router.post(
    "/reconcile/{language}",
    summary="Candidates for names, or values for entities, the question in the body",
    responses=ANSWERS,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "properties": {"queries": {"type": "string"}, "extend": {"type": "string"}},
                    }
                }
            },
        }
    },
)
async def reconcile_by_post(request: Request, language: Language) -> Response:
    """The same by POST, as a form: for batches that no address holds."""
    form = dict(await protocol.form(request, LARGEST_BODY, "send the batch in parts"))
    return await _answer(request, language, form.get("queries"), form.get("extend"))


@router.get("/reconcile", summary="The manifest in the reader's language", responses=ANSWERS)
async def manifest(request: Request) -> Response:
    """The manifest of the service in the language of Accept-Language, else English."""
    return JSONResponse(
        _manifest(request, site_of(request).reader(request).language), headers={"Vary": "Accept-Language"}
    )


@router.get("/reconcile/{language}/suggest/{kind}", summary="Entities, types or properties while typing")
async def suggest(
    request: Request, language: Language, kind: Kind, prefix: Prefix = "", cursor: Cursor = 0
) -> JSONResponse:
    """What begins as typed, the most likely first (section "Suggest Services")."""
    service = _service(request, language)
    if kind != "entity":
        return JSONResponse({"result": service.terms(kind, prefix, cursor)})
    found = await _search(request)(lambda searcher: searcher.suggest(prefix, limit=cursor + 4 * _SUGGESTED))
    things = [hit for hit in found if hit.kind == "entities"][cursor : cursor + _SUGGESTED]
    return JSONResponse({"result": service.entities(things)})


@router.get("/reconcile/{language}/flyout/{kind}", summary="A few words on an entity, type or property")
async def flyout(
    request: Request, language: Language, kind: Kind, id: Annotated[str, Query(max_length=300)]
) -> JSONResponse:
    """A fragment of HTML to show beside a suggestion."""
    service = _service(request, language)
    if kind == "entity":
        hit = (await _search(request)(lambda searcher: searcher.things([id]))).get(id)
        told = (service.name(hit), service.described(hit)) if hit else None
    else:
        term = service.flyout(kind, id)
        told = (service.term(term)["name"], service.term(term)["description"]) if term else None
    if told is None:
        raise NoSuchThing(f"there is no {kind} {id[:200]!r} here")
    page = service.site.templates.get_template("flyout.html").render(name=told[0], about=told[1])
    return JSONResponse({"id": id, "html": page})


@router.get("/reconcile/{language}/preview", summary="A small page on an entity", response_class=HTMLResponse)
async def preview(request: Request, language: Language, id: Annotated[str, Query(max_length=300)]) -> Response:
    """What an entity is, in a frame of other people's pages."""
    service = _service(request, language)
    hit = (await _search(request)(lambda searcher: searcher.things([id]))).get(id)
    if hit is None:
        raise NoSuchThing(f"there is no entity {id[:200]!r} here")
    page = service.site.templates.get_template("preview.html").render(
        language=language,
        name=service.name(hit),
        others=[text for text, _ in hit.names if text != service.name(hit)][:6],
        about=service.described(hit),
        text=hit.text,
        key=hit.key,
        address=absolute(request, f"/doc/{hit.key}"),
        style=absolute(request, "/static/preview.css"),
    )
    framed = headers.CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    return HTMLResponse(page, headers={"Content-Security-Policy": framed, "Content-Language": language})


@router.get("/reconcile/{language}/properties", summary="Properties to extend entities of a type with")
async def properties(
    request: Request,
    language: Language,
    type: Annotated[str, Query(max_length=300)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> JSONResponse:
    """Those that the ontology gives to the type, then those that anything may have."""
    return JSONResponse({"type": type, "limit": limit, "properties": _service(request, language).proposed(type, limit)})


async def _answer(request: Request, language: str, queries: str | None, extend: str | None) -> Response:
    service = _service(request, language)
    if queries is not None:
        batch = await _read(queries, BATCH.validate_json)
        if len(batch) > MOST_QUERIES:
            raise BadRequest(f"a batch has at most {MOST_QUERIES} queries, this one {len(batch)}; send it in parts")
        return JSONResponse(await service.match(batch, _search(request)))
    if extend is not None:
        return JSONResponse(await service.extend(await _read(extend, Extension.model_validate_json), _search(request)))
    if request.method == "POST":
        raise BadRequest("the form has neither `queries` nor `extend`")
    return JSONResponse(_manifest(request, language))


def _manifest(request: Request, language: str) -> dict[str, Any]:
    """What the service can do (section "Service Manifest")."""
    service = _service(request, language)
    here = absolute(request, f"/reconcile/{language}")
    return {
        "versions": ["0.2"],
        "name": f"{service.site.settings.publisher} ({language})",
        "identifierSpace": service.site.namespace.thing(""),
        "schemaSpace": service.site.terms.head.iri + "#",
        "documentation": absolute(request, "/ontology"),
        "serviceVersion": __version__,
        "defaultTypes": [service.term(one) for one in service.broadest()],
        "view": {"url": absolute(request, "/doc/{{id}}")},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": {
            kind: {
                "service_url": here,
                "service_path": f"/suggest/{kind}",
                "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            }
            for kind in _FLYOUTS
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "Values per cell; 0 for all",
                }
            ],
        },
    }


def _service(request: Request, language: str) -> Service:
    return Service(site_of(request), language if language in LANGUAGES else "en")


def _search(request: Request) -> Callable[[Callable[[Searcher], Result]], Awaitable[Result]]:
    indexes: Indexes = request.app.state.indexes
    edition = site_of(request).edition()
    return lambda question: indexes.ask(edition, question)


async def _read(text: str, parse: Callable[[str], Result]) -> Result:
    """What a client wrote in JSON, read on a thread: a batch may be long. Raises BadRequest."""
    try:
        return await anyio.to_thread.run_sync(parse, text)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = "/".join(map(str, first["loc"])) or "its start"
        raise BadRequest(f"the question cannot be read at {place}: {first['msg']}") from None
