"""A SPARQL 1.1 endpoint somewhere else, asked over HTTP (SPARQL 1.1 Protocol, section 2.1)."""

from __future__ import annotations

import http.client
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from numgraph.errors import BadQuery, NotAcceptable, NumgraphError, QueryFailed, QueryTimeout, RefusedQuery
from numgraph.formats import Format

_LONGEST_ADDRESS = 4000  # characters; a longer query goes into the body
_FORM = "application/x-www-form-urlencoded"
_MOST_SAID = 20_000  # bytes of a fault that are read
_KINDS: dict[int, type[RefusedQuery | NotAcceptable | QueryTimeout]] = {
    401: RefusedQuery, 403: RefusedQuery, 406: NotAcceptable, 408: QueryTimeout, 504: QueryTimeout,
}  # fmt: skip


def is_address(text: str) -> bool:
    """Whether a text is the address of an endpoint rather than the name of a folder."""
    return text.lower().startswith(("http://", "https://")) and bool(urlsplit(text).hostname)


def answer(
    address: str,
    query: str,
    wanted: Format,
    output: IO[bytes],
    timeout: float | None = None,
    *,
    dataset: Sequence[tuple[str, str]] = (),
) -> None:
    """Write the endpoint's answer to ``output`` as it comes; ``timeout`` is for its silence, in seconds.

    ``dataset`` are parameters of the protocol, such as ``("default-graph-uri", iri)``.
    Raises BadQuery with line and column where the endpoint tells them, RefusedQuery, NotAcceptable, QueryTimeout, and
    QueryFailed, also for an answer that breaks off: then part of it has been written.
    """
    with opened(_request(address, query, wanted, dataset), timeout) as reply:
        _expect(reply.headers.get_content_type(), wanted, address)
        shutil.copyfileobj(reply, output)
        if reply.length:  # of what was announced this much never came
            raise http.client.IncompleteRead(b"", reply.length)


@contextmanager
def opened(request: urllib.request.Request, timeout: float | None = None) -> Iterator[http.client.HTTPResponse]:
    """The reply to a request, while it is read; faults on the way are those of ``answer``."""
    address = request.full_url.partition("?")[0]
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:  # noqa: S310 - http(s) only, see is_address
            yield reply
    except urllib.error.HTTPError as error:
        with error:
            raise _fault(error.code, error.read(_MOST_SAID), address) from None
    except TimeoutError as error:
        raise QueryTimeout(f"{address} did not answer within {timeout:g} seconds") from error
    except (OSError, http.client.HTTPException) as error:
        raise QueryFailed(f"{address} could not be asked: {getattr(error, 'reason', None) or error!r}") from error


def _request(address: str, query: str, wanted: Format, dataset: Sequence[tuple[str, str]]) -> urllib.request.Request:
    form = urlencode([("query", query), *dataset])
    accept = ", ".join((wanted.registered, *(f"{alias};q=0.5" for alias in wanted.aliases)))
    headers = {"Accept": accept, "User-Agent": "numgraph"}
    asked = f"{address}{'&' if urlsplit(address).query else '?'}{form}"
    if len(asked) <= _LONGEST_ADDRESS:
        return urllib.request.Request(asked, headers=headers)  # noqa: S310
    return urllib.request.Request(address, form.encode(), {**headers, "Content-Type": _FORM})  # noqa: S310


def _expect(media_type: str, wanted: Format, address: str) -> None:
    if media_type not in {wanted.registered, *wanted.aliases}:
        raise NotAcceptable(f"{address} answers in {media_type}, not in {wanted.label}")


def _fault(status: int, body: bytes, address: str) -> NumgraphError:
    """What a status means, in the endpoint's own words."""
    problem = _problem(body)
    text = body.decode("utf-8", "replace").strip()
    said = problem.get("detail") or (text[:300] if text[:1] not in {"<", "{"} else "") or f"status {status}"
    if status == http.client.BAD_REQUEST:
        return BadQuery(str(said), problem.get("line"), problem.get("column"))
    return _KINDS.get(status, QueryFailed)(f"{address}: {said}")


def _problem(body: bytes) -> dict[str, Any]:
    """The members of a problem detail (RFC 9457), where that is what was sent."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
