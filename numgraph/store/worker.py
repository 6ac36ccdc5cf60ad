"""A reader process: answers one query at a time, from the edition in its memory or from any on disk.

Forked by a ``nursery`` with a socket. It knows no asyncio. Killing it is how a query is stopped: the engine itself
cannot be interrupted.
"""

from __future__ import annotations

import json
import os
import socket
import traceback
from typing import IO, Any, NamedTuple, NoReturn, TypeAlias, cast

from pyoxigraph import Store

from numgraph import confine
from numgraph.errors import BadQuery, NumgraphError, QueryFailed
from numgraph.store import frames
from numgraph.store.evaluation import ENGINE_FAULTS, evaluate, kind_of, write

Place: TypeAlias = tuple[str, int, int]  # of an edition: path of its files, and what tells these from later ones there

_OPEN = 3  # editions kept open: the current one, and those that readers go back to


class Held(NamedTuple):
    """An edition in memory; nothing at all to begin with."""

    edition: Place | None = None
    store: Store | None = None


class Chunks:
    """A binary file for the engine to write to; what is written goes out in DATA frames, the first after ANSWER."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._head = frames.frame(frames.ANSWER)
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        self._buffer += data
        while len(self._buffer) > frames.CHUNK:  # a single value may be longer than all else
            self._send(frames.frame(frames.DATA, bytes(self._buffer[: frames.CHUNK])))
            del self._buffer[: frames.CHUNK]
        return len(data)

    def flush(self) -> None:
        """The engine flushes at the end; ``close`` sends what is left together with END."""

    def close(self) -> None:
        """Send the rest and declare the answer complete; a short answer goes in one piece."""
        if self._head:
            self._connection.sendall(frames.frame(frames.WHOLE, bytes(self._buffer)))
        else:
            self._send(frames.frame(frames.DATA, bytes(self._buffer)) + frames.frame(frames.END))

    def _send(self, data: bytes) -> None:
        self._connection.sendall(self._head + data)
        self._head = b""


class Worker:
    """One socket, the edition held in memory, a few open on disk."""

    def __init__(self, connection: socket.socket, held: Held) -> None:
        self._connection = connection
        self._held = held
        self._stores: dict[Place, Store] = {}

    def serve(self) -> None:
        """Answer until the server closes the socket."""
        while header := frames.read(self._connection, frames.HEADER.size):
            _, length = frames.HEADER.unpack(header)
            request, _, query = frames.read(self._connection, length).partition(b"\n")
            self._reply(query.decode("utf-8", "surrogatepass"), json.loads(request))

    def _reply(self, query: str, request: dict[str, Any]) -> None:
        try:
            self._answer(query, **request)
        except NumgraphError as fault:
            self._connection.sendall(frames.frame(frames.FAULT, _described(fault)))

    def _answer(self, query: str, edition: list[Any], kind: str, media_type: str, asked: dict[str, Any]) -> None:
        results = evaluate(self._open(cast("Place", tuple(edition))), query, **asked)
        if kind_of(results) != kind:
            raise QueryFailed(f"the answer is of another kind ({kind_of(results)}) than the query seemed to ask for")
        chunks = Chunks(self._connection)
        write(results, media_type, cast("IO[bytes]", chunks))
        chunks.close()

    def _open(self, edition: Place) -> Store:
        """The engine on an edition; opened anew when another folder has taken its place, as after an erasure."""
        if self._held.store is not None and edition == self._held.edition:
            return self._held.store
        try:
            store = self._stores.pop(edition, None) or Store.read_only(edition[0])
        except ENGINE_FAULTS as fault:
            raise QueryFailed(f"the edition cannot be opened: {fault}") from fault
        self._stores[edition] = store  # the last used stands last
        while len(self._stores) > _OPEN:
            del self._stores[next(iter(self._stores))]
        return store


def _described(fault: NumgraphError) -> bytes:
    row: dict[str, object] = {"fault": type(fault).__name__, "message": str(fault)}
    if isinstance(fault, BadQuery):
        row |= {"line": fault.line, "column": fault.column}
    return json.dumps(row).encode()


def main(
    connection: socket.socket, held: Held, parent: int, *, memory_limit: int, network: bool, niceness: int
) -> NoReturn:
    """Be a reader, just forked, until the server is gone; ``memory_limit`` is in bytes beyond what is inherited."""
    code = 1
    try:
        confine.die_with(parent)
        confine.limit_memory(confine.inherited_memory() + memory_limit)
        confine.go_first()
        if not network:
            confine.close_network()
        os.nice(niceness)
        connection.sendall(frames.frame(frames.HELLO, str(os.getpid()).encode()))
        Worker(connection, held).serve()
        code = 0
    except (BrokenPipeError, ConnectionResetError, MemoryError):
        pass  # the server hung up in the middle of an answer, or sees by the end of this process that it failed
    except Exception:  # noqa: BLE001 - the edge of the process: after a fork nobody else would print it
        traceback.print_exc()
    finally:
        os._exit(code)
