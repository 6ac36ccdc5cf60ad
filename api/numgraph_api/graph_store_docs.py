"""What the OpenAPI description says of the graph store."""

from __future__ import annotations

from typing import Any

from numgraph import formats
from numgraph.formats import Kind

from . import problems, writing

_RDF = tuple(row for row in formats.of_kind(Kind.TRIPLES) if row != formats.N3)
_TEXT = {"schema": {"type": "string"}}
_PROBLEM = {"content": {problems.MEDIA_TYPE: {"schema": {"type": "object"}}}}
_NAMES = [
    {"name": "graph", "in": "query", "description": "The IRI of a graph.", "schema": {"type": "string"}},
    {"name": "default", "in": "query", "description": "The default graph.", "schema": {"type": "string"}},
]
_READING = [
    {
        "name": "format",
        "in": "query",
        "description": "turtle, jsonld, ntriples, rdfxml, trig, nquads. Goes before Accept.",
        "schema": {"type": "string"},
    },
    {"name": "edition", "in": "query", "description": "An earlier edition.", "schema": {"type": "string"}},
]
_FILES = {
    "type": "object",
    "additionalProperties": {"type": "string", "format": "binary", "description": "A file with its Content-Type."},
}
_BODY = {
    "required": True,
    "content": {**{row.media_type: _TEXT for row in _RDF}, "multipart/form-data": {"schema": _FILES}},
}
_READ = {
    "200": {"description": "The graph.", "content": {row.media_type: _TEXT for row in _RDF}},
    "303": {"description": "No graph is named: the dump of the whole dataset is there."},
    "304": {"description": "The client holds just this."},
    "400": {"description": "The graph is not named as it should be.", **_PROBLEM},
    "404": {"description": "There is no such graph or edition.", **_PROBLEM},
    "406": {"description": "No acceptable format; `offered` lists them.", **_PROBLEM},
    "410": {"description": "This edition is not kept any more.", **_PROBLEM},
    "503": {"description": "Stopped at the time limit, or no reader free; see Retry-After.", **_PROBLEM},
}
_WRITTEN = {
    "204": {"description": "Done; `X-Numgraph-Edition` says in which edition, `Link` where it is described."},
    "400": {
        "description": "The graph is not named as it should be, or the RDF cannot be read: line, column.",
        **_PROBLEM,
    },
    "401": {"description": "The token is missing or no good.", **_PROBLEM},
    "403": {"description": "The token has no right to write, or this graph is not written.", **_PROBLEM},
    "412": {"description": "If-Match or If-None-Match is not true any more.", **_PROBLEM},
    "413": {"description": "The body is too large.", **_PROBLEM},
    "415": {"description": "The body is of a format that is not taken.", **_PROBLEM},
    "422": {"description": "The shapes refuse the data.", **_PROBLEM},
    "503": {"description": "Stopped at the time limit, or too many writes wait; see Retry-After.", **_PROBLEM},
}
_CREATED = {"201": {"description": "The graph is new; `Location` says where it is."}, **_WRITTEN}
_REMOVED = {**_WRITTEN, "404": {"description": "There is no such graph.", **_PROBLEM}}


def _route(summary: str, operation: str, **extra: Any) -> dict[str, Any]:
    return {"summary": summary, "operation_id": operation, "openapi_extra": extra}


def _writing(summary: str, operation: str, **extra: Any) -> dict[str, Any]:
    return {**_route(summary, operation, **extra), "status_code": 204, "dependencies": [writing.NEEDED]}


# What each route is told. The path of ``_AT`` is the graph's name.
GET = _route("A graph", "graph", parameters=[*_NAMES, *_READING], responses=_READ)
GET_AT = _route("A graph by its address", "graphAt", parameters=_READING, responses=_READ)
_PUT, _POST, _DELETE = "Put a graph in place", "Add to a graph", "Remove a graph"
PUT = _writing(_PUT, "putGraph", parameters=_NAMES, requestBody=_BODY, responses=_CREATED)
PUT_AT = _writing(_PUT, "putGraphAt", requestBody=_BODY, responses=_CREATED)
POST = _writing(_POST, "addToGraph", parameters=_NAMES, requestBody=_BODY, responses=_CREATED)
POST_AT = _writing(_POST, "addToGraphAt", requestBody=_BODY, responses=_CREATED)
DELETE = _writing(_DELETE, "removeGraph", parameters=_NAMES, responses=_REMOVED)
DELETE_AT = _writing(_DELETE, "removeGraphAt", responses=_REMOVED)
