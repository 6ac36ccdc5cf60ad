"""What is kept in memory, bounded by bytes: the least recently used goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar

MEGABYTE = 1_000_000


class Sized(Protocol):
    @property
    def size(self) -> int: ...  # in bytes, overhead included


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Sized)


class Keep(Generic[Key, Value]):
    """Values by key, up to ``megabytes`` in all; one that would take more than a ``share``-th of them is not kept.

    Nothing here knows what a value is right for: its key must say so.
    """

    def __init__(self, megabytes: int, share: int = 32) -> None:
        self._room = megabytes * MEGABYTE
        self._share = share
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self.size = 0

    def __bool__(self) -> bool:
        return self._room > 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def largest(self) -> int:
        """Bytes that one value may have."""
        return self._room // self._share

    def get(self, key: Key) -> Value | None:
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def put(self, key: Key, value: Value) -> None:
        """Keep a value that is not too large, and let the oldest go where there is no room."""
        if value.size > self.largest:
            return
        self.size += value.size - (self._values.pop(key).size if key in self._values else 0)
        self._values[key] = value
        while self.size > self._room:
            self.size -= self._values.popitem(last=False)[1].size
