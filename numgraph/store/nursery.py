"""The nursery: a process that holds an edition in memory and forks readers, which share that memory copy-on-write.

Started by ``process.Nursery`` with a socket. It has one thread, evaluates no query and opens no database file, so a
fork of it is sound; what it loads is read by a child and comes through a pipe. Forking one that holds a million
statements (350 MB) was measured at 7 ms, starting a fresh Python at 65 ms.

What a reader shares it copies page by page as it touches it: the engine counts references inside its data. A reader
that has counted through everything therefore holds a copy of the edition of its own, and no more. ``gc.freeze`` keeps
Python's collector from doing the same. A reader's memory limit counts from what it inherits.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from typing import IO, Any, cast

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse

from numgraph import confine
from numgraph.errors import BrokenStore, NumgraphError
from numgraph.store import frames, worker
from numgraph.store.evaluation import ENGINE_FAULTS
from numgraph.store.patch import Patch

_BURYING = 0.02  # seconds between looks at readers that were killed and are not gone yet


class Nursery:
    """One socket to the server, at most one edition in memory, and the readers forked so far."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._held = worker.Held()
        self._readers: set[int] = set()
        self._killed: set[int] = set()

    def serve(self) -> None:
        """Do what the server says until it hangs up."""
        while True:
            if select.select([self._control], [], [], _BURYING if self._killed else None)[0]:
                header, sockets, *_ = socket.recv_fds(self._control, frames.HEADER.size, 1)
                if not header:
                    return
                letter, length = frames.HEADER.unpack(
                    header + frames.read(self._control, frames.HEADER.size - len(header))
                )
                self._obey(letter, frames.read(self._control, length), sockets)
            self._bury()

    def end(self) -> None:
        """Kill the readers and see them gone."""
        for pid in self._readers:
            os.kill(pid, signal.SIGKILL)
        for pid in self._readers:
            os.waitpid(pid, 0)

    def _obey(self, letter: bytes, body: bytes, sockets: list[int]) -> None:
        if letter == frames.FORK:
            self._fork(json.loads(body), socket.socket(fileno=sockets[0]))
        elif letter == frames.BURY:
            self._killed.add(int(body))
        else:
            self._hold(self._patched if letter == frames.PATCH else _loaded, json.loads(body))

    def _fork(self, terms: dict[str, Any], connection: socket.socket) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._control.close()
            worker.main(connection, self._held, parent, **terms)
        connection.close()
        self._readers.add(pid)

    def _bury(self) -> None:
        """Take note of killed readers that are gone. Until the server said so, nobody else gets their number."""
        for pid in list(self._killed & self._readers):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self._readers.discard(pid)
        self._killed &= self._readers

    def _hold(self, made: Callable[..., worker.Held], told: dict[str, Any]) -> None:
        """Hold an edition, or none where it cannot be had: then the readers forked from here read from disk."""
        try:
            self._held = made(**told)
        except (NumgraphError, *ENGINE_FAULTS) as fault:
            self._held = worker.Held()
            self._control.sendall(frames.frame(frames.FAULT, str(fault).encode()))
        else:
            gc.freeze()
            self._control.sendall(frames.frame(frames.HELD))

    def _patched(self, edition: list[Any], patch: str, statements: int) -> worker.Held:
        if self._held.store is None:
            raise BrokenStore("there is nothing in memory that a patch could be applied to")
        apply(self._held.store, patch)
        if len(self._held.store) != statements:
            raise BrokenStore(f"{patch} leads to {len(self._held.store)} statements instead of {statements}")
        return worker.Held(_place(edition), self._held.store)


def _loaded(edition: list[Any]) -> worker.Held:
    return worker.Held(_place(edition), load(edition[0]))


def _place(edition: list[Any]) -> worker.Place:
    return edition[0], edition[1], edition[2]


def load(path: str) -> Store:
    """An edition in memory, blank nodes under their own labels, graphs even where they are empty."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "wb", 1 << 20) as output:
            _dump(Store.read_only(path), output)
        os._exit(0)
    os.close(writing)
    store = Store()
    with os.fdopen(reading, "rb", 1 << 20) as source:
        for graph in json.loads(source.readline() or b"[]"):
            store.add_graph(NamedNode(graph))
        store.bulk_extend(parse(source, RdfFormat.N_QUADS, rename_blank_nodes=False, lenient=True))
    if os.waitpid(child, 0)[1] != 0:
        raise BrokenStore(f"{path} cannot be read")
    return store


def _dump(store: Store, output: IO[bytes]) -> None:
    """The names of the graphs on one line, then the dataset in N-Quads."""
    graphs = [graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)]
    output.write(json.dumps(graphs).encode() + b"\n")
    store.dump(output, RdfFormat.N_QUADS)


def apply(store: Store, path: str) -> None:
    """Change what is in memory by a patch on disk; as in drafts, a graph goes with its last statement."""
    with gzip.open(path) as packed:
        patch = Patch.read(cast("IO[bytes]", packed))
    for quad in patch.removed:
        store.remove(quad)
    store.extend(patch.added)
    for graph in {quad.graph_name for quad in patch.removed} - {DefaultGraph()}:
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(cast("NamedNode", graph))


def main(descriptor: int, parent: int, memory_limit: int) -> None:
    """Run a nursery on an inherited socket until its server is gone."""
    confine.begin_with_usual_stack()
    confine.die_with(parent)
    confine.limit_memory(memory_limit, children=True)
    confine.deepen_stack()
    with socket.socket(fileno=descriptor) as control:
        nursery = Nursery(control)
        try:
            nursery.serve()
        except (BrokenPipeError, ConnectionResetError):
            sys.exit(0)
        finally:
            nursery.end()
