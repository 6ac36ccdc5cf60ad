"""What the query workbench asks for besides answers: the vocabulary to complete, names for IRIs, its words.

The page works without any of it. Scripts and styles come from ``static/built``, which the front-end build
(``api/ui``) fills; where nobody ran it, the page keeps its plain text field.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from numgraph import needs, resources

from . import caching, naming, protocol
from .answers import Term
from .display import Reader
from .faults import BadRequest, TooLarge
from .naming import Names
from .site import HERE, Site, site_of

router = APIRouter(tags=["Workbench"])

BUILT = HERE / "static" / "built"
MOST_NAMES = 2000  # IRIs in one request
LARGEST_BODY = 500_000  # bytes
_WORDS = "wb_"  # what the keys of the script's words begin with


@router.get("/workbench/terms.json", summary="Classes and properties to complete", operation_id="workbenchTerms")
@router.head("/workbench/terms.json", include_in_schema=False)
async def terms(request: Request) -> Response:
    """Classes with their mandatory, recommended and optional properties, from ontology and shapes."""
    edition = site_of(request).edition()
    current = caching.validators(edition, "terms")
    held = caching.not_modified(request, current, "Accept-Encoding")
    if held is not None:
        return held
    found = await anyio.to_thread.run_sync(needs.read, resources.ontology(), resources.shapes())
    return JSONResponse(found, headers={**current.headers, "Vary": "Accept-Encoding"})


@router.post("/workbench/names", summary="Names of things", operation_id="workbenchNames")
async def names(request: Request) -> Response:
    """For ``{"iris": [...]}``: of each its ``text``, ``language`` and the ``href`` that is safe to follow."""
    iris = _iris(await protocol.body(request, LARGEST_BODY, "ask for the names of fewer things"))
    site = site_of(request)
    reader = site.reader(request)
    found = await naming.look_up(site, iris, reader.language)
    return JSONResponse({iri: _shown(iri, reader, found) for iri in iris}, headers={"Cache-Control": "no-store"})


def _shown(iri: str, reader: Reader, names: Names) -> dict[str, Any]:
    label = names.label(iri)
    shown = reader.show(Term("uri", iri), label)
    text = reader.term(iri) if label is None and reader.terms(iri, reader.language) else shown.text
    return {"text": text, "language": shown.language, "href": shown.href, "external": shown.external}


def _iris(body: bytes) -> list[str]:
    try:
        iris = json.loads(body)["iris"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest('send {"iris": ["https://...", ...]}') from error
    if not isinstance(iris, list) or not all(isinstance(one, str) for one in iris):
        raise BadRequest("iris is a list of texts")
    if len(iris) > MOST_NAMES:
        raise TooLarge(f"ask for the names of at most {MOST_NAMES:,} things at once")
    return iris


def is_built(folder: Path = BUILT) -> bool:
    """Whether the front-end build has been run."""
    return (folder / "workbench.js").is_file()


def settings(site: Site, reader: Reader) -> dict[str, Any]:
    """What the page tells its script: words in the reader's language, and addresses under its root path."""
    words = {key.removeprefix(_WORDS): text for key, text in reader.wording.catalogue.items() if key.startswith(_WORDS)}
    to = reader.links.to
    return {
        "language": reader.language,
        "words": words,
        "sparql": to("/sparql"),
        "cite": to("/q"),
        "terms": to("/workbench/terms.json"),
        "names": to("/workbench/names"),
        "permalink": reader.links.root_path + "/q",
        "timeLimit": site.settings.time_limit,
    }
