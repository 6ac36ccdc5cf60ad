"""What people install is what is tested: the built wheel, in a folder of its own, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=checkout, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a Python that finds the unpacked wheel before anything else."""
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return {**os.environ, "PYTHONPATH": str(target)}


def test_the_wheel_holds_packages_of_our_names_only_and_all_its_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"numgraph", "numgraph_api"}
    for needed in (
        "numgraph/_resources/ontology/num.ttl",
        "numgraph/_resources/shapes/core.ttl",
        "numgraph/_resources/data/directories/num/num.csv",
        "numgraph/py.typed",
        "numgraph_api/templates/start.html",
        "numgraph_api/static/site.css",
        "numgraph_api/static/built/workbench.js",
        "numgraph_api/static/built/workbench.css",
    ):
        assert needed in names
    assert not any("node_modules" in name or name.startswith("numgraph_api/ui") for name in names)
    assert any(name.startswith("numgraph/_resources/data/press/") for name in names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_demo_is_built_and_served_from_an_empty_folder(installed: dict[str, str], tmp_path: Path) -> None:
    with demo(installed, tmp_path) as address:
        page = urllib.request.urlopen(address, timeout=20).read().decode("utf-8")  # noqa: S310 - our own loopback server
    assert "<h1" in page
    assert (tmp_path / "numgraph-demo" / "current").read_text(encoding="ascii").strip() == "1"


class demo:  # noqa: N801 - reads as a with-statement's verb
    """``numgraph demo`` on a free port; stopped at the end."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.command = [sys.executable, "-m", "numgraph", "demo", "--port", "0"]
        self.environment, self.folder = environment, folder

    def __enter__(self) -> str:
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=self.environment, stderr=subprocess.PIPE, text=True
        )
        for line in self._lines():
            if line.strip().startswith("http://"):
                return line.split()[0]
        raise AssertionError("the demo told no address")

    def _lines(self) -> Iterator[str]:
        deadline = time.monotonic() + 120
        assert self.process.stderr is not None
        for line in self.process.stderr:
            yield line
            if time.monotonic() > deadline:
                return

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)
