"""The editions: what was published when, by whom, what changed in numbers; and their dumps."""

from __future__ import annotations

import asyncio
import base64
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from numgraph import dumps, formats
from numgraph.dumps import Dump
from numgraph.errors import Busy
from numgraph.iris import Namespace
from numgraph.model import Finding
from numgraph.store.editions import EmbeddedEdition
from numgraph.store.protocol import Edition

from . import caching, naming
from .answers import Term
from .display import Reader, Shown
from .faults import NoSuchThing
from .resource import VARY
from .site import Site, site_of

router = APIRouter(tags=["Editions"])

_SHOWN = 40  # sources and findings that a page names
_ORDER = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Change:
    """What an edition has that the one before had not, in numbers. Sources are ids."""

    quads: int
    by_part: dict[str, int]  # statements by part of the dataset, those parts that changed
    new_sources: tuple[str, ...]
    lost_sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """One edition as its pages show it; ``change`` is None for the first that is kept."""

    edition: EmbeddedEdition
    quads: int
    parts: dict[str, int]
    sources: tuple[str, ...]
    change: Change | None

    @property
    def findings(self) -> list[tuple[str, int]]:
        """Findings by severity, the gravest first."""
        return [(one, self.edition.severities.get(one, 0)) for one in _ORDER]


def published(editions: list[EmbeddedEdition], namespace: Namespace) -> list[Published]:
    """The editions with what changed from each to the next, the latest first."""
    shown = [_shown(one, namespace) for one in editions]
    changed = [_with_change(before, after) for before, after in pairwise(shown)]
    return list(reversed([*shown[:1], *changed]))


def _shown(edition: EmbeddedEdition, namespace: Namespace) -> Published:
    parts: dict[str, int] = {}
    for graph, count in edition.counts.items():
        part = _part(graph, namespace)
        parts[part] = parts.get(part, 0) + count
    said = namespace.source_graph("")
    sources = tuple(one.removeprefix(said) for one in edition.counts if one.startswith(said))
    return Published(edition, sum(parts.values()), parts, sources, None)


def _part(graph: str, namespace: Namespace) -> str:
    """``agreed``, ``source``, ``evidence``, or the name of a graph of the house."""
    if not graph:
        return "agreed"
    return graph.removeprefix(namespace.graph("")).removeprefix(f"{namespace.base}/").partition("/")[0]


def _with_change(before: Published, after: Published) -> Published:
    names = sorted({*before.parts, *after.parts})
    moved = {name: after.parts.get(name, 0) - before.parts.get(name, 0) for name in names}
    new, lost = set(after.sources) - set(before.sources), set(before.sources) - set(after.sources)
    change = Change(
        after.quads - before.quads,
        {name: by for name, by in moved.items() if by},
        tuple(sorted(new)),
        tuple(sorted(lost)),
    )
    return Published(after.edition, after.quads, after.parts, after.sources, change)


async def listed(site: Site) -> list[Published]:
    """All editions that are kept, the latest first."""
    site.edition()  # a server without any says so
    found = await anyio.to_thread.run_sync(site.store.editions)
    return await anyio.to_thread.run_sync(published, list(found), site.namespace)


