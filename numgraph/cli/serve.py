"""``numgraph serve`` and ``numgraph demo``: the web application over a data folder."""

from __future__ import annotations

import errno
import math
import signal
import socket
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from numgraph import logs, resources
from numgraph.cli import console
from numgraph.cli.build import run_build
from numgraph.errors import NoSuchEdition, NumgraphError
from numgraph.settings import Settings
from numgraph.store import EmbeddedStore
from numgraph.store.kinds import Kind, kind_of, settle

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.  [default: 127.0.0.1]")]
Port = Annotated[
    int | None, typer.Option("--port", "-p", min=0, max=65535, help="Port; 0 takes a free one.  [default: 8000]")
]

_ADDRESSES = {
    Kind.MANAGED: (
        ("/", "the graph, to look around"),
        ("/sparql", "ask in SPARQL"),
        ("/conflicts", "where sources disagree"),
    ),
    Kind.PLAIN: (
        ("/", "what it holds"),
        ("/sparql", "ask and update in SPARQL"),
        ("/data", "read and write graphs (numgraph token make gives the right to)"),
    ),
}


def serve(
    data: Annotated[Path | None, typer.Option("--data", "-d", help="Folder that `numgraph build --into` made.")] = None,
    host: Host = None,
    port: Port = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="A general quad store: any graph is written, nothing is derived.")
    ] = False,
    quiet: console.Quiet = False,
) -> None:
    """Serve the graph in a data folder: pages, linked data and SPARQL. With --plain the folder may be a new one."""
    settings = _settings(data=data, host=host, port=port)
    if plain:
        _make_plain(settings.data)
    EmbeddedStore(settings.data).current()
    _run(settings, quiet=quiet)


def _make_plain(data: Path) -> None:
    """An empty dataset to begin with where there is none. Raises WrongKind."""
    settle(data, Kind.PLAIN)
    try:
        EmbeddedStore(data).current_number()
    except NoSuchEdition:
        EmbeddedStore(data).commit([], message="An empty dataset", author="numgraph")


def demo(
    into: Annotated[Path, typer.Option("--into", help="Folder for the demo's graph.")] = Path("numgraph-demo"),
    host: Host = None,
    port: Port = None,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build the graph and stop.")] = False,
    quiet: console.Quiet = False,
) -> None:
    """Build the graph from the sample press texts that come with numgraph, and serve it."""
    settings = _settings(data=into, host=host, port=port)
    run_build([resources.data() / "press"], settings, message="The samples that come with numgraph", quiet=quiet)
    if not build_only:
        _run(settings, quiet=quiet)


def _settings(**chosen: Any) -> Settings:
    """The settings of the environment, with what the command line chose in front."""
    return Settings(**{name: value for name, value in chosen.items() if value is not None})


def _run(settings: Settings, *, quiet: bool) -> None:
    listening = _listen(settings.host, settings.port)
    address = f"http://{_bracketed(settings.host)}:{listening.getsockname()[1]}{settings.root_path}"
    if not quiet:
        _announce(address, _ADDRESSES[kind_of(settings.data)])
    config = uvicorn.Config(
        _application(settings),
        log_config=logs.config(settings, "WARNING" if quiet else "INFO"),
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application itself decides whom it believes
        timeout_graceful_shutdown=math.ceil(settings.shutdown_grace),
    )
    # Uvicorn stops gracefully and then raises the signal again, for whoever was there before: being told to stop and
    # stopping is success.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise NumgraphError(
                f"port {port} on {host} is taken; choose another with --port, or 0 for a free one"
            ) from error
        raise NumgraphError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    # Accepted connections inherit it. An answer's last small packet must not wait 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _announce(address: str, worth_opening: Iterable[tuple[str, str]]) -> None:
    out = console.stderr()
    out.print("\nnumgraph is ready. Three addresses worth opening:\n", markup=False)
    for path, what in worth_opening:
        out.print(f"  {address + path:<34}{what}", markup=False)
    out.print("\nCtrl+C stops it.", style="dim")


def _application(settings: Settings) -> Any:
    """The ASGI application that the installed server package offers; the core never imports it."""
    offers = list(entry_points(group="numgraph.server"))
    if not offers:
        raise NumgraphError("no server is installed: the package numgraph_api is missing; reinstall numgraph")
    return offers[0].load()(settings)
