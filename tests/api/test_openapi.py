"""Whatever fits the OpenAPI description, and much that does not, gets an answer that is not our fault.

Schemathesis makes the requests up; the seed and the number of examples are fixed, so that each run is the same.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, settle

Serve = Callable[[Settings], AbstractContextManager[str]]
EXAMINED = {Kind.MANAGED: "^/(sparql|q)$", Kind.PLAIN: "^/data"}  # what both have is examined once
RUN = (
    "run", "--checks", "not_a_server_error", "--seed", "2", "--workers", "1", "--no-color",
    "--generation-database", "none", "--request-timeout", "30",
)  # fmt: skip


def examine(address: str, folder: Path, *options: str) -> None:
    command = [str(Path(sys.executable).with_name("schemathesis")), *RUN, *options, f"{address}/openapi.json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=200, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


def test_no_operation_answers_with_a_fault_of_ours(server: str, tmp_path: Path) -> None:
    examine(server, tmp_path, "--phases", "fuzzing", "--max-examples", "2")


@pytest.mark.parametrize("kind", Kind)
def test_the_protocols_stand_every_kind_of_bad_request(kind: Kind, data: Path, serve: Serve, tmp_path: Path) -> None:
    folder = data
    if kind is Kind.PLAIN:
        folder = tmp_path / "plain"
        settle(folder, kind)
        EmbeddedStore(folder).commit([], message="", author="tests")
    with serve(Settings(data=folder)) as address:
        examine(address, tmp_path, "--phases", "coverage", "--include-path-regex", EXAMINED[kind])