@router.get("/editions", summary="The editions", operation_id="editions")
@router.head("/editions", include_in_schema=False)
async def editions(request: Request) -> Response:
    """What was published when, by whom, and what changed in numbers."""
    formats.negotiate(request.headers.get("accept"), (formats.HTML,))
    site = site_of(request).at(None)
    current = caching.of(request, site.edition(), "html", site.reader(request).language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    page = await site.render(request, "editions.html", editions=await listed(site), as_of=None)
    page.headers.update({**current.headers, **caching.ASK_AGAIN, "Vary": VARY})
    return page


@router.get("/editions/{number}", summary="One edition", operation_id="edition")
@router.head("/editions/{number}", include_in_schema=False)
async def edition(request: Request, number: int) -> Response:
    """Its author, message, counts, findings, changes, dumps."""
    formats.negotiate(request.headers.get("accept"), (formats.HTML,))
    site = site_of(request)
    one = site.numbered(number)
    current = caching.of(request, site.edition(), one.content_hash, "html", site.reader(request).language)
    held = caching.not_modified(request, current, VARY)
    if held is not None:
        return held
    everything = await listed(site)
    shown = next(found for found in everything if found.edition.number == number)
    findings = sorted(await anyio.to_thread.run_sync(one.findings), key=_gravest_first)[:_SHOWN]
    page = await site.render(
        request,
        "edition.html",
        published=shown,
        findings=findings,
        nodes=await _nodes(site, findings, site.reader(request)),
        is_current=number == everything[0].edition.number,
        newer=next((found.edition.number for found in reversed(everything) if found.edition.number > number), None),
        older=next((found.edition.number for found in everything if found.edition.number < number), None),
        dumps=[(dumps.name(form), form.label) for form in dumps.FORMATS],
        sums=dumps.SUMS,
        shown_sources=_SHOWN,
        as_of=None,
    )
    page.headers.update({**current.headers, **caching.ASK_AGAIN, "Vary": VARY})
    return page


async def _nodes(site: Site, findings: Iterable[Finding], reader: Reader) -> dict[str, Shown]:
    """What findings are about, by name, for those that name a thing."""
    iris = {one.focus_node: one.focus_node[1:-1] for one in findings if one.focus_node.startswith("<")}
    names = await naming.look_up(site, iris.values(), reader.language)
    return {node: reader.show(Term("uri", iri), names.label(iri)) for node, iri in iris.items()}


def _gravest_first(finding: Finding) -> tuple[int, str, str]:
    return _ORDER.index(finding.severity.value), finding.shape, finding.focus_node


@router.get("/dumps/{number}/{name}", summary="A dump", operation_id="dump")
@router.head("/dumps/{number}/{name}", include_in_schema=False)
async def dump(request: Request, number: int, name: str) -> Response:
    """`dataset.nq.gz`, `dataset.trig.gz` or `SHA256SUMS` of an edition; the first request makes them."""
    site = site_of(request)
    if name not in {dumps.SUMS, *(dumps.name(form) for form in dumps.FORMATS)}:
        raise NoSuchThing(f"there is no dump {name[:80]!r}; there are {', '.join(map(dumps.name, dumps.FORMATS))}")
    found = await ready(site, number)
    one = next((dump for dump in found if dump.name == name), None)
    return _file(site.numbered(number), one) if one else _sums(site, number)


def _file(edition: Edition, dump: Dump) -> Response:
    """The file as it lies on disk, in ranges where a client asks for them (RFC 9110, section 14)."""
    current = caching.validators(edition, "dump", dump.name)
    digest = base64.b64encode(bytes.fromhex(dump.sha256)).decode("ascii")
    return FileResponse(
        dump.path,
        media_type="application/gzip",
        filename=f"numgraph-{edition.number}-{dump.name.removeprefix('dataset.')}",
        headers={**current.headers, "ETag": f'"{dump.sha256}"', "Repr-Digest": f"sha-256=:{digest}:"},
    )


def _sums(site: Site, number: int) -> Response:
    path = dumps.folder(site.settings.data, number) / dumps.SUMS
    return FileResponse(path, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


async def ready(site: Site, number: int) -> tuple[Dump, ...]:
    """The dumps of an edition, made by a process of their own where nobody asked before. Raises NoSuchEdition, Busy."""
    found = await _made(site, number)
    if found is None:
        async with site.making:  # one at a time: they cost a core for a while
            found = await _made(site, number)
            if found is None:
                await _make(site.settings.data, number)
                found = await _made(site, number)
    if found is None:
        raise Busy(f"the dumps of edition {number} could not be made just now; try again soon", 30)
    return found


async def _made(site: Site, number: int) -> tuple[Dump, ...] | None:
    return await anyio.to_thread.run_sync(dumps.made, site.settings.data, number)


async def _make(data: Path, number: int) -> None:
    """Runs to its end whoever goes away meanwhile: the next one will ask for the same."""
    command = [sys.executable, "-m", "numgraph.dumps", str(data), str(number)]
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    await asyncio.shield(process.wait())
