"""Reader processes start quickly and end with their socket; the rest of them is tested through the pool."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

import numgraph.store
from numgraph.store.editions import EmbeddedStore


def test_a_nursery_and_its_readers_import_no_more_than_they_need() -> None:
    code = "import sys, numgraph.store.nursery; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"asyncio", "numgraph.formats", "numgraph.store.editions", "numgraph.model"}
    assert not heavy & set(done.stdout.split())


def test_a_nursery_ends_when_its_server_hangs_up() -> None:
    ours, theirs = socket.socketpair()
    code = f"from numgraph.store.nursery import main; main({theirs.fileno()}, {os.getpid()}, {2**31})"
    with theirs, subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()]) as nursery:
        theirs.close()
        ours.close()
        assert nursery.wait(timeout=30) == 0


def test_the_package_offers_its_main_names_and_no_others() -> None:
    assert numgraph.store.EmbeddedStore is EmbeddedStore
    with pytest.raises(AttributeError, match="Fuseki"):
        _ = numgraph.store.Fuseki  # type: ignore[attr-defined]
