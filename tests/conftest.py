"""What all tests share: where the shared reading material is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the seed documents, gold and test suites: $NUMGRAPH_SHARED, or ../shared."""
    folder = Path(os.environ.get("NUMGRAPH_SHARED") or CHECKOUT.parent / "shared")
    if not (folder / "seeds").is_dir():
        pytest.skip(f"the shared material is not at {folder.name}/: set NUMGRAPH_SHARED to its folder")
    return folder
