"""A real server over the demo graph, and a real browser: Debian's Chromium, driven by Playwright.

The server has one reader only, so that a query which did not really stop holds up the next one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium")
# Without these, Chromium asks its maker's hosts at every start.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 15_000  # milliseconds that a test waits for what should be there


@dataclass(frozen=True, slots=True)
class Site:
    """The server: where it is, and which process it is."""

    address: str
    pid: int

    def busy_readers(self) -> set[int]:
        """The process numbers of its readers that use the processor just now; they are the nursery's children."""
        before = _ticks(_children(_children({self.pid})))
        time.sleep(0.3)
        after = _ticks(set(before))
        return {pid for pid in after if after[pid] - before[pid] >= _BUSY}


_BUSY = 3  # clock ticks, hundredths of a second


def _children(parents: set[int]) -> set[int]:
    listing = ["ps", "-o", "pid=", "--ppid", ",".join(map(str, parents or {0}))]
    found = subprocess.run(listing, capture_output=True, text=True, check=False)  # exit 1: there are none
    return {int(line) for line in found.stdout.split()}


def _ticks(pids: set[int]) -> dict[int, int]:
    """The processor time of each process that is there, in clock ticks (proc(5), fields 14 and 15)."""
    found = {}
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
            found[pid] = int(fields[11]) + int(fields[12])
    return found


@dataclass  # without slots: Playwright writes its own marks on the listeners' object
class Visit:
    """A person in front of a new browser window; ``complaints`` is what the browser found wrong with the pages."""

    site: Site
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfinished", self._note_weight)
        page.goto(self.site.address + path)
        return page

    def _note_message(self, message: ConsoleMessage) -> None:
        # The browser itself reports every answer that is no success; a page may well ask something that has none.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _note_weight(self, request: Request) -> None:
        self.weights[request.url] = request.sizes()["responseBodySize"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, built once and served on a free port."""
    folder = tmp_path_factory.mktemp("demo")
    numgraph = [sys.executable, "-m", "numgraph"]
    subprocess.run([*numgraph, "demo", "--into", folder, "--build-only"], check=True, capture_output=True, timeout=120)
    environment = {**os.environ, "NUMGRAPH_READERS": "1"}
    serve = [*numgraph, "serve", "--data", folder, "--port", "0"]
    with subprocess.Popen(serve, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Site(_address(process), process.pid)
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip().startswith("http://"):
            threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would hold the server up
            return line.split()[0].rstrip("/")
    raise AssertionError("the server told no address")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium here: `make browser` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Any]:
    """Opens a window: ``visit(language="de", theme="dark", width=390)``. No page may make the browser complain."""
    visits: list[Visit] = []

    def begin(language: str = "en", theme: str = "light", width: int = 1280, **options: Any) -> Visit:
        context = browser.new_context(
            locale={"en": "en-GB", "de": "de-DE"}[language],
            color_scheme=theme,
            viewport={"width": width, "height": 900},
            **options,
        )
        visits.append(Visit(site, context))
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()
    assert [complaint for one in visits for complaint in one.complaints] == []


@pytest.fixture(scope="session")
def axe(checkout: Path) -> str:
    """The source of axe-core, which the front-end's packages bring along."""
    source = checkout / "api" / "ui" / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        pytest.skip("axe-core is not there: `make install` fetches it")
    return source.read_text(encoding="utf-8")
