"""The servers that ours is compared with, each over the same statements; or a word why one is not there."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent / ".bench"
VENV = BENCH / "peers"
_JENA = "5.2.0"
_JAR = BENCH / f"jena-fuseki-server-{_JENA}.jar"
_DUMP = "data.nq"  # all statements, beside the data folder's own files
_DEFAULT = "default.nt"  # those of the default graph alone


class Absent(Exception):
    """A peer that cannot be had on this machine; says why."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def waited_for(address: str, seconds: float = 600, server: subprocess.Popen[bytes] | None = None) -> None:
    """Return when an address answers 200; raises Absent when its server ends before."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - a server that we started
                return
        except (urllib.error.URLError, OSError):
            if server is not None and server.poll() is not None:
                raise Absent("it ended as soon as it was started") from None
            if time.monotonic() > end:
                raise
        time.sleep(0.1)


def metric(port: int, name: str) -> float:
    """A number that our server tells of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        found = re.search(rf"^{name} (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else float("nan")


@contextmanager
def process(command: list[str | Path], ready: str, seconds: float = 600, **environment: str) -> Iterator[None]:
    """A server for the block, from when ``ready`` answers."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**os.environ, **environment}) as server:
        try:
            waited_for(ready, seconds, server)
            yield
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


@contextmanager
def numgraph(data: Path, **settings: str) -> Iterator[str]:
    """Ours, as it comes, with the caches of answers off unless a setting says otherwise."""
    port = free_port()
    chosen = {"NUMGRAPH_PAGE_CACHE": "0", "NUMGRAPH_RESULT_CACHE": "0", "NUMGRAPH_QUERY_LOG": "false", **settings}
    command = [sys.executable, "-m", "numgraph", "serve", "--data", data, "--port", str(port), "--quiet"]
    with process(command, f"http://127.0.0.1:{port}/readyz", **chosen):
        while chosen.get("NUMGRAPH_MEMORY_EDITION") != "0" and not metric(port, "numgraph_edition_in_memory"):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/sparql"


@contextmanager
def numgraph_with_cache(data: Path) -> Iterator[str]:
    with numgraph(data, NUMGRAPH_RESULT_CACHE="256") as address:
        yield address


@contextmanager
def numgraph_from_disk(data: Path) -> Iterator[str]:
    with numgraph(data, NUMGRAPH_MEMORY_EDITION="0") as address:
        yield address


@contextmanager
def oxigraph_on_disk(data: Path) -> Iterator[str]:
    place = data / "oxigraph"
    if not place.exists():
        load = [_installed("oxigraph"), "load", "-l", place, "-f", data / _DUMP]
        subprocess.run(load, check=True, capture_output=True)
    port = free_port()
    command = [_installed("oxigraph"), "serve-read-only", "-l", place, "-b", f"127.0.0.1:{port}"]
    with process(command, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def oxigraph_in_memory(data: Path) -> Iterator[str]:
    port = free_port()
    with process([_installed("oxigraph"), "serve", "-b", f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/"):
        with (data / _DUMP).open("rb") as body:
            headers = {"Content-Type": "application/n-quads", "Content-Length": str((data / _DUMP).stat().st_size)}
            urllib.request.urlopen(
                urllib.request.Request(f"http://127.0.0.1:{port}/store", body, headers, method="POST")
            ).close()
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def rdflib_endpoint(data: Path) -> Iterator[str]:
    """Over the default graph alone: it takes all graphs for one, and would answer other questions."""
    port = free_port()
    if (data / _DEFAULT).stat().st_size > 100 * 1024**2:
        raise Absent("rdflib would load this for many minutes")
    command = [_installed("rdflib-endpoint"), "serve", "--port", str(port), data / _DEFAULT]
    with process(command, f"http://127.0.0.1:{port}/?query=ASK%20%7B%7D"):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def fuseki(data: Path) -> Iterator[str]:
    port = free_port()
    command = ["java", "-Xmx8g", "-jar", _fuseki(), "--port", str(port), "--localhost", f"--file={data / _DUMP}", "/ds"]
    with process(command, f"http://127.0.0.1:{port}/$/ping"):
        yield f"http://127.0.0.1:{port}/ds/query"


@contextmanager
def virtuoso(data: Path) -> Iterator[str]:
    """With the settings of Debian's package but for ports, places and memory; the default graph by its name."""
    program, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql-v")
    if program is None or isql is None:
        raise Absent("virtuoso-t and isql-vt are not installed (Debian: virtuoso-opensource)")
    place, port, sql = data / "virtuoso", free_port(), free_port()
    fresh = not place.exists()
    place.mkdir(exist_ok=True)
    (place / "virtuoso.ini").write_text(_VIRTUOSO.format(place=place, data=data, port=port, sql=sql), "ascii")
    with process([program, "-f", "-c", place / "virtuoso.ini"], f"http://127.0.0.1:{port}/"):
        if fresh:
            told = f"ld_dir('{data}', '{_DEFAULT}', '{_GRAPH}'); rdf_loader_run(); checkpoint;"
            subprocess.run([isql, str(sql), "dba", "dba", f"exec={told}"], check=True, capture_output=True)
        yield f"http://127.0.0.1:{port}/sparql?default-graph-uri={_GRAPH}"


_GRAPH = "http://bench.example/default"
_VIRTUOSO = """\
[Database]
DatabaseFile = {place}/virtuoso.db
TransactionFile = {place}/virtuoso.trx
ErrorLogFile = {place}/virtuoso.log
LockFile = {place}/virtuoso.lck
xa_persistent_file = {place}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {place}/temp.db
TransactionFile = {place}/temp.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
ServerThreads = 40
[HTTPServer]
ServerPort = {port}
ServerThreads = 40
[SPARQL]
ResultSetMaxRows = 10000000
"""

PEERS: dict[str, Callable[[Path], object]] = {
    "numgraph": numgraph,
    "numgraph, cached": numgraph_with_cache,
    "numgraph, disk": numgraph_from_disk,
    "oxigraph, memory": oxigraph_in_memory,
    "oxigraph, disk": oxigraph_on_disk,
    "rdflib-endpoint": rdflib_endpoint,
    "fuseki": fuseki,
    "virtuoso": virtuoso,
}


def _installed(name: str) -> Path:
    """A program of the peers' own environment, which is made when it is first needed."""
    program = VENV / "bin" / name
    if not program.exists():
        try:
            if not VENV.exists():
                subprocess.run([sys.executable, "-m", "venv", VENV], check=True, capture_output=True)
            pip = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "oxigraph", "rdflib-endpoint[cli]"]
            subprocess.run(pip, check=True, capture_output=True, timeout=600)
        except (subprocess.SubprocessError, OSError) as fault:
            raise Absent(f"{name} cannot be installed here: {fault}") from fault
    return program


def _fuseki() -> Path:
    if shutil.which("java") is None:
        raise Absent("there is no Java")
    if not _JAR.exists():
        if shutil.which("mvn") is None:
            raise Absent("there is no Maven to fetch Fuseki with")
        what = f"-Dartifact=org.apache.jena:jena-fuseki-server:{_JENA}"
        copy = ["mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy", what]
        try:
            subprocess.run([*copy, f"-DoutputDirectory={BENCH}"], check=True, capture_output=True, timeout=600)
        except (subprocess.SubprocessError, OSError) as fault:
            raise Absent(f"Fuseki cannot be fetched from Maven Central: {fault}") from fault
    return _JAR
