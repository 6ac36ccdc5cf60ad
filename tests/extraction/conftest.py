"""The scorer of the shared material, for every test that holds extraction against gold."""

from __future__ import annotations

import importlib.util
import sys

import pytest


@pytest.fixture(scope="session")
def scorer(shared):
    path = shared / "tools" / "score_claims.py"
    if not path.is_file():
        pytest.skip("the scorer is not in the shared material: tools/score_claims.py is missing")
    spec = importlib.util.spec_from_file_location("score_claims", path)
    module = importlib.util.module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the shared material is for reading only
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module
