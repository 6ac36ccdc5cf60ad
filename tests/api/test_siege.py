"""Under a siege of hostile queries the lookups go on: the benchmark of it (``bench/siege.py``), shortened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def siege(checkout: Path) -> dict[str, Any]:
    command = [sys.executable, str(checkout / "bench" / "siege.py"), "--seconds", "4", "--quads", "5000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_lookup_fails_while_200_hostile_queries_are_at_work(siege: dict[str, Any]) -> None:
    assert siege["attackers"] == 200
    assert siege["under_siege"]["failed"] == siege["quiet"]["failed"] == {}
    assert siege["under_siege"]["answers"] > 20


def test_hostile_queries_get_a_clear_no_or_have_to_wait(siege: dict[str, Any]) -> None:
    assert siege["answers_to_attackers"].keys() <= {"200", "400", "403", "413", "500", "503", "lost"}
    assert siege["answers_to_attackers"]["413"] > 0


def test_memory_stays_bounded_and_everything_is_over_a_moment_after_the_siege(siege: dict[str, Any]) -> None:
    assert siege["megabytes_most"] - siege["megabytes_before"] < 2 * 2048  # two long queries with all they may take
    assert siege["recovered_ms"] is not None
    assert siege["recovered_ms"] < 5_000  # a second on a machine that does nothing else
