"""A reader process as the server sees it: started, asked, listened to, killed."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from numgraph.store import frames

_START = (
    "import sys; from numgraph.store.worker import main; main(*map(int, sys.argv[1:4]), network=sys.argv[4] == '1')"
)


class Process:
    """One reader process and this end of its socket. ``at_rest`` says that it owes nobody an answer."""

    def __init__(self, memory_limit: int, edition: Path | None, *, network: bool) -> None:
        ours, theirs = socket.socketpair()
        arguments = [str(theirs.fileno()), str(os.getpid()), str(memory_limit), "1" if network else "0"]
        with theirs:
            # Takes a millisecond or two, the only time the event loop waits for a process.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [sys.executable, "-P", "-c", _START, *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                process_group=0,  # Ctrl-C in a terminal is for the server, which ends its readers itself
            )  # fmt: skip
        if edition is not None:
            ours.sendall(frames.frame(frames.OPEN, str(edition).encode()))
        self.at_rest = True
        self._socket = ours
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    async def ask(self, query: str, request: dict[str, Any]) -> tuple[bytes, bytes]:
        """Send a query and wait for the first frame of its answer; raises what ``receive`` does."""
        self.at_rest = False
        if self._streams is None:
            self._streams = await asyncio.open_unix_connection(sock=self._socket, limit=frames.CHUNK)
        body = json.dumps(request).encode() + b"\n" + query.encode("utf-8", "surrogatepass")
        self._streams[1].write(frames.frame(frames.QUERY, body))
        await self._streams[1].drain()
        return await self.receive()

    async def receive(self) -> tuple[bytes, bytes]:
        """The next frame. Little is read ahead, so a slow client slows its reader down and no buffer grows.

        Raises ConnectionError or IncompleteReadError when the process is gone.
        """
        if self._streams is None:
            raise ConnectionError("nothing was asked")
        stream = self._streams[0]
        letter, length = frames.HEADER.unpack(await stream.readexactly(frames.HEADER.size))
        body = await stream.readexactly(length)
        self.at_rest = letter in {frames.END, frames.FAULT}
        return letter, body

    async def kill(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        self._process.kill()
        if self._streams is None:
            self._socket.close()
        else:
            self._streams[1].transport.abort()
        await asyncio.sleep(0)  # the transport closes its socket in the next turn of the loop
        while self.alive():  # noqa: ASYNC110 - no event tells that a process has ended
            await asyncio.sleep(0.002)
