"""The faults that only a web server has; ``problems`` gives each its status."""

from __future__ import annotations

from numgraph.errors import NumgraphError


class NoSuchThing(NumgraphError):
    """Nothing in this edition has that address."""


class Erased(NumgraphError):
    """Something that was here and was erased for good."""


class BadRequest(NumgraphError):
    """A request whose parameters contradict each other or cannot be read."""


class TooLarge(NumgraphError):
    """A request body beyond the limit."""


class TooMuch(NumgraphError):
    """An answer that is longer than its reader can take in one piece."""


class UnsupportedMediaType(NumgraphError):
    """A request body in a format that this address does not take."""
