"""The nursery and its readers as the server sees them: started, asked, listened to, killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from numgraph.errors import BrokenStore
from numgraph.store import frames
from numgraph.store.worker import Place

_START = "import sys; from numgraph.store.nursery import main; main(*map(int, sys.argv[1:]))"
_READ_AHEAD = 2 * frames.CHUNK  # bytes of an answer that may wait here: a slow client slows its reader down


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which conditions a reader lives: bytes beyond what it inherits, a way out, its rank among processes."""

    memory_limit: int
    network: bool
    niceness: int


class Frames(asyncio.Protocol):
    """Frames as they come in over a socket."""

    def __init__(self) -> None:
        self._incoming = bytearray()
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._waiting: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._paused = False
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._incoming += data
        size = frames.HEADER.size
        while len(self._incoming) >= size:
            letter, length = frames.HEADER.unpack_from(self._incoming)
            if len(self._incoming) < size + length:
                break
            self._frames.append((letter, bytes(self._incoming[size : size + length])))
            del self._incoming[: size + length]
        if self._transport is not None and sum(len(body) for _, body in self._frames) > _READ_AHEAD:
            self._transport.pause_reading()
            self._paused = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def receive(self) -> tuple[bytes, bytes]:
        """The next frame; raises ConnectionError when the other side is gone."""
        while not self._frames:
            if self.lost:
                raise ConnectionResetError("the process is gone")
            if self._paused and self._transport is not None:
                self._transport.resume_reading()
                self._paused = False
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return self._frames.popleft()


class Nursery(Frames):
    """One nursery process (see :mod:`numgraph.store.nursery`) and this end of its socket."""

    def __init__(self, memory_limit: int) -> None:
        super().__init__()
        self.held: Place | None = None
        self.readers: set[Process] = set()
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        arguments = [str(theirs.fileno()), str(os.getpid()), str(memory_limit)]
        with theirs:
            # Takes a millisecond or two, the only time the event loop waits for a process.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [sys.executable, "-P", "-c", _START, *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                process_group=0,  # Ctrl-C in a terminal is for the server, which ends its readers itself
            )  # fmt: skip
        self._listening = asyncio.ensure_future(_listen(self, self._control.dup()))

    def alive(self) -> bool:
        return not self.lost and self._process.poll() is None

    def fork(self, terms: Terms) -> Process:
        """A new reader of what the nursery holds; it says hello when it stands. Raises ConnectionError."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._say(frames.FORK, asdict(terms), theirs)
        process = Process(self, ours)
        self.readers.add(process)
        return process

    async def load(self, edition: Place) -> None:
        """Read an edition into the nursery's memory; seconds for a million statements.

        Raises ConnectionError where that ends the nursery, BrokenStore where it only fails.
        """
        await self._hold(edition, frames.LOAD)

    async def patch(self, edition: Place, patch: Path, statements: int) -> None:
        """Go on to the next edition, which has so many statements. Raises what ``load`` does."""
        await self._hold(edition, frames.PATCH, patch=str(patch), statements=statements)

    async def _hold(self, edition: Place, letter: bytes, **told: str | int) -> None:
        self._say(letter, {"edition": edition, **told})
        self.held = None
        answer, body = await self.receive()
        if answer == frames.FAULT:
            raise BrokenStore(body.decode())
        self.held = edition

    def bury(self, process: Process) -> None:
        self.readers.discard(process)
        with suppress(ConnectionError):
            self._say(frames.BURY, process.pid)

    def _say(self, letter: bytes, body: Any, attached: socket.socket | None = None) -> None:
        try:
            data = frames.frame(letter, json.dumps(body).encode())
            socket.send_fds(self._control, [data], [attached.fileno()] if attached else [])
        except OSError as fault:  # it is gone, or so far behind that the socket is full
            raise ConnectionResetError(f"the nursery cannot be reached: {fault}") from fault

    async def end(self) -> None:
        """Hang up: the nursery kills its readers and ends. Waits until all are gone."""
        await self._listening
        self._control.close()
        if self._transport is not None:
            self._transport.abort()
        deadline = time.monotonic() + 2
        while self._process.poll() is None:
            if time.monotonic() > deadline:  # it is loading an edition, and hears nothing
                self._process.kill()
            await asyncio.sleep(0.002)


class Process(Frames):
    """One reader process and this end of its socket. ``at_rest`` says that it owes nobody an answer."""

    def __init__(self, nursery: Nursery, connection: socket.socket) -> None:
        super().__init__()
        self.nursery = nursery
        self.pid = 0  # until it has said hello
        self.rank, self.generation = "", 0  # the crew's
        self.at_rest = True
        self.worn = False  # not to be used again
        self._born = asyncio.ensure_future(self._begin(connection))
        self._began = 0.0

    async def _begin(self, connection: socket.socket) -> None:
        with suppress(ConnectionError):
            await _listen(self, connection)
            self.pid = int((await self.receive())[1])

    def alive(self) -> bool:
        return not self.lost and self.nursery.alive()

    async def stand(self) -> None:
        """Return when the process stands ready, or is lost."""
        await asyncio.shield(self._born)

    async def ask(self, query: bytes) -> None:
        """Send a query frame; raises ConnectionError when the process is gone."""
        if not self._born.done():
            await self.stand()
        if self.lost or self._transport is None:
            raise ConnectionResetError("the process is gone")
        self.at_rest = False
        self._began = cpu_seconds(self.pid)
        self._transport.write(query)

    async def receive(self) -> tuple[bytes, bytes]:
        letter, body = await super().receive()
        self.at_rest = letter in {frames.WHOLE, frames.END, frames.FAULT, frames.HELLO}
        return letter, body

    @property
    def spent(self) -> float:
        """Seconds of processor time since it was asked."""
        return cpu_seconds(self.pid) - self._began

    def step_back(self, niceness: int) -> None:
        """Let others go first from now on, which cannot be taken back."""
        self.worn = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, niceness)

    async def kill(self) -> None:
        """End the process, whatever it is doing. It is killed before its nursery forgets its number."""
        await self.stand()
        if self.pid and self.nursery.alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()
        self.nursery.bury(self)


async def _listen(protocol: Frames, connection: socket.socket) -> None:
    connection.setblocking(False)
    await asyncio.get_running_loop().create_unix_connection(lambda: protocol, sock=connection)


def cpu_seconds(pid: int) -> float:
    """Processor time of a running process (Linux, where a clock belongs to each process); else, time that passes."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED) of the kernel
    except OSError:
        return time.monotonic()
