"""Whole editions of the dataset on disk, and those who read them.

The names below are fetched when they are first used: reader processes import from this package too, start often, and
need only the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numgraph.store.editions import EmbeddedStore
    from numgraph.store.protocol import Edition, Reader, Store
    from numgraph.store.readers import ReaderPool
    from numgraph.store.remote import RemoteStore

__all__ = ["Edition", "EmbeddedStore", "Reader", "ReaderPool", "RemoteStore", "Store"]

_HOMES = {
    "EmbeddedStore": "editions",
    "ReaderPool": "readers",
    "RemoteStore": "remote",
    "Edition": "protocol",
    "Reader": "protocol",
    "Store": "protocol",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
