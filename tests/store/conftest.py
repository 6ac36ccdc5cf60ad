"""A SPARQL service that is not ours, for the tests of stores whose data are elsewhere."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from numgraph.store.remote import Service


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """Somebody else's SPARQL service: ``oxigraph serve``, in memory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    program = Path(sys.executable).with_name("oxigraph")
    with subprocess.Popen([program, "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.PIPE) as server:
        assert server.stderr is not None
        server.stderr.readline()  # it listens now
        yield Service(f"{address}/query", f"{address}/update")
        server.kill()
