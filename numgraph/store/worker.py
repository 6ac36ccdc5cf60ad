"""A reader process: answers one query at a time from one edition, opened read-only.

Started by ``readers.ReaderPool`` with a socket. It knows no asyncio and imports little, so that it stands ready in
tens of milliseconds. Killing it is how a query is stopped: the engine itself cannot be interrupted.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from typing import IO, Any, cast

from pyoxigraph import Store

from numgraph.errors import BadQuery, NumgraphError, QueryFailed
from numgraph.store import confine, frames
from numgraph.store.evaluation import ENGINE_FAULTS, evaluate, kind_of, write

_NICENESS = 5  # the server's event loop goes before its readers
_OPEN = 3  # editions kept open: the current one, and those that readers go back to


class Chunks:
    """A binary file for the engine to write to; what is written goes out in DATA frames, the first after ANSWER."""

    def __init__(self, connection: socket.socket, kind: str) -> None:
        self._connection = connection
        self._head = frames.frame(frames.ANSWER, kind.encode())
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        self._buffer += data
        if len(self._buffer) >= frames.CHUNK:
            self._send(frames.frame(frames.DATA, bytes(self._buffer)))
            self._buffer.clear()
        return len(data)

    def flush(self) -> None:
        """The engine flushes at the end; ``close`` sends what is left together with END."""

    def close(self) -> None:
        """Send the rest and declare the answer complete."""
        rest = frames.frame(frames.DATA, bytes(self._buffer)) if self._buffer else b""
        self._send(rest + frames.frame(frames.END))

    def _send(self, data: bytes) -> None:
        self._connection.sendall(self._head + data)
        self._head = b""


class Worker:
    """One socket, a few open editions."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._incoming = connection.makefile("rb")
        self._stores: dict[tuple[str, int], Store] = {}

    def serve(self) -> None:
        """Answer until the server closes the socket."""
        while header := self._incoming.read(frames.HEADER.size):
            letter, length = frames.HEADER.unpack(header)
            body = self._incoming.read(length)
            if letter == frames.OPEN:
                with suppress(QueryFailed):  # the query that needs it will say so
                    self._open(body.decode())
            else:
                request, _, query = body.partition(b"\n")
                self._reply(query.decode("utf-8", "surrogatepass"), json.loads(request))

    def _reply(self, query: str, request: dict[str, Any]) -> None:
        try:
            self._answer(query, request)
        except NumgraphError as fault:
            self._connection.sendall(frames.frame(frames.FAULT, _described(fault)))

    def _answer(self, query: str, request: dict[str, Any]) -> None:
        store = self._open(request["edition"])
        results = evaluate(
            store,
            query,
            default_graphs=request["default_graphs"],
            named_graphs=request["named_graphs"],
            allowed_services=request["allowed_services"],
            union=request["union"],
            base=request["base"],
        )
        if kind_of(results) != request["kind"]:
            raise QueryFailed(f"the answer is of another kind ({kind_of(results)}) than the query seemed to ask for")
        chunks = Chunks(self._connection, kind_of(results))
        write(results, request["media_type"], cast("IO[bytes]", chunks))
        chunks.close()

    def _open(self, edition: str) -> Store:
        """The engine on an edition; opened anew when another folder has taken its place, as after an erasure."""
        try:
            key = (edition, os.stat(edition).st_ino)  # noqa: PTH116 - a worker imports little
            store = self._stores.pop(key, None) or Store.read_only(edition)
        except ENGINE_FAULTS as fault:
            raise QueryFailed(f"the edition cannot be opened: {fault}") from fault
        self._stores[key] = store  # the last used stands last
        while len(self._stores) > _OPEN:
            del self._stores[next(iter(self._stores))]
        return store


def _described(fault: NumgraphError) -> bytes:
    row: dict[str, object] = {"fault": type(fault).__name__, "message": str(fault)}
    if isinstance(fault, BadQuery):
        row |= {"line": fault.line, "column": fault.column}
    return json.dumps(row).encode()


def main(descriptor: int, parent: int, memory_limit: int, network: int) -> None:
    """Run one reader on an inherited socket until its server is gone."""
    confine.die_with(parent)
    confine.limit_memory(memory_limit)
    if not network:
        confine.close_network()
    os.nice(_NICENESS)
    with socket.socket(fileno=descriptor) as connection:
        try:
            Worker(connection).serve()
        except (BrokenPipeError, ConnectionResetError):
            sys.exit(0)  # the server hung up in the middle of an answer
