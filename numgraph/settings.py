"""The settings, each a row: name, default, help. Read when ``Settings()`` is made, never at import.

An environment variable ``NUMGRAPH_<NAME>`` sets a row; arguments given in code or on the command line go before it.
Sets are written as JSON in the environment: ``NUMGRAPH_ALLOWED_SERVICES='["https://query.wikidata.org/sparql"]'``.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from numgraph.terms import NUM

_DEFAULT_BASE = NUM.removesuffix("/ontology#")
_LOOPBACK: frozenset[IPv4Network | IPv6Network] = frozenset({IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")})


def _absolute_without_slash(base: str) -> str:
    if not base.startswith(("http://", "https://")) or any(mark in base for mark in ' <>"{}|\\^`#?'):
        raise ValueError(f"the base must be an http(s) IRI without query and fragment, got {base!r}")
    return base.rstrip("/")


def _path_or_nothing(root_path: str) -> str:
    if root_path and not root_path.startswith("/"):
        raise ValueError(f"the root path must be empty or start with '/', got {root_path!r}")
    return root_path.rstrip("/")


class Settings(BaseSettings):
    """Every choice that an installation can make; frozen."""

    model_config = SettingsConfigDict(env_prefix="NUMGRAPH_", frozen=True, extra="forbid")

    base: Annotated[str, AfterValidator(_absolute_without_slash)] = Field(
        _DEFAULT_BASE, description="Base IRI of the dataset's things and graphs; the host that serves them may differ."
    )
    confidence_threshold: float = Field(
        0.5, ge=0, le=1, description="Claims below this confidence are queued for a steward and not agreed."
    )
    publish_contacts: bool = Field(
        default=True, description="Publish e-mail addresses, phone numbers and postal addresses as the sources do."
    )
    publish_directories: bool = Field(
        default=True, description="Publish the project's directories beside the documents of a build."
    )
    data: Path = Field(Path("numgraph-data"), description="Folder of the store: editions, archive, manifest.")
    workers: int = Field(2, ge=1, description="Processes that read and extract documents in a build.")
    readers: int = Field(2, ge=1, description="Long queries answered at once, beside twice as many quick ones.")
    queue: int = Field(64, ge=0, description="Queries that may wait for a reader before new ones are refused (503).")
    memory_edition: int = Field(
        2048, ge=0, description="Megabytes an edition may take in memory (400 bytes a statement), else read from disk."
    )
    time_limit: float = Field(
        30.0, gt=0, description="Seconds a query may take; a caller can lower the limit, not raise it."
    )
    first_result: float | None = Field(
        None, gt=0, description="Seconds a query may take to the first byte of its answer; empty is the time limit."
    )
    memory_limit: int = Field(2048, ge=64, description="Megabytes of memory that one query may take.")
    row_limit: int = Field(
        0, ge=0, description="Rows of a SELECT in one answer; the rest is announced as a link. 0 sets no limit."
    )
    compute_budget: float = Field(
        0,
        ge=0,
        description="Seconds of reader time that one client may use in a minute (429 beyond); 0 sets no budget.",
    )
    trusted_proxies: frozenset[IPv4Network | IPv6Network] = Field(
        frozenset(), description="Networks of proxies whose Forwarded or X-Forwarded-For names the client."
    )
    result_cache: int = Field(
        128, ge=0, description="Megabytes of query results kept in memory; 0 evaluates each query anew."
    )
    write_time_limit: float = Field(60.0, gt=0, description="Seconds a write over HTTP may take.")
    upload_limit: int = Field(100, ge=1, description="Megabytes of RDF or of an update that one request may bring.")
    page_cache: int = Field(
        64, ge=0, description="Megabytes of rendered pages and RDF documents kept in memory; 0 renders each time."
    )
    licence: str = Field(
        "https://creativecommons.org/publicdomain/zero/1.0/",
        description="Licence of the facts, as a web address; empty states none. Quotes keep their sources' rights.",
    )
    publisher: str = Field("numgraph", description="Who publishes the dataset, as its description names them.")
    allowed_services: frozenset[str] = Field(
        frozenset(), description="Endpoints that SERVICE may ask; empty means that SERVICE is refused."
    )
    log_format: Literal["text", "json"] = Field("text", description="How log lines are written: text or json.")
    query_log: bool = Field(
        default=True, description="Log a line for each query: its hash, time, size and outcome, not its text."
    )
    slow_query: float = Field(
        0, ge=0, description="Seconds from which a query is logged with its text; 0 logs no text."
    )
    metrics_allow: frozenset[IPv4Network | IPv6Network] = Field(
        _LOOPBACK, description="Networks whose clients may read /metrics."
    )
    shutdown_grace: float = Field(
        30.0, ge=0, description="Seconds that running requests have to finish once the server is told to stop."
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")
    root_path: Annotated[str, AfterValidator(_path_or_nothing)] = Field(
        "", description="Path under which a proxy publishes the server, such as '/graph'; empty for the root."
    )


def rows() -> list[tuple[str, str, str]]:
    """Name, default and help of each setting, as the documentation and the command line show them."""
    return [(name, _shown(row.default), row.description or "") for name, row in Settings.model_fields.items()]


def _shown(default: object) -> str:
    if isinstance(default, frozenset):
        return ", ".join(sorted(map(str, default)))
    return "" if default is None else str(default)
