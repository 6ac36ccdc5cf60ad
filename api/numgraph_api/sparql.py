"""``/sparql``: the SPARQL 1.1 Protocol for programs, a page with a form for people, a description for machines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from numgraph import formats
from numgraph.errors import NotAcceptable, NumgraphError
from numgraph.formats import Format, Kind
from numgraph.store.guard import Form, query_form
from numgraph.writing import Operation, Write

from . import (
    asking,
    caching,
    naming,
    permalink,
    problems,
    protocol,
    queries,
    service,
    uploads,
    views,
    workbench,
    writing,
)
from .answers import Answer, Term, parse
from .display import Reader, Shown, cut
from .faults import BadRequest, TooMuch
from .naming import Names
from .protocol import Asked, Ordered
from .site import Site, site_of

router = APIRouter(tags=["SPARQL"])

SHOWN_ROWS = 1000  # in the page; a file holds all
LONGEST_CELL = 1000  # characters of one value in the page
LARGEST_EMBEDDED = 100_000  # bytes of answer that a page carries for its script
LARGEST_PAGE = 6_000_000  # bytes of answer that a page is made from
METHODS = "GET, HEAD, POST, OPTIONS"
BINDINGS = formats.of_kind(Kind.BINDINGS)
TRIPLES = (formats.TURTLE, formats.N_TRIPLES, formats.RDF_XML, formats.JSON_LD)


def _parameter(name: str, about: str, kind: str = "string", *, several: bool = False) -> dict[str, object]:
    simple = {"type": kind}
    schema = {"type": "array", "items": simple} if several else simple
    return {"name": name, "in": "query", "description": about, "schema": schema}


PARAMETERS = [
    _parameter("query", "A SPARQL 1.1 query."),
    _parameter("default-graph-uri", "A graph of the default graph; may be given several times.", several=True),
    _parameter("named-graph-uri", "A named graph to ask; may be given several times.", several=True),
    _parameter("format", "json, xml, csv, tsv; turtle, ntriples, rdfxml, jsonld; html. Goes before Accept."),
    _parameter("edition", "The number of an earlier edition to ask; without it, the current one."),
    _parameter(
        "view", "agreed (default), source:<id> (what one source says) or all (every graph at once: use DISTINCT)."
    ),
    _parameter("timeout", "Seconds the query may take; can only lower the server's limit.", "number"),
]
CONTENT = {form.media_type: {"schema": {"type": "string"}} for form in (*BINDINGS, *TRIPLES, formats.HTML)}
PROBLEM = {"content": {problems.MEDIA_TYPE: {"schema": {"type": "object"}}}}
RESPONSES = {
    "200": {"description": "The whole answer; a fault after its first byte breaks the connection.", "content": CONTENT},
    "400": {"description": "Not SPARQL; line and column say where.", **PROBLEM},
    "403": {"description": "Refused, such as SERVICE or an update.", **PROBLEM},
    "406": {"description": "No acceptable format; `offered` lists them.", **PROBLEM},
    "413": {"description": "The request is too large.", **PROBLEM},
    "415": {"description": "The body is neither a form nor a query.", **PROBLEM},
    "429": {"description": "This client has used its share of query time; see Retry-After.", **PROBLEM},
    "503": {"description": "Stopped at the time limit, or no reader free; see Retry-After.", **PROBLEM},
}
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
BODY = {
    "required": True,
    "content": {
        protocol.QUERY: {"schema": _TEXT},
        protocol.UPDATE: {"schema": _TEXT},
        protocol.FORM: {
            "schema": {
                "oneOf": [
                    {"type": "object", "required": ["query"], "properties": {"query": _TEXT}},
                    {
                        "type": "object",
                        "required": ["update"],
                        "properties": {"update": _TEXT, "using-graph-uri": _TEXTS, "using-named-graph-uri": _TEXTS},
                    },
                ]
            }
        },
    },
}
USING = [
    _parameter("using-graph-uri", "For an update: a graph of its default graph.", several=True),
    _parameter("using-named-graph-uri", "For an update: a named graph that it may ask.", several=True),
]
UPDATED = {
    "204": {"description": "The update is done; `X-Numgraph-Edition` says in which edition."},
    "401": {"description": "An update needs a token: it is missing or no good.", **PROBLEM},
    "404": {"description": "There is no such graph or edition.", **PROBLEM},
    "412": {"description": "If-Match is not true any more.", **PROBLEM},
    "422": {"description": "The shapes refuse what the update would make of the data.", **PROBLEM},
}


@router.get(
    "/sparql",
    summary="Ask the graph in SPARQL",
    operation_id="query",
    openapi_extra={"parameters": PARAMETERS, "responses": RESPONSES},
)
async def query(request: Request) -> Response:
    """Answers a query; without one, a page for people or a service description for machines."""
    return await _answer(request)


@router.post(
    "/sparql",
    summary="Ask or update the graph in SPARQL, the text in the body",
    operation_id="queryOrUpdateByPost",
    openapi_extra={
        "requestBody": BODY,
        "parameters": [*PARAMETERS[1:], *USING],
        "responses": {**RESPONSES, **UPDATED},
        "security": [{}, {"token": []}],
    },
)
async def query_by_post(request: Request) -> Response:
    """As a form, or with the query or the update itself as body. An update needs a token."""
    return await _answer(request)


@router.api_route("/sparql/", methods=["GET", "HEAD", "POST"], include_in_schema=False)
@router.head("/sparql", include_in_schema=False)
async def query_head(request: Request) -> Response:
    return await _answer(request)


@router.options("/sparql", include_in_schema=False)
async def options() -> Response:
    return Response(status_code=204, headers={"Allow": METHODS, "Accept-Post": ", ".join(protocol.TAKEN)})


async def _answer(request: Request) -> Response:
    asked = await protocol.read(request)
    if isinstance(asked, Ordered):
        return await _update(request, asked)
    site, query = settled(request, asked), asked.query or ""
    if not query.strip():
        return await _without_query(request, asked)
    asked = seen(site, asked)
    try:
        form = query_form(query)
    except NumgraphError as fault:
        if asked.format is None and problems.wants_page(request):
            return await _page(request, asked, _Result(fault=fault))
        raise
    chosen = choose(asked, request.headers.get("accept"), form)
    if chosen == formats.HTML:
        return await _page(request, asked, await _result(site, request, asked, form))
    return await _bytes(request, site, asked, chosen)


async def _update(request: Request, ordered: Ordered) -> Response:
    """The dataset changed, all of it or nothing."""
    site = site_of(request)
    token = await writing.writer(request, site)
    expected = writing.expected(request)
    async with uploads.folder() as folder:
        if ordered.update is None:
            part = await uploads.whole(request, protocol.UPDATE, folder, site.settings.upload_limit)
        else:
            part = uploads.text(ordered.update, protocol.UPDATE, folder)
        write = Write(
            Operation.UPDATE, token.name, site.base, parts=(part,),
            using=ordered.using, using_named=ordered.using_named, expected=expected,
        )  # fmt: skip
        return await writing.done(request, site, write)


async def _bytes(request: Request, site: Site, asked: Asked, chosen: Format) -> Response:
    """The answer as the store writes it; with a tag where asking again would give the same."""
    if request.method == "POST" or not permalink.is_lasting(asked.query or ""):
        return await asking.stream(site.pool, request, asked, chosen)
    current = caching.of(request, site.edition(), chosen.name, str(site.settings.row_limit))
    held = caching.not_modified(request, current, "Accept")
    if held is not None:
        asking.held(site.pool, asked, chosen)
        return held
    answer = await asking.stream(site.pool, request, asked, chosen)
    answer.headers.update({**current.headers, **caching.memento(site.as_of), **asking.KEPT_BELOW})
    return answer


def settled(request: Request, asked: Asked) -> Site:
    """The site at the edition that is asked for, wherever the request says so. Raises BadRequest, NoSuchEdition."""
    site = site_of(request)
    if asked.edition is not None and (site.as_of is None or str(site.as_of.number) != asked.edition):
        site = request.state.site = site.at(asked.edition)
    return site


def seen(site: Site, asked: Asked) -> Asked:
    """The request with the graphs that its view stands for. Raises BadRequest where both are given."""
    view = views.parse(asked.view)
    if view.is_agreed:
        return asked
    if asked.default_graphs or asked.named_graphs:
        raise BadRequest("give a view or graphs, not both: a view is a short name for certain graphs")
    defaults, named = view.default_graphs(site.namespace), view.named_graphs(site.namespace)
    return replace(asked, default_graphs=defaults, named_graphs=named, union=view.is_union)


def choose(asked: Asked, accept: str | None, form: Form) -> Format:
    """The format of the answer, from ``?format=`` or else Accept. Raises NotAcceptable."""
    machine = BINDINGS if form in {Form.SELECT, Form.ASK} else TRIPLES
    offered = (*machine, formats.HTML)
    return formats.by_name(asked.format, offered) if asked.format else formats.negotiate(accept, offered)


async def _without_query(request: Request, asked: Asked) -> Response:
    """The empty form, or what the service can do (SPARQL 1.1 Service Description, section 2)."""
    offered = (*TRIPLES, formats.HTML)
    if request.method == "POST":
        raise BadRequest("there is no query in the request")
    try:
        accept = request.headers.get("accept")
        chosen = formats.by_name(asked.format, offered) if asked.format else formats.negotiate(accept, offered)
    except NotAcceptable as fault:
        raise BadRequest("there is no query in the request: send it as ?query=") from fault
    if chosen == formats.HTML:
        return await _page(request, asked, _Result())
    return await service.answer(request, site_of(request), chosen)


@dataclass(frozen=True, slots=True)
class _Result:
    """What the page shows under the form: nothing yet, a fault, or an answer."""

    answer: Answer | None = None
    rows: list[list[Shown | None]] = field(default_factory=list)
    total: int = 0
    text: str | None = None  # of a CONSTRUCT or DESCRIBE
    data: Markup | None = None  # the answer in JSON, for the page's script, which then need not ask again
    is_too_large: bool = False
    fault: NumgraphError | None = None
    downloads: tuple[Format, ...] = ()


async def _result(site: Site, request: Request, asked: Asked, form: Form) -> _Result:
    is_graph = form in {Form.CONSTRUCT, Form.DESCRIBE}
    downloads = TRIPLES if is_graph else BINDINGS
    wanted = formats.TURTLE if is_graph else formats.JSON
    try:
        data = await asking.collect(site.pool, asked, wanted, largest=LARGEST_PAGE)
    except TooMuch:
        return _Result(is_too_large=True, downloads=downloads)
    except NumgraphError as fault:
        return _Result(fault=fault)
    if is_graph:
        return _Result(text=data.decode("utf-8"), downloads=downloads)
    answer = parse(data)
    reader, shown = site.reader(request), answer.rows[:SHOWN_ROWS]
    named = (node.value for row in shown for node in row.values() if node.is_iri)
    names = await naming.look_up(site, named, reader.language)
    rows = [_row(row, answer.variables, reader, names) for row in shown]
    return _Result(answer, rows, len(answer.rows), data=_embedded(data), downloads=downloads)


def _embedded(data: bytes) -> Markup | None:
    """JSON that can stand within an element of a page; none where it would make a heavy page."""
    if len(data) > LARGEST_EMBEDDED:
        return None
    text = data.decode("utf-8")
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")  # in JSON these stand within strings only
    return Markup(text)  # noqa: S704 - nothing is left that could end or begin an element


def _row(row: dict[str, Term], variables: tuple[str, ...], reader: Reader, names: Names) -> list[Shown | None]:
    shown = (reader.show(row[name], names.label(row[name].value)) if name in row else None for name in variables)
    return [replace(one, text=cut(one.text, LONGEST_CELL)) if one else None for one in shown]


def _permalink(site: Site, request: Request, asked: Asked) -> str | None:
    """The address under which this answer can be cited; None where it would not be the same again."""
    if not permalink.is_lasting(asked.query or ""):
        return None
    return f"{site.reader(request).links.root_path}/q/{permalink.of(asked, site.edition().number)}"


async def _page(request: Request, asked: Asked, result: _Result) -> Response:
    site = site_of(request)
    problem = problems.details(result.fault, site) if result.fault else None
    page = await site.render(
        request,
        "query.html",
        status=problem["status"] if problem else 200,
        asked=asked,
        query=asked.query
        or queries.PROLOGUE + "\nSELECT ?thing ?label WHERE {\n  ?thing skos:prefLabel ?label .\n}\nLIMIT 50\n",
        result=result,
        problem=problem,
        examples=site.examples,
        shown_rows=SHOWN_ROWS,
        permalink=_permalink(site, request, asked) if result.answer or result.text is not None else None,
        workbench=workbench.settings(site, site.reader(request)) if workbench.is_built() else None,
    )
    if result.fault:
        page.headers.update({**problems.headers(result.fault), "Cache-Control": "no-store"})
    return page
