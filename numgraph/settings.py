"""The settings, each a row: name, default, help. Read when ``Settings()`` is made, never at import.

An environment variable ``NUMGRAPH_<NAME>`` sets a row; arguments given in code or on the command line go before it.
Sets are written as JSON in the environment: ``NUMGRAPH_ALLOWED_SERVICES='["https://query.wikidata.org/sparql"]'``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from numgraph.terms import NUM

_DEFAULT_BASE = NUM.removesuffix("/ontology#")


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
    readers: int = Field(2, ge=1, description="Reader processes that answer queries.")
    queue: int = Field(16, ge=0, description="Queries that may wait for a reader before new ones are refused (503).")
    time_limit: float = Field(
        30.0, gt=0, description="Seconds a query may take; a caller can lower the limit, not raise it."
    )
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
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")
    root_path: Annotated[str, AfterValidator(_path_or_nothing)] = Field(
        "", description="Path under which a proxy publishes the server, such as '/graph'; empty for the root."
    )


def rows() -> list[tuple[str, str, str]]:
    """Name, default and help of each setting, as the documentation and the command line show them."""
    return [
        (name, "" if row.default in (None, "", frozenset()) else str(row.default), row.description or "")
        for name, row in Settings.model_fields.items()
    ]
